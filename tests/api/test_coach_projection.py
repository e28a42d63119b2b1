"""A run's events as the coach's readers get them: pure values in, the seven events out."""

import json
from typing import Any

import pytest

from agent.threads.records import ThreadEvent
from api.accept import wanted_form
from api.coach_projection import CoachEvent, Projection, problem_named, problem_told, text_of
from api.problems import ProblemError

SSE, JSON = "text/event-stream", "application/json"
COMPLETED = {"type": "message.completed", "message_id": "m2", "response": "No."}


def told(*events: tuple[str, Any]) -> list[CoachEvent]:
    projection = Projection("t", "r", "Why?", "/events")
    numbered = [ThreadEvent(seq, name, json.dumps(data)) for seq, (name, data) in enumerate(events, start=1)]
    return [made for event in numbered for made in projection.of(event)]


def chunk(content: Any, *, node: str = "model", kind: str = "AIMessageChunk") -> tuple[str, Any]:
    return "messages", [{"type": kind, "id": "m1", "content": content}, {"langgraph_node": node}]


def test_a_whole_answer_is_projected_in_order() -> None:
    called = {"type": "tool.called", "id": "c", "name": "why_not", "arguments": {"run_id": "x"}}
    events = told(("metadata", {"run_id": "r"}), ("custom", called), chunk("No"), ("custom", COMPLETED), ("end", None))
    assert [(one.seq, one.event) for one in events] == [
        (1, "thread"),
        (2, "tool.called"),
        (3, "message.delta"),
        (5, "message.completed"),
    ]
    assert events[0].data == {"seq": 1, "thread_id": "t", "run_id": "r", "title": "Why?"}
    assert events[1].data == {"seq": 2, "id": "c", "name": "why_not", "arguments": {"run_id": "x"}}
    assert events[2].data == {"seq": 3, "message_id": "m1", "delta": "No"}
    assert events[3].data == {"seq": 5, "thread_id": "t", "run_id": "r", "message_id": "m2", "response": "No."}


@pytest.mark.parametrize(
    "unheard",
    [
        chunk("No", node="grounding"),
        chunk("No", kind="ai"),
        chunk(""),
        chunk([{"type": "tool_call_chunk", "args": "{"}]),
        ("custom", {"type": "something.else"}),
        ("custom", "no object"),
        ("values", {"messages": []}),
        ("messages|tools:1", [{"type": "AIMessageChunk", "content": "inner"}, {"langgraph_node": "model"}]),
    ],
)
def test_what_is_no_word_of_the_coach_is_not_told(unheard: tuple[str, Any]) -> None:
    assert told(unheard) == []


def test_words_come_out_of_blocks_too() -> None:
    assert text_of([{"type": "text", "text": "one "}, "two", {"type": "image_url", "image_url": "x"}]) == "one two"
    assert text_of(None) == ""


def test_an_answer_that_failed_after_it_was_complete_ends_with_the_error_alone() -> None:
    failed = {"error": "StoreUnavailable", "message": "the database did not answer"}
    (last,) = told(("custom", COMPLETED), ("error", failed), ("end", None))
    assert (last.event, last.data["type"], last.data["status"]) == ("error", "urn:ict:problem:store-unavailable", 503)
    assert last.data["instance"] == "/events"


def test_an_end_without_an_answer_is_a_cancellation() -> None:
    events = told(("metadata", {}), chunk("Half an ans"), ("end", None))
    assert [one.event for one in events] == ["thread", "message.delta", "error"]
    assert events[-1].data["type"] == "urn:ict:problem:run-cancelled"


def test_a_run_that_ended_well_without_an_answer_was_not_cancelled() -> None:
    projection = Projection("t", "r", "Why?", "/events")
    assert projection.lacks_answer
    projection.ended_well = True
    (last,) = projection.of(ThreadEvent(1, "end", "null"))
    assert last.data["type"] == "urn:ict:problem:no-answer"
    answered = Projection("t", "r", "Why?", "/events")
    assert list(answered.of(ThreadEvent(1, "custom", json.dumps(COMPLETED)))) == []
    assert not answered.lacks_answer


@pytest.mark.parametrize(
    ("name", "slug", "detail"),
    [
        ("ModelUnavailable", "model-unavailable", "said"),
        ("BudgetSpent", "budget-spent", "said"),
        ("StepLimitReached", "step-limit-reached", "said"),
        ("ThreadBusy", "thread-busy", "said"),
        ("StoreUnavailable", "store-unavailable", "The database did not answer"),
        ("WorkerLost", "worker-lost", "the process that made the answer ended; ask again"),
        ("InternalError", "internal-error", "the run failed; its log tells more"),
        ("IctError", "internal-error", "the run failed; its log tells more"),
        ("Sequence", "internal-error", "the run failed; its log tells more"),
    ],
)
def test_errors_are_problems_and_tell_nothing_of_the_inside(name: str, slug: str, detail: str) -> None:
    problem = problem_named({"error": name, "message": "said"})
    assert (problem.slug, problem.detail) == (slug, detail)
    assert problem_told(problem.to_dict("/x")) == problem


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, SSE),
        (" ", SSE),
        ("*/*", SSE),
        ("text/*", SSE),
        ("text/event-stream", SSE),
        ("application/json", JSON),
        ("application/*", JSON),
        ("application/json, text/plain, */*", JSON),
        ("text/event-stream, application/json", SSE),
        ("text/event-stream;q=0.5, application/json", JSON),
        ("text/event-stream;q=0, */*;q=0.1", JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        ("application/json;q=nonsense, text/event-stream;q=0.1", SSE),
    ],
)
def test_the_form_follows_accept(accept: str | None, form: str) -> None:
    assert wanted_form(accept, (SSE, JSON)) == form


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/json;q=0", "*/*;q=0", "nonsense"])
def test_what_cannot_be_given_is_406(accept: str) -> None:
    with pytest.raises(ProblemError) as refused:
        wanted_form(accept, (SSE, JSON))
    assert refused.value.problem.status == 406
