"""A thread's states: the newest, an earlier one, all of them; and what none of them holds."""

import itertools
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.langgraph.conftest import Document, analysis

WALK = ["__start__", "accept", "bias", "liquidity", "structure", "entry", "risk", "decision"]


@pytest.fixture(scope="module")
def walked(client: httpx.Client, _body: Document) -> str:
    thread_id = str(client.post("/threads").json()["thread_id"])
    run = analysis({**_body, "profile": "relaxed"})
    client.post(f"/threads/{thread_id}/runs/wait", json=run).raise_for_status()
    return thread_id


@pytest.fixture(scope="module")
def history(client: httpx.Client, walked: str) -> list[Document]:
    states: list[Document] = client.post(f"/threads/{walked}/history", json={"limit": 100}).json()
    return states


def ids(states: Any) -> list[str]:
    return [one["checkpoint_id"] for one in states]


def test_a_thread_nothing_ran_on_has_an_empty_state(client: httpx.Client, thread_id: str) -> None:
    state = client.get(f"/threads/{thread_id}/state").json()
    assert (state["values"], state["next"], state["tasks"], state["parent_checkpoint"]) == ({}, [], [], None)
    assert state["checkpoint"]["thread_id"] == thread_id
    assert state["checkpoint"]["checkpoint_id"] is None
    assert client.get(f"/threads/{thread_id}/history").json() == []


def test_the_newest_state_is_what_the_run_left(client: httpx.Client, walked: str, history: list[Document]) -> None:
    state = client.get(f"/threads/{walked}/state").json()
    assert state == history[0]
    assert (state["next"], state["tasks"], state["interrupts"]) == ([], [], [])
    assert state["values"]["status"] == "completed"
    assert state["values"] == client.get(f"/threads/{walked}").json()["values"]


def test_the_history_has_every_step_newest_first(history: list[Document]) -> None:
    nexts = [one["next"] for one in history]
    assert nexts == [[], *([node] for node in reversed(WALK))]
    for newer, older in itertools.pairwise(history):
        assert newer["parent_checkpoint"] == older["checkpoint"]
        assert newer["parent_checkpoint_id"] == older["checkpoint_id"]
    assert history[-1]["parent_checkpoint"] is None
    assert history[1]["tasks"][0]["name"] == "decision"
    assert history[1]["tasks"][0]["error"] is None


def test_an_earlier_state_is_shown_by_its_id_in_either_way(
    client: httpx.Client, walked: str, history: list[Document]
) -> None:
    wanted = history[3]
    path = f"/threads/{walked}/state"
    assert client.get(f"{path}/{wanted['checkpoint_id']}").json() == wanted
    assert client.post(f"{path}/checkpoint", json={"checkpoint": wanted["checkpoint"]}).json() == wanted
    assert client.post(f"{path}/checkpoint", json={"checkpoint": {"thread_id": walked}}).json() == history[0]
    some = client.get(f"{path}/{wanted['checkpoint_id']}", params={"select": ["next", "created_at"]}).json()
    assert some == {"next": wanted["next"], "created_at": wanted["created_at"]}
    assert client.get(path, params={"select": '["next"]'}).json() == {"next": []}
    assert client.get(path, params={"select": "nothing"}).status_code == 400


def test_a_part_of_the_history_is_asked_for(client: httpx.Client, walked: str, history: list[Document]) -> None:
    path = f"/threads/{walked}/history"
    assert ids(client.get(path, params={"limit": 2}).json()) == ids(history[:2])
    before = history[2]["checkpoint_id"]
    assert ids(client.get(path, params={"before": before}).json()) == ids(history[3:])
    for spelt in (before, {"checkpoint_id": before}, {"configurable": {"checkpoint_id": before}}):
        assert ids(client.post(path, json={"before": spelt, "limit": 1}).json()) == ids(history[3:4])
    assert ids(client.post(path, json={"metadata": {"source": "input"}}).json()) == ids(history[-1:])
    assert ids(client.post(path, json={"checkpoint": history[4]["checkpoint"]}).json()) == ids(history[4:5])
    assert client.post(path, json={"limit": 1, "select": ["next"]}).json() == [{"next": []}]


