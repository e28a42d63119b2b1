"""How two recorded decisions differ: rules of another outcome, facts of another value."""

from typing import Any

from agent.coach.toolbox.decision_documents import changed_fact_row, changed_rule_row
from agent.explanation.what_if import ChangedFact
from agent.runs.service import AuditedDecision
from rulebook.facts import VOCABULARY

Row = dict[str, Any]


def differing(one: AuditedDecision, other: AuditedDecision) -> tuple[list[Row], list[Row]]:
    """Return the rules and the facts that differ; those that both of them know come first.

    A rule or a fact that only one of them has stands as None on the other's side.
    """
    return _rules(one, other), _facts(one, other)


def _rules(one: AuditedDecision, other: AuditedDecision) -> list[Row]:
    before, after = ({verdict["rule_id"]: verdict for verdict in side.verdicts} for side in (one, other))
    rows = []
    for rule_id, verdict in {**before, **after}.items():
        was, becomes = (side[rule_id]["outcome"] if rule_id in side else None for side in (before, after))
        if was != becomes:
            rows.append(changed_rule_row(rule_id, verdict["name"], was, becomes))
    return sorted(rows, key=lambda row: "not_evaluated" in (row["before"], row["after"]))


def _facts(one: AuditedDecision, other: AuditedDecision) -> list[Row]:
    before, after = one.record.facts, other.record.facts
    rows = []
    for name in sorted(before.keys() | after.keys()):
        was, becomes = (facts.get(name, {}).get("value") for facts in (before, after))
        if was != becomes:
            unit = VOCABULARY[name].unit if name in VOCABULARY else None
            rows.append(changed_fact_row(ChangedFact(name, unit, was, becomes)))
    return sorted(rows, key=lambda row: None in (row["before"], row["after"]))
