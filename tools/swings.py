"""Swing highs and lows: fractals, never deleted, never invented at the ends, never forced to alternate."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.facts import BoolArray, DirectionArray, Facts, FloatArray, Scope, Words, by_confirmation

HIGH: Final = 1
LOW: Final = -1
INTERNAL_BARS: Final = 2
EXTERNAL_BARS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Swings(Facts):
    """Swing points of one scope.

    Attributes:
        side: int8, shape (m,): `HIGH` or `LOW`.
        price: float64, shape (m,): the swing bar's high or low.
        scope: ``internal`` or ``external``, for all of them.
    """

    KIND: ClassVar[str] = "swing"
    NAMED_BY: ClassVar[tuple[str, ...]] = ("side",)
    WORDS: ClassVar[Words] = {**Facts.WORDS, "side": {HIGH: "high", LOW: "low"}}
    DERIVED: ClassVar[tuple[str, ...]] = ("direction",)

    side: DirectionArray
    price: FloatArray
    scope: Scope

    @property
    def direction(self) -> DirectionArray:
        """The way of the leg that ended here: bullish into a high, bearish into a low."""
        return self.side


def detect_swings(
    candles: Candles, *, left: int = INTERNAL_BARS, right: int = INTERNAL_BARS, scope: Scope = "internal"
) -> Swings:
    """Find every swing high and low.

    A swing high is a bar whose high is above the highs of the `left` bars before it and not below those of the `right`
    bars after it, so of equal highs the first wins; it is confirmed `right` bars later. Lows mirror it. Source: ICT
    swing points (2 bars a side internal, 5 external).

    Args:
        candles: bars, shape (n,).
        left: bars before, at least 1.
        right: bars after, at least 1.
        scope: what to call them; internal swings are usually 2/2, external 5/5.

    Returns:
        Swings ordered by confirmation; empty where there are fewer than ``left + right + 1`` bars.
    """
    highs = np.flatnonzero(_peaks(candles.high, left, right))
    lows = np.flatnonzero(_peaks(-candles.low, left, right))
    formed = np.concatenate((highs, lows))
    side = np.repeat(np.array([HIGH, LOW], dtype=np.int8), (len(highs), len(lows)))
    price = np.concatenate((candles.high[highs], candles.low[lows]))
    order = by_confirmation(formed, formed)
    return Swings(formed[order], formed[order] + right, side[order], price[order], scope)


def _peaks(values: FloatArray, left: int, right: int) -> BoolArray:
    n = len(values)
    peaks = np.zeros(n, dtype=np.bool_)
    if n < left + right + 1:
        return peaks
    middle = values[left : n - right]
    inner = np.ones(len(middle), dtype=np.bool_)
    for back in range(1, left + 1):
        inner &= middle > values[left - back : n - right - back]
    for ahead in range(1, right + 1):
        inner &= middle >= values[left + ahead : n - right + ahead]
    peaks[left : n - right] = inner
    return peaks
