"""Arrays of the entry timeframe: gaps, blocks, balanced ranges and breakers with the lean that still stand."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from agent.analysis.observation import NO_LEAN, evidence_of
from agent.analysis.reading import Reading
from rulebook.facts import Fact
from tools.facts import NONE, Facts


class _Array(NamedTuple):
    """A kind of array: the rule whose lookback counts, its table on the chart, and the steps that end it."""

    rule: str
    table: str
    ends: tuple[str, ...]


_ARRAYS: Final = {
    "entry.fresh_gaps": _Array("5.2", "fair_value_gaps", ("filled_index", "inverted_index")),
    "entry.fresh_order_blocks": _Array("5.4", "order_blocks", ("mitigated_index", "broken_index")),
    "entry.balanced_ranges": _Array("5.3", "balanced_ranges", ("filled_index", "inverted_index")),
    "entry.mitigation_blocks": _Array("5.5", "mitigation_blocks", ("dead_index",)),
    "entry.breakers": _Array("5.6", "breakers", ("dead_index",)),
}
_SHOWN: Final = 2  # the newest, as evidence


def array_facts(reading: Reading, lean: int) -> dict[str, Fact]:
    """Count the arrays of each kind with the lean, alive, and confirmed within their own rule's lookback."""
    if not lean:
        return {name: Fact.unknown(NO_LEAN) for name in _ARRAYS}
    return {name: _standing(reading, array, lean) for name, array in _ARRAYS.items()}


def _standing(reading: Reading, array: _Array, lean: int) -> Fact:
    chart, table = reading.entry, getattr(reading.entry, array.table)
    since = len(chart.candles) - int(reading.rulebook.number(array.rule, "lookback_bars"))
    rows = _alive(table, array.ends, lean, since)
    shown = (evidence_of(table, row, chart.candles, float(table.middle[row])) for row in rows[-_SHOWN:])
    return Fact(len(rows), tuple(shown))


def _alive(table: Facts, ends: Sequence[str], lean: int, since: int) -> list[int]:
    columns: Any = table  # which steps end a life is its kind's own
    alive = (columns.direction == lean) & (table.confirmed_index >= since)
    for name in ends:
        alive &= getattr(columns, name) == NONE
    rows: list[int] = np.flatnonzero(alive).tolist()
    return rows
