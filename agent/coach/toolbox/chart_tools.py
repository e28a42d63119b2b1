"""The chart tools: each kind of fact as a tool that a language model can choose, ask and read.

Every tool reads; none judges. What it answers is compact JSON text of the chart's values, below 2,000 tokens: prices
rounded to the decimals of the tick, an entry, a stop and a middle to one more. What was asked wrongly comes back as a
sentence that says what to ask instead.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Final, TypeVar

from langchain_core.tools import BaseTool

from agent.coach.toolbox.answers import (
    dealing_range_answer,
    list_answer,
    power_of_three_answer,
    session_answer,
    summary_answer,
)
from agent.coach.toolbox.arguments import (
    ChartArguments,
    FactArguments,
    InstrumentArguments,
    SizeArguments,
    SummaryArguments,
)
from agent.coach.toolbox.chart_tool import chart_tool
from agent.coach.toolbox.charts import FindInstrument, ReadChart, known_instrument
from agent.coach.toolbox.compact import object_answer
from agent.coach.toolbox.fact_lists import FACT_LISTS, FactList
from tools.chart import Chart
from tools.definitions import DEFINITIONS
from tools.errors import InvalidParameter
from tools.instruments import find_instrument as in_table
from tools.position_sizing import size_position
from tools.timeframes import Timeframe
from tools.times import parse_time

_ChartArguments = TypeVar("_ChartArguments", bound=ChartArguments)

_SUMMARY_SAYS: Final = (
    "Overview of one chart: how many facts of each list, how many alive, the newest of each, and where price stands. "
    "Start here. companion adds SMT divergences from that market. 0 facts: none in the bars read."
)
_INSTRUMENT_SAYS: Final = (
    "Facts of a market: asset class, tick, contract size, smallest size step, currencies, trading day, kill-zone "
    "profile, calendar."
)
_SIZE_SAYS: Final = (
    "Size a position: the contracts whose loss at the stop stays within risk_pct percent of the balance, rounded down "
    "to the market's step. 0 or null contracts: reason says why. Arithmetic, no advice."
)
_OBJECT_NOTES: Final = {
    "dealing_range": "pd_percent: 0 at low, 100 at high; ote: optimal trade entry. null: not enough swings yet.",
    "power_of_three": "reason says why a stage is unknown. Bars up to 1h only.",
    "session": "null opening prices: not known yet.",
}


def chart_tools(
    read: ReadChart, find_instrument: FindInstrument = known_instrument, *, simulated: bool | None = None
) -> list[BaseTool]:
    """Return every tool: a summary, one for each list of a chart's document and each of its objects, the market's two.

    Args:
        read: reads the charts; see `agent.coach.toolbox.charts` for adapters.
        find_instrument: looks up the market of a size or of its facts; by default in the table of known ones.
        simulated: whether the candles are made up, which every answer about a chart says; None where nobody knows.

    Returns:
        Tools to be awaited (``ainvoke``): ``find_…`` and ``read_…`` by the keys of `tools.definitions.DEFINITIONS`,
        and ``read_chart_summary``, ``read_instrument``, ``size_position``.
    """
    objects = {
        "dealing_range": dealing_range_answer,
        "power_of_three": power_of_three_answer,
        "session": session_answer,
    }
    return [
        _reader(
            read, "read_chart_summary", _SUMMARY_SAYS, SummaryArguments,
            lambda chart, _: summary_answer(chart, "read_chart_summary", simulated),
        ),
        *(_finder(read, facts, simulated) for facts in FACT_LISTS),
        *(_object_reader(read, key, answer, simulated) for key, answer in objects.items()),
        _instrument_tool(find_instrument),
        _size_tool(find_instrument),
    ]  # fmt: skip


def _finder(read: ReadChart, facts: FactList, simulated: bool | None) -> BaseTool:
    name = f"find_{facts.name}"

    def answer(chart: Chart, wanted: FactArguments) -> str:
        return list_answer(chart, name, facts, wanted, simulated)

    return _reader(read, name, _list_says(facts), facts.arguments, answer)


def _list_says(facts: FactList) -> str:
    said = [f"Find {facts.plural}.", DEFINITIONS[facts.name].meaning]
    if facts.note:
        said.append(facts.note)
    if facts.ends:
        said.append(f"alive: until {' or '.join(step.removesuffix('_index') for step in facts.ends)}.")
    return " ".join([*said, "Newest first. No rows: none match in the bars read."])


def _object_reader(
    read: ReadChart, key: str, answer: Callable[[Chart, str, bool | None], str], simulated: bool | None
) -> BaseTool:
    name = f"read_{key}"
    title, meaning = DEFINITIONS[key]
    says = f"{title} at the last close. {meaning} {_OBJECT_NOTES[key]}"
    return _reader(read, name, says, ChartArguments, lambda chart, _: answer(chart, name, simulated))


def _reader(
    read: ReadChart,
    name: str,
    description: str,
    arguments: type[_ChartArguments],
    answer: Callable[[Chart, _ChartArguments], str],
) -> BaseTool:
    async def run(wanted: _ChartArguments) -> str:
        chart = await _chart(read, wanted)
        return await asyncio.to_thread(answer, chart, wanted)

    return chart_tool(name, description, arguments, run)


async def _chart(read: ReadChart, wanted: ChartArguments) -> Chart:
    timeframe = Timeframe.parse(wanted.timeframe, field="timeframe")
    as_of = None if wanted.as_of is None else parse_time(wanted.as_of, field="as_of")
    companion: str | None = getattr(wanted, "companion", None)
    if companion is not None and _is_one_market(companion, wanted.symbol):
        raise InvalidParameter(
            f"companion: {companion} is the market itself; name another that moves with it",
            field="companion", expected="a correlated market", got=companion,
        )  # fmt: skip
    return await read(wanted.symbol, timeframe, as_of, companion)


def _is_one_market(one: str, other: str) -> bool:
    known, other_known = in_table(one), in_table(other)
    if known is None or other_known is None:
        return one.strip().upper() == other.strip().upper()
    return known == other_known


def _instrument_tool(find_instrument: FindInstrument) -> BaseTool:
    async def run(wanted: InstrumentArguments) -> str:
        return object_answer({"tool": "read_instrument", **asdict(await find_instrument(wanted.symbol))})

    return chart_tool("read_instrument", _INSTRUMENT_SAYS, InstrumentArguments, run)


def _size_tool(find_instrument: FindInstrument) -> BaseTool:
    async def run(wanted: SizeArguments) -> str:
        market = await find_instrument(wanted.symbol)
        given = wanted.model_dump(exclude={"symbol"})
        size = size_position(instrument=market, **given)
        return object_answer({"tool": "size_position", "symbol": market.symbol, **given, **asdict(size)})

    return chart_tool("size_position", _SIZE_SAYS, SizeArguments, run)
