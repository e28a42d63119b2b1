"""Search for the smallest set of fact changes that opens every gate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rulebook.book import Rulebook
from rulebook.conditions import All, Comparison, Condition
from rulebook.demands import Demand, Value, Way, nearest_value, ways
from rulebook.facts import Fact, Scalar
from rulebook.schema import Rule

_Key = tuple[int, float, tuple[int, ...]]
_NOTHING: _Key = (0, 0.0, ())


@dataclass(frozen=True, slots=True)
class Solution:
    """Hold one set of changes.

    Attributes:
        values: The value each changed fact needs.
        demands: What asked for it.
    """

    values: Mapping[str, Scalar]
    demands: Mapping[str, tuple[Demand, ...]]

    def apply(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """Return facts with the changes made."""
        return {**facts, **{name: Fact(value) for name, value in self.values.items()}}


@dataclass(frozen=True, slots=True)
class _Item:
    """Hold one rule's options: its ways to pass or to stay open, or None for letting it fail."""

    rule: Rule
    options: tuple[Way | None, ...]


def smallest_change(
    rulebook: Rulebook, facts: Mapping[str, Fact], is_trade: Callable[[Mapping[str, Fact]], bool]
) -> Solution | None:
    """Return the smallest set of changes that `is_trade` accepts, or None where there is none.

    Args:
        rulebook: The rules.
        facts: Facts by name, as they stand.
        is_trade: Judges a changed set of facts.
    """
    search = _Search(rulebook, facts, is_trade)
    search.go(0, {}, 0.0)
    return search.best


@dataclass(slots=True)
class _Search:
    """Choose an option for each rule in turn, leaving a branch as soon as it cannot win any more."""

    rulebook: Rulebook
    facts: Mapping[str, Fact]
    is_trade: Callable[[Mapping[str, Fact]], bool]
    items: list[_Item] = field(init=False)
    weights_left: list[float] = field(init=False)
    points: float = field(init=False)
    first_rule: Mapping[str, int] = field(init=False)
    best: Solution | None = None
    best_key: _Key | None = None
    _values: dict[tuple[str, tuple[Demand, ...]], Value | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rules = self.rulebook.rules
        self.first_rule = {name: at for at, rule in reversed(list(enumerate(rules))) for name in rule.facts}
        self.points = max((_points(rule.condition) for rule in rules if rule.kind == "gate"), default=0.0)
        readers = [rule for rule in rules if rule.kind == "gate" or rule.weight]
        items = [_Item(rule, self._options(rule, readers)) for rule in readers]
        self.items = sorted(items, key=lambda item: len(item.options))
        self.weights_left = [math.fsum(one.rule.weight for one in self.items[at:]) for at in range(len(self.items) + 1)]

    def _options(self, rule: Rule, readers: Sequence[Rule]) -> tuple[Way | None, ...]:
        gate = rule.kind == "gate"
        passing = ways(rule.condition, self.facts, lenient=False)
        staying: tuple[Way, ...] = ()
        if gate and rule.when_unknown == "warn":
            staying = ways(rule.condition, self.facts, lenient=True)
        shares = any(other is not rule and set(other.facts) & set(rule.facts) for other in readers)
        if not shares and not rule.derived:
            passing, staying = self._cheapest(passing), self._cheapest(staying)
            if passing and self._key(_grouped({}, passing[0])) == _NOTHING:
                return passing
        found: tuple[Way | None, ...] = tuple(dict.fromkeys((*staying, *passing)))
        return found if gate else (*found, None)

    def _cheapest(self, found: tuple[Way, ...]) -> tuple[Way, ...]:
        """Keep the one best way of a rule whose choice touches no other rule."""
        keyed = [(key, way) for way in found if (key := self._key(_grouped({}, way))) is not None]
        return (min(keyed, key=lambda one: one[0])[1],) if keyed else ()

    def go(self, at: int, asked: Mapping[str, tuple[Demand, ...]], points: float) -> None:
        """Try every option of the rules from `at` on, on top of what the rules before ask."""
        if points + self.weights_left[at] < self.points:
            return
        key = self._key(asked)
        if key is None or (self.best_key is not None and key >= self.best_key):
            return
        if at == len(self.items):
            self._keep(key, asked)
            return
        item = self.items[at]
        for option in item.options:
            if option is None:
                self.go(at + 1, asked, points)
            else:
                self.go(at + 1, _grouped(asked, option), points + item.rule.weight)

    def _keep(self, key: _Key, asked: Mapping[str, tuple[Demand, ...]]) -> None:
        values: dict[str, Scalar] = {}
        for name, demands in asked.items():
            found = self._value(name, demands)
            if found is not None and found.needed is not None:
                values[name] = found.needed
        solution = Solution(values, {name: asked[name] for name in values})
        if self.is_trade(solution.apply(self.facts)):
            self.best, self.best_key = solution, key

    def _key(self, asked: Mapping[str, tuple[Demand, ...]]) -> _Key | None:
        """Return how good a set of demands is, or None where a fact cannot satisfy its own."""
        distances: list[float] = []
        order: list[int] = []
        for name, demands in asked.items():
            found = self._value(name, demands)
            if found is None:
                return None
            if found.needed is not None:
                distances.append(found.distance)
                order.append(self.first_rule[name])
        return len(distances), math.fsum(distances), tuple(sorted(order))

    def _value(self, name: str, demands: tuple[Demand, ...]) -> Value | None:
        key = (name, demands)
        if key not in self._values:
            self._values[key] = nearest_value(self.facts.get(name), demands)
        return self._values[key]


def _grouped(asked: Mapping[str, tuple[Demand, ...]], way: Way) -> dict[str, tuple[Demand, ...]]:
    grouped = dict(asked)
    for demand in way:
        grouped[demand.fact] = tuple(dict.fromkeys((*grouped.get(demand.fact, ()), demand)))
    return grouped


def _points(condition: Condition) -> float:
    """Return the points a condition cannot hold without."""
    if isinstance(condition, All):
        return max(_points(child) for child in condition.children)
    if not isinstance(condition, Comparison) or not condition.spec.derived:
        return 0.0
    return condition.threshold if isinstance(condition.threshold, int | float) else 0.0
