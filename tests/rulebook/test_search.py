"""The search against brute force: on small rulebooks every assignment of every set of facts is tried."""

import math
from collections.abc import Mapping
from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.book import Rulebook
from rulebook.counterfactual import WhyNot, is_trade, why_not
from rulebook.demands import relative_distance
from rulebook.facts import VOCABULARY, Fact, Scalar
from tests.rulebook.books import book, compare, fact, rule
from tests.rulebook.changes import asked, must_be_as_small_as_it_says

LEAVES: list[dict[str, Any]] = [
    compare("risk.reward_ratio", "at_least", 2),
    compare("risk.reward_ratio", "less_than", 4),
    compare("risk.reward_ratio", "equals", 3),
    compare("risk.risk_pct", "between", [1, 2]),
    compare("entry.fresh_gaps", "greater_than", 1),
    compare("range.known", "is_true"),
    compare("structure.aligned", "is_false"),
    compare("bias.direction", "in", ["bullish", "bearish"]),
]
CONDITIONS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds(lambda one: {"not": one}, inner),
        st.builds(lambda many: {"all": many}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda many: {"any": many}, st.lists(inner, min_size=1, max_size=2)),
    ),
    max_leaves=3,
)
VALUES: dict[str, list[Scalar]] = {
    "risk.reward_ratio": [1, 2, math.nextafter(2, 0), 3, math.nextafter(3, 0), math.nextafter(3, 9),
                          math.nextafter(4, 0), 4, 5],
    "risk.risk_pct": [0.5, math.nextafter(1, 0), 1, 1.5, 2, math.nextafter(2, 9), 3],
    "entry.fresh_gaps": [0, 1, 2],
    "range.known": [True, False],
    "structure.aligned": [True, False],
    "bias.direction": ["bullish", "bearish", "neutral"],
}  # fmt: skip


POINTS: list[dict[str, Any]] = [
    compare("checklist.confluence", "at_least", 2),
    {"any": [compare("risk.reward_ratio", "at_least", 3), compare("checklist.confluence", "at_least", 3)]},
    {"any": [compare("risk.reward_ratio", "at_least", 3),
             {"all": [compare("risk.reward_ratio", "at_least", 2),
                      compare("checklist.confluence", "at_least", 2)]}]},
    {"all": [compare("checklist.confluence", "at_least", 1),
             {"any": [compare("range.known", "is_true"), compare("checklist.confluence", "at_least", 4)]}]},
]  # fmt: skip


@st.composite
def small_books(draw: st.DrawFn) -> Rulebook:
    """Draw a few rules over a few facts, shared freely, some in groups, with points to reach."""
    rules = []
    for number in range(1, draw(st.integers(2, 4)) + 1):
        changes: dict[str, Any] = {
            "weight": draw(st.sampled_from([0, 1, 2])),
            "group": draw(st.sampled_from([None, None, "a"])),
        }
        kind = draw(st.sampled_from(["gate", "score", "warning"]))
        if kind == "gate":
            changes["when_unknown"] = draw(st.sampled_from(["block", "warn"]))
        else:
            changes |= {"kind": kind, "blocks": None, "when_unknown": None}
        rules.append(rule(str(number), draw(CONDITIONS), **changes))
    minimum = draw(st.sampled_from([0, 1, 2, 4]))
    rules.append(rule("9", compare("checklist.confluence", "at_least", minimum)))
    return book(*rules, *(rule(f"9.{at}", one) for at, one in enumerate(draw(st.lists(st.sampled_from(POINTS))), 1)))


def price(rules: Rulebook, given_facts: Mapping[str, Fact], changed: Mapping[str, Scalar]) -> tuple[Any, ...]:
    """Return how good a set of changes is, spelled out: the smaller tuple is the better set."""
    ranks = list(dict.fromkeys(name for one in rules.rules for name in one.facts))
    first = {name: min(at for at, one in enumerate(rules.rules) if name in one.facts) for name in changed}
    now = {name: right(name, given_facts) for name in changed}
    names = sorted(changed, key=ranks.index)
    return (
        len(changed),
        sum(round(relative_distance(now[name], value) * 1_000_000_000) for name, value in changed.items()),
        sorted(first.values()),
        [ranks.index(name) for name in names],
        [move(now[name], changed[name]) for name in names],
    )


def right(name: str, given_facts: Mapping[str, Fact]) -> Scalar | None:
    """Return a fact's value, None where it is missing, unknown or of the wrong type."""
    value = given_facts[name].value if name in given_facts else None
    types: dict[str, Any] = {"number": int | float, "flag": bool, "text": str}
    spec = VOCABULARY[name]
    fits = isinstance(value, types[spec.type]) and isinstance(value, bool) is (spec.type == "flag")
    return value if fits else None


def move(now: Scalar | None, needed: Scalar) -> float:
    """Return how far a number moves; what is no number, or was none, moves nowhere."""
    if isinstance(now, bool | str) or isinstance(needed, bool | str) or now is None:
        return 0.0
    return float(abs(needed - now))


def best_by_brute_force(rules: Rulebook, given_facts: Mapping[str, Fact], most: int) -> tuple[Any, ...] | None:
    """Return the price of the best change, trying every assignment of every subset of up to `most` facts."""
    names = [name for name in VALUES if any(name in one.facts for one in rules.rules)]
    for count in range(most + 1):
        prices = [
            price(rules, given_facts, changed)
            for chosen in combinations(names, count)
            for values in product(*(VALUES[name] for name in chosen))
            if (changed := dict(zip(chosen, values, strict=True))) is not None
            and is_trade(rules, {**given_facts, **{name: Fact(value) for name, value in changed.items()}})
        ]
        if prices:
            return min(prices)
    return None


@settings(deadline=None, max_examples=60)
@given(
    small_books(),
    st.fixed_dictionaries({name: st.sampled_from([*one, None, "high"]) for name, one in VALUES.items()}),
)
def test_the_set_is_the_one_that_brute_force_finds(rules: Rulebook, values: dict[str, Scalar | None]) -> None:
    given_facts = {name: fact(value) for name, value in values.items()}
    found = why_not(rules, given_facts)
    best = best_by_brute_force(rules, given_facts, 3)
    if best is None:
        assert found == WhyNot(False, (), False) or len(found.changes) > 3
        return
    assert found.proven
    assert price(rules, given_facts, asked(found)) == best
    must_be_as_small_as_it_says(rules, given_facts, found, steps=True)
