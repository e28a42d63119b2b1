"""Choosing facts: by direction, word and state, the newest or the nearest first."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from agent.coach.toolbox.arguments import FactArguments
from agent.coach.toolbox.fact_lists import FactList
from tools.chart import Chart
from tools.facts import NONE, BoolArray, Facts, FloatArray
from tools.setups import MODEL_RULES, Setups
from tools.targets import targets_when_confirmed

Row = dict[str, Any]

_WORDS: Final = ("direction", "degree", "type", "kind", "model")


@dataclass(frozen=True, slots=True)
class Found:
    """How many facts there are, and the rows of those wanted, as in the chart's document with their ``state``."""

    total: int
    rows: list[Row]


def find_facts(chart: Chart, facts: FactList, wanted: FactArguments) -> Found:
    """Return the facts that match, the newest first; with `near`, the nearest to that price first.

    Newest is by confirmation, then by the bar drawn on. A zone that holds the price is no distance away; of equally
    near facts the newest comes first.

    Args:
        chart: where to look.
        facts: which list.
        wanted: the choices; `limit` bounds the rows and not the total.
    """
    matches = [_matching(table, facts, wanted) for table in facts.tables(chart)]
    return _found(chart, facts, matches, wanted.limit, getattr(wanted, "near", None))


def newest_fact(chart: Chart, facts: FactList) -> Found:
    """Return how many facts a list has, and the row of the newest."""
    return _found(chart, facts, [np.ones(len(table), dtype=np.bool_) for table in facts.tables(chart)], 1, None)


def alive(table: Facts, ends: tuple[str, ...]) -> BoolArray:
    """Return which facts have not ended: none of `ends` has happened to them."""
    living = np.ones(len(table), dtype=np.bool_)
    for step in ends:
        living &= getattr(table, step) == NONE
    return living


def _found(chart: Chart, facts: FactList, matches: list[BoolArray], limit: int, near: float | None) -> Found:
    tables = facts.tables(chart)
    rows = [np.flatnonzero(each) for each in matches]
    of_table = np.repeat(np.arange(len(tables)), [len(each) for each in rows])
    of_row = np.concatenate(rows)
    confirmed = np.concatenate([table.confirmed_index[each] for table, each in zip(tables, rows, strict=True)])
    formed = np.concatenate([table.formed_index[each] for table, each in zip(tables, rows, strict=True)])
    order = np.lexsort((of_row, of_table, formed, confirmed))[::-1]
    if near is not None:
        away = np.concatenate([_distance(table, near)[each] for table, each in zip(tables, rows, strict=True)])
        order = order[np.argsort(away[order], kind="stable")]
    shown = order[:limit]
    told: dict[int, Row] = {}
    for number, table in enumerate(tables):
        places = np.flatnonzero(of_table[shown] == number)
        places = places[np.argsort(of_row[shown[places]])]  # tables ascend by confirmation, those of a choice too
        chosen = table.select(of_row[shown[places]])
        told |= zip(places.tolist(), _rows(chart, facts, chosen), strict=True)
    return Found(len(order), [told[place] for place in range(len(shown))])


def _matching(table: Facts, facts: FactList, wanted: FactArguments) -> BoolArray:
    matches = np.ones(len(table), dtype=np.bool_)
    for name in _WORDS:
        word = getattr(wanted, name, None)
        if word is not None:
            codes = [code for code, told in table.WORDS[name].items() if told == word]
            matches &= np.isin(getattr(table, name), codes)
    scope = getattr(wanted, "scope", None)
    if scope is not None:
        matches &= scope == getattr(table, "scope", None)
    state = getattr(wanted, "state", "any")
    if state != "any":
        matches &= alive(table, facts.ends) == (state == "alive")
    return matches


def _distance(table: Facts, price: float) -> FloatArray:
    """Return how far each fact lies from a price: a zone's nearer edge, a level, a setup's entry."""
    columns: Any = table  # which prices a fact has is its kind's own
    if hasattr(table, "top"):
        outside: FloatArray = np.maximum(np.maximum(columns.bottom - price, price - columns.top), 0.0)
        return outside
    away: FloatArray = np.abs((columns.entry if hasattr(table, "entry") else columns.price) - price)
    return away


def _rows(chart: Chart, facts: FactList, table: Facts) -> list[Row]:
    """Return facts as rows of the document, with their state, and what a setup's row says besides its columns."""
    rows = table.rows(chart.candles)
    for row in rows:
        if facts.ends:
            row["state"] = "alive" if all(row[step] is None for step in facts.ends) else "ended"
    if isinstance(table, Setups):
        targets = targets_when_confirmed(table, chart.liquidity_pools, chart.candles)
        for row, model, ahead in zip(rows, table.model.tolist(), targets, strict=True):
            row |= {"rule": MODEL_RULES.get(model), "targets": [target.price for target in ahead]}
    return rows
