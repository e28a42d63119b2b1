"""Recorded decisions as the tools show them: rows of a decision's own values, verdicts and sentences.

A decision's row has its ``run_id``, ``symbol`` and ``status``; a verdict's has ``rule``, ``name`` and ``outcome``. The
keys say the unit: ``…_pct`` is percent, ``…_r`` and ``rr`` are multiples of the risk.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from agent.coach.toolbox.age import age_of
from agent.coach.toolbox.compact import compact, plain_number, plain_text
from agent.explanation.explain import Explanation
from agent.explanation.stops import Stop
from agent.explanation.tree import ChartLevel, OperandLevel, RuleLevel
from agent.explanation.what_if import ChangedFact, ChangedRule, WhatIf
from rulebook.conclusion import CONFIDENCE_BASIS
from rulebook.counterfactual import Change
from rulebook.facts import VOCABULARY
from tools.instruments import find_instrument

Row = dict[str, Any]

_SYMBOL: Final = 40
_NAME: Final = 60
_MOST_EVIDENCE: Final = 3
_SETUP: Final = (
    "name", "direction", "entry_price", "stop_loss", "take_profit", "invalidation_point", "is_counter_trend",
    "confirmed_at",
)  # fmt: skip
_MANAGEMENT: Final = ("breakeven_at_price", "breakeven_at_r", "partials", "trail_by")
_RISK: Final = (
    "method_reason", "risk_pct", "account_currency", "position_size", "size_reason", "rr",
)  # fmt: skip

_TOO_SMALL: Final = "the smallest position there is would lose more at the stop than may be risked"


def decision_row(decision: Mapping[str, Any], now: int | None = None) -> Row:
    """Return what names a decision and says what it came to.

    Args:
        decision: the recorded one with its run id.
        now: UTC epoch seconds, by which its age is told; None leaves the age out. Its ``mode`` is that of then.
    """
    return {
        "run_id": decision["run_id"],
        "symbol": plain_text(decision["symbol"], _SYMBOL),
        "status": decision["status"],
        "as_of": compact(decision["timestamp"], 0),
        "action": decision["action"],
        "confidence": decision["confidence"],
        **({"calibrated": True} if "strength" in decision else {}),
        "confluence_score": decision["confluence_score"],
        "profile": plain_text(decision["profile"], _NAME),
        "mode": decision["permission"]["mode"],
        "simulated": bool(decision.get("simulated", False)),
        **({} if now is None else age_of(decision["timestamp"], now)),
    }


def listed_decision(decision: Mapping[str, Any]) -> Row:
    """Return a decision in the few words of a list."""
    row = decision_row(decision)
    kept = {key: row[key] for key in ("run_id", "symbol", "status", "as_of", "confidence", "profile", "simulated")}
    deciding = decision["deciding_rules"]
    return {
        **kept,
        "deciding_rule": deciding[0] if deciding else None,
        "reason": plain_text(decision["reason_short"], 200),
    }


def verdict_row(verdict: Mapping[str, Any]) -> Row:
    """Return what one rule came to, with its sentence."""
    return {
        "rule": verdict["rule_id"],
        "name": plain_text(verdict["name"], _NAME),
        "outcome": verdict["outcome"],
        "kind": verdict["kind"],
        "sentence": plain_text(verdict["sentence"], 300),
    }


def deciding_rules(explanation: Explanation) -> list[Row]:
    """Return the verdicts of the rules the status rests on; none where every gate stands open."""
    wanted = explanation.decision["deciding_rules"]
    return [verdict_row(one) for one in _verdicts(explanation) if one["rule_id"] in wanted]


def others_not_met(explanation: Explanation) -> list[Row]:
    """Return the other rules that were judged and do not pass, without their sentences."""
    wanted, reached = explanation.decision["deciding_rules"], explanation.decision["graph_nodes_triggered"]
    return [
        {key: verdict_row(one)[key] for key in ("rule", "name", "outcome")}
        for one in _verdicts(explanation)
        if one["outcome"] != "pass" and one["node"] in reached and one["rule_id"] not in wanted
    ]


def passed(explanation: Explanation) -> list[str]:
    """Return the ids of the rules that pass."""
    return [one["rule_id"] for one in _verdicts(explanation) if one["outcome"] == "pass"]


def summary(explanation: Explanation) -> list[str]:
    """Return the sentences of an explanation but its warnings, which are told apart."""
    return [one.text for one in explanation.sentences if not one.text.startswith("Warning: ")]


def bias_row(decision: Mapping[str, Any]) -> Row:
    """Return which way the higher timeframes lean, by which votes, and how the lower one stands to it."""
    bias = decision["htf_bias"]
    return {
        "value": bias["value"],
        "score": None if bias["score"] is None else plain_number(bias["score"]),
        "alignment": decision["ltf_alignment"]["alignment"],
        "votes": [f"{one['vote']}: {one['reason']}" for one in bias["votes"]],
    }


def setup_row(decision: Mapping[str, Any]) -> Row | None:
    """Return the setup that is offered, None where nothing is."""
    setup = decision["setup"]
    if setup is None:
        return None
    return {**_kept(setup, _SETUP), **_kept(setup["management"], _MANAGEMENT)}


def risk_row(decision: Mapping[str, Any]) -> Row | None:
    """Return what the setup puts at risk, None where nothing is offered. No amount of the account's money is in it."""
    risk = decision["risk"]
    if risk is None:
        return None
    row = _kept(risk, _RISK)
    return {**row, "size_reason": _TOO_SMALL} if row.get("position_size") == 0 else row  # its own names amounts


