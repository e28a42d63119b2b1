"""Runs whose end somebody wanted, by a cancel or a delete, while their worker or their reader was elsewhere."""

import pytest

from agent.threads.service import Threads
from api.coach_stream import Told, events_of
from tests.agent.threads.conftest import EndWorkers, OpenThreads
from tests.agent.threads.graphs import Gate, asked, every

pytestmark = pytest.mark.anyio
ME = "me"


async def under_way(threads: Threads, gate: Gate) -> tuple[str, str]:
    run = await threads.start(None, asked(), owner_id=ME)
    await gate.entered.acquire()
    async for event in threads.events(run.thread_id, run.run_id, owner_id=ME):
        if event.event == "values":
            break
    return run.thread_id, run.run_id


async def test_a_cancelled_run_whose_worker_has_vanished_ends_as_cancelled(
    open_threads: OpenThreads, end_sessions: EndWorkers
) -> None:
    gate = Gate()
    vanished, other = await open_threads(gate), await open_threads(every(gate))
    of = await under_way(vanished, gate)
    await end_sessions()
    assert (await other.cancel(*of, owner_id=ME)).status == "running"
    await other.sweep()
    run = await other.join(*of, owner_id=ME)
    assert (run.status, run.error) == ("interrupted", None)
    events = [event.event async for event in other.events(*of, owner_id=ME)]
    assert (events[-1], "error" in events) == ("end", False)
    assert (await other.get(of[0], owner_id=ME)).status == "interrupted"


async def test_a_reader_elsewhere_of_an_answer_that_is_deleted_is_told_so(open_threads: OpenThreads) -> None:
    gate = Gate()
    threads, elsewhere = await open_threads(gate), await open_threads(every(gate))
    of = await under_way(threads, gate)
    told = Told(await elsewhere.run(*of, owner_id=ME), None, ME, "/here")
    events = events_of(elsewhere, told)
    first = await anext(events)
    await threads.delete(of[0], owner_id=ME)
    rest = [event async for event in events]
    assert (first.event, [event.event for event in rest]) == ("thread", ["error"])
    assert (rest[0].data["type"], rest[0].data["status"]) == ("urn:ict:problem:thread-not-found", 404)
    assert rest[0].seq > first.seq
    (late,) = [event async for event in events_of(elsewhere, told)]
    assert late.data["type"] == "urn:ict:problem:thread-not-found"
