"""Runs on a thread: started, watched, joined, cancelled and deleted, one at a time."""

import uuid
from typing import Any

import httpx
import pytest
from httpx_sse import connect_sse

from tests.api.langgraph.conftest import Document, Held, analysis, data_of, post_and_read, read, told

EVERYTHING = ["values", "updates", "custom", "messages-tuple", "tasks", "checkpoints", "debug"]


def status_of(client: httpx.Client, thread_id: str, run_id: str) -> str:
    return str(client.get(f"/threads/{thread_id}/runs/{run_id}").json()["status"])


def join(client: httpx.Client, thread_id: str, run_id: str) -> Any:
    return client.get(f"/threads/{thread_id}/runs/{run_id}/join").json()


def test_a_run_is_started_joined_listed_and_deleted(client: httpx.Client, thread_id: str, body: Document) -> None:
    asked = analysis(body, metadata={"who": "me"}, config={"metadata": {"from": "config"}, "tags": ["a"]})
    answer = client.post(f"/threads/{thread_id}/runs", json=asked)
    run = answer.json()
    path = f"/threads/{thread_id}/runs/{run['run_id']}"
    assert answer.headers["content-location"] == path
    assert (run["thread_id"], run["multitask_strategy"], run["error"]) == (thread_id, "enqueue", None)
    assert run["metadata"] == {"from": "config", "who": "me"}
    values = join(client, thread_id, run["run_id"])
    assert values["status"] == "completed"
    assert client.get(path).json()["status"] == "success"
    assert values == client.get(f"/threads/{thread_id}").json()["values"]
    listed = client.get(f"/threads/{thread_id}/runs", params={"status": "success", "select": ["run_id", "status"]})
    assert listed.json() == [{"run_id": run["run_id"], "status": "success"}]
    assert client.get(f"/threads/{thread_id}/runs", params={"status": "error"}).json() == []
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"/threads/{thread_id}").json()["values"] == values


def test_the_recorded_run_is_one_like_any_other(client: httpx.Client, thread_id: str, body: Document) -> None:
    values = client.post(f"/threads/{thread_id}/runs/wait", json=analysis(body)).json()
    recorded = client.get(f"/api/v1/runs/{values['run_id']}").json()
    assert recorded["decision"] == values["decision"]
    assert client.post("/api/v1/analyze", json=body).json()["decision_hash"] == values["decision"]["decision_hash"]


def test_a_stream_begins_with_metadata_ends_with_end_and_says_where_it_is(
    client: httpx.Client, thread_id: str, body: Document
) -> None:
    asked = analysis(body, stream_mode=["values", "updates", "custom"])
    headers, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", asked)
    run_id = data_of(events[0])["run_id"]
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["content-location"] == f"/threads/{thread_id}/runs/{run_id}"
    assert headers["location"] == f"/threads/{thread_id}/runs/{run_id}/stream"
    assert [event.event for event in events][:1] == ["metadata"]
    assert (events[-1].event, data_of(events[-1])) == ("end", None)
    assert [int(event.id) for event in events] == list(range(1, len(events) + 1))
    customs = [data_of(event) for event in events if event.event == "custom"]
    recorded = read(client, f"/api/v1/runs/{customs[0]['run_id']}/events")
    assert customs == [{"type": event.event, **data_of(event)} for event in recorded]


def test_every_stream_mode_is_recorded_and_the_usual_ones_hold_no_candles(
    client: httpx.Client, thread_id: str, body: Document
) -> None:
    _, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", analysis(body, stream_mode=EVERYTHING))
    kinds = {event.event for event in events}
    assert kinds == {"metadata", "values", "updates", "custom", "tasks", "checkpoints", "debug", "end"}
    lean = [event.data for event in events if event.event in {"values", "updates", "custom"}]
    assert not [data for data in lean if "timeframe_bars" in data]


