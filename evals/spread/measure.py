"""Decide over one chart, and keep what the spread needs: status, action, confidence, whether the offer was fresh."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import walk_now
from evals.spread.random_walks import random_walk
from rulebook.book import Rulebook
from rulebook.loader import load_rulebook
from tools.candles import Candles
from tools.instruments import instrument
from tools.times import parse_time


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one chart.

    Attributes:
        deciding: the rules that decided.
        offered: whether a setup was offered.
        is_stale: whether its entry had traded or its stop been hit between its confirmation and the decision, counted
            bar by bar on the candles given, independently of the tools.
    """

    status: str
    action: str
    confidence: float
    confluence: float
    deciding: tuple[str, ...]
    offered: bool
    is_stale: bool


def decide(candles: Candles, symbol: str, profile: str) -> Outcome:
    """Decide at the close of the last bar, for an account of 10,000 that risks one percent and knows no news."""
    request = AnalysisRequest(
        symbol=symbol,
        instrument=instrument(symbol),
        windows={candles.timeframe: candles},
        account_balance=10_000.0,
        risk_pct=1.0,
        as_of=int(candles.end[-1]),
        calendar=(),
        profile=profile,
    ).check()
    decision = walk_now(request, _rulebook(profile), facts_beyond=False)["decision"]
    setup = decision["setup"]
    return Outcome(
        status=decision["status"],
        action=decision["action"],
        confidence=decision["confidence"],
        confluence=decision["confluence_score"],
        deciding=tuple(decision["deciding_rules"]),
        offered=setup is not None,
        is_stale=setup is not None and is_stale(candles, setup),
    )


def decide_walk(seed: int, *, bars: int, profile: str) -> Outcome:
    """Decide over the random walk of a seed."""
    return decide(random_walk(seed, bars=bars), "EURUSD", profile)


@cache
def _rulebook(profile: str) -> Rulebook:
    return load_rulebook(profile)


def is_stale(candles: Candles, setup: Mapping[str, object]) -> bool:
    """Tell whether a setup's entry or stop had traded by the last bar; bars from its confirmation on count."""
    confirmed, entry = parse_time(str(setup["confirmed_at"])), float(str(setup["entry_price"]))
    stop, is_long = float(str(setup["stop_loss"])), setup["direction"] == "bullish"
    for at, high, low in zip(candles.time.tolist(), candles.high.tolist(), candles.low.tolist(), strict=True):
        if at < confirmed:
            continue
        if (low <= entry or low <= stop) if is_long else (high >= entry or high >= stop):
            return True
    return False
