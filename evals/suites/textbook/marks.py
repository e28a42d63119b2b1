"""Short forms for what a drawing says of its own bars: marks by bar and tick, sentences with prices and times."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from agent.labels import DecisionLabel, Direction, SetupLabel
from agent.labels.labels import Status
from evals.suites.textbook.drawing import Bar, Pen, Said, clock, with_clock
from rulebook.verdict import Outcome
from tools.candles import Candles

Event = tuple[str, Direction, int, int, int | None]
"""Kind, direction, the bar it is drawn on, the bar that made it known, and its price in ticks."""
Zone = tuple[str, Direction, tuple[int, int], int, int | None, int]
"""Kind, direction, edges in ticks, the bar it is drawn on, the bar that ended it, the bar that made it known."""
_PRICE: Final = re.compile(r"\[(-?\d+)\]")
_WORDS: Final = re.compile(r"\{([^|{}]*)\|([^|{}]*)\}")
_CLOCK: Final = re.compile(r"@(\d+)")
_ATR_BARS: Final = 14
_STOP_BUFFER: Final = 0.1
_GRID_PLACES: Final = 6  # so that a price on the grid is taken for one


@dataclass(frozen=True, slots=True)
class Trade:
    """The trade that an upright drawing offers, in ticks.

    Attributes:
        entry: the limit, between ticks for an optimal trade entry.
        beyond: the extreme the stop goes beyond, by a tenth of the ATR of the confirming bar.
        known: that bar.
        targets: nearest first.
        rule: of its model.
    """

    entry: float
    beyond: int
    known: int
    targets: tuple[int, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What is true of a chart besides its rule.

    Attributes:
        complete: the kinds of which every instance is marked.
        decision: that of the whole walk, and the rule that decides it.
        trade: what the walk offers.
    """

    events: tuple[Event, ...] = ()
    zones: tuple[Zone, ...] = ()
    complete: tuple[str, ...] = ()
    rules: Mapping[str, Outcome] = field(default_factory=dict)
    decision: tuple[Status, str] | None = None
    trade: Trade | None = None

    def said(self, pen: Pen, candles: Candles, bars: Sequence[Bar], *, walk: bool = False) -> Said:
        """Write the marks down for one market.

        Args:
            pen: whose market it is.
            candles: the chart they speak of.
            bars: the same as drawn, upright, for the ATR behind the stop.
            walk: whether higher timeframes agree with the drawing, so that the walk's bias is known.
        """
        return Said(
            events=tuple(pen.event(candles, *event) for event in self.events),
            zones=tuple(pen.zone(candles, *zone) for zone in self.zones),
            complete={candles.timeframe: frozenset(self.complete)} if self.complete else {},
            bias={"htf": pen.slant} if walk else {},
            rules=self.rules,
            decision=None if self.decision is None else DecisionLabel(*self.decision),
            setup=None if self.trade is None else _setup(pen, bars, self.trade),
        )


NOTHING: Final = Marks()


def told(pen: Pen, candles: Candles, text: str) -> str:
    """Write a sentence out: ``[101]`` is a price in ticks, ``@31`` the time bar 31 opens at, said to be New York's.

    Of ``{low|high}`` the first word is said of the drawing as written, the second of one upside down.
    """
    text = _WORDS.sub(lambda found: pen.word(found[1], found[2]), text)
    text = _PRICE.sub(lambda found: pen.said(int(found[1])), text)
    return with_clock(_CLOCK.sub(lambda found: clock(candles, int(found[1])), text))


def wilder(bars: Sequence[Bar], at: int) -> float:
    """Return the average true range of a bar by Wilder's own steps, length 14, in ticks."""
    ranges = [
        max(high, before) - min(low, before)
        for (_, high, low, _), before in zip(bars, [bars[0][3], *(bar[3] for bar in bars)], strict=False)
    ]
    average = sum(ranges[:_ATR_BARS]) / _ATR_BARS
    for one in ranges[_ATR_BARS : at + 1]:
        average += (one - average) / _ATR_BARS
    return average


def _setup(pen: Pen, bars: Sequence[Bar], trade: Trade) -> SetupLabel:
    stop = trade.beyond - _STOP_BUFFER * wilder(bars, trade.known)
    return SetupLabel(
        direction=pen.slant,
        entry=_quoted(pen, trade.entry),
        stop=_quoted(pen, stop),
        targets=tuple(pen.price(target) for target in trade.targets),
        rule=trade.rule,
    )


def _quoted(pen: Pen, ticks: float) -> float:
    """Return a price between ticks as its market quotes it, rounded away from where price stands."""
    price = pen.price(0) + pen.way * ticks * abs(pen.price(1) - pen.price(0))
    step = Decimal(str(pen.instrument.tick_size))
    nearest = round(price / float(step), _GRID_PLACES)
    return float((math.floor(nearest) if pen.way > 0 else math.ceil(nearest)) * step)
