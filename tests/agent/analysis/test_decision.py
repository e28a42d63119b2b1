"""The decision's own parts: session, management, permission, and that the wire's schema mirrors it."""

from dataclasses import replace
from typing import Any

import pytest

from agent.analysis.management import management
from agent.analysis.permission import MODES, permission
from agent.analysis.request import AnalysisRequest
from agent.analysis.steps import walk_now
from api.schemas.decision import Decision
from rulebook.schema import KillZone
from tests.agent.analysis.market import NOW, demo_candles, request_of, rules
from tools.timeframes import Timeframe

LONG: dict[str, Any] = {"direction": "bullish", "entry_price": 100.0, "stop_loss": 98.0}
SHORT: dict[str, Any] = {"direction": "bearish", "entry_price": 100.0, "stop_loss": 102.0}


def requests() -> list[AnalysisRequest]:
    return [
        request_of(demo_candles(symbol, Timeframe.M15, until=NOW - 3600 * hours), symbol, account_balance=1e6)
        for symbol in ("EURUSD", "NQ", "XAUUSD", "BTCUSD")
        for hours in range(0, 37 * 20, 37)
    ]


def test_the_session_says_where_the_clock_stands() -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW)
    told = walk_now(request_of(bars), rules())["decision"]["session"]
    assert told == {"kill_zone": "london_close", "new_york_time": "2026-09-21T10:00:00-04:00", "market_open": True}
    own = replace(
        rules(), kill_zones=(KillZone("mine", "09:30", "10:30", True), KillZone("out", "10:30", "11:00", False))
    )
    assert walk_now(request_of(bars), own)["decision"]["session"]["kill_zone"] == "mine"
    assert walk_now(request_of(bars), own)["facts"]["session.in_kill_zone"]["value"] is True
    later = replace(
        own, kill_zones=(KillZone("out", "09:30", "10:30", False), KillZone("mine", "12:00", "13:00", True))
    )
    assert walk_now(request_of(bars), later)["facts"]["session.in_kill_zone"]["value"] is False


def test_partials_close_a_share_at_the_first_target_and_the_rest_at_the_farthest() -> None:
    plan = management(rules(), LONG, [102.0, 103.0, 106.0], 0.25)
    assert plan == {
        "partials": [
            {"price": 102.0, "share_pct": 50.0, "at_r": 1.0}, {"price": 106.0, "share_pct": 50.0, "at_r": 3.0},
        ],
        "breakeven_at_price": 102.0, "breakeven_at_r": 1.0, "trail_by": "internal_swings",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pct", "targets", "shares"),
    [
        (50, [], []), (50, [97.0], [(97.0, 100)]), (30, [97.0, 94.0], [(97.0, 30), (94.0, 70)]),
        (0, [97.0, 94.0], [(94.0, 100)]), (100, [97.0, 94.0], [(97.0, 100)]),
    ],
)  # fmt: skip
def test_shares_sum_to_the_whole(pct: float, targets: list[float], shares: list[tuple[float, float]]) -> None:
    plan = management(rules().tuned({"7.4": {"partial_pct": pct}}), SHORT, targets, 0.25)
    assert [(part["price"], part["share_pct"]) for part in plan["partials"]] == shares


def test_break_even_is_the_first_price_that_has_earned_it() -> None:
    rulebook = rules().tuned({"7.5": {"breakeven_r": 1.3, "trail_by": "none"}})
    long, short = (management(rulebook, setup, [], 0.25) for setup in (LONG, SHORT))
    assert (long["breakeven_at_price"], short["breakeven_at_price"]) == (102.75, 97.25)
    assert (long["breakeven_at_r"], long["trail_by"]) == (1.3, "none")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (None, "nothing nothing nothing"), ("ANALYSIS_ONLY", "nothing nothing nothing"),
        ("EMERGENCY_STOP", "nothing nothing nothing"), ("SIMULATION", "simulate simulate simulate"),
        ("APPROVAL_REQUIRED", "ask ask ask"), ("SEMI_AUTO", "ask ask execute"), ("FULL_AUTO", "ask execute execute"),
    ],
)  # fmt: skip
def test_what_each_mode_permits(mode: str | None, expected: str) -> None:
    actions = ("manual_approval", "auto_eligible", "high_conviction")
    found = [permission(mode, "TRADE_NOW", action) for action in actions]
    assert [one["may"] for one in found] == expected.split()
    assert all(one["mode"] == mode and one["because"] for one in found)


@pytest.mark.parametrize("mode", [None, *MODES])
@pytest.mark.parametrize("action", ["wait", "manual_approval", "high_conviction"])
def test_made_up_candles_are_simulated_at_most_and_old_ones_not_at_all(mode: str | None, action: str) -> None:
    usual = permission(mode, "TRADE_NOW", action)
    made_up = permission(mode, "TRADE_NOW", action, simulated=True)
    if usual["may"] in ("ask", "execute"):
        assert made_up == {"mode": mode, "may": "simulate", "because": "the candles are simulated"}
    else:
        assert made_up == usual
    for simulated in (False, True):
        past = permission(mode, "TRADE_NOW", action, simulated=simulated, is_past=True)
        assert past["may"] == "nothing"
        if usual["may"] == "nothing":
            assert past == usual
        else:
            assert past["because"] == "the chart ends long before it was asked about"


def test_a_decision_knows_made_up_and_old_charts() -> None:
    trade = next(one for one in requests() if walk_now(one, rules())["decision"]["action"] == "manual_approval")
    asking = replace(trade, mode="APPROVAL_REQUIRED")
    made_up, past = replace(asking, simulated=True), replace(asking, is_past=True)
    for one, may in (asking, "ask"), (made_up, "simulate"), (past, "nothing"):
        assert walk_now(one, rules())["decision"]["permission"]["may"] == may


@pytest.mark.parametrize("mode", [None, *MODES])
def test_no_mode_permits_anything_but_a_trade_worth_it(mode: str | None) -> None:
    refused = [("WAIT", "high_conviction"), ("NO_TRADE", "no_trade"), ("TRADE_NOW", "wait"), ("TRADE_NOW", "no_trade")]
    for status, action in refused:
        found = permission(mode, status, action)
        assert found["may"] == "nothing"
        assert mode == "EMERGENCY_STOP" or "emergency" not in found["because"]


def test_the_wire_mirrors_every_decision() -> None:
    offered = 0
    for number, request in enumerate(requests()):
        decision = walk_now(replace(request, mode=MODES[number % len(MODES)]), rules())["decision"]
        served = Decision.model_validate({"run_id": "0197a000-0000-7000-8000-000000000000", **decision})
        told = served.model_dump(mode="json")
        assert told.pop("run_id")
        assert told == decision
        offered += decision["setup"] is not None
    assert offered > 3
    bare = replace(requests()[0], account_balance=None, risk_pct=None)
    Decision.model_validate({"run_id": "0197a000-0000-7000-8000-000000000000", **walk_now(bare, rules())["decision"]})
