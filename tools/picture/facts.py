"""The facts of a reading that a picture of its last bars holds, each with its layer and the bars it spans."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tools.picture.frame import Frame
from tools.picture.view import LAYERS

Row = dict[str, Any]

ENDINGS: Final = (
    "filled_index", "inverted_index", "dead_index", "broken_index", "dropped_index", "taken_index", "superseded_index",
)  # fmt: skip
"""The steps that end a zone or a level; the first to happen counts."""
_SETUP_ENDINGS: Final = ("entered_index", "stopped_index")
_LASTING: Final = frozenset({"liquidity_pools", "setups"})
_BEGINNINGS: Final = ("swing_index", "first_index", "formed_index")
_PRICES: Final = ("top", "bottom", "price", "first_price", "open_price", "entry", "stop")
_NAMES: Final = frozenset(layer.name for layer in LAYERS)
_PERIODS: Final = frozenset({"previous_day", "previous_week", "previous_month", "session"})
_SHORT: Final = 4
"""Extremes of a period of fewer bars stand at nearly every bar: they have a layer of their own."""
_CANDLE_LISTS: Final = frozenset({"bars", "candles"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the document, placed.

    Attributes:
        list: the name of the row's list.
        row: the row itself.
        layer: the layer it belongs to.
        start: the bar its drawing begins at, which may lie before its confirmation.
        confirmed: the bar at whose close it was known.
        end: the bar at which it ended (a setup: at which it was no longer fresh), None while it lives.
    """

    list: str
    row: Row
    layer: str
    start: int
    confirmed: int
    end: int | None

    @property
    def sign(self) -> str:
        """``up``, ``down`` or ``flat``: the class that gives it its colour."""
        return {"bullish": "up", "bearish": "down"}.get(self.row.get("direction") or "", "flat")

    @property
    def lasts(self) -> bool:
        """Whether it is something that lives on: a zone, a pool or a setup, not an event."""
        return "top" in self.row or self.list in _LASTING


def facts_in_view(document: Row, frame: Frame) -> list[Fact]:
    """Return what the visible bars and prices hold, ascending by confirmation within each list."""
    return [
        fact
        for name, rows in document.items()
        if isinstance(rows, list) and name not in _CANDLE_LISTS
        for fact in facts_of(name, document)
        if _is_visible(fact, frame)
    ]


def facts_of(name: str, document: Row) -> Iterator[Fact]:
    """Yield the facts of one list, visible or not; none where the document has no such list."""
    for row in document.get(name, ()):
        if isinstance(row, dict) and "id" in row and "confirmed_index" in row:
            yield _fact(name, row)


def _fact(name: str, row: Row) -> Fact:
    steps = _SETUP_ENDINGS if name == "setups" else ENDINGS
    ends = [row[step] for step in steps if row.get(step) is not None]
    begins = min(row[key] for key in _BEGINNINGS if row.get(key) is not None)
    return Fact(name, row, _layer(name, row), begins, row["confirmed_index"], min(ends) if ends else None)


def _layer(name: str, row: Row) -> str:
    if name == "structure_breaks":
        return "structure" if row.get("scope") == "external" or row.get("type") == "MSS" else "internal_structure"
    if name == "setups":
        return "past_setups"  # until one is chosen to be shown
    if name == "liquidity_pools" and row.get("kind") in _PERIODS and row.get("bars", _SHORT) < _SHORT:
        return "short_pools"
    return name if name in _NAMES else "other"


def _is_visible(fact: Fact, frame: Frame) -> bool:
    last = fact.confirmed if not fact.lasts else fact.end
    if last is not None and last < frame.first:
        return False
    prices = [float(fact.row[key]) for key in _PRICES if fact.row.get(key) is not None]
    return frame.holds(min(prices), max(prices)) if prices else True
