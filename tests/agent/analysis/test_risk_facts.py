"""Facts of the risk node: the trade's numbers, its size by plan and news, discipline, and that no indicator speaks."""

from dataclasses import replace
from typing import Any

import pytest

from agent.analysis.discipline import Discipline
from agent.analysis.nodes import governance, risk
from agent.analysis.observation import Gathered, Observation
from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest, CalendarEvent
from agent.analysis.steps import Progress, conclude_walk, take_step, walk_now
from rulebook.book import Rulebook
from rulebook.conclusion import graded_confidence
from rulebook.facts import NODES, Evidence, Fact
from rulebook.loader import ProfileText, load_rulebook
from rulebook.verdict import Verdict
from tests.agent.analysis.market import NOW, demo_candles, reading_of, request_of, rules
from tools.risk_methods import RiskPlan, planned_risk
from tools.timeframes import Timeframe

NEAR_NEWS = "profile: near\ndescription: x\nextends: relaxed\ntoggles: {news: smaller_size}\n"
NO_NEWS = {"news.minutes_to_event": Fact(1440.0)}
SETUP: dict[str, Any] = {
    "id": "setup:15m:mss_ote:bullish:2026-09-21T12:00:00Z", "type": "mss_ote", "name": "x", "rule": "6.4",
    "direction": "bullish", "formed_at": "2026-09-21T12:00:00Z", "confirmed_at": "2026-09-21T12:15:00Z",
}  # fmt: skip


@pytest.fixture(scope="module")
def trades() -> list[AnalysisRequest]:
    """Give requests that come to a trade under the relaxed rules."""
    requests = [
        request_of(demo_candles(symbol, Timeframe.M15, until=NOW - 3600 * hours), symbol, account_balance=1e6)
        for symbol in ("EURUSD", "NQ", "XAUUSD", "BTCUSD")
        for hours in range(0, 37 * 30, 37)
    ]
    found = [one for one in requests if walk_now(one, rules(), facts_beyond=False)["decision"]["status"] == "TRADE_NOW"]
    assert found
    return found


def observed(reading: Reading, setup: dict[str, Any] | None, facts: dict[str, Fact] | None = None) -> Observation:
    return risk.observe(reading, Gathered(facts or NO_NEWS, {"direction": 1, "setup": setup}))


def setup_below(reading: Reading, *, away_atr: float, stop_atr: float) -> dict[str, Any]:
    """Return a long setup so many ATR below the last close, its stop so many ATR lower and 0.1 beyond the extreme."""
    atr = float(reading.entry.atr[-1])
    entry = reading.price - away_atr * atr
    stop = entry - stop_atr * atr
    return {**SETUP, "entry_price": entry, "stop_loss": stop, "invalidation_point": stop + 0.1 * atr}


def test_the_trades_numbers(trades: list[AnalysisRequest]) -> None:
    for request in trades:
        outcome = walk_now(request, rules())
        setup, facts = outcome["decision"]["setup"], outcome["facts"]
        distance = abs(setup["entry_price"] - setup["stop_loss"])
        targets, value = setup["take_profit"], {name: fact["value"] for name, fact in facts.items()}
        assert value["risk.targets"] == len(targets) > 0
        assert value["risk.first_target_r"] == pytest.approx(abs(targets[0] - setup["entry_price"]) / distance)
        assert value["risk.reward_ratio"] == pytest.approx(abs(targets[-1] - setup["entry_price"]) / distance)
        size = outcome["decision"]["risk"]["position_size"]
        assert value["risk.position_steps"] == pytest.approx(size / request.instrument.size_step)
        assert value["risk.stop_beyond_atr"] > 0
        beyond = abs(setup["invalidation_point"] - setup["stop_loss"])
        atr = float(Reading(request, rules()).entry.atr[-1])
        assert value["risk.stop_beyond_atr"] == pytest.approx(beyond / atr)


def test_the_stop_is_measured_in_the_present_range() -> None:
    reading = reading_of(demo_candles("EURUSD", Timeframe.M15, until=NOW))
    facts = observed(reading, setup_below(reading, away_atr=1, stop_atr=1)).facts
    assert facts["risk.stop_beyond_atr"].value == pytest.approx(0.1)
    assert facts["risk.stop_beyond_atr"].evidence[0].time == SETUP["formed_at"]


def test_without_a_setup_there_is_nothing_to_size() -> None:
    reading = reading_of(demo_candles("EURUSD", Timeframe.M15, until=NOW))
    found = observed(reading, None)
    unknown = {name for name, fact in found.facts.items() if fact.unknown_because == risk.NO_SETUP}
    assert {"risk.targets", "risk.position_steps", "risk.stop_beyond_atr", "risk.first_target_r"} < unknown
    assert found.facts["risk.risk_pct"].value == 1.0
    assert found.findings == {"risk": None}


