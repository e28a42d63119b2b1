"""Search for the smallest set of fact changes that opens every gate.

Rules that share no fact can be dealt with one by one; only the points tie them together. So the rules are split
into clusters that share facts or a group. For each cluster the cheapest price of every number of points is
found by branch and bound, and the clusters are put together by dynamic programming over the points. Where a
condition reads the points, the search is repeated for each threshold it names, as if that many were reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rulebook.book import Rulebook
from rulebook.conditions import comparisons
from rulebook.demands import Demand, Way
from rulebook.facts import Fact, Scalar
from rulebook.judge import points
from rulebook.options import Option, OptionFinder
from rulebook.prices import FREE, Price, Pricer, grouped, together
from rulebook.schema import Rule


@dataclass(frozen=True, slots=True)
class Solution:
    """Hold one set of changes.

    Attributes:
        values: The value each changed fact needs.
        demands: What asked for it, in the order of the rules.
    """

    values: Mapping[str, Scalar]
    demands: Mapping[str, tuple[Demand, ...]]

    def apply(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """Return facts with the changes made."""
        return {**facts, **{name: Fact(value) for name, value in self.values.items()}}


@dataclass(frozen=True, slots=True)
class _Part:
    """Hold one way to deal with some rules: the points they earn, its price, and each rule's way."""

    points: float
    price: Price
    ways: tuple[tuple[Rule, Way], ...]


_Items = list[tuple[Rule, tuple[Option, ...]]]


def smallest_change(rulebook: Rulebook, facts: Mapping[str, Fact]) -> Solution | None:
    """Return the smallest set of changes that comes to a trade, or None where there is none.

    Args:
        rulebook: The rules.
        facts: Facts by name, as they stand.
    """
    pricer = Pricer(rulebook.rules, facts)
    best = _Search(rulebook.rules, pricer).best()
    if best is None:
        return None
    order = {rule.id: at for at, rule in enumerate(rulebook.rules)}
    asked = grouped(way for _, way in sorted(best.ways, key=lambda one: order[one[0].id]))
    values: dict[str, Scalar] = {}
    for name, demands in asked.items():
        found = pricer.value(name, demands)
        if found is not None and found.needed is not None:
            values[name] = found.needed
    return Solution(values, {name: asked[name] for name in values})


@dataclass(slots=True)
class _Search:
    """Search over the clusters of rules that matter: gates, and what earns points."""

    rules: tuple[Rule, ...]
    pricer: Pricer
    _settled: dict[int, list[_Part]] = field(default_factory=dict)

    def best(self) -> _Part | None:
        """Return the best part over all rules, at whichever level of points it is cheapest."""
        items = [rule for rule in self.rules if rule.kind == "gate" or rule.weight]
        clusters = _clusters(items)
        found = [one for level in _levels(items) if (one := self._at(level, clusters)) is not None]
        return min(found, key=lambda one: one.price, default=None)

    def _at(self, level: float, clusters: Sequence[Sequence[Rule]]) -> _Part | None:
        """Return the best part that reaches so many points, its derived comparisons judged by these."""
        whole = {0.0: _Part(0.0, FREE, ())}
        for at, cluster in enumerate(clusters):
            parts = self._parts(at, cluster, level)
            if not parts:
                return None
            whole = _joined(whole, parts, level)
        return whole.get(level)

    def _parts(self, at: int, cluster: Sequence[Rule], level: float) -> list[_Part]:
        if any(rule.derived for rule in cluster):
            return self._solve(cluster, level)
        if at not in self._settled:
            self._settled[at] = self._solve(cluster, level)
        return self._settled[at]

    def _solve(self, cluster: Sequence[Rule], level: float) -> list[_Part]:
        items = []
        for rule in cluster:
            others = frozenset(name for one in cluster if one is not rule for name in one.facts)
            items.append((rule, OptionFinder(rule, self.pricer, others & set(rule.facts), level).find()))
        items.sort(key=lambda one: len(one[1]))
        return _Cluster(items, self.pricer).solve()


def _joined(whole: Mapping[float, _Part], parts: Sequence[_Part], level: float) -> dict[float, _Part]:
    joined: dict[float, _Part] = {}
    for one in whole.values():
        for part in parts:
            reached = min(one.points + part.points, level)
            price = together(one.price, part.price)
            if reached not in joined or price < joined[reached].price:
                joined[reached] = _Part(reached, price, (*one.ways, *part.ways))
    return joined


@dataclass(slots=True)
class _Cluster:
    """Find the cheapest part of a cluster for every number of points, leaving a branch that cannot be one."""

    items: _Items
    pricer: Pricer
    found: list[_Part] = field(default_factory=list)

    def solve(self) -> list[_Part]:
        """Return parts of which none is both dearer and of no more points than another, most points first."""
        self._go(0, [], [])
        return self.found

    def _go(self, at: int, taken: list[tuple[Rule, Way]], passing: list[Rule]) -> None:
        """Try every option of the rules from `at` on, on top of what the rules before ask."""
        price = self.pricer.price(grouped(way for _, way in taken))
        if price is None:
            return
        most = points((*passing, *(rule for rule, _ in self.items[at:])))
        if any(one.points >= most and one.price <= price for one in self.found):
            return
        if at == len(self.items):
            worse = [one for one in self.found if one.points <= most and one.price >= price]
            kept = [one for one in self.found if one not in worse]
            self.found = sorted([*kept, _Part(most, price, tuple(taken))], key=lambda one: -one.points)
            return
        rule, options = self.items[at]
        for option in options:
            self._go(at + 1, [*taken, (rule, option.way)], [*passing, rule] if option.earns else passing)


def _levels(items: Sequence[Rule]) -> list[float]:
    """Return 0 and every threshold of points that a gate names, as far as the rules can reach it."""
    named = {
        float(one.threshold)
        for rule in items
        if rule.kind == "gate"
        for one in comparisons(rule.condition)
        if one.spec.derived and isinstance(one.threshold, int | float)
    }
    most = points(items)
    return [0.0, *sorted(one for one in named if 0 < one <= most)]


def _clusters(items: Sequence[Rule]) -> list[list[Rule]]:
    """Split rules into those that share, directly or through others, a fact or a group."""
    clusters: list[tuple[set[str], list[Rule]]] = []
    for rule in items:
        ties, members = set(_ties(rule)), [rule]
        apart = []
        for tied, others in clusters:
            if tied & ties:
                ties |= tied
                members = [*others, *members]
            else:
                apart.append((tied, others))
        clusters = [*apart, (ties, members)]
    return [members for _, members in clusters]


def _ties(rule: Rule) -> Iterator[str]:
    yield from (one.spec.name for one in comparisons(rule.condition) if not one.spec.derived)
    if rule.group is not None:
        yield f"group {rule.group}"
