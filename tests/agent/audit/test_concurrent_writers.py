"""Many writers at once make one gapless chain, and a check that runs meanwhile raises no alarm."""

import asyncio
import subprocess
import sys

import pytest

from agent.audit.verify import verify_chain
from agent.store.pool import Database
from tests.agent.audit.recorded import ME, OTHER, open_worker
from tests.agent.runs.scripted_walk import ScriptedWalk, request

pytestmark = pytest.mark.anyio
WRITERS = 64
PROCESSES = 4
PATIENCE_S = 120


async def test_64_writers_over_several_pools_give_no_false_alarm(database: Database) -> None:
    pools = [Database(database.conninfo, size=8) for _ in range(8)]
    walk = ScriptedWalk(hold_at="risk")
    workers = []
    for pool in pools:
        await pool.open()
        workers.append(await open_worker(pool, walk))
    runs = [
        asyncio.create_task(
            workers[number % 8].analyze(request(bars=30 + number % 3), owner_id=(ME, OTHER)[number % 2])
        )
        for number in range(2 * WRITERS)
    ]
    await walk.reached.wait()
    walk.release.set()
    reports = []
    while not all(run.done() for run in runs):
        reports.append(await verify_chain(database, ME))
    ended = [run.result() for run in runs]
    assert {run.status for run in ended} == {"completed"}
    assert [report.counts for report in reports] == [{}] * len(reports)
    for owner_id in (ME, OTHER):
        report = await verify_chain(database, owner_id)
        assert (report.counts, report.links, report.last_seq) == ({}, WRITERS, WRITERS)
    for worker, pool in zip(workers, pools, strict=True):
        await worker.close(grace_s=0.0)
        await pool.close()


async def test_writers_in_several_processes_give_no_false_alarm(database: Database) -> None:
    each = WRITERS // PROCESSES
    command = [sys.executable, "-m", "tests.agent.audit.busy_writer", database.conninfo, str(each)]
    writers = [await asyncio.to_thread(subprocess.Popen, command, stdout=subprocess.PIPE) for _ in range(PROCESSES)]
    counts = []
    try:
        while any(writer.poll() is None for writer in writers):
            counts.append((await verify_chain(database, ME)).counts)
        assert [writer.wait(PATIENCE_S) for writer in writers] == [0] * PROCESSES
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert counts == [{}] * len(counts)
    report = await verify_chain(database, ME)
    assert (report.counts, report.last_seq) == ({}, WRITERS)
