"""What if: a recorded decision beside what other facts, or other rules, would have come to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from agent.explanation.trace import rule_trace_id
from rulebook.book import Rulebook
from rulebook.conclusion import Conclusion, conclude
from rulebook.conditions import wrong_value
from rulebook.facts import Fact, FactSpec, Scalar
from rulebook.judge import gate_closed, judge_walk
from rulebook.located import nearest
from rulebook.verdict import Verdict
from tools.errors import InvalidParameter

SUPPOSED_UNKNOWN = "it is supposed to be unknown"


@dataclass(frozen=True, slots=True)
class Side:
    """What one set of facts and rules comes to; the attributes are those of the decision."""

    status: str
    reason_short: str
    confidence: float
    confidence_basis: str
    action: str
    confluence_score: float
    deciding_rules: tuple[str, ...]
    rulebook_hash: str

    @classmethod
    def of_decision(cls, decision: Mapping[str, Any]) -> Self:
        """Take a decision's."""
        return cls(
            status=decision["status"],
            reason_short=decision["reason_short"],
            confidence=decision["confidence"],
            confidence_basis=decision["confidence_basis"],
            action=decision["action"],
            confluence_score=decision["confluence_score"],
            deciding_rules=tuple(decision["deciding_rules"]),
            rulebook_hash=decision["rulebook_hash"],
        )

    @classmethod
    def of_conclusion(cls, concluded: Conclusion, rulebook: Rulebook) -> Self:
        """Take what a rulebook concludes."""
        return cls.of_decision({**concluded.to_dict(), "rulebook_hash": rulebook.hash})


@dataclass(frozen=True, slots=True)
class ChangedRule:
    """One rule that comes to something else; None on a side whose rulebook has no such rule.

    Attributes:
        before: the recorded outcome.
        after: the outcome now.
        closes_before: whether it closed its gate.
        closes_after: whether it closes it now.
        trace_id: of the recorded verdict; None where there is none.
    """

    rule_id: str
    name: str
    node: str
    before: str | None
    after: str | None
    closes_before: bool
    closes_after: bool
    sentence_before: str | None
    sentence_after: str | None
    trace_id: str | None


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """One fact of another value; None is unknown."""

    fact: str
    unit: str | None
    before: Scalar | None
    after: Scalar | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A whole judgement: the facts, the verdict of every rule, and the rulebook that judged."""

    facts: Mapping[str, Fact]
    verdicts: Sequence[Verdict]
    rulebook: Rulebook

    @classmethod
    def from_dicts(
        cls, facts: Mapping[str, Mapping[str, Any]], verdicts: Sequence[Mapping[str, Any]], rulebook: Rulebook
    ) -> Self:
        """Read back what a walk gave or the store kept."""
        read = {name: Fact.from_dict(fact) for name, fact in facts.items()}
        return cls(read, [Verdict.from_dict(one) for one in verdicts], rulebook)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A recorded decision beside another one; nothing of it is recorded.

    Attributes:
        kind: `profile` (walked again by other rules) or `facts` (judged again on other facts).
        setup: what would be offered; None where nothing is, and for `facts`, which offer nothing.
        risk: what it would put at risk, likewise.
        flips: whether the status is another.
        changed_rules: rules of another outcome, or whose gate opens or closes, in the order of the walk.
        changed_facts: facts of another value, by name.
    """

    run_id: str
    kind: Literal["profile", "facts"]
    recorded: Side
    what_if: Side
    setup: dict[str, Any] | None
    risk: dict[str, Any] | None
    flips: bool
    changed_rules: tuple[ChangedRule, ...]
    changed_facts: tuple[ChangedFact, ...]


def what_if_facts(decision: Mapping[str, Any], recorded: Judgement, overrides: Mapping[str, Scalar | None]) -> WhatIf:
    """Judge the recorded facts again with some of them changed, by the rulebook that judged them.

    Args:
        decision: the recorded decision with its run id.
        recorded: its facts, its trace and its rulebook.
        overrides: values by fact name; None supposes it unknown.

    Raises:
        InvalidParameter: no rule reads a fact of that name, the judge derives it, or it cannot have that value.
    """
    rulebook = recorded.rulebook
    supposed = {name: _supposed(rulebook, name, value) for name, value in overrides.items()}
    facts = {**recorded.facts, **supposed}
    verdicts = judge_walk(rulebook, facts)
    side = Side.of_conclusion(conclude(rulebook, verdicts), rulebook)
    return _compared("facts", decision, recorded, Judgement(facts, verdicts, rulebook), side, None, None)


