"""Pairs of near misses: one drawing that an offset puts on either side of a threshold, and how it becomes two cases.

A pair differs in one number: a price by a tick, a moment by a second or a bar, an amount by a cent. Prices are drawn in
quarter points, which binary fractions hold exactly, so that a tie is a tie.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple

from agent.labels import DecisionLabel, Direction, EventLabel, Labelling, Labels, Provenance, ZoneLabel
from evals.cases.case import Case, Chart
from evals.suites.textbook.drawing import Bar, Pen, windows_of, with_clock
from rulebook.verdict import Outcome
from tools.candles import Candles
from tools.resample import last_close
from tools.timeframes import Timeframe

Side = Literal["inside", "outside"]
SIDES: Final[tuple[Side, ...]] = ("inside", "outside")
WAYS: Final = (1, -1)
EVENING: Final = "2024-05-14T18:00-04:00"
"""Two hours before a session begins and an hour after a day did: minutes from here on know no pools but swings."""
_OPPOSITES: Final = (
    ("high", "low"), ("highs", "lows"), ("higher", "lower"), ("highest", "lowest"), ("above", "below"), ("up", "down"),
    ("top", "bottom"), ("bullish", "bearish"), ("rise", "fall"), ("buy-side", "sell-side"),
)  # fmt: skip
TURNED: Final = dict([*_OPPOSITES, *((other, one) for one, other in _OPPOSITES)])
"""What a word of a sentence becomes where the drawing is upside down; sentences use these words of prices alone."""
_WORD: Final = re.compile(r"[A-Za-z]+(?:-side)?")
_PRICE: Final = re.compile(r"\[(-?\d+)\]")
_BY: Final = "ict-agent adversarial 1"
_ON: Final = "2026-11-21"


class Event(NamedTuple):
    """An event of an upright drawing, by bar numbers and ticks; see `EventLabel`."""

    kind: str
    direction: Direction
    at: int
    known: int
    ticks: int | None = None


class Zone(NamedTuple):
    """A zone of an upright drawing, by bar numbers and ticks; see `ZoneLabel`."""

    kind: str
    direction: Direction
    bottom: int
    top: int
    since: int
    known: int
    until: int | None = None


class Drawing(NamedTuple):
    """One side of a pair as drawn upright: its bars, what is true of them, and why; `start` where the pair's is not."""

    bars: list[Bar]
    why: str
    events: tuple[Event, ...] = ()
    zones: tuple[Zone, ...] = ()
    companion: list[Bar] | None = None
    start: str | None = None


class Judged(NamedTuple):
    """One side of a rule's pair: the chart, what the rule comes to on it, why, and the decision where it is said."""

    chart: Chart
    outcome: Outcome
    why: str
    decision: DecisionLabel | None = None


def drawn_way(pen: Pen, sentence: str) -> str:
    """Return a sentence about an upright drawing as it is true of the pen's: ``[21]`` is a price in ticks.

    Words of `TURNED` are turned with the drawing, so that a sentence says them of prices alone; distances stay.
    """
    if pen.way < 0:
        sentence = _WORD.sub(lambda found: _turned(found[0]), sentence)
    return _PRICE.sub(lambda found: pen.said(int(found[1])), sentence)


def _turned(word: str) -> str:
    other = TURNED.get(word.lower())
    if other is None:
        return word
    return other.capitalize() if word[0].isupper() else other


def near_miss(
    threshold: str,
    side: Side,
    variant: str,
    why: str,
    chart: Chart,
    labels: Labels,
    *,
    definition: str,
    rule: str | None = None,
) -> Case:
    """Make one case of a pair.

    Args:
        threshold: what it lies next to, in lower-case words joined by hyphens.
        side: which side of it; inside is where the thing asked for is, or is allowed.
        variant: what tells pairs of one threshold apart: a direction, a profile, a market.
        why: one sentence that argues from the definition.
        chart: what is looked at.
        labels: what is true of it.
        definition: what it is held against.
        rule: the rule it is about, where it is about one.
    """
    return Case(
        id=f"{threshold}.{side}.{variant}",
        why=with_clock(why),
        subject=chart,
        labellings=(Labelling(labels, Provenance(_BY, "builder", _ON, definition)),),
        tags={"threshold": threshold, "side": side, **({} if rule is None else {"rule": rule})},
        pinned=True,
    )


def fact_pairs(
    threshold: str,
    kinds: str,
    draw: Callable[[bool], Drawing],
    *,
    definition: str,
    parameters: Mapping[str, Any] | None = None,
    start: str = EVENING,
    timeframe: Timeframe = Timeframe.M1,
    symbol: str = "ES",
) -> tuple[Case, ...]:
    """Make the four cases of a fact: both sides of a threshold, upright and upside down.

    Args:
        threshold: as `near_miss`.
        kinds: the kinds of which the drawing states every instance, separated by spaces.
        draw: the drawing of one side; True draws the inside.
        definition: the entry of ICT.md.
        parameters: choices of the reading that differ from the defaults.
        start: when the first bar opens.
        timeframe: how long a bar is.
        symbol: whose market.
    """
    return tuple(
        _fact_case(threshold, side, pen, draw(side == "inside"), kinds, definition, parameters or {}, start, timeframe)
        for pen in (Pen(symbol, way) for way in WAYS)
        for side in SIDES
    )


def rule_pair(threshold: str, variant: str, rule: str, judge: Callable[[bool], Judged]) -> tuple[Case, Case]:
    """Make the two cases of a rule's threshold.

    Args:
        threshold: as `near_miss`; likewise `variant` and `rule`.
        variant: what tells pairs of one threshold apart.
        rule: the rule.
        judge: one side; True gives the inside.
    """
    inside, outside = (
        near_miss(
            threshold,
            side,
            variant,
            judged.why,
            judged.chart,
            Labels(rules={rule: judged.outcome}, decision=judged.decision),
            definition=f"rulebook {rule}",
            rule=rule,
        )
        for side, judged in zip(SIDES, (judge(True), judge(False)), strict=True)
    )
    return inside, outside


def _fact_case(
    threshold: str,
    side: Side,
    pen: Pen,
    drawing: Drawing,
    kinds: str,
    definition: str,
    parameters: Mapping[str, Any],
    start: str,
    timeframe: Timeframe,
) -> Case:
    first = drawing.start or start
    candles = pen.candles(drawing.bars, timeframe, first)
    companion = None if drawing.companion is None else pen.candles(drawing.companion, timeframe, first)
    chart = Chart(
        instrument=pen.instrument,
        windows=windows_of(candles),
        as_of=last_close(candles, pen.instrument.trading_day),
        companion=companion,
        parameters=dict(parameters),
    )
    labels = Labels(
        events=_events(pen, candles, drawing.events),
        zones=_zones(pen, candles, drawing.zones),
        complete={timeframe: frozenset(kinds.split())},
    )
    return near_miss(
        threshold, side, pen.slant, drawn_way(pen, drawing.why), chart, labels, definition=f"ICT.md: {definition}"
    )


def _events(pen: Pen, candles: Candles, events: tuple[Event, ...]) -> tuple[EventLabel, ...]:
    return tuple(pen.event(candles, one.kind, one.direction, one.at, one.known, one.ticks) for one in events)


def _zones(pen: Pen, candles: Candles, zones: tuple[Zone, ...]) -> tuple[ZoneLabel, ...]:
    return tuple(
        pen.zone(candles, one.kind, one.direction, (one.bottom, one.top), one.since, one.until, one.known)
        for one in zones
    )
