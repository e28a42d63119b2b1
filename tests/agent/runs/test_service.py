"""The assembled service: the real walk, the shipped rules, the demo market, a real database."""

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from agent.analysis.request import AnalysisRequest
from agent.service import Service, open_service
from agent.settings import Settings
from tools.errors import StoreUnavailable, UnknownProfile
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
ME = "me"
NOW = 1_709_913_600  # Friday 2024-03-08 16:00 UTC


@pytest.fixture
def settings(database_url: str) -> Iterator[Settings]:
    """Give settings that use the test's own database."""
    with tempfile.TemporaryDirectory(prefix="ict-") as folder:
        yield Settings(data_dir=Path(folder), clock=lambda: NOW, code_version="test", database_url=database_url)


async def demo_request(service: Service) -> AnalysisRequest:
    frames = (Timeframe.M15, Timeframe.H1, Timeframe.H4)
    windows = {frame: await service.market.candles("EURUSD", frame, limit=300) for frame in frames}
    market = await service.market.instrument("EURUSD")
    return AnalysisRequest("EURUSD", market, windows, account_balance=10_000.0, risk_pct=1.0, as_of=NOW).check()


async def test_a_real_analysis_is_recorded_explained_and_replayed(settings: Settings) -> None:
    async with open_service(settings) as service:
        run = await service.runs.analyze(await demo_request(service), owner_id=ME)
        assert run.status == "completed", run.error
        rules = {rule.id for rule in service.rulebooks.get("strict").rules}
        audited = await service.runs.decision(str(run.decision_id), owner_id=ME)
        assert {verdict["rule_id"] for verdict in audited.verdicts} == rules
        explanation = await service.runs.explain(run.run_id, owner_id=ME)
        assert explanation.why_not.is_trade or explanation.why_not.changes
        assert explanation.nodes[0].reached
        assert (await service.runs.replay(str(run.decision_id), owner_id=ME)).is_identical


async def test_the_next_start_finishes_what_the_last_left(settings: Settings) -> None:
    hurried = dataclasses.replace(settings, shutdown_grace_s=0.0)
    async with open_service(hurried) as service:
        request = await demo_request(service)
        run_ids = [await service.runs.start(request, owner_id=ME) for _ in range(6)]
        whole = await service.runs.analyze(request, owner_id="somebody else")
    assert whole.decision is not None
    async with open_service(settings) as service:
        for run_id in run_ids:
            events = [event async for event in service.runs.events(run_id, owner_id=ME)]
            assert [event.seq for event in events] == list(range(1, whole.last_seq + 1))
            assert events[-1].data["decision_hash"] == whole.decision["decision_hash"]
        assert (await service.runs.decisions(owner_id=ME)).total == len(run_ids)


async def test_health_tells_what_every_part_answered(settings: Settings, redis_url: str) -> None:
    async with open_service(dataclasses.replace(settings, redis_url=redis_url)) as service:
        health = await service.health()
        assert health.ok
        assert health.database.detail.startswith("PostgreSQL")
        assert health.migrations.current == health.migrations.head
        assert health.wakeups.detail == "redis"
        assert health.sources[0].ok
        with pytest.raises(UnknownProfile):
            service.rulebooks.get("reckless")
        assert service.rulebooks.profiles == ("relaxed", "strict")
    closed = await service.health()
    assert not closed.ok
    assert not closed.database.ok


async def test_without_a_database_it_brings_its_own_and_stops_it(settings: Settings) -> None:
    async with open_service(dataclasses.replace(settings, database_url=None)) as service:
        assert (await service.health()).ok
        conninfo = service.database.conninfo
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo)


@pytest.mark.parametrize("missing", [{"database_url": "host=/nowhere"}, {"redis_url": "unix:///nowhere/redis.sock"}])
async def test_what_is_named_and_away_stops_the_start(settings: Settings, missing: dict[str, str]) -> None:
    with pytest.raises(StoreUnavailable):
        async with open_service(dataclasses.replace(settings, **missing)):  # type: ignore[arg-type]
            pytest.fail("it opened")
