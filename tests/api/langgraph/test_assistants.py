"""The assistants: found, shown, drawn and described; and what else a client asks before it begins."""

import uuid

import httpx
import jsonschema
import pytest

from agent.analysis_assistant.state import INPUTS
from api.schemas.analysis import AnalyzeBody
from tests.api.langgraph.conftest import Document

NODES = ["__start__", "accept", "bias", "liquidity", "structure", "entry", "risk", "decision", "__end__"]


def test_the_service_says_that_it_answers_and_what_it_is(client: httpx.Client) -> None:
    assert client.get("/ok").json() == {"ok": True}
    info = client.get("/info").json()
    assert info["flags"] == {"assistants": True, "crons": False, "langsmith": False}
    assert info["version"]
    assert info["langgraph_py_version"]


def test_assistants_are_listed_page_by_page(client: httpx.Client) -> None:
    answer = client.post("/assistants/search", json={})
    names = [one["graph_id"] for one in answer.json()]
    assert names == sorted(names)
    assert "analysis" in names
    assert answer.headers["x-pagination-total"] == str(len(names))
    assert "x-pagination-next" not in answer.headers
    page = client.post("/assistants/search", json={"limit": 1, "sort_by": "name", "sort_order": "desc"})
    assert len(page.json()) == 1
    assert page.headers.get("x-pagination-next") == ("1" if len(names) > 1 else None)
    assert client.post("/assistants/count").json() == len(names)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"graph_id": "analysis"}, 1),
        ({"graph_id": "nobody"}, 0),
        ({"name": "ANALY"}, 1),
        ({"graph_id": "analysis", "metadata": {"created_by": "system"}}, 1),
        ({"metadata": {"created_by": "somebody"}}, 0),
    ],
)
def test_assistants_are_found_by_graph_name_and_metadata(client: httpx.Client, asked: Document, count: int) -> None:
    assert len(client.post("/assistants/search", json=asked).json()) == count
    assert client.post("/assistants/count", json=asked).json() == count


def test_an_assistant_is_shown_by_its_id_and_by_its_graphs_name(client: httpx.Client) -> None:
    shown = client.get("/assistants/analysis").json()
    assert uuid.UUID(shown["assistant_id"])
    assert client.get(f"/assistants/{shown['assistant_id']}").json() == shown
    some = client.post("/assistants/search", json={"graph_id": "analysis", "select": ["assistant_id", "version"]})
    assert some.json() == [{"assistant_id": shown["assistant_id"], "version": 1}]


@pytest.mark.parametrize("path", ["", "/schemas", "/graph", "/subgraphs"])
def test_an_assistant_that_is_not_there_is_a_problem_that_names_those_that_are(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/assistants/nobody{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "analysis" in answer.json()["detail"]


def test_the_graph_is_drawn_with_its_gates(client: httpx.Client) -> None:
    drawing = client.get("/assistants/analysis/graph").json()
    assert [node["id"] for node in drawing["nodes"]] == NODES
    gates = {(edge["source"], edge["target"]) for edge in drawing["edges"] if edge.get("conditional")}
    assert {("bias", "liquidity"), ("bias", "decision"), ("risk", "decision")} <= gates
    for xray in ("true", "False", "2"):
        assert client.get("/assistants/analysis/graph", params={"xray": xray}).json() == drawing
    assert client.get("/assistants/analysis/graph", params={"xray": "deep"}).status_code == 400
    assert client.get("/assistants/analysis/subgraphs", params={"recurse": "true"}).json() == {}


def test_the_schemas_say_what_an_analysis_takes_and_gives(client: httpx.Client, body: Document) -> None:
    schemas = client.get("/assistants/analysis/schemas").json()
    assert set(schemas["input_schema"]["properties"]) == set(AnalyzeBody.model_fields) == set(INPUTS)
    jsonschema.Draft202012Validator(schemas["input_schema"]).validate(body)
    assert set(schemas["output_schema"]["properties"]) == {"run_id", "status", "visited", "closed_gates", "decision"}
    assert set(schemas["state_schema"]["properties"]) == set(schemas["output_schema"]["properties"])
    assert (schemas["config_schema"], schemas["context_schema"]) == (None, None)
