"""Readers: only what is committed, from any point on, however late or slow they are."""

import asyncio

import pytest

from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.threads.event_log import Reader
from agent.threads.records import ThreadEvent
from agent.threads.service import Threads
from tests.agent.threads.conftest import OpenThreads
from tests.agent.threads.graphs import Gate, asked, opened, said

pytestmark = pytest.mark.anyio
ME = "me"


async def read(threads: Threads, of: tuple[str, str], *, after: int = 0) -> list[ThreadEvent]:
    return [event async for event in threads.events(*of, owner_id=ME, after=after)]


async def test_a_reader_may_resume_from_any_event(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    run = await threads.start(None, said(), owner_id=ME)
    of = (run.thread_id, run.run_id)
    whole = await read(threads, of)
    for after in range(len(whole) + 1):
        assert await read(threads, of, after=after) == whole[after:]
    assert await read(threads, of, after=-5) == whole
    assert await read(threads, of, after=10**12) == []


async def test_readers_of_any_worker_see_the_same(open_threads: OpenThreads) -> None:
    gate, wakeups = Gate(), InMemoryWakeups()
    gate.events = 300
    threads = await open_threads(gate, wakeups=wakeups)
    other = await open_threads(gate, wakeups=wakeups)
    run = await threads.start(None, asked(), owner_id=ME)
    of = (run.thread_id, run.run_id)
    readers = [asyncio.create_task(read(one, of, after=after)) for one in (threads, other) for after in (0, 7, 250)]
    await gate.entered.acquire()
    gate.open.set()
    whole, seventh, late, *others = await asyncio.gather(*readers)
    assert [event.seq for event in whole] == list(range(1, 1 + len(whole)))
    assert len(whole) == 1 + 300 + 3 + 1
    assert (seventh, late) == (whole[7:], whole[250:])
    assert others == [whole, seventh, late]
    assert await read(other, of) == whole


async def test_what_a_reader_sees_is_committed(open_threads: OpenThreads, database: Database) -> None:
    gate = opened()
    gate.events = 50
    threads = await open_threads(gate)
    run = await threads.start(None, asked(), owner_id=ME)
    async for event in threads.events(run.thread_id, run.run_id, owner_id=ME):
        stored = await database.run(
            b"SELECT event, data FROM thread_events WHERE run_id = %(run_id)s AND seq = %(seq)s",
            {"run_id": run.run_id, "seq": event.seq},
        )
        assert stored == [{"event": event.event, "data": event.data}]


async def test_a_reader_who_stops_in_the_middle_misses_nothing(open_threads: OpenThreads) -> None:
    gate = Gate()
    gate.events = 1_000
    threads = await open_threads(gate)
    run = await threads.start(None, asked(), owner_id=ME)
    of = (run.thread_id, run.run_id)
    slow = threads.events(*of, owner_id=ME)
    seen = [await anext(slow)]
    gate.open.set()
    await threads.join(*of, owner_id=ME)  # more than a reader's window holds went by meanwhile
    seen += [event async for event in slow]
    assert [event.seq for event in seen] == list(range(1, 1 + 1 + 1_000 + 3 + 1))


async def test_a_reader_who_leaves_changes_nothing(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    run = await threads.start(None, asked(), owner_id=ME)
    of = (run.thread_id, run.run_id)
    reader = asyncio.create_task(read(threads, of))
    await gate.entered.acquire()
    reader.cancel()
    await asyncio.wait([reader])
    await threads.reader_left(*of, owner_id=ME)
    assert (await threads.run(*of, owner_id=ME)).status == "running"
    gate.open.set()
    assert (await threads.join(*of, owner_id=ME)).status == "success"


async def test_a_starter_who_leaves_ends_the_run_if_it_said_so(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    run = await threads.start(None, asked(cancel_on_disconnect=True), owner_id=ME)
    of = (run.thread_id, run.run_id)
    await gate.entered.acquire()
    await threads.reader_left(*of, owner_id=ME)
    assert (await threads.join(*of, owner_id=ME)).status == "interrupted"
    await threads.reader_left(*of, owner_id=ME)  # it has ended: nothing to do
    assert (await read(threads, of))[-1].event == "end"


async def test_waiting_readers_hold_no_connection(open_threads: OpenThreads, database: Database) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    run = await threads.start(None, asked(), owner_id=ME)
    of = (run.thread_id, run.run_id)
    readers = [asyncio.create_task(read(threads, of)) for _ in range(50)]
    joins = [asyncio.create_task(threads.join(*of, owner_id=ME)) for _ in range(50)]
    await gate.entered.acquire()
    stats = database.pool.get_stats()
    assert stats["pool_max"] == 8
    assert len(await asyncio.gather(*(database.all("health") for _ in range(8)))) == 8
    gate.open.set()
    logs = await asyncio.gather(*readers)
    assert all(log == logs[0] for log in logs)
    assert {run.status for run in await asyncio.gather(*joins)} == {"success"}


def test_a_readers_window_is_bounded() -> None:
    reader = Reader()
    reader.push([ThreadEvent(seq, "custom", "{}") for seq in range(1, 200)])
    assert [event.seq for event in reader.take(after=100)] == list(range(101, 200))
    reader.push([ThreadEvent(seq, "custom", "{}") for seq in range(200, 500)])
    assert reader.is_behind
    assert reader.take(after=199) == []
    reader.is_behind = False
    reader.push([ThreadEvent(500, "values", "x" * 600_000)])
    assert not reader.is_behind
    reader.push([ThreadEvent(501, "values", "x" * 600_000)])
    assert reader.is_behind
    reader.is_behind = False
    reader.push([ThreadEvent(503, "custom", "{}")])
    assert reader.take(after=501) == []
    assert reader.is_behind
