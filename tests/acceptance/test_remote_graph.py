"""LangGraph's `RemoteGraph` runs the assistants of a real service as if they were graphs of its own process."""

from collections.abc import AsyncIterator
from typing import Any, TypedDict

import orjson
import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.pregel.remote import RemoteException, RemoteGraph
from langgraph.types import Command
from langgraph_sdk import get_client, get_sync_client

from tests.acceptance.cases import demo_request, expected_of, wire_body
from tests.acceptance.server import ServiceProcess
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
NODES = ("accept", "bias", "liquidity", "structure", "entry", "risk", "decision")


@pytest.fixture
async def remote(service: ServiceProcess) -> AsyncIterator[dict[str, RemoteGraph]]:
    """Give both assistants as remote graphs."""
    async with get_client(url=service.address, api_key=None) as client:
        with get_sync_client(url=service.address, api_key=None) as sync_client:
            yield {name: RemoteGraph(name, client=client, sync_client=sync_client) for name in ("analysis", "coach")}


@pytest.fixture
async def given() -> dict[str, Any]:
    """Give an analysis's input."""
    body: dict[str, Any] = orjson.loads(
        wire_body(await demo_request("EURUSD", {Timeframe.M15: 300}, profile="relaxed"))
    )
    return body


async def test_it_invokes_the_analysis(remote: dict[str, RemoteGraph], given: dict[str, Any]) -> None:
    expected = await expected_of(await demo_request("EURUSD", {Timeframe.M15: 300}, profile="relaxed"))
    left = await remote["analysis"].ainvoke(given)
    assert left["status"] == "completed"
    assert left["decision"]["decision_hash"] == expected.decision["decision_hash"]
    assert remote["analysis"].invoke(given)["decision"]["decision_hash"] == expected.decision["decision_hash"]


async def test_it_streams_the_analysis_node_by_node(remote: dict[str, RemoteGraph], given: dict[str, Any]) -> None:
    parts = [part async for part in remote["analysis"].astream(given, stream_mode=["updates", "custom"])]
    assert [node for part in parts if part[0] == "updates" for node in part[1]] == list(NODES)
    assert {part[1]["type"] for part in parts if part[0] == "custom"} >= {"rule.evaluated", "decision"}


async def test_it_asks_the_coach_on_a_thread_and_sees_its_states(remote: dict[str, RemoteGraph]) -> None:
    coach = remote["coach"]
    thread = await coach.client.threads.create()  # type: ignore[union-attr]
    config: Any = {"configurable": {"thread_id": thread["thread_id"]}}
    for asked in (1, 2):
        left = await coach.ainvoke({"messages": [{"role": "user", "content": "Which kill zone is it?"}]}, config)
        assert [message["type"] for message in left["messages"]].count("human") == asked
        assert left["messages"][-1]["type"] == "ai"
    state = await coach.aget_state(config)
    assert state.values["messages"] == left["messages"]
    history = [one async for one in coach.aget_state_history(config, limit=100)]
    assert history[0].config == state.config
    assert [one.config for one in history[1:]] == [one.parent_config for one in history[:-1]]
    assert coach.get_state(config).values == state.values
    chunks = [
        part
        async for part in coach.astream(
            {"messages": [{"role": "user", "content": "And now?"}]}, config, stream_mode="messages"
        )
    ]
    assert "".join(chunk["content"] for chunk, _ in chunks)


async def test_it_goes_on_from_a_breakpoint_with_a_command(
    remote: dict[str, RemoteGraph], given: dict[str, Any]
) -> None:
    analysis = remote["analysis"]
    thread = await analysis.client.threads.create()  # type: ignore[union-attr]
    config: Any = {"configurable": {"thread_id": thread["thread_id"]}}
    stopped = await analysis.ainvoke(given, config, interrupt_before=["entry"])
    assert stopped["visited"] == ["bias", "liquidity", "structure"]
    assert (await analysis.aget_state(config)).next == ("entry",)
    after = await analysis.ainvoke(Command(resume=True), config)
    assert (after["status"], after["run_id"]) == ("completed", stopped["run_id"])


async def test_it_draws_the_graph(remote: dict[str, RemoteGraph]) -> None:
    assert set(remote["analysis"].get_graph().nodes) == {"__start__", *NODES, "__end__"}
    assert "grounding" in (await remote["coach"].aget_graph()).draw_mermaid()


async def test_it_is_a_node_of_a_graph_elsewhere(remote: dict[str, RemoteGraph], given: dict[str, Any]) -> None:
    class Outer(TypedDict, total=False):
        symbol: str
        timeframe_bars: dict[str, Any]
        account_balance: float
        risk_pct: float
        profile: str
        decision: dict[str, Any]

    outer = StateGraph(Outer)
    outer.add_node("analysis", remote["analysis"])
    outer.add_edge(START, "analysis")
    outer.add_edge("analysis", END)
    left = await outer.compile().ainvoke(given)  # type: ignore[arg-type]
    assert left["decision"]["symbol"] == "EURUSD"


async def test_what_goes_wrong_there_is_raised_here(remote: dict[str, RemoteGraph], given: dict[str, Any]) -> None:
    analysis = remote["analysis"]
    thread = await analysis.client.threads.create()  # type: ignore[union-attr]
    config: Any = {"configurable": {"thread_id": thread["thread_id"]}}
    await analysis.ainvoke(given, config, interrupt_before="*")
    with pytest.raises(RemoteException, match="not kept over an interruption"):
        await analysis.ainvoke(None, config)
