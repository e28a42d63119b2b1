"""Order blocks: the last opposing candles before the leg that broke structure."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from tools.candles import Candles
from tools.crossings import first_returns
from tools.facts import (
    BEARISH,
    BULLISH,
    NONE,
    BoolArray,
    DirectionArray,
    Facts,
    FloatArray,
    IntArray,
    Scope,
    by_confirmation,
)
from tools.imbalances import FairValueGaps
from tools.structure import StructureBreaks

Zone = Literal["body", "range"]


@dataclass(frozen=True, slots=True, eq=False)
class OrderBlocks(Facts):
    """Order blocks of one scope, drawn on the last candle of their run and confirmed by the break, never earlier.

    Attributes:
        direction: int8, shape (m,).
        first_index: int64: the first candle of the run of opposing candles.
        top: float64, the chosen zone's upper edge; `bottom` its lower.
        range_top: the run's highest high; `range_bottom` its lowest low.
        middle: the mean threshold, the middle of the body zone.
        has_gap: bool: a fair value gap of its direction was confirmed between the leg's origin and the break.
        scope: that of the breaks.
        touched_index: first bar after confirmation that reached the near edge of the zone.
        mitigated_index: first that reached the mean threshold.
        broken_index: first that closed beyond the run's range; a broken block stays on record.
    """

    KIND: ClassVar[str] = "order_block"
    LIFE: ClassVar[tuple[str, ...]] = ("touched_index", "mitigated_index", "broken_index")

    direction: DirectionArray
    first_index: IntArray
    top: FloatArray
    bottom: FloatArray
    range_top: FloatArray
    range_bottom: FloatArray
    middle: FloatArray
    has_gap: BoolArray
    scope: Scope
    touched_index: IntArray
    mitigated_index: IntArray
    broken_index: IntArray


def detect_order_blocks(
    candles: Candles, breaks: StructureBreaks, gaps: FairValueGaps, *, zone: Zone = "body", need_gap: bool = True
) -> OrderBlocks:
    """Find the order block of every structure break.

    At a bullish break at t of the swing at s with leg origin o: the run of consecutive down-close candles that ends
    with the last down-close candle in ``[s, o]``. Of breaks that share a last candle and a direction the first wins.
    Bearish mirrors it. Source: ICT order block and mean threshold.

    Args:
        candles: bars, shape (n,).
        breaks: the breaks of one scope on the same bars.
        gaps: fair value gaps on the same bars.
        zone: ``body`` is ``[lowest close, first open]`` of the run, ``range`` its lowest low to its highest high.
        need_gap: keep only blocks whose leg left a fair value gap of its direction.

    Returns:
        Order blocks ordered by confirmation.
    """
    confirmed, last, first, way, has_gap = _runs(candles, breaks, gaps)
    ends = np.stack((first, last + 1), axis=1).ravel()
    lowest_close, highest_close = _of_runs(np.minimum, candles.close, ends), _of_runs(np.maximum, candles.close, ends)
    range_bottom, range_top = _of_runs(np.minimum, candles.low, ends), _of_runs(np.maximum, candles.high, ends)
    opened, is_bullish = candles.open[first], way == BULLISH
    body_top, body_bottom = np.where(is_bullish, opened, highest_close), np.where(is_bullish, lowest_close, opened)
    order = by_confirmation(confirmed, last)
    keep = order[has_gap[order]] if need_gap else order
    top, bottom = (body_top, body_bottom) if zone == "body" else (range_top, range_bottom)
    middle = (body_top + body_bottom) / 2
    top, bottom, range_top, range_bottom, middle = (
        column[keep] for column in (top, bottom, range_top, range_bottom, middle)
    )
    way = way[keep]
    near = np.where(way == BULLISH, top, bottom)
    beyond = np.where(way == BULLISH, range_bottom, range_top)
    touched, mitigated, broken = first_returns(candles, way, confirmed[keep], reached=(near, middle), beyond=beyond)
    return OrderBlocks(
        last[keep], confirmed[keep], way, first[keep], top, bottom, range_top, range_bottom, middle, has_gap[keep],
        breaks.scope, touched, mitigated, broken,
    )  # fmt: skip


def _runs(
    candles: Candles, breaks: StructureBreaks, gaps: FairValueGaps
) -> tuple[IntArray, IntArray, IntArray, DirectionArray, BoolArray]:
    """Return ``(confirmed, last, first, direction, has_gap)`` of every block's run, each run with its first break."""
    bars = np.arange(len(candles))
    opposing = np.stack((candles.close < candles.open, candles.close > candles.open))  # bullish, bearish
    last_opposing = np.maximum.accumulate(np.where(opposing, bars, NONE), axis=1)
    last_other = np.maximum.accumulate(np.where(opposing, NONE, bars), axis=1)
    gap_count = np.zeros((2, len(candles)), dtype=np.int64)
    gap_count[_place(gaps.direction), gaps.confirmed_index] = 1
    gap_count = gap_count.cumsum(axis=1)
    place, origin, confirmed = _place(breaks.direction), breaks.origin_index, breaks.confirmed_index
    last = last_opposing[place, origin]
    rows = np.flatnonzero(last >= breaks.swing_index)
    rows = rows[_first_of_each(last[rows])]  # a candle opposes one direction only
    place, last, origin, confirmed = place[rows], last[rows], origin[rows], confirmed[rows]
    has_gap = gap_count[place, confirmed] > gap_count[place, origin]
    return confirmed, last, last_other[place, last] + 1, breaks.direction[rows], has_gap


def _place(direction: DirectionArray) -> IntArray:
    """Return where each direction stands in a pair of rows, bullish and bearish."""
    place: IntArray = (direction == BEARISH).astype(np.int64)
    return place


def _first_of_each(values: IntArray) -> IntArray:
    """Return the places, ascending, at which each value stands for the first time."""
    order = np.argsort(values, kind="stable")
    is_first = np.ones(len(values), dtype=np.bool_)
    is_first[1:] = values[order[1:]] != values[order[:-1]]
    return np.sort(order[is_first])


def _of_runs(reduction: np.ufunc, series: FloatArray, ends: IntArray) -> FloatArray:
    """Return the lowest or the highest value of each run, given as ``first, last + 1, first, last + 1…``."""
    padded = np.append(series, 0.0)  # so that a run may end with the last bar
    reduced: FloatArray = reduction.reduceat(padded, ends)[::2]
    return reduced
