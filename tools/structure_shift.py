"""Market structure shifts: a change of character that swept liquidity, displaced price and left a gap."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.candles import Candles
from tools.displacement import Displacements
from tools.facts import NONE, DirectionArray, Facts, FloatArray, IntArray, Words, by_confirmation
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
    found: list[tuple[int, ...]] = []
    prices: list[tuple[float, float]] = []
    for way in (1, -1):
        changes = breaks.select((breaks.type == CHOCH) & (breaks.direction == way))
        moved = displacements.formed_index[displacements.direction == way]
        middles = gaps.formed_index[gaps.direction == way]
        swept = pools.select(np.flatnonzero((pools.side == -way) & (pools.swept_index != NONE)))
        swept = swept.select(np.argsort(swept.taken_index, kind="stable"))
        columns = (changes.swing_index, changes.origin_index, changes.formed_index, changes.price)
        for s, o, t, price in zip(*(column.tolist() for column in columns), strict=True):
            displaced = _first_in(moved, o + 1, t)
            middle = _first_in(middles, o + 1, t)
            pool = _last_swept(swept, s, t)
            if displaced == NONE or (need_gap and middle == NONE) or (need_sweep and pool == NONE):
                continue
            gap = middle + 1 if middle != NONE else NONE
            if not need_gap and gap > t:
                gap = NONE  # nobody waits for a gap that is not needed
            sweep, drawn, level = (
                (int(swept.swept_index[pool]), int(swept.formed_index[pool]), float(swept.price[pool]))
                if pool != NONE
                else (NONE, NONE, float("nan"))
            )
            found.append((t, max(t, gap), way, s, o, displaced, gap, sweep, drawn))
            prices.append((price, level))
    return _table(found, prices)


def _table(found: list[tuple[int, ...]], prices: list[tuple[float, float]]) -> MarketStructureShifts:
    columns = np.array(found, dtype=np.int64).reshape(-1, 9)
    levels = np.array(prices, dtype=np.float64).reshape(-1, 2)
    order = by_confirmation(columns[:, 1], columns[:, 0])
    formed, confirmed, way, swing, origin, displaced, gap, sweep, pool = columns[order].T
    broken, level = levels[order].T
    return MarketStructureShifts(
        formed, confirmed, way.astype(np.int8), broken, swing, origin, displaced, gap, sweep, pool, level
    )


def _first_in(bars: IntArray, first: int, last: int) -> int:
    place = int(np.searchsorted(bars, first))
    return int(bars[place]) if place < len(bars) and bars[place] <= last else NONE


def _last_swept(swept: LiquidityPools, first: int, last: int) -> int:
    """Return the row of the latest pool taken in ``[first, last]`` and swept by `last`."""
    begin, end = np.searchsorted(swept.taken_index, (first, last + 1)).tolist()
    for row in range(end - 1, begin - 1, -1):
        if swept.swept_index[row] <= last:
            return row
    return NONE