@pytest.mark.parametrize(
    ("change", "missing"), [({"account_balance": None}, "balance"), ({"risk_pct": None}, "risk of the trade")]
)
def test_an_account_that_is_not_filled_in_leaves_the_size_unknown(change: dict[str, None], missing: str) -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW)
    reading = Reading(replace(request_of(bars), **change).check(), rules())  # type: ignore[arg-type]
    found = observed(reading, setup_below(reading, away_atr=1, stop_atr=1))
    assert missing in str(found.facts["risk.position_steps"].unknown_because)
    assert found.findings["risk"]["position_size"] is None
    assert (found.facts["risk.risk_pct"].value is None) == ("risk_pct" in change)
    walk_now(reading.request, rules())


def test_a_plan_sets_the_risk_and_says_how(trades: list[AnalysisRequest]) -> None:
    plan = RiskPlan("equity_curve", 1.0, equity_above_mean=False)
    for request in trades[:4]:
        whole = walk_now(request, rules())["decision"]["risk"]
        found = walk_now(replace(request, plan=plan), rules())["decision"]["risk"]
        assert (whole["method"], whole["method_reason"]) == ("fixed", "fixed: 1 % of the balance, as asked")
        assert (found["method"], found["method_reason"]) == ("equity_curve", planned_risk(plan, None).reason)
        assert (whole["risk_pct"], found["risk_pct"]) == (1.0, 0.5)
        assert found["risk_money"] == pytest.approx(whole["risk_money"] / 2)
        assert found["position_size"] <= whole["position_size"] / 2


def test_a_method_that_lacks_what_it_needs_is_unknown(trades: list[AnalysisRequest]) -> None:
    outcome = walk_now(replace(trades[0], plan=RiskPlan("half_kelly", 1.0)), rules())
    assert "half Kelly needs" in outcome["facts"]["risk.risk_pct"]["unknown_because"]
    assert outcome["decision"]["status"] == "NO_TRADE"  # rule 7.1 is not to be let through


def test_sizing_by_confidence_takes_the_grade_of_the_nodes_before(trades: list[AnalysisRequest]) -> None:
    plan = RiskPlan("by_confidence", 1.0)
    for request in trades:
        outcome = walk_now(replace(request, plan=plan), rules())
        before = [Verdict.from_dict(one) for one in outcome["verdicts"] if one["node"] != "risk"]
        expected = planned_risk(plan, graded_confidence(rules(), before))
        assert outcome["facts"]["risk.risk_pct"]["value"] == expected.risk_pct
        if outcome["decision"]["risk"] is not None:
            assert outcome["decision"]["risk"]["method_reason"] == expected.reason


@pytest.mark.parametrize(("minutes", "expected"), [(29, 0.5), (-29, 0.5), (30, 1.0), (31, 1.0), (None, 1.0)])
def test_news_near_make_the_size_smaller_where_a_rule_says_so(minutes: int | None, expected: float) -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW)
    smaller = rules().tuned({"8.4": {"size_factor": 0.5}})
    as_of = int(bars.end[-1])
    calendar = () if minutes is None else (CalendarEvent(as_of + minutes * 60, "USD", "high", "CPI"),)
    for rulebook in (smaller, rules()):
        fact = walk_now(request_of(bars, calendar=calendar), rulebook)["facts"]["risk.risk_pct"]
        assert fact["value"] == (expected if rulebook is smaller else 1.0)
    reading = Reading(request_of(bars, calendar=calendar), smaller)
    found = observed(
        reading, setup_below(reading, away_atr=1, stop_atr=1), {"news.minutes_to_event": Fact(abs(minutes or 1440))}
    )
    assert ("minutes of high-impact news" in found.findings["risk"]["method_reason"]) == (expected < 1)


REDUCED = [
    (RiskPlan("by_confidence", 0.5), {}, "by confidence"),
    (RiskPlan("equity_curve", 0.6, equity_above_mean=False), {}, "below its mean"),
    (RiskPlan("session_cap", 0.8, session_cap_pct=2, session_risk_pct=1.7), {}, "which leaves 0.3 %"),
    (RiskPlan("fixed", 0.6), {"size_factor": 0.5}, "times 0.5 within"),
    (None, {"size_factor": 0.5}, "times 0.5 within"),
]


