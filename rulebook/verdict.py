"""Verdicts: what one rule came to, by which operands, how far from flipping, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from rulebook.facts import Evidence, Scalar
from rulebook.operators import Threshold

Outcome = Literal["pass", "fail", "not_evaluated", "error"]


@dataclass(frozen=True, slots=True)
class Operand:
    """Hold one comparison as it was judged.

    Attributes:
        fact: The fact's name.
        value: Its value; None when unknown or of the wrong type.
        unit: The unit of value, threshold and margin; None for flags and texts.
        operator: The operator's name.
        threshold: What it was compared with: a value, a tuple for `between` and `in`, None for flags.
        parameter: The parameter the threshold came from (`lower..upper` for two), or None for a literal.
        margin: Signed distance to flipping, positive where it holds; None for flags, texts and unknowns.
        holds: True, False, or None when unknown.
    """

    fact: str
    value: Scalar | None
    unit: str | None
    operator: str
    threshold: Threshold
    parameter: str | None
    margin: float | None
    holds: bool | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        threshold = list(self.threshold) if isinstance(self.threshold, tuple) else self.threshold
        return {
            "fact": self.fact,
            "value": self.value,
            "unit": self.unit,
            "operator": self.operator,
            "threshold": threshold,
            "parameter": self.parameter,
            "margin": self.margin,
            "holds": self.holds,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        threshold = data["threshold"]
        return cls(**{**data, "threshold": tuple(threshold) if isinstance(threshold, list) else threshold})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold what one rule came to.

    Attributes:
        rule_id: The rule.
        name: Its name.
        category: Its category.
        node: Its node.
        kind: `gate`, `score` or `warning`.
        weight: The confluence points it earns when it passes.
        outcome: `pass`, `fail`, `not_evaluated` or `error`.
        operands: Every comparison in the order written; empty only where the walk did not reach the rule.
        margin: Signed distance of the whole rule to flipping, in the unit of the operand that decides it.
        evidence: What on the chart its facts came from, each once.
        sentence: The verdict in words.
        reason: Why it was not evaluated, or what was wrong; else None.
    """

    rule_id: str
    name: str
    category: str
    node: str
    kind: str
    weight: float
    outcome: Outcome
    operands: tuple[Operand, ...]
    margin: float | None
    evidence: tuple[Evidence, ...]
    sentence: str
    reason: str | None = None

    @property
    def reached(self) -> bool:
        """Whether the walk came as far as this rule."""
        return bool(self.operands)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "rule_id": self.rule_id,
            "name": self.name,
            "category": self.category,
            "node": self.node,
            "kind": self.kind,
            "weight": self.weight,
            "outcome": self.outcome,
            "operands": [one.to_dict() for one in self.operands],
            "margin": self.margin,
            "evidence": [one.to_dict() for one in self.evidence],
            "sentence": self.sentence,
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        operands = tuple(Operand.from_dict(one) for one in data["operands"])
        evidence = tuple(Evidence.from_dict(one) for one in data["evidence"])
        return cls(**{**data, "operands": operands, "evidence": evidence})
