"""Conditions: trees of all, any and not over comparisons of facts, judged in three-valued logic.

The logic is Kleene's: an unknown operand leaves its tree unknown unless the others decide it
(one false child settles an `all`, one true child an `any`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rulebook.facts import Fact, FactSpec, Scalar
from rulebook.operators import OPERATORS, Operator, Threshold

LARGEST_NUMBER = 2**53
"""Numbers beyond this have no exact JSON form, so a fact may not hold them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compare one fact with a threshold.

    Attributes:
        spec: The fact's specification.
        operator: What is compared.
        threshold: The resolved threshold; a pair for `between`, a tuple for `in`, None for flags.
        parameters: Names of the rule's parameters the threshold came from; empty for a literal.
    """

    spec: FactSpec
    operator: Operator
    threshold: Threshold
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Hold when every child holds."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Hold when at least one child holds."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Hold when the child does not."""

    child: Condition


Condition = Comparison | All | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what one comparison found.

    Attributes:
        comparison: The comparison read.
        wanted: The truth the rule wants of it: False under an odd number of `not`s.
        fact: The fact as given, or None where it was not gathered.
        value: Its value, or None when unknown or of the wrong type.
        holds: True, False, or None when unknown.
        margin: Signed distance to flipping in the fact's unit; None for flags, texts and unknowns.
        unknown: Why it is unknown, else None.
        wrong: What is wrong with the value's type, else None.
    """

    comparison: Comparison
    wanted: bool
    fact: Fact | None
    value: Scalar | None
    holds: bool | None
    margin: float | None
    unknown: str | None = None
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Hold what a whole condition came to.

    Attributes:
        holds: True, False, or None when unknown.
        margin: Signed distance to flipping. `all`: the smallest child's; `any`: the largest known
            child's; `not`: the sign turned. None where unknown, or where no number alone can flip it.
        readings: Every comparison, in the order written.
        deciding: The readings that made it so.
    """

    holds: bool | None
    margin: float | None
    readings: tuple[Reading, ...]
    deciding: tuple[Reading, ...]


def condition_from_dict(
    data: Mapping[str, Any], parameters: Mapping[str, Scalar], specs: Mapping[str, FactSpec]
) -> Condition:
    """Build a condition from its checked plain form.

    Args:
        data: `{all: [...]}`, `{any: [...]}`, `{not: {...}}` or `{fact, operator, value|parameter}`.
        parameters: The rule's resolved parameter values, by name.
        specs: The facts it may read, by name.

    Raises:
        KeyError: When it names a fact, operator or parameter that does not exist.
    """
    if "all" in data:
        return All(tuple(condition_from_dict(child, parameters, specs) for child in data["all"]))
    if "any" in data:
        return AnyOf(tuple(condition_from_dict(child, parameters, specs) for child in data["any"]))
    if "not" in data:
        return Not(condition_from_dict(data["not"], parameters, specs))
    threshold, names = _threshold(data, parameters)
    return Comparison(specs[data["fact"]], OPERATORS[data["operator"]], threshold, names)


def _threshold(data: Mapping[str, Any], parameters: Mapping[str, Scalar]) -> tuple[Threshold, tuple[str, ...]]:
    if "parameter" in data:
        given = data["parameter"]
        if isinstance(given, str):
            return parameters[given], (given,)
        return tuple(parameters[name] for name in given), tuple(given)
    value = data.get("value")
    if isinstance(value, list | tuple):
        return tuple(tidy(one) for one in value), ()
    return (None if value is None else tidy(value)), ()


def tidy(value: Scalar) -> Scalar:
    """Return a whole float as an int, so that 40 and 40.0 read, print and hash alike."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def condition_to_dict(condition: Condition) -> dict[str, Any]:
    """Return a condition in the plain form `condition_from_dict` reads."""
    match condition:
        case All(children):
            return {"all": [condition_to_dict(child) for child in children]}
        case AnyOf(children):
            return {"any": [condition_to_dict(child) for child in children]}
        case Not(child):
            return {"not": condition_to_dict(child)}
    plain: dict[str, Any] = {"fact": condition.spec.name, "operator": condition.operator.name}
    names, threshold = condition.parameters, condition.threshold
    if names:
        plain["parameter"] = names[0] if len(names) == 1 else list(names)
    elif threshold is not None:
        plain["value"] = list(threshold) if isinstance(threshold, tuple) else threshold
    return plain


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield every comparison of a condition, in the order written."""
    match condition:
        case Comparison():
            yield condition
        case Not(child):
            yield from comparisons(child)
        case All(children) | AnyOf(children):
            for child in children:
                yield from comparisons(child)


