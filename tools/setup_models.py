"""The models of setups: where each enters, and what price proves it wrong; one function a model.

Each returns the `Drafts` of both directions, in no order that matters. Source of all: ICT, the models by their own
names, as fixed in this project's definitions.
"""

from typing import Final

import numpy as np

from tools.candles import Candles
from tools.crossings import first_above
from tools.dealing_range import OTE_SWEET_SPOT
from tools.facts import BEARISH, BULLISH, NONE, BoolArray, FloatArray, IntArray
from tools.imbalances import FairValueGaps
from tools.judas import JudasSwings
from tools.session_windows import SILVER_BULLETS
from tools.setup_drafts import (
    Drafts,
    Sweeps,
    are_open,
    gap_rows,
    lanes,
    last_extremes,
    last_sweeps,
    near_prices,
    were_swept,
)
from tools.structure import StructureBreaks
from tools.structure_blocks import Breakers
from tools.structure_shift import MarketStructureShifts
from tools.swings import Swings
from tools.timeframes import Timeframe
from tools.trading_day import new_york_clock

LONGEST_SILVER_BULLET_BAR: Final = Timeframe.M15


def gaps_of_shifts(candles: Candles, shifts: MarketStructureShifts, gaps: FairValueGaps) -> Drafts:
    """Draft the 2022 model: enter the gap of a market structure shift while it is open, invalid beyond the leg."""
    having = np.flatnonzero(shifts.gap_index != NONE)
    row = gap_rows(gaps, shifts.gap_index[having])
    still_open = are_open(gaps, row, shifts.confirmed_index[having])
    rows, row = having[still_open], row[still_open]
    direction, origin = shifts.direction[rows], shifts.origin_index[rows]
    return Drafts(
        formed=shifts.formed_index[rows],
        confirmed=shifts.confirmed_index[rows],
        direction=direction,
        entry=_near_edges(gaps, row),
        invalidation=near_prices(candles, direction, origin),
        origin=origin,
        gap=shifts.gap_index[rows],
    )


def retracements_of_shifts(candles: Candles, shifts: MarketStructureShifts) -> Drafts:
    """Draft a market structure shift with an optimal trade entry: the sweet spot of the shift's own leg."""
    direction, origin, confirmed = shifts.direction, shifts.origin_index, shifts.confirmed_index
    extreme = near_prices(candles, direction, origin)
    against = -direction
    end = near_prices(candles, against, last_extremes(candles, against, origin, confirmed))
    return Drafts(
        formed=shifts.formed_index,
        confirmed=confirmed,
        direction=direction,
        entry=_sweet_spot(end, extreme),
        invalidation=extreme,
        origin=origin,
        gap=shifts.gap_index,
    )


def retracements_of_swings(candles: Candles, swings: Swings, breaks: StructureBreaks) -> Drafts:
    """Draft the optimal trade entry: the sweet spot of a dealing range whose impulse ended in a confirmed swing.

    The external swing high i, confirmed at c, must be the first of the highest bars since the leg's origin of the last
    external break confirmed by c, a bullish one, and later than that origin.
    """
    n = len(candles)
    place = np.searchsorted(breaks.confirmed_index, swings.confirmed_index, side="right") - 1
    runs = np.flatnonzero(np.append(breaks.direction, 0)[place] == swings.side)  # place -1, no break yet, reads 0
    direction, end, formed = swings.side[runs], swings.price[runs], swings.formed_index[runs]
    origin = breaks.origin_index[place[runs]]
    # Back from the swing, the first bar that reached as far must lie before the origin. After it, up to c, no bar goes
    # further: that is what makes it a swing. Prices are positive, so the bearish half answers no bullish question.
    lane = lanes(direction, n)
    backwards = np.concatenate((candles.high[::-1], -candles.low[::-1]))
    back = first_above(backwards, direction * end, n - formed + lane, or_equal=True)
    reached = np.where(back != NONE, n - 1 - (back - lane), NONE)
    kept = (origin < formed) & (reached < origin)
    direction, end, formed, origin = direction[kept], end[kept], formed[kept], origin[kept]
    extreme = near_prices(candles, direction, origin)
    return Drafts(
        formed=formed,
        confirmed=swings.confirmed_index[runs[kept]],
        direction=direction,
        entry=_sweet_spot(end, extreme),
        invalidation=extreme,
        origin=origin,
        gap=np.full(len(formed), NONE, dtype=np.int64),
    )


