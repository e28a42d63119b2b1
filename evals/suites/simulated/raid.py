"""The raid every planted story is told with, upright and in units: a low, a rise from it, a fall back to it, a turn.

From a low of 0 (bar -27, counted from the raid) price rises to its high (-18) and falls in two legs with a bounce each:
to 16 and up to 22, to 6 and up to 13. The second leg closes below the first one's low, so that structure is down, and
the bounce to 13 leaves the internal swing high of 14 (-3) that a turn has to break. Bar 0 takes the low of 0. What it
does then is the story: it closes back above and bar 1 displaces price and bar 2 leaves a gap; or it does not.

Heavy noise lies over all of that, so that what the story means is not always what its bars show.

Before that, noise apart, lies the trading day before: a fall from 150 to its low, and a slow rise towards the raid.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from evals.suites.simulated.clock import QUARTER, Times, bars_of, day_before, moment
from evals.suites.simulated.market import Bars, Quill
from evals.suites.simulated.paths import HEAVY, drawn, generator, joined, noisy, spoiled
from evals.suites.textbook.drawing import Bar, path

LOW_BAR, HIGH_BAR, BOUNCE_BAR = -27, -18, -3
"""Where the raided low, the high above and the bounce that breaks lie, counted from the raid."""
BOUNCE: Final = 14
"""The internal swing high that breaks, in units."""
OPENED: Final = 150
"""Where the chart opens, in units."""
_DAY_LOW: Final = -6
_BEFORE: Final = 8
_DIP_BARS: Final = 4
_LAST_LOW_MINUTE: Final = 14 * 60
"""When the day before makes its low."""
_EVENING_MINUTE: Final = 17 * 60
_EVENING: Final = 30


@dataclass(frozen=True, slots=True)
class Place:
    """When and where a raid happens.

    Attributes:
        pen: whose market, and which way up.
        day: the trading day.
        minute: of New York's day, at which the bar opens that takes the low.
        noise: how much lies over what is not planted; heavy noise over what is, too.
        seed: of every draw.
        old_low: whether the low that is raided is the day before's, and not the session's.
        height: of the high above, in units.
        depth: by how much the raid goes beyond the low, in units.
        edge: the near edge of the gap that is left, in units.
        run: where the displacement closes, in units.
    """

    pen: Quill
    day: date
    minute: int
    noise: str
    seed: tuple[int, ...]
    old_low: bool
    height: int
    depth: int
    edge: int
    run: int

    @property
    def at(self) -> int:
        """Epoch second at which the raid's bar opens."""
        return moment(self.day, self.minute)


def placed(pen: Quill, day: date, minute: int, noise: str, seed: tuple[int, ...], *, old_low: bool = False) -> Place:
    """Draw the sizes of a raid."""
    rng = generator(*seed, 1)
    height, depth, edge = (int(rng.integers(low, high)) for low, high in ((60, 77), (2, 5), (7, 10)))
    return Place(pen, day, minute, noise, seed, old_low, height, depth, edge, run=int(rng.integers(20, 24)))


def raid(place: Place) -> list[Bar]:
    """Draw the bar that takes the low and closes back above it, in units."""
    return [(2, 4, -place.depth, 3)]


def turn(place: Place) -> list[Bar]:
    """Draw the bar that displaces price through the bounce, and the one that leaves the gap."""
    run = place.run
    return [(3, run + 1, 2, run), (run, run + 4, place.edge, run + 3)]


def hover(place: Place, bars: int) -> list[Bar]:
    """Draw what follows the gap: price waits above it."""
    run, rng = place.run, generator(*place.seed, 2)
    drawn_bars: list[Bar] = []
    close = run + 3
    for _ in range(bars):
        opened, close = close, run + int(rng.integers(-1, 3))
        drawn_bars.append((opened, max(opened, close) + 1, min(opened, close) - 1 - int(rng.integers(0, 3)), close))
    return drawn_bars


def told_bars(place: Place, story: list[Bar], more: int = 0) -> tuple[Times, Bars, int]:
    """Draw a whole chart.

    Args:
        place: when and where.
        story: the bars from the raid on, in units.
        more: how many bars follow the chart.

    Returns:
        When the bars open, those that follow included; the chart's bars in ticks; and the bar of the raid.
    """
    times = bars_of(place.pen, place.day, place.at + len(story) * QUARTER, more)
    raided = int(np.searchsorted(times, place.at))
    unit = place.pen.unit
    planted = np.array([*_fall(place), *story], dtype=np.int64) * unit
    before = _before(place, times, raided + len(story) - len(planted)) * unit
    bars = np.concatenate((_with_noise(place, before, times), planted))
    return times, spoiled(bars, len(before), generator(*place.seed, 4)) if place.noise == HEAVY else bars, raided


def _fall(place: Place) -> list[Bar]:
    """Draw what leads to the raid: the fall from the high, and for a low of the session how that came about."""
    fall = path(place.height, (16, 8), (22, 2), (6, 3), (13, 2), (2, 2))
    made = path(_BEFORE, (1, _DIP_BARS), (place.height, HIGH_BAR - LOW_BAR))
    return fall if place.old_low else [*made, *fall]


def _before(place: Place, times: Times, count: int) -> Bars:
    """Draw the trading day before and the hours up to what is planted, in units."""
    low_bar = _bar_of(place, times, _LAST_LOW_MINUTE)
    turns = [(0, OPENED), (low_bar, 1 if place.old_low else _DAY_LOW + 1)]
    if place.old_low:
        turns.append((_bar_of(place, times, _EVENING_MINUTE), _EVENING))
    turns.append((count - 1, place.height if place.old_low else _BEFORE))
    return drawn(joined(turns), 1)


def _bar_of(place: Place, times: Times, minute: int) -> int:
    """Return the first bar at or after a minute of the trading day before."""
    return int(np.searchsorted(times, moment(day_before(place.pen, place.day), minute)))


def _with_noise(place: Place, before: Bars, times: Times) -> Bars:
    """Lay noise over what is not planted; the planted low and high stay the extremes."""
    unit, low_bar = place.pen.unit, _bar_of(place, times, _LAST_LOW_MINUTE)
    ceiling = np.full(len(before), (OPENED + 10) * unit, dtype=np.int64)
    floor = _DAY_LOW * unit
    if place.old_low:
        ceiling[low_bar:] = (place.height + 1) * unit
        floor = 0
    made = noisy(before, place.noise, generator(*place.seed, 3), floor, ceiling)
    made[low_bar, 2] = floor
    return made
