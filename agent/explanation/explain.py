"""Explain a recorded decision: its tree, its nodes, a summary, and what would make it otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.explanation.stops import Stop, what_would_stop_it
from agent.explanation.summary import paragraph, summarise
from agent.explanation.trace import Sentence, Trace
from agent.explanation.tree import DecisionLevel, decision_tree
from agent.store.records import DecisionRecord
from rulebook.book import Rulebook
from rulebook.counterfactual import WhyNot, why_not
from rulebook.facts import NODES


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
        summary: one paragraph: the sentences joined.
        sentences: the summary's, each with what it rests on.
        tree: decision, node, rule, operand, fact on the chart.
        nodes: the recorded verdicts, node by node.
        why_not: the smallest change of facts that would have made it a trade.
        what_would_stop_it: for a trade, each gate with the nearest way to close it, nearest first.
    """

    run_id: str
    decision: dict[str, Any]
    summary: str
    sentences: tuple[Sentence, ...]
    tree: DecisionLevel
    nodes: tuple[NodeExplanation, ...]
    why_not: WhyNot
    what_would_stop_it: tuple[Stop, ...]


def explain(record: DecisionRecord, verdicts: Sequence[Mapping[str, Any]], rulebook: Rulebook) -> Explanation:
    """Explain a recorded decision from its facts and trace, by the rules that judged it.

    Everything but the why-not is told from what was recorded; the why-not judges changed facts.

    Args:
        record: the decision.
        verdicts: its whole trace.
        rulebook: the stored one, whatever the files say today.

    Raises:
        KeyError: a verdict is of a rule the rulebook does not have.
    """
    trace = Trace.read(record, verdicts, rulebook)
    answer, stops = why_not(rulebook, trace.facts), what_would_stop_it(trace)
    sentences = summarise(trace, answer, stops)
    reached = set(record.decision["graph_nodes_triggered"])
    return Explanation(
        run_id=record.run_id,
        decision=record.decision,
        summary=paragraph(sentences),
        sentences=sentences,
        tree=decision_tree(trace),
        nodes=tuple(_node(node, node in reached, verdicts) for node in NODES),
        why_not=answer,
        what_would_stop_it=stops,
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