def displaced_gaps(candles: Candles, gaps: FairValueGaps) -> Drafts:
    """Draft the fair value gap: enter one left by displacement, invalid beyond its three candles."""
    rows = np.flatnonzero(gaps.displaced)
    confirmed, direction = gaps.confirmed_index[rows], gaps.direction[rows]
    # The confirming bar lies beyond the first of the three, so one of the other two is the extreme; of equals the last.
    middle, first = (near_prices(candles, direction, confirmed - back) for back in (1, 2))
    is_middle = direction * middle <= direction * first
    return _in_gaps(gaps, rows, np.where(is_middle, middle, first), np.where(is_middle, confirmed - 1, confirmed - 2))


def gaps_after_sweeps(candles: Candles, gaps: FairValueGaps, sweeps: Sweeps, within: int) -> tuple[Drafts, Drafts]:
    """Draft the gaps left at most `within` bars after a sweep of the opposite side, invalid beyond the extreme since.

    Returns:
        Those left by displacement; and the silver bullets, whose middle and confirming bars open inside one of the
        `SILVER_BULLETS` windows of one New York day, displaced or not, on bars up to `LONGEST_SILVER_BULLET_BAR`.
    """
    n = len(candles)
    swept, taken = last_sweeps(sweeps, gaps.direction, gaps.formed_index, n)
    rows = np.flatnonzero((swept >= 0) & (gaps.formed_index - swept <= within))
    in_window = _in_one_silver_bullet(candles, gaps.formed_index[rows])
    used = gaps.displaced[rows] | in_window
    rows, in_window = rows[used], in_window[used]
    origin = last_extremes(candles, gaps.direction[rows], taken[rows], gaps.confirmed_index[rows])
    extreme = near_prices(candles, gaps.direction[rows], origin)
    displaced = gaps.displaced[rows]
    first, second = (_in_gaps(gaps, rows[chosen], extreme[chosen], origin[chosen]) for chosen in (displaced, in_window))
    return first, second


def gaps_of_judas_swings(shifts: MarketStructureShifts, gaps: FairValueGaps, judas: JudasSwings) -> Drafts:
    """Draft power of three: enter the gap of the shift that reversed a Judas swing, invalid beyond that swing."""
    names = 2 * shifts.formed_index + (shifts.direction == BULLISH)
    order = np.argsort(names)
    place = np.searchsorted(names[order], 2 * judas.shift_index + (judas.direction == BULLISH))
    gap = shifts.gap_index[order[place]]
    having = np.flatnonzero(gap != NONE)
    row = gap_rows(gaps, gap[having])
    still_open = are_open(gaps, row, judas.confirmed_index[having])
    rows, row = having[still_open], row[still_open]
    return Drafts(
        formed=judas.shift_index[rows],
        confirmed=judas.confirmed_index[rows],
        direction=judas.direction[rows],
        entry=_near_edges(gaps, row),
        invalidation=judas.price[rows],
        origin=judas.formed_index[rows],
        gap=gap[rows],
    )


def turtle_soups(candles: Candles, bars: int) -> Drafts:
    """Draft turtle soup: a bar that trades beyond the extreme of the `bars` before it and closes back inside."""
    parts = [
        (np.full(len(found), way, dtype=np.int8), found, way * levels)
        for way, wick in ((BULLISH, candles.low), (BEARISH, -candles.high))
        for found, levels in (_closed_back(wick, way * candles.close, bars),)
    ]
    direction, t, entry = (np.concatenate(column) for column in zip(*parts, strict=True))
    none = np.full(len(t), NONE, dtype=np.int64)
    return Drafts(t, t, direction, entry, near_prices(candles, direction, t), t, none)


