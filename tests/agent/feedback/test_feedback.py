"""Feedback in the database: an owner's own, newest first, byte for byte, and only on runs that decided."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.analysis.request import AnalysisRequest
from agent.runs.preparation import AsGiven
from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from agent.service import Service, open_service
from agent.settings import Settings
from tests.agent.runs.scripted_walk import EMPTY_RULEBOOK, ScriptedWalk
from tests.evals.cases.test_documents import random_candles
from tools.errors import InvalidLabels, RunNotDecided, RunNotFound
from tools.instruments import instrument
from tools.timeframes import Timeframe
from tools.times import iso_utc

pytestmark = pytest.mark.anyio
CANDLES = random_candles(5, 60)
REQUEST = AnalysisRequest(
    symbol="EURUSD",
    instrument=instrument("EURUSD"),
    windows={Timeframe.M15: CANDLES},
    account_balance=10_000.0,
    risk_pct=1.0,
    as_of=int(CANDLES.end[-1]),
)


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """Give an open service on a database of the test's own."""
    settings = Settings(tmp_path, lambda: REQUEST.as_of, "test", database_url=database_url)
    async with open_service(settings) as service:
        yield service


async def test_what_was_said_comes_back_byte_for_byte_and_to_its_owner_alone(service: Service) -> None:
    run = await service.runs.analyze(REQUEST, owner_id="ann")
    zone = {
        "kind": "order_block", "direction": "bearish", "timeframe": "15m", "top": 0.1 + 0.2, "bottom": 0.3,
        "from": iso_utc(int(CANDLES.time[7])),
    }  # fmt: skip
    given = await service.feedback.give(
        run.run_id, owner_id="ann", verdict="wrong", given_by="ann", labels={"zones": [zone]}, note="Ω"
    )
    listed = await service.feedback.of_run(run.run_id, owner_id="ann")
    assert listed.items == (given,)
    assert given.labels == {"zones": [zone]}
    with pytest.raises(RunNotFound):
        await service.feedback.of_run(run.run_id, owner_id="bob")
    with pytest.raises(RunNotFound):
        await service.feedback.give(run.run_id, owner_id="bob", verdict="right", given_by="bob")


async def test_labels_must_fit_the_runs_own_bars(service: Service) -> None:
    run = await service.runs.analyze(REQUEST, owner_id="ann")
    zone = {
        "kind": "order_block", "direction": "bearish", "timeframe": "15m", "top": 2.0, "bottom": 1.0,
        "from": iso_utc(int(CANDLES.end[-1])),
    }  # fmt: skip
    with pytest.raises(InvalidLabels, match=r"labels\.zones\[0\]\.from: no 15m bar of the chart opened at"):
        await service.feedback.give(
            run.run_id, owner_id="ann", verdict="wrong", given_by="ann", labels={"zones": [zone]}
        )
    assert (await service.feedback.of_run(run.run_id, owner_id="ann")).total == 0


async def test_a_run_that_failed_has_no_decision_to_judge(service: Service) -> None:
    failing = Runs(
        service.database,
        InMemoryWakeups(),
        ScriptedWalk(fail_in="bias"),
        AsGiven(lambda _: EMPTY_RULEBOOK),
        code_version="test",
    )
    await failing.open(takes_up_orphans=False)
    run = await failing.analyze(REQUEST, owner_id="ann")
    await failing.close()
    with pytest.raises(RunNotDecided, match="is failed and has no decision to judge"):
        await service.feedback.give(run.run_id, owner_id="ann", verdict="right", given_by="ann")
