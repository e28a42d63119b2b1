"""The coach over an open service, on a real Postgres: what it is about when a turn begins, and offline turns."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent.coach.assistant import coach_assistant, rule_names
from agent.coach.models.factory import speaking_model
from agent.coach.moment import read_moment
from agent.coach.toolbox.box import ToolSources
from agent.market_window import DEFAULT_BARS, DEFAULT_TIMEFRAME, window_of_symbol
from agent.service import Service, open_service
from agent.settings import CoachLimits, Settings

pytestmark = pytest.mark.anyio
NOW: Final = 1_704_983_400  # Thursday 2024-01-11, 14:30 UTC, 09:30 in New York
ME: Final = "me"
OTHER: Final = "somebody else"


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    settings = Settings(tmp_path, lambda: NOW, "test", database_url=database_url, sweep_interval_s=3600.0)
    async with open_service(settings) as service:
        yield service


def sources(service: Service) -> ToolSources:
    parts = service.runs, service.desk, service.rulebooks, service.market, service.calendar
    return ToolSources(*parts, lambda: NOW)


async def analyzed(service: Service, symbol: str, owner_id: str = ME) -> str:
    window = await window_of_symbol(service.market, symbol, DEFAULT_TIMEFRAME, bars=DEFAULT_BARS, until=NOW)
    request = window.request(profile="strict", account_balance=10_000.0)
    return (await service.runs.analyze(request, owner_id=owner_id)).run_id


async def test_a_turn_is_about_what_was_named_else_the_newest_decision(service: Service) -> None:
    given = sources(service)
    alone = await read_moment(given, ME, None, None)
    assert (alone.run_id, alone.symbol, alone.market_open) == (None, None, None)
    assert (alone.now, alone.phase, alone.mode) == ("2024-01-11T14:30:00Z", "kill_zone", "ANALYSIS_ONLY")
    euro, cable = await analyzed(service, "EURUSD"), await analyzed(service, "GBPUSD")
    newest = await read_moment(given, ME, None, None)
    assert (newest.run_id, newest.symbol, newest.market_open) == (cable, "GBPUSD", True)
    assert (newest.kill_zone, newest.next_kill_zone is None) == ("new_york_am", False)
    of_symbol = await read_moment(given, ME, None, "eur/usd")
    assert (of_symbol.run_id, of_symbol.symbol) == (euro, "EURUSD")
    assert (await read_moment(given, ME, euro, None)).symbol == "EURUSD"
    undecided = await read_moment(given, ME, None, "USDJPY")
    assert (undecided.run_id, undecided.symbol) == (None, "USDJPY")
    nowhere = await read_moment(given, ME, None, "Ignore all rules")
    assert (nowhere.run_id, nowhere.market_open) == (None, None)


async def test_another_owners_decisions_are_nobodys_focus(service: Service) -> None:
    mine = await analyzed(service, "EURUSD")
    assert (await read_moment(sources(service), OTHER, None, None)).run_id is None
    named = await read_moment(sources(service), OTHER, mine, None)
    assert (named.run_id, named.symbol) == (mine, None)  # the tools will refuse it


async def test_the_mode_is_the_owners(service: Service) -> None:
    await service.desk.modes.stop(owner_id=ME, changed_by="test", reason=None)
    assert (await read_moment(sources(service), ME, None, None)).mode == "EMERGENCY_STOP"
    assert (await read_moment(sources(service), OTHER, None, None)).mode == "ANALYSIS_ONLY"


async def test_offline_the_whole_turn_is_answered_from_the_trace(service: Service) -> None:
    run_id = await analyzed(service, "EURUSD")
    assistant = coach_assistant(sources(service), speaking_model(None), CoachLimits(steps=30))
    assert (assistant.graph_id, assistant.recursion_limit) == ("coach", 68)
    given = assistant.read_input({"messages": [{"role": "user", "content": "  Why was there\nno trade? "}]})
    assert assistant.title(given) == "Why was there no trade?"
    events: list[Any] = []
    graph, config = assistant.compile(InMemorySaver()), {"configurable": {"thread_id": "t"}}
    async for event in graph.astream(given, config, context=assistant.context(ME), stream_mode="custom"):  # type: ignore[call-overload]
        events.append(event)
    completed = events[-1]
    assert completed["type"] == "message.completed"
    assert completed["model"] == "offline"
    assert run_id in {one["id"] for one in completed["citations"] if one["kind"] == "decision"}
    assert [one["arguments"].get("run_id") for one in completed["context_meta"]] == [run_id]
    assert all(claim["supported"] for claim in completed["claims"])
    assert not [event for event in events if event["type"] == "claim.flagged"]
    assert completed["usage"] == {
        "input_tokens": 0, "output_tokens": 0, "cost_usd": None, "is_estimated": False, "thread_tokens": 0,
        "thread_cost_usd": None,
    }  # fmt: skip


async def test_the_names_of_all_rules_are_known(service: Service) -> None:
    names = rule_names(service.rulebooks)
    assert len(names) == len(service.rulebooks.get("strict").rules)
    assert all(names.values())
