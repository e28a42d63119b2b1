"""What each tool answers about one chart: text made of the chart's own facts."""

from typing import Any, Final

from agent.coach.toolbox.arguments import FactArguments
from agent.coach.toolbox.compact import compact, object_answer, table_answer, tick_decimals
from agent.coach.toolbox.fact_lists import FACT_LISTS, FactList
from agent.coach.toolbox.find import alive, find_facts, newest_fact
from tools.chart import Chart
from tools.chart_document import session_document
from tools.resample import last_close
from tools.times import iso_utc

Row = dict[str, Any]

_SUMMARY_COLUMNS: Final = ("list", "facts", "alive", "newest_id", "confirmed_at")
_BAR_NUMBER: Final = "_index"
_LONGEST_SYMBOL: Final = 40


def list_answer(chart: Chart, name: str, facts: FactList, wanted: FactArguments, simulated: bool | None = None) -> str:
    """Answer with the facts of one list that match."""
    found, decimals = find_facts(chart, facts, wanted), _decimals(chart)
    rows = [[compact(row.get(column), decimals, column) for column in facts.columns] for row in found.rows]
    return table_answer(_head(chart, name, simulated), found.total, facts.columns, rows)


def summary_answer(chart: Chart, name: str, simulated: bool | None = None) -> str:
    """Answer with how many facts each list has, the newest of each, and where price stands."""
    session = session_document(chart.candles, chart.instrument)
    standing = chart.dealing_range
    half = None
    if standing is not None:
        half = standing.half(float(chart.candles.close[-1]), chart.parameters.equilibrium_band)
    lists = [facts for facts in FACT_LISTS if facts.name != "smt" or chart.companion is not None]
    head = {
        **_head(chart, name, simulated),
        "bars": len(chart.candles),
        "half": half,
        "stage": chart.power_of_three.stage,
        "kill_zone": None if session is None else session["kill_zone"],
    }
    return table_answer(head, len(lists), _SUMMARY_COLUMNS, [_summary_row(chart, facts) for facts in lists])


def dealing_range_answer(chart: Chart, name: str, simulated: bool | None = None) -> str:
    """Answer with the dealing range at the last close, null while it cannot be known."""
    standing = chart.dealing_range
    told = None if standing is None else standing.to_dict(chart.candles, chart.parameters.equilibrium_band)
    return _object(chart, name, simulated, "dealing_range", told)


def power_of_three_answer(chart: Chart, name: str, simulated: bool | None = None) -> str:
    """Answer with the stage of the day at the last close."""
    return _object(chart, name, simulated, "power_of_three", chart.power_of_three.to_dict(chart.candles))


def session_answer(chart: Chart, name: str, simulated: bool | None = None) -> str:
    """Answer with what the clock says at the last close, null without bars."""
    return _object(chart, name, simulated, "session", session_document(chart.candles, chart.instrument))


def _head(chart: Chart, name: str, simulated: bool | None) -> Row:
    candles = chart.candles
    has_bars = len(candles) > 0
    return {
        "tool": name,
        "symbol": chart.instrument.symbol[:_LONGEST_SYMBOL],
        "timeframe": candles.timeframe.value,
        "as_of": compact(iso_utc(last_close(candles, chart.instrument.trading_day)), 0) if has_bars else None,
        "last_close": compact(float(candles.close[-1]), _decimals(chart)) if has_bars else None,
        **({} if simulated is None else {"simulated": simulated}),
    }


def _summary_row(chart: Chart, facts: FactList) -> list[Any]:
    newest = newest_fact(chart, facts)
    told = newest.rows[0] if newest.rows else {}
    living = sum(int(alive(table, facts.ends).sum()) for table in facts.tables(chart)) if facts.ends else None
    shown = (compact(told.get(column), 0, column) for column in ("id", "confirmed_at"))
    return [facts.name, newest.total, living, *shown]


def _object(chart: Chart, name: str, simulated: bool | None, key: str, told: Row | None) -> str:
    shown = compact(_without_bar_numbers(told), _decimals(chart))
    return object_answer({**_head(chart, name, simulated), key: shown})


def _without_bar_numbers(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    return {key: _without_bar_numbers(value) for key, value in told.items() if not key.endswith(_BAR_NUMBER)}


def _decimals(chart: Chart) -> int:
    return tick_decimals(chart.instrument.tick_size)
