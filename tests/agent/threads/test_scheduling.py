"""Which run begins when: one at a time on a thread, in order, cancelled from anywhere, so many at once on a worker."""

import asyncio

import psycopg
import pytest

from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.threads.records import RunRequest
from agent.threads.service import Threads
from tests.agent.threads.conftest import OpenThreads
from tests.agent.threads.graphs import Gate, asked, opened
from tools.errors import RunAlreadyEnded, StoreUnavailable, ThreadBusy

pytestmark = pytest.mark.anyio
ME = "me"


async def started(threads: Threads, thread_id: str, request: RunRequest) -> str:
    return (await threads.start(thread_id, request, owner_id=ME)).run_id


async def new_thread(threads: Threads) -> str:
    return (await threads.create(owner_id=ME)).thread_id


async def log_of(threads: Threads, thread_id: str, run_id: str) -> list[str]:
    return [event.event async for event in threads.events(thread_id, run_id, owner_id=ME)]


async def test_a_run_is_rejected_while_another_is_under_way(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    thread_id = await new_thread(threads)
    run_id = await started(threads, thread_id, asked(multitask_strategy="reject"))
    with pytest.raises(ThreadBusy) as busy:
        await started(threads, thread_id, asked(multitask_strategy="reject"))
    assert busy.value.run_id == run_id
    assert (await threads.get(thread_id, owner_id=ME)).status == "busy"
    gate.open.set()
    await threads.join(thread_id, run_id, owner_id=ME)
    again = await started(threads, thread_id, asked(multitask_strategy="reject"))
    assert (await threads.join(thread_id, again, owner_id=ME)).status == "success"
    assert (await threads.runs(thread_id, owner_id=ME)).total == 2


async def test_enqueued_runs_follow_in_order(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    thread_id = await new_thread(threads)
    run_ids = [await started(threads, thread_id, asked(str(number))) for number in range(5)]
    assert [(await threads.run(thread_id, run_id, owner_id=ME)).status for run_id in run_ids] == [
        "running", *["pending"] * 4,
    ]  # fmt: skip
    gate.open.set()
    for run_id in run_ids:
        assert (await log_of(threads, thread_id, run_id))[-1] == "end"
    values = (await threads.get(thread_id, owner_id=ME)).values
    assert values is not None
    assert values["done"] == [f"{step} {number}" for number in range(5) for step in ("first", "second")]


async def test_an_interrupting_run_ends_those_before_it_and_keeps_the_state(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    thread_id = await new_thread(threads)
    first = await started(threads, thread_id, asked("1"))
    waiting = await started(threads, thread_id, asked("2"))
    await gate.entered.acquire()
    last = await started(threads, thread_id, asked("3", multitask_strategy="interrupt"))
    for run_id in (first, waiting):
        ended = await threads.join(thread_id, run_id, owner_id=ME)
        assert (ended.status, ended.error) == ("interrupted", None)
        assert (await log_of(threads, thread_id, run_id))[-1] == "end"
    assert await log_of(threads, thread_id, waiting) == ["end"]
    await gate.entered.acquire()
    gate.open.set()
    assert (await threads.join(thread_id, last, owner_id=ME)).status == "success"
    thread = await threads.get(thread_id, owner_id=ME)
    assert thread.values is not None
    assert (thread.status, thread.values["done"]) == ("idle", ["first 1", "first 3", "second 3"])


async def test_workers_that_race_for_one_thread_run_one_at_a_time(
    open_threads: OpenThreads, database: Database
) -> None:
    gate, wakeups = Gate(), InMemoryWakeups()
    workers = [await open_threads(gate, wakeups=wakeups) for _ in range(2)]
    thread_id = await new_thread(workers[0])
    tries = [
        asyncio.create_task(started(workers[number % 2], thread_id, asked(multitask_strategy="reject")))
        for number in range(20)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    accepted = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(accepted) == 1
    assert {outcome.run_id for outcome in outcomes if isinstance(outcome, ThreadBusy)} == set(accepted)
    run_ids = await asyncio.gather(
        *(started(workers[number % 2], thread_id, asked(str(number))) for number in range(20))
    )
    gate.open.set()
    for run_id in run_ids:
        assert (await workers[0].join(thread_id, run_id, owner_id=ME)).status == "success"
    overlaps = await database.run(
        b"SELECT count(*) FROM thread_runs a JOIN thread_runs b ON a.seq < b.seq AND b.started_at < a.updated_at", {}
    )
    assert overlaps == [{"count": 0}]
    with psycopg.connect(database.conninfo) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("UPDATE thread_runs SET status = 'running'")


async def test_a_run_is_cancelled_by_its_own_and_by_another_worker(open_threads: OpenThreads) -> None:
    gate, wakeups = Gate(), InMemoryWakeups()
    workers = [await open_threads(gate, wakeups=wakeups) for _ in range(2)]
    for number, worker in enumerate(workers, 1):
        thread_id = await new_thread(worker)
        run_id = await started(workers[0], thread_id, asked())
        await gate.entered.acquire()
        ended = await worker.cancel(thread_id, run_id, owner_id=ME, wait=True)
        assert ended.status == "interrupted"
        assert gate.cancelled == number
        assert (await log_of(worker, thread_id, run_id))[-1] == "end"
        with pytest.raises(RunAlreadyEnded):
            await worker.cancel(thread_id, run_id, owner_id=ME)
        thread = await worker.get(thread_id, owner_id=ME)
        assert (thread.status, thread.values) == ("interrupted", {"asked": "it", "done": ["first it"]})
        assert (await worker.state(thread_id, owner_id=ME)).next == ("second",)


async def test_a_cancellation_nobody_was_woken_for_is_found_at_the_next_look(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads, elsewhere = await open_threads(gate), await open_threads(gate)
    thread_id = await new_thread(threads)
    run_id = await started(threads, thread_id, asked())
    await gate.entered.acquire()
    assert (await elsewhere.cancel(thread_id, run_id, owner_id=ME)).status == "running"
    await threads.sweep()
    assert (await threads.join(thread_id, run_id, owner_id=ME)).status == "interrupted"


async def test_a_writing_run_hears_of_its_cancellation_by_its_next_write(open_threads: OpenThreads) -> None:
    gate = Gate()
    gate.events = 10**9
    threads, elsewhere = await open_threads(gate), await open_threads(gate)
    thread_id = await new_thread(threads)
    run_id = await started(threads, thread_id, asked())
    reader = threads.events(thread_id, run_id, owner_id=ME)
    await anext(reader)
    await elsewhere.cancel(thread_id, run_id, owner_id=ME)
    *_, last = [event async for event in reader]
    assert last.event == "end"
    assert (await threads.run(thread_id, run_id, owner_id=ME)).status == "interrupted"


async def test_a_pending_run_is_cancelled_before_it_begins(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    thread_id = await new_thread(threads)
    running = await started(threads, thread_id, asked("1"))
    pending = await started(threads, thread_id, asked("2"))
    assert (await threads.cancel(thread_id, pending, owner_id=ME)).status == "interrupted"
    assert await log_of(threads, thread_id, pending) == ["end"]
    gate.open.set()
    assert (await threads.join(thread_id, running, owner_id=ME)).status == "success"
    assert (await threads.get(thread_id, owner_id=ME)).status == "idle"


async def test_a_worker_takes_no_more_than_it_may_and_the_rest_wait(open_threads: OpenThreads) -> None:
    gate, wakeups = Gate(), InMemoryWakeups()
    threads = await open_threads(gate, wakeups=wakeups, concurrent_threads=2)
    runs = [await threads.start(None, asked(), owner_id=ME) for _ in range(6)]
    assert [run.status for run in runs] == ["running"] * 2 + ["pending"] * 4
    for _ in range(2):
        await gate.entered.acquire()
    await threads.sweep()
    assert gate.entered.locked()
    free = await open_threads(gate, wakeups=wakeups, concurrent_threads=1)
    await gate.entered.acquire()
    gate.open.set()
    for run in runs:
        assert (await free.join(run.thread_id, run.run_id, owner_id=ME)).status == "success"


async def test_a_single_command_leaves_the_runs_of_others_alone(open_threads: OpenThreads) -> None:
    gate = Gate()
    busy = await open_threads(gate, concurrent_threads=1)
    thread_id = await new_thread(busy)
    await started(busy, thread_id, asked())
    waiting = await busy.start(None, asked(), owner_id=ME)
    command = await open_threads(opened(), takes_up_orphans=False)
    mine = await new_thread(command)
    run_ids = [await started(command, mine, asked(str(number))) for number in range(3)]
    for run_id in run_ids:
        assert (await command.join(mine, run_id, owner_id=ME)).status == "success"
    assert (await busy.run(waiting.thread_id, waiting.run_id, owner_id=ME)).status == "pending"
    gate.open.set()
    assert (await busy.join(waiting.thread_id, waiting.run_id, owner_id=ME)).status == "success"


async def test_a_caller_who_leaves_while_starting_loses_no_run(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    thread_id = await new_thread(threads)
    for _ in range(20):
        starting = asyncio.create_task(started(threads, thread_id, asked()))
        while not any("accept-thread-run" in task.get_name() for task in asyncio.all_tasks()):
            await asyncio.sleep(0)
        starting.cancel()
        await asyncio.wait([starting])
    await threads.close(grace_s=60.0)
    other = await open_threads()
    page = await other.runs(thread_id, owner_id=ME, limit=100)
    assert page.total > 0
    for run in page.items:
        assert (await other.join(thread_id, run.run_id, owner_id=ME)).status == "success"


async def test_a_closed_worker_starts_nothing(open_threads: OpenThreads) -> None:
    threads = await open_threads()
    await threads.close()
    with pytest.raises(StoreUnavailable):
        await threads.start(None, asked(), owner_id=ME)


async def test_two_hundred_runs_at_once_on_a_pool_of_eight(open_threads: OpenThreads, database: Database) -> None:
    gate = Gate()
    gate.events = 20
    threads = await open_threads(gate)

    async def followed(number: int) -> list[tuple[int, str]]:
        run = await threads.start(None, asked(str(number)), owner_id=ME)
        events = threads.events(run.thread_id, run.run_id, owner_id=ME)
        return [(event.seq, event.event) async for event in events]

    running = [asyncio.create_task(followed(number)) for number in range(200)]
    for _ in range(200):
        await gate.entered.acquire()
    gate.open.set()
    logs = await asyncio.gather(*running)
    assert {len(log) for log in logs} == {1 + 20 + 3 + 1}
    assert all([seq for seq, _ in log] == list(range(1, len(log) + 1)) for log in logs)
    statuses = await database.run(b"SELECT status, count(*) FROM thread_runs GROUP BY status", {})
    assert statuses == [{"status": "success", "count": 200}]
