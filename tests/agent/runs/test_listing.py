"""Listing runs and decisions: filters, order and pages."""

from datetime import timedelta

import pytest

from agent.store.decisions import DecisionFilter
from tests.agent.runs.conftest import OpenRuns
from tests.agent.runs.scripted_walk import ScriptedWalk, request
from tools.errors import InvalidParameter

pytestmark = pytest.mark.anyio
ME = "me"


async def test_decisions_are_filtered_and_newest_first(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk(status="WAIT"))
    trading = await open_runs(ScriptedWalk(status="TRADE_NOW"))
    first = await runs.analyze(request(), owner_id=ME)
    second = await runs.analyze(request(symbol="GBPUSD"), owner_id=ME)
    third = await trading.analyze(request(), owner_id=ME)

    async def found(wanted: DecisionFilter) -> list[str]:
        page = await runs.decisions(wanted, owner_id=ME)
        assert page.total == len(page.items)
        return [record.run_id for record in page.items]

    assert await found(DecisionFilter()) == [third.run_id, second.run_id, first.run_id]
    assert await found(DecisionFilter(symbol="EURUSD")) == [third.run_id, first.run_id]
    assert await found(DecisionFilter(status="TRADE_NOW")) == [third.run_id]
    assert await found(DecisionFilter(symbol="GBPUSD", status="TRADE_NOW")) == []
    newest = (await runs.decisions(owner_id=ME)).items[0]
    assert await found(DecisionFilter(since=newest.created_at)) == [third.run_id]
    assert await found(DecisionFilter(until=newest.created_at)) == [second.run_id, first.run_id]
    assert await found(DecisionFilter(since=newest.created_at + timedelta(seconds=1))) == []


async def test_pages_cover_everything_once(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk())
    made = [(await runs.analyze(request(), owner_id=ME)).run_id for _ in range(5)]
    decisions = [await runs.decisions(owner_id=ME, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert {page.total for page in decisions} == {5}
    assert [record.run_id for page in decisions for record in page.items] == made[::-1]
    pages = [await runs.list(owner_id=ME, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert {page.total for page in pages} == {5}
    assert [run.run_id for page in pages for run in page.items] == made[::-1]


async def test_runs_are_filtered_by_symbol_and_status(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk())
    failing = await open_runs(ScriptedWalk(fail_in="bias"))
    done = await runs.analyze(request(), owner_id=ME)
    failed = await failing.analyze(request(symbol="GBPUSD"), owner_id=ME)
    assert [run.run_id for run in (await runs.list(owner_id=ME, status="completed")).items] == [done.run_id]
    assert [run.run_id for run in (await runs.list(owner_id=ME, symbol="GBPUSD")).items] == [failed.run_id]
    assert (await runs.list(owner_id=ME, symbol="GBPUSD", status="completed")).total == 0


async def test_a_value_the_database_cannot_compare_is_refused(open_runs: OpenRuns) -> None:
    runs = await open_runs(ScriptedWalk())
    with pytest.raises(InvalidParameter):
        await runs.decisions(DecisionFilter(symbol="EUR\x00USD"), owner_id=ME)
