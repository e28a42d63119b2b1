"""The tools of the rulebook, the clock and the calendar, and the one that starts a run."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.analysis.request import AnalysisRequest
from agent.coach.moment import read_moment
from agent.coach.phases import phase_of
from agent.coach.toolbox.box import ToolSources
from agent.desk.configuration import Change
from agent.desk.settings import Account
from tests.agent.coach.toolbox.box import ME, NOW, Box
from tools.instruments import instrument
from tools.market_hours import opens_at
from tools.sessions import kill_zones_ahead, session_status
from tools.times import iso_utc, parse_time

TRADER = "a trader with an account"
PROFILE = """profile: mine
description: Mine.
extends: relaxed
kill_zones:
  breakfast: "09:00-09:45"
  tea: "15:00-16:00"
rules: {"2.2": {parameters: {minimum_body_atr: 1.75}}}
"""


def by(owner_id: str) -> Change:
    return Change(owner_id, owner_id, None, None)


@pytest.fixture(scope="module")
def trader(box: Box) -> str:
    """Give an owner with an account and a profile of their own."""

    async def settle() -> None:
        await box.service.desk.configuration.put_account(Account(98_765.0), by(TRADER))
        await box.service.desk.configuration.put_profile(PROFILE, by(TRADER))

    box.wait(settle)
    return TRADER


def test_every_rule_is_looked_up_as_it_stands(box: Box) -> None:
    rulebook = box.service.rulebooks.get("strict")
    for rule in rulebook.rules:
        told = box.asked("look_up_rule", rule_id=rule.id)
        assert (told["rule"], told["name"], told["kind"], told["profile"]) == (rule.id, rule.name, rule.kind, "strict")
        assert told["when_valid"] == rule.when_valid
        assert {one["name"]: one["value"] for one in told["parameters"]} == rulebook.parameters[rule.id]
        assert list(dict.fromkeys(one["fact"] for one in told["demands"])) == list(rule.facts)
        assert "left_out" not in told


def test_every_rule_is_listed_and_none_is_invented(box: Box) -> None:
    told = box.asked("look_up_rule")
    rules = box.service.rulebooks.get("strict").rules
    assert [(one["rule"], one["name"]) for one in told["rules"]] == [(rule.id, rule.name) for rule in rules]
    assert "there is no rule 2.9" in box.refused("look_up_rule", rule_id="2.9")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("kill zone", "8.1"), ("displacement", "2.2"), ("market structure shift", "2.3"),
        ("what is the news rule", "8.4"), ("minimum R:R", "7.2"), ("Turtle Soup", "6.7"), ("breakers", "5.6"),
        ("optimal trade entry", "6.1"),
    ],
)  # fmt: skip
def test_rules_are_found_by_words(box: Box, words: str, rule: str) -> None:
    found = [one["rule"] for one in box.asked("look_up_rule", words=words)["rules"]]
    assert rule in found[:2]


def test_words_no_rule_speaks_of_find_none(box: Box) -> None:
    told = box.asked("look_up_rule", words="astrology")
    assert (told["total"], told["rules"]) == (0, [])


def test_rules_are_those_of_the_owners_profile(box: Box, trader: str) -> None:
    told = box.asked("look_up_rule", owner_id=trader, rule_id="2.2")
    assert told["profile"] == "mine"
    assert {one["name"]: one["value"] for one in told["parameters"]}["minimum_body_atr"] == 1.75


@pytest.mark.parametrize("symbol", ["EURUSD", "NQ", "BTCUSD"])
@pytest.mark.parametrize(
    "moment",
    ["2024-01-11T14:30:00Z", "2024-01-13T12:00:00Z", "2024-01-11T17:30:00Z", "2024-01-11T21:59:00Z",
     "2024-07-04T15:00:00Z", "2024-01-10T23:30:00Z"],
)  # fmt: skip
def test_the_session_is_what_the_clock_says(box: Box, symbol: str, moment: str) -> None:
    at = parse_time(moment)
    told = Box(box.service, box.portal, box.conninfo, lambda: at).asked("session_now", symbol=symbol)
    market = instrument(symbol)
    status = session_status(at, market)
    assert parse_time(told["now"]) == parse_time(told["new_york_time"]) == at
    assert (told["market_open"], told["closed_reason"]) == (status.is_open, status.closed_reason)
    assert (told["kill_zone"], told["macro"]) == (status.kill_zone, status.macro)
    assert told["phase"] == phase_of(status, at, market)
    assert (told["minutes_left"] is None) == (status.kill_zone is None)
    following = status.next_kill_zone
    assert following is not None
    assert told["next_kill_zone"]["name"] == following.name
    assert parse_time(told["next_kill_zone"]["start"]) == following.start
    ahead = kill_zones_ahead(at, market)
    assert [(one["name"], parse_time(one["start"]), one["minutes_until"]) for one in told["kill_zones_ahead"]] == [
        (one.name, one.start, one.minutes_until) for one in ahead
    ]
    clocks = [datetime.fromtimestamp(one.start, ZoneInfo("America/New_York")) for one in ahead]
    assert [one["start_new_york"] for one in told["kill_zones_ahead"]] == [f"{one:%H:%M}" for one in clocks]
    assert ("market_opens" in told) is not status.is_open
    if not status.is_open:
        assert parse_time(told["market_opens"]) == opens_at(at, market)
        assert parse_time(told["market_opens"]) - at <= 60 * told["minutes_until_market_opens"]


def test_the_minutes_left_end_the_kill_zone(box: Box) -> None:
    told = box.asked("session_now", symbol="NQ")
    assert (told["kill_zone"], told["mode"]) == ("new_york_am", "ANALYSIS_ONLY")
    end = NOW + 60 * told["minutes_left"]
    assert session_status(end - 1, instrument("NQ")).kill_zone == "new_york_am"
    assert session_status(end, instrument("NQ")).kill_zone != "new_york_am"


def test_the_session_is_that_of_the_owners_own_kill_zones(box: Box, trader: str) -> None:
    told = box.asked("session_now", owner_id=trader)
    assert (told["symbol"], told["kill_zone"], told["minutes_left"]) == ("EURUSD", "breakfast", 15)
    assert told["next_kill_zone"] == {"name": "tea", "start": "2024-01-11T20:00Z", "minutes_until": 330}
    assert [(one["name"], one["start_new_york"]) for one in told["kill_zones_ahead"]] == [
        ("tea", "15:00"),
        ("breakfast", "09:00"),
    ]


def test_a_turn_begins_in_the_owners_own_kill_zone(box: Box, trader: str) -> None:
    service = box.service
    sources = ToolSources(service.runs, service.desk, service.rulebooks, service.market, service.calendar, box.clock)
    moment = box.wait(lambda: read_moment(sources, trader, None, None))
    assert (moment.kill_zone, moment.phase) == ("breakfast", "kill_zone")
    assert (moment.next_kill_zone.name, moment.next_kill_zone.minutes_until) == ("tea", 330)
    later = replace(sources, clock=lambda: NOW + 20 * 60)
    assert box.wait(lambda: read_moment(later, trader, None, None)).phase == "in_session"
    assert box.wait(lambda: read_moment(later, "nobody in particular", None, None)).phase == "kill_zone"


def test_the_mode_is_the_owners(box: Box) -> None:
    async def stop() -> None:
        await box.service.desk.modes.stop(owner_id="stopped", changed_by="stopped", reason="enough")

    box.wait(stop)
    assert box.asked("session_now", owner_id="stopped")["mode"] == "EMERGENCY_STOP"


def test_events_are_those_of_the_markets_currencies(box: Box) -> None:
    told = box.asked("economic_events", symbol="EURUSD", hours=48)
    assert told["known"] is True
    assert told["currencies"] == ["EUR", "USD"]
    assert [(one["time"], one["currency"], one["impact"], one["minutes_until"]) for one in told["events"]] == [
        ("2024-01-11T13:30Z", "USD", "high", -60),
        ("2024-01-11T18:00Z", "USD", "low", 210),
        ("2024-01-12T15:00Z", "EUR", "high", 1470),
    ]
    assert [one["time"] for one in box.asked("economic_events", symbol="USDJPY", hours=12)["events"]] == [
        "2024-01-11T13:30Z", "2024-01-11T18:00Z", "2024-01-11T23:50Z",
    ]  # fmt: skip


def test_the_news_rule_is_judged_as_a_decision_would_be(box: Box) -> None:
    clear = box.asked("economic_events", symbol="EURUSD")["news_rule"]
    assert (clear["rule"], clear["outcome"], clear["clears_at"]) == ("8.4", "pass", None)
    earlier = Box(box.service, box.portal, box.conninfo, lambda: NOW - 1800)
    blocked = earlier.asked("economic_events", symbol="EURUSD")["news_rule"]
    assert (blocked["outcome"], blocked["clears_at"]) == ("fail", "2024-01-11T14:30Z")


def test_what_nobody_knows_is_not_nothing(box: Box) -> None:
    later = Box(box.service, box.portal, box.conninfo, lambda: parse_time("2025-01-15T12:00:00Z"))
    told = later.asked("economic_events", symbol="EURUSD")
    assert (told["known"], told["events"]) == (False, [])
    assert "covers" in told["why_unknown"]
    assert told["news_rule"]["outcome"] == "not_evaluated"


def recorded_request(box: Box, run_id: str, owner_id: str) -> AnalysisRequest:
    async def work() -> AnalysisRequest:
        run = await box.service.runs.get(run_id, owner_id=owner_id)
        stored = await box.service.runs._runs.inputs(run_id, owner_id=owner_id, rulebook_hash=run.rulebook_hash)
        return AnalysisRequest.from_inputs(stored.inputs, stored.windows)

    found: AnalysisRequest = box.wait(work)
    return found


def test_an_analysis_is_recorded_like_any_other(box: Box) -> None:
    told = box.asked("run_analysis", symbol="gbp/usd")
    run_id = told["decision"]["run_id"]
    assert told["decision"]["symbol"] == "GBPUSD"
    explained = box.asked("explain_decision", run_id=run_id)
    assert explained["decision"] == told["decision"]
    assert explained["deciding_rules"] == told["deciding_rules"]
    assert told["notes"] == {
        "market": "SIMULATED market data (demo)",
        "account": "no account is set: sized for a trial balance of 10000 USD",
        "trial_balance": 10_000.0,
        "account_currency": "USD",
    }
    request = recorded_request(box, run_id, ME)
    assert (request.account_balance, request.simulated, request.mode) == (10_000.0, True, "ANALYSIS_ONLY")
    assert iso_utc(request.as_of) == "2024-01-11T14:30:00Z"
    assert request.calendar is not None


def test_account_risk_and_profile_of_an_analysis_are_the_owners(box: Box, trader: str) -> None:
    told = box.asked("run_analysis", owner_id=trader, symbol="EURUSD")
    assert "account" not in told["notes"]
    request = recorded_request(box, told["decision"]["run_id"], trader)
    assert (request.account_balance, request.profile) == (98_765.0, "mine")


@pytest.mark.parametrize(
    "more",
    [
        {"account_balance": 1e6},
        {"risk_pct": 50},
        {"mode": "FULL_AUTO"},
        {"profile": "relaxed"},
        {"as_of": "2024-01-01"},
    ],
)
def test_an_analysis_takes_nothing_that_is_the_owners(box: Box, more: dict[str, Any]) -> None:
    before = box.asked("list_decisions")["total"]
    assert "The arguments are symbol" in box.refused("run_analysis", symbol="EURUSD", **more)
    assert box.asked("list_decisions")["total"] == before


def test_markets_and_profiles_that_do_not_exist_are_refused(box: Box) -> None:
    for name in ("run_analysis", "session_now", "economic_events"):
        assert "unknown symbol" in box.refused(name, symbol="NOSUCH")
    assert "hours: " in box.refused("economic_events", symbol="EURUSD", hours=1000)


def test_one_analysis_is_run_in_a_turn(box: Box) -> None:
    before = box.asked("list_decisions")["total"]
    tool = box.tools()["run_analysis"]

    async def turn() -> list[str]:
        unknown = await tool.ainvoke({"symbol": "DOGEMOON"})
        both = await asyncio.gather(tool.ainvoke({"symbol": "EURUSD"}), tool.ainvoke({"symbol": "GBPUSD"}))
        return [unknown, *both, await tool.ainvoke({"symbol": "EURUSD"})]

    unknown, first, second, third = box.wait(turn)
    assert unknown.startswith("Error: ")
    assert '"symbol":"EURUSD"' in first
    assert second == third
    assert second.startswith("Error: an analysis of EURUSD was run in this turn, and there is one a turn")
    assert box.asked("list_decisions")["total"] == before + 1
