"""The decision: what the verdicts come to, in the wire's form, with the hash that proves it."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from agent.analysis.management import management
from agent.analysis.observation import Findings
from agent.analysis.permission import permission
from agent.analysis.reading import Reading
from agent.analysis.request import inputs_hash
from rulebook.conclusion import Conclusion, conclude
from rulebook.facts import NODES, Fact
from rulebook.judge import not_reached, why_stopped
from rulebook.verdict import Verdict
from tools.facts import DIRECTIONS
from tools.times import iso_utc

SIMULATED = "the candles are simulated: nothing in this decision ever traded"
BIAS_RULES = ("1.1", "1.1.1")
ALIGNMENT_RULES = ("1.2",)
CHECKLIST = {
    "htf_bias_exists": "1.1",
    "ltf_mss": "2.3",
    "pd_alignment": "5.1",
    "liquidity_sweep_detected": "3.4",
    "session_ok": "8.1",
    "news_ok": "8.4",
    "rr_minimum_met": "7.2",
}


def decide(
    reading: Reading,
    *,
    visited: Sequence[str],
    closed: Sequence[str],
    facts: Mapping[str, Fact],
    findings: Findings,
    verdicts: Sequence[Verdict],
) -> dict[str, Any]:
    """Make the decision of a walk.

    Args:
        reading: what was read.
        visited: the nodes walked, in order.
        closed: ids of the gates that ended the walk, empty where all stand open.
        facts: of the visited nodes at least, by name.
        findings: of every node, also of those beyond a closed gate.
        verdicts: of the visited nodes, in walk order.

    Returns:
        ``{"decision", "verdicts"}``: the decision without a run's id, its `decision_hash` over everything else in it,
        and one verdict for each rule of the rulebook.
    """
    trace = list(verdicts)
    for node in NODES:
        if node not in visited:
            trace += not_reached(reading.rulebook, node, why_stopped(list(closed)))
    concluded = conclude(reading.rulebook, trace)
    decision = _wire_form(reading, visited, facts, findings, trace, concluded)
    decision["decision_hash"] = hashlib.sha256(rfc8785.dumps(decision)).hexdigest()
    return {"decision": decision, "verdicts": [verdict.to_dict() for verdict in trace]}


def _wire_form(
    reading: Reading,
    visited: Sequence[str],
    facts: Mapping[str, Fact],
    findings: Findings,
    trace: Sequence[Verdict],
    concluded: Conclusion,
) -> dict[str, Any]:
    request, outcomes = reading.request, {verdict.rule_id: verdict.outcome for verdict in trace}
    stopped = [f"trading is stopped: {request.discipline.stopped}"] if request.discipline.stopped else []
    warnings = [*([SIMULATED] if request.simulated else []), *stopped, *concluded.warnings]
    offered = findings["setup"] if "entry" in visited and concluded.status != "NO_TRADE" else None
    return {
        "symbol": request.symbol,
        "timestamp": iso_utc(request.as_of),
        "session": _session(reading),
        "status": concluded.status,
        "reason_short": concluded.reason_short,
        "htf_bias": {**findings["bias"], "rule_refs": list(BIAS_RULES)},
        "ltf_alignment": _alignment(reading, visited, findings),
        "setup": None if offered is None else _setup(reading, offered, facts, findings, concluded),
        "risk": None if offered is None else _risk(reading, findings["risk"]),
        "checklist": {name: _checked(outcomes.get(rule)) for name, rule in CHECKLIST.items()},
        "explanation": _explanation(visited, trace, concluded, warnings),
        "graph_nodes_triggered": list(visited),
        "confidence": concluded.confidence,
        "confidence_basis": concluded.confidence_basis,
        **concluded.grade(),
        "action": concluded.action,
        "permission": permission(
            request.mode,
            concluded.status,
            concluded.action,
            request.discipline.stopped,
            simulated=request.simulated,
            is_past=request.is_past,
        ),
        "confluence_score": concluded.confluence_score,
        "deciding_rules": list(concluded.deciding_rules),
        "warnings": warnings,
        "simulated": request.simulated,
        "timeframes": reading.ladder.to_dict(),
        "profile": request.profile,
        "rulebook_hash": reading.rulebook.hash,
        "inputs_hash": inputs_hash(request.to_inputs()),
    }


def _session(reading: Reading) -> dict[str, Any]:
    session = reading.session
    return {
        "kill_zone": session.kill_zone,
        "new_york_time": session.new_york_time.isoformat(),
        "market_open": session.is_open,
    }


def _alignment(reading: Reading, visited: Sequence[str], findings: Findings) -> dict[str, Any]:
    lean = DIRECTIONS.get(findings["direction"])
    trend = findings["ltf"]["trend"] if "structure" in visited else None
    alignment = "unknown" if trend is None or lean is None else ("aligned" if trend == lean else "opposed")
    timeframe = reading.ladder.structure.timeframe.value
    return {"timeframe": timeframe, "alignment": alignment, "rule_refs": list(ALIGNMENT_RULES)}


def _setup(
    reading: Reading,
    offered: dict[str, Any],
    facts: Mapping[str, Fact],
    findings: Findings,
    concluded: Conclusion,
) -> dict[str, Any]:
    targets = findings["risk"]["take_profit"]
    return {
        "name": offered["name"],
        "type": offered["type"],
        "direction": offered["direction"],
        "entry_price": offered["entry_price"],
        "entry_type": "limit",
        "stop_loss": offered["stop_loss"],
        "take_profit": targets,
        "invalidation_point": offered["invalidation_point"],
        "is_counter_trend": facts["bias.counter_trend"].value is True,
        "confluence_score": concluded.confluence_score,
        "management": management(reading.rulebook, offered, targets, reading.request.instrument.tick_size),
        "confirmed_at": offered["confirmed_at"],
        "fact_id": offered["id"],
        "rule_refs": [offered["rule"], "9.1"],
    }


def _risk(reading: Reading, risk: dict[str, Any]) -> dict[str, Any]:
    request = reading.request
    return {
        "account_balance": None if request.account_balance is None else float(request.account_balance),
        "account_currency": request.account_currency,
        "method": risk["method"],
        "method_reason": risk["method_reason"],
        "risk_pct": risk["risk_pct"],
        "risk_money": risk["risk_money"],
        "position_size": risk["position_size"],
        "size_reason": risk["size_reason"],
        "rr": risk["rr"],
    }


def _checked(outcome: str | None) -> bool | None:
    return {"pass": True, "fail": False}.get(outcome or "")


def _explanation(
    visited: Sequence[str], trace: Sequence[Verdict], concluded: Conclusion, warnings: Sequence[str]
) -> str:
    lines = [f"{concluded.status}: {concluded.reason_short}"]
    for node in visited:
        said = [f"[{verdict.rule_id}] {verdict.sentence}" for verdict in trace if verdict.node == node]
        lines.append(f"{node.capitalize()}: " + "; ".join(said))
    lines += [f"Warning: {warning}" for warning in warnings]
    return "\n".join(lines)
