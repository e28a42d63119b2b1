"""A run from its acceptance to its ending, and what is asked about it afterwards."""

import asyncio
import logging

import pytest

from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from tests.agent.runs.conftest import OpenRuns
from tests.agent.runs.scripted_walk import EMPTY_RULEBOOK, EVENTS_OF_A_RUN, ScriptedWalk, request
from tools.errors import DecisionNotFound, NodeFailed, RunAlreadyEnded, RunNotDecided, RunNotFound

pytestmark = pytest.mark.anyio
ME, OTHER = "me", "somebody else"


async def read(runs: Runs, run_id: str, *, after: int = 0) -> list[tuple[int, str]]:
    return [(event.seq, event.event) async for event in runs.events(run_id, owner_id=ME, after=after)]


async def test_a_completed_run_has_its_events_decision_and_trace(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk())
    run = await runs.analyze(request(), owner_id=ME)
    assert (run.status, run.attempts, run.last_seq) == ("completed", 1, EVENTS_OF_A_RUN)
    assert run.decision is not None
    assert run.decision["run_id"] == run.run_id
    events = [event async for event in runs.events(run.run_id, owner_id=ME)]
    assert [event.seq for event in events] == list(range(1, EVENTS_OF_A_RUN + 1))
    assert all(event.data["seq"] == event.seq for event in events)
    assert events[0].event == "run.started"
    assert events[0].data["timeframes"] == ["15m"]
    assert events[-2].event == "decision"
    assert events[-2].data == {"seq": EVENTS_OF_A_RUN - 1, **run.decision}
    assert events[-1].event == "run.finished"
    assert events[-1].data["decision_hash"] == run.decision["decision_hash"]
    audited = await runs.decision(str(run.decision_id), owner_id=ME)
    assert [verdict["rule_id"] for verdict in audited.verdicts] == ["1.1", "2.1", "3.1", "4.1", "5.1"]
    assert audited.record.rulebook_hash == EMPTY_RULEBOOK.hash
    assert audited.record.code_version == "test"


async def test_the_row_is_committed_before_start_returns(open_runs: OpenRuns, database: Database) -> None:
    walk = ScriptedWalk(hold_at="bias")
    runs = await open_runs(walk)
    given = request()
    run_id = await runs.start(given, owner_id=ME)
    rows = await database.run(b"SELECT inputs, window_sha256 FROM runs", {})
    assert rows[0]["window_sha256"] == list(given.window_bytes())
    assert (await runs.get(run_id, owner_id=ME)).status in {"accepted", "running"}
    walk.release.set()
    assert (await read(runs, run_id))[-1] == (EVENTS_OF_A_RUN, "run.finished")


async def test_events_come_while_the_run_goes_on(open_runs: OpenRuns) -> None:
    walk = ScriptedWalk(hold_at="structure")
    runs = await open_runs(walk)
    run_id = await runs.start(request(), owner_id=ME)
    seen = []
    async for event in runs.events(run_id, owner_id=ME):
        seen.append(event.seq)
        if event.event == "node.finished" and event.data["node"] == "liquidity":
            assert not (await runs.get(run_id, owner_id=ME)).has_ended
            walk.release.set()
    assert seen == list(range(1, EVENTS_OF_A_RUN + 1))


@pytest.mark.parametrize("after", [-1, 0, 1, 7, EVENTS_OF_A_RUN - 1, EVENTS_OF_A_RUN, 10**30])
async def test_a_late_reader_gets_the_rest_and_the_end(open_runs: OpenRuns, after: int) -> None:
    runs = await open_runs(ScriptedWalk())
    run = await runs.analyze(request(), owner_id=ME)
    got = await read(runs, run.run_id, after=after)
    assert [seq for seq, _ in got] == list(range(max(after, 0) + 1, EVENTS_OF_A_RUN + 1))