@pytest.mark.parametrize("start", [None, "-1", "0"])
def test_whoever_comes_late_reads_the_same(
    client: httpx.Client, thread_id: str, body: Document, start: str | None
) -> None:
    asked = analysis(body, stream_mode=["updates", "custom"])
    headers, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", asked)
    late = read(client, headers["location"], headers={"Last-Event-ID": start} if start else None)
    assert told(late) == told(events)


def test_a_stream_cut_after_any_event_is_resumed_without_gap_or_repeat(
    client: httpx.Client, thread_id: str, body: Document
) -> None:
    headers, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", analysis(body))
    for seen in range(1, len(events)):
        rest = read(client, headers["location"], headers={"Last-Event-ID": events[seen - 1].id})
        assert told(rest) == told(events[seen:])
    done = client.get(headers["location"], headers={"Last-Event-ID": events[-1].id})
    assert (done.status_code, done.content) == (204, b"")
    assert client.get(headers["location"], headers={"Last-Event-ID": "seven"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        [("stream_mode", "updates"), ("stream_mode", "custom")],
        [("stream_mode", '["updates","custom"]')],
        [("stream_mode", '["updates"]'), ("stream_mode", "custom"), ("stream_mode", "")],
    ],
)
def test_a_reader_who_joins_sees_the_modes_they_ask_for(
    client: httpx.Client, thread_id: str, body: Document, query: list[tuple[str, str]]
) -> None:
    asked = analysis(body, stream_mode=["values", "updates", "custom"])
    headers, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", asked)
    with connect_sse(client, "GET", headers["location"], params=query) as source:
        back = source.response.headers["location"]
        joined = list(source.iter_sse())
    assert told(joined) == told([event for event in events if event.event != "values"])
    assert told(read(client, back)) == told(joined), "where they come back to, they see the same again"
    unknown = client.get(headers["location"], params={"stream_mode": "everything"})
    assert unknown.status_code == 400
    assert "messages-tuple" in unknown.json()["errors"][0]["expected"]


def test_a_background_run_that_says_nothing_records_what_readers_usually_ask_for(
    client: httpx.Client, thread_id: str, body: Document
) -> None:
    run = client.post(f"/threads/{thread_id}/runs", json=analysis(body)).json()
    events = read(client, f"/threads/{thread_id}/runs/{run['run_id']}/stream")
    assert {"values", "updates", "custom"} <= {event.event for event in events}


def test_without_a_thread_it_gets_one_which_stays_only_if_asked_for(client: httpx.Client, body: Document) -> None:
    headers, events = post_and_read(client, "/runs/stream", analysis(body, on_completion="keep"))
    thread_id = data_of(events[0])["thread_id"]
    assert headers["content-location"] == f"/threads/{thread_id}/runs/{data_of(events[0])['run_id']}"
    assert client.get(f"/threads/{thread_id}").json()["values"]["status"] == "completed"
    answer = client.post("/runs/wait", json=analysis(body))
    assert answer.json()["status"] == "completed"
    gone = answer.headers["content-location"].split("/")[2]
    assert client.post("/threads/search", json={"ids": [gone]}).json() == []
    started = client.post("/runs", json=analysis(body))
    assert started.json()["status"] in {"pending", "running"}
    assert client.get(started.headers["location"]).status_code == 200


def test_a_thread_that_is_not_there_is_made_if_that_is_wanted(client: httpx.Client, body: Document) -> None:
    thread_id = str(uuid.uuid4())
    path = f"/threads/{thread_id}/runs/wait"
    assert client.post(path, json=analysis(body)).status_code == 404
    assert client.post(path, json=analysis(body, if_not_exists="create")).json()["status"] == "completed"
    assert client.get(f"/threads/{thread_id}").json()["status"] == "idle"


