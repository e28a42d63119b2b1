"""Average true range, and the candles that displace price."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from tools.candles import Candles
from tools.facts import BEARISH, BULLISH, DirectionArray, Facts, FloatArray

ATR_BARS: Final = 14
DISPLACEMENT_ATR: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Displacements(Facts):
    """Displacement candles.

    Attributes:
        direction: int8, shape (m,).
        body_atr: float64, shape (m,): the body in multiples of the ATR before it, infinite where that is zero.
    """

    KIND: ClassVar[str] = "displacement"

    direction: DirectionArray
    body_atr: FloatArray


def average_true_range(candles: Candles, length: int = ATR_BARS) -> FloatArray:
    """Return Wilder's average true range; shape (n,), in price units.

    The value at bar t uses bars up to t: the plain mean of the first `length` true ranges, then Wilder's smoothing. It
    is NaN before there are `length` bars. Source: J. Welles Wilder, New Concepts in Technical Trading Systems (1978).
    """
    ranges = true_ranges(candles)
    result = np.full(len(ranges), np.nan)
    if len(ranges) >= length:
        tail = np.concatenate(([ranges[:length].mean()], ranges[length:]))
        result[length - 1 :] = pd.Series(tail).ewm(alpha=1 / length, adjust=False).mean().to_numpy()
    return result


def true_ranges(candles: Candles) -> FloatArray:
    """Return each bar's true range, the first bar's being its own height; shape (n,)."""
    if not len(candles):
        return np.empty(0)
    before = np.concatenate((candles.open[:1], candles.close[:-1]))
    before[0] = candles.close[0]
    return np.maximum(candles.high, before) - np.minimum(candles.low, before)


def candle_strength(candles: Candles, *, atr: FloatArray | None = None) -> tuple[DirectionArray, FloatArray]:
    """Measure each candle as displacement: its direction where it closes in its outer third, and its body in ATR.

    Args:
        candles: bars, shape (n,).
        atr: their `average_true_range`, where the caller has it already.

    Returns:
        ``(direction, body_atr)``, both shape (n,). Direction is 0 for a doji and for a close outside the third of the
        range on the body's own side; `body_atr` is NaN where the ATR before the bar is undefined, and infinite for a
        body after an ATR of zero.
    """
    body = candles.close - candles.open
    height = candles.high - candles.low
    up = (body > 0) & (3 * (candles.high - candles.close) <= height)
    down = (body < 0) & (3 * (candles.close - candles.low) <= height)
    direction = (up.astype(np.int8) * BULLISH + down.astype(np.int8) * BEARISH).astype(np.int8)
    known = average_true_range(candles) if atr is None else atr
    before = np.concatenate(([np.nan], known[:-1]))[: len(body)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return direction, np.abs(body) / before


def detect_displacements(
    candles: Candles, *, k: float = DISPLACEMENT_ATR, atr: FloatArray | None = None
) -> Displacements:
    """Find displacement candles: body at least `k` times the ATR before it, close in the outer third on its side.

    Args:
        candles: bars, shape (n,).
        k: body in multiples of ``ATR[t - 1]``; 1.5 strict, 1.0 relaxed.
        atr: their `average_true_range`, where the caller has it already.

    Returns:
        Displacements, formed and confirmed on the candle itself; empty where the ATR is undefined. Source: ICT, an
        energetic candle that leaves structure behind.
    """
    direction, body_atr = candle_strength(candles, atr=atr)
    found = np.flatnonzero((direction != 0) & (body_atr >= k))
    return Displacements(found, found, direction[found], body_atr[found])
