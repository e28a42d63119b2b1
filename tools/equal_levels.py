"""Equal highs and equal lows: swings so near each other that their stops rest as one pool."""

from typing import Final

import numpy as np

from tools.candles import Candles
from tools.facts import NONE, FloatArray, IntArray
from tools.period_levels import Level
from tools.swings import HIGH, LOW, Swings

_NOBODY: Final = np.empty(0, dtype=np.int64)
_BY_HAND: Final = 32  # a handful of swings is compared faster one by one than by arrays


class _Side:
    """The swings of one side that a later one may still equal: a stack, newest last.

    Lows are handled as highs of the mirrored chart. Of each swing the stack keeps the highest bar between it and the
    next one, so that what lies between a swing and the newest is known by adding up on the way down.
    """

    def __init__(self, side: int, extremes: FloatArray, widest: float, capacity: int) -> None:
        self.levels: list[Level] = []
        self._side = side
        self._extremes = extremes
        self._widest = widest
        self._price = np.empty(capacity)
        self._ceiling = np.empty(capacity)
        self._pool = np.full(capacity, NONE, dtype=np.int64)  # the pool a swing is the newest member of
        self._height = 0
        self._last_bar = NONE

    def add(self, bar: int, confirmed: int, tolerance: float) -> None:
        """Take the next swing in, and make the pool of which it is the newest member, if there is one."""
        price = float(self._extremes[bar])
        between = float(self._extremes[self._last_bar + 1 : bar].max()) if self._height else -np.inf
        self._last_bar = bar
        is_known = tolerance == tolerance  # NaN while there is no ATR
        members = self._members(price, tolerance, between) if is_known and self._height else _NOBODY
        pool = self._make(members, bar, price, confirmed) if len(members) else NONE
        while self._height and self._price[self._height - 1] < price - 2 * self._widest:
            self._height -= 1
            below = float(self._ceiling[self._height - 1]) if self._height else -np.inf
            between = max(between, float(self._price[self._height]), below)
        if self._height:
            self._ceiling[self._height - 1] = between
        self._price[self._height], self._pool[self._height] = price, pool
        self._height += 1

    def _members(self, price: float, tolerance: float, between: float) -> IntArray:
        """Return the places of the earlier swings that equal this one, newest first.

        A bar more than twice the tolerance above this swing is above every possible pair's bound: it hides all before.
        """
        found: list[int] = []
        bound = price + 2 * tolerance
        for place in range(self._height - 1, max(self._height - 1 - _BY_HAND, -1), -1):
            level = float(self._price[place])
            if between > bound or level > bound:
                return np.array(found, dtype=np.int64)
            if abs(level - price) <= tolerance and between <= max(level, price) + tolerance:
                found.append(place)
            between = max(between, level, float(self._ceiling[place - 1]) if place else -np.inf)
        by_hand, rest = np.array(found, dtype=np.int64), self._height - _BY_HAND
        if rest <= 0:
            return by_hand
        return np.concatenate((by_hand, self._members_at_once(rest, price, tolerance, between)))

    def _members_at_once(self, count: int, price: float, tolerance: float, between: float) -> IntArray:
        """Go through the lowest `count` swings of the stack in one array operation; for long flat markets."""
        levels = self._price[:count][::-1]
        risen = np.maximum(levels[:-1], self._ceiling[: count - 1][::-1])
        highest = np.maximum.accumulate(np.concatenate(([between], risen)))
        equal = (np.abs(levels - price) <= tolerance) & (highest <= np.maximum(levels, price) + tolerance)
        members: IntArray = count - 1 - np.flatnonzero(equal)
        return members

    def _make(self, members: IntArray, bar: int, price: float, confirmed: int) -> int:
        """Make a pool, and mark the pools whose newest member it takes in as superseded; return its number."""
        for place in members[self._pool[members] != NONE].tolist():
            smaller = int(self._pool[place])
            self.levels[smaller] = self.levels[smaller]._replace(superseded=confirmed)
            self._pool[place] = NONE
        highest = max(price, float(self._price[members].max()))
        self.levels.append(
            Level("equal", self._side, self._side * highest, bar, confirmed, confirmed + 1, len(members) + 1)
        )
        return len(self.levels) - 1


def equal_levels(candles: Candles, internal: Swings, tolerance: FloatArray) -> list[Level]:
    """Return the pools of equal highs and lows among internal swings.

    Args:
        candles: bars, shape (n,).
        internal: internal swings on the same bars.
        tolerance: how near is equal, in price, at each bar's close, shape (n,); NaN where it is not known.

    Returns:
        Levels, each with the confirmation of the larger pool that superseded it.
    """
    widest = float(np.nanmax(tolerance)) if np.isfinite(tolerance).any() else 0.0
    found: list[Level] = []
    for side, extremes in ((HIGH, candles.high), (LOW, -candles.low)):
        chosen = internal.side == side
        swings = _Side(side, extremes, widest, int(chosen.sum()))
        formed, confirmed = internal.formed_index[chosen], internal.confirmed_index[chosen]
        for bar, at, near in zip(formed.tolist(), confirmed.tolist(), tolerance[confirmed].tolist(), strict=True):
            swings.add(bar, at, near)
        found += swings.levels
    return found
