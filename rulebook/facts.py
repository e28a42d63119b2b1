"""The facts a rule may read: what one is, what it is called, and which node gathers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from rulebook.fact_spec import CONFLUENCE, NODES, FactSpec, FactType, Scalar
from rulebook.vocabulary import VOCABULARY

__all__ = ["CONFLUENCE", "NODES", "VOCABULARY", "Evidence", "Fact", "FactSpec", "FactType", "Scalar"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Point at one detected fact on the chart that a value came from.

    Attributes:
        fact_id: The id of the detected fact.
        kind: What it is, for example `fair_value_gap`.
        time: ISO-8601 UTC open of the bar it is drawn on, or None where it has no bar.
        price: The price it stands at, or None where it has none.
    """

    fact_id: str
    kind: str
    time: str | None = None
    price: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"fact_id": self.fact_id, "kind": self.kind, "time": self.time, "price": self.price}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        return cls(data["fact_id"], data["kind"], data["time"], data["price"])


@dataclass(frozen=True, slots=True)
class Fact:
    """Hold one named fact's value as a node found it.

    Attributes:
        value: The value, or None when it is unknown.
        evidence: What on the chart it came from.
        unknown_because: Why it is unknown; set exactly when `value` is None.

    Raises:
        ValueError: When a value and a reason for having none are both given, or neither.
    """

    value: Scalar | None
    evidence: tuple[Evidence, ...] = ()
    unknown_because: str | None = None

    def __post_init__(self) -> None:
        """Refuse a value and a reason together, or neither."""
        if (self.value is None) == (self.unknown_because is None):
            raise ValueError("a fact has either a value or, when it is None, a reason in unknown_because")

    @classmethod
    def unknown(cls, because: str) -> Self:
        """Return a fact whose value could not be known, and why."""
        return cls(None, (), because)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "value": self.value,
            "evidence": [item.to_dict() for item in self.evidence],
            "unknown_because": self.unknown_because,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` wrote."""
        evidence = tuple(Evidence.from_dict(item) for item in data["evidence"])
        return cls(data["value"], evidence, data["unknown_because"])
