"""What keeps a thread from growing without end, and a caller from asking for what would do nothing."""

import uuid
from typing import Any

import pytest

from agent.store.pool import Database
from agent.store.thread_runs import MOST_OPEN
from agent.store.threads import ThreadRepository
from agent.threads.records import RunRequest
from agent.threads.service import Threads
from tests.agent.threads.conftest import OpenThreads
from tests.agent.threads.graphs import Gate, asked, said
from tools.errors import CheckpointNotFound, EventsExpired, InvalidParameter, ThreadBusy, ThreadNotFound

pytestmark = pytest.mark.anyio
ME = "me"
TOO_LONG = {"x": "a" * 16_384}


async def turns(threads: Threads, count: int) -> str:
    thread_id = (await threads.create(owner_id=ME)).thread_id
    for number in range(count):
        run = await threads.start(thread_id, said(str(number)), owner_id=ME)
        assert (await threads.join(thread_id, run.run_id, owner_id=ME)).status == "success"
    return thread_id


async def test_a_thread_keeps_its_newest_states_and_their_values_alone(
    open_threads: OpenThreads, database: Database
) -> None:
    threads = await open_threads()
    thread_id = await turns(threads, 6)
    repository = ThreadRepository(database)
    before = await threads.history(thread_id, owner_id=ME, limit=100)
    assert await repository.prune(thread_id, owner_id="somebody else", most=5, surplus=0) == 0
    assert await repository.prune(thread_id, owner_id=ME, most=5, surplus=len(before) - 5) == 0
    assert await repository.prune(thread_id, owner_id=ME, most=5, surplus=0) == len(before) - 5
    after = await threads.history(thread_id, owner_id=ME, limit=100)
    assert [one.values for one in after] == [one.values for one in before[:5]]
    assert after[-1].parent_config is None
    referenced = await database.run(
        b"SELECT count(*) AS n FROM checkpoint_blobs b WHERE thread_id = %(thread_id)s AND NOT EXISTS ("
        b"SELECT FROM checkpoints c WHERE c.thread_id = b.thread_id "
        b"AND c.checkpoint -> 'channel_versions' ->> b.channel = b.version)",
        {"thread_id": thread_id},
    )
    assert referenced == [{"n": 0}]
    run = await threads.start(thread_id, said("And now?"), owner_id=ME)
    assert (await threads.join(thread_id, run.run_id, owner_id=ME)).status == "success"
    assert len((await threads.state(thread_id, owner_id=ME)).values["messages"]) == 14
    fork = after[-1].config["configurable"]["checkpoint_id"]
    run = await threads.start(thread_id, said("Or then?", checkpoint_id=fork), owner_id=ME)
    assert (await threads.join(thread_id, run.run_id, owner_id=ME)).status == "success"
    gone = before[-1].config["configurable"]["checkpoint_id"]
    with pytest.raises(CheckpointNotFound):
        await threads.start(thread_id, said("From nowhere", checkpoint_id=gone), owner_id=ME)


async def test_nothing_is_pruned_while_a_run_is_open(open_threads: OpenThreads, database: Database) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    thread_id = await turns(threads, 2)
    run = await threads.start(thread_id, asked(), owner_id=ME)
    await gate.entered.acquire()
    assert await ThreadRepository(database).prune(thread_id, owner_id=ME, most=1, surplus=0) == 0
    gate.open.set()
    await threads.join(thread_id, run.run_id, owner_id=ME)


async def test_long_threads_are_pruned_as_their_runs_end(open_threads: OpenThreads, database: Database) -> None:
    threads = await open_threads(kept_states=4)
    thread_id = await turns(threads, 4)
    await threads.close(grace_s=60.0)
    other = await open_threads()
    assert 4 <= len(await other.history(thread_id, owner_id=ME, limit=100)) <= 5


