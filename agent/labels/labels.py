"""Labels of a chart as plain values; `agent.labels.documents` reads and writes them.

Every moment is the UTC epoch second at which a bar opened. A label speaks of one timeframe, by its bars: the one it is
drawn on, and the one at whose close it became knowable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from rulebook.verdict import Outcome
from tools.timeframes import Timeframe

Direction = Literal["bullish", "bearish"]
Bias = Literal["bullish", "bearish", "neutral", "unclear"]
Status = Literal["TRADE_NOW", "WAIT", "NO_TRADE"]
Result = Literal["target", "stop", "open", "not_filled"]

BIASES: Final[tuple[Bias, ...]] = ("bullish", "bearish", "neutral", "unclear")

EVENT_KINDS: Final = (
    "internal_swing", "external_swing", "internal_bos", "internal_choch", "external_bos", "external_choch", "mss",
    "displacement", "equal_highs", "equal_lows", "sweep", "run", "cisd", "smt", "judas_swing",
)  # fmt: skip
"""Facts of one bar. A swing low and equal lows are bullish, their mirrors bearish. A sweep and a run are drawn on the
bar that took the pool and point where price is expected to go: a sweep of sell-side liquidity is bullish, a run
bearish. All pools that one bar took and one close decided are one event, at the price of the most extreme."""

ZONE_KINDS: Final = (
    "fair_value_gap", "inverse_gap", "balanced_range", "volume_imbalance", "opening_gap", "order_block",
    "external_order_block", "breaker", "mitigation_block", "rejection_block", "dealing_range", "ote",
)  # fmt: skip
"""Facts with two prices and a life: gaps and imbalances live until they are filled, inverse gaps and blocks until a
close beyond their far side. Dealing range and optimal trade entry are those of the last bar."""


@dataclass(frozen=True, slots=True)
class EventLabel:
    """Something that happened on one bar.

    Attributes:
        kind: one of `EVENT_KINDS`.
        at: the bar it is drawn on.
        detected_at: the bar at whose close it became knowable; a find confirmed before it looked ahead.
        price: where it happened, in the quote currency; None where nobody said.
    """

    kind: str
    direction: Direction
    timeframe: Timeframe
    at: int
    detected_at: int
    price: float | None = None


@dataclass(frozen=True, slots=True)
class ZoneLabel:
    """A range of prices that lived for a while.

    Attributes:
        kind: one of `ZONE_KINDS`.
        top: its upper edge, above `bottom`.
        since: the bar it is drawn on.
        until: the bar at whose close it ended; None while it lives at the end of the chart.
        detected_at: the bar at whose close it became knowable; None where nobody said.
    """

    kind: str
    direction: Direction
    timeframe: Timeframe
    top: float
    bottom: float
    since: int
    until: int | None = None
    detected_at: int | None = None


@dataclass(frozen=True, slots=True)
class DecisionLabel:
    """What the decision should be.

    Attributes:
        rule: the rule that should decide it: of NO_TRADE and WAIT a closed gate, of TRADE_NOW the rule of the setup
            that is offered; None where nobody said.
    """

    status: Status
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class SetupLabel:
    """The trade that should be offered; `rule` and `targets` may be unsaid, targets ascend by distance."""

    direction: Direction
    entry: float
    stop: float
    targets: tuple[float, ...] = ()
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class OutcomeLabel:
    """What became of the setup.

    Attributes:
        result: whether the first target or the stop came first, neither did, or the entry never filled.
        r: profit or loss in units of the distance from entry to stop; None where it never filled.
        at: the bar that ended it; None while it is open.
    """

    result: Result
    r: float | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """Everything one labeller says of one chart; what is left out is not judged.

    Attributes:
        complete: for each timeframe the kinds of which *every* instance is listed, so that a find beside them is false.
            For other kinds only the listed ones are looked for.
        bias: by timeframe, and under ``htf`` that of the walk.
        rules: what each rule comes to when it is judged on all facts of the chart, by rule id.
    """

    events: tuple[EventLabel, ...] = ()
    zones: tuple[ZoneLabel, ...] = ()
    complete: Mapping[Timeframe, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    bias: Mapping[str, Bias] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, Outcome] = field(default_factory=lambda: MappingProxyType({}))
    decision: DecisionLabel | None = None
    setup: SetupLabel | None = None
    outcome: OutcomeLabel | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who or what labelled, when, against which definition, and under which licence it may be passed on.

    Attributes:
        by: a person's name or handle, or the builder's name and version.
        method: how.
        on: the day, ISO-8601.
        definition: what the labels were held against, such as ``ICT.md: fair value gap``.
    """

    by: str
    method: Literal["hand", "builder", "recorded", "model"]
    on: str
    definition: str
    licence: str = "MIT"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "by": self.by,
            "method": self.method,
            "on": self.on,
            "definition": self.definition,
            "licence": self.licence,
        }


@dataclass(frozen=True, slots=True)
class Labelling:
    """Labels with their provenance."""

    labels: Labels
    provenance: Provenance