async def test_a_failing_node_ends_the_run_and_keeps_the_trace(
    open_runs: OpenRuns, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    runs = await open_runs(ScriptedWalk(fail_in="structure"))
    run = await runs.analyze(request(), owner_id=ME)
    assert run.status == "failed"
    assert run.error == {"node": "structure", "message": "the tool fell over"}
    events = [event async for event in runs.events(run.run_id, owner_id=ME)]
    assert events[-1].event == "run.failed"
    assert events[-1].data == {
        "seq": run.last_seq, "run_id": run.run_id, "node": "structure", "reason": "the tool fell over",
    }  # fmt: skip
    traces = await database.run(b"SELECT rule_id FROM rule_traces ORDER BY position", {})
    assert [row["rule_id"] for row in traces] == ["1.1", "2.1", "3.1"]
    assert any(record.exc_info and record.levelno == logging.ERROR for record in caplog.records)
    with pytest.raises(RunNotDecided, match="failed"):
        await runs.explain(run.run_id, owner_id=ME)


async def test_an_unforeseen_error_ends_the_run_without_telling_internals(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk(fail_in="risk", error=KeyError("password=hunter2")))
    run = await runs.analyze(request(), owner_id=ME)
    assert run.status == "failed"
    assert run.error is not None
    assert "hunter2" not in run.error["message"]


async def test_a_running_run_is_cancelled(open_runs: OpenRuns) -> None:
    walk = ScriptedWalk(hold_at="liquidity")
    runs = await open_runs(walk)
    run_id = await runs.start(request(), owner_id=ME)
    await walk.reached.wait()
    assert (await runs.cancel(run_id, owner_id=ME)).cancel_requested_at is not None
    walk.release.set()
    assert (await read(runs, run_id))[-1][1] == "run.cancelled"
    run = await runs.get(run_id, owner_id=ME)
    assert (run.status, run.decision) == ("cancelled", None)
    assert await runs.cancel(run_id, owner_id=ME) == run


async def test_a_cancel_during_the_last_node_still_wins(open_runs: OpenRuns) -> None:
    walk = ScriptedWalk(hold_at="risk")
    runs = await open_runs(walk)
    run_id = await runs.start(request(), owner_id=ME)
    await walk.reached.wait()
    await runs.cancel(run_id, owner_id=ME)
    walk.release.set()
    await read(runs, run_id)
    assert (await runs.get(run_id, owner_id=ME)).status == "cancelled"
    assert (await runs.decisions(owner_id=ME)).total == 0


async def test_a_run_that_waits_for_its_turn_is_cancelled(open_runs: OpenRuns) -> None:
    walk = ScriptedWalk(hold_at="bias")
    runs = await open_runs(walk, concurrent_runs=1)
    first = await runs.start(request(), owner_id=ME)
    await walk.reached.wait()
    second = await runs.start(request(), owner_id=ME)
    assert (await runs.cancel(second, owner_id=ME)).status == "accepted"
    walk.release.set()
    assert (await read(runs, second))[-1][1] == "run.cancelled"
    assert (await read(runs, first))[-1][1] == "run.finished"


@pytest.mark.parametrize("fail_in", [None, "bias"])
async def test_an_ended_run_cannot_be_cancelled(open_runs: OpenRuns, fail_in: str | None) -> None:
    runs = await open_runs(ScriptedWalk(fail_in=fail_in))
    run = await runs.analyze(request(), owner_id=ME)
    with pytest.raises(RunAlreadyEnded, match=run.status):
        await runs.cancel(run.run_id, owner_id=ME)


async def test_no_more_walks_at_once_than_allowed(open_runs: OpenRuns) -> None:
    walk = ScriptedWalk(hold_at="bias")
    runs = await open_runs(walk, concurrent_runs=2)
    run_ids = [await runs.start(request(), owner_id=ME) for _ in range(4)]
    await walk.reached.wait()
    assert walk.started <= 2
    walk.release.set()
    for run_id in run_ids:
        assert (await read(runs, run_id))[-1][1] == "run.finished"
    assert walk.started == 4


async def test_nobody_sees_another_owners_rows(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk())
    run = await runs.analyze(request(), owner_id=ME)
    with pytest.raises(RunNotFound):
        await runs.get(run.run_id, owner_id=OTHER)
    with pytest.raises(RunNotFound):
        await anext(aiter(runs.events(run.run_id, owner_id=OTHER)))
    with pytest.raises(RunNotFound):
        await runs.cancel(run.run_id, owner_id=OTHER)
    with pytest.raises(RunNotFound):
        await runs.explain(run.run_id, owner_id=OTHER)
    with pytest.raises(DecisionNotFound):
        await runs.decision(str(run.decision_id), owner_id=OTHER)
    with pytest.raises(DecisionNotFound):
        await runs.replay(str(run.decision_id), owner_id=OTHER)
    assert (await runs.list(owner_id=OTHER)).total == 0
    assert (await runs.decisions(owner_id=OTHER)).total == 0


@pytest.mark.parametrize("run_id", ["", "nothing", "\x00", "0" * 32, "x" * 10_000])
async def test_an_id_that_is_none_is_not_found(open_runs: OpenRuns, run_id: str) -> None:
    runs = await open_runs(ScriptedWalk())
    with pytest.raises(RunNotFound):
        await runs.get(run_id, owner_id=ME)
    with pytest.raises(RunNotFound):
        await runs.cancel(run_id, owner_id=ME)
    with pytest.raises(RunNotFound):
        await anext(aiter(runs.events(run_id, owner_id=ME)))
    with pytest.raises(DecisionNotFound):
        await runs.decision(run_id, owner_id=ME)


async def test_replay_gives_the_same_bytes(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk())
    run = await runs.analyze(request(), owner_id=ME)
    replay = await runs.replay(str(run.decision_id), owner_id=ME)
    assert replay.is_identical
    assert replay.replayed_hash == replay.recorded_hash


async def test_replay_tells_when_the_code_decides_otherwise_now(open_runs: OpenRuns) -> None:
    run = await (await open_runs(ScriptedWalk())).analyze(request(), owner_id=ME)
    changed = await open_runs(ScriptedWalk(flavour="new"))
    replay = await changed.replay(str(run.decision_id), owner_id=ME)
    assert not replay.is_identical
    assert replay.replayed_hash != replay.recorded_hash
    failing = await open_runs(ScriptedWalk(fail_in="bias"))
    with pytest.raises(NodeFailed):
        await failing.replay(str(run.decision_id), owner_id=ME)


async def test_equal_windows_are_stored_once_for_an_owner(open_runs: OpenRuns, database: Database) -> None:
    runs = await open_runs(ScriptedWalk())
    for owner_id in (ME, ME, OTHER):
        await runs.analyze(request(), owner_id=owner_id)
    rows = await database.run(b"SELECT owner_id FROM input_windows ORDER BY owner_id", {})
    assert [row["owner_id"] for row in rows] == [ME, OTHER]


class LostWakeups(InMemoryWakeups):
    """A carrier that loses everything."""

    def notify(self, topic: str) -> None:
        """Lose it."""


async def test_a_reader_whose_wakeups_are_all_lost_still_gets_everything(open_runs: OpenRuns) -> None:
    walk = ScriptedWalk(hold_at="structure")
    runs = await open_runs(walk, wakeups=LostWakeups(), poll_interval_s=0.01)
    run_id = await runs.start(request(), owner_id=ME)
    seen = []
    async for event in runs.events(run_id, owner_id=ME):
        seen.append(event.seq)
        walk.release.set()
    assert seen == list(range(1, EVENTS_OF_A_RUN + 1))


async def test_waiting_readers_hold_no_connection(open_runs: OpenRuns) -> None:
    walk = ScriptedWalk(hold_at="structure")
    runs = await open_runs(walk)
    run_id = await runs.start(request(), owner_id=ME)
    readers = [asyncio.create_task(read(runs, run_id)) for _ in range(40)]  # the pool has 8
    await walk.reached.wait()
    walk.release.set()
    assert await asyncio.gather(*readers) == [await read(runs, run_id)] * 40
