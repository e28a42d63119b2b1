"""Threads as rows: made, found, changed and deleted, each by its owner alone."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.store.pool import Database
from agent.store.thread_spending import ThreadSpending
from agent.threads.records import Spending
from agent.threads.service import Threads
from tests.agent.threads.conftest import OpenThreads
from tests.agent.threads.graphs import Gate, asked, said
from tools.errors import InvalidParameter, RunNotFound, ThreadBusy, ThreadExists, ThreadNotFound

pytestmark = pytest.mark.anyio
ME, OTHER = "me", "somebody else"
TABLES = (
    "threads", "thread_runs", "thread_events", "thread_spending", "checkpoints", "checkpoint_blobs",
    "checkpoint_writes",
)  # fmt: skip


async def rows_left(database: Database) -> dict[str, int]:
    counted = {table: await database.run(f"SELECT count(*) FROM {table}".encode(), {}) for table in TABLES}
    return {table: rows[0]["count"] for table, rows in counted.items()}


async def done(threads: Threads, thread_id: str | None, text: str = "Hello") -> str:
    run = await threads.start(thread_id, said(text), owner_id=ME)
    assert (await threads.join(run.thread_id, run.run_id, owner_id=ME)).status == "success"
    return run.thread_id


async def test_a_thread_is_made_read_renamed_and_deleted(open_threads: OpenThreads, database: Database) -> None:
    threads = await open_threads()
    thread_id = str(uuid.uuid4())
    made = await threads.create(owner_id=ME, thread_id=thread_id.upper(), title="Gold", metadata={"a": 1})
    assert (made.thread_id, made.title, made.metadata) == (thread_id, "Gold", {"a": 1})
    assert (made.status, made.values, made.assistant_id) == ("idle", None, None)
    assert await threads.get(thread_id, owner_id=ME) == made
    renamed = await threads.update(thread_id, owner_id=ME, title="Silver", metadata={"b": 2})
    assert (renamed.title, renamed.metadata) == ("Silver", {"a": 1, "b": 2})
    assert (await threads.update(thread_id, owner_id=ME, metadata={"a": 3})).title == "Silver"
    assert renamed.updated_at > made.updated_at
    await done(threads, thread_id)
    await ThreadSpending(database).add(thread_id, Spending(100), owner_id=ME)
    assert min((await rows_left(database)).values()) > 0
    await threads.delete(thread_id, owner_id=ME)
    assert set((await rows_left(database)).values()) == {0}
    with pytest.raises(ThreadNotFound):
        await threads.get(thread_id, owner_id=ME)


async def test_an_id_is_taken_once(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    made = await threads.create(owner_id=ME, title="Mine")
    assert await threads.create(owner_id=ME, thread_id=made.thread_id, if_exists="do_nothing") == made
    with pytest.raises(ThreadExists):
        await threads.create(owner_id=ME, thread_id=made.thread_id)
    with pytest.raises(ThreadExists):
        await threads.create(owner_id=OTHER, thread_id=made.thread_id, if_exists="do_nothing")
    with pytest.raises(InvalidParameter):
        await threads.create(owner_id=ME, thread_id="my-thread")
    with pytest.raises(InvalidParameter):
        await threads.start("my-thread", asked(), owner_id=ME, if_not_exists="create")


async def test_threads_are_searched(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    idle = (await threads.create(owner_id=ME, metadata={"symbol": "EURUSD", "deep": {"a": 1}})).thread_id
    chatted = (await threads.create(owner_id=ME, metadata={"symbol": "XAUUSD"})).thread_id
    await done(threads, chatted)
    busy = (await threads.start(None, asked(), owner_id=ME)).thread_id
    await threads.create(owner_id=OTHER)

    async def found(**of: Any) -> list[str]:
        page = await threads.search(owner_id=ME, **of)
        assert page.total == len(page.items)
        return [thread.thread_id for thread in page.items]

    assert set(await found()) == {idle, chatted, busy}
    assert await found(metadata={"symbol": "EURUSD", "deep": {"a": 1}}) == [idle]
    assert await found(metadata={"symbol": "NQ"}) == []
    assert await found(status="busy") == [busy]
    assert set(await found(status="idle")) == {idle, chatted}
    assert await found(assistant_id="chat") == [chatted]
    assert await found(assistant_id=threads.assistants.get("steps").assistant_id) == [busy]
    assert set(await found(ids=[idle.upper(), busy, str(uuid.uuid4())])) == {idle, busy}
    assert await found(ids=[]) == []
    by_creation = await found(sort_by="created_at", descending=False)
    assert by_creation == [idle, chatted, busy]
    assert await found(sort_by="created_at") == by_creation[::-1]
    assert await found(sort_by="thread_id", descending=False) == sorted(by_creation)
    assert (await found(sort_by="status", descending=False))[0] == busy
    with pytest.raises(InvalidParameter):
        await found(sort_by="owner_id; DROP TABLE threads")
    pages = [await threads.search(owner_id=ME, limit=1, offset=offset) for offset in range(4)]
    assert {page.total for page in pages} == {3}
    assert len({thread.thread_id for page in pages for thread in page.items}) == 3
    gate.open.set()


async def test_a_threads_metadata_says_what_it_was_last_run_with(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    made = await threads.create(owner_id=ME, metadata={"mark": 1, "graph_id": "mine"})
    assert made.metadata == {"mark": 1, "graph_id": "mine"}
    chat, steps = (threads.assistants.get(name) for name in ("chat", "steps"))
    for assistant, request in ((chat, said()), (steps, asked())):
        run = await threads.start(made.thread_id, request, owner_id=ME)
        await threads.join(made.thread_id, run.run_id, owner_id=ME)
        found = await threads.search(owner_id=ME, metadata={"graph_id": assistant.graph_id})
        assert [one.metadata for one in found.items] == [
            {"mark": 1, "graph_id": assistant.graph_id, "assistant_id": assistant.assistant_id}
        ]
    assert (await threads.search(owner_id=ME, metadata={"graph_id": "chat"})).total == 0
    assert (await threads.search(owner_id=ME, metadata={"assistant_id": steps.assistant_id, "mark": 1})).total == 1


async def test_nobody_reaches_another_owners_thread(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    run = await threads.start(None, said(), owner_id=ME)
    of = (run.thread_id, run.run_id)
    ended = await threads.join(*of, owner_id=ME)
    on_threads: list[Callable[..., Awaitable[Any]]] = [
        threads.get, threads.update, threads.delete, threads.runs, threads.state, threads.history,
    ]  # fmt: skip
    for call in on_threads:
        for thread_id, owner_id in ((run.thread_id, OTHER), (str(uuid.uuid4()), ME), ("\x00", ME)):
            with pytest.raises(ThreadNotFound):
                await call(thread_id, owner_id=owner_id)
    with pytest.raises(ThreadNotFound):
        await threads.start(run.thread_id, said(), owner_id=OTHER)
    with pytest.raises(ThreadNotFound):
        await threads.start(run.thread_id, said(), owner_id=OTHER, if_not_exists="create")
    on_runs: list[Callable[..., Awaitable[Any]]] = [
        threads.run, threads.cancel, threads.join, threads.delete_run, threads.reader_left,
    ]  # fmt: skip
    for call in on_runs:
        for ids, owner_id in ((of, OTHER), ((run.thread_id, str(uuid.uuid4())), ME), ((run.thread_id, "\x00"), ME)):
            with pytest.raises(RunNotFound):
                await call(*ids, owner_id=owner_id)
    other_thread = await threads.create(owner_id=ME)
    for thread_id, owner_id in ((run.thread_id, OTHER), (other_thread.thread_id, ME)):
        with pytest.raises(RunNotFound):
            await anext(threads.events(thread_id, run.run_id, owner_id=owner_id))
    assert (await threads.search(owner_id=OTHER)).total == 0
    assert await threads.run(*of, owner_id=ME) == ended


async def test_runs_are_listed_and_deleted_once_they_have_ended(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    thread_id = (await threads.create(owner_id=ME)).thread_id
    first = await threads.start(thread_id, said(), owner_id=ME)
    await threads.join(thread_id, first.run_id, owner_id=ME)
    second = await threads.start(thread_id, asked(metadata={"a": 1}), owner_id=ME)
    page = await threads.runs(thread_id, owner_id=ME)
    assert (page.total, [run.run_id for run in page.items]) == (2, [second.run_id, first.run_id])
    assert page.items[0].request == replace(asked(metadata={"a": 1}), input=None)
    whole = await threads.runs(thread_id, owner_id=ME, with_input=True)
    assert whole.items[0].request == asked(metadata={"a": 1})
    running = await threads.runs(thread_id, owner_id=ME, status="running")
    assert [run.run_id for run in running.items] == [second.run_id]
    assert [run.run_id for run in (await threads.runs(thread_id, owner_id=ME, limit=1, offset=1)).items] == [
        first.run_id
    ]
    with pytest.raises(ThreadBusy):
        await threads.delete_run(thread_id, second.run_id, owner_id=ME)
    await threads.delete_run(thread_id, first.run_id, owner_id=ME)
    with pytest.raises(RunNotFound):
        await threads.run(thread_id, first.run_id, owner_id=ME)
    gate.open.set()
    await threads.join(thread_id, second.run_id, owner_id=ME)


async def test_a_thread_is_deleted_while_runs_are_under_way(open_threads: OpenThreads, database: Database) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    run = await threads.start(None, asked(), owner_id=ME)
    waiting = await threads.start(run.thread_id, asked(), owner_id=ME)
    await gate.entered.acquire()
    reader = threads.events(run.thread_id, run.run_id, owner_id=ME)
    seen = [(await anext(reader)).event]
    await threads.delete(run.thread_id, owner_id=ME)
    seen += [event.event async for event in reader]
    assert seen[0] == "metadata"
    assert gate.cancelled == 1
    assert set((await rows_left(database)).values()) == {0}
    with pytest.raises(RunNotFound):
        await threads.run(run.thread_id, waiting.run_id, owner_id=ME)


async def test_a_stateless_run_takes_its_thread_along(open_threads: OpenThreads, database: Database) -> None:
    threads = await open_threads(stateless_kept_s=0.0)
    run = await threads.start(None, said(deletes_thread=True, modes=("values",)), owner_id=ME)
    events = [event.event async for event in threads.events(run.thread_id, run.run_id, owner_id=ME)]
    assert events == ["metadata", "values", "values", "end"]
    assert (await threads.join(run.thread_id, run.run_id, owner_id=ME)).status == "success"
    with pytest.raises(ThreadNotFound):
        await threads.get(run.thread_id, owner_id=ME)
    with pytest.raises(ThreadNotFound):
        await threads.start(run.thread_id, said(), owner_id=ME)
    await threads.sweep()
    assert set((await rows_left(database)).values()) == {0}


async def test_a_stateless_thread_is_kept_for_its_readers_for_a_while(open_threads: OpenThreads) -> None:
    threads = await open_threads(stateless_kept_s=600.0)
    run = await threads.start(None, said(deletes_thread=True), owner_id=ME)
    await threads.join(run.thread_id, run.run_id, owner_id=ME)
    await threads.sweep()
    assert (await threads.get(run.thread_id, owner_id=ME)).values is not None
    assert [event async for event in threads.events(run.thread_id, run.run_id, owner_id=ME)][-1].event == "end"
    assert (await threads.search(owner_id=ME)).total == 0


async def test_a_text_the_database_cannot_hold_is_refused(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    with pytest.raises(InvalidParameter):
        await threads.create(owner_id=ME, title="a\x00b")
    with pytest.raises(InvalidParameter):
        await threads.create(owner_id=ME, metadata={"a": "\x00"})
