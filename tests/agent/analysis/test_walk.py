"""The walk: its events, its gates, its trace, its hash, and what it never offers."""

import asyncio
import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest
import rfc8785

from agent.analysis.discipline import Discipline
from agent.analysis.request import AnalysisRequest, CalendarEvent
from agent.analysis.walk import walk
from rulebook.book import Rulebook
from rulebook.conclusion import conclude
from rulebook.counterfactual import why_not
from rulebook.facts import NODES, Fact
from rulebook.judge import judge_walk
from rulebook.loader import load_rulebook
from tests.agent.analysis.market import NOW, demo_candles, request_of, walked
from tools.candles import Candles
from tools.errors import NodeFailed
from tools.timeframes import Timeframe

CHARTS = [
    (symbol, NOW - 3600 * hours) for symbol in ("EURUSD", "NQ", "XAUUSD", "BTCUSD") for hours in range(0, 37 * 40, 37)
]


@pytest.fixture(scope="module")
def strict() -> Rulebook:
    """Give the strict rulebook."""
    return load_rulebook("strict")


@pytest.fixture(scope="module")
def relaxed() -> Rulebook:
    """Give the relaxed rulebook."""
    return load_rulebook("relaxed")


@pytest.fixture(scope="module")
def requests() -> list[AnalysisRequest]:
    """Give requests over many moments of the demo market."""
    return [
        request_of(demo_candles(symbol, Timeframe.M15, until=until), symbol, account_balance=1e6, profile="relaxed")
        for symbol, until in CHARTS
    ]


@pytest.fixture(scope="module")
def outcomes(requests: list[AnalysisRequest], relaxed: Rulebook) -> list[dict[str, Any]]:
    """Give the outcome of each of those requests under the relaxed profile."""
    return [walked(request, relaxed)[-1].data for request in requests]


def test_the_demo_market_shows_every_status(outcomes: list[dict[str, Any]]) -> None:
    counted = Counter(outcome["decision"]["status"] for outcome in outcomes)
    assert counted.keys() == {"TRADE_NOW", "WAIT", "NO_TRADE"}


def test_every_rule_stands_once_in_every_trace(outcomes: list[dict[str, Any]], relaxed: Rulebook) -> None:
    rules = [rule.id for rule in relaxed.rules]
    assert all([verdict["rule_id"] for verdict in outcome["verdicts"]] == rules for outcome in outcomes)


def test_what_a_closed_gate_hides_is_not_evaluated(outcomes: list[dict[str, Any]]) -> None:
    for outcome in outcomes:
        visited = outcome["decision"]["graph_nodes_triggered"]
        assert visited == list(NODES[: len(visited)])
        hidden = [verdict for verdict in outcome["verdicts"] if verdict["node"] not in visited]
        assert all(verdict["outcome"] == "not_evaluated" for verdict in hidden)
        assert all(outcome["decision"]["deciding_rules"][0] in verdict["reason"] for verdict in hidden)


def test_the_trace_is_what_the_facts_come_to(outcomes: list[dict[str, Any]], relaxed: Rulebook) -> None:
    for outcome in outcomes:
        facts = {name: Fact.from_dict(fact) for name, fact in outcome["facts"].items()}
        verdicts = judge_walk(relaxed, facts)
        assert [verdict.to_dict() for verdict in verdicts] == outcome["verdicts"]
        assert conclude(relaxed, verdicts).status == outcome["decision"]["status"]


def test_why_not_turns_every_refusal_into_a_trade(outcomes: list[dict[str, Any]], relaxed: Rulebook) -> None:
    for outcome in outcomes:
        facts = {name: Fact.from_dict(fact) for name, fact in outcome["facts"].items()}
        answer = why_not(relaxed, facts)
        assert answer.is_trade == (outcome["decision"]["status"] == "TRADE_NOW")
        assert answer.proven
        assert conclude(relaxed, judge_walk(relaxed, answer.apply(facts))).status == "TRADE_NOW"


