"""Explanations and what-ifs of stored runs: the real walk and rules, a real database, and whose runs they are."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent.analysis.request import AnalysisRequest
from agent.service import Service, open_service
from agent.settings import Settings
from agent.store.records import Run
from tools.errors import InvalidParameter, RunNotFound, UnknownProfile
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
ME, OTHER = "me", "somebody else"
NOW = 1_709_913_600  # Friday 2024-03-08 16:00 UTC
SYMBOLS = ("EURUSD", "NQ", "XAUUSD")


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    """Give an open service on the test's own database."""
    with tempfile.TemporaryDirectory(prefix="ict-") as folder:
        settings = Settings(data_dir=Path(folder), clock=lambda: NOW, code_version="test", database_url=database_url)
        async with open_service(settings) as opened:
            yield opened


async def analyzed(service: Service, symbol: str = "EURUSD", *, profile: str = "strict") -> Run:
    """Analyse a symbol of the simulated market."""
    frames = (Timeframe.M15, Timeframe.H1, Timeframe.H4)
    windows = {frame: await service.market.candles(symbol, frame, limit=300) for frame in frames}
    request = AnalysisRequest(
        symbol, await service.market.instrument(symbol), windows,
        account_balance=1e6, risk_pct=1.0, as_of=NOW, profile=profile,
    ).check()  # fmt: skip
    run = await service.runs.analyze(request, owner_id=ME)
    assert run.status == "completed", run.error
    return run


async def test_a_stored_run_is_explained_from_its_own_trace(service: Service) -> None:
    for symbol in SYMBOLS:
        run = await analyzed(service, symbol)
        told = await service.runs.explain(run.run_id, owner_id=ME)
        audited = await service.runs.decision(str(run.decision_id), owner_id=ME)
        assert told.decision == run.decision
        assert [rule.rule_id for node in told.tree.children for rule in node.children] == [
            verdict["rule_id"] for verdict in audited.verdicts
        ]
        assert [rule for node in told.nodes for rule in node.rules] == list(audited.verdicts)
        assert told.why_not.proven


async def test_the_recorded_profile_changes_nothing_and_nothing_is_recorded(service: Service) -> None:
    for symbol in SYMBOLS:
        run = await analyzed(service, symbol)
        answer = await service.runs.what_if(run.run_id, owner_id=ME, profile="strict")
        assert (answer.flips, answer.changed_rules, answer.changed_facts) == (False, (), ())
        relaxed = await service.runs.what_if(run.run_id, owner_id=ME, profile="relaxed")
        twin = await analyzed(service, symbol, profile="relaxed")
        assert twin.decision is not None
        assert relaxed.what_if.status == twin.decision["status"]
        assert relaxed.what_if.reason_short == twin.decision["reason_short"]
        assert relaxed.setup == twin.decision["setup"]
    assert (await service.runs.list(owner_id=ME)).total == 2 * len(SYMBOLS)
    assert (await service.runs.decisions(owner_id=ME)).total == 2 * len(SYMBOLS)


async def test_what_why_not_asks_for_is_a_trade(service: Service) -> None:
    flipped = 0
    for symbol in SYMBOLS:
        run = await analyzed(service, symbol)
        told = await service.runs.explain(run.run_id, owner_id=ME)
        if told.why_not.changes:
            facts = {one.fact: one.value_needed for one in told.why_not.changes}
            answer = await service.runs.what_if(run.run_id, owner_id=ME, facts=facts)
            assert (answer.kind, answer.what_if.status, answer.flips) == ("facts", "TRADE_NOW", True)
            flipped += 1
    assert flipped


async def test_another_owners_run_is_neither_explained_nor_supposed(service: Service) -> None:
    run = await analyzed(service)
    with pytest.raises(RunNotFound):
        await service.runs.explain(run.run_id, owner_id=OTHER)
    for supposed in ({"profile": "relaxed"}, {"facts": {"range.known": False}}):
        with pytest.raises(RunNotFound):
            await service.runs.what_if(run.run_id, owner_id=OTHER, **supposed)


@pytest.mark.parametrize(
    ("supposed", "error"),
    [
        ({}, InvalidParameter),
        ({"facts": {}}, InvalidParameter),
        ({"profile": "strict", "facts": {"range.known": True}}, InvalidParameter),
        ({"profile": "brave"}, UnknownProfile),
        ({"facts": {"nothing.such": True}}, InvalidParameter),
    ],
)
async def test_what_cannot_be_supposed_is_refused(
    service: Service, supposed: dict[str, Any], error: type[Exception]
) -> None:
    run = await analyzed(service)
    with pytest.raises(error):
        await service.runs.what_if(run.run_id, owner_id=ME, **supposed)
