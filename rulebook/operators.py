"""The closed set of operators: when each holds, and how far from flipping it is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from rulebook.facts import FactType, Scalar

Threshold = Scalar | tuple[Scalar, ...] | None
Takes = Literal["nothing", "one", "two", "many"]


@dataclass(frozen=True, slots=True)
class Operator:
    """Compare a fact with a threshold.

    Attributes:
        name: The word a rule file uses.
        types: The types of fact it fits.
        takes: How many threshold values it needs.
        holds: Whether it holds for (value, threshold).
        margin: Signed distance of a number to flipping, positive where it holds; None for flags and texts.
    """

    name: str
    types: frozenset[FactType]
    takes: Takes
    holds: Callable[[Any, Any], bool]
    margin: Callable[[Any, Any], float]


def _above(value: float, threshold: float) -> float:
    return float(value - threshold)


def _below(value: float, threshold: float) -> float:
    return float(threshold - value)


def _inside(value: float, threshold: tuple[float, float]) -> float:
    return float(min(value - threshold[0], threshold[1] - value))


def _at(value: float, threshold: float) -> float:
    return 0.0 - abs(value - threshold)


def _off(value: float, threshold: float) -> float:
    return float(abs(value - threshold))


def _at_nearest(value: float, threshold: tuple[float, ...]) -> float:
    return 0.0 - min(abs(value - one) for one in threshold)


def _no_margin(value: object, threshold: object) -> float:
    raise TypeError("flags have no margin")


_NUMBER: frozenset[FactType] = frozenset({"number"})
_FLAG: frozenset[FactType] = frozenset({"flag"})
_NUMBER_OR_TEXT: frozenset[FactType] = frozenset({"number", "text"})

OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        one.name: one
        for one in (
            Operator("equals", _NUMBER_OR_TEXT, "one", operator.eq, _at),
            Operator("not_equals", _NUMBER_OR_TEXT, "one", operator.ne, _off),
            Operator("greater_than", _NUMBER, "one", operator.gt, _above),
            Operator("at_least", _NUMBER, "one", operator.ge, _above),
            Operator("less_than", _NUMBER, "one", operator.lt, _below),
            Operator("at_most", _NUMBER, "one", operator.le, _below),
            Operator("between", _NUMBER, "two", lambda v, t: t[0] <= v <= t[1], _inside),
            Operator("in", _NUMBER_OR_TEXT, "many", lambda v, t: v in t, _at_nearest),
            Operator("is_true", _FLAG, "nothing", lambda v, _: v is True, _no_margin),
            Operator("is_false", _FLAG, "nothing", lambda v, _: v is False, _no_margin),
        )
    }
)
"""Every operator a rule may use, by name. `between` includes both ends."""
