"""Why not: the smallest set of changed facts that turns a decision into a trade, proved by judging again.

Every rule that must pass has one or more ways to pass: sets of demands on facts. The search takes one way
for each gate and for as many weighted rules as the points need, so that the fewest facts change. Of equal
sets it takes the one with the smallest sum of relative distances (a flag, a text or an unknown counts as a
whole step, and so does a number that must more than double or vanish; sums are compared in billionths), then
the one whose rules come first, then the one whose numbers move least. So no change can be left out, and none
can be made smaller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulebook.book import Rulebook
from rulebook.conclusion import conclude
from rulebook.conditions import read, wrong_value
from rulebook.facts import CONFLUENCE, Fact, FactSpec, Scalar
from rulebook.judge import judge_walk, outcome_of, points
from rulebook.schema import Rule
from rulebook.search import Solution, smallest_change
from rulebook.sentences import change_sentence


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one fact that would have to change.

    Attributes:
        fact: The fact's name.
        unit: Its unit; None for flags and texts.
        value_now: Its value, or None when it is unknown (or of the wrong type).
        value_needed: The nearest value that will do: the threshold itself, or the next number beyond a
            threshold that must be exceeded.
        distance: How far the number must move, in its unit; None for flags, texts and unknowns.
        rule_ids: The rules that read it and are open with every change made, but were not before or would not
            be without this one; in walk order.
        sentence: The change in words.
    """

    fact: str
    unit: str | None
    value_now: Scalar | None
    value_needed: Scalar
    distance: float | None
    rule_ids: tuple[str, ...]
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "fact": self.fact,
            "unit": self.unit,
            "value_now": self.value_now,
            "value_needed": self.value_needed,
            "distance": self.distance,
            "rule_ids": list(self.rule_ids),
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Hold what would have to change for a trade.

    Attributes:
        is_trade: Whether it is a trade as it stands; then nothing has to change.
        changes: The smallest set of changes, in the order of the rules they flip.
        proven: Whether the changed facts, judged again, do come to `TRADE_NOW`. False only where no change
            of facts can satisfy the rules, as when they contradict one another.
    """

    is_trade: bool
    changes: tuple[Change, ...]
    proven: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        changes = [one.to_dict() for one in self.changes]
        return {"is_trade": self.is_trade, "changes": changes, "proven": self.proven}

    def apply(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """Return facts with the changes made."""
        return {**facts, **{one.fact: Fact(one.value_needed) for one in self.changes}}


def is_trade(rulebook: Rulebook, facts: Mapping[str, Fact]) -> bool:
    """Say whether a walk over these facts comes to `TRADE_NOW`."""
    return conclude(rulebook, judge_walk(rulebook, facts)).status == "TRADE_NOW"


def why_not(rulebook: Rulebook, facts: Mapping[str, Fact]) -> WhyNot:
    """Find the smallest set of fact changes that comes to `TRADE_NOW`, and prove it.

    Args:
        rulebook: The rules.
        facts: Every fact by name, those beyond a closed gate included; a missing one is unknown.
    """
    if is_trade(rulebook, facts):
        return WhyNot(True, (), True)
    solution = smallest_change(rulebook, facts)
    if solution is None or not is_trade(rulebook, solution.apply(facts)):
        return WhyNot(False, (), False)
    return WhyNot(False, _changes(rulebook, facts, solution), True)


def _changes(rulebook: Rulebook, facts: Mapping[str, Fact], solution: Solution) -> tuple[Change, ...]:
    changed = solution.apply(facts)
    now, then = _Standings(rulebook, facts), _Standings(rulebook, changed)
    in_order = dict.fromkeys(name for rule in rulebook.rules for name in rule.facts)
    changes = []
    for name in in_order:
        if name in solution.values:
            without = _Standings(rulebook, {**changed, name: facts.get(name) or Fact.unknown("it was not gathered")})
            flipped = tuple(
                rule.id
                for rule in rulebook.rules
                if name in rule.facts and then.of(rule) > min(now.of(rule), without.of(rule))
            )
            found = _change(rulebook.facts[name], facts.get(name), solution, flipped)
            changes.append(found)
    return tuple(changes)


class _Standings:
    """How each rule stands on some facts: 2 where it passes, 1 where its gate is let through, else 0."""

    def __init__(self, rulebook: Rulebook, facts: Mapping[str, Fact]) -> None:
        self._rulebook = rulebook
        self._facts = dict(facts)
        self._known: dict[str, int] = {}

    def of(self, rule: Rule) -> int:
        """Return how one rule stands."""
        if rule.id not in self._known:
            if rule.derived:
                passing = (one for one in self._rulebook.rules if not one.derived and self.of(one) == 2)
                self._facts[CONFLUENCE] = Fact(points(passing))
            outcome = outcome_of(rule, self._facts)
            let_through = outcome == "not_evaluated" and rule.when_unknown == "warn"
            self._known[rule.id] = 2 if outcome == "pass" else int(let_through)
        return self._known[rule.id]


def _change(spec: FactSpec, fact: Fact | None, solution: Solution, rule_ids: tuple[str, ...]) -> Change:
    needed, demands = solution.values[spec.name], solution.demands[spec.name]
    now = None if fact is None or fact.value is None or wrong_value(spec, fact.value) else fact.value
    asked = tuple(read(one.comparison, fact, wanted=one.wanted) for one in demands if not one.met_by(fact))
    distance = None
    if spec.type == "number" and isinstance(now, int | float) and isinstance(needed, int | float):
        distance = float(abs(needed - now))
    sentence = change_sentence(spec, now, needed, asked)
    return Change(spec.name, spec.unit, now, needed, distance, rule_ids, sentence)
