"""Prices: how good a set of changed facts is, so that two sets can be compared and parts added up.

A price is ordered like the promise of a why-not: fewer facts first, then the smaller sum of relative distances,
then the facts that the earlier rules read, and of the same facts the smaller moves. It is additive over sets
that share no fact: whichever part is the better one alone is the better one beside any third.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import merge

from rulebook.demands import Demand, Value, Way, nearest_value
from rulebook.facts import Fact
from rulebook.schema import Rule

Price = tuple[int, int, int, int, tuple[tuple[int, float], ...]]
"""Changed facts, their relative distances in billionths, their rules, their ranks, and (rank, move) of each.

The third and fourth are sums of negative powers of a base, one for each fact, so that they compare as the
facts' rules and ranks would, the earliest first.
"""

FREE: Price = (0, 0, 0, 0, ())
"""The price of changing nothing."""

Asked = Mapping[str, tuple[Demand, ...]]
"""Demands by the fact they are about."""

_STEPS = 1_000_000_000


def together(one: Price, other: Price) -> Price:
    """Return the price of two sets that share no fact."""
    moves = tuple(merge(one[4], other[4])) if one[4] and other[4] else one[4] or other[4]
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3], moves


def grouped(ways: Iterable[Way]) -> dict[str, tuple[Demand, ...]]:
    """Return the demands of several ways by fact, each once, in order."""
    asked: dict[str, dict[Demand, None]] = {}
    for way in ways:
        for demand in way:
            asked.setdefault(demand.fact, {})[demand] = None
    return {name: tuple(demands) for name, demands in asked.items()}


@dataclass(slots=True)
class Pricer:
    """Price what rules ask of facts as they stand.

    Attributes:
        rules: The rules, in walk order.
        facts: The facts by name.
    """

    rules: tuple[Rule, ...]
    facts: Mapping[str, Fact]
    _ranks: dict[str, tuple[int, int, int]] = field(init=False)
    _values: dict[tuple[str, tuple[Demand, ...]], Value | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Rank the facts: by the first rule that reads each, then as written in it."""
        firsts = {name: at for at, rule in reversed(list(enumerate(self.rules))) for name in rule.facts}
        names = list(dict.fromkeys(name for rule in self.rules for name in rule.facts))
        base, last = len(names) + 1, len(self.rules) - 1
        self._ranks = {
            name: (rank, -(base ** (last - firsts[name])), -(1 << (len(names) - rank)))
            for rank, name in enumerate(names)
        }

    def value(self, name: str, demands: tuple[Demand, ...]) -> Value | None:
        """Return what one fact needs, or None where no value satisfies every demand."""
        key = (name, demands)
        if key not in self._values:
            self._values[key] = nearest_value(self.facts.get(name), demands)
        return self._values[key]

    def price(self, asked: Asked) -> Price | None:
        """Return the price of a set of demands, or None where a fact cannot satisfy its own."""
        total = FREE
        for name, demands in asked.items():
            found = self.value(name, demands)
            if found is None:
                return None
            if found.needed is not None:
                rank, by_rule, by_rank = self._ranks[name]
                steps = round(found.distance * _STEPS)
                total = together(total, (1, steps, by_rule, by_rank, ((rank, found.move),)))
        return total