def test_a_breakpoint_stops_the_run_and_either_way_of_going_on_ends_it(
    client: httpx.Client, thread_id: str, body: Document
) -> None:
    relaxed = {**body, "profile": "relaxed"}
    for number, going_on in enumerate(({"input": None}, {"command": {"resume": True}})):
        asked = analysis(relaxed, interrupt_before=["structure"])
        stopped = client.post(f"/threads/{thread_id}/runs/wait", json=asked).json()
        assert stopped["visited"] == ["bias", "liquidity"]
        assert client.get(f"/threads/{thread_id}").json()["status"] == "interrupted"
        assert client.get(f"/threads/{thread_id}/state").json()["next"] == ["structure"]
        gone_on = {"assistant_id": "analysis", **going_on, "interrupt_after": "*" if number else None}
        after = client.post(f"/threads/{thread_id}/runs/wait", json=gone_on).json()
        assert after["run_id"] == stopped["run_id"]
        assert after["visited"][:3] == ["bias", "liquidity", "structure"]
        assert (after["status"] == "running") == bool(number)
    assert client.get(f"/threads/{thread_id}").json()["status"] == "interrupted"


def test_a_run_goes_on_from_an_earlier_state(client: httpx.Client, thread_id: str, body: Document) -> None:
    first = client.post(f"/threads/{thread_id}/runs/wait", json=analysis({**body, "profile": "relaxed"})).json()
    states = client.get(f"/threads/{thread_id}/history", params={"limit": 100}).json()
    after_bias = next(one for one in states if one["next"] == ["liquidity"])
    for spelt in (
        {"checkpoint_id": after_bias["checkpoint_id"]},
        {"checkpoint": {"checkpoint_id": after_bias["checkpoint_id"], "checkpoint_ns": ""}},
        {"config": {"configurable": {"checkpoint_id": after_bias["checkpoint_id"]}}},
    ):
        asked = {"assistant_id": "analysis", "input": None, "stream_mode": "updates", **spelt}
        _, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", asked)
        walked = [next(iter(data_of(event))) for event in events if event.event == "updates"]
        assert walked == ["liquidity", "structure", "entry", "risk", "decision"]
    assert client.get(f"/threads/{thread_id}").json()["values"] == first


def test_a_run_is_cancelled_and_with_it_the_recorded_one(
    client: httpx.Client, thread_id: str, body: Document, held: Held
) -> None:
    with held():
        run_id = client.post(f"/threads/{thread_id}/runs", json=analysis(body)).json()["run_id"]
        path = f"/threads/{thread_id}/runs/{run_id}"
        with connect_sse(client, "GET", f"{path}/stream") as source:
            accepted = next(data_of(event) for event in source.iter_sse() if event.event == "values")
        assert client.delete(path).status_code == 409, "it has not ended"
        answer = client.post(f"{path}/cancel", params={"wait": "1"})
        assert (answer.status_code, answer.content) == (204, b"")
        assert status_of(client, thread_id, run_id) == "interrupted"
    events = read(client, f"/api/v1/runs/{accepted['run_id']}/events")
    assert events[-1].event == "run.cancelled"
    again = client.post(f"{path}/cancel")
    assert again.status_code == 409
    assert again.json()["type"] == "urn:ict:problem:run-already-ended"
    assert client.post(f"{path}/cancel", params={"action": "rollback"}).status_code == 400
    assert join(client, thread_id, run_id)["run_id"] == accepted["run_id"]
    assert client.post(f"/threads/{thread_id}/runs/wait", json=analysis(body)).json()["status"] == "completed"


