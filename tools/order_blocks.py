"""Order blocks: the last opposing candles before the leg that broke structure."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from tools.candles import Candles
from tools.crossings import first_below
from tools.facts import (
    BEARISH,
    BULLISH,
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
    parts = [_blocks(candles, breaks.select(breaks.direction == way), gaps, way) for way in (BULLISH, BEARISH)]
    columns = [np.concatenate(pair) for pair in zip(*parts, strict=True)]
    confirmed, last, first, direction, body_top, body_bottom, range_top, range_bottom, has_gap = columns
    order = by_confirmation(confirmed, last)
    keep = order[has_gap[order]] if need_gap else order
    top, bottom = (body_top, body_bottom) if zone == "body" else (range_top, range_bottom)
    middle = (body_top + body_bottom) / 2
    top, bottom, range_top, range_bottom, middle = (
        column[keep] for column in (top, bottom, range_top, range_bottom, middle)
    )
    way = direction[keep].astype(np.int8)
    near = np.where(way == BULLISH, top, bottom)
    beyond = np.where(way == BULLISH, range_bottom, range_top)
    touched, mitigated, broken = _life(candles, way, near, middle, beyond, confirmed[keep])
    return OrderBlocks(
        last[keep], confirmed[keep], way, first[keep], top, bottom, range_top, range_bottom, middle, has_gap[keep],
        breaks.scope, touched, mitigated, broken,
    )  # fmt: skip


def _blocks(
    candles: Candles, breaks: StructureBreaks, gaps: FairValueGaps, way: int
) -> tuple[IntArray | FloatArray | BoolArray, ...]:
    """Return the columns of one direction's blocks, the first break of each last candle only."""
    origin = breaks.origin_index
    opposing = candles.close < candles.open if way == BULLISH else candles.close > candles.open
    bars = np.arange(len(candles))
    last_opposing = np.maximum.accumulate(np.where(opposing, bars, -1))
    last = last_opposing[origin]
    rows = np.flatnonzero(last >= breaks.swing_index)
    rows = rows[_first_of_each(last[rows])]
    last, confirmed = last[rows], breaks.confirmed_index[rows]
    last_other = np.maximum.accumulate(np.where(opposing, -1, bars))
    first = last_other[last] + 1
    opened = candles.open[first]
    furthest = _of_runs(np.minimum if way == BULLISH else np.maximum, candles.close, first, last)
    body_top, body_bottom = (opened, furthest) if way == BULLISH else (furthest, opened)
    lowest = _of_runs(np.minimum, candles.low, first, last)
    highest = _of_runs(np.maximum, candles.high, first, last)
    gap_bars = gaps.confirmed_index[gaps.direction == way]
    known = np.searchsorted(gap_bars, np.concatenate((origin[rows], confirmed)), "right")
    before, until = np.split(known, 2)
    return confirmed, last, first, np.full(len(rows), way), body_top, body_bottom, highest, lowest, until > before


def _first_of_each(values: IntArray) -> IntArray:
    """Return the places, ascending, at which each value stands for the first time."""
    order = np.argsort(values, kind="stable")
    is_first = np.ones(len(values), dtype=np.bool_)
    is_first[1:] = values[order[1:]] != values[order[:-1]]
    return np.sort(order[is_first])


def _of_runs(reduction: np.ufunc, series: FloatArray, first: IntArray, last: IntArray) -> FloatArray:
    """Return the lowest or the highest value of each run of bars; runs apart from each other."""
    padded = np.append(series, 0.0)  # so that a run may end with the last bar
    reduced: FloatArray = reduction.reduceat(padded, np.column_stack((first, last + 1)).ravel())[::2]
    return reduced


def _life(
    candles: Candles,
    direction: DirectionArray,
    near: FloatArray,
    middle: FloatArray,
    beyond: FloatArray,
    confirmed: IntArray,
) -> tuple[IntArray, IntArray, IntArray]:
    touched, mitigated, broken = (np.empty(len(direction), dtype=np.int64) for _ in range(3))
    for way in (BULLISH, BEARISH):
        rows = direction == way
        wick = candles.low if way == BULLISH else -candles.high
        after = confirmed[rows] + 1
        levels = way * np.concatenate((near[rows], middle[rows]))
        touched[rows], mitigated[rows] = np.split(first_below(wick, levels, np.tile(after, 2), or_equal=True), 2)
        broken[rows] = first_below(way * candles.close, way * beyond[rows], after)
    return touched, mitigated, broken
