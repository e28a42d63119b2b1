"""Workers that vanish, close or lose their database: every run ends, and its thread stays usable."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.threads.records import ThreadEvent
from agent.threads.service import Threads
from tests.agent.threads.conftest import EndWorkers, OpenThreads
from tests.agent.threads.graphs import Gate, asked, every, opened, said
from tools.errors import StoreUnavailable

pytestmark = pytest.mark.anyio
ME = "me"
ROOT = Path(__file__).parents[3]


async def half_way(threads: Threads, gate: Gate) -> tuple[str, str]:
    """Start a run and let it come to the gate, with its first step's events and state written."""
    run = await threads.start(None, asked(), owner_id=ME)
    await gate.entered.acquire()
    async for event in threads.events(run.thread_id, run.run_id, owner_id=ME):
        if event.event == "values" and "first" in event.data:
            break
    while not (await threads.state(run.thread_id, owner_id=ME)).values.get("done"):
        pass  # a state is written behind the step's back
    return run.thread_id, run.run_id


async def read(threads: Threads, of: tuple[str, str]) -> list[ThreadEvent]:
    return [event async for event in threads.events(*of, owner_id=ME)]


async def ended_as_lost(threads: Threads, of: tuple[str, str]) -> None:
    run = await threads.join(*of, owner_id=ME)
    events = await read(threads, of)
    assert run.status == "error"
    assert run.error is not None
    assert run.error["error"] == "WorkerLost"
    assert [event.event for event in events[-2:]] == ["error", "end"]
    assert [event.seq for event in events] == list(range(1, 1 + len(events)))
    assert (await threads.state(of[0], owner_id=ME)).values["done"] == ["first it"]
    again = await threads.start(of[0], said(), owner_id=ME, if_not_exists="reject")
    assert (await threads.join(of[0], again.run_id, owner_id=ME)).status == "success"


async def test_the_run_of_a_vanished_worker_ends_as_an_error(
    open_threads: OpenThreads, end_sessions: EndWorkers
) -> None:
    gate = Gate()
    vanished = await open_threads(gate)
    of = await half_way(vanished, gate)
    before = await read_so_far(vanished, of)
    await end_sessions()
    other = await open_threads(gate)
    await ended_as_lost(other, of)
    log = await read(other, of)
    assert log[: len(before)] == before
    gate.open.set()  # the vanished worker's graph goes on: its fence keeps it from writing
    await vanished.close(grace_s=5.0)
    assert await read(other, of) == log
    assert (await other.run(*of, owner_id=ME)).status == "error"


async def read_so_far(threads: Threads, of: tuple[str, str]) -> list[ThreadEvent]:
    last_seq = (await threads.run(*of, owner_id=ME)).last_seq
    seen: list[ThreadEvent] = []
    async for event in threads.events(*of, owner_id=ME):
        seen.append(event)
        if event.seq == last_seq:
            break
    return seen


async def test_a_single_command_goes_on_behind_what_a_vanished_worker_left(
    open_threads: OpenThreads, end_sessions: EndWorkers
) -> None:
    gate = Gate()
    vanished = await open_threads(gate)
    of = await half_way(vanished, gate)
    waiting = await vanished.start(of[0], asked(), owner_id=ME)
    elsewhere = await vanished.start((await vanished.create(owner_id=ME)).thread_id, asked(), owner_id=ME)
    await end_sessions()
    command = await open_threads(opened(), takes_up_orphans=False)
    run = await command.start(of[0], asked(), owner_id=ME)
    for run_id, status in ((of[1], "error"), (waiting.run_id, "success"), (run.run_id, "success")):
        assert (await command.join(of[0], run_id, owner_id=ME)).status == status
    assert (await command.run(elsewhere.thread_id, elsewhere.run_id, owner_id=ME)).status == "error"


