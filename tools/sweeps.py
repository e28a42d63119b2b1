"""Sweeps: pools that were taken and closed back inside, each an event of its own."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.facts import NONE, DirectionArray, Facts, FloatArray, IntArray, Words
from tools.liquidity import LiquidityPools


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps(Facts):
    """Sweeps, drawn on the bar that took the pool and confirmed by the close back inside.

    Attributes:
        direction: int8, shape (m,): the way a sweep points afterwards, bullish where sell-side stops were hunted.
        side: int8: the pool's side; `kind` its kind, `session` its session (see `tools.liquidity.LiquidityPools`).
        price: float64: the pool's level.
        pool_index: int64: the bar the pool is drawn on.
    """

    KIND: ClassVar[str] = "sweep"
    NAMED_BY: ClassVar[tuple[str, ...]] = ("kind", "session", "side", "pool_index")
    WORDS: ClassVar[Words] = LiquidityPools.WORDS

    direction: DirectionArray
    side: DirectionArray
    kind: DirectionArray
    session: DirectionArray
    price: FloatArray
    pool_index: IntArray


def detect_sweeps(pools: LiquidityPools) -> Sweeps:
    """Find every sweep among pools. Source: ICT liquidity sweep, stop hunt.

    Args:
        pools: liquidity pools of one chart.

    Returns:
        Sweeps ordered by confirmation, those of one close by the bar that took the pool.
    """
    rows = np.flatnonzero(pools.swept_index != NONE)
    swept = pools.select(rows)
    order = np.lexsort(
        (swept.formed_index, swept.side, swept.session, swept.kind, swept.taken_index, swept.swept_index)
    )
    swept = swept.select(order)
    return Sweeps(
        swept.taken_index, swept.swept_index, -swept.side, swept.side, swept.kind, swept.session, swept.price,
        swept.formed_index,
    )  # fmt: skip
