"""Facts as plain rows, so that they can be compared with a reference, a prefix or a mirror image."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Final

import numpy as np

from tests.tools.reference.bars import Row
from tools.chart import Chart
from tools.dealing_range import DealingRange
from tools.facts import Facts
from tools.power_of_three import AccumulationRange, PowerOfThree

SIDES: Final = ("direction", "side")
PRICES: Final = (
    "price", "middle", "pool_price", "entry", "stop", "invalidation", "open_price", "first_price", "companion_price",
    "companion_first_price",
)  # fmt: skip
EDGES: Final = (("top", "bottom"), ("range_top", "range_bottom"))
RATIOS: Final = ("body_atr",)
_EVERY_PRICE: Final = (*PRICES, *(edge for pair in EDGES for edge in pair))


def rows_of(facts: Facts) -> list[Row]:
    """Return one dict of plain values a fact, in the order of the table; NaN, which equals nothing, becomes None."""
    names = [column.name for column in fields(facts) if hasattr(getattr(facts, column.name), "tolist")]
    columns = [[None if value != value else value for value in getattr(facts, name).tolist()] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def is_same_table(found: Facts, expected: Facts) -> bool:
    """Say whether two tables hold the same columns, bit by bit; the quick way to what `rows_of` compares."""
    if type(found) is not type(expected) or len(found) != len(expected):
        return False
    pairs = [(getattr(found, column.name), getattr(expected, column.name)) for column in fields(expected)]
    return all(
        np.array_equal(seen, wanted, equal_nan=getattr(wanted, "dtype", None) == np.float64) for seen, wanted in pairs
    )


def only(rows: Iterable[Row], names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the named columns of every row, sorted, as what two tables must share."""
    return sorted(tuple(row[name] for name in names) for row in rows)


def rows_of_chart(chart: Chart) -> dict[str, list[Row]]:
    """Return every table of a chart as rows; the dealing range and the power of three as tables of one row or none."""
    tables = {name: rows_of(facts) for name, facts in chart.tables.items()}
    return {
        **tables,
        "dealing_range": [] if chart.dealing_range is None else [row_of_range(chart.dealing_range)],
        "power_of_three": [row_of_stage(chart.power_of_three)],
    }


def row_of_range(dealing: DealingRange | AccumulationRange) -> Row:
    """Return a range as a row."""
    return {column.name: getattr(dealing, column.name) for column in fields(dealing)}


def row_of_stage(stage: PowerOfThree) -> Row:
    """Return the power of three as a row; of the Judas swing only whether there is one, as its name holds a way."""
    row = {column.name: getattr(stage, column.name) for column in fields(stage)}
    row["judas_id"] = row["judas_id"] is not None
    accumulated = row.pop("accumulation")
    return row if accumulated is None else {**row, **row_of_range(accumulated)}


def scaled_row(row: Row, factor: float) -> Row:
    """Return what a fact becomes when every price is multiplied by `factor`."""
    prices = (*_EVERY_PRICE, "low", "high")
    return {name: value * factor if name in prices and value is not None else value for name, value in row.items()}


def mirrored_row(row: Row, about: float) -> Row:
    """Return what a fact becomes when every price p becomes ``about - p``."""
    turned = dict(row)
    for name in SIDES:
        if row.get(name) is not None:
            turned[name] = -row[name]
    for name in PRICES:
        if row.get(name) is not None:
            turned[name] = about - row[name]
    for upper, lower in (*EDGES, ("high", "low")):
        if upper in row:
            turned[upper], turned[lower] = about - row[lower], about - row[upper]
    if "high_index" in row:
        turned["high_index"], turned["low_index"] = row["low_index"], row["high_index"]
    return turned


def in_no_order(rows: Iterable[Row]) -> list[list[tuple[str, Any]]]:
    """Return rows sorted, prices rounded far below a tick: a mirror image may list the facts of one bar otherwise."""
    return sorted(
        [(name, round(value, 6) if isinstance(value, float) else value) for name, value in sorted(row.items())]
        for row in rows
    )


def unknown_float_columns(rows: Iterable[Row]) -> set[str]:
    """Return float columns that no law here knows how to scale or mirror; a new fact must be taught, not skipped."""
    known = {*_EVERY_PRICE, *RATIOS, "low", "high"}
    return {name for row in rows for name, value in row.items() if isinstance(value, float) and name not in known}


def is_finite_or_none(value: Any) -> bool:
    """Say whether JSON can hold a number."""
    return not isinstance(value, float) or math.isfinite(value)