def gaps_in_breakers(candles: Candles, breakers: Breakers, gaps: FairValueGaps, sweeps: Sweeps) -> Drafts:
    """Draft the unicorn: enter where a breaker and the first gap of its leg overlap, invalid beyond the leg's extreme.

    A pool of the opposite side must have been taken after the broken swing and swept by the break. The gap's middle bar
    lies after the extreme, up to the break; it must be open when the later of the two is confirmed.
    """
    n, broke = len(candles), breakers.confirmed_index
    rows = np.flatnonzero(were_swept(sweeps, breakers.direction, breakers.swing_index, broke, n))
    rows, row = _first_overlaps(breakers, rows, gaps, n)
    confirmed = np.maximum(broke[rows], gaps.confirmed_index[row])
    still_open = are_open(gaps, row, confirmed)
    rows, row, confirmed = rows[still_open], row[still_open], confirmed[still_open]
    direction, extreme = breakers.direction[rows], breakers.extreme_index[rows]
    nearer = np.where(
        direction == BULLISH,
        np.minimum(breakers.top[rows], gaps.top[row]),
        np.maximum(breakers.bottom[rows], gaps.bottom[row]),
    )
    return Drafts(
        formed=broke[rows],
        confirmed=confirmed,
        direction=direction,
        entry=nearer,
        invalidation=near_prices(candles, direction, extreme),
        origin=extreme,
        gap=gaps.confirmed_index[row],
    )


def _sweet_spot(end: FloatArray, origin: FloatArray) -> FloatArray:
    return end - OTE_SWEET_SPOT * (end - origin)


def _near_edges(gaps: FairValueGaps, rows: IntArray) -> FloatArray:
    return np.where(gaps.direction[rows] == BULLISH, gaps.top[rows], gaps.bottom[rows])


def _in_gaps(gaps: FairValueGaps, rows: IntArray, extreme: FloatArray, origin: IntArray) -> Drafts:
    confirmed = gaps.confirmed_index[rows]
    return Drafts(confirmed, confirmed, gaps.direction[rows], _near_edges(gaps, rows), extreme, origin, confirmed)


def _in_one_silver_bullet(candles: Candles, middles: IntArray) -> BoolArray:
    """Tell whether each bar and the next open inside one and the same window."""
    if candles.timeframe.seconds > LONGEST_SILVER_BULLET_BAR.seconds:
        return np.zeros(len(middles), dtype=np.bool_)
    minute, day = new_york_clock(candles.time[np.stack((middles, middles + 1))])
    is_inside = np.any([window.holds(minute).all(axis=0) for window in SILVER_BULLETS], axis=0)
    in_one: BoolArray = is_inside & (day[0] == day[1])
    return in_one


def _closed_back(wick: FloatArray, close: FloatArray, bars: int) -> tuple[IntArray, FloatArray]:
    """Return the bars with a wick below, and a close above, the lowest wick of the `bars` before them; and that price.

    The lowest of 1, 2, 4… bars in a row make up the lowest of any number.
    """
    n = len(wick)
    if n <= bars:
        return np.empty(0, dtype=np.int64), np.empty(0)
    lowest, width = wick[:-1], 1
    while 2 * width <= bars:
        lowest, width = np.minimum(lowest[:-width], lowest[width:]), 2 * width
    levels: FloatArray = np.minimum(lowest[: n - bars], lowest[bars - width :])
    found = np.flatnonzero((wick[bars:] < levels) & (close[bars:] > levels))
    return found + bars, levels[found]


def _first_overlaps(breakers: Breakers, rows: IntArray, gaps: FairValueGaps, bars: int) -> tuple[IntArray, IntArray]:
    """Return the breakers with a gap of their direction in ``(extreme, break]`` that overlaps them, and its row."""
    lane = lanes(breakers.direction[rows], bars)
    order = np.argsort(-gaps.direction, kind="stable")  # bullish first, each by confirmation
    middles = gaps.formed_index[order] + lanes(gaps.direction[order], bars)
    begin = np.searchsorted(middles, breakers.extreme_index[rows] + lane, side="right")
    end = np.searchsorted(middles, breakers.confirmed_index[rows] + lane, side="right")
    counts = end - begin
    pair = np.repeat(np.arange(len(rows)), counts)  # every breaker beside each gap of its leg
    breaker = rows[pair]
    gap = order[np.arange(len(pair)) + np.repeat(begin - (np.cumsum(counts) - counts), counts)]
    low = np.maximum(gaps.bottom[gap], breakers.bottom[breaker])
    overlapping = np.flatnonzero(np.minimum(gaps.top[gap], breakers.top[breaker]) > low)
    _, first = np.unique(pair[overlapping], return_index=True)
    return breaker[overlapping[first]], gap[overlapping[first]]
