"""The `analysis` assistant on threads: a recorded run is ended where somebody asks for it, and by nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.threads.assistants import Assistants
from agent.threads.records import RunRequest, ThreadRun
from agent.threads.service import Threads
from rulebook.facts import NODES
from tests.agent.analysis_assistant.test_graph import GIVEN, OWNER, GatedWalk, assistant_of
from tests.agent.runs.conftest import OpenRuns

pytestmark = pytest.mark.anyio
OpenThreads = Callable[[Runs], Awaitable[Threads]]


@pytest.fixture
async def open_threads(database: Database) -> AsyncIterator[OpenThreads]:
    """Give a way to open a worker of threads that run the assistant over some runs."""
    async with AsyncExitStack() as stack:

        async def open_one(runs: Runs) -> Threads:
            threads = Threads(
                database, InMemoryWakeups(), Assistants((assistant_of(runs),)), sweep_interval_s=3600.0,
                poll_interval_s=60.0,
            )  # fmt: skip
            stack.push_async_callback(threads.close, grace_s=0.0)
            await threads.open()
            return threads

        yield open_one


async def half_way(open_runs: OpenRuns, open_threads: OpenThreads) -> tuple[GatedWalk, Runs, Threads, ThreadRun]:
    """Start the assistant on a thread, and let its walk come to the second node."""
    walk = GatedWalk(hold_at=NODES[1])
    runs = await open_runs(walk)
    threads = await open_threads(runs)
    run = await threads.start(None, RunRequest("analysis", GIVEN), owner_id=OWNER)
    await walk.reached.wait()
    return walk, runs, threads, run


async def ended(walk: GatedWalk, runs: Runs) -> list[str]:
    """Let the walk go on, and give the events of the one recorded run."""
    (recorded,) = (await runs.list(owner_id=OWNER)).items
    walk.release.set()
    return [event.event async for event in runs.events(recorded.run_id, owner_id=OWNER)]


async def test_a_service_that_stops_leaves_the_recorded_run_alone(
    open_runs: OpenRuns, open_threads: OpenThreads
) -> None:
    walk, runs, threads, run = await half_way(open_runs, open_threads)
    await threads.close(grace_s=0.0)
    lost = await threads.run(run.thread_id, run.run_id, owner_id=OWNER)
    assert (lost.status, lost.error and lost.error["error"]) == ("error", "WorkerLost")
    (recorded,) = (await runs.list(owner_id=OWNER)).items
    assert recorded.cancel_requested_at is None
    assert (await ended(walk, runs))[-1] == "run.finished"


async def test_a_cancel_that_is_asked_for_ends_the_recorded_run(open_runs: OpenRuns, open_threads: OpenThreads) -> None:
    walk, runs, threads, run = await half_way(open_runs, open_threads)
    cancelled = await threads.cancel(run.thread_id, run.run_id, owner_id=OWNER, wait=True)
    assert cancelled.status == "interrupted"
    assert (await ended(walk, runs))[-1] == "run.cancelled"


async def test_a_cancel_is_not_taken_back_by_a_service_that_stops_behind_it(
    open_runs: OpenRuns, open_threads: OpenThreads
) -> None:
    walk, runs, threads, run = await half_way(open_runs, open_threads)
    await threads.cancel(run.thread_id, run.run_id, owner_id=OWNER)
    await threads.close(grace_s=0.0)
    assert (await threads.run(run.thread_id, run.run_id, owner_id=OWNER)).status == "interrupted"
    assert (await ended(walk, runs))[-1] == "run.cancelled"