def what_if_walked(
    decision: Mapping[str, Any], recorded: Judgement, walked: Judgement, outcome: Mapping[str, Any]
) -> WhatIf:
    """Set a recorded decision beside one that was walked again by another rulebook.

    Args:
        decision: the recorded decision with its run id.
        recorded: its facts, its trace and its rulebook.
        walked: the same of the other walk.
        outcome: the decision of that walk.
    """
    side = Side.of_decision(outcome)
    return _compared("profile", decision, recorded, walked, side, outcome["setup"], outcome["risk"])


def _compared(
    kind: Literal["profile", "facts"],
    decision: Mapping[str, Any],
    recorded: Judgement,
    other: Judgement,
    side: Side,
    setup: dict[str, Any] | None,
    risk: dict[str, Any] | None,
) -> WhatIf:
    was = Side.of_decision(decision)
    return WhatIf(
        run_id=decision["run_id"],
        kind=kind,
        recorded=was,
        what_if=side,
        setup=setup,
        risk=risk,
        flips=was.status != side.status,
        changed_rules=_changed_rules(decision["run_id"], recorded, other),
        changed_facts=_changed_facts(recorded, other),
    )


def _changed_rules(run_id: str, recorded: Judgement, other: Judgement) -> tuple[ChangedRule, ...]:
    before, after = _by_rule(recorded), _by_rule(other)
    latest = {**before, **after}
    ids = dict.fromkeys((*after, *before))
    changed = (_changed_rule(run_id, latest[one][0], before.get(one), after.get(one)) for one in ids)
    return tuple(one for one in changed if (one.before, one.closes_before) != (one.after, one.closes_after))


_Told = tuple[Verdict, bool]


def _by_rule(judgement: Judgement) -> dict[str, _Told]:
    rulebook = judgement.rulebook
    return {one.rule_id: (one, gate_closed(rulebook.rule(one.rule_id), one)) for one in judgement.verdicts}


def _changed_rule(run_id: str, verdict: Verdict, before: _Told | None, after: _Told | None) -> ChangedRule:
    return ChangedRule(
        rule_id=verdict.rule_id,
        name=verdict.name,
        node=verdict.node,
        before=before and before[0].outcome,
        after=after and after[0].outcome,
        closes_before=before is not None and before[1],
        closes_after=after is not None and after[1],
        sentence_before=before and before[0].sentence,
        sentence_after=after and after[0].sentence,
        trace_id=before and rule_trace_id(run_id, verdict.rule_id),
    )


def _changed_facts(recorded: Judgement, other: Judgement) -> tuple[ChangedFact, ...]:
    specs = {**recorded.rulebook.facts, **other.rulebook.facts}
    changed = []
    for name in sorted(recorded.facts.keys() | other.facts.keys()):
        before, after = _value(recorded.facts.get(name)), _value(other.facts.get(name))
        if before != after:
            changed.append(ChangedFact(name, specs[name].unit if name in specs else None, before, after))
    return tuple(changed)


def _value(fact: Fact | None) -> Scalar | None:
    return None if fact is None else fact.value


def _supposed(rulebook: Rulebook, name: str, value: Scalar | None) -> Fact:
    spec = rulebook.facts.get(name)
    known = sorted(one for one, its in rulebook.facts.items() if not its.derived)
    if spec is None:
        raise _refused(name, f"no rule reads a fact {name}; {nearest(name, known)}", "a fact the rules read", name)
    if spec.derived:
        because = "the judge adds it up from the rules that pass"
        raise _refused(name, f"{name} cannot be set: {because}; set the facts of those rules", "a gathered fact", name)
    if value is None:
        return Fact.unknown(SUPPOSED_UNKNOWN)
    wrong = wrong_value(spec, value) or _wrong_count(spec, value)
    if wrong:
        raise _refused(name, wrong, _expected(spec), repr(value))
    return Fact(value)


def _wrong_count(spec: FactSpec, value: Scalar) -> str | None:
    if not spec.whole or isinstance(value, bool | str) or (value >= 0 and value == math.floor(value)):
        return None
    return f"{spec.name} must be a whole number of {spec.unit}, 0 or more, got {value!r}"


def _expected(spec: FactSpec) -> str:
    if spec.type == "text":
        return f"one of {', '.join(spec.values)}" if spec.values else "a text"
    if spec.type == "flag":
        return "true or false"
    return "a whole number from 0" if spec.whole else "a number"


def _refused(name: str, message: str, expected: str, got: str) -> InvalidParameter:
    return InvalidParameter(message, field=f"facts.{name}", expected=expected, got=got)
