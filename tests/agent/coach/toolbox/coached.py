"""Charts for the toolbox's tests, and short ways to ask its tools."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from agent.coach.toolbox.chart_tools import chart_tools
from agent.coach.toolbox.charts import FixedCharts, ReadChart
from tests.tools.real_candles import RealFile, whole_file
from tests.tools.strategies import candles_of_bytes
from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.instruments import instrument
from tools.timeframes import Timeframe

START: Final = datetime(2024, 1, 10, 12, tzinfo=UTC)
MANY_BARS: Final = 20_000
LISTS: Final = {
    "swings": (), "structure_breaks": (), "displacements": (), "sweeps": (), "cisd": (), "smt": (), "judas_swings": (),
    "fair_value_gaps": ("filled_at", "inverted_at"),
    "balanced_ranges": ("filled_at", "inverted_at"),
    "volume_imbalances": ("filled_at", "inverted_at"),
    "opening_gaps": ("filled_at", "inverted_at", "dropped_at"),
    "inverse_gaps": ("dead_at",),
    "order_blocks": ("broken_at",),
    "breakers": ("dead_at",), "mitigation_blocks": ("dead_at",), "rejection_blocks": ("dead_at",),
    "liquidity_pools": ("taken_at", "superseded_at"),
    "setups": ("entered_at", "stopped_at"),
}  # fmt: skip
"""What ends a fact of each list, by the document's own words; written down a second time, on purpose."""
OBJECTS: Final = ("dealing_range", "power_of_three", "session")


def random_candles(bars: int, *, timeframe: Timeframe = Timeframe.M5, seed: int = 1) -> Candles:
    """Candles of whole prices from a seeded stream of bytes."""
    return candles_of_bytes(random.Random(seed).randbytes(3 * bars), timeframe, START, closes_on_weekends=True)


def chart_of(candles: Candles, symbol: str = "EURUSD", companion: Candles | None = None) -> Chart:
    return read_chart(candles, instrument(symbol), companion=companion)


def chart_of_file(file: RealFile, bars: int = MANY_BARS) -> Chart:
    return chart_of(whole_file(file)[-bars:], file.symbol)


def told(read: ReadChart, name: str, **arguments: Any) -> str:
    """What a tool answers, as text."""
    tool = next(tool for tool in chart_tools(read) if tool.name == name)
    answer = asyncio.run(tool.ainvoke(arguments))
    assert isinstance(answer, str)
    return answer


def asked(chart: Chart, name: str, **arguments: Any) -> dict[str, Any]:
    """What a tool answers about one chart, parsed."""
    given = {"symbol": chart.instrument.symbol, "timeframe": chart.candles.timeframe.value, **arguments}
    answer: dict[str, Any] = json.loads(told(FixedCharts([chart]), name, **given))
    return answer


def every_chart_tool(chart: Chart, **arguments: Any) -> Iterator[str]:
    """What each tool that reads a chart answers about it; all but SMT, which needs a second market."""
    for name in ("read_chart_summary", *(f"read_{key}" for key in OBJECTS), *(f"find_{key}" for key in LISTS)):
        if name != "find_smt":
            limit = {"limit": 20} if name.startswith("find_") else {}
            yield told(
                FixedCharts([chart]), name, symbol=chart.instrument.symbol, timeframe=chart.candles.timeframe.value,
                **limit, **arguments,
            )  # fmt: skip


def minutes_of(moment: str) -> str:
    """``2024-01-05T14:30:00Z`` as answers write it."""
    assert moment[16:19] == ":00"
    return moment[:16] + moment[19:]


def walk_values(value: Any, visit: Callable[[Any], None]) -> None:
    """Visit every plain value in nested lists and objects."""
    if isinstance(value, dict):
        for one in value.values():
            walk_values(one, visit)
    elif isinstance(value, list):
        for one in value:
            walk_values(one, visit)
    else:
        visit(value)
