"""The tree of an explanation: decision, node, rule, operand, fact on the chart; a sentence at each level."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.explanation.trace import Judged, Sentence, Trace, operand_text, operand_trace_id, rule_trace_id
from rulebook.conditions import Reading
from rulebook.facts import NODES, Evidence, Scalar
from rulebook.judge import why_stopped
from rulebook.operators import Threshold
from rulebook.sentences import capital, number_text
from rulebook.verdict import Outcome
from tools.timeframes import Timeframe

_TIMEFRAMES: Final = {timeframe.value: timeframe for timeframe in Timeframe}
_PRICE_DIGITS: Final = 8
_KINDS: Final = {
    "bpr": "balanced price range",
    "break": "structure break",
    "cisd": "change in the state of delivery",
    "fvg": "fair value gap",
    "judas": "Judas swing",
    "mss": "market structure shift",
    "pool": "liquidity pool",
    "smt": "SMT divergence",
}
"""What a kind is called where its own name is short; any other reads as it is written."""


@dataclass(frozen=True, slots=True)
class ChartLevel:
    """A fact on the chart (or a calendar event) that an operand's value came from.

    Attributes:
        time: ISO-8601 UTC open of the bar it is drawn on, None where it has none.
        price: None where it has none.
        timeframe: of the chart it stands on; None for what stands on no chart.
    """

    fact_id: str
    kind: str
    time: str | None
    price: float | None
    timeframe: Timeframe | None
    said: Sentence


@dataclass(frozen=True, slots=True)
class OperandLevel:
    """One comparison as it was recorded; the attributes are those of `rulebook.verdict.Operand`.

    Attributes:
        trace_id: ``<run_id>/<rule_id>/<number>``.
        wanted: the truth the rule wants of it: False under an odd number of `not`s.
    """

    trace_id: str
    fact: str
    value: Scalar | None
    unit: str | None
    operator: str
    threshold: Threshold
    parameter: str | None
    margin: float | None
    holds: bool | None
    wanted: bool
    said: Sentence
    children: tuple[ChartLevel, ...]


@dataclass(frozen=True, slots=True)
class RuleLevel:
    """One rule's recorded verdict.

    Attributes:
        trace_id: ``<run_id>/<rule_id>``.
        decides: whether the decision's status comes from it.
        closes: whether it closes its gate.
    """

    trace_id: str
    rule_id: str
    name: str
    kind: str
    weight: float
    outcome: Outcome
    margin: float | None
    decides: bool
    closes: bool
    said: Sentence
    children: tuple[OperandLevel, ...]


@dataclass(frozen=True, slots=True)
class NodeLevel:
    """One node of the walk; every rule of it stands in it once, reached or not."""

    node: str
    reached: bool
    said: Sentence
    children: tuple[RuleLevel, ...]


@dataclass(frozen=True, slots=True)
class DecisionLevel:
    """The decision.

    Attributes:
        status: `TRADE_NOW`, `WAIT` or `NO_TRADE`.
        warnings: everything the decision warns of, gates let through though they are unknown included.
    """

    status: str
    action: str
    said: Sentence
    warnings: tuple[Sentence, ...]
    children: tuple[NodeLevel, ...]


def decision_tree(trace: Trace) -> DecisionLevel:
    """Make the tree of a recorded decision; nothing is judged again."""
    decision = trace.decision
    return DecisionLevel(
        status=decision["status"],
        action=decision["action"],
        said=Sentence(f"{decision['status']}: {decision['reason_short']}", trace.ids(deciding(trace))),
        warnings=tuple(trace.about(text) for text in decision["warnings"]),
        children=tuple(_node(trace, node) for node in NODES),
    )


def deciding(trace: Trace) -> tuple[Judged, ...]:
    """Return the rules the status rests on: the gates that decided, or every gate where all stand open."""
    return trace.of(trace.decision["deciding_rules"]) or trace.reached_gates


def _node(trace: Trace, node: str) -> NodeLevel:
    judged = trace.of_node(node)
    reached = node in trace.decision["graph_nodes_triggered"]
    children = tuple(_rule(trace, one) for one in judged)
    return NodeLevel(node, reached, _node_sentence(trace, node, judged, reached), children)


def _node_sentence(trace: Trace, node: str, judged: Sequence[Judged], reached: bool) -> Sentence:
    if not reached:
        because = why_stopped([one.rule.id for one in trace.closed])
        return Sentence(f"{capital(node)} was not reached: {because}", trace.ids(trace.closed))
    passed = sum(one.verdict.outcome == "pass" for one in judged)
    parts = [f"{capital(node)}: {passed} of {len(judged)} rules hold"]
    for outcome, words in (("fail", "not met"), ("not_evaluated", "unknown"), ("error", "not judged")):
        those = [one.named for one in judged if one.verdict.outcome == outcome]
        if those:
            parts.append(f"{words}: {', '.join(those)}")
    closed = [one.rule.id for one in judged if one.closes]
    if closed:
        parts.append(f"{why_stopped(closed)}, so the walk ended here")
    return Sentence("; ".join(parts), trace.ids(judged))


def _rule(trace: Trace, judged: Judged) -> RuleLevel:
    verdict = judged.verdict
    rests_on = (judged,) if verdict.reached else (judged, *trace.closed)
    return RuleLevel(
        trace_id=rule_trace_id(trace.run_id, verdict.rule_id),
        rule_id=verdict.rule_id,
        name=verdict.name,
        kind=verdict.kind,
        weight=verdict.weight,
        outcome=verdict.outcome,
        margin=verdict.margin,
        decides=verdict.rule_id in trace.decision["deciding_rules"],
        closes=judged.closes,
        said=Sentence(verdict.sentence, trace.ids(rests_on)),
        children=tuple(_operand(trace, judged, number) for number in range(1, len(judged.readings) + 1)),
    )


def _operand(trace: Trace, judged: Judged, number: int) -> OperandLevel:
    recorded, reading = judged.verdict.operands[number - 1], judged.readings[number - 1]
    own = operand_trace_id(trace.run_id, judged.rule.id, number)
    evidence = () if reading.fact is None else reading.fact.evidence
    return OperandLevel(
        trace_id=own,
        fact=recorded.fact,
        value=recorded.value,
        unit=recorded.unit,
        operator=recorded.operator,
        threshold=recorded.threshold,
        parameter=recorded.parameter,
        margin=recorded.margin,
        holds=recorded.holds,
        wanted=reading.wanted,
        said=Sentence(capital(operand_text(reading)), (own, *_points(trace, judged, reading))),
        children=tuple(_on_chart(one, own) for one in evidence),
    )


def _points(trace: Trace, judged: Judged, reading: Reading) -> tuple[str, ...]:
    """Return what the points rest on: the rules judged before this one that earned some."""
    if not reading.comparison.spec.derived:
        return ()
    at = [one.rule.id for one in trace.judged].index(judged.rule.id)
    return trace.ids(one for one in trace.judged[:at] if one.earns)


def _on_chart(evidence: Evidence, operand: str) -> ChartLevel:
    words = evidence.fact_id.split(":")
    timeframe = _TIMEFRAMES.get(words[1]) if len(words) > 1 else None
    text = capital(_KINDS.get(evidence.kind, evidence.kind.replace("_", " ")))
    if timeframe is not None:
        text += f" on the {timeframe} chart"
    if evidence.price is not None:
        text += f" at {number_text(evidence.price, _PRICE_DIGITS)}"
    if evidence.time is not None:
        text += f", {evidence.time}"
    said = Sentence(text, (operand,))
    return ChartLevel(evidence.fact_id, evidence.kind, evidence.time, evidence.price, timeframe, said)
