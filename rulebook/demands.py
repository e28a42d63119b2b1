"""Demands: what a rule asks of facts for it to pass, and the nearest value that satisfies several at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rulebook.conditions import Comparison, read, wrong_value
from rulebook.facts import Fact, FactSpec, Scalar


@dataclass(frozen=True, slots=True)
class Demand:
    """Ask one comparison to come out true or false, or an unknown fact to stay as it is.

    Attributes:
        comparison: The comparison.
        wanted: The truth asked of it.
        keep: Whether instead the fact must stay unknown, which a gate with `when_unknown: warn` lets pass.
    """

    comparison: Comparison
    wanted: bool
    keep: bool = False

    @property
    def fact(self) -> str:
        """The name of the fact it is about."""
        return self.comparison.spec.name

    def met_by(self, fact: Fact | None) -> bool:
        """Say whether a fact as it stands satisfies it."""
        reading = read(self.comparison, fact)
        return reading.unknown is not None if self.keep else reading.holds is self.wanted


Way = tuple[Demand, ...]
"""One set of demands that together make a condition come out as wanted."""


@dataclass(frozen=True, slots=True)
class Value:
    """Hold the value one fact needs.

    Attributes:
        needed: The value, or None where the fact may stay as it is.
        distance: The relative distance to it; 0 where it may stay.
        move: How far a number moves, in its unit; 0 for a flag, a text or an unknown.
    """

    needed: Scalar | None
    distance: float
    move: float = 0.0


def nearest_value(fact: Fact | None, demands: Iterable[Demand]) -> Value | None:
    """Return the nearest value that satisfies every demand on one fact, or None where none does."""
    demands = tuple(demands)
    if all(one.met_by(fact) for one in demands):
        return Value(None, 0.0)
    if any(one.keep for one in demands):
        return None
    spec = demands[0].comparison.spec
    value = None if fact is None else fact.value
    now = None if value is None or wrong_value(spec, value) else value
    candidates = _candidates(spec, demands)
    fitting = [one for one in candidates if all(demand.met_by(Fact(one)) for demand in demands)]
    if not fitting:
        return None
    needed = fitting[0] if now is None else min(fitting, key=lambda one: _absolute_distance(now, one))
    return Value(needed, relative_distance(now, needed), 0.0 if now is None else _absolute_distance(now, needed))


def relative_distance(now: Scalar | None, needed: Scalar) -> float:
    """Return the move as a share of the present number, at most 1; 1 for a flag, a text or an unknown."""
    if isinstance(now, bool | str) or isinstance(needed, bool | str) or not now:
        return 1.0
    return min(abs(needed - now) / abs(now), 1.0)


def _absolute_distance(now: Scalar, needed: Scalar) -> float:
    if isinstance(now, bool | str) or isinstance(needed, bool | str):
        return 0.0
    return float(abs(needed - now))


def _candidates(spec: FactSpec, demands: tuple[Demand, ...]) -> list[Scalar]:
    """Return the values among which the nearest fitting one must be; for an unknown, the first that fits."""
    if spec.type == "flag":
        return [True, False]
    if spec.type == "text":
        return list(spec.values or dict.fromkeys(text for one in demands for text in _texts(one.comparison)))
    ends = [end for one in demands for end in _ends(one.comparison)]
    at = [value for end in ends for value in ((math.ceil(end), math.floor(end)) if spec.whole else (end,))]
    beyond = [value for end in ends for value in _beyond(end, whole=spec.whole)]
    return list(dict.fromkeys([*at, *beyond]))


def _ends(comparison: Comparison) -> Iterator[float]:
    threshold = comparison.threshold
    for one in threshold if isinstance(threshold, tuple) else (threshold,):
        if isinstance(one, int | float):
            yield one


def _texts(comparison: Comparison) -> Iterator[str]:
    threshold = comparison.threshold
    for one in threshold if isinstance(threshold, tuple) else (threshold,):
        if isinstance(one, str):
            yield one


def _beyond(end: float, *, whole: bool) -> tuple[float, float]:
    if whole:
        return math.floor(end) + 1, math.ceil(end) - 1
    return math.nextafter(end, math.inf), math.nextafter(end, -math.inf)
