"""What LangGraph's own development server is given: factories of the same graphs, and a service that stands open."""

import json
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph

from api import langgraph_dev
from tests.acceptance.cases import demo_request, expected_of, wire_body
from tests.api.running_server import empty_database
from tools.errors import InvalidParameter
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
NAMED = json.loads((Path(__file__).parents[2] / "langgraph.json").read_text())


@pytest.fixture
async def opened(postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Open what the server opens: the lifespan of the application that langgraph.json names."""
    app: Any = named(NAMED["http"]["app"])
    with empty_database(postgres_server, "langgraph_dev") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("ICT_DATA_DIR", str(tmp_path))
        async with app.router.lifespan_context(app):
            yield


def named(where: str) -> Any:
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


async def graph_of(name: str) -> CompiledStateGraph[Any, Any, Any, Any]:
    factory: Any = named(NAMED["graphs"][name]["path"])
    graph = await factory()
    assert isinstance(graph, CompiledStateGraph)
    return graph.copy({"checkpointer": InMemorySaver()})  # as that server does with its own


@pytest.mark.usefixtures("opened")
async def test_the_analysis_decides_there_as_it_does_here() -> None:
    request = await demo_request("EURUSD", {Timeframe.M15: 300}, profile="relaxed")
    graph = await graph_of("analysis")
    given = json.loads(wire_body(request))
    left = await graph.ainvoke(given, {"configurable": {"thread_id": "one"}}, context={"of": "that server"})
    assert left["decision"]["decision_hash"] == (await expected_of(request)).decision["decision_hash"]
    with pytest.raises(InvalidParameter, match="takes candles and no conversation"):
        await graph.ainvoke({"messages": []}, {"configurable": {"thread_id": "two"}})


@pytest.mark.usefixtures("opened")
async def test_the_coach_answers_there_too() -> None:
    graph = await graph_of("coach")
    asked = {"messages": [{"role": "user", "content": "Which kill zone is it?"}]}
    left = await graph.ainvoke(asked, {"configurable": {"thread_id": "one"}})
    assert left["messages"][-1].type == "ai"
    assert left["model"] == "offline"


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("name", sorted(NAMED["graphs"]))
async def test_the_server_can_show_each_graph(name: str) -> None:
    graph = await graph_of(name)
    assert graph.name == name
    assert graph.get_input_jsonschema()["properties"]
    assert graph.get_output_jsonschema()["properties"]
    assert graph.get_context_jsonschema() is None
    assert graph.get_graph().to_json()["edges"]


async def test_without_the_service_a_factory_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"serve `app` of this module too, as langgraph\.json says"):
        await langgraph_dev.analysis()
