"""Where price is drawn to: untaken opposing pools ahead of an entry."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.candles import Candles
from tools.facts import DIRECTIONS, NONE, IntArray
from tools.liquidity import LiquidityPools
from tools.setups import Setups
from tools.times import iso_utc

MOST_TARGETS: Final = 3
_NEVER: Final = np.iinfo(np.int64).max


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
            found.setdefault(float(resting.price[row]), _target(resting, row, candles))
    return sorted(found.values(), key=lambda target: direction * target.price)


def targets_when_confirmed(
    setups: Setups, pools: LiquidityPools, candles: Candles, *, most: int = MOST_TARGETS
) -> list[list[Target]]:
    """Return the pools each setup ran towards as they stood at the close that confirmed it, nearest first.

    Args:
        setups: setups on the candles, in order of confirmation as `detect_setups` gives them.
        pools: every liquidity pool on the same candles.
        candles: bars, shape (n,).
        most: how many to name at most; pools of one price count once, as the first of them confirmed.
    """
    found: list[list[Target]] = [[] for _ in range(len(setups))]
    for way in DIRECTIONS:
        asked = np.flatnonzero(setups.direction == way)
        for row, ahead in _resting_ahead(setups, asked, pools, way, most):
            found[row] = [_target(pools, pool, candles) for pool in ahead]
    return found


def _resting_ahead(
    setups: Setups, asked: IntArray, pools: LiquidityPools, way: int, most: int
) -> Iterator[tuple[int, list[int]]]:
    """Yield each setup with its pools, walking through the bars once: pools come and go in one sorted list."""
    own = np.flatnonzero(pools.side == way)
    gone = np.minimum(*(np.where(bar == NONE, _NEVER, bar)[own] for bar in (pools.taken_index, pools.superseded_index)))
    prices = (way * pools.price[own]).tolist()
    coming = list(zip(pools.confirmed_index[own].tolist(), zip(prices, own.tolist(), strict=True), strict=True))
    going = sorted(zip(gone.tolist(), zip(prices, own.tolist(), strict=True), strict=True))
    resting: list[tuple[float, int]] = []
    came = went = 0
    for row in asked.tolist():  # setups ascend by confirmation, and so do pools
        t, entry = int(setups.confirmed_index[row]), way * float(setups.entry[row])
        while came < len(coming) and coming[came][0] <= t:
            insort(resting, coming[came][1])
            came += 1
        while went < len(going) and going[went][0] <= t:
            del resting[bisect_left(resting, going[went][1])]
            went += 1
        first = bisect_right(resting, (entry, len(pools)))
        yield (
            row,
            [
                pool
                for pool, _ in zip(
                    _one_a_price(resting[place] for place in range(first, len(resting))), range(most), strict=False
                )
            ],
        )


def _one_a_price(resting: Iterable[tuple[float, int]]) -> Iterator[int]:
    last = None
    for price, pool in resting:
        if price != last:
            yield pool
        last = price


def _target(pools: LiquidityPools, row: int, candles: Candles) -> Target:
    return Target(
        float(pools.price[row]), pools.id_of(row, candles), iso_utc(int(candles.time[pools.formed_index[row]]))
    )
