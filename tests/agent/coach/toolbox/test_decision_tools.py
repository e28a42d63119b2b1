"""What the tools say of recorded decisions is what was recorded, and what judging again comes to."""

from typing import Any

import pytest

from agent.explanation.explain import Explanation
from agent.runs.service import AuditedDecision
from rulebook.facts import Fact
from rulebook.judge import judge_walk
from tests.agent.audit.recorded import open_worker
from tests.agent.coach.toolbox.box import ME, Box, Row
from tests.agent.runs.scripted_walk import ScriptedWalk, request

RUNS = ("wait", "bias", "trade")


def explained(box: Box, run: str) -> Explanation:
    async def work() -> Explanation:
        return await box.service.runs.explain(box.runs[run], owner_id=ME)

    explanation: Explanation = box.wait(work)
    return explanation


def audited(box: Box, run: str) -> AuditedDecision:
    async def work() -> AuditedDecision:
        recorded = await box.service.runs.get(box.runs[run], owner_id=ME)
        assert recorded.decision_id is not None
        return await box.service.runs.decision(recorded.decision_id, owner_id=ME)

    found: AuditedDecision = box.wait(work)
    return found


def outcomes(box: Box, run: str) -> dict[str, str]:
    return {verdict["rule_id"]: verdict["outcome"] for verdict in audited(box, run).verdicts}


def test_the_runs_recorded_are_of_different_kinds(box: Box) -> None:
    statuses = {run: audited(box, run).record.status for run in RUNS}
    assert statuses == {"wait": "WAIT", "bias": "WAIT", "trade": "TRADE_NOW"}


@pytest.mark.parametrize("run", RUNS)
def test_an_explanation_is_the_recorded_decision(box: Box, run: str) -> None:
    told, decision = box.asked("explain_decision", run_id=box.runs[run]), audited(box, run).record.decision
    assert told["decision"] == {
        "run_id": box.runs[run],
        "symbol": decision["symbol"],
        "status": decision["status"],
        "as_of": "2024-01-11T14:30Z",
        "action": decision["action"],
        "confidence": decision["confidence"],
        "confluence_score": decision["confluence_score"],
        "profile": decision["profile"],
        "mode": "ANALYSIS_ONLY",
        "simulated": True,
        "minutes_since_as_of": 0,
        "age": "0 min",
    }
    assert told["bias"]["value"] == decision["htf_bias"]["value"]
    assert told["session"] == {**decision["session"], "new_york_time": "2024-01-11T09:30-05:00"}
    assert told["permission"] == decision["permission"]
    assert told["nodes_reached"] == decision["graph_nodes_triggered"]
    assert decision["warnings"][: len(told["warnings"])] == told["warnings"] != []


@pytest.mark.parametrize("run", RUNS)
def test_every_verdict_told_is_the_recorded_one(box: Box, run: str) -> None:
    told, recorded = box.asked("explain_decision", run_id=box.runs[run]), outcomes(box, run)
    verdicts = [*told["deciding_rules"], *told["others_not_met"]]
    assert all(recorded[one["rule"]] == one["outcome"] != "pass" for one in verdicts)
    assert [one["rule"] for one in told["deciding_rules"]] == audited(box, run).record.decision["deciding_rules"]
    assert set(told["passed"]) == {rule for rule, outcome in recorded.items() if outcome == "pass"}


@pytest.mark.parametrize("run", RUNS)
def test_the_summary_is_the_explanations_own(box: Box, run: str) -> None:
    told = box.asked("explain_decision", run_id=box.runs[run])
    said = [one.text for one in explained(box, run).sentences]
    assert told["summary"] == [one for one in said if not one.startswith("Warning: ")]


def test_a_trade_shows_its_setup_and_its_risk_but_no_balance(box: Box) -> None:
    told, decision = box.asked("explain_decision", run_id=box.runs["trade"]), audited(box, "trade").record.decision
    for key in ("entry_price", "stop_loss", "take_profit", "invalidation_point", "direction", "name"):
        assert told["setup"][key] == decision["setup"][key]
    for key in ("risk_pct", "position_size", "rr", "account_currency"):
        assert told["risk"][key] == decision["risk"][key]
    assert "risk_money" not in told["risk"]
    assert decision["risk"]["risk_money"] > 0
    assert str(decision["risk"]["account_balance"]) not in str(told)


