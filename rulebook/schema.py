"""The shape of a rule, once a profile has resolved every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal, Self

from rulebook.conditions import (
    Condition,
    comparisons,
    condition_from_dict,
    condition_to_dict,
    tidy,
)
from rulebook.facts import NODES, FactSpec, Scalar
from rulebook.ranges import ANY_NUMBER, NumberRange
from tools.session_windows import Window

Kind = Literal["gate", "score", "warning"]
Blocks = Literal["no_trade", "wait"]
WhenUnknown = Literal["block", "warn"]
CASE_OUTCOMES = {"met": "pass", "unmet": "fail", "unknown": "not_evaluated"}
"""What a rule's case of each kind must come to."""
_FARTHEST = 1_000_000.0
"""A reading farther beyond `zero` grades no more: the curve is flat there, and a larger square would make it 1."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Hold one resolved parameter of a rule.

    Attributes:
        name: Its name within the rule.
        value: Its value under the profile.
        unit: The unit of a number, else None.
        description: What it does.
        read_by: `node` where the node that gathers the facts reads it, else None.
        values: The closed set a text is one of; None where any will do.
        range: Which numbers it may be.
    """

    name: str
    value: Scalar
    unit: str | None
    description: str
    read_by: str | None = None
    values: tuple[str, ...] | None = None
    range: NumberRange = ANY_NUMBER


@dataclass(frozen=True, slots=True)
class Strength:
    """Grade a fact of the rule for the confidence, by a Hill curve of its way from `zero` to `full`.

    A third of the way grades one half and the whole way 0.9, whichever of the two is the larger number; what
    lies beyond grades more, and never 1, so that no single reading can outweigh the others without limit.
    """

    fact: str
    zero: float
    full: float
    weight: float

    def grade(self, value: float) -> float:
        """Return the grade of one value, from 0 up to but never 1.

        Only + - * / are used, so that every machine comes to the same bits.
        """
        way = (value - self.zero) / (self.full - self.zero)
        if way <= 0:
            return 0.0
        squared = 9 * min(way, _FARTHEST) * min(way, _FARTHEST)
        return squared / (squared + 1)


