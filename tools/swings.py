"""Swing highs and lows: fractals, never deleted, never invented at the ends, never forced to alternate."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.facts import (
    NONE,
    BoolArray,
    DirectionArray,
    Facts,
    FloatArray,
    IntArray,
    Scope,
    Words,
    by_confirmation,
)

HIGH: Final = 1
LOW: Final = -1
INTERNAL_BARS: Final = 2
EXTERNAL_BARS: Final = 5
SHORT, INTERMEDIATE, LONG = range(3)
DEGREES: Final = {SHORT: "short", INTERMEDIATE: "intermediate", LONG: "long"}


@dataclass(frozen=True, slots=True, eq=False)
class Swings(Facts):
    """Swing points of one scope.

    Attributes:
        side: int8, shape (m,): `HIGH` or `LOW`.
        price: float64, shape (m,): the swing bar's high or low.
        scope: ``internal`` or ``external``, for all of them.
        intermediate_index: int64, shape (m,): the bar at whose close it was known to be of intermediate degree.
        long_index: int64, shape (m,): the bar at whose close it was known to be of long degree.
    """

    KIND: ClassVar[str] = "swing"
    LIFE: ClassVar[tuple[str, ...]] = ("intermediate_index", "long_index")
    NAMED_BY: ClassVar[tuple[str, ...]] = ("side",)
    WORDS: ClassVar[Words] = {**Facts.WORDS, "side": {HIGH: "high", LOW: "low"}, "degree": DEGREES}
    DERIVED: ClassVar[tuple[str, ...]] = ("direction", "degree")

    side: DirectionArray
    price: FloatArray
    scope: Scope
    intermediate_index: IntArray
    long_index: IntArray

    @property
    def direction(self) -> DirectionArray:
        """The way of the leg that ended here: bullish into a high, bearish into a low."""
        return self.side

    @property
    def degree(self) -> DirectionArray:
        """How far it stands out: `SHORT`, `INTERMEDIATE` once it is known to be, then `LONG`."""
        degrees = np.where(self.intermediate_index != NONE, INTERMEDIATE, SHORT)
        return np.where(self.long_index != NONE, LONG, degrees).astype(np.int8)


def detect_swings(
    candles: Candles, *, left: int = INTERNAL_BARS, right: int = INTERNAL_BARS, scope: Scope = "internal"
) -> Swings:
    """Find every swing high and low.

    A swing high is a bar whose high is above the highs of the `left` bars before it and not below those of the `right`
    bars after it, so of equal highs the first wins; it is confirmed `right` bars later. Lows mirror it. Source: ICT
    swing points (2 bars a side internal, 5 external).

    Its degree, whatever its scope: a short-term high is one of 1/1; an intermediate-term high is a short-term one with
    strictly lower short-term highs on both sides, known when the right one is; a long-term high an intermediate one
    with strictly lower intermediate highs on both sides, known when the right one is known to be intermediate. No
    degree is known before the swing itself. Source: ICT short-, intermediate- and long-term highs and lows.

    Args:
        candles: bars, shape (n,).
        left: bars before, at least 1.
        right: bars after, at least 1.
        scope: what to call them; internal swings are usually 2/2, external 5/5.

    Returns:
        Swings ordered by confirmation; empty where there are fewer than ``left + right + 1`` bars.
    """
    depths = -candles.low
    highs = np.flatnonzero(_peaks(candles.high, left, right))
    lows = np.flatnonzero(_peaks(depths, left, right))
    formed = np.concatenate((highs, lows))
    side = np.repeat(np.array([HIGH, LOW], dtype=np.int8), (len(highs), len(lows)))
    price = np.concatenate((candles.high[highs], candles.low[lows]))
    known = np.concatenate((_degrees(candles.high, highs), _degrees(depths, lows)), axis=1)
    intermediate, long = np.where(known != NONE, np.maximum(known, formed + right), NONE)
    order = by_confirmation(formed, formed)
    return Swings(
        formed[order], formed[order] + right, side[order], price[order], scope, intermediate[order], long[order]
    )


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


def _degrees(values: FloatArray, bars: IntArray) -> IntArray:
    """Return the bars at which those peaks are known to be intermediate, and long; shape (2, m), `NONE` if never."""
    short = np.flatnonzero(_peaks(values, 1, 1))
    known = np.full((2, len(values)), NONE, dtype=np.int64)
    intermediate, known_at = _standing_out(values, short, short + 1)
    known[0, intermediate] = known_at
    long, known_at = _standing_out(values, intermediate, known_at)
    known[1, long] = known_at
    return known[:, bars]


def _standing_out(values: FloatArray, peaks: IntArray, known_at: IntArray) -> tuple[IntArray, IntArray]:
    """Return the peaks above both their neighbours, and when the right neighbour was known."""
    heights = values[peaks]
    rows = np.flatnonzero((heights[1:-1] > heights[:-2]) & (heights[1:-1] > heights[2:])) + 1
    return peaks[rows], known_at[rows + 1]