@pytest.mark.parametrize("run", RUNS)
def test_every_rule_can_be_asked_for_in_full(box: Box, run: str) -> None:
    for verdict in audited(box, run).verdicts:
        told = box.asked("explain_decision", run_id=box.runs[run], rule_id=verdict["rule_id"])
        shown = told["verdict"]
        assert (shown["rule"], shown["name"], shown["outcome"]) == (
            verdict["rule_id"], verdict["name"], verdict["outcome"],
        )  # fmt: skip
        compared = [(one["fact"], one["unit"], one["operator"], one["holds"]) for one in told["operands"]]
        assert compared == [(one["fact"], one["unit"], one["operator"], one["holds"]) for one in verdict["operands"]]
        for one, recorded in zip(told["operands"], verdict["operands"], strict=True):
            assert one["value"] == pytest.approx(recorded["value"])
            assert one["threshold"] == recorded["threshold"]


def test_without_a_run_the_newest_decision_is_meant(box: Box) -> None:
    newest = box.asked("list_decisions", limit=1)["decisions"][0]["run_id"]
    for name in ("explain_decision", "why_not"):
        assert box.asked(name)["decision"]["run_id"] == newest


@pytest.mark.parametrize("run", ["wait", "bias"])
def test_the_changes_why_not_names_do_make_it_a_trade(box: Box, run: str) -> None:
    told, recorded = box.asked("why_not", run_id=box.runs[run]), explained(box, run).why_not
    assert told["becomes_trade"] is True
    assert told["what_would_stop_it"] == []
    assert [(one["fact"], one["rules"]) for one in told["changes"]] == [
        (one.fact, list(one.rule_ids)) for one in recorded.changes
    ]
    facts = {one["fact"]: one["becomes"] for one in told["changes"]}
    assert box.asked("what_if", run_id=box.runs[run], facts=facts)["would_be"]["status"] == "TRADE_NOW"
    for left_out in facts:  # and no smaller change does
        fewer = {name: value for name, value in facts.items() if name != left_out}
        if fewer:
            assert box.asked("what_if", run_id=box.runs[run], facts=fewer)["would_be"]["status"] != "TRADE_NOW"


def test_a_trade_is_told_what_would_stop_it_nearest_first(box: Box) -> None:
    told, stops = box.asked("why_not", run_id=box.runs["trade"]), explained(box, "trade").what_would_stop_it
    assert told["changes"] == []
    assert told["sentence"] == "It is a trade as it stands; nothing has to change."
    shown = [one["rule"] for one in told["what_would_stop_it"]]
    assert shown == [one.rule_id for one in stops][: len(shown)] != []
    assert [one["sentence"] for one in told["what_would_stop_it"]] == [one.said.text for one in stops[: len(shown)]]


def test_a_supposed_fact_is_judged_by_the_runs_own_rules(box: Box) -> None:
    supposed: dict[str, Any] = {"session.in_kill_zone": False}
    told = box.asked("what_if", run_id=box.runs["trade"], facts=supposed)
    assert told["supposed"] == {"facts": supposed}
    assert told["would_be"]["status"] == "WAIT"
    assert told["would_be"]["deciding_rule_ids"] == ["8.1"]
    assert told["sentence"] == "It would be WAIT, and is TRADE_NOW."
    recorded = audited(box, "trade").record
    rulebook = box.service.rulebooks.get("relaxed")
    facts = {name: Fact.from_dict(fact) for name, fact in recorded.facts.items()}
    judged = {one.rule_id: one.outcome for one in judge_walk(rulebook, {**facts, "session.in_kill_zone": Fact(False)})}
    before = outcomes(box, "trade")
    changed = {one["rule"]: (one["before"], one["after"]) for one in told["changed_rules"]}
    assert changed == {rule: (before[rule], after) for rule, after in judged.items() if before[rule] != after}
    assert told["changed_rules"][0]["rule"] == "8.1"


def test_another_profile_walks_again(box: Box) -> None:
    told = box.asked("what_if", run_id=box.runs["bias"], profile="relaxed")
    relaxed = audited(box, "trade").record.decision
    assert told["would_be"]["status"] == relaxed["status"] == "TRADE_NOW"
    assert told["would_be"]["setup"]["entry_price"] == relaxed["setup"]["entry_price"]
    before, after = outcomes(box, "bias"), outcomes(box, "trade")
    assert told["changed_rules_total"] == sum(before[rule] != after[rule] for rule in before)
    assert all((before[one["rule"]], after[one["rule"]]) == (one["before"], one["after"])
               for one in told["changed_rules"])  # fmt: skip