def test_events_tell_the_walk_in_order(requests: list[AnalysisRequest], relaxed: Rulebook) -> None:
    events = walked(requests[0], relaxed)
    told = [event.data["node"] for event in events if event.event == "node.started"]
    assert told == events[-1].data["decision"]["graph_nodes_triggered"]
    assert [event.event for event in events].count("decision") == 1
    for node in told:
        inside = [event.event for event in events if event.data.get("node") == node]
        assert inside[0] == "node.started"
        assert inside[-1] == "node.finished"
        assert inside == sorted(inside, key=["node.started", "tool.called", "rule.evaluated", "node.finished"].index)


def test_the_same_inputs_give_the_same_bytes(requests: list[AnalysisRequest], relaxed: Rulebook) -> None:
    for request in requests[::9]:
        rebuilt = AnalysisRequest.from_inputs(request.to_inputs(), request.window_bytes())
        first, second = ([(e.event, orjson.dumps(e.data)) for e in walked(r, relaxed)] for r in (request, rebuilt))
        assert first == second


def test_the_hash_covers_the_whole_decision(outcomes: list[dict[str, Any]]) -> None:
    for outcome in outcomes:
        decision = dict(outcome["decision"])
        claimed = decision.pop("decision_hash")
        assert hashlib.sha256(rfc8785.dumps(decision)).hexdigest() == claimed


def test_another_input_gives_another_hash(requests: list[AnalysisRequest], relaxed: Rulebook) -> None:
    base = walked(requests[0], relaxed)[-1].data["decision"]["decision_hash"]
    for change in (
        {"risk_pct": 1.25},
        {"account_balance": 5e5},
        {"discipline": Discipline(trades_this_session=0)},
        {"calendar": ()},
    ):
        changed = replace(requests[0], **change)
        assert walked(changed, relaxed)[-1].data["decision"]["decision_hash"] != base


def test_a_setup_is_offered_only_while_it_is_fresh(
    requests: list[AnalysisRequest], outcomes: list[dict[str, Any]]
) -> None:
    offered = 0
    for request, outcome in zip(requests, outcomes, strict=True):
        setup = outcome["decision"]["setup"]
        if setup is None:
            continue
        offered += 1
        candles = request.base
        since = candles.end > np.datetime64(setup["confirmed_at"][:-1], "s").astype(np.int64)
        way = 1 if setup["direction"] == "bullish" else -1
        nearest = candles.low[since] if way > 0 else candles.high[since]
        assert (way * (nearest - setup["entry_price"]) > 0).all()
        assert way * (setup["entry_price"] - setup["stop_loss"]) > 0
        assert all(way * (target - setup["entry_price"]) > 0 for target in setup["take_profit"])
    assert offered > 5


def test_prices_offered_lie_on_the_tick_grid(requests: list[AnalysisRequest], outcomes: list[dict[str, Any]]) -> None:
    for request, outcome in zip(requests, outcomes, strict=True):
        if (setup := outcome["decision"]["setup"]) is not None:
            for price in (setup["entry_price"], setup["stop_loss"]):
                ticks = price / request.instrument.tick_size
                assert ticks == pytest.approx(round(ticks), abs=1e-6)


def test_confidence_tells_charts_apart_and_never_saturates(outcomes: list[dict[str, Any]]) -> None:
    values = {outcome["decision"]["confidence"] for outcome in outcomes}
    assert len(values) > len(outcomes) // 3
    assert max(values) < 1.0


def test_without_a_calendar_the_news_rule_says_so(outcomes: list[dict[str, Any]]) -> None:
    reached = [o for o in outcomes if "entry" in o["decision"]["graph_nodes_triggered"]]
    assert reached
    for outcome in reached:
        verdict = next(v for v in outcome["verdicts"] if v["rule_id"] == "8.4")
        assert verdict["outcome"] in ("not_evaluated", "fail")  # fails on a bank holiday
        assert outcome["decision"]["checklist"]["news_ok"] is not True
        if verdict["outcome"] == "not_evaluated":
            assert any("8.4" in warning for warning in outcome["decision"]["warnings"])


