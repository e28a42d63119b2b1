"""Where price is drawn to: untaken opposing pools ahead of an entry."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.candles import Candles
from tools.facts import DIRECTIONS, NONE, IntArray
from tools.liquidity import LiquidityPools
from tools.setups import Setups
from tools.times import iso_utc

MOST_TARGETS: Final = 3
LEAST_REWARD: Final = 2.0
_NEVER: Final = int(np.iinfo(np.int64).max)


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


def up_to_enough(ahead: Sequence[Target], *, entry: float, stop: float, least_reward: float) -> list[Target]:
    """Return of targets, nearest first, those up to the first that pays enough; of more than three two and that one.

    Args:
        ahead: pools ahead of the entry, nearest first.
        entry: the limit price, in the quote currency.
        stop: the price that ends the trade, in the same.
        least_reward: what is enough, in multiples of the distance from entry to stop.
    """
    least = least_reward * abs(entry - stop)
    enough = next((place for place, target in enumerate(ahead) if abs(target.price - entry) >= least), None)
    wanted = list(ahead if enough is None else ahead[: enough + 1])
    return wanted if len(wanted) <= MOST_TARGETS else [*wanted[: MOST_TARGETS - 1], wanted[-1]]


def targets_when_confirmed(
    setups: Setups, pools: LiquidityPools, candles: Candles, *, least_reward: float = LEAST_REWARD
) -> list[list[Target]]:
    """Return the pools each setup ran towards as they stood at the close that confirmed it, nearest first.

    Of more than three the two nearest and the first that pays `least_reward`; the three nearest where none does. Pools
    of one price count once, as the first of them confirmed.

    Args:
        setups: setups on the candles, in order of confirmation as `detect_setups` gives them.
        pools: every liquidity pool on the same candles.
        candles: bars, shape (n,).
        least_reward: what is enough, in multiples of the distance from entry to stop.
    """
    found: list[list[Target]] = [[] for _ in range(len(setups))]
    for way in DIRECTIONS:
        asked = np.flatnonzero(setups.direction == way)
        for row, resting in zip(asked.tolist(), _resting_when(setups.confirmed_index[asked], pools, way), strict=True):
            entry, risk = way * float(setups.entry[row]), abs(float(setups.entry[row] - setups.stop[row]))
            found[row] = [_target(pools, pool, candles) for pool in _chosen(resting, entry, least_reward * risk)]
    return found


def _resting_when(bars: IntArray, pools: LiquidityPools, way: int) -> Iterator[list[tuple[float, int]]]:
    """Yield, for each of ascending bars, the pools of one side that rest at its close, nearest prices first.

    One walk through the bars: pools come and go in one sorted list of ``(way * price, row)``, the same list each time.
    """
    own = np.flatnonzero(pools.side == way)
    gone = np.minimum(*(np.where(bar == NONE, _NEVER, bar)[own] for bar in (pools.taken_index, pools.superseded_index)))
    names = list(zip((way * pools.price[own]).tolist(), own.tolist(), strict=True))
    coming = list(zip(pools.confirmed_index[own].tolist(), names, strict=True))
    going = sorted(zip(gone.tolist(), names, strict=True))
    resting: list[tuple[float, int]] = []
    came = went = 0
    for t in bars.tolist():
        while came < len(coming) and coming[came][0] <= t:
            insort(resting, coming[came][1])
            came += 1
        while went < len(going) and going[went][0] <= t:
            del resting[bisect_left(resting, going[went][1])]
            went += 1
        yield resting


def _chosen(resting: list[tuple[float, int]], entry: float, least: float) -> list[int]:
    """Return the rows of the nearest pools beyond `entry`, and of the first at least `least` away."""
    prices: dict[float, int] = {}
    for place in range(bisect_right(resting, (entry, _NEVER)), len(resting)):
        price, row = resting[place]
        prices.setdefault(price, row)
        if price - entry >= least or len(prices) > MOST_TARGETS:
            break
    nearest = list(prices.values())
    if len(nearest) <= MOST_TARGETS:
        return nearest
    enough = bisect_left(resting, (entry + least, -1))
    return nearest[:MOST_TARGETS] if enough == len(resting) else [*nearest[: MOST_TARGETS - 1], resting[enough][1]]


def _target(pools: LiquidityPools, row: int, candles: Candles) -> Target:
    return Target(
        float(pools.price[row]), pools.id_of(row, candles), iso_utc(int(candles.time[pools.formed_index[row]]))
    )
