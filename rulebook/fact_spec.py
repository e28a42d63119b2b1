"""What a fact is called, of which type it is, and how a sentence speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

NODES = ("bias", "liquidity", "structure", "entry", "risk")
"""The five nodes in the order they are walked."""

CONFLUENCE = "checklist.confluence"
"""The one fact no node gathers: the judge adds it up from the verdicts so far."""

FactType = Literal["number", "flag", "text"]
Scalar = bool | int | float | str


@dataclass(frozen=True, slots=True)
class FactSpec:
    """Say what a named fact means and how a sentence speaks of it.

    Attributes:
        name: The name rules use, `subject.fact`.
        node: The node that gathers it.
        type: `number`, `flag` or `text`.
        unit: The unit of a number, else None.
        description: What it means, in one sentence.
        values: The closed set of a text fact's values, else None.
        label: How a sentence calls a number or a text.
        phrases: How a sentence says a flag is (false, true), else None.
        whole: Whether the number counts things, so that it moves in steps of one.
        derived: Whether the judge makes it from verdicts; no node may supply it.
    """

    name: str
    node: str
    type: FactType
    unit: str | None
    description: str
    values: tuple[str, ...] | None = None
    label: str = ""
    phrases: tuple[str, str] | None = None
    whole: bool = False
    derived: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return what a judgement or a sentence depends on, as plain JSON values."""
        return {
            "node": self.node,
            "type": self.type,
            "unit": self.unit,
            "values": None if self.values is None else list(self.values),
            "label": self.label,
            "phrases": None if self.phrases is None else list(self.phrases),
            "whole": self.whole,
            "derived": self.derived,
        }

    @classmethod
    def from_dict(cls, name: str, data: Mapping[str, Any], description: str = "") -> Self:
        """Read back what `to_dict` wrote; the name and the description are kept beside it."""
        values, phrases = data["values"], data["phrases"]
        return cls(
            name=name,
            node=data["node"],
            type=data["type"],
            unit=data["unit"],
            description=description,
            values=None if values is None else tuple(values),
            label=data["label"],
            phrases=None if phrases is None else (phrases[0], phrases[1]),
            whole=data["whole"],
            derived=data["derived"],
        )


def number(name: str, node: str, unit: str, label: str, description: str) -> FactSpec:
    """Specify a number that may take any value."""
    return FactSpec(name, node, "number", unit, description, label=label)


def count(name: str, node: str, label: str, description: str, unit: str = "count") -> FactSpec:
    """Specify a number that counts things."""
    return FactSpec(name, node, "number", unit, description, label=label, whole=True)


def flag(name: str, node: str, false: str, true: str, description: str) -> FactSpec:
    """Specify a flag by the clauses that say it is false and that it is true."""
    return FactSpec(name, node, "flag", None, description, label=true, phrases=(false, true))


def text(name: str, node: str, values: tuple[str, ...], label: str, description: str) -> FactSpec:
    """Specify a text out of a closed set."""
    return FactSpec(name, node, "text", None, description, values=values, label=label)
