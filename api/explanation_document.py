"""Explanations and what-ifs as wire documents; see `api.schemas.explanation`."""

from typing import Any, Final

from agent.explanation.explain import Explanation
from agent.explanation.stops import Stop
from agent.explanation.trace import Sentence, rule_trace_id
from agent.explanation.tree import ChartLevel, DecisionLevel, NodeLevel, OperandLevel, RuleLevel
from agent.explanation.what_if import ChangedFact, ChangedRule, Side, WhatIf
from rulebook.counterfactual import Change

_CHART: Final = "/api/v1/runs/{run_id}/chart.html?timeframe={timeframe}"


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return what ``POST /explain`` answers and ``ict explain --json`` prints."""
    nodes = [
        {"node": one.node, "reached": one.reached, "summary": one.summary, "rules": list(one.rules)}
        for one in explanation.nodes
    ]
    why_not = explanation.why_not
    return {
        "run_id": explanation.run_id,
        "decision": explanation.decision,
        "summary": explanation.summary,
        "summary_sentences": [_said(one) for one in explanation.sentences],
        "tree": _decision(explanation.tree, explanation.run_id),
        "nodes": nodes,
        "why_not": {
            "is_trade": why_not.is_trade,
            "changes": [_change(one, explanation.run_id) for one in why_not.changes],
            "proven": why_not.proven,
        },
        "what_would_stop_it": [_stop(one) for one in explanation.what_would_stop_it],
    }


def what_if_document(answer: WhatIf) -> dict[str, Any]:
    """Return what ``POST /explain/what-if`` answers and ``ict what-if --json`` prints."""
    return {
        "run_id": answer.run_id,
        "kind": answer.kind,
        "recorded": _side(answer.recorded),
        "what_if": {**_side(answer.what_if), "setup": answer.setup, "risk": answer.risk},
        "flips": answer.flips,
        "changed_rules": [_changed_rule(one) for one in answer.changed_rules],
        "changed_facts": [_changed_fact(one) for one in answer.changed_facts],
    }


def _said(said: Sentence) -> dict[str, Any]:
    return {"text": said.text, "trace_ids": list(said.trace_ids)}


def _decision(level: DecisionLevel, run_id: str) -> dict[str, Any]:
    return {
        "level": "decision",
        **_said(level.said),
        "status": level.status,
        "action": level.action,
        "warnings": [_said(one) for one in level.warnings],
        "children": [_node(one, run_id) for one in level.children],
    }


def _node(level: NodeLevel, run_id: str) -> dict[str, Any]:
    children = [_rule(one, run_id) for one in level.children]
    return {"level": "node", "node": level.node, "reached": level.reached, **_said(level.said), "children": children}


def _rule(level: RuleLevel, run_id: str) -> dict[str, Any]:
    return {
        "level": "rule",
        "rule_id": level.rule_id,
        "trace_id": level.trace_id,
        "name": level.name,
        "kind": level.kind,
        "weight": level.weight,
        "outcome": level.outcome,
        "margin": level.margin,
        "decides": level.decides,
        "closes": level.closes,
        **_said(level.said),
        "children": [_operand(one, run_id) for one in level.children],
    }


def _operand(level: OperandLevel, run_id: str) -> dict[str, Any]:
    threshold = list(level.threshold) if isinstance(level.threshold, tuple) else level.threshold
    return {
        "level": "operand",
        "trace_id": level.trace_id,
        "fact": level.fact,
        "value": level.value,
        "unit": level.unit,
        "operator": level.operator,
        "threshold": threshold,
        "parameter": level.parameter,
        "margin": level.margin,
        "holds": level.holds,
        "wanted": level.wanted,
        **_said(level.said),
        "children": [_on_chart(one, run_id) for one in level.children],
    }


def _on_chart(level: ChartLevel, run_id: str) -> dict[str, Any]:
    timeframe = level.timeframe
    return {
        "level": "fact",
        "fact_id": level.fact_id,
        "kind": level.kind,
        "time": level.time,
        "price": level.price,
        "on_chart": None if timeframe is None else _CHART.format(run_id=run_id, timeframe=timeframe.value),
        **_said(level.said),
    }


def _change(change: Change, run_id: str) -> dict[str, Any]:
    return {
        "fact": change.fact,
        "now": change.value_now,
        "needed": change.value_needed,
        "distance": change.distance,
        "unit": change.unit,
        "rule_ids": list(change.rule_ids),
        "trace_ids": [rule_trace_id(run_id, rule_id) for rule_id in change.rule_ids],
        "sentence": change.sentence,
    }


def _stop(stop: Stop) -> dict[str, Any]:
    moves = [
        {"fact": one.fact, "now": one.now, "fails_at": one.fails_at, "distance": one.distance, "unit": one.unit}
        for one in stop.moves
    ]
    return {
        "rule_id": stop.rule_id,
        "name": stop.name,
        "closeness": stop.closeness,
        "moves": moves,
        **_said(stop.said),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "status": side.status,
        "reason_short": side.reason_short,
        "confidence": side.confidence,
        "confidence_basis": side.confidence_basis,
        "action": side.action,
        "confluence_score": side.confluence_score,
        "deciding_rules": list(side.deciding_rules),
        "rulebook_hash": side.rulebook_hash,
    }


def _changed_rule(rule: ChangedRule) -> dict[str, Any]:
    return {
        "rule_id": rule.rule_id,
        "name": rule.name,
        "node": rule.node,
        "before": rule.before,
        "after": rule.after,
        "closes_before": rule.closes_before,
        "closes_after": rule.closes_after,
        "sentence_before": rule.sentence_before,
        "sentence_after": rule.sentence_after,
        "trace_ids": [] if rule.trace_id is None else [rule.trace_id],
    }


def _changed_fact(fact: ChangedFact) -> dict[str, Any]:
    return {"fact": fact.fact, "unit": fact.unit, "before": fact.before, "after": fact.after}