def change_row(change: Change) -> Row:
    """Return one fact that would have to be otherwise."""
    return {
        "fact": change.fact,
        "label": _label(change.fact),
        "now": _value(change.value_now),
        "becomes": _value(change.value_needed),
        "unit": change.unit,
        "rules": list(change.rule_ids),
        "sentence": change.sentence,
    }


def stop_row(stop: Stop) -> Row:
    """Return one gate of a trade with the nearest way to close it."""
    return {"rule": stop.rule_id, "name": plain_text(stop.name, _NAME), "sentence": stop.said.text}


def changed_rules(answer: WhatIf) -> list[Row]:
    """Return the rules that come to something else: those of a closed gate first, then those that turned."""
    order = sorted(answer.changed_rules, key=lambda one: (not (one.closes_before or one.closes_after), _rank(one)))
    return [changed_rule_row(one.rule_id, one.name, one.before, one.after) for one in order]


def changed_rule_row(rule_id: str, name: str, before: str | None, after: str | None) -> Row:
    """Return one rule of another outcome, None on a side that has no such rule."""
    return {"rule": rule_id, "name": plain_text(name, _NAME), "before": before, "after": after}


def changed_fact_row(fact: ChangedFact) -> Row:
    """Return one fact of another value."""
    return {
        "fact": fact.fact,
        "label": _label(fact.fact),
        "before": _value(fact.before),
        "after": _value(fact.after),
        "unit": fact.unit,
    }


def would_be_row(answer: WhatIf) -> Row:
    """Return what the supposed facts or rules come to."""
    side = answer.what_if
    offered = {"setup": answer.setup, "risk": answer.risk, "ltf_alignment": None}
    return {
        "status": side.status,
        "reason": side.reason_short,
        "action": side.action,
        "confidence": side.confidence,
        **({"calibrated": True} if side.confidence_basis != CONFIDENCE_BASIS else {}),
        "confluence_score": side.confluence_score,
        "deciding_rule_ids": list(side.deciding_rules),
        "setup": setup_row(offered),
        "risk": risk_row(offered),
    }


def rule_in_full(level: RuleLevel) -> Row:
    """Return one verdict with every comparison it rests on, and what of the chart those came from."""
    return {
        "rule": level.rule_id,
        "name": plain_text(level.name, _NAME),
        "outcome": level.outcome,
        "kind": level.kind,
        "weight": level.weight,
        "decides": level.decides,
        "sentence": level.said.text,
        "operands": [_operand(one) for one in level.children],
    }


def canonical_symbol(symbol: str) -> str:
    """Return how decisions name a market that may be spelt otherwise."""
    known = find_instrument(symbol)
    return plain_text(symbol) if known is None else known.symbol


def _verdicts(explanation: Explanation) -> Iterable[Mapping[str, Any]]:
    return (rule for node in explanation.nodes for rule in node.rules)


def _rank(rule: ChangedRule) -> bool:
    return "not_evaluated" in (rule.before, rule.after)


def _operand(level: OperandLevel) -> Row:
    return {
        "fact": level.fact,
        "label": _label(level.fact),
        "value": _value(level.value),
        "unit": level.unit,
        "operator": level.operator,
        "threshold": _value(level.threshold),
        "holds": level.holds,
        "sentence": level.said.text,
        "on_chart": [_on_chart(one) for one in level.children[:_MOST_EVIDENCE]],
    }


def _on_chart(level: ChartLevel) -> Row:
    return {"id": level.fact_id, "time": compact(level.time, 0), "price": level.price}


def _label(fact: str) -> str:
    spec = VOCABULARY.get(fact)
    return fact if spec is None else spec.label


def _value(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _value(one) for key, one in value.items()}
        case list() | tuple():
            return [_value(one) for one in value]
        case float():
            return plain_number(value)
    return compact(value, 0)


def _kept(row: Mapping[str, Any], keys: Sequence[str]) -> Row:
    return {key: _value(row[key]) for key in keys if key in row}
