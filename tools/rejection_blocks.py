"""Rejection blocks: the wicks of swings that swept liquidity."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.candles import Candles
from tools.crossings import first_returns
from tools.facts import BULLISH, NONE, DirectionArray, Facts, FloatArray, IntArray
from tools.liquidity import LiquidityPools
from tools.swings import HIGH, LOW, Swings


@dataclass(frozen=True, slots=True, eq=False)
class RejectionBlocks(Facts):
    """Rejection blocks, drawn on the swing's bar and confirmed with the swing.

    Attributes:
        direction: int8, shape (m,): bullish at a swing low.
        top: float64: the body's edge at a swing low, the high at a swing high; `bottom` the low, or the body's edge.
        middle: float64: halfway between them.
        pool_price: float64: the most extreme of the pools that the bar took and that were swept by its confirmation.
        touched_index: first bar after confirmation that reached the body's edge.
        dead_index: first that closed beyond the wick; a dead block stays on record.
    """

    KIND: ClassVar[str] = "rejection_block"
    LIFE: ClassVar[tuple[str, ...]] = ("touched_index", "dead_index")

    direction: DirectionArray
    top: FloatArray
    bottom: FloatArray
    middle: FloatArray
    pool_price: FloatArray
    touched_index: IntArray
    dead_index: IntArray


def detect_rejection_blocks(candles: Candles, swings: Swings, pools: LiquidityPools) -> RejectionBlocks:
    """Find the rejection block of every swing whose bar swept a pool.

    At a swing low whose bar took a sell-side pool that was swept by the swing's confirmation: the wick, from the bar's
    low to the lower end of its body. Swing highs mirror it. A bar without such a wick leaves a zone without height.
    Source: ICT rejection block.

    Args:
        candles: bars, shape (n,).
        swings: the swings of one scope on the same bars.
        pools: liquidity pools on the same bars.

    Returns:
        Rejection blocks ordered by confirmation; empty where no swing's bar swept a pool.
    """
    swept_levels = _swept_levels(len(candles), swings, pools)
    rows = np.flatnonzero(np.isfinite(swept_levels))
    formed, confirmed = swings.formed_index[rows], swings.confirmed_index[rows]
    direction = np.negative(swings.side[rows])
    opened, closed = candles.open[formed], candles.close[formed]
    is_low = direction == BULLISH
    near = np.where(is_low, np.minimum(opened, closed), np.maximum(opened, closed))
    extreme = swings.price[rows]
    touched, dead = first_returns(candles, direction, confirmed, reached=(near,), beyond=extreme)
    top, bottom = np.where(is_low, near, extreme), np.where(is_low, extreme, near)
    return RejectionBlocks(
        formed, confirmed, direction, top, bottom, (top + bottom) / 2, swept_levels[rows], touched, dead
    )


def _swept_levels(bar_count: int, swings: Swings, pools: LiquidityPools) -> FloatArray:
    """Return, for each swing, the most extreme pool price its bar swept, or an infinity where it swept none."""
    levels = np.where(swings.side == LOW, np.inf, -np.inf)
    swept = np.flatnonzero(pools.swept_index != NONE)
    for side, farther in ((LOW, np.minimum), (HIGH, np.maximum)):
        swing_at = np.full(bar_count, NONE, dtype=np.int64)
        of_side = np.flatnonzero(swings.side == side)
        swing_at[swings.formed_index[of_side]] = of_side
        below = swept[pools.side[swept] == side]
        swing = swing_at[pools.taken_index[below]]
        in_time = (swing != NONE) & (pools.swept_index[below] <= np.append(swings.confirmed_index, NONE)[swing])
        farther.at(levels, swing[in_time], pools.price[below[in_time]])
    return levels