def test_a_state_that_is_not_there_is_a_problem(client: httpx.Client, walked: str, thread_id: str) -> None:
    for path in (
        f"/threads/{walked}/state/no-such-state",
        f"/threads/{thread_id}/state/1ef4f797-8335-6428-8001-8a1503f9b875",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:ict:problem:checkpoint-not-found"


def test_nobody_writes_into_a_state(client: httpx.Client, walked: str) -> None:
    before = client.get(f"/threads/{walked}/state").json()
    answer = client.post(f"/threads/{walked}/state", json={"values": {"decision": None}, "as_node": "decision"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:ict:problem:not-supported"
    assert client.get(f"/threads/{walked}/state").json() == before
    assert client.post("/threads/nothing/state", json={"values": {}}).status_code == 404


def test_candles_lie_in_one_place_of_the_checkpoints(service_database: str, walked: str) -> None:
    with psycopg.connect(service_database) as connection:
        blobs = connection.execute(
            "SELECT channel, position('timeframe_bars'::bytea IN blob) > 0 FROM checkpoint_blobs "
            "WHERE thread_id = %(thread)s AND blob IS NOT NULL UNION ALL "
            "SELECT channel, position('timeframe_bars'::bytea IN blob) > 0 FROM checkpoint_writes "
            "WHERE thread_id = %(thread)s",
            {"thread": walked},
        ).fetchall()
    assert [channel for channel, holds_candles in blobs if holds_candles] == ["__start__"]
    assert len(blobs) > len(WALK)


def test_states_without_their_values_are_the_same_states(
    client: httpx.Client, walked: str, history: list[Document]
) -> None:
    path, fields = f"/threads/{walked}/history", ["checkpoint", "parent_checkpoint", "metadata", "created_at"]
    told = client.post(path, json={"limit": 100, "select": fields}).json()
    assert told == [{name: state[name] for name in fields} for state in history]
    some = client.post(path, json={"limit": 3, "before": history[1]["checkpoint_id"], "select": ["checkpoint_id"]})
    assert ids(some.json()) == ids(history[2:5])


def test_a_history_is_read_in_pages(client: httpx.Client, walked: str, history: list[Document]) -> None:
    path = f"/threads/{walked}/history"
    refused = client.post(path, json={"limit": 101})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "limit")
    assert client.get(path, params={"limit": 101}).status_code == 400
    paged: list[Document] = []
    while page := client.post(
        path, json={"limit": 4, **({"before": paged[-1]["checkpoint_id"]} if paged else {})}
    ).json():
        paged += page
    assert paged == history


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("/state/checkpoint", {"checkpoint": {"thread_id": "0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10"}}),
        ("/state/checkpoint", {"checkpoint": {"checkpoint_map": {"inner": "1f"}}}),
        ("/state/checkpoint", {"checkpoint": {}, "subgraphs": True}),
        ("/history", {"checkpoint": {"thread_id": "0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10"}}),
    ],
)
def test_a_look_that_would_show_something_else_is_refused(
    client: httpx.Client, walked: str, way: str, body: Document
) -> None:
    answer = client.post(f"/threads/{walked}{way}", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:ict:problem:not-supported"


def test_a_run_whose_events_expired_is_gone_and_its_state_is_not(
    client: httpx.Client, service_database: str, walked: str
) -> None:
    (run,) = client.get(f"/threads/{walked}/runs").json()
    path = f"/threads/{walked}/runs/{run['run_id']}"
    with psycopg.connect(service_database) as connection:
        change = "UPDATE thread_runs SET has_log = %(has_log)s WHERE run_id = %(run_id)s"
        connection.execute(change, {"has_log": False, "run_id": run["run_id"]})
        connection.commit()
        for way in ("/stream", "/join"):
            answer = client.get(f"{path}{way}")
            assert (answer.status_code, answer.json()["type"]) == (410, "urn:ict:problem:events-expired")
        assert client.get(path).json()["status"] == "success"
        assert client.get(f"/threads/{walked}/state").json()["values"]["status"] == "completed"
        connection.execute(change, {"has_log": True, "run_id": run["run_id"]})
        connection.commit()


def test_whole_numbers_of_any_length_are_taken_and_leave_nothing_behind(client: httpx.Client, thread_id: str) -> None:
    asked = {"assistant_id": "analysis", "input": None, "metadata": {"number": 10**30}}
    assert client.post(f"/threads/{thread_id}/runs", json=asked).status_code == 200
    (run,) = client.get(f"/threads/{thread_id}/runs").json()
    assert run["metadata"]["number"] == pytest.approx(10**30)
