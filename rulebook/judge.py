"""Judge facts by a rulebook: a rule, a node, or a whole walk. Pure, and it never raises on a bad fact."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from rulebook.book import Rulebook
from rulebook.conditions import Assessment, Reading, assess
from rulebook.facts import CONFLUENCE, NODES, Evidence, Fact, FactSpec
from rulebook.schema import Rule
from rulebook.sentences import fill, rule_sentence, unknown_sentence
from rulebook.verdict import Operand, Outcome, Verdict

_OUTCOMES: dict[bool | None, Outcome] = {True: "pass", False: "fail", None: "not_evaluated"}


def judge_rule(rule: Rule, facts: Mapping[str, Fact], specs: Mapping[str, FactSpec]) -> Verdict:
    """Judge one rule.

    Args:
        rule: The rule.
        facts: Facts by name; a missing one is unknown. A derived fact is taken as given here.
        specs: The facts its texts may name, as `Rulebook.facts` holds them.

    Returns:
        The verdict. A value of the wrong type gives the outcome `error` with the reason.
    """
    found = assess(rule.condition, facts)
    outcome = _outcome(found)
    wrong = list(dict.fromkeys(one.wrong for one in found.readings if one.wrong))
    operands = tuple(_operand(one) for one in found.readings)
    evidence = tuple(_evidence(found.readings))
    if outcome == "error":
        reason = "; ".join(wrong)
        return _verdict(rule, outcome, operands, evidence, f"Cannot be judged: {reason}", reason)
    if outcome == "not_evaluated":
        reason = unknown_sentence(found.deciding)
        return _verdict(rule, outcome, operands, evidence, f"Not evaluated: {reason}", reason)
    sentence = _sentence(rule, found, facts, specs)
    return _verdict(rule, outcome, operands, evidence, sentence, None, found.margin)


def outcome_of(rule: Rule, facts: Mapping[str, Fact]) -> Outcome:
    """Return the outcome of the verdict that `judge_rule` gives, without its sentence."""
    return _outcome(assess(rule.condition, facts))


def _outcome(found: Assessment) -> Outcome:
    return "error" if any(one.wrong for one in found.readings) else _OUTCOMES[found.holds]


def _sentence(rule: Rule, found: Assessment, facts: Mapping[str, Fact], specs: Mapping[str, FactSpec]) -> str:
    template = rule.when_valid if found.holds else rule.when_invalid
    return rule_sentence(fill(template, facts, specs), found.deciding)


def _operand(reading: Reading) -> Operand:
    comparison = reading.comparison
    return Operand(
        fact=comparison.spec.name,
        value=reading.value,
        unit=comparison.spec.unit,
        operator=comparison.operator.name,
        threshold=comparison.threshold,
        parameter="..".join(comparison.parameters) or None,
        margin=reading.margin,
        holds=reading.holds,
    )


def _evidence(readings: Iterable[Reading]) -> dict[Evidence, None]:
    return dict.fromkeys(item for one in readings if one.fact is not None for item in one.fact.evidence)


def _verdict(
    rule: Rule,
    outcome: Outcome,
    operands: tuple[Operand, ...],
    evidence: tuple[Evidence, ...],
    sentence: str,
    reason: str | None,
    margin: float | None = None,
) -> Verdict:
    return Verdict(
        rule_id=rule.id,
        name=rule.name,
        category=rule.category,
        node=rule.node,
        kind=rule.kind,
        weight=rule.weight,
        outcome=outcome,
        operands=operands,
        margin=margin,
        evidence=evidence,
        sentence=sentence,
        reason=reason,
    )


def judge_node(
    rulebook: Rulebook, node: str, facts: Mapping[str, Fact], *, so_far: Sequence[Verdict] | None = None
) -> tuple[Verdict, ...]:
    """Judge the rules of one node, in order.

    Args:
        rulebook: The rules.
        node: One of `NODES`.
        facts: Every fact gathered so far, by name, earlier nodes' included. `checklist.confluence` is
            always derived: one that is supplied is ignored.
        so_far: The verdicts of the nodes before, from which the points are added up. Without them they are
            judged again from `facts`, which comes to the same.

    Raises:
        KeyError: When there is no such node.
    """
    if so_far is None:
        before = NODES[: NODES.index(node)]
        so_far = [one for earlier in before for one in _judge(rulebook, earlier, facts, [])]
    return tuple(_judge(rulebook, node, facts, so_far))


def _judge(rulebook: Rulebook, node: str, facts: Mapping[str, Fact], so_far: Sequence[Verdict]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for rule in rulebook.rules_of(node):
        if rule.derived:
            facts = {**facts, CONFLUENCE: Fact(confluence(rulebook, [*so_far, *verdicts]))}
        verdicts.append(judge_rule(rule, facts, rulebook.facts))
    return verdicts


def confluence(rulebook: Rulebook, verdicts: Iterable[Verdict]) -> float:
    """Return the points of the rules that pass, those of one group counted once."""
    return points(rulebook.rule(one.rule_id) for one in verdicts if one.outcome == "pass")


def points(rules: Iterable[Rule]) -> float:
    """Return what rules earn together: the largest weight of each group, and every weight that stands alone."""
    alone: list[float] = []
    most: dict[str, float] = {}
    for rule in rules:
        if rule.group is None:
            alone.append(rule.weight)
        else:
            most[rule.group] = max(rule.weight, most.get(rule.group, 0.0))
    return math.fsum((*alone, *most.values()))


def not_reached(rulebook: Rulebook, node: str, because: str) -> tuple[Verdict, ...]:
    """Return the verdicts of a node the walk did not come to: `not_evaluated`, with no operands.

    Raises:
        KeyError: When there is no such node.
    """
    sentence = f"Not reached: {because}"
    return tuple(_verdict(rule, "not_evaluated", (), (), sentence, because) for rule in rulebook.rules_of(node))


def gate_closed(rule: Rule, verdict: Verdict) -> bool:
    """Say whether a verdict closes its gate: it failed, erred, or is unknown where that blocks."""
    if rule.kind != "gate" or not verdict.reached or verdict.outcome == "pass":
        return False
    return verdict.outcome != "not_evaluated" or rule.when_unknown == "block"


def closed_gates(rulebook: Rulebook, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """Return the ids of the gates these verdicts close, in their order."""
    return tuple(one.rule_id for one in verdicts if gate_closed(rulebook.rule(one.rule_id), one))


def why_stopped(closed: Sequence[str]) -> str:
    """Say which gates ended a walk: `gate 1.1 closed`, `gates 1.1, 1.1.1 closed`."""
    return f"gate{'s' if len(closed) > 1 else ''} {', '.join(closed)} closed"


def judge_walk(rulebook: Rulebook, facts: Mapping[str, Fact]) -> tuple[Verdict, ...]:
    """Judge all five nodes as the walk does: past a node with a closed gate nothing is evaluated.

    Returns:
        One verdict for each rule, in walk order.
    """
    verdicts: list[Verdict] = []
    closed: tuple[str, ...] = ()
    for node in NODES:
        if closed:
            verdicts.extend(not_reached(rulebook, node, why_stopped(closed)))
            continue
        judged = judge_node(rulebook, node, facts, so_far=verdicts)
        closed = closed_gates(rulebook, judged)
        verdicts.extend(judged)
    return tuple(verdicts)
