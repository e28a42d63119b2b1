"""What every story is made into: a case with the labels of what it planted, and nothing said of the rest."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from agent.labels import (
    DecisionLabel,
    Direction,
    EventLabel,
    Labelling,
    Labels,
    OutcomeLabel,
    Provenance,
    SetupLabel,
    ZoneLabel,
)
from agent.labels.labels import Bias
from evals.cases.case import Case, Chart
from evals.suites.simulated.market import Quill
from evals.suites.simulated.paths import HEAVY
from rulebook.verdict import Outcome
from tools.candles import Candles
from tools.timeframes import Timeframe
from tools.trading_day import NEW_YORK

BY: Final = "ict-agent simulated 1"
NOISY_BY: Final = "ict-agent noisy 1"
_ON: Final = "2026-11-21"
_BALANCE: Final = 1_000_000.0
SYMBOLS: Final = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "NQ", "ES")
WAYS: Final = (1, -1)
_INTENT: Final = (
    "so the story has it, but heavy noise lies over all of these bars, and the labels are the story's intent and not "
    "the definition's verdict."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a story says of its chart; see `Labels`.

    Attributes:
        complete: kinds of which every instance on the finest timeframe is listed.
    """

    events: tuple[EventLabel, ...] = ()
    zones: tuple[ZoneLabel, ...] = ()
    complete: tuple[str, ...] = ()
    bias: Mapping[str, Bias] = field(default_factory=dict)
    rules: Mapping[str, Outcome] = field(default_factory=dict)
    decision: DecisionLabel | None = None
    setup: SetupLabel | None = None
    outcome: OutcomeLabel | None = None

    def under(self, noise: str) -> "Told":
        """Return what can be said under noise: under heavy noise where what was planted lies, and no more."""
        if noise != HEAVY:
            return self
        return Told(events=tuple(replace(one, price=None) for one in self.events), zones=self.zones)


def concluded(noise: str, what: str) -> str:
    """Return how a sentence ends that told what was planted: with what it comes to, unless the noise is heavy."""
    return _INTENT if noise == HEAVY else what


def story_case(
    scenario: str,
    number: int,
    pen: Quill,
    noise: str,
    why: str,
    windows: Mapping[Timeframe, Candles],
    as_of: int,
    told: Told,
    *,
    session: str,
    definition: str,
    after: Candles | None = None,
    **chart: Any,
) -> Case:
    """Make a case of a story.

    Args:
        scenario: which story it is.
        number: which of its charts, of this noise and way up.
        pen: whose market it is.
        noise: how much of it there is.
        why: one sentence.
        windows: closed candles by timeframe.
        as_of: the moment of the decision.
        told: the labels; of them a chart of heavy noise keeps events and zones.
        session: the kill zone it plays in, or ``none``.
        definition: the parts of ICT.md its labels are held against.
        after: what followed; of a chart of heavy noise nothing is said.
        chart: fields of `Chart` that differ.
    """
    told = told.under(noise)
    labels = Labels(
        events=told.events,
        zones=told.zones,
        complete={min(windows, key=lambda one: one.seconds): frozenset(told.complete)} if told.complete else {},
        bias=dict(told.bias),
        rules=dict(told.rules),
        decision=told.decision,
        setup=told.setup,
        outcome=told.outcome,
    )
    return Case(
        id=f"{scenario}.{noise}.{pen.slant}.{number:02d}.{pen.symbol.lower()}",
        why=why,
        subject=Chart(
            instrument=pen.instrument,
            windows=dict(windows),
            as_of=as_of,
            account_balance=_BALANCE,
            quote_to_account_rate=pen.rate,
            after=None if noise == HEAVY else after,
            simulated=True,
            **chart,
        ),
        labellings=(
            Labelling(labels, Provenance(NOISY_BY if noise == HEAVY else BY, "builder", _ON, f"ICT.md: {definition}")),
        ),
        tags={
            "scenario": scenario,
            "noise": noise,
            "session": session,
            "direction": pen.slant,
            **({"labels": "intent"} if noise == HEAVY else {}),
        },
        pinned=noise != HEAVY,
    )


def quoted(pen: Quill, ticks: float) -> float:
    """Return a price between ticks as its market quotes it, rounded away from where price stands."""
    return pen.price(math.floor(ticks))


def clock(second: int) -> str:
    """Return a moment as New York's clock shows it."""
    return f"{datetime.fromtimestamp(second, NEW_YORK):%H:%M}"


def event(pen: Quill, candles: Candles, kind: str, at: int, known: int, ticks: int | None = None) -> EventLabel:
    """Label something bullish of the upright drawing."""
    return pen.event(candles, kind, "bullish", at, known, ticks)


def markets(count: int, symbols: Sequence[str] = SYMBOLS) -> list[tuple[int, int, str]]:
    """Return so many charts a way up: which one, the way, and the market, which the two ways do not share."""
    return [(number, way, symbols[(number + (way < 0)) % len(symbols)]) for way in WAYS for number in range(count)]


def opposite(direction: Direction) -> Direction:
    """Return the other direction."""
    return "bearish" if direction == "bullish" else "bullish"
