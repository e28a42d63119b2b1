"""The labels of a raid that turned: by construction, from where its bars were drawn."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from agent.labels import DecisionLabel, EventLabel, OutcomeLabel, SetupLabel, ZoneLabel
from agent.labels.labels import Result
from evals.suites.simulated.clock import QUARTER, Times
from evals.suites.simulated.market import Bars, laddered
from evals.suites.simulated.paths import HEAVY, wilder
from evals.suites.simulated.pools import farthest_taken
from evals.suites.simulated.raid import BOUNCE, Place, hover, raid, told_bars, turn
from evals.suites.simulated.stories import clock, concluded, event, quoted
from evals.suites.textbook.drawing import Bar
from tools.candles import Candles
from tools.timeframes import Timeframe

DEFINITION: Final = "liquidity pool, sweep, displacement, MSS, FVG, setups 6.5, sessions"
STOP_BUFFER: Final = 0.1
_DISPLACED: Final = 1.5
_GAP_FOOT: Final = 4
"""The high of the raid's bar, in units: the far edge of the gap."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A chart with a raid that turned.

    Attributes:
        place: when and where.
        times: when its bars open, and those that follow.
        bars: in ticks, upright.
        raided: the bar of the raid.
    """

    place: Place
    times: Times
    bars: Bars
    raided: int

    @property
    def base(self) -> Candles:
        """The chart's own candles."""
        return self.place.pen.candles_at(self.bars, Timeframe.M15, self.times[: len(self.bars)].tolist())

    @property
    def as_of(self) -> int:
        """When the last bar closes."""
        return int(self.times[len(self.bars) - 1]) + QUARTER

    def windows(self, *, against: bool = False) -> dict[Timeframe, Candles]:
        """Return the chart with its higher timeframes."""
        return laddered(self.place.pen, self.base, int(self.bars[0, 0]), against=against)

    def facts(self, base: Candles) -> tuple[tuple[EventLabel, ...], tuple[ZoneLabel, ...]]:
        """Return the sweep, the displacement and the shift, and the gap as it stands while nothing has filled it."""
        pen, unit, at = self.place.pen, self.place.pen.unit, self.raided
        events = (
            self.sweep(base),
            event(pen, base, "displacement", at + 1, at + 1),
            event(pen, base, "mss", at + 1, at + 2, BOUNCE * unit),
        )
        return events, (self.gap(base, None),)

    def sweep(self, base: Candles) -> EventLabel:
        """Return the sweep of the low, at the price of the most extreme pool that its bar took with it."""
        return event(self.place.pen, base, "sweep", self.raided, self.raided, self._taken(swept=True))

    def run(self, base: Candles) -> EventLabel:
        """Return the run of the low, at that price; it points the other way."""
        pen = self.place.pen
        return pen.event(base, "run", "bearish", self.raided, self.raided, self._taken(swept=False))

    def _taken(self, *, swept: bool) -> int | None:
        """Return that price in ticks; nothing is said of one under heavy noise."""
        if self.place.noise == HEAVY:
            return None
        return farthest_taken(self.place.pen, self.bars, self.times, self.raided, swept=swept)

    def gap(self, base: Candles, filled: int | None) -> ZoneLabel:
        """Return the gap, which bar `filled` ended: between its bars' wicks; where they meet, as the story drew it."""
        pen, unit, at = self.place.pen, self.place.pen.unit, self.raided
        foot, edge = int(self.bars[at, 1]), int(self.bars[at + 2, 2])
        if foot >= edge:
            foot, edge = _GAP_FOOT * unit, self.place.edge * unit
        return pen.zone(base, "fair_value_gap", "bullish", (foot, edge), at + 1, filled, at + 2)

    @property
    def stop(self) -> float:
        """The stop in ticks, unrounded."""
        return -self.place.depth * self.place.pen.unit - STOP_BUFFER * wilder(self.bars, self.raided + 2)

    @property
    def target(self) -> int:
        """The first target in ticks: the high above, the only pool between the gap and the day's open."""
        return (self.place.height + 1) * self.place.pen.unit

    def setup(self) -> SetupLabel:
        """Return the limit at the gap's near edge."""
        pen = self.place.pen
        entry, stop = pen.price(self.place.edge * pen.unit), quoted(pen, self.stop)
        return SetupLabel(pen.slant, entry, stop, (pen.price(self.target),), "6.5")

    def why(self, what: str) -> str:
        """Return the sentence: what was planted, with its prices and New York times, and what that comes to."""
        pen, at, unit = self.place.pen, self.place.at, self.place.pen.unit
        return (
            f"At {clock(at)} New York the {pen.word('low', 'high')} of {pen.said(0)} was swept to "
            f"{pen.said(-self.place.depth * unit)}, the next bar displaced price through {pen.said(BOUNCE * unit)} and "
            f"left a gap with the edge {pen.said(self.place.edge * unit)}: {concluded(self.place.noise, what)}"
        )


TRADE: Final = DecisionLabel("TRADE_NOW", "6.5")


def planted(place: Place, hovering: int, more: int = 0, *, then: tuple[Bar, ...] = ()) -> Planted:
    """Draw a raid that turned.

    Args:
        place: when and where.
        hovering: bars that wait above the gap.
        more: bars that follow the chart.
        then: bars after those that wait, still of the chart, in units.

    Raises:
        ValueError: the displacement would not be one; the place's noise drew too high an average true range. Heavy
            noise may.
    """
    story = [*raid(place), *turn(place), *hover(place, hovering), *then]
    made = Planted(place, *told_bars(place, story, more))
    body = (place.run - 3) * place.pen.unit
    if place.noise != HEAVY and body < _DISPLACED * wilder(made.bars, made.raided):
        raise ValueError(f"{place}: a body of {body} ticks does not displace")
    return made


def followed(made: Planted, result: Result, quiet: int) -> tuple[Candles, OutcomeLabel]:
    """Draw what followed, and label what became of the limit.

    Args:
        made: the chart.
        result: ``target``, ``stop``, ``open`` or ``not_filled``.
        quiet: bars that go by before price comes back.
    """
    place, pen = made.place, made.place.pen
    top, edge, last = place.height, place.edge, int(made.bars[-1, 3]) // pen.unit
    wait: list[Bar] = [(last, last + 1, last - 1, last)] * quiet
    fill: list[Bar] = [(last, last + 1, edge - 1, edge + 1)]
    climb = [(edge + 1, edge + 12, edge, edge + 11), (edge + 11, top - 8, edge + 10, top - 9)]
    ended: dict[Result, list[Bar]] = {
        "target": [*wait, *fill, *climb, (top - 9, top + 2, top - 10, top)],
        "stop": [*wait, *fill, (edge + 1, edge + 2, 1, 2), (2, 3, -place.depth - 6, -place.depth - 5)],
        "open": [*wait, *fill, *[(edge + 1, edge + 4, edge - 1, edge + 1)] * 4],
        "not_filled": [*wait, (last, top - 8, last - 1, top - 9), (top - 9, top + 2, top - 10, top)],
    }
    bars = ended[result]
    first = len(made.bars)
    times = made.times[first : first + len(bars)].tolist()
    after = pen.candles_at(np.array(bars, dtype=np.int64) * pen.unit, Timeframe.M15, times)
    at = times[-1] if result in ("target", "stop") else None
    return after, OutcomeLabel(result, _profit(made, result), at)


def _profit(made: Planted, result: Result) -> float | None:
    if result not in ("target", "stop"):
        return None
    if result == "stop":
        return -1.0
    setup = made.setup()
    return round(abs(setup.targets[0] - setup.entry) / abs(setup.entry - setup.stop), 4)
