"""Why a run decided what it decided, rule by rule, from what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.store.records import DecisionRecord
from rulebook.counterfactual import WhyNot, why_not
from rulebook.facts import NODES, Fact
from rulebook.loader import Rulebook


@dataclass(frozen=True, slots=True)
class NodeExplanation:
    """One node of the walk: whether it was reached, a sentence, and its rules' verdicts."""

    node: str
    reached: bool
    summary: str
    rules: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its reasons.

    Attributes:
        why_not: the smallest change of facts that would have made it a trade.
    """

    run_id: str
    decision: dict[str, Any]
    summary: str
    nodes: tuple[NodeExplanation, ...]
    why_not: WhyNot


def explain(record: DecisionRecord, verdicts: Sequence[Mapping[str, Any]], rulebook: Rulebook) -> Explanation:
    """Explain a recorded decision from its facts and trace, by the rules that judged it.

    Args:
        record: the decision.
        verdicts: its whole trace.
        rulebook: the stored one, whatever the files say today.
    """
    facts = {name: Fact.from_dict(fact) for name, fact in record.facts.items()}
    reached = set(record.decision["graph_nodes_triggered"])
    return Explanation(
        run_id=record.run_id,
        decision=record.decision,
        summary=record.decision["explanation"],
        nodes=tuple(_node(node, node in reached, verdicts) for node in NODES),
        why_not=why_not(rulebook, facts),
    )


def _node(node: str, reached: bool, verdicts: Sequence[Mapping[str, Any]]) -> NodeExplanation:
    rules = tuple(dict(verdict) for verdict in verdicts if verdict["node"] == node)
    return NodeExplanation(node, reached, _summary(reached, rules), rules)


def _summary(reached: bool, rules: Sequence[Mapping[str, Any]]) -> str:
    if not reached:
        return "not reached: an earlier gate was closed"
    passed = sum(rule["outcome"] == "pass" for rule in rules)
    failed = [f"{rule['rule_id']} {rule['name']}" for rule in rules if rule["outcome"] == "fail"]
    counted = f"{passed} of {len(rules)} rules pass"
    return f"{counted}; not met: {', '.join(failed)}" if failed else counted