async def test_a_living_workers_runs_are_left_alone(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    of = await half_way(threads, gate)
    other = await open_threads(gate)
    await other.sweep()
    await threads.sweep()
    assert (await threads.run(*of, owner_id=ME)).status == "running"
    gate.open.set()
    assert (await threads.join(*of, owner_id=ME)).status == "success"


async def test_a_worker_whose_lock_was_lost_gives_its_runs_up_and_signs_in_again(
    open_threads: OpenThreads, end_sessions: EndWorkers
) -> None:
    gate = Gate()
    threads = await open_threads(gate)
    of = await half_way(threads, gate)
    await end_sessions()
    await threads.sweep()
    gate.open.set()
    await ended_as_lost(threads, of)


async def test_a_closing_worker_lets_runs_end_or_ends_them(open_threads: OpenThreads) -> None:
    gate = Gate()
    patient = await open_threads(gate)
    of = await half_way(patient, gate)
    closing = asyncio.create_task(patient.close(grace_s=60.0))
    gate.open.set()
    await closing
    gate = Gate()
    hurried = await open_threads(gate)
    cut = await half_way(hurried, gate)
    waiting = await hurried.start(cut[0], asked(), owner_id=ME)
    await hurried.close(grace_s=0.0)
    assert gate.cancelled == 1
    other = await open_threads(opened())
    assert (await other.run(*of, owner_id=ME)).status == "success"
    assert (await other.run(*cut, owner_id=ME)).status == "error"
    assert (await other.join(cut[0], waiting.run_id, owner_id=ME)).status == "success"


async def test_the_runs_of_a_killed_process_end_and_its_pending_ones_go_on(
    open_threads: OpenThreads, database: Database
) -> None:
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.agent.threads.doomed_worker", database.conninfo,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert worker.stdout is not None
    thread_id, running, pending = [(await worker.stdout.readline()).decode().strip() for _ in range(3)]
    worker.send_signal(signal.SIGKILL)
    await worker.wait()
    threads = await open_threads()
    while not (await threads.run(thread_id, running, owner_id=ME)).has_ended:
        await threads.sweep()  # the server notices a killed client a moment later
    assert (await threads.run(thread_id, running, owner_id=ME)).error is not None
    assert (await threads.join(thread_id, pending, owner_id=ME)).status == "success"
    thread = await threads.get(thread_id, owner_id=ME)
    assert thread.values is not None
    assert thread.values["done"] == ["first 0", "first 1", "second 1"]


@asynccontextmanager
async def cut_off(database: Database, server: str) -> AsyncIterator[None]:
    """Let nobody reach the database for the length of the block."""
    name = sql.Identifier(str(conninfo_to_dict(database.conninfo)["dbname"]))
    connection = await psycopg.AsyncConnection.connect(server, autocommit=True)
    async with connection:
        await connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [conninfo_to_dict(database.conninfo)["dbname"]],
        )
        try:
            yield
        finally:
            await connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


async def test_a_database_cut_during_a_stream_ends_the_run_when_it_is_back(
    database_url: str, postgres_server: str
) -> None:
    database = Database(database_url, size=8)
    await database.open()
    gate = Gate()
    gate.events = 10**9
    threads = Threads(database, InMemoryWakeups(), every(gate), sweep_interval_s=3600.0, poll_interval_s=60.0)
    before = asyncio.all_tasks()
    await threads.open()
    run = await threads.start(None, asked(), owner_id=ME)
    of = (run.thread_id, run.run_id)
    reader = threads.events(*of, owner_id=ME)
    await anext(reader)
    async with cut_off(database, postgres_server):
        while any(task.get_name() == f"thread-run-{run.run_id}" for task in asyncio.all_tasks()):
            await asyncio.wait([task for task in asyncio.all_tasks() if task.get_name() == f"thread-run-{run.run_id}"])
    gate.events = 1
    gate.open.set()
    await database.pool.check()
    while True:
        try:
            await threads.sweep()
            break
        except StoreUnavailable:
            await database.pool.check()
    ended = await threads.run(*of, owner_id=ME)
    assert ended.status == "error"
    assert ended.error is not None
    assert ended.error["error"] in {"WorkerLost", "StoreUnavailable"}
    again = await threads.start(run.thread_id, asked(), owner_id=ME)
    assert (await threads.join(run.thread_id, again.run_id, owner_id=ME)).status == "success"
    await reader.aclose()
    await threads.close()
    assert not {task.get_name() for task in asyncio.all_tasks() - before if "thread" in task.get_name()}
    await database.close()
