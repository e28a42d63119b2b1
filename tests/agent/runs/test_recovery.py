"""Runs whose worker vanished: taken up once, and ended as they would have been."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from agent.store.records import Lease, WrittenEvent
from agent.store.runs import RunRepository
from tests.agent.runs.conftest import EndWorkers, OpenRuns
from tests.agent.runs.scripted_walk import EVENTS_OF_A_RUN, ScriptedWalk, request
from tools.errors import RunOwnershipLost

pytestmark = pytest.mark.anyio
ME = "me"
ROOT = Path(__file__).parents[3]


async def read(runs: Runs, run_id: str) -> list[tuple[int, str, dict[str, object]]]:
    return [(event.seq, event.event, event.data) async for event in runs.events(run_id, owner_id=ME)]


async def started_and_held(open_runs: OpenRuns, *, at: str) -> tuple[Runs, ScriptedWalk, str]:
    """Start a run that stops in a node, once all its earlier nodes' events are in the log."""
    walk = ScriptedWalk(hold_at=at)
    runs = await open_runs(walk)
    run_id = await runs.start(request(), owner_id=ME)
    await walk.reached.wait()
    async for event in runs.events(run_id, owner_id=ME):
        if event.event == "node.finished":
            break
    return runs, walk, run_id


async def test_an_orphan_is_finished_and_its_log_goes_on(open_runs: OpenRuns, end_sessions: EndWorkers) -> None:
    vanished, walk, run_id = await started_and_held(open_runs, at="liquidity")
    await end_sessions()
    other = await open_runs(ScriptedWalk())
    events = await read(other, run_id)
    run = await other.get(run_id, owner_id=ME)
    assert (run.status, run.attempts) == ("completed", 2)
    assert [seq for seq, _, _ in events] == list(range(1, EVENTS_OF_A_RUN + 1))
    untouched = await other.analyze(request(), owner_id=ME)
    expected = await read(other, untouched.run_id)
    for (_, event, data), (_, expected_event, expected_data) in zip(events, expected, strict=True):
        assert event == expected_event
        assert {**data, "run_id": ""} == {**expected_data, "run_id": ""}
    walk.release.set()  # the vanished worker wakes up: its fence keeps it from writing
    await vanished.close(grace_s=5.0)
    assert await read(other, run_id) == events
    assert (await other.decisions(owner_id=ME)).total == 2


async def test_a_living_workers_run_is_left_alone(open_runs: OpenRuns) -> None:
    runs, walk, run_id = await started_and_held(open_runs, at="entry")
    other = await open_runs(ScriptedWalk())
    assert await other.sweep() == 0
    assert await runs.sweep() == 0
    walk.release.set()
    await read(runs, run_id)
    assert (await runs.get(run_id, owner_id=ME)).attempts == 1


async def test_two_workers_never_take_up_the_same_run(open_runs: OpenRuns, end_sessions: EndWorkers) -> None:
    first, second = ScriptedWalk(hold_at="bias"), ScriptedWalk(hold_at="bias")
    wakeups = InMemoryWakeups()  # what Redis is for workers in several processes
    workers = [await open_runs(walk, wakeups=wakeups, concurrent_runs=3) for walk in (first, second)]
    held = ScriptedWalk(hold_at="bias")
    vanished = await open_runs(held, concurrent_runs=1)
    run_ids = [await vanished.start(request(), owner_id=ME) for _ in range(20)]
    await end_sessions()
    claimed = await asyncio.gather(*(worker.sweep() for worker in workers))
    assert claimed == [3, 3]  # as many as there are free slots; the rest follow
    for walk in (first, second):
        walk.release.set()
    for run_id in run_ids:
        await read(workers[0], run_id)
        run = await workers[0].get(run_id, owner_id=ME)
        assert (run.status, run.attempts) == ("completed", 2)
    assert first.started + second.started == 20
    assert (await workers[0].decisions(owner_id=ME)).total == 20


async def test_runs_that_wait_for_a_slot_spend_no_attempt(open_runs: OpenRuns, end_sessions: EndWorkers) -> None:
    vanished = await open_runs(ScriptedWalk(hold_at="bias"), concurrent_runs=1)
    run_ids = [await vanished.start(request(), owner_id=ME) for _ in range(4)]
    await end_sessions()
    for _ in range(4):
        worker = await open_runs(ScriptedWalk(hold_at="bias"), concurrent_runs=1)
        await worker.close(grace_s=0.0)
    last = await open_runs(ScriptedWalk(), concurrent_runs=1)
    for run_id in run_ids:
        await read(last, run_id)
    ended = [(await last.get(run_id, owner_id=ME)).status for run_id in run_ids]
    assert sorted(ended) == ["completed", "completed", "completed", "failed"]  # one was really begun every time


async def test_a_worker_whose_lock_was_lost_signs_in_again(open_runs: OpenRuns, end_sessions: EndWorkers) -> None:
    runs, walk, run_id = await started_and_held(open_runs, at="structure")
    await end_sessions()
    walk.hold_at = None
    assert await runs.sweep() == 1
    assert (await read(runs, run_id))[-1][:2] == (EVENTS_OF_A_RUN, "run.finished")
    assert (await runs.get(run_id, owner_id=ME)).attempts == 2


