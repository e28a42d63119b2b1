"""The common form of every fact: columns, one row a fact, each step of its life a bar index.

The law every fact keeps: for every bar t, what a tool finds in ``candles[:t + 1]`` equals ``as_of(t)`` of what it finds
in all of them. `Facts.as_of` states it once: a fact exists from the close of the bar that confirmed it, and a step of
its life exists from the close of the bar on which it happened.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from tools.candles import Candles
from tools.times import iso_utc

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
DirectionArray = npt.NDArray[np.int8]

Opened = Callable[[int], str]

NONE: Final = -1
BULLISH: Final = 1
BEARISH: Final = -1
DIRECTIONS: Final = {BULLISH: "bullish", BEARISH: "bearish"}

Scope = Literal["internal", "external"]
Words = Mapping[str, Mapping[int, str | None]]
"""What the codes of each coded column mean."""

_SCOPE: Final = "scope"
_SUFFIX: Final = "_index"
_AT: Final = "_at"


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Facts of one kind on one timeframe, one row each, ordered by confirmation.

    Attributes:
        formed_index: int64, shape (m,): the bar each fact is drawn on.
        confirmed_index: int64, shape (m,), ascending: the bar at whose close each became knowable.

    A kind names its `KIND`, the columns it is `NAMED_BY`, the `WORDS` of coded columns, and the columns of its `LIFE`:
    bars on which a step happened, `NONE` while it has not. `DERIVED` names what its rows say besides their columns:
    properties of the same shape that follow from them. Columns that end in ``_index`` hold bars, columns that end in
    ``_at`` epoch seconds.
    """

    KIND: ClassVar[str]
    LIFE: ClassVar[tuple[str, ...]] = ()
    NAMED_BY: ClassVar[tuple[str, ...]] = ("direction",)
    WORDS: ClassVar[Words] = {"direction": DIRECTIONS}
    DERIVED: ClassVar[tuple[str, ...]] = ()

    formed_index: IntArray
    confirmed_index: IntArray

    def __len__(self) -> int:
        """Return the number of facts."""
        return len(self.confirmed_index)

    def select(self, rows: BoolArray | IntArray) -> Self:
        """Return the facts of a mask or of row numbers, in that order."""
        chosen = {name: getattr(self, name)[rows] for name in _columns(type(self))}
        return type(self)(**chosen, **_scope_of(self))

    def as_of(self, t: int) -> Self:
        """Return what was known at the close of bar `t`: later facts gone, later steps of their lives undone."""
        known = self.select(self.confirmed_index <= t)
        steps = {name: np.where(getattr(known, name) <= t, getattr(known, name), NONE) for name in self.LIFE}
        return replace(known, **steps) if steps else known

    def id_of(self, row: int, candles: Candles) -> str:
        """Return the fact's lasting name: kind, timeframe, what tells it apart, and the time it is drawn on."""
        words = [self._name_part(name, getattr(self, name)[row].item(), candles) for name in self.NAMED_BY]
        scope = getattr(self, _SCOPE, None)
        at = iso_utc(int(candles.time[self.formed_index[row]]))
        return ":".join((self.KIND, candles.timeframe, *((scope,) if scope else ()), *words, at))

    def rows(self, candles: Candles, opened: Opened | None = None) -> list[dict[str, Any]]:
        """Return one JSON-ready row a fact: its id, each column, and each bar index also as a time (or null).

        Args:
            candles: the bars the facts were found on, shape (n,).
            opened: tells when a bar opened, ISO-8601 UTC; for a caller that has written all those times already.
        """
        told = opened or openings(candles)
        columns: dict[str, list[Any]] = {"id": self._ids(candles, told)}
        if scope := getattr(self, _SCOPE, None):
            columns[_SCOPE] = [scope] * len(self)
        for name in (*_columns(type(self)), *self.DERIVED):
            values = getattr(self, name).tolist()
            if name.endswith(_SUFFIX):
                columns[name] = [None if bar == NONE else bar for bar in values]
                columns[name.removesuffix(_SUFFIX) + _AT] = [None if bar == NONE else told(bar) for bar in values]
            else:
                columns[name] = [self._word(name, value) for value in values]
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    def row(self, row: int, candles: Candles) -> dict[str, Any]:
        """Return one fact as a JSON-ready row."""
        return self.select(np.array([row])).rows(candles)[0]

    def _ids(self, candles: Candles, opened: Opened) -> list[str]:
        """Return every fact's `id_of`."""
        scope = getattr(self, _SCOPE, None)
        head = ":".join((self.KIND, candles.timeframe, *((scope,) if scope else ())))
        parts = [[head] * len(self)]
        for name in (*self.NAMED_BY, "formed_index"):
            values = getattr(self, name).tolist()
            is_bar = name.endswith(_SUFFIX)
            parts.append([opened(value) if is_bar else str(self._word(name, value)) for value in values])
        return [":".join(words) for words in zip(*parts, strict=True)]

    def _name_part(self, name: str, value: Any, candles: Candles) -> str:
        return iso_utc(int(candles.time[value])) if name.endswith(_SUFFIX) else str(self._word(name, value))

    def _word(self, name: str, value: Any) -> Any:
        words = self.WORDS.get(name)
        if words is not None:
            return words[int(value)]
        if name.endswith(_AT):
            return iso_utc(int(value))
        return None if isinstance(value, float) and not math.isfinite(value) else value


def _columns(kind: type[Facts]) -> tuple[str, ...]:
    if kind not in _COLUMNS_OF:
        _COLUMNS_OF[kind] = tuple(column.name for column in fields(kind) if column.name != _SCOPE)
    return _COLUMNS_OF[kind]


def _scope_of(facts: Facts) -> dict[str, Any]:
    return {_SCOPE: getattr(facts, _SCOPE)} if _SCOPE in facts.__match_args__ else {}  # what its constructor takes


_COLUMNS_OF: Final[dict[type[Facts], tuple[str, ...]]] = {}


def openings(candles: Candles) -> Opened:
    """Return what tells when a bar opened, ISO-8601 UTC."""
    return lambda bar: iso_utc(int(candles.time[bar]))


def by_confirmation(confirmed_index: IntArray, formed_index: IntArray) -> IntArray:
    """Return the row order of all tables: by confirmation, then by the bar drawn on; a stable sort."""
    return np.lexsort((formed_index, confirmed_index))
