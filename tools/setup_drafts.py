"""What every setup model needs: its columns before a stop is set, and questions asked of both directions at once.

Both directions are laid end to end on one line of twice as many bars: a bullish row asks at its bar, a bearish row
`lane` bars further on, where prices are negated. One array operation then answers for both.
"""

from typing import NamedTuple

import numpy as np

from tools.candles import Candles
from tools.facts import BULLISH, NONE, BoolArray, DirectionArray, FloatArray, IntArray
from tools.imbalances import FairValueGaps
from tools.liquidity import LiquidityPools
from tools.spans import last_lowest


class Drafts(NamedTuple):
    """Setups of one model before their stops are set, one array a column, each shape (m,); see `tools.setups.Setups`.

    Attributes:
        formed: int64: the bar each is drawn on.
        confirmed: int64: the bar at whose close it became knowable.
        direction: int8.
        entry: float64, in the quote currency.
        invalidation: float64: the extreme beyond which the stop goes.
        origin: int64: the bar of that extreme.
        gap: int64: the confirmation of the gap that is entered, or `NONE`.
    """

    formed: IntArray
    confirmed: IntArray
    direction: DirectionArray
    entry: FloatArray
    invalidation: FloatArray
    origin: IntArray
    gap: IntArray


class Sweeps(NamedTuple):
    """Every sweep on the line of both directions, ascending, after a sentinel before the first bar.

    Attributes:
        closed: int64: the close back inside, on the lane of the direction that it speaks for.
        taken: int64: the bar that took the pool; of the sweeps of one close the earliest stands last.
        latest_taken: int64: the latest bar, up to here, at which a pool swept by then was taken.
    """

    closed: IntArray
    taken: IntArray
    latest_taken: IntArray


def lanes(direction: DirectionArray, bars: int) -> IntArray:
    """Return what to add to each row's bars to stand on its direction's half of the line."""
    return np.where(direction == BULLISH, 0, bars)


def near_prices(candles: Candles, direction: DirectionArray, bars: IntArray) -> FloatArray:
    """Return the wicks that reach back: each bar's low for a bullish row, its high for a bearish one."""
    return np.where(direction == BULLISH, candles.low[bars], candles.high[bars])


def last_extremes(candles: Candles, direction: DirectionArray, first: IntArray, last: IntArray) -> IntArray:
    """Return the last of the bars in ``[first, last]`` with the lowest low (the highest high for a bearish row)."""
    lane = lanes(direction, len(candles))
    return last_lowest(np.concatenate((candles.low, -candles.high)), first + lane, last + lane + 1) - lane


def gap_rows(gaps: FairValueGaps, confirmed: IntArray) -> IntArray:
    """Return the rows of the gaps confirmed at these bars; a bar confirms one at most, of whichever direction."""
    return np.searchsorted(gaps.confirmed_index, confirmed)


def are_open(gaps: FairValueGaps, rows: IntArray, at: IntArray) -> BoolArray:
    """Tell whether each gap was neither filled nor inverted by the close of bar `at`; what inverts it has filled it."""
    filled = gaps.filled_index[rows]
    still: BoolArray = (filled == NONE) | (filled > at)
    return still


def sweeps_of(pools: LiquidityPools, bars: int) -> Sweeps:
    """Line up the sweeps: those of sell-side pools speak for a bullish setup, those of buy-side pools for a bearish."""
    rows = np.flatnonzero(pools.swept_index != NONE)
    lane = np.where(pools.side[rows] == -BULLISH, 0, bars)
    closed = pools.swept_index[rows] + lane
    taken = pools.taken_index[rows] + lane
    order = np.lexsort((-taken, closed))
    columns = (closed[order], taken[order], np.maximum.accumulate(taken[order]))
    return Sweeps(*(np.concatenate(([NONE], column)) for column in columns))


def last_sweeps(sweeps: Sweeps, direction: DirectionArray, before: IntArray, bars: int) -> tuple[IntArray, IntArray]:
    """Return of the last sweep against each direction that closed back before a bar: its close, and the bar that took.

    Of sweeps with one close it is the one that began first. Negative where there is none.
    """
    lane = lanes(direction, bars)
    place = np.searchsorted(sweeps.closed, before + lane) - 1
    return sweeps.closed[place] - lane, sweeps.taken[place] - lane


def were_swept(sweeps: Sweeps, direction: DirectionArray, after: IntArray, by: IntArray, bars: int) -> BoolArray:
    """Tell whether a pool against each direction was taken later than bar `after` and swept by the close of `by`."""
    lane = lanes(direction, bars)
    return sweeps.latest_taken[np.searchsorted(sweeps.closed, by + lane, side="right") - 1] - lane > after
