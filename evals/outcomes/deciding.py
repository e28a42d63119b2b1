"""Decisions along a file: at every step the analysis of the bars that had closed by then, on many processes at once."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from agent.analysis.reading import SharedCharts
from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import walk_now
from evals.outcomes.news import News
from evals.outcomes.steps import Steps
from rulebook.book import Rulebook
from rulebook.facts import Scalar
from rulebook.loader import load_rulebook
from tools.candles import Candles
from tools.instruments import Instrument, at_par
from tools.resample import last_close

_BALANCE, _RISK_PCT = 10_000.0, 1.0
_CHUNK = 16


@dataclass(frozen=True)
class Variant:
    """One set of rules to try.

    Attributes:
        profile: a shipped name, or a trader's own file.
        tuning: parameters replaced, ``{rule id: {parameter: value}}``.
    """

    profile: str | Path = "strict"
    tuning: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How reports call it."""
        set_to = (f"{rule}.{name}={value}" for rule, one in self.tuning.items() for name, value in one.items())
        return " ".join([str(self.profile), *set_to])

    def rulebook(self) -> Rulebook:
        """Load the rules.

        Raises:
            RulebookError, UnknownProfile: there is no such profile or parameter, or it has faults.
        """
        loaded = _loaded(self.profile)
        return loaded.tuned(self.tuning) if self.tuning else loaded


@cache
def _loaded(profile: str | Path) -> Rulebook:
    return load_rulebook(profile)


@dataclass(frozen=True, slots=True)
class Offer:
    """The setup of a decision to trade; `way` is +1 for a long, `target` the nearest."""

    fact_id: str
    rule: str
    way: int
    entry: float
    stop: float
    invalidation: float
    target: float


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision; `index` is that of the last bar it knew, `strength` its graded strength, `as_of` epoch seconds."""

    index: int
    as_of: int
    status: str
    action: str
    strength: float
    offer: Offer | None


def decide_all(
    candles: Candles,
    instrument: Instrument,
    variants: Sequence[Variant],
    steps: Steps,
    *,
    news: News | None = None,
    workers: int = 1,
    on_progress: Callable[[int], None] = lambda done: None,
) -> list[list[Decided]]:
    """Decide at every step by every variant, for an account that knows no earlier trades.

    Args:
        candles: bars of one timeframe, shape (n,).
        instrument: the market.
        variants: the rules to judge by.
        steps: where to decide, on how many bars.
        news: what is known of news; None knows nothing, as `ict analyze` without a calendar.
        workers: processes; 1 decides in this one. The answer is the same with any number.
        on_progress: told how many further steps are done.

    Returns:
        One list a variant, in the order of time.

    Raises:
        NodeFailed: a tool or a rule failed.
    """
    work = partial(_decide_chunk, candles, instrument, tuple(variants), steps.bars, news)
    chunks = [steps.indices[at : at + _CHUNK] for at in range(0, len(steps.indices), _CHUNK)]
    found: list[list[Decided]] = [[] for _ in variants]
    if workers == 1:
        for chunk in chunks:
            _gather(found, work(chunk), on_progress)
        return found
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_take, initargs=(work,)) as pool:
        for rows in pool.map(_work_taken, chunks):
            _gather(found, rows, on_progress)
    return found


_taken: list[Callable[[Sequence[int]], list[list[Decided]]]] = []
"""What a worker process was started for, candles and all, so that they are sent once."""


def _take(work: Callable[[Sequence[int]], list[list[Decided]]]) -> None:
    _taken.append(work)


def _work_taken(chunk: Sequence[int]) -> list[list[Decided]]:
    return _taken[-1](chunk)


def _gather(found: list[list[Decided]], rows: Sequence[Sequence[Decided]], on_progress: Callable[[int], None]) -> None:
    for row in rows:
        for decisions, decided in zip(found, row, strict=True):
            decisions.append(decided)
    on_progress(len(rows))


def _decide_chunk(
    candles: Candles,
    instrument: Instrument,
    variants: Sequence[Variant],
    bars: int,
    news: News | None,
    indices: Sequence[int],
) -> list[list[Decided]]:
    rulebooks = [variant.rulebook() for variant in variants]
    windows = ((candles[max(index + 1 - bars, 0) : index + 1], index) for index in indices)
    return [_decide(window, instrument, rulebooks, news, index) for window, index in windows]


def _decide(
    window: Candles, instrument: Instrument, rulebooks: Sequence[Rulebook], news: News | None, index: int
) -> list[Decided]:
    """Decide on a window that ends with the bar of an index, by each rulebook; the charts are read once."""
    as_of = last_close(window, instrument.trading_day)
    request = AnalysisRequest(
        symbol=instrument.symbol,
        instrument=instrument,
        windows={window.timeframe: window},
        account_balance=_BALANCE,
        risk_pct=_RISK_PCT,
        account_currency=at_par(instrument.quote_currency),
        as_of=as_of,
        calendar=None if news is None else news.seen_at(as_of, instrument),
    ).check()
    charts = SharedCharts(request)
    walked = (walk_now(request, one, facts_beyond=False, charts=charts)["decision"] for one in rulebooks)
    return [decided(decision, index, request.as_of) for decision in walked]


def decided(decision: Mapping[str, Any], index: int, as_of: int) -> Decided:
    """Return what a decision means for an order; one that names no target offers none."""
    setup = decision["setup"] if decision["status"] == "TRADE_NOW" else None
    offer = None
    if setup is not None and setup["take_profit"]:
        offer = Offer(
            fact_id=setup["fact_id"],
            rule=setup["rule_refs"][0],
            way=1 if setup["direction"] == "bullish" else -1,
            entry=setup["entry_price"],
            stop=setup["stop_loss"],
            invalidation=setup["invalidation_point"],
            target=setup["take_profit"][0],
        )
    strength = decision.get("strength", decision["confidence"])
    return Decided(index, as_of, decision["status"], decision["action"], strength, offer)
