"""What a run writes into its log and leaves in its thread."""

import json
import logging
import uuid
from typing import Any

import pytest

from agent.threads.records import RunRequest, ThreadEvent
from agent.threads.service import Threads
from tests.agent.threads.conftest import OpenThreads
from tests.agent.threads.graphs import WORDS, asked, said
from tools.errors import (
    AssistantNotFound,
    CheckpointNotFound,
    InvalidParameter,
    ThreadNotFound,
)

pytestmark = pytest.mark.anyio
ME = "me"


async def events_of(threads: Threads, request: RunRequest, thread_id: str | None = None) -> list[ThreadEvent]:
    run = await threads.start(thread_id, request, owner_id=ME)
    return [event async for event in threads.events(run.thread_id, run.run_id, owner_id=ME)]


async def new_thread(threads: Threads) -> str:
    return (await threads.create(owner_id=ME)).thread_id


def named(events: list[ThreadEvent], event: str) -> list[Any]:
    return [json.loads(one.data) for one in events if one.event == event]


async def test_a_chat_streams_its_words_and_keeps_its_state(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    run = await threads.start(thread_id, said("Hello", modes=("messages-tuple", "values", "updates")), owner_id=ME)
    events = [event async for event in threads.events(thread_id, run.run_id, owner_id=ME)]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert (events[0].event, events[-1]) == ("metadata", ThreadEvent(len(events), "end", "null"))
    assert named(events, "metadata") == [{"run_id": run.run_id, "thread_id": thread_id, "attempt": 1}]
    chunks = named(events, "messages")
    assert [chunk["content"] for chunk, _ in chunks if chunk["content"]] == list(WORDS)
    assert {chunk["type"] for chunk, _ in chunks} == {"AIMessageChunk"}
    assert {metadata["langgraph_node"] for _, metadata in chunks} == {"model"}
    last = named(events, "values")[-1]["messages"]
    assert [(message["type"], message["content"]) for message in last] == [
        ("human", "Hello"),
        ("ai", "".join(WORDS)),
    ]
    assert [message["id"] for message in last][1] == chunks[0][0]["id"]
    assert named(events, "updates")[0]["model"]["messages"][0]["content"] == "".join(WORDS)
    ended = await threads.run(thread_id, run.run_id, owner_id=ME)
    assert (ended.status, ended.last_seq, ended.error) == ("success", len(events), None)
    thread = await threads.get(thread_id, owner_id=ME)
    assert (thread.status, thread.title, thread.values) == ("idle", "Hello", {"messages": last})
    assert thread.assistant_id == ended.assistant_id == threads.assistants.get("chat").assistant_id


async def test_the_next_run_goes_on_from_the_last_state(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    await events_of(threads, said("One"), thread_id)
    await events_of(threads, said("Two"), thread_id)
    state = await threads.state(thread_id, owner_id=ME)
    assert [message.content for message in state.values["messages"]] == ["One", "".join(WORDS), "Two", "".join(WORDS)]
    assert state.next == ()
    assert (await threads.get(thread_id, owner_id=ME)).title == "One"
    history = await threads.history(thread_id, owner_id=ME, limit=100)
    assert history[0] == state
    assert [len(one.values.get("messages", [])) for one in history] == [4, 3, 2, 2, 1, 0]
    first = history[-2].config["configurable"]["checkpoint_id"]
    assert await threads.state(thread_id, owner_id=ME, checkpoint_id=first) == history[-2]
    assert await threads.history(thread_id, owner_id=ME, before=first) == history[-1:]
    assert await threads.history(thread_id, owner_id=ME, checkpoint_id=first) == [history[-2]]
    assert len(await threads.history(thread_id, owner_id=ME, limit=2)) == 2
    inputs = await threads.history(thread_id, owner_id=ME, metadata={"source": "input"})
    assert {one.metadata["source"] for one in inputs if one.metadata} == {"input"}


async def test_only_the_output_is_shown(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    events = await events_of(threads, asked("it", modes=("values", "updates", "custom", "debug")), thread_id)
    assert "never shown" not in "".join(event.data for event in events if event.event in {"values", "updates"})
    assert named(events, "custom") == [{"number": 0, "for": "context of me"}]
    assert named(events, "debug")
    done = {"asked": "it", "done": ["first it", "second it"]}
    assert named(events, "values")[-1] == done
    assert (await threads.get(thread_id, owner_id=ME)).values == done


@pytest.mark.parametrize("shows", [True, False])
async def test_events_of_subgraphs_are_recorded_on_request(open_threads: OpenThreads, shows: bool) -> None:
    threads = await open_threads()
    request = RunRequest("nested", {"asked": "it"}, stream_modes=("updates",), stream_subgraphs=shows)
    names = [event.event for event in await events_of(threads, request)]
    inside = [name for name in names if name.startswith("updates|inner:")]
    assert len(inside) == (1 if shows else 0)
    assert names.count("updates") == 1


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("fail", {"error": "ModelUnavailable", "message": "the model did not answer"}),
        ("break", {"error": "InternalError", "message": "the run failed"}),
    ],
)
async def test_a_failure_is_told_and_the_thread_stays_usable(
    open_threads: OpenThreads, what: str, error: dict[str, str]
) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    run = await threads.start(thread_id, asked(what), owner_id=ME)
    events = [event async for event in threads.events(thread_id, run.run_id, owner_id=ME)]
    assert [event.event for event in events[-2:]] == ["error", "end"]
    assert named(events, "error") == [error]
    ended = await threads.run(thread_id, run.run_id, owner_id=ME)
    assert (ended.status, ended.error) == ("error", error)
    thread = await threads.get(thread_id, owner_id=ME)
    assert (thread.status, thread.values) == ("error", {"asked": what, "done": [f"first {what}"]})
    await events_of(threads, asked("again"), thread_id)
    assert (await threads.get(thread_id, owner_id=ME)).status == "idle"


async def test_what_cannot_be_written_as_json_ends_the_run_as_an_error(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    assert named(await events_of(threads, asked("unplain"), thread_id), "error")[0]["error"] == "InternalError"
    assert (await threads.get(thread_id, owner_id=ME)).status == "error"


async def test_a_graph_that_does_not_end_is_stopped(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    events = await events_of(threads, RunRequest("forever", {"asked": "it"}))
    assert named(events, "error")[0]["error"] == "StepLimitReached"
    assert len(named(events, "values")) == 6
    strict = RunRequest("forever", {"asked": "it"}, config={"recursion_limit": 2})
    assert len(named(await events_of(threads, strict), "values")) == 3


async def test_a_run_that_is_interrupted_before_a_node_goes_on_without_input(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    run = await threads.start(thread_id, asked("it", interrupt_before=("second",)), owner_id=ME)
    ended = await threads.join(thread_id, run.run_id, owner_id=ME)
    thread = await threads.get(thread_id, owner_id=ME)
    assert (ended.status, thread.status) == ("success", "interrupted")
    assert (await threads.state(thread_id, owner_id=ME)).next == ("second",)
    going_on = RunRequest("steps", None, stream_modes=("values",))
    events = await events_of(threads, going_on, thread_id)
    assert named(events, "values")[-1]["done"] == ["first it", "second it"]
    assert (await threads.get(thread_id, owner_id=ME)).status == "idle"
    await events_of(threads, asked("it", interrupt_after=("*",)), thread_id)
    assert (await threads.state(thread_id, owner_id=ME)).next == ("second",)


async def test_nothing_to_go_on_from_is_the_callers_fault(
    open_threads: OpenThreads, caplog: pytest.LogCaptureFixture
) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    run = await threads.start(thread_id, RunRequest("steps", None), owner_id=ME)
    events = [event async for event in threads.events(thread_id, run.run_id, owner_id=ME)]
    told = {
        "error": "InvalidParameter",
        "message": "the run was given no input, and its thread has nothing to go on with",
    }
    assert named(events, "error") == [told]
    assert (await threads.run(thread_id, run.run_id, owner_id=ME)).error == told
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_run_may_start_from_an_earlier_state(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    await events_of(threads, said("One"), thread_id)
    earlier = (await threads.history(thread_id, owner_id=ME))[0].config["configurable"]["checkpoint_id"]
    await events_of(threads, said("Two"), thread_id)
    await events_of(threads, said("Instead", checkpoint_id=earlier), thread_id)
    messages = (await threads.state(thread_id, owner_id=ME)).values["messages"]
    assert [message.content for message in messages][::2] == ["One", "Instead"]
    other = await new_thread(threads)
    for unknown in (earlier, str(uuid.uuid4()), "\x00"):
        with pytest.raises((CheckpointNotFound, InvalidParameter)):
            await threads.start(other, said("No", checkpoint_id=unknown), owner_id=ME)
        with pytest.raises((CheckpointNotFound, InvalidParameter)):
            await threads.state(other, owner_id=ME, checkpoint_id=unknown)


async def test_a_caller_cannot_name_another_thread_or_reach_the_librarys_switches(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    mine, other = await new_thread(threads), await new_thread(threads)
    await events_of(threads, said("Secret"), other)
    configurable = {
        "thread_id": other,
        "checkpoint_ns": "elsewhere",
        "checkpoint_id": "nothing",
        "run_id": "another",
        "owner_id": "somebody else",
        "__pregel_resuming": True,
        "kept": "yes",
    }
    events = await events_of(threads, said("Hi", config={"configurable": configurable, "tags": ["a"]}), mine)
    assert events[-1].event == "end"
    assert named(events, "error") == []
    state = await threads.state(mine, owner_id=ME)
    assert [message.content for message in state.values["messages"]] == ["Hi", "".join(WORDS)]
    assert state.metadata is not None
    assert "kept" not in state.metadata
    assert all("kept" not in event.data for event in events)
    assert state.config["configurable"]["thread_id"] == mine


@pytest.mark.parametrize(
    "config",
    [
        {"recursion_limit": 0},
        {"recursion_limit": "many"},
        {"recursion_limit": True},
        {"tags": "one"},
        {"tags": [1]},
        {"configurable": []},
    ],
)
async def test_a_configuration_that_cannot_be_used_is_refused(
    open_threads: OpenThreads, config: dict[str, Any]
) -> None:
    threads = await open_threads()
    with pytest.raises(InvalidParameter):
        await threads.start(None, asked(config=config), owner_id=ME)


async def test_what_is_refused_leaves_no_run(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    with pytest.raises(InvalidParameter):
        await threads.start(thread_id, RunRequest("chat", {"messages": "Hello"}), owner_id=ME)
    with pytest.raises(AssistantNotFound):
        await threads.start(thread_id, RunRequest("nobody", {}), owner_id=ME)
    with pytest.raises(ThreadNotFound):
        await threads.start(str(uuid.uuid4()), asked(), owner_id=ME)
    assert (await threads.runs(thread_id, owner_id=ME)).total == 0
    assert (await threads.state(thread_id, owner_id=ME)).values == {}
    assert await threads.history(thread_id, owner_id=ME) == []
