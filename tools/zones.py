"""Zones that price may come back to: their columns and the steps of their lives."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.crossings import first_below
from tools.facts import BEARISH, BULLISH, NONE, DirectionArray, Facts, FloatArray, IntArray

_TABLE_CELLS: Final = 1 << 17


@dataclass(frozen=True, slots=True, eq=False)
class Zones(Facts):
    """Zones that live as a fair value gap does; of a bullish one the near edge is the top and the far edge the bottom.

    Attributes:
        direction: int8, shape (m,).
        top: float64, shape (m,), the upper edge; `bottom` the lower; `middle` the consequent encroachment.
        touched_index: int64: first bar after confirmation that reached the near edge.
        ce_index: first that reached the middle.
        filled_index: first that reached the far edge.
        inverted_index: first that closed beyond the far edge.
    """

    LIFE: ClassVar[tuple[str, ...]] = ("touched_index", "ce_index", "filled_index", "inverted_index")

    direction: DirectionArray
    top: FloatArray
    bottom: FloatArray
    middle: FloatArray
    touched_index: IntArray
    ce_index: IntArray
    filled_index: IntArray
    inverted_index: IntArray


def zone_life(
    candles: Candles,
    direction: DirectionArray,
    top: FloatArray,
    bottom: FloatArray,
    middle: FloatArray,
    confirmed: IntArray,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return ``(touched, ce, filled, inverted)`` of zones, each the first bar after confirmation, or `NONE`.

    Price reaches an edge or the middle by a wick, from the zone's near side; it inverts the zone by a close beyond the
    far edge.

    Args:
        candles: bars, shape (n,).
        direction: int8, shape (m,).
        top: float64, shape (m,); so are `bottom` and `middle`.
        bottom: the lower edge.
        middle: the consequent encroachment.
        confirmed: int64, shape (m,): the bar after which each life begins.
    """
    by = _life_by_table if len(direction) * len(candles) <= _TABLE_CELLS else _life_by_search
    touched, ce, filled, inverted = by(candles, direction, top, bottom, middle, confirmed)
    return touched, ce, filled, inverted


def _life_by_search(
    candles: Candles,
    direction: DirectionArray,
    top: FloatArray,
    bottom: FloatArray,
    middle: FloatArray,
    confirmed: IntArray,
) -> IntArray:
    life = np.full((4, len(direction)), NONE, dtype=np.int64)
    for way in (BULLISH, BEARISH):
        near, far = (top, bottom) if way == BULLISH else (bottom, top)
        wick = candles.low if way == BULLISH else -candles.high
        rows = np.flatnonzero(direction == way)
        bars = confirmed[rows] + 1
        # No step comes before the one above it, though one bar may take several: each search begins where that ended.
        for step, (series, level) in enumerate(((wick, near), (wick, middle), (wick, far), (way * candles.close, far))):
            found = first_below(series, way * level[rows], bars, or_equal=series is wick)
            rows, bars = rows[found != NONE], found[found != NONE]
            life[step, rows] = bars
    return life


def _life_by_table(
    candles: Candles,
    direction: DirectionArray,
    top: FloatArray,
    bottom: FloatArray,
    middle: FloatArray,
    confirmed: IntArray,
) -> IntArray:
    """Compare every zone with every bar, which for few of both is quicker than to search."""
    life = np.full((4, len(direction)), NONE, dtype=np.int64)
    n = len(candles)
    bars = np.arange(n + 1, dtype=np.int32)
    for way in (BULLISH, BEARISH):
        rows = np.flatnonzero(direction == way)
        if not len(rows):
            continue
        near, far = (top, bottom) if way == BULLISH else (bottom, top)
        wick, close = (candles.low if way == BULLISH else -candles.high), way * candles.close
        levels = way * np.stack((near, middle, far))[:, rows, np.newaxis]
        reached = np.empty((4, len(rows), n + 1), dtype=np.bool_)
        np.less_equal(wick, levels, out=reached[:3, :, :n])
        np.less(close, levels[2], out=reached[3, :, :n])
        reached &= bars > confirmed[rows].astype(np.int32)[:, np.newaxis]
        reached[:, :, n] = True  # so that what never happens is found behind the last bar
        first = reached.argmax(axis=2)
        life[:, rows] = np.where(first < n, first, NONE)
    return life