async def test_states_are_read_with_their_values_or_without(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await turns(threads, 5)
    whole = await threads.history(thread_id, owner_id=ME, limit=100)
    assert len(whole) > 10  # more than are read at once
    told = await threads.history(thread_id, owner_id=ME, limit=100, with_values=False)
    assert [(one.config, one.metadata, one.created_at, one.parent_config) for one in told] == [
        (one.config, one.metadata, one.created_at, one.parent_config) for one in whole
    ]
    third = whole[2].config["configurable"]["checkpoint_id"]
    for with_values in (True, False):
        older = await threads.history(thread_id, owner_id=ME, limit=11, before=third, with_values=with_values)
        assert [one.config for one in older] == [one.config for one in whole[3:14]]
        one = await threads.history(thread_id, owner_id=ME, checkpoint_id=third, with_values=with_values)
        assert [state.config for state in one] == [whole[2].config]
        inputs = await threads.history(
            thread_id, owner_id=ME, limit=100, metadata={"source": "input"}, with_values=with_values
        )
        assert len(inputs) == 5


async def test_events_expire_and_the_run_and_its_state_stay(open_threads: OpenThreads, database: Database) -> None:
    threads = await open_threads()
    old, new = await turns(threads, 1), await turns(threads, 1)
    await database.run(
        b"UPDATE thread_runs SET updated_at = now() - interval '8 days' WHERE thread_id = %(old)s", {"old": old}
    )
    await threads.sweep()
    (run,) = (await threads.runs(old, owner_id=ME)).items
    assert (run.status, run.has_log) == ("success", False)
    with pytest.raises(EventsExpired):
        _ = [event async for event in threads.events(old, run.run_id, owner_id=ME)]
    assert (await threads.join(old, run.run_id, owner_id=ME)).status == "success"
    assert len((await threads.state(old, owner_id=ME)).values["messages"]) == 2
    (kept,) = (await threads.runs(new, owner_id=ME)).items
    assert [event async for event in threads.events(new, kept.run_id, owner_id=ME)]
    rows = await database.run(b"SELECT DISTINCT run_id FROM thread_events", {})
    assert rows == [{"run_id": kept.run_id}]


@pytest.mark.parametrize(
    "of",
    [
        {"metadata": TOO_LONG},
        {"config": {"configurable": TOO_LONG}},
        {"config": {"tags": ["x"] * 21}},
        {"config": {"tags": ["x" * 101]}},
        {"config": {"recursion_limit": 51}},
        {"interrupt_before": ("nowhere",)},
        {"interrupt_after": ("first", "nowhere")},
    ],
)
async def test_what_is_too_long_or_would_do_nothing_is_refused(open_threads: OpenThreads, of: dict[str, Any]) -> None:
    threads = await open_threads()
    with pytest.raises(InvalidParameter):
        await threads.start(None, asked(**of), owner_id=ME)
    assert (await threads.search(owner_id=ME)).total == 0


async def test_a_threads_metadata_does_not_grow_without_end(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    with pytest.raises(InvalidParameter):
        await threads.create(owner_id=ME, metadata=TOO_LONG)
    thread_id = (await threads.create(owner_id=ME, metadata={"a": "x" * 10_000})).thread_id
    with pytest.raises(InvalidParameter):
        await threads.update(thread_id, owner_id=ME, title="No", metadata={"b": "x" * 10_000})
    thread = await threads.update(thread_id, owner_id=ME, metadata={"a": "x" * 12_000})
    assert (thread.title, len(thread.metadata["a"])) == (None, 12_000)


async def test_a_callers_metadata_stands_with_the_run_and_in_no_event(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    run = await threads.start(None, said(metadata={"mark": "a-mark"}), owner_id=ME)
    events = [event async for event in threads.events(run.thread_id, run.run_id, owner_id=ME)]
    assert all("a-mark" not in event.data for event in events)
    state = await threads.state(run.thread_id, owner_id=ME)
    assert "mark" not in (state.metadata or {})
    assert (await threads.run(run.thread_id, run.run_id, owner_id=ME)).request.metadata == {"mark": "a-mark"}


async def test_only_so_many_runs_of_a_thread_wait(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    thread_id = (await threads.create(owner_id=ME)).thread_id
    runs = [await threads.start(thread_id, asked(str(number)), owner_id=ME) for number in range(MOST_OPEN)]
    with pytest.raises(ThreadBusy) as busy:
        await threads.start(thread_id, asked("too many"), owner_id=ME)
    assert busy.value.run_id == runs[0].run_id
    gate.open.set()
    for run in runs:
        await threads.join(thread_id, run.run_id, owner_id=ME)
    assert (await threads.start(thread_id, asked("now"), owner_id=ME)).status == "running"


async def test_a_state_is_of_a_thread_that_is_there(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    with pytest.raises(InvalidParameter):
        await threads.start(None, said(checkpoint_id="1f"), owner_id=ME)
    with pytest.raises(ThreadNotFound):
        await threads.start(str(uuid.uuid4()), said(checkpoint_id="1f"), owner_id=ME, if_not_exists="create")
    thread_id = await turns(threads, 1)
    with pytest.raises(CheckpointNotFound):
        await threads.start(thread_id, said(checkpoint_id="1f"), owner_id=ME, if_not_exists="create")
    with pytest.raises(ThreadNotFound):
        await threads.start(thread_id, said(checkpoint_id="1f"), owner_id="somebody else")
    assert (await threads.search(owner_id=ME)).total == 1


async def test_a_run_shows_its_title_and_a_list_no_values_unless_asked(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    run = await threads.start(
        None, RunRequest("chat", {"messages": [{"role": "user", "content": "Why?"}]}), owner_id=ME
    )
    assert run.title == "Why?"
    assert (await threads.join(run.thread_id, run.run_id, owner_id=ME)).title == "Why?"
    for with_values in (True, False):
        thread = await threads.get(run.thread_id, owner_id=ME, with_values=with_values)
        (listed,) = (await threads.search(owner_id=ME, with_values=with_values)).items
        assert thread == listed
        assert (thread.values is not None) is with_values


async def test_a_long_input_is_not_kept_behind_the_runs_end(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    for text, is_kept in (("short", True), ("x" * 70_000, False)):
        run = await threads.start(None, asked(text), owner_id=ME)
        await threads.join(run.thread_id, run.run_id, owner_id=ME)
        (listed,) = (await threads.runs(run.thread_id, owner_id=ME, with_input=True)).items
        assert listed.request.input == ({"asked": text} if is_kept else None)