@dataclass(frozen=True, slots=True)
class KillZone:
    """Hold one window of a trader's own kill zones.

    Attributes:
        name: Its name, such as `london`.
        start: New York local time it opens, `HH:MM`.
        end: New York local time it closes, `HH:MM`; before the start where it runs past midnight.
        trade: Whether trades may be taken in it.
    """

    name: str
    start: str
    end: str
    trade: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"name": self.name, "start": self.start, "end": self.end, "trade": self.trade}

    def window(self) -> Window:
        """Return it as the window that the session tools read."""
        return Window(self.name, time.fromisoformat(self.start), time.fromisoformat(self.end), self.trade)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        return cls(data["name"], data["start"], data["end"], data["trade"])


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one worked example of a rule.

    Attributes:
        kind: `met`, `unmet` or `unknown`.
        title: What the example shows.
        facts: Values by fact name; None means unknown.
        profile: The one profile it is for, or None where it holds in both strict and relaxed.
    """

    kind: str
    title: str
    facts: Mapping[str, Scalar | None]
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one rule as a profile resolved it.

    Attributes:
        id: Its number in the method, such as `2.2`.
        kind: `gate` (its failing stops the walk), `score`, or `warning` (a score whose failing warns).
        weight: Confluence points earned when it passes.
        blocks: What a closed gate means, `no_trade` or `wait`; None for a score or a warning.
        when_unknown: Whether an unknown gate closes (`block`) or is let through (`warn`); None for the others.
        group: Rules of one group earn points once, the most that one of them earns; None counts alone.
        facts: Names of the facts its condition reads, each once, in the order written.
        derived: Whether it reads a fact made from the other rules' verdicts, so that it is judged after them.
    """

    id: str
    name: str
    category: str
    node: str
    description: str
    when_valid: str
    when_invalid: str
    kind: Kind
    weight: float
    blocks: Blocks | None
    when_unknown: WhenUnknown | None
    parameters: tuple[Parameter, ...]
    condition: Condition
    strength: Strength | None
    references: tuple[str, ...]
    status: str
    cases: tuple[Case, ...]
    group: str | None = None
    facts: tuple[str, ...] = field(init=False, repr=False, compare=False)
    derived: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Learn once which facts the condition reads."""
        specs = [one.spec for one in comparisons(self.condition)]
        object.__setattr__(self, "facts", tuple(dict.fromkeys(spec.name for spec in specs)))
        object.__setattr__(self, "derived", any(spec.derived for spec in specs))

    def identity(self) -> dict[str, Any]:
        """Return all that can change one of its verdicts, sentences or readings, and nothing else."""
        strength = self.strength
        return {
            "id": self.id,
            "name": self.name,
            "category": self.category,
            "node": self.node,
            "when_valid": self.when_valid,
            "when_invalid": self.when_invalid,
            "kind": self.kind,
            "weight": self.weight,
            "group": self.group,
            "blocks": self.blocks,
            "when_unknown": self.when_unknown,
            "parameters": {one.name: one.value for one in self.parameters},
            "condition": condition_to_dict(self.condition),
            "strength": None if strength is None else _strength_to_dict(strength),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the whole rule, prose and cases included, as plain JSON values."""
        cases: dict[str, list[dict[str, Any]]] = {kind: [] for kind in CASE_OUTCOMES}
        for case in self.cases:
            cases[case.kind].append({"title": case.title, "facts": dict(case.facts), "profile": case.profile})
        return self.identity() | {
            "description": self.description,
            "parameters": {one.name: _parameter_to_dict(one) for one in self.parameters},
            "references": list(self.references),
            "status": self.status,
            "cases": cases,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], specs: Mapping[str, FactSpec]) -> Self:
        """Build a rule from its resolved plain form.

        Args:
            data: What `to_dict` writes, or a loaded and resolved rule file.
            specs: The facts it may read, by name.

        Raises:
            KeyError: When a key is missing, or it names a fact, operator or parameter that does not exist.
        """
        parameters = tuple(_parameter_from_dict(name, one) for name, one in sorted(data["parameters"].items()))
        values = {one.name: one.value for one in parameters}
        strength = data.get("strength")
        return cls(
            id=data["id"],
            name=data["name"],
            category=data["category"],
            node=data["node"],
            description=data["description"],
            when_valid=data["when_valid"],
            when_invalid=data["when_invalid"],
            kind=data["kind"],
            weight=float(data["weight"]),
            blocks=data["blocks"],
            when_unknown=data["when_unknown"],
            parameters=parameters,
            condition=condition_from_dict(data["condition"], values, specs),
            strength=None if strength is None else _strength_from_dict(strength),
            references=tuple(data["references"]),
            status=data["status"],
            cases=tuple(_cases(data["cases"])),
            group=data.get("group"),
        )


def _parameter_to_dict(one: Parameter) -> dict[str, Any]:
    return {
        "value": one.value,
        "unit": one.unit,
        "description": one.description,
        "read_by": one.read_by,
        "values": None if one.values is None else list(one.values),
        "minimum": one.range.minimum,
        "maximum": one.range.maximum,
        "whole": one.range.whole,
    }


def _parameter_from_dict(name: str, data: Mapping[str, Any]) -> Parameter:
    values = data.get("values")
    return Parameter(
        name=name,
        value=tidy(data["value"]),
        unit=data.get("unit"),
        description=data["description"],
        read_by=data.get("read_by"),
        values=None if values is None else tuple(values),
        range=NumberRange.of(data),
    )


def _strength_to_dict(strength: Strength) -> dict[str, Any]:
    return {
        "fact": strength.fact,
        "zero": strength.zero,
        "full": strength.full,
        "weight": strength.weight,
    }


def _strength_from_dict(data: Mapping[str, Any]) -> Strength:
    return Strength(data["fact"], float(data["zero"]), float(data["full"]), float(data["weight"]))


def _cases(data: Mapping[str, Any]) -> list[Case]:
    return [
        Case(kind, one["title"], dict(one["facts"]), one.get("profile")) for kind in CASE_OUTCOMES for one in data[kind]
    ]


def walk_order(rule: Rule) -> tuple[int, bool, tuple[int, ...]]:
    """Sort rules as they are walked: by node, those reading derived facts last in it, then by number."""
    return NODES.index(rule.node), rule.derived, tuple(int(part) for part in rule.id.split("."))
