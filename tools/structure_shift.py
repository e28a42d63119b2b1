"""Market structure shifts: a change of character that swept liquidity, displaced price and left a gap."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.candles import Candles
from tools.crossings import first_below
from tools.displacement import Displacements
from tools.facts import (
    BEARISH,
    BULLISH,
    NONE,
    DirectionArray,
    Facts,
    FloatArray,
    IntArray,
    Scope,
    Words,
    by_confirmation,
)
from tools.imbalances import FairValueGaps
from tools.liquidity import LiquidityPools
from tools.structure import BREAK_TYPES, CHOCH, MSS, StructureBreaks


@dataclass(frozen=True, slots=True, eq=False)
class MarketStructureShifts(Facts):
    """Market structure shifts, drawn on their change of character; facts of their own beside it.

    Attributes:
        direction: int8, shape (m,).
        price: float64: the price of the swing that broke.
        swing_index: int64: that swing's bar.
        origin_index: int64: the leg's origin.
        displacement_index: int64: the first displacement candle of the leg.
        gap_index: int64: the confirmation of the first gap the leg left, `NONE` without one.
        sweep_index: int64: the close that swept the latest pool the leg took, `NONE` without one.
        pool_index: int64: the bar that pool is drawn on, or `NONE`.
        pool_price: float64: that pool's price, NaN without one.
    """

    KIND: ClassVar[str] = "mss"
    scope: ClassVar[Scope] = "internal"
    WORDS: ClassVar[Words] = {**Facts.WORDS, "type": BREAK_TYPES}
    DERIVED: ClassVar[tuple[str, ...]] = ("type",)

    direction: DirectionArray
    price: FloatArray
    swing_index: IntArray
    origin_index: IntArray
    displacement_index: IntArray
    gap_index: IntArray
    sweep_index: IntArray
    pool_index: IntArray
    pool_price: FloatArray

    @property
    def type(self) -> DirectionArray:
        """`MSS` for each."""
        return np.full(len(self), MSS, dtype=np.int8)


def detect_market_structure_shifts(
    candles: Candles,
    breaks: StructureBreaks,
    pools: LiquidityPools,
    gaps: FairValueGaps,
    displacements: Displacements,
    *,
    need_sweep: bool = True,
    need_gap: bool = True,
) -> MarketStructureShifts:
    """Find the changes of character that shift structure.

    A bullish CHoCH at t of swing s with leg origin o is one when a sell-side pool was taken by a bar of ``[s, t]`` and
    swept by t (the origin then lies beyond it), ``(o, t]`` holds a bullish displacement candle, and the leg left a
    bullish fair value gap whose middle bar is in ``(o, t]``. Confirmed at the later of t and that gap's confirmation.
    Bearish mirrors it. Source: ICT market structure shift.

    Args:
        candles: bars, shape (n,).
        breaks: structure breaks of the internal scope.
        pools: every liquidity pool.
        gaps: fair value gaps.
        displacements: displacement candles.
        need_sweep: whether liquidity must have been swept.
        need_gap: whether a gap must have been left.

    Returns:
        Shifts ordered by confirmation.
    """
    parts = []
    for way in (BULLISH, BEARISH):
        changes = np.flatnonzero((breaks.type == CHOCH) & (breaks.direction == way))
        origin, bar = breaks.origin_index[changes], breaks.formed_index[changes]
        displaced = _first_in(displacements.formed_index[displacements.direction == way], origin + 1, bar)
        middle = _first_in(gaps.formed_index[gaps.direction == way], origin + 1, bar)
        pool = _last_swept(pools, -way, breaks.swing_index[changes], bar)
        is_shift = displaced != NONE
        if need_gap:
            is_shift &= middle != NONE
        if need_sweep:
            is_shift &= pool != NONE
        kept = np.flatnonzero(is_shift)
        parts.append((changes[kept], displaced[kept], middle[kept], pool[kept]))
    change, displaced, middle, pool = (np.concatenate(pair) for pair in zip(*parts, strict=True))
    return _table(breaks, pools, change, displaced, np.where(middle == NONE, NONE, middle + 1), pool, need_gap)


def _table(
    breaks: StructureBreaks,
    pools: LiquidityPools,
    change: IntArray,
    displaced: IntArray,
    gap: IntArray,
    pool: IntArray,
    need_gap: bool,
) -> MarketStructureShifts:
    """Return the shifts of these changes of character; `change` and `pool` are rows of the two tables, or `NONE`."""
    formed = breaks.formed_index[change]
    if not need_gap:
        gap = np.where(gap > formed, NONE, gap)  # nobody waits for a gap that is not needed
    confirmed = np.maximum(formed, gap)
    order = by_confirmation(confirmed, formed)
    change, pool = change[order], pool[order]
    swept = np.flatnonzero(pool != NONE)
    sweep, drawn = (np.full(len(order), NONE, dtype=np.int64) for _ in range(2))
    level = np.full(len(order), np.nan)
    sweep[swept], drawn[swept] = pools.swept_index[pool[swept]], pools.formed_index[pool[swept]]
    level[swept] = pools.price[pool[swept]]
    return MarketStructureShifts(
        formed[order], confirmed[order], breaks.direction[change], breaks.price[change], breaks.swing_index[change],
        breaks.origin_index[change], displaced[order], gap[order], sweep, drawn, level,
    )  # fmt: skip


def _first_in(bars: IntArray, first: IntArray, last: IntArray) -> IntArray:
    """Return the first of `bars` in each ``[first, last]``, or `NONE`."""
    found = np.append(bars, np.iinfo(np.int64).max)[np.searchsorted(bars, first)]
    return np.where(found <= last, found, NONE)


def _last_swept(pools: LiquidityPools, side: int, first: IntArray, last: IntArray) -> IntArray:
    """Return the row of the latest pool of a side taken in each ``[first, last]`` and swept by `last`, or `NONE`."""
    rows = np.flatnonzero((pools.side == side) & (pools.swept_index != NONE))
    rows = rows[np.argsort(pools.taken_index[rows], kind="stable")][::-1]  # the latest first
    taken, swept = pools.taken_index[rows], pools.swept_index[rows]
    start = len(rows) - np.searchsorted(taken[::-1], last, side="right")
    place = first_below(swept.astype(np.float64), last.astype(np.float64), start, or_equal=True)
    is_taken = np.append(taken, NONE)[place] >= first  # the place -1 is that of NONE
    return np.where(is_taken, np.append(rows, NONE)[place], NONE)
