"""Runs and desk in memory held against the service's own, on a real Postgres: the same answers, ids and times apart."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from agent.coach.toolbox.box import ToolSources, reading_tools
from agent.service import Service, open_service
from agent.settings import Settings
from agent.store.decisions import DecisionFilter
from evals.cases.case import Chart, Conversation
from evals.subjects.coach import recorded
from evals.suites.coach.record import FOLDER, chart_of
from evals.suites.coach.sheets import read_sheets
from tests.api.running_server import empty_database
from tools.errors import DecisionNotFound, InvalidParameter, RunNotFound, UnknownProfile

NAMES: Final = ("two-reasons", "model-2022", "near-news", "short-reward", "no-bias")
ME: Final = "me"
OTHER: Final = "somebody else"
_TIMES: Final = frozenset({"created_at", "started_at", "finished_at"})
_ID: Final = re.compile(r"[0-9a-f]{32}")


@cache
def charts() -> tuple[Chart, ...]:
    sheets = read_sheets(FOLDER).charts
    return tuple(chart_of(sheets[name]) for name in NAMES)


@cache
def now() -> int:
    return max(chart.as_of for chart in charts()) + 300


@dataclass
class Both:
    """The service and the twin, with the same analyses recorded."""

    portal: BlockingPortal
    real: ToolSources
    twin: ToolSources

    def of_both(self, ask: Callable[[ToolSources], Awaitable[Any]]) -> tuple[Any, Any]:
        """Ask both, and return their answers without the ids and times of runs."""
        asked = (self.portal.call(ask, sources) for sources in (self.real, self.twin))
        return tuple(_plain(one) for one in asked)  # type: ignore[return-value]

    async def run_ids(self, sources: ToolSources) -> list[str]:
        page = await sources.runs.decisions(owner_id=ME)
        return [one.run_id for one in page.items]


def _plain(value: Any) -> str:
    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {key: value for key, value in pairs if key not in _TIMES and key not in ("last_seq", "code_version")}

    document = asdict(value, dict_factory=kept) if hasattr(value, "__dataclass_fields__") else value
    text = json.dumps(document, default=repr, sort_keys=True)  # a database keeps keys in an order of its own
    seen: dict[str, str] = {}
    return _ID.sub(lambda found: seen.setdefault(found[0], f"id-{len(seen)}"), text)


@pytest.fixture(scope="module")
def both(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("twins")
    with (
        empty_database(postgres_server, "twin_tests") as url,
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(open_service(_settings(url, folder))) as service,
    ):
        twin = portal.call(recorded, ME, Conversation(now(), charts(), ()))
        portal.call(_record, service)
        real = replace(twin, runs=service.runs, desk=service.desk, rulebooks=service.rulebooks)
        yield Both(portal, real, twin)


async def _record(service: Service) -> None:
    for chart in charts():
        run = await service.runs.analyze(chart.request(), owner_id=ME)
        assert run.status == "completed", run.error


def _settings(url: str, folder: Path) -> Settings:
    return Settings(data_dir=folder, clock=now, code_version="test", database_url=url, sweep_interval_s=3600.0)


@pytest.mark.parametrize("place", range(len(NAMES)))
def test_an_explanation_is_the_same(both: Both, place: int) -> None:
    async def ask(sources: ToolSources) -> Any:
        return await sources.runs.explain((await both.run_ids(sources))[place], owner_id=ME)

    real, twin = both.of_both(ask)
    assert real == twin
    assert "why_not" in twin


@pytest.mark.parametrize("place", range(len(NAMES)))
def test_a_run_and_its_decision_with_the_trace_are_the_same(both: Both, place: int) -> None:
    async def ask(sources: ToolSources) -> Any:
        run = await sources.runs.get((await both.run_ids(sources))[place], owner_id=ME)
        audited = await sources.runs.decision(run.decision_id or "", owner_id=ME)
        return [asdict(run) | dict.fromkeys(_TIMES | {"last_seq"}), asdict(audited.record)["decision"],
                audited.record.canonical, _sorted(audited.record.facts), _sorted(audited.verdicts)]  # fmt: skip

    real, twin = both.of_both(ask)
    assert real == twin


def _sorted(value: Any) -> str:
    return json.dumps(value, sort_keys=True)  # a database keeps the keys of an object in an order of its own


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        DecisionFilter(symbol="EURUSD"),
        DecisionFilter(symbol="EURUSD", status="NO_TRADE"),
        DecisionFilter(status="WAIT"),
        DecisionFilter(symbol="XAUUSD"),
        DecisionFilter(decided_from=now() - 300, decided_before=now()),
        DecisionFilter(decided_before=now() - 300),
        DecisionFilter(since=datetime(2000, 1, 1, tzinfo=UTC)),
        DecisionFilter(until=datetime(2000, 1, 1, tzinfo=UTC)),
    ],
    ids=str,
)
def test_a_list_is_the_same(both: Both, wanted: DecisionFilter | None) -> None:
    async def ask(sources: ToolSources) -> Any:
        pages = [
            await sources.runs.decisions(wanted, owner_id=ME, limit=limit, offset=offset)
            for limit, offset in ((50, 0), (1, 0), (2, 1))
        ]
        return [[page.total, page.limit, page.offset, [one.canonical for one in page.items]] for page in pages]

    real, twin = both.of_both(ask)
    assert real == twin


def test_a_list_is_narrowed_by_when_it_was_recorded(both: Both) -> None:
    async def found(since: datetime | None, until: datetime | None) -> int:
        return (await both.twin.runs.decisions(DecisionFilter(since=since, until=until), owner_id=ME)).total

    at = datetime.fromtimestamp(charts()[-1].as_of, UTC)
    assert both.portal.call(found, at, None) == 1
    assert both.portal.call(found, None, at) == len(NAMES) - 1
    assert both.portal.call(found, at + timedelta(seconds=1), None) == 0


@pytest.mark.parametrize(
    "supposed",
    [
        {"profile": "relaxed"},
        {"profile": "strict"},
        {"facts": {"risk.reward_ratio": 2.5}},
        {"facts": {"session.in_kill_zone": False}},
        {"facts": {"news.minutes_to_event": None}},
    ],
    ids=str,
)
def test_a_what_if_is_the_same(both: Both, supposed: dict[str, Any]) -> None:
    async def ask(sources: ToolSources) -> Any:
        ids = await both.run_ids(sources)
        return [asdict(await sources.runs.what_if(one, owner_id=ME, **supposed)) for one in ids]

    real, twin = both.of_both(ask)
    assert real == twin


def test_what_cannot_be_asked_is_refused_alike(both: Both) -> None:
    async def asked(sources: ToolSources) -> list[str]:
        (run_id, *_), runs = await both.run_ids(sources), sources.runs
        asks: list[Callable[[], Awaitable[Any]]] = [
            lambda: runs.get("0" * 32, owner_id=ME),
            lambda: runs.get(run_id, owner_id=OTHER),
            lambda: runs.explain(run_id, owner_id=OTHER),
            lambda: runs.decision(run_id, owner_id=ME),
            lambda: runs.what_if(run_id, owner_id=ME),
            lambda: runs.what_if(run_id, owner_id=ME, profile="nosuch"),
            lambda: runs.what_if(run_id, owner_id=ME, facts={"no.such": 1}),
        ]
        return [await _refusal(ask) for ask in asks]

    real, twin = both.of_both(asked)
    assert real == twin
    assert "answered" not in twin


async def _refusal(ask: Callable[[], Awaitable[Any]]) -> str:
    try:
        await ask()
    except (DecisionNotFound, InvalidParameter, RunNotFound, UnknownProfile) as error:
        return f"{type(error).__name__}: {error}"
    return "answered"


def test_another_owner_has_nothing(both: Both) -> None:
    async def ask(sources: ToolSources) -> Any:
        return (await sources.runs.decisions(owner_id=OTHER)).total

    assert both.of_both(ask) == ("0", "0")


def test_the_desk_is_the_same(both: Both) -> None:
    async def ask(sources: ToolSources) -> Any:
        state, judged = await sources.desk.state(ME), await sources.desk.judged(ME)
        relaxed = await sources.desk.rulebook("relaxed", owner_id=ME)
        hashes = [judged.rulebook and judged.rulebook.hash, relaxed.hash]
        return [state.mode, state.ledger, state.profile, asdict(state.risk), *hashes, judged.faults]

    real, twin = both.of_both(ask)
    assert real == twin


def test_the_reading_tools_say_the_same(both: Both) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("explain_decision", {}),
        ("explain_decision", {"rule_id": "7.2"}),
        ("why_not", {}),
        ("what_if", {"profile": "strict"}),
        ("list_decisions", {}),
        ("list_decisions", {"symbol": "EURUSD", "on": "2024-09-03"}),
        ("look_up_rule", {"rule_id": "8.4"}),
        ("session_now", {}),
        ("economic_events", {"symbol": "EURUSD"}),
    ]

    async def ask(sources: ToolSources) -> Any:
        tools = {tool.name: tool for tool in reading_tools(sources, owner_id=ME)}
        return [str(await tools[name].ainvoke(arguments)) for name, arguments in calls]

    real, twin = both.of_both(ask)
    assert real == twin
    assert "Error" not in twin


def test_a_new_analysis_is_made_whole_alike(both: Both) -> None:
    async def ask(sources: ToolSources) -> Any:
        request = replace(charts()[0].request(), profile=None, risk_pct=None, calendar=None)
        run = await sources.runs.analyze(request, owner_id=ME)
        return [run.status, run.profile, run.decision]

    real, twin = both.of_both(ask)
    assert real == twin
