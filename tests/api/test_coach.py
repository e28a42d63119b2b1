"""The coach over HTTP: a real server on a real Postgres, the offline model, and a scripted one that misbehaves."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from api.schemas.coach import LONGEST_MESSAGE
from tests.api.running_server import empty_database, running_server
from tests.model_server import Failure, Gate, ScriptedModel, call, model_server, say, use

COACH = "/api/v1/coach"
CHAT = f"{COACH}/chat"
AS_JSON = {"Accept": "application/json"}
WHY = {"message": "Why is this no trade?"}
ENDINGS = {"message.completed", "error"}
Body = dict[str, Any]


@pytest.fixture(scope="module")
def server(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve with the offline model, on a database of this file's own."""
    with (
        empty_database(postgres_server, "coach_api") as url,
        running_server(url, tmp_path_factory.mktemp("coach")) as address,
    ):
        yield address


@pytest.fixture(scope="module")
def coach(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def decided(coach: httpx.Client, _body: Body) -> str:
    """Analyse once, so that there is something to talk about."""
    return str(coach.post("/api/v1/analyze", json=_body).json()["run_id"])


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with model_server() as scripted:
        yield scripted


@pytest.fixture(scope="module")
def scripted(
    model: ScriptedModel, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """Give a service whose coach speaks with the scripted model, each call tried once."""
    settings = {"model_url": model.base_url, "model": "scripted", "model_retries": 0}
    with (
        empty_database(postgres_server, "coach_scripted") as url,
        running_server(url, tmp_path_factory.mktemp("scripted"), **settings) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def streamed(client: httpx.Client, **body: Any) -> tuple[httpx.Headers, list[ServerSentEvent]]:
    with connect_sse(client, "POST", CHAT, json=body) as source:
        return source.response.headers, list(source.iter_sse())


def answered(client: httpx.Client, **body: Any) -> Body:
    answer = client.post(CHAT, json=body, headers=AS_JSON)
    assert answer.status_code == 200, answer.text
    document: Body = answer.json()
    return document


def told(events: list[ServerSentEvent]) -> list[tuple[str, str, str]]:
    return [(event.id, event.event, event.data) for event in events]


def conforms(client: httpx.Client, instance: Any, name: str) -> None:
    components = client.get("/openapi.json").json()["components"]
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    jsonschema.Draft202012Validator(schema).validate(instance)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:ict:problem:")


def test_an_answer_streams_from_its_thread_to_its_completion(coach: httpx.Client, decided: str) -> None:
    headers, events = streamed(coach, **WHY, run_id=decided)
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    names = [event.event for event in events]
    assert (names[0], names[-1]) == ("thread", "message.completed")
    assert ENDINGS.isdisjoint(names[:-1])
    ids = [int(event.id) for event in events]
    assert ids == sorted(set(ids))
    assert [event.json()["seq"] for event in events] == ids

    thread, last = events[0].json(), events[-1].json()
    path = f"{COACH}/threads/{thread['thread_id']}/runs/{thread['run_id']}/events"
    assert headers["content-location"] == path
    assert thread["title"] == WHY["message"]
    del last["seq"]
    conforms(coach, last, "CoachAnswer")
    assert (last["thread_id"], last["run_id"]) == (thread["thread_id"], thread["run_id"])
    said = [event.json() for event in events if event.event == "message.delta"]
    assert "".join(one["delta"] for one in said if one["message_id"] == last["message_id"]) == last["response"]
    called = [event.json() for event in events if event.event == "tool.called"]
    results = [event.json() for event in events if event.event == "tool.result"]
    assert called
    assert [one["id"] for one in called] == [one["id"] for one in results]
    assert [one["call_id"] for one in last["context_meta"]] == [one["id"] for one in called]
    assert last["model"] == "offline"
    assert last["phase"] == "kill_zone"
    assert last["citations"]
    assert all(claim["supported"] for claim in last["claims"])


def test_the_same_as_one_document(coach: httpx.Client, decided: str) -> None:
    document = answered(coach, **WHY, run_id=decided)
    conforms(coach, document, "CoachAnswer")
    _, events = streamed(coach, **WHY, run_id=decided)
    assert document["response"] == events[-1].json()["response"]


def test_what_cannot_be_given_is_refused_before_anything_is_asked(coach: httpx.Client) -> None:
    before = coach.get(f"{COACH}/threads").json()["total"]
    assert problem(coach.post(CHAT, json=WHY, headers={"Accept": "text/html"})) == (406, "not-acceptable")
    assert coach.get(f"{COACH}/threads").json()["total"] == before


@pytest.mark.parametrize(
    ("changed", "status", "slug"),
    [
        ({"thread_id": "0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10"}, 404, "thread-not-found"),
        ({"thread_id": "no id at all"}, 404, "thread-not-found"),
        ({"run_id": "0" * 32}, 404, "run-not-found"),
        ({"message": ""}, 422, "invalid-body"),
        ({"message": " \n\t"}, 422, "invalid-body"),
        ({"message": "x" * (LONGEST_MESSAGE + 1)}, 422, "invalid-body"),
        ({"message": 7}, 422, "invalid-body"),
        ({"symbol": "E U R"}, 422, "invalid-body"),
        ({"account": 1}, 422, "invalid-body"),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_problem_and_no_stream(
    coach: httpx.Client, changed: Body, status: int, slug: str
) -> None:
    answer = coach.post(CHAT, json={**WHY, **changed}, headers={"Accept": "text/event-stream"})
    assert problem(answer) == (status, slug)


def test_the_longest_question_is_answered(coach: httpx.Client, decided: str) -> None:
    assert answered(coach, message="why " * (LONGEST_MESSAGE // 4), run_id=decided)["response"]


def test_a_stream_cut_after_any_event_is_resumed_without_gap_or_repeat(coach: httpx.Client, decided: str) -> None:
    headers, whole = streamed(coach, **WHY, run_id=decided)
    path = headers["content-location"]
    for seen in range(len(whole)):
        after = whole[seen - 1].id if seen else "0"
        with connect_sse(coach, "GET", path, headers={"Last-Event-ID": after}) as source:
            rest = list(source.iter_sse())
        assert told(whole[:seen] + rest) == told(whole)
    with connect_sse(coach, "GET", path, params={"last_event_id": whole[-2].id}) as source:
        assert told(list(source.iter_sse())) == told(whole[-1:])
    done = coach.get(path, headers={"Last-Event-ID": whole[-1].id})
    assert (done.status_code, done.content) == (204, b"")
    assert problem(coach.get(path, params={"last_event_id": "x"})) == (400, "invalid-query")


def test_a_conversation_goes_on_and_can_be_read_again(coach: httpx.Client, decided: str) -> None:
    first = answered(coach, **WHY, run_id=decided)
    thread_id = first["thread_id"]
    second = answered(coach, message="What would have had to be different?", thread_id=thread_id)
    assert second["thread_id"] == thread_id
    shown = coach.get(f"{COACH}/threads/{thread_id}").json()
    conforms(coach, shown, "ConversationDetail")
    assert (shown["title"], shown["status"], shown["focus_run_id"]) == (WHY["message"], "idle", decided)
    messages = shown["messages"]
    assert [one["role"] for one in messages] == ["user", "coach", "user", "coach"]
    assert [one["text"] for one in messages[1::2]] == [first["response"], second["response"]]
    assert [one["text"] for one in messages[::2]] == [WHY["message"], "What would have had to be different?"]
    assert all(one["time"] for one in messages)
    assert [one["citations"] for one in messages[1::2]] == [first["citations"], second["citations"]]
    for message, answer in ((messages[1], first), (messages[3], second)):
        assert message["grounded"] is True
        assert [one["name"] for one in message["tool_calls"]] == [one["tool"] for one in answer["context_meta"]]


def test_conversations_are_listed_renamed_and_deleted(coach: httpx.Client, decided: str) -> None:
    older, newer = (answered(coach, **WHY, run_id=decided)["thread_id"] for _ in range(2))
    listed = coach.get(f"{COACH}/threads", params={"limit": 2}).json()
    conforms(coach, listed, "ConversationList")
    assert [one["thread_id"] for one in listed["items"]] == [newer, older]
    assert listed["count"] == 2 <= listed["total"]
    assert [one["grounded"] for one in listed["items"]] == [True, True]
    path = f"{COACH}/threads/{older}"
    renamed = coach.patch(path, json={"title": "The long we did not take"})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "The long we did not take")
    assert coach.get(path).json()["title"] == "The long we did not take"
    assert problem(coach.patch(path, json={"title": " "})) == (422, "invalid-body")
    deleted = coach.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    for again in (coach.get(path), coach.delete(path), coach.patch(path, json={"title": "x"})):
        assert problem(again) == (404, "thread-not-found")


def test_a_busy_conversation_is_refused_and_a_cancelled_answer_ends_with_its_error(
    scripted: httpx.Client, model: ScriptedModel
) -> None:
    gate = Gate()
    model.script(say("Let me ", gate, "think."), say("Here I am."))
    with connect_sse(scripted, "POST", CHAT, json={"message": "Hello?"}) as source:
        events = source.iter_sse()
        thread = next(events).json()
        gate.wait_until_reached()
        busy = scripted.post(CHAT, json={"message": "And?", "thread_id": thread["thread_id"]})
        assert problem(busy) == (409, "thread-busy")
        assert busy.json()["run_id"] == thread["run_id"]
        run = f"{COACH}/threads/{thread['thread_id']}/runs/{thread['run_id']}"
        assert scripted.get(f"{COACH}/threads/{thread['thread_id']}").json()["status"] == "busy"
        cancelled = scripted.post(f"{run}/cancel")
        assert cancelled.status_code == 200, cancelled.text
        conforms(scripted, cancelled.json(), "CoachRun")
        rest = list(events)
    gate.open()
    assert (rest[-1].event, rest[-1].json()["type"]) == ("error", "urn:ict:problem:run-cancelled")
    assert problem(scripted.post(f"{run}/cancel")) == (409, "run-already-ended")
    with connect_sse(scripted, "GET", f"{run}/events") as source:
        assert told(list(source.iter_sse()))[-1] == told(rest)[-1]
    again = answered(scripted, message="Still there?", thread_id=thread["thread_id"])
    assert again["response"] == "Here I am."


def test_a_deleted_conversation_takes_its_answer_with_it(scripted: httpx.Client, model: ScriptedModel) -> None:
    gate = Gate()
    model.script(say("Let me ", gate, "think."))
    with connect_sse(scripted, "POST", CHAT, json={"message": "Hello?"}) as source:
        events = source.iter_sse()
        thread = next(events).json()
        gate.wait_until_reached()
        assert scripted.delete(f"{COACH}/threads/{thread['thread_id']}").status_code == 204
        names = [event.event for event in events]
    gate.open()
    assert "message.completed" not in names


def test_a_model_that_does_not_answer_is_an_error_in_either_form(scripted: httpx.Client, model: ScriptedModel) -> None:
    model.script(Failure(500), Failure(500), say("Better now."))
    _, events = streamed(scripted, message="Hello?")
    assert [event.event for event in events] == ["thread", "error"]
    error = events[-1].json()
    assert (error["type"], error["status"]) == ("urn:ict:problem:model-unavailable", 502)
    assert {"title", "detail", "instance", "errors"} <= set(error)
    thread_id = events[0].json()["thread_id"]
    refused = scripted.post(CHAT, json={"message": "Hello?", "thread_id": thread_id}, headers=AS_JSON)
    assert problem(refused) == (502, "model-unavailable")
    assert answered(scripted, message="And now?", thread_id=thread_id)["response"] == "Better now."


def test_a_draft_with_an_unsupported_number_is_withdrawn_and_what_is_left_is_marked(
    scripted: httpx.Client, model: ScriptedModel
) -> None:
    model.script(say("Price is at 1.23456."), say("Price is at 1.23457."))
    _, events = streamed(scripted, message="Where is price?")
    flagged = [event.json() for event in events if event.event == "claim.flagged"]
    assert [one["will_repair"] for one in flagged] == [True, False]
    assert [one["claims"][0]["text"] for one in flagged] == ["1.23456", "1.23457"]
    last = events[-1].json()
    assert last["message_id"] == flagged[1]["message_id"] != flagged[0]["message_id"]
    assert "1.23457 [unsupported]" in last["response"]
    assert [claim["supported"] for claim in last["claims"]] == [False]
    shown = scripted.get(f"{COACH}/threads/{last['thread_id']}").json()
    assert [one["text"] for one in shown["messages"]] == ["Where is price?", last["response"]]
    assert shown["messages"][-1]["grounded"] is False


def test_what_a_model_is_told_by_a_tool_comes_with_the_answer(scripted: httpx.Client, model: ScriptedModel) -> None:
    model.script(use(call("look_up_rule", rule_id="8.1"), first="One moment. "), say("Rule 8.1 is about kill zones."))
    _, events = streamed(scripted, message="What is rule 8.1?")
    (result,) = [event.json() for event in events if event.event == "tool.result"]
    assert (result["name"], result["ok"]) == ("look_up_rule", True)
    assert json.loads(result["content"])["tool"] == "look_up_rule"
    last = events[-1].json()
    assert last["response"] == "Rule 8.1 is about kill zones."
    assert (last["usage"]["input_tokens"], last["usage"]["is_estimated"]) == (240, False)
    assert ("rule", "8.1") in [(one["kind"], one["id"]) for one in last["citations"]]


def test_a_run_that_recorded_other_events_is_not_told_as_an_answer(coach: httpx.Client) -> None:
    thread_id = coach.post("/threads", json={}).json()["thread_id"]
    asked = {"assistant_id": "coach", "input": {"messages": [{"role": "user", "content": "Hello"}]}}
    run_id = coach.post(f"/threads/{thread_id}/runs", json={**asked, "stream_mode": ["values"]}).json()["run_id"]
    path = f"{COACH}/threads/{thread_id}/runs/{run_id}/events"
    assert problem(coach.get(path)) == (409, "not-recorded")


def test_a_thread_of_another_assistant_is_no_conversation(coach: httpx.Client, body: Body) -> None:
    thread_id = coach.post("/threads", json={}).json()["thread_id"]
    assert coach.get(f"{COACH}/threads/{thread_id}").json()["messages"] == []
    started = coach.post(f"/threads/{thread_id}/runs/wait", json={"assistant_id": "analysis", "input": body})
    assert started.status_code == 200, started.text
    assert problem(coach.get(f"{COACH}/threads/{thread_id}")) == (404, "thread-not-found")
    assert problem(coach.post(CHAT, json={**WHY, "thread_id": thread_id})) == (404, "thread-not-found")


def test_both_streams_are_described_event_by_event(coach: httpx.Client) -> None:
    paths = coach.get("/openapi.json").json()["paths"]
    events = "/api/v1/coach/threads/{thread_id}/runs/{run_id}/events"
    for path, method in ((CHAT, "post"), (events, "get")):
        content = paths[path][method]["responses"]["200"]["content"]
        assert content["text/event-stream"]["schema"] == {"$ref": "#/components/schemas/CoachEvent"}
    assert paths[CHAT]["post"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith(
        "CoachAnswer"
    )


def test_a_fresh_database_has_no_insights(scripted: httpx.Client) -> None:
    assert scripted.get(f"{COACH}/insights").json() == {"total": 0, "count": 0, "items": []}


def test_insights_count_what_was_decided(coach: httpx.Client, decided: str) -> None:
    found = coach.get(f"{COACH}/insights").json()
    conforms(coach, found, "InsightList")
    decision = coach.get(f"/api/v1/runs/{decided}").json()["decision"]
    stopping = [one for one in found["items"] if one["kind"] == "stopping_rule"]
    assert {rule for one in stopping for rule in one["rule_refs"]} >= set(decision["deciding_rules"])
    assert any(decided in one["run_ids"] for one in stopping)
    metrics = coach.get("/api/v1/audit/metrics").json()
    assert stopping[0]["figures"]["decisions"] == metrics["decisions"]
    (refusals,) = [one for one in found["items"] if one["kind"] == "kill_zone_refusals"]
    assert refusals["figures"]["refusals"] == metrics["statuses"]["WAIT"] + metrics["statuses"]["NO_TRADE"]
    unknown = {name for one in found["items"] if one["kind"] == "unknown_fact" for name in one["figures"]["facts"]}
    assert any(name.startswith("discipline.") for name in unknown)
    assert coach.get(f"{COACH}/insights", params={"symbol": "EUR/USD"}).json() == found
    assert coach.get(f"{COACH}/insights", params={"symbol": "NQ"}).json()["items"] == []
    assert problem(coach.get(f"{COACH}/insights", params={"days": 0})) == (400, "invalid-query")