def test_decisions_are_listed_newest_first_and_narrowed_down(box: Box) -> None:
    told = box.asked("list_decisions", limit=10)
    assert told["total"] >= 3
    rows: list[Row] = told["decisions"]
    assert rows[-1]["run_id"] == box.runs["wait"]
    waiting = box.asked("list_decisions", status="WAIT", symbol="gbp/usd", limit=10)
    assert {(one["symbol"], one["status"]) for one in waiting["decisions"]} == {("GBPUSD", "WAIT")}
    assert waiting["decisions"][-1]["deciding_rule"] == "2.3"
    assert waiting["decisions"][-1]["reason"] == audited(box, "wait").record.decision["reason_short"]
    assert box.asked("list_decisions", status="NO_TRADE")["decisions"] == []


def test_two_decisions_are_set_side_by_side(box: Box) -> None:
    told = box.asked("compare_decisions", run_id=box.runs["bias"], other_run_id=box.runs["trade"])
    assert (told["decision"]["run_id"], told["other"]["run_id"]) == (box.runs["bias"], box.runs["trade"])
    before, after = outcomes(box, "bias"), outcomes(box, "trade")
    assert told["changed_rules_total"] == sum(before[rule] != after[rule] for rule in before)
    for one in told["changed_rules"]:
        assert (before[one["rule"]], after[one["rule"]]) == (one["before"], one["after"])
    one, other = audited(box, "bias").record.facts, audited(box, "trade").record.facts
    for fact in told["changed_facts"]:
        assert fact["before"] == pytest.approx(one[fact["fact"]]["value"])
        assert fact["after"] == pytest.approx(other[fact["fact"]]["value"])
    same = box.asked("compare_decisions", run_id=box.runs["trade"], other_run_id=box.runs["trade"])
    assert (same["changed_rules"], same["changed_facts"]) == ([], [])
    assert same["sentence"] == "Both are TRADE_NOW; 0 rules and 0 facts differ."


def test_what_cannot_be_asked_is_refused_with_what_to_ask_instead(box: Box) -> None:
    wait = box.runs["wait"]
    assert "2.3" in box.refused("explain_decision", run_id=wait, rule_id="2.33")
    assert "no run has the id" in box.refused("explain_decision", run_id="nowhere")
    assert "relaxed or strict" in box.refused("what_if", run_id=wait, profile="reckless")
    assert "structure.bars_since_mss" in box.refused("what_if", run_id=wait, facts={"structure.bars_since_ms": 3})
    assert "the judge adds it up" in box.refused("what_if", run_id=wait, facts={"checklist.confluence": 10})
    assert "must be a number" in box.refused("what_if", run_id=wait, facts={"structure.bars_since_mss": "few"})
    assert "give either profile or facts" in box.refused("what_if", run_id=wait)
    both = box.refused("what_if", run_id=wait, profile="relaxed", facts={"structure.bars_since_mss": 3})
    assert "give either profile or facts" in both
    assert "facts: " in box.refused("what_if", run_id=wait, facts={})
    assert "facts: " in box.refused("what_if", run_id=wait, facts={"a": [1]})
    assert "status: " in box.refused("list_decisions", status="BUY")
    assert "limit: " in box.refused("list_decisions", limit=1000)
    assert "other_run_id: " in box.refused("compare_decisions", run_id=wait)


def test_a_run_without_a_decision_is_refused(box: Box) -> None:
    async def failed() -> str:
        worker = await open_worker(box.service.database, ScriptedWalk(fail_in="bias"))
        run = await worker.analyze(request(), owner_id=ME)
        await worker.close(grace_s=0.0)
        return run.run_id

    run_id = box.wait(failed)
    for name in ("explain_decision", "why_not"):
        assert "is failed and has no decision" in box.refused(name, run_id=run_id)
    assert "has no decision" in box.refused("what_if", run_id=run_id, profile="relaxed")
    assert "has no decision" in box.refused("compare_decisions", run_id=run_id, other_run_id=box.runs["wait"])
