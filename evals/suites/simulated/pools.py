"""Which pool below price a bar took that lay the farthest out: by ICT.md alone, in whole ticks of the upright drawing.

Noise makes lows of its own a little beyond the one that is planted, and sessions and days end on others; what a bar
takes at once and one close decides is one event at the most extreme of their prices. Nothing here asks the tools for
pools, so that the labels stay those of the definitions.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from evals.suites.simulated.clock import Times
from evals.suites.simulated.market import Bars, Quill
from evals.suites.simulated.paths import wilder
from tools.session_windows import KILL_ZONES
from tools.trading_day import day_ordinals, month_ordinals, new_york_clock, week_ordinals

_EXTERNAL, _INTERNAL = 5, 2
"""Bars on each side that a swing is compared with."""
_ATR_BARS: Final = 14
_TOLERANCE: Final = 0.1
_Ticks = npt.NDArray[np.int64]
_OUTSIDE: Final = -1


def farthest_taken(pen: Quill, bars: Bars, times: Times, at: int, *, swept: bool) -> int:
    """Return the price of the lowest pool that a bar took and its own close decided, in ticks.

    External swing lows and equal lows known before the bar, and the lows of days, weeks, months and sessions that were
    over when it opened, none of them traded through since.

    Args:
        pen: whose market it is.
        bars: in ticks, upright, shape (n, 4).
        times: when they open, at least n.
        at: the bar.
        swept: whether it is the pools that the close is back above that are asked for, or those it is not.

    Raises:
        ValueError: the bar took no such pool.
    """
    close = int(bars[at, 3])
    taken = {*_standing(pen, bars[: at + 1, 2], times[: at + 1]), *_equal(bars[: at + 1])}
    rest = [low for low in taken if (low < close) == swept]
    if not rest:
        raise ValueError(f"bar {at} took no pool that its close of {close} decided")
    return min(rest)


def _standing(pen: Quill, lows: _Ticks, times: Times) -> Iterator[int]:
    """Yield the prices of single lows that the last bar took."""
    for formed in {*_swings(lows[:-1], _EXTERNAL), *_of_periods(pen, lows, times)}:
        if lows[-1] < lows[formed] <= _deepest(lows[formed + 1 : -1]):
            yield int(lows[formed])


def _equal(bars: Bars) -> Iterator[int]:
    """Yield the prices of equal lows that the last bar took, each pool known with its newest member."""
    lows = bars[:, 2]
    swings = list(_swings(lows[:-1], _INTERNAL))
    for place, newest in enumerate(swings):
        if newest + _INTERNAL + 1 < _ATR_BARS:
            continue
        tolerance = _TOLERANCE * wilder(bars, newest + _INTERNAL)
        members = [newest, *(one for one in swings[:place] if _is_equal(lows, one, newest, tolerance))]
        price = int(lows[members].min())
        if len(members) > 1 and lows[-1] < price <= _deepest(lows[newest + _INTERNAL + 1 : -1]):
            yield price


def _is_equal(lows: _Ticks, one: int, newest: int, tolerance: float) -> bool:
    """Say whether two lows lie within the tolerance with nothing between them beyond the lower by more than it."""
    lower = min(int(lows[one]), int(lows[newest]))
    is_near = abs(int(lows[one]) - int(lows[newest])) <= tolerance
    return is_near and bool(lows[one + 1 : newest].min() >= lower - tolerance)


def _deepest(lows: _Ticks) -> int:
    """Return the lowest of some lows, of none one that nothing lies above."""
    return int(lows.min()) if len(lows) else int(np.iinfo(np.int64).max)


def _swings(lows: _Ticks, reach: int) -> Iterator[int]:
    """Yield the bars of swing lows that are known by the last of some bars."""
    around = np.lib.stride_tricks.sliding_window_view(lows, 2 * reach + 1)
    left, right = around[:, :reach].min(axis=1), around[:, reach + 1 :].min(axis=1)
    yield from (np.flatnonzero((around[:, reach] < left) & (around[:, reach] <= right)) + reach).tolist()


def _of_periods(pen: Quill, lows: _Ticks, times: Times) -> Iterator[int]:
    """Yield the bars of the lows of periods that were over when the last bar opened."""
    days = day_ordinals(times, pen.instrument.trading_day)
    minutes, _ = new_york_clock(times)
    groups = [days, week_ordinals(days), month_ordinals(days)]
    for window in KILL_ZONES[pen.instrument.kill_zones]:
        groups.append(np.where(window.holds(minutes), days, _OUTSIDE))
    for group in groups:
        for begin, end in _runs(group):
            if end < len(lows) and group[begin] != _OUTSIDE:
                yield begin + int(lows[begin:end].argmin())


def _runs(group: _Ticks) -> Iterator[tuple[int, int]]:
    """Yield where each run of one value begins and ends."""
    bounds = [0, *(np.flatnonzero(group[1:] != group[:-1]) + 1).tolist(), len(group)]
    yield from pairwise(bounds)