@pytest.mark.parametrize(("plan", "news", "said"), REDUCED)
def test_what_makes_a_trade_smaller_does_not_forbid_it(
    trades: list[AnalysisRequest], plan: RiskPlan | None, news: dict[str, float], said: str
) -> None:
    """Rule 7.1's floor is asked of the plan: a method or news that halve half a percent leave a trade of a quarter."""
    rulebook = near_news().tuned({"8.4": news})
    for request in trades:
        events = (CalendarEvent(request.as_of + 60, "USD", "high", "CPI"),) if news else None
        asked = replace(request, risk_pct=0.6, plan=plan, calendar=events)
        outcome = walk_now(asked, rulebook)
        facts, full = outcome["facts"], asked.risk_pct if plan is None else plan.risk_pct
        assert facts["risk.planned_pct"]["value"] == full
        assert 0 < facts["risk.risk_pct"]["value"] < 0.5
        assert said in outcome["decision"]["risk"]["method_reason"]
        assert verdict_of(outcome, "7.1")["outcome"] == "pass"


def test_nothing_left_to_risk_is_no_trade(trades: list[AnalysisRequest]) -> None:
    used_up = RiskPlan("session_cap", 1.0, session_cap_pct=2, session_risk_pct=2)
    outcome = walk_now(replace(trades[0], plan=used_up), rules())
    values = {name: fact["value"] for name, fact in outcome["facts"].items()}
    assert (values["risk.planned_pct"], values["risk.risk_pct"], values["risk.position_steps"]) == (1.0, 0.0, 0)
    assert verdict_of(outcome, "7.1")["outcome"] == "fail"
    kelly = RiskPlan("half_kelly", 1.0, win_rate=0.335, payoff=2.0, closed_trades=40)  # a quarter of a percent
    outcome = walk_now(replace(trades[0], plan=kelly), rules())
    values = {name: fact["value"] for name, fact in outcome["facts"].items()}
    assert values["risk.planned_pct"] == values["risk.risk_pct"] == 0.125
    assert verdict_of(outcome, "7.1")["outcome"] == "fail"


def near_news() -> Rulebook:
    """Return relaxed rules by which news near make a trade smaller."""
    return load_rulebook(ProfileText("near", NEAR_NEWS))


def verdict_of(outcome: dict[str, Any], rule_id: str) -> dict[str, Any]:
    """Return what one rule said."""
    return next(one for one in outcome["verdicts"] if one["rule_id"] == rule_id)


def test_discipline_as_facts() -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW)
    known = Discipline(1, 2, 1, 0, 12.5, 0.5, 4.0, "the kill switch of Friday")
    facts = observed(Reading(request_of(bars, discipline=known), rules()), None).facts
    values = {name.removeprefix("discipline."): fact.value for name, fact in facts.items() if "discipline" in name}
    assert values == {
        "session_trade_number": 2, "day_trade_number": 3, "session_losses": 1, "losses_in_row": 0,
        "minutes_since_loss": 12.5, "daily_loss_pct": 0.5, "drawdown_pct": 4.0,
    }  # fmt: skip
    nothing = observed(reading_of(bars), None).facts
    assert all(nothing[f"discipline.{name}"].unknown_because for name in values)


def test_a_stop_ends_every_walk_at_its_first_node() -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW)
    for stopped, outcome in ((None, "not_evaluated"), ("", "pass"), ("the kill switch of Friday", "fail")):
        walked = walk_now(request_of(bars, discipline=Discipline(stopped=stopped)), rules())
        assert next(one for one in walked["verdicts"] if one["rule_id"] == "7.6.1")["outcome"] == outcome
        if stopped:
            assert (walked["decision"]["status"], walked["decision"]["permission"]["because"]) == ("NO_TRADE", stopped)
            assert "7.6.1" in walked["decision"]["deciding_rules"]


def test_no_evidence_of_a_walk_is_an_indicator(trades: list[AnalysisRequest]) -> None:
    for request in trades:
        assert walk_now(request, rules())["facts"]["governance.indicator_facts"]["value"] == 0


def test_an_indicator_among_the_evidence_closes_the_gate(trades: list[AnalysisRequest]) -> None:
    rsi = Evidence("rsi:15m:14", "rsi", None, 71.0)
    found = governance.indicator_facts({"a": Fact(1, (rsi,)), "b": Fact(True, (rsi, Evidence("pool:x", "pool")))})
    assert (found.value, found.evidence) == (1, (rsi,))
    reading, walked = Reading(trades[0], rules()), Progress()
    for node in NODES[:-1]:
        walked = take_step(reading, node, walked).after
    tainted = {**walked.facts, "bias.direction": Fact(walked.facts["bias.direction"].value, (rsi,))}
    last = take_step(reading, "risk", replace(walked, facts=tainted)).after
    decision = conclude_walk(reading, last)["decision"]
    assert (decision["status"], decision["deciding_rules"]) == ("NO_TRADE", ["12"])
