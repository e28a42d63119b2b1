"""Fair value gaps and the whole of their lives."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.candles import Candles
from tools.displacement import DISPLACEMENT_ATR, average_true_range, candle_strength
from tools.facts import (
    BEARISH,
    BULLISH,
    BoolArray,
    DirectionArray,
    Facts,
    FloatArray,
    IntArray,
    by_confirmation,
)
from tools.zones import zone_life


@dataclass(frozen=True, slots=True, eq=False)
class FairValueGaps(Facts):
    """Fair value gaps, drawn on the middle candle and confirmed on the one after.

    Attributes:
        direction: int8, shape (m,).
        top: float64, shape (m,), the upper edge; `bottom` the lower; `middle` the consequent encroachment.
        displaced: bool, shape (m,): the middle candle is displacement in the gap's direction.
        touched_index: int64: first bar after confirmation that reached the near edge.
        ce_index: first that reached the middle.
        filled_index: first that reached the far edge.
        inverted_index: first that closed beyond the far edge.
    """

    KIND: ClassVar[str] = "fvg"
    LIFE: ClassVar[tuple[str, ...]] = ("touched_index", "ce_index", "filled_index", "inverted_index")

    direction: DirectionArray
    top: FloatArray
    bottom: FloatArray
    middle: FloatArray
    displaced: BoolArray
    touched_index: IntArray
    ce_index: IntArray
    filled_index: IntArray
    inverted_index: IntArray


def detect_fair_value_gaps(
    candles: Candles,
    *,
    minimum_atr: float = 0.0,
    displacement_k: float = DISPLACEMENT_ATR,
    atr: FloatArray | None = None,
) -> FairValueGaps:
    """Find every three-candle gap: a low above the high two bars before (bullish), or the mirror.

    Args:
        candles: bars, shape (n,).
        minimum_atr: least height in multiples of ``ATR[t - 1]``; 0 takes every gap, also where the ATR is undefined.
        displacement_k: what counts as displacement of the middle candle, see `tools.displacement`.
        atr: the bars' `average_true_range`, where the caller has it already.

    Returns:
        Gaps ordered by confirmation, each with its life; empty where there are fewer than three bars. Source: ICT fair
        value gap and consequent encroachment.
    """
    high, low = candles.high, candles.low
    known_atr = average_true_range(candles) if atr is None else atr
    up = np.flatnonzero(low[2:] > high[:-2]) + 2
    down = np.flatnonzero(high[2:] < low[:-2]) + 2
    confirmed = np.concatenate((up, down))
    direction = np.repeat(np.array([BULLISH, BEARISH], dtype=np.int8), (len(up), len(down)))
    top = np.concatenate((low[up], low[down - 2]))
    bottom = np.concatenate((high[up - 2], high[down]))
    order = by_confirmation(confirmed, confirmed)
    confirmed, direction, top, bottom = confirmed[order], direction[order], top[order], bottom[order]
    if minimum_atr > 0:
        wide = top - bottom >= minimum_atr * known_atr[confirmed - 1]
        confirmed, direction, top, bottom = confirmed[wide], direction[wide], top[wide], bottom[wide]
    middle = (top + bottom) / 2
    strength, body_atr = candle_strength(candles, atr=known_atr)
    displaced = (strength[confirmed - 1] == direction) & (body_atr[confirmed - 1] >= displacement_k)
    life = zone_life(candles, direction, top, bottom, middle, confirmed)
    return FairValueGaps(confirmed - 1, confirmed, direction, top, bottom, middle, displaced, *life)
