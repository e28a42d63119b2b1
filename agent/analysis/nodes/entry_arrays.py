"""Arrays of the entry timeframe: gaps, blocks, balanced ranges and breakers with the lean that still stand."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from agent.analysis.observation import NO_LEAN, evidence_of
from agent.analysis.reading import Reading
from rulebook.facts import Fact
from tools.facts import NONE, BoolArray, Facts


class _Array(NamedTuple):
    """A kind of array: the rule whose lookback counts, its table, the steps that end it, and at whose touch it ends.

    One that ends at a close alone has no such price: bars that have not closed on its timeframe cannot end it.
    """

    rule: str
    table: str
    ends: tuple[str, ...]
    touch: tuple[str, str] | None = None


_FAR_EDGE: Final = ("bottom", "top")  # of a bullish one and of a bearish one
_MIDDLE: Final = ("middle", "middle")
_ARRAYS: Final = {
    "entry.fresh_gaps": _Array("5.2", "fair_value_gaps", ("filled_index", "inverted_index"), _FAR_EDGE),
    "entry.fresh_order_blocks": _Array("5.4", "order_blocks", ("mitigated_index", "broken_index"), _MIDDLE),
    "entry.balanced_ranges": _Array("5.3", "balanced_ranges", ("filled_index", "inverted_index"), _FAR_EDGE),
    "entry.mitigation_blocks": _Array("5.5", "mitigation_blocks", ("dead_index",)),
    "entry.breakers": _Array("5.6", "breakers", ("dead_index",)),
}
_SHOWN: Final = 2  # the newest, as evidence


def array_facts(reading: Reading, lean: int) -> dict[str, Fact]:
    """Count the arrays of each kind with the lean, alive, and confirmed within their own rule's lookback.

    Alive at the decision's moment: the base bars newer than the chart count for what a touch ends.
    """
    if not lean:
        return {name: Fact.unknown(NO_LEAN) for name in _ARRAYS}
    return {name: _standing(reading, array, lean) for name, array in _ARRAYS.items()}


def _standing(reading: Reading, array: _Array, lean: int) -> Fact:
    chart, table = reading.entry, getattr(reading.entry, array.table)
    since = len(chart.candles) - 1 - int(reading.rulebook.number(array.rule, "lookback_bars"))
    alive = _alive(table, array.ends, lean, since)
    if array.touch is not None:
        price = getattr(table, array.touch[0] if lean > 0 else array.touch[1])
        alive &= ~reading.reached_since(chart.candles).back_to(table.direction, price)
    rows: list[int] = np.flatnonzero(alive).tolist()
    shown = (evidence_of(table, row, chart.candles, float(table.middle[row])) for row in rows[-_SHOWN:])
    return Fact(len(rows), tuple(shown))


def _alive(table: Facts, ends: Sequence[str], lean: int, since: int) -> BoolArray:
    columns: Any = table  # which steps end a life is its kind's own
    alive: BoolArray = (columns.direction == lean) & (table.confirmed_index >= since)
    for name in ends:
        alive &= getattr(columns, name) == NONE
    return alive
