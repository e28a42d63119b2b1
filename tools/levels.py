"""Levels at which stops rest, in columns, before it is known what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from tools.facts import NONE, BoolArray, DirectionArray, FloatArray, IntArray
from tools.session_windows import KILL_ZONES

BUY_SIDE: Final = 1
SELL_SIDE: Final = -1
SWING, EQUAL, PREVIOUS_DAY, PREVIOUS_WEEK, PREVIOUS_MONTH, SESSION = range(6)
POOL_KINDS: Final = {
    SWING: "swing",
    EQUAL: "equal",
    PREVIOUS_DAY: "previous_day",
    PREVIOUS_WEEK: "previous_week",
    PREVIOUS_MONTH: "previous_month",
    SESSION: "session",
}
SESSION_NAMES: Final = tuple(dict.fromkeys(window.name for zones in KILL_ZONES.values() for window in zones))


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Levels of any kind, one row each, in no order; indices are bars, every column has shape (m,).

    Attributes:
        kind: int8: a key of `POOL_KINDS`.
        side: int8: `BUY_SIDE` above a high, `SELL_SIDE` below a low.
        session: int8: index into `SESSION_NAMES` for a session's level, else -1.
        price: float64: the level.
        formed: int64: the bar that made it.
        confirmed: int64: the bar at whose close it became knowable.
        watched_from: int64: the first bar that may take it.
        members: int64: how many swings made it.
        bars: int64: how many bars its period had.
        complete: bool: whether the chart reaches back to the period's start.
        superseded: int64: the confirmation of a larger equal pool in its place, or `NONE`.
    """

    kind: DirectionArray
    side: DirectionArray
    session: DirectionArray
    price: FloatArray
    formed: IntArray
    confirmed: IntArray
    watched_from: IntArray
    members: IntArray
    bars: IntArray
    complete: BoolArray
    superseded: IntArray

    def select(self, rows: IntArray) -> "Levels":
        """Return the levels of these row numbers, in that order."""
        return Levels(*(getattr(self, name)[rows] for name in _COLUMNS))


def levels_of_swings(
    kind: int,
    side: DirectionArray,
    price: FloatArray,
    formed: IntArray,
    confirmed: IntArray,
    *,
    members: IntArray | None = None,
    superseded: IntArray | None = None,
) -> Levels:
    """Return levels that swings made: watched from the bar after their confirmation, complete in themselves."""
    ones = np.ones(len(side), dtype=np.int64)
    return Levels(
        kind=np.full(len(side), kind, dtype=np.int8),
        side=side,
        session=np.full(len(side), NONE, dtype=np.int8),
        price=price,
        formed=formed,
        confirmed=confirmed,
        watched_from=confirmed + 1,
        members=ones if members is None else members,
        bars=ones,
        complete=np.ones(len(side), dtype=np.bool_),
        superseded=np.full(len(side), NONE, dtype=np.int64) if superseded is None else superseded,
    )


def join_levels(parts: Sequence[Levels]) -> Levels:
    """Return the levels of all `parts`, at least one, in their order."""
    return Levels(*(np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS))


_COLUMNS: Final = tuple(column.name for column in fields(Levels))