async def test_a_closed_worker_leaves_its_runs_to_the_next(open_runs: OpenRuns) -> None:
    runs, _, run_id = await started_and_held(open_runs, at="structure")
    await runs.close(grace_s=0.0)
    other = await open_runs(ScriptedWalk())
    assert (await read(other, run_id))[-1][:2] == (EVENTS_OF_A_RUN, "run.finished")


async def test_closing_lets_running_walks_end(open_runs: OpenRuns) -> None:
    runs, walk, run_id = await started_and_held(open_runs, at="structure")
    closing = asyncio.create_task(runs.close(grace_s=30.0))
    walk.release.set()
    await closing
    assert (await runs.get(run_id, owner_id=ME)).status == "completed"


async def test_another_version_of_the_code_does_not_mix_into_the_log(open_runs: OpenRuns) -> None:
    runs, _, run_id = await started_and_held(open_runs, at="structure")
    before = (await runs.get(run_id, owner_id=ME)).last_seq
    await runs.close(grace_s=0.0)
    other = await open_runs(ScriptedWalk(flavour="new"))
    events = await read(other, run_id)
    assert (events[-1][0], events[-1][1]) == (before + 1, "run.failed")
    assert "have changed" in str(events[-1][2]["reason"])
    assert (await other.get(run_id, owner_id=ME)).status == "failed"


async def test_a_walk_that_fails_again_when_taken_up_ends_the_run(open_runs: OpenRuns) -> None:
    runs, _, run_id = await started_and_held(open_runs, at="structure")
    await runs.close(grace_s=0.0)
    other = await open_runs(ScriptedWalk(fail_in="bias"))
    events = await read(other, run_id)
    assert [seq for seq, _, _ in events] == list(range(1, len(events) + 1))
    assert events[-1][1] == "run.failed"


async def test_a_cancelled_orphan_is_cancelled_without_walking(open_runs: OpenRuns, database: Database) -> None:
    runs, _, run_id = await started_and_held(open_runs, at="structure")
    await runs.close(grace_s=0.0)
    assert (await runs.cancel(run_id, owner_id=ME)).status == "running"
    walk = ScriptedWalk()
    other = await open_runs(walk)
    assert (await read(other, run_id))[-1][1] == "run.cancelled"
    assert walk.started == 0
    kept = await database.run(b"SELECT rule_id FROM rule_traces ORDER BY position", {})
    assert [row["rule_id"] for row in kept] == ["1.1", "2.1"]


async def test_a_run_that_ends_every_worker_is_given_up(open_runs: OpenRuns) -> None:
    runs, _, run_id = await started_and_held(open_runs, at="liquidity")
    await runs.close(grace_s=0.0)
    for _ in range(2):
        walk = ScriptedWalk(hold_at="liquidity")
        worker = await open_runs(walk)
        await walk.reached.wait()
        await worker.close(grace_s=0.0)
    walk = ScriptedWalk()
    last = await open_runs(walk)
    events = await read(last, run_id)
    assert events[-1][1] == "run.failed"
    assert "3 attempts" in str(events[-1][2]["reason"])
    assert walk.started == 0


async def test_an_old_lease_writes_nothing(open_runs: OpenRuns, database: Database) -> None:
    runs, walk, run_id = await started_and_held(open_runs, at="liquidity")
    repository = RunRepository(database)
    event = WrittenEvent(1000, "node.finished", "{}")
    stale = Lease(run_id, ME, attempt=0)
    with pytest.raises(RunOwnershipLost):
        await repository.append(stale, [event], last_seq=1000)
    with pytest.raises(RunOwnershipLost):
        await repository.end(stale, "failed", [event], [], None)
    walk.release.set()
    assert [seq for seq, _, _ in await read(runs, run_id)] == list(range(1, EVENTS_OF_A_RUN + 1))


async def test_runs_of_a_killed_process_are_finished(open_runs: OpenRuns, database: Database) -> None:
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.agent.runs.doomed_worker", database.conninfo,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert worker.stdout is not None
    run_ids = [(await worker.stdout.readline()).decode().strip() for _ in range(3)]
    assert (await worker.stdout.readline()).decode().strip() == "waiting"
    worker.send_signal(signal.SIGKILL)
    await worker.wait()
    runs = await open_runs(ScriptedWalk())
    taken = 0
    while taken < 3:  # the server notices a killed client a moment later
        taken = sum([(await runs.get(run_id, owner_id=ME)).attempts == 2 for run_id in run_ids])
        await runs.sweep()
    for run_id in run_ids:
        events = await read(runs, run_id)
        assert [seq for seq, _, _ in events] == list(range(1, EVENTS_OF_A_RUN + 1))
        assert events[-1][1] == "run.finished"
    assert (await runs.decisions(owner_id=ME)).total == 3
