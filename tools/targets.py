"""Where price is drawn to: untaken opposing pools ahead of an entry."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tools.candles import Candles
from tools.liquidity import LiquidityPools
from tools.times import iso_utc


@dataclass(frozen=True, slots=True)
class Target:
    """One pool ahead: its price, its fact id, and the time of the bar it is drawn on (ISO-8601 UTC)."""

    price: float
    fact_id: str
    formed_at: str


def targets_ahead(pools: Iterable[tuple[LiquidityPools, Candles]], *, price: float, direction: int) -> list[Target]:
    """Return the untaken pools that a position from `price` runs towards, nearest first, one a price.

    Args:
        pools: pools with the candles they were found on, of one market on one or more timeframes.
        price: the entry, in the quote currency.
        direction: +1 runs up into buy-side pools, -1 down into sell-side pools.
    """
    found: dict[float, Target] = {}
    for table, candles in pools:
        resting = table.untaken()
        ahead = (resting.side == direction) & (direction * (resting.price - price) > 0)
        for row in np.flatnonzero(ahead).tolist():
            level = float(resting.price[row])
            at = iso_utc(int(candles.time[resting.formed_index[row]]))
            found.setdefault(level, Target(level, resting.id_of(row, candles), at))
    return sorted(found.values(), key=lambda target: direction * target.price)
