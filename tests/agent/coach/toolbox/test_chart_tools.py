"""The tools themselves: one for each kind of fact, schemas a model can afford, calls, and refusals it can act on."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from jsonschema import Draft202012Validator
from langchain_core.messages import AIMessage, ToolCall, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from pydantic import BaseModel, ValidationError

from agent.coach.toolbox.arguments import Arguments, LivingArguments, PricedArguments
from agent.coach.toolbox.chart_tools import chart_tools
from agent.coach.toolbox.charts import FixedCharts, MarketCharts
from agent.coach.toolbox.fact_lists import FACT_LISTS
from tests.agent.analysis.market import DEMO, NOW
from tests.agent.coach.toolbox.coached import LISTS, OBJECTS, asked, chart_of, random_candles, told
from tools.chart import Chart
from tools.definitions import DEFINITIONS
from tools.instruments import Instrument, instrument
from tools.liquidity import POOL_KINDS
from tools.market.files import FilesMarketData
from tools.opening_gaps import OPENING_GAP_KINDS
from tools.setups import MODELS
from tools.structure import BREAK_TYPES
from tools.swings import DEGREES
from tools.timeframes import Timeframe

_CHART: Final = chart_of(random_candles(400, timeframe=Timeframe.M15))
_WHERE: Final = {"symbol": "EURUSD", "timeframe": "15m"}
_SIZE: Final = {"symbol": "EURUSD", "account_balance": 10_000, "risk_pct": 1, "entry": 1.1, "stop": 1.098}
_LARGEST_TOOL: Final = 1_200
_LARGEST_TOOLBOX: Final = 20_000


def tools() -> dict[str, BaseTool]:
    return {tool.name: tool for tool in chart_tools(FixedCharts([_CHART]))}


def shown(tool: BaseTool) -> dict[str, Any]:
    """What a model is shown of a tool, as the chat APIs take it."""
    function: dict[str, Any] = convert_to_openai_tool(tool)["function"]
    return function


def refusal(name: str, **arguments: Any) -> str:
    """What a call that is refused says; it says so as an error, too."""
    call = {"type": "tool_call", "id": "call-1", "name": name, "args": arguments}
    answer = asyncio.run(tools()[name].ainvoke(call))
    assert isinstance(answer, ToolMessage)
    assert answer.status == "error"
    said = answer.content
    assert isinstance(said, str)
    assert said.startswith("Error: ")
    assert "Traceback" not in said
    assert len(said) <= 600
    return said


def test_every_definition_has_a_tool() -> None:
    named = {f"read_{key}" if key in OBJECTS else f"find_{key}" for key in DEFINITIONS}
    assert set(tools()) == named | {"read_chart_summary", "read_instrument", "size_position"}
    assert [facts.name for facts in FACT_LISTS] == [key for key in DEFINITIONS if key not in OBJECTS]


def test_the_lists_end_by_what_ends_their_facts() -> None:
    ends = {facts.name: tuple(step.replace("_index", "_at") for step in facts.ends) for facts in FACT_LISTS}
    assert ends == LISTS
    for facts in FACT_LISTS:
        assert issubclass(facts.arguments, LivingArguments) == bool(facts.ends)
        for table in facts.tables(_CHART):
            assert set(facts.ends) <= set(table.LIFE)
            has_price = any(hasattr(table, name) for name in ("price", "top", "entry"))
            assert issubclass(facts.arguments, PricedArguments) == has_price


@pytest.mark.parametrize("name", sorted(tools()))
def test_a_schema_is_valid_small_and_closed(name: str) -> None:
    function = shown(tools()[name])
    schema = function["parameters"]
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert all(told["type"] in {"string", "integer", "number"} for told in schema["properties"].values())
    assert len(json.dumps(function, separators=(",", ":"))) <= _LARGEST_TOOL
    assert tools()[name].args == schema["properties"]


@pytest.mark.parametrize("name", sorted(tools()))
def test_the_schema_shown_is_the_one_that_is_checked(name: str) -> None:
    tool, arguments = tools()[name], tools()[name].args_schema
    assert isinstance(arguments, type)
    assert issubclass(arguments, Arguments)
    assert list(arguments.model_fields) == list(shown(tool)["parameters"]["properties"])
    required = [key for key, field in arguments.model_fields.items() if field.is_required()]
    assert shown(tool)["parameters"]["required"] == required


def test_the_whole_toolbox_is_affordable() -> None:
    size = sum(len(json.dumps(convert_to_openai_tool(tool), separators=(",", ":"))) for tool in tools().values())
    assert size <= _LARGEST_TOOLBOX


@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_a_description_holds_the_definition_and_what_empty_means(key: str) -> None:
    said = tools()[f"read_{key}" if key in OBJECTS else f"find_{key}"].description
    assert DEFINITIONS[key].meaning in said
    assert any(word in said for word in ("No rows:", "null", "unknown"))


def test_the_words_of_the_choices_are_those_of_the_tables() -> None:
    def words(name: str, argument: str) -> set[str]:
        return set(shown(tools()[name])["parameters"]["properties"][argument]["enum"])

    assert words("find_liquidity_pools", "kind") == words("find_sweeps", "kind") == set(POOL_KINDS.values())
    assert words("find_opening_gaps", "kind") == set(OPENING_GAP_KINDS.values())
    assert words("find_setups", "model") == set(MODELS.values())
    assert words("find_structure_breaks", "type") == set(BREAK_TYPES.values())
    assert words("find_swings", "degree") == set(DEGREES.values())
    assert words("find_swings", "scope") == words("find_order_blocks", "scope") == {"internal", "external"}


def test_calling_by_arguments_and_by_a_tool_call_say_the_same() -> None:
    tool = tools()["find_fair_value_gaps"]
    call = {"type": "tool_call", "id": "call-7", "name": tool.name, "args": {**_WHERE, "limit": 2}}
    message = asyncio.run(tool.ainvoke(call))
    assert isinstance(message, ToolMessage)
    assert (message.status, message.tool_call_id, message.name) == ("success", "call-7", tool.name)
    assert message.content == asyncio.run(tool.ainvoke({**_WHERE, "limit": 2}))
    assert call["args"] == {**_WHERE, "limit": 2}


def test_a_graph_can_run_them() -> None:
    graph = StateGraph(MessagesState)
    graph.add_node("tools", ToolNode(chart_tools(FixedCharts([_CHART]))))
    graph.add_edge(START, "tools")
    calls = [
        ToolCall(type="tool_call", id=f"call-{name}", name=name, args={**_WHERE, **more})
        for name, more in (("find_swings", {"limit": 1}), ("read_session", {}), ("read_session", {"limit": 1}))
    ]
    state = asyncio.run(graph.compile().ainvoke({"messages": [AIMessage("", tool_calls=calls)]}))
    answers = [message for message in state["messages"] if isinstance(message, ToolMessage)]
    assert [message.status for message in answers] == ["success", "success", "error"]
    assert [message.name for message in answers] == [call["name"] for call in calls]


@pytest.mark.parametrize("timeframe", ["15m", "15M", "15min", "M15", " 15 m "])
@pytest.mark.parametrize("symbol", ["EURUSD", "eur/usd", "OANDA:EURUSD", "EURUSD=X"])
def test_markets_and_timeframes_are_spelled_in_any_way(symbol: str, timeframe: str) -> None:
    expected = asked(_CHART, "find_swings")
    assert json.loads(told(FixedCharts([_CHART]), "find_swings", symbol=symbol, timeframe=timeframe)) == expected


def test_choices_left_open_and_null_are_the_same() -> None:
    given: dict[str, Any] = {"as_of": None, "direction": None, "scope": None, "degree": None, "near": None}
    assert asked(_CHART, "find_swings", **given) == asked(_CHART, "find_swings", limit=8)


def test_many_questions_at_once_are_answered_as_one_by_one() -> None:
    names = sorted(set(tools()) - {"find_smt", "read_instrument", "size_position"})

    async def together(chart: Chart) -> list[str]:
        box = {tool.name: tool for tool in chart_tools(FixedCharts([chart]))}
        return list(await asyncio.gather(*(box[name].ainvoke(dict(_WHERE)) for name in names)))

    fresh = chart_of(_CHART.candles)
    assert [json.loads(text) for text in asyncio.run(together(fresh))] == [asked(_CHART, name) for name in names]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("find_swings", {**_WHERE, "symbol": "GBPUSD"}, "no chart of 'GBPUSD' here; there are charts of EURUSD"),
        ("find_swings", {**_WHERE, "timeframe": "7m"}, "unknown timeframe '7m': write one of 1m, 2m"),
        ("find_swings", {**_WHERE, "timeframe": "4h"}, "no 4h chart of 'EURUSD' here; there is one of 15m"),
        ("find_swings", {**_WHERE, "as_of": "yesterday"}, "as_of: 'yesterday' is not an ISO-8601 time; expected an"),
        ("find_swings", {**_WHERE, "as_of": "2024-01-12T10:00"}, "is naive: it names no time zone; expected an ISO"),
        ("find_swings", {**_WHERE, "as_of": "2001-01-01T00:00Z"}, "no 15m bar of EURUSD had closed by 2001"),
        ("find_swings", {"symbol": "EURUSD"}, "timeframe: Field required. The arguments are symbol, timeframe, as_of"),
        ("find_swings", {**_WHERE, "state": "alive"}, "state: Extra inputs are not permitted. The arguments are"),
        ("find_swings", {**_WHERE, "limit": 21}, "limit: Input should be less than or equal to 20"),
        ("find_swings", {**_WHERE, "limit": 0}, "limit: Input should be greater than or equal to 1"),
        ("find_swings", {**_WHERE, "direction": "up"}, "direction: Input should be 'bullish' or 'bearish'"),
        ("find_swings", {**_WHERE, "near": -1}, "near: Input should be greater"),
        ("find_swings", {**_WHERE, "near": "nan"}, "near: Input should be"),
        ("find_swings", {**_WHERE, "symbol": "E" * 41}, "symbol: String should have at most 40 characters"),
        ("find_swings", {**_WHERE, "x" * 5000: 1}, "Extra inputs are not permitted"),
        ("find_setups", {**_WHERE, "model": "magic"}, "model: Input should be 'ict_2022_model'"),
        ("find_smt", _WHERE, "companion: Field required"),
        ("find_smt", {**_WHERE, "companion": "eur/usd"}, "companion: eur/usd is the market itself"),
        ("find_smt", {**_WHERE, "companion": "GBPUSD"}, "companion: there is no chart of 'GBPUSD' here"),
        ("read_chart_summary", {**_WHERE, "companion": "EURUSD"}, "is the market itself"),
        ("read_session", {**_WHERE, "limit": 3}, "limit: Extra inputs are not permitted"),
        ("read_instrument", {"symbol": "NOSUCH"}, "unknown symbol 'NOSUCH'; the nearest known are"),
        ("size_position", {**_SIZE, "stop": 1.1}, "entry and stop are the same price"),
        ("size_position", {**_SIZE, "risk_pct": 101}, "risk_pct: Input should be less than or equal to 100"),
        ("size_position", {**_SIZE, "entry": 0}, "entry: Input should be greater"),
        ("size_position", {**_SIZE, "account_balance": "inf"}, "account_balance: Input should be"),
    ],
)
def test_a_refusal_says_what_to_ask_instead(name: str, arguments: dict[str, Any], said: str) -> None:
    assert said in refusal(name, **arguments)


def test_a_source_that_does_not_answer_is_said(tmp_path: Path) -> None:
    charts = MarketCharts(FilesMarketData(tmp_path / "gone"), clock=lambda: NOW)
    assert told(charts, "find_swings", **_WHERE).startswith("Error: cannot list the candle folder 'gone'")


def test_a_fault_of_the_program_is_not_hidden() -> None:
    class Account(BaseModel):
        balance: int

    async def divides(symbol: str, timeframe: Timeframe, as_of: int | None, companion: str | None) -> Chart:
        raise ZeroDivisionError

    async def validates(symbol: str, timeframe: Timeframe, as_of: int | None, companion: str | None) -> Chart:
        Account.model_validate({"balance": "much"})
        return _CHART

    with pytest.raises(ZeroDivisionError):
        told(divides, "find_swings", **_WHERE)
    with pytest.raises(ValidationError, match="Account"):
        told(validates, "find_swings", **_WHERE)


def test_the_demo_market_answers_every_question() -> None:
    charts = MarketCharts(DEMO, clock=lambda: NOW)
    for facts in FACT_LISTS:
        companion = {"companion": "GBPUSD"} if facts.name == "smt" else {}
        answer = json.loads(told(charts, f"find_{facts.name}", **_WHERE, **companion))
        assert answer["columns"] == list(facts.columns)
        assert answer["shown"] == min(8, answer["total"])


def test_an_instrument_is_told_as_the_table_has_it() -> None:
    answer = json.loads(told(FixedCharts([]), "read_instrument", symbol="NQ1!"))
    market = instrument("NQ")
    assert answer == {"tool": "read_instrument", **{name: getattr(market, name) for name in Instrument.__slots__}}


def test_a_run_may_have_a_market_of_its_own() -> None:
    fixed = FixedCharts([_CHART])
    box = {tool.name: tool for tool in chart_tools(fixed, fixed.instrument)}
    assert "there are charts of EURUSD" in asyncio.run(box["read_instrument"].ainvoke({"symbol": "NQ"}))
    assert json.loads(asyncio.run(box["read_instrument"].ainvoke({"symbol": "eurusd"})))["tick_size"] == 0.00001


@pytest.mark.parametrize(
    ("changes", "contracts", "reason"),
    [
        ({}, 0.5, None),
        ({"risk_pct": 0.001}, 0.0, "the smallest position, 0.01, would lose 2.00 USD at the stop; 0.10 may be risked"),
        ({"account_currency": "GBP"}, None, "give quote_to_account_rate"),
        ({"account_currency": "GBP", "quote_to_account_rate": 0.8}, 0.62, None),
    ],
)
def test_a_position_is_sized(changes: dict[str, Any], contracts: float | None, reason: str | None) -> None:
    answer = json.loads(told(FixedCharts([]), "size_position", **{**_SIZE, **changes}))
    assert answer["contracts"] == contracts
    assert answer["symbol"] == "EURUSD"
    assert (answer["reason"] is None) if reason is None else (reason in answer["reason"])


@pytest.mark.parametrize("stop", [1e-9, 1e12])
def test_no_size_is_too_large_to_be_told(stop: float) -> None:
    extreme = {**_SIZE, "account_balance": 1e15, "risk_pct": 100, "entry": 1.00000000000001e-9, "stop": stop}
    assert json.loads(told(FixedCharts([]), "size_position", **extreme))["contracts"] >= 0


def test_states_are_the_three_words() -> None:
    assert get_args(LivingArguments.model_fields["state"].annotation) == ("alive", "ended", "any")
