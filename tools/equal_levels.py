"""Equal highs and equal lows: swings so near each other that their stops rest as one pool.

All swings are asked at once. Between a swing and an earlier one stands a wall, the highest bar there; walking back the
wall only grows. As far as it is no higher than the swing plus the tolerance, every swing near in price is a member.
Beyond, up to twice the tolerance, only those high enough to look over the wall are: a strip for each height of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.candles import Candles
from tools.crossings import first_above, first_below
from tools.facts import NONE, BoolArray, DirectionArray, FloatArray, IntArray
from tools.levels import EQUAL, Levels, levels_of_swings
from tools.range_counts import count_within
from tools.swings import HIGH, LOW, Swings

_ROUNDS: Final = 32  # after so many a pool's successor is looked for among all later ones instead
_BATCH: Final = 1 << 18  # strips looked at together
_WALL: Final = np.array([np.inf])
_Strips = tuple[IntArray, IntArray, IntArray, IntArray]


@dataclass(frozen=True, slots=True, eq=False)
class _Swings:
    """The swings of both sides in one row: the highs, then the lows of the chart upside down.

    Attributes:
        formed: int64, shape (m,): their bars; `confirmed` their confirmations.
        side: int8, shape (m,).
        tolerance: float64, shape (m,): NaN where it is not known.
        walls: float64, shape (2m,): before each swing's price the highest bar since the swing before it, infinite where
            there is none.
        prices: float64, shape (u + 1,): the distinct prices, ascending, and infinity.
        rank: int64, shape (m,): each swing's place in `prices`.
    """

    formed: IntArray
    confirmed: IntArray
    side: DirectionArray
    tolerance: FloatArray
    walls: FloatArray
    prices: FloatArray
    rank: IntArray

    @property
    def price(self) -> FloatArray:
        return self.walls[1::2]

    def last_wall(self, above: FloatArray, until: IntArray) -> IntArray:
        """Return the last wall higher than `above` at or before the place `until`."""
        end = len(self.walls) - 1
        return end - first_above(self.walls[::-1], above, end - until)  # the first wall of all is infinite


@dataclass(frozen=True, slots=True, eq=False)
class _Pools:
    """Swings that have members, and what those share; every column has shape (k,).

    Attributes:
        swing: int64: the newest member's place in the row of swings, ascending.
        least: int64: the lowest rank that is near; `most` the lowest above that no longer is.
        oldest: int64: no member stands before this place.
        members: int64: how many there are, the newest included.
        highest: int64: the rank of the highest.
    """

    swing: IntArray
    least: IntArray
    most: IntArray
    oldest: IntArray
    members: IntArray
    highest: IntArray


def equal_levels(candles: Candles, internal: Swings, tolerance: FloatArray) -> Levels:
    """Return the pools of equal highs and lows among internal swings.

    Args:
        candles: bars, shape (n,).
        internal: internal swings on the same bars.
        tolerance: how near is equal, in price, at each bar's close, shape (n,); NaN where it is not known.

    Returns:
        Levels, each with the confirmation of the larger pool that superseded it.
    """
    swings = _row_of(candles, internal, tolerance)
    pools = _pools(swings)
    successor = _successors(swings, pools)
    place, side = pools.swing, swings.side[pools.swing]
    confirmed = swings.confirmed[place]
    return levels_of_swings(
        EQUAL,
        side,
        side * swings.prices[pools.highest],
        swings.formed[place],
        confirmed,
        members=pools.members,
        superseded=np.where(successor == NONE, NONE, confirmed[successor]) if len(place) else successor,
    )


def _row_of(candles: Candles, internal: Swings, tolerance: FloatArray) -> _Swings:
    rows = [np.flatnonzero(internal.side == side) for side in (HIGH, LOW)]
    walls = []
    for chosen, extremes in zip(rows, (candles.high, -candles.low), strict=True):
        if len(chosen):
            bars = internal.formed_index[chosen]
            splits = np.repeat(bars, 2)
            splits[1::2] += 1
            walls += [_WALL, np.maximum.reduceat(extremes[: bars[-1] + 1], splits[:-1])]
    both = np.concatenate(rows)
    confirmed = internal.confirmed_index[both]
    in_a_row = np.concatenate(walls) if walls else np.empty(0)
    order = np.argsort(in_a_row[1::2])
    ordered = in_a_row[1::2][order]
    is_next = np.concatenate(([False], ordered[1:] != ordered[:-1]))[: len(ordered)]
    rank = np.empty(len(ordered), dtype=np.int64)
    rank[order] = np.cumsum(is_next)
    prices = np.concatenate((ordered[:1], ordered[is_next], _WALL))
    return _Swings(
        internal.formed_index[both], confirmed, internal.side[both], tolerance[confirmed], in_a_row, prices, rank
    )


def _pools(swings: _Swings) -> _Pools:
    """Find the swings that have members, and count those."""
    swing = _may_have_members(swings)
    price, tolerance, prices = swings.price[swing], swings.tolerance[swing], swings.prices
    least = _first_rank(prices, price - tolerance, lambda rank: price - prices[rank] <= tolerance)
    most = _first_rank(prices, price + tolerance, lambda rank: prices[rank] - price > tolerance)
    members, top = np.ones(len(swing), dtype=np.int64), swings.rank[swing]
    oldest = swing.copy()
    for row, begins, ends, lowest in _strips(swings, swing, least, most):
        count, highest = count_within(swings.rank, begins, ends, lowest, most[row])
        np.add.at(members, row, count)
        np.maximum.at(top, row, highest)
        np.minimum.at(oldest, row[count > 0], begins[count > 0])
    found = np.flatnonzero(members > 1)
    return _Pools(swing[found], least[found], most[found], oldest[found], members[found], top[found])


def _may_have_members(swings: _Swings) -> IntArray:
    """Return the swings of which the last earlier one that is not too low is not too high, and not behind a wall."""
    swing = np.flatnonzero(swings.tolerance == swings.tolerance)
    price, tolerance = swings.price[swing], swings.tolerance[swing]
    rounding = 4 * np.spacing(np.abs(price) + 2 * tolerance)  # nobody is lost here, the bounds are kept exactly later
    end = len(swings.price) - 1
    seen = end - first_above(swings.price[::-1], price - tolerance - rounding, end - swing + 1)
    ceiling = price + 2 * tolerance + rounding
    near = np.flatnonzero((seen <= end) & (swings.price[np.minimum(seen, end)] <= ceiling))
    may_be: IntArray = near[seen[near] >= swings.last_wall(ceiling[near], 2 * swing[near]) >> 1]
    return swing[may_be]


def _strips(swings: _Swings, swing: IntArray, least: IntArray, most: IntArray) -> Iterator[_Strips]:
    """Cut what lies before each swing into strips between whose places the wall has one height.

    Yields:
        ``(row, begin, end, lowest)`` of some strips: which swing's each is, its places in the row of swings, and the
        lowest rank that is near the swing and looks over the wall. Highs that descend slowly leave a strip for each
        pair of them; they are handed over a batch at a time.
    """
    strips: list[_Strips] = []
    waiting = 0
    price, tolerance, prices = swings.price[swing], swings.tolerance[swing], swings.prices
    reach = prices[most - 1] + tolerance
    row, end, lowest, wall, height = np.arange(len(swing)), swing, least, 2 * swing, price + tolerance
    while len(row):
        wall = swings.last_wall(height, wall)
        begin = wall >> 1  # a wall that is a swing does not hide that swing itself
        strips.append((row, begin, end, lowest))
        waiting += len(row)
        if waiting > _BATCH:
            yield _joined(strips)
            strips, waiting = [], 0
        higher = swings.walls[wall]
        on = higher <= reach[row]
        row, end, wall, height = row[on], begin[on], wall[on], higher[on]
        lowest = np.maximum(least[row], _lowest_over(prices, height, tolerance[row]))
    if strips:
        yield _joined(strips)


def _joined(strips: list[_Strips]) -> _Strips:
    row, begin, end, lowest = (np.concatenate(column) for column in zip(*strips, strict=True))
    return row, begin, end, lowest


def _lowest_over(prices: FloatArray, walls: FloatArray, tolerance: FloatArray) -> IntArray:
    return _first_rank(prices, walls - tolerance, lambda rank: prices[rank] + tolerance >= walls)


def _first_rank(prices: FloatArray, about: FloatArray, holds: Callable[[IntArray], BoolArray]) -> IntArray:
    """Return the first ranks from which on something holds: near where prices pass `about`, to the last bit."""
    rank = np.searchsorted(prices, about)
    while (is_late := (rank > 0) & holds(np.maximum(rank - 1, 0))).any():
        rank = rank - is_late
    while (is_early := ~holds(rank)).any():
        rank = rank + is_early
    return rank


def _successors(swings: _Swings, pools: _Pools) -> IntArray:
    """Return, for each pool, the first later one of whose members its newest is one, or `NONE`."""
    columns = (pools.swing, swings.rank[pools.swing], pools.oldest, pools.least)
    newest, rank, oldest, least = (column.astype(np.float64) for column in columns)
    found = np.full(len(newest), NONE, dtype=np.int64)
    asked = later = np.arange(len(newest))
    for _ in range(_ROUNDS):
        later = first_below(oldest, newest[asked], later + 1, or_equal=True)
        asked, later = asked[later != NONE], later[later != NONE]
        reached = first_below(least, rank[asked], later, or_equal=True)  # where it is not too low for the later one
        is_both = reached == later
        pair = asked[is_both], later[is_both]
        is_member = _has_member(swings, pools, *pair)
        found[pair[0][is_member]] = pair[1][is_member]
        on = (reached != NONE) & (found[asked] == NONE)
        asked, later = asked[on], np.where(is_both, later, reached - 1)[on]
        if not len(asked):
            return found
    for pool in asked.tolist():
        found[pool] = _successor(swings, pools, pool)
    return found


def _has_member(swings: _Swings, pools: _Pools, earlier: IntArray, later: IntArray) -> BoolArray:
    """Say of pairs of pools whether the newest member of the earlier one is a member of the later."""
    swing, member = pools.swing[later], pools.swing[earlier]
    ceiling = np.maximum(swings.price[swing], swings.price[member]) + swings.tolerance[swing]
    wall = first_above(swings.walls, ceiling, 2 * member + 2)
    rank = swings.rank[member]
    is_near = (pools.least[later] <= rank) & (rank < pools.most[later])
    is_seen: BoolArray = is_near & ((wall == NONE) | (wall > 2 * swing))
    return is_seen


def _successor(swings: _Swings, pools: _Pools, pool: int) -> int:
    """Look for one pool's successor among all later pools at once."""
    member, rank = int(pools.swing[pool]), int(swings.rank[pools.swing[pool]])
    later = slice(pool + 1, None)
    near = (pools.oldest[later] <= member) & (pools.least[later] <= rank) & (rank < pools.most[later])
    candidates = pool + 1 + np.flatnonzero(near)
    if not len(candidates):
        return NONE
    swing = pools.swing[candidates]
    highest = np.maximum.accumulate(swings.walls[2 * member + 2 : 2 * int(swing[-1]) + 1])[2 * (swing - member - 1)]
    ceiling = np.maximum(swings.price[swing], swings.price[member]) + swings.tolerance[swing]
    is_over = highest <= ceiling
    return int(candidates[is_over.argmax()]) if is_over.any() else NONE