def test_one_run_at_a_time(client: httpx.Client, thread_id: str, body: Document, held: Held) -> None:
    path = f"/threads/{thread_id}/runs"
    with held():
        first = client.post(path, json=analysis(body)).json()["run_id"]
        refused = client.post(f"{path}/stream", json=analysis(body, multitask_strategy="reject"))
        assert refused.status_code == 409
        assert (refused.json()["type"], refused.json()["run_id"]) == ("urn:ict:problem:thread-busy", first)
        queued = client.post(path, json=analysis(body, multitask_strategy="enqueue")).json()
        assert (queued["status"], queued["multitask_strategy"]) == ("pending", "enqueue")
        urgent = client.post(path, json=analysis(body, multitask_strategy="interrupt")).json()["run_id"]
        assert client.get(f"/threads/{thread_id}").json()["status"] == "busy"
    assert join(client, thread_id, urgent)["status"] == "completed"
    assert status_of(client, thread_id, first) == "interrupted"
    assert status_of(client, thread_id, urgent) == "success"
    assert client.get(f"/threads/{thread_id}").json()["status"] == "idle"


@pytest.mark.parametrize("way", ["stream", "wait"])
@pytest.mark.parametrize("what", ["cancel", "continue"])
def test_a_starter_who_leaves_ends_the_run_only_if_they_said_so(
    client: httpx.Client, base_url: str, thread_id: str, body: Document, held: Held, way: str, what: str
) -> None:
    asked = analysis(body, on_disconnect=what)
    with held():
        with (
            httpx.Client(base_url=base_url) as leaving,
            leaving.stream("POST", f"/threads/{thread_id}/runs/{way}", json=asked) as answer,
        ):
            where = answer.headers["content-location"]
        if what == "cancel":
            assert client.get(f"{where}/join").status_code == 200
            assert client.get(where).json()["status"] == "interrupted"
        else:
            assert client.get(where).json()["status"] == "running"
    values = client.get(f"{where}/join").json()
    assert (values.get("status") == "completed") == (what == "continue")


@pytest.mark.parametrize("way", ["stream", "join"])
def test_a_reader_who_joined_ends_the_run_only_if_they_said_so(
    client: httpx.Client, base_url: str, thread_id: str, body: Document, held: Held, way: str
) -> None:
    with held():
        run_id = client.post(f"/threads/{thread_id}/runs", json=analysis(body)).json()["run_id"]
        where = f"/threads/{thread_id}/runs/{run_id}"
        for said, status in (("0", "running"), ("true", "interrupted")):
            with (
                httpx.Client(base_url=base_url) as leaving,
                leaving.stream("GET", f"{where}/{way}", params={"cancel_on_disconnect": said}) as answer,
            ):
                assert answer.status_code == 200
            if status == "interrupted":
                client.get(f"{where}/join")
            assert client.get(where).json()["status"] == status


def test_a_run_that_fails_says_so_in_its_stream_its_result_and_its_document(
    client: httpx.Client, thread_id: str, body: Document
) -> None:
    client.post(f"/threads/{thread_id}/runs/wait", json=analysis(body, interrupt_before=["accept"]))
    on = {"assistant_id": "analysis", "input": None}
    headers, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", on)
    assert [event.event for event in events][-2:] == ["error", "end"]
    error = data_of(events[-2])
    assert error["error"] == "InvalidParameter"
    assert "not kept over an interruption" in error["message"]
    assert client.get(headers["content-location"]).json()["error"] == error
    assert client.get(f"{headers['content-location']}/join").json() == {"__error__": error}
    assert client.get(f"/threads/{thread_id}").json()["status"] == "error"
    task = client.get(f"/threads/{thread_id}/state").json()["tasks"][0]
    assert task["error"].startswith("InvalidParameter")
    assert client.post(f"/threads/{thread_id}/runs/wait", json=analysis(body)).json()["status"] == "completed"


@pytest.mark.parametrize("path", ["", "/stream", "/join", "/cancel"])
@pytest.mark.parametrize("run_id", ["00000000-0000-4000-8000-000000000000", "nothing", "%00"])
def test_a_run_that_is_not_there_is_a_problem(client: httpx.Client, thread_id: str, path: str, run_id: str) -> None:
    method = "POST" if path == "/cancel" else "GET"
    answer = client.request(method, f"/threads/{thread_id}/runs/{run_id}{path}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:ict:problem:run-not-found"
