"""Equal highs and equal lows: swings so near each other that their stops rest as one pool."""

from dataclasses import dataclass, field

import numpy as np

from tools.candles import Candles
from tools.facts import NONE, FloatArray
from tools.period_levels import Level
from tools.swings import HIGH, LOW, Swings


@dataclass(slots=True)
class _Side:
    """The swings of one side that a later one may still equal, newest last, prices falling from the bottom up.

    Lows are handled as highs of the mirrored chart.
    """

    side: int
    extremes: FloatArray
    widest: float
    open_swings: list[tuple[int, float]] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    level_of_newest: dict[int, int] = field(default_factory=dict)

    def add(self, bar: int, confirmed: int, tolerance: float) -> None:
        """Take the next swing in, and make the pool of which it is the newest member, if there is one."""
        price = float(self.extremes[bar])
        if tolerance == tolerance:  # the ATR is defined
            members = self._members(bar, price, tolerance)
            if members:
                self._make(members, bar, price, confirmed)
        while self.open_swings and self.open_swings[-1][1] < price - 2 * self.widest:
            self.open_swings.pop()
        self.open_swings.append((bar, price))

    def _members(self, bar: int, price: float, tolerance: float) -> list[tuple[int, float]]:
        members = []
        for earlier, level in reversed(self.open_swings):
            if level > price + 2 * tolerance:
                break  # higher than any member may be by more than the tolerance: it hides all before it
            if abs(level - price) <= tolerance:
                between = self.extremes[earlier + 1 : bar]
                if between.max() <= max(level, price) + tolerance:
                    members.append((earlier, level))
        return members

    def _make(self, members: list[tuple[int, float]], bar: int, price: float, confirmed: int) -> None:
        for earlier, _ in members:
            smaller = self.level_of_newest.get(earlier)
            if smaller is not None and self.levels[smaller].superseded == NONE:
                self.levels[smaller] = self.levels[smaller]._replace(superseded=confirmed)
        highest = max(price, *(level for _, level in members))
        self.level_of_newest[bar] = len(self.levels)
        self.levels.append(
            Level("equal", self.side, self.side * highest, bar, confirmed, confirmed + 1, len(members) + 1)
        )


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
        swings = _Side(side, extremes, widest)
        chosen = internal.side == side
        formed, confirmed = internal.formed_index[chosen], internal.confirmed_index[chosen]
        for bar, at, near in zip(formed.tolist(), confirmed.tolist(), tolerance[confirmed].tolist(), strict=True):
            swings.add(bar, at, near)
        found += swings.levels
    return found
