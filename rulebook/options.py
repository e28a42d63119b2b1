"""Options: how one rule can pass, stay open or be left to fail, without the ways that can never be the best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from rulebook.conditions import All, Comparison, Condition, Not, comparisons, wrong_value
from rulebook.demands import Demand, Way
from rulebook.facts import Fact
from rulebook.prices import FREE, Price, Pricer, grouped
from rulebook.schema import Rule


@dataclass(frozen=True, slots=True)
class Option:
    """Hold one way to deal with a rule.

    Attributes:
        way: What it asks of facts; nothing where the rule may fail.
        earns: Whether the rule passes by it, and so earns its weight.
    """

    way: Way
    earns: bool


@dataclass(frozen=True, slots=True)
class OptionFinder:
    """Find the options of one rule.

    Attributes:
        rule: The rule.
        pricer: Prices demands on the facts as they stand.
        shared: Facts that another rule reads as well; what is asked of these can not be chosen alone.
        level: The points that the trade is to have, by which derived comparisons hold or not.
    """

    rule: Rule
    pricer: Pricer
    shared: frozenset[str]
    level: float

    def find(self) -> tuple[Option, ...]:
        """Return the rule's options; none where it is a gate that cannot be opened."""
        gate = self.rule.kind == "gate"
        passing = [Option(way, True) for way in self._ways(lenient=False)]
        free = [one for one in passing if not self._coupled(one.way, self.shared) and self._price(one.way) == FREE]
        if free:
            return (free[0],)
        if not gate:
            return (*passing, Option((), False))
        if self.rule.when_unknown != "warn":
            return tuple(passing)
        known = {one.way for one in passing}
        return (*(Option(way, False) for way in self._ways(lenient=True) if way not in known), *passing)

    def _ways(self, *, lenient: bool) -> list[Way]:
        read = Counter(one.spec.name for one in comparisons(self.rule.condition))
        wrong = self._wrong()
        inner = self.shared | wrong.keys() | {name for name, count in read.items() if count > 1}
        found = self._of(self.rule.condition, True, lenient, frozenset(inner))
        return self._thinned((one for way in found for one in self._righted(way, wrong)), self.shared)

    def _of(self, condition: Condition, wanted: bool, lenient: bool, coupled: frozenset[str]) -> list[Way]:
        """Return the ways a condition comes out as wanted, or (lenient) at least not the opposite."""
        if isinstance(condition, Comparison):
            return self._thinned(self._leaf(condition, wanted, lenient), coupled)
        if isinstance(condition, Not):
            return self._of(condition.child, not wanted, lenient, coupled)
        parts = [self._of(child, wanted, lenient, coupled) for child in condition.children]
        if isinstance(condition, All) is wanted:
            joined = (tuple(dict.fromkeys(one for part in choice for one in part)) for choice in product(*parts))
            return self._thinned(joined, coupled)
        return self._thinned((way for part in parts for way in part), coupled)

    def _leaf(self, condition: Comparison, wanted: bool, lenient: bool) -> tuple[Way, ...]:
        if condition.spec.derived:
            threshold = condition.threshold
            reached = isinstance(threshold, int | float) and self.level >= threshold
            return ((),) if reached is wanted else ()
        change = (Demand(condition, wanted),)
        keep = Demand(condition, wanted, keep=True)
        return ((keep,), change) if lenient and keep.met_by(self._fact(condition)) else (change,)

    def _fact(self, condition: Comparison) -> Fact | None:
        return self.pricer.facts.get(condition.spec.name)

    def _wrong(self) -> Mapping[str, Comparison]:
        """Return one comparison for each fact whose value is of the wrong type, which no verdict survives."""
        found: dict[str, Comparison] = {}
        for one in comparisons(self.rule.condition):
            fact = None if one.spec.derived else self._fact(one)
            if fact is not None and fact.value is not None and wrong_value(one.spec, fact.value):
                found.setdefault(one.spec.name, one)
        return found

    def _righted(self, way: Way, wrong: Mapping[str, Comparison]) -> Iterable[Way]:
        """Add to a way that every fact with a wrong value gets a right one, whichever."""
        asked = {one.fact for one in way}
        left = [(Demand(one, True), Demand(one, False)) for name, one in wrong.items() if name not in asked]
        return ((*way, *added) for added in product(*left))

    def _thinned(self, ways: Iterable[Way], coupled: frozenset[str]) -> list[Way]:
        """Keep the cheapest of the ways that ask the same of the facts that are not this choice's alone."""
        best: dict[Way, tuple[Price, Way]] = {}
        for way in ways:
            price = self._price(way)
            if price is None:
                continue
            asked = self._coupled(way, coupled)
            if asked not in best or price < best[asked][0]:
                best[asked] = price, way
        return [way for _, way in best.values()]

    def _price(self, way: Way) -> Price | None:
        return self.pricer.price(grouped((way,)))

    @staticmethod
    def _coupled(way: Way, coupled: frozenset[str]) -> Way:
        return tuple(one for one in way if one.fact in coupled)