def test_news_near_the_decision_forbids_the_trade(
    requests: list[AnalysisRequest], outcomes: list[dict[str, Any]], relaxed: Rulebook
) -> None:
    trades = [r for r, o in zip(requests, outcomes, strict=True) if o["decision"]["status"] == "TRADE_NOW"]
    for request in trades[:4]:
        currency = request.instrument.quote_currency
        for minutes, status in ((29, "NO_TRADE"), (31, "TRADE_NOW"), (-29, "NO_TRADE")):
            event = CalendarEvent(request.as_of + minutes * 60, currency, "high", "CPI")
            decision = walked(replace(request, calendar=(event,)), relaxed)[-1].data["decision"]
            assert decision["status"] == status
            assert (decision["setup"] is None) == (status == "NO_TRADE")


def test_a_failing_node_is_named(requests: list[AnalysisRequest], relaxed: Rulebook) -> None:
    request = next(r for r in requests if walked(r, relaxed)[-1].data["decision"]["setup"])
    broken = replace(request, instrument=replace(request.instrument))
    object.__setattr__(broken.instrument, "tick_size", 0.0)  # past the check that refuses it
    with pytest.raises(NodeFailed, match="ZeroDivisionError") as caught:
        walked(broken, relaxed)
    assert caught.value.node == "entry"


def test_walks_at_once_do_not_touch_each_other(requests: list[AnalysisRequest], strict: Rulebook) -> None:
    async def last(request: AnalysisRequest) -> str:
        hashes = [e.data["decision"]["decision_hash"] async for e in walk(request, strict) if e.event == "decision"]
        return str(hashes[0])

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(last(request) for request in requests[:12]))

    assert asyncio.run(all_at_once()) == [
        walked(request, strict)[-1].data["decision"]["decision_hash"] for request in requests[:12]
    ]


def test_few_or_flat_bars_are_an_answer(strict: Rulebook) -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW, bars=30)
    flat = np.full(30, 1.25)
    still = Candles.from_arrays(Timeframe.M15, bars.time, flat, flat, flat, flat, bars.volume)
    for candles in (bars, still):
        decision = walked(request_of(candles), strict)[-1].data["decision"]
        assert decision["status"] == "WAIT"
        assert decision["htf_bias"]["value"] == "neutral"


def test_a_setup_that_newer_base_bars_traded_is_not_offered(relaxed: Rulebook) -> None:
    offered = stale = 0
    for symbol, until in CHARTS[::5]:
        minutes = demo_candles(symbol, Timeframe.M1, until=until - 60 * 60, bars=1500)
        for cut in range(1, 5):
            bars = minutes[: len(minutes) - cut]
            decision = walked(request_of(bars, symbol, account_balance=1e6), relaxed)[-1].data["decision"]
            if (setup := decision["setup"]) is None:
                continue
            offered += 1
            way = 1 if setup["direction"] == "bullish" else -1
            since = bars.end > np.datetime64(setup["confirmed_at"][:-1], "s").astype(np.int64)
            nearest = (bars.low if way > 0 else bars.high)[since]
            stale += int((way * (nearest - setup["entry_price"]) <= 0).any())
    assert offered > 0
    assert stale == 0


def test_candles_that_end_before_the_decision_close_a_gate(
    requests: list[AnalysisRequest], outcomes: list[dict[str, Any]], relaxed: Rulebook
) -> None:
    trades = [r for r, o in zip(requests, outcomes, strict=True) if o["decision"]["status"] == "TRADE_NOW"]
    assert trades
    for request in trades[:6]:
        late = replace(request, as_of=request.as_of + 7 * 86_400)
        outcome = walked(late, relaxed)[-1].data
        decided = outcome["decision"]["status"], outcome["decision"]["deciding_rules"]
        is_holiday = outcome["facts"]["session.bank_holiday"]["value"]
        assert decided == (("NO_TRADE", ["8.4"]) if is_holiday else ("WAIT", ["9.2"]))
        assert outcome["facts"]["candles.bars_behind"]["value"] > 400
        assert next(one for one in outcome["verdicts"] if one["rule_id"] == "9.2")["outcome"] == "fail"


def test_a_calendar_that_ended_long_before_is_no_calendar(requests: list[AnalysisRequest], relaxed: Rulebook) -> None:
    old = CalendarEvent(requests[0].as_of - 3 * 86_400, "USD", "high", "CPI")
    outcome = walked(replace(requests[0], calendar=(old,)), relaxed)[-1].data
    assert "ends more than a day before" in outcome["facts"]["news.minutes_to_event"]["unknown_because"]
