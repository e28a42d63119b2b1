"""What is tolerated, what is refused, and that a refusal says what there is instead."""

from typing import Any

import httpx
import pytest

from tests.api.langgraph.conftest import Document, analysis


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("webhook", "https://somewhere.example/hook"),
        ("after_seconds", 60),
        ("feedback_keys", ["thumbs"]),
        ("context", {"model": "other"}),
        ("langsmith_tracer", {"project_name": "mine"}),
        ("strict_resume", True),
        ("command", {"goto": "decision"}),
        ("command", {"update": {"decision": None}}),
        ("command", {"resume": {"a": "long answer"}}),
        ("command", {"resume": False}),
        ("multitask_strategy", "rollback"),
        ("durability", "exit"),
        ("checkpoint_during", False),
        ("stream_mode", "events"),
        ("stream_mode", ["values", "messages"]),
        ("checkpoint", {"checkpoint_ns": "inner"}),
        ("on_disconnect", "rollback"),
        ("on_completion", "delete"),
        ("interrupt_before", 7),
        ("config", {"recursion_limit": 0}),
        ("config", {"recursion_limit": 51}),
        ("config", {"tags": ["x" * 101]}),
        ("config", {"configurable": {"x": "a" * 16_384}}),
        ("metadata", {"x": "a" * 16_384}),
        ("interrupt_before", ["nowhere"]),
        ("checkpoint", {"checkpoint_map": {"inner": "1f"}}),
        ("checkpoint", {"thread_id": "0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10"}),
        ("metadata", "text"),
        ("stream_subgraphs", "yes"),
    ],
)
@pytest.mark.parametrize("way", ["", "/stream", "/wait"])
def test_an_option_that_would_do_nothing_is_refused(
    client: httpx.Client, thread_id: str, option: str, value: Any, way: str
) -> None:
    asked = {"assistant_id": "analysis", "input": None, option: value}
    answer = client.post(f"/threads/{thread_id}/runs{way}", json=asked)
    problem = answer.json()
    assert answer.status_code == 422
    known = {"not-supported", "invalid-body", "invalid-parameter"}
    assert problem["type"].removeprefix("urn:ict:problem:") in known
    assert problem["errors"][0]["field"].split(".")[0] == option
    assert problem["detail"]
    assert client.get(f"/threads/{thread_id}/runs").json() == []


def test_a_refusal_says_what_is_supported(client: httpx.Client) -> None:
    asked = {"assistant_id": "analysis", "stream_mode": "events", "multitask_strategy": "rollback"}
    faults = {one["field"]: one["expected"] for one in client.post("/runs/stream", json=asked).json()["errors"]}
    assert "'messages-tuple'" in faults["stream_mode"]
    assert "'enqueue'" in faults["multitask_strategy"]
    hook = client.post("/runs", json={"assistant_id": "analysis", "webhook": "https://somewhere.example"}).json()
    assert hook["detail"] == (
        "webhook is not supported, nothing is called when a run ends: join the run, or read its stream"
    )


def test_what_a_client_sends_that_asks_for_nothing_is_tolerated(client: httpx.Client, body: Document) -> None:
    asked = analysis(
        body,
        webhook=None,
        after_seconds=0,
        feedback_keys=[],
        context={},
        a_field_of_the_future={"deep": [1]},
        stream_resumable=False,
        durability="async",
        checkpoint_during=True,
        if_not_exists="create",
        checkpoint=None,
        config={"configurable": {"user_id": "me", "__pregel_send": "?"}, "max_concurrency": 3},
    )
    assert client.post("/runs/wait", json=asked).json()["status"] == "completed"


def test_a_command_as_remote_graphs_write_it_goes_on(client: httpx.Client, thread_id: str, body: Document) -> None:
    path = f"/threads/{thread_id}/runs/wait"
    client.post(path, json=analysis(body, interrupt_after=["bias"])).raise_for_status()
    asked = {"assistant_id": "analysis", "command": {"graph": None, "update": None, "resume": True, "goto": []}}
    assert client.post(path, json=asked).json()["status"] == "completed"
    both = client.post(path, json={**asked, "input": body})
    assert both.status_code == 422
    assert "takes no input" in both.json()["detail"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/threads", {"ttl": 5}),
        ("/threads", {"supersteps": [{"updates": []}]}),
        ("/threads/search", {"values": {"status": "completed"}}),
        ("/threads/search", {"extract": {"a": "values.a"}}),
        ("/threads/count", {"values": {"status": "completed"}}),
        ("/threads/search", {"limit": 0}),
        ("/threads/search", {"sort_by": "title"}),
        ("/threads/search", {"select": ["everything"]}),
        ("/threads/search", {"offset": "1"}),
        ("/assistants/search", {"limit": 100_000}),
    ],
)
def test_what_threads_and_searches_do_not_have_is_refused(client: httpx.Client, path: str, asked: Document) -> None:
    answer = client.post(path, json=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(asked))


def test_an_analysis_is_no_conversation(client: httpx.Client, thread_id: str) -> None:
    asked = {"assistant_id": "analysis", "input": {"messages": [{"role": "user", "content": "buy?"}]}}
    problem = client.post(f"/threads/{thread_id}/runs/wait", json=asked).json()
    assert problem["status"] == 422
    assert "takes candles and no conversation: expected symbol and timeframe_bars" in problem["detail"]
    assert problem["errors"][0]["got"] == "messages"


def test_a_faulty_candle_is_named_as_everywhere(client: httpx.Client, body: Document) -> None:
    body["timeframe_bars"]["15m"][12]["high"] = 0.1
    answer = client.post("/runs/stream", json=analysis(body))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fault = answer.json()["errors"][0]
    assert (fault["field"], fault["index"]) == ("timeframe_bars.15m", 12)


def test_a_faulty_field_is_named_under_the_input(client: httpx.Client, body: Document) -> None:
    answer = client.post("/runs/wait", json=analysis({**body, "risk_pct": "much", "further": 1}))
    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["field"]) == (422, "input.risk_pct")


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"assistant_id": "analysis"}', "text/plain", 415),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"assistant_id": "a\\u0000b"}', "application/json", 422),
        (b'{"assistant_id": "nobody", "input": {}}', "application/json", 404),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(client: httpx.Client, raw: bytes, kind: str, status: int) -> None:
    answer = client.post("/runs/stream", content=raw, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_405_names_what_an_address_takes(client: httpx.Client) -> None:
    assert client.put("/threads/any").headers["allow"] == "DELETE, GET, PATCH"
    assert client.get("/runs/stream").headers["allow"] == "POST"