def assess(condition: Condition, facts: Mapping[str, Fact]) -> Assessment:
    """Judge a condition on facts; a fact missing from the mapping is unknown."""
    readings: list[Reading] = []
    holds, margin, deciding = _assess(condition, facts, readings, True)
    return Assessment(holds, margin, tuple(readings), deciding)


_Truth = tuple[bool | None, float | None, tuple[Reading, ...]]


def _assess(condition: Condition, facts: Mapping[str, Fact], readings: list[Reading], wanted: bool) -> _Truth:
    if isinstance(condition, Comparison):
        reading = read(condition, facts.get(condition.spec.name), wanted=wanted)
        readings.append(reading)
        return reading.holds, reading.margin, (reading,)
    if isinstance(condition, Not):
        holds, margin, deciding = _assess(condition.child, facts, readings, not wanted)
        return (None if holds is None else not holds), (None if margin is None else 0.0 - margin), deciding
    decisive = isinstance(condition, AnyOf)
    children = [_assess(child, facts, readings, wanted) for child in condition.children]
    return _combine(children, decisive)


def _combine(children: list[_Truth], decisive: bool) -> _Truth:
    """Combine children of an `any` (whose decisive truth is True) or of an `all` (False)."""
    truths = [holds for holds, _, _ in children]
    if decisive in truths:
        outcome: bool | None = decisive
    else:
        outcome = None if None in truths else not decisive
    deciding = tuple(reading for holds, _, part in children if holds == outcome for reading in part)
    margins = [margin for _, margin, _ in children if margin is not None]
    if outcome is None or not margins:
        return outcome, None, deciding
    margin = max(margins) if decisive else min(margins)
    agrees = margin >= 0 if outcome else margin <= 0
    return outcome, (margin if agrees else None), deciding


def read(comparison: Comparison, fact: Fact | None, *, wanted: bool = True) -> Reading:
    """Compare one fact; neither an unknown nor a wrongly typed value raises."""
    if fact is None:
        return Reading(comparison, wanted, None, None, None, None, unknown="it was not gathered")
    value = fact.value
    if value is None:
        return Reading(comparison, wanted, fact, None, None, None, unknown=fact.unknown_because)
    wrong = wrong_value(comparison.spec, value)
    if wrong:
        return Reading(comparison, wanted, fact, None, None, None, wrong=wrong)
    used = comparison.operator
    holds = used.holds(value, comparison.threshold)
    margin = used.margin(value, comparison.threshold) if comparison.spec.type == "number" else None
    return Reading(comparison, wanted, fact, value, holds, margin)


def wrong_value(spec: FactSpec, value: object) -> str | None:
    """Say why a value cannot be this fact's, or return None when it can."""
    if spec.type == "number":
        return _wrong_number(spec, value)
    if spec.type == "flag":
        return None if isinstance(value, bool) else f"{spec.name} must be true or false, got {value!r}"
    if not isinstance(value, str):
        return f"{spec.name} must be a text, got {value!r}"
    if spec.values is not None and value not in spec.values:
        return f"{spec.name} must be one of {', '.join(spec.values)}, got {value!r}"
    return None


def _wrong_number(spec: FactSpec, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{spec.name} must be a number, got {value!r}"
    unfit = unfit_number(value)
    return None if unfit is None else f"{spec.name} must {unfit}"


def unfit_number(value: float) -> str | None:
    """Say what a number must be to have an exact JSON form, or return None when it has one."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"be a finite number, got {value!r}"
    if abs(value) > LARGEST_NUMBER:
        return f"lie within ±{LARGEST_NUMBER}, got a larger number"
    return None
