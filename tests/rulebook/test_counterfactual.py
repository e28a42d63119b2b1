"""Why not: proved, smallest, nearest, and exact against a brute-force search."""

import math
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.book import Rulebook
from rulebook.counterfactual import WhyNot, is_trade, why_not
from rulebook.facts import VOCABULARY, Fact, Scalar
from rulebook.loader import load_rulebook
from tests.rulebook.books import any_facts, book, compare, fact, facts, rule, wire

BOOKS = {name: load_rulebook(name) for name in ("strict", "relaxed")}
STRICT = BOOKS["strict"]


def asked(found: WhyNot) -> dict[str, Scalar]:
    """Return the needed values by fact."""
    return {one.fact: one.value_needed for one in found.changes}


@settings(deadline=None)
@given(any_facts(), st.sampled_from(sorted(BOOKS)))
def test_changes_are_proved_and_none_can_be_left_out(given_facts: dict[str, Fact], profile: str) -> None:
    rules = BOOKS[profile]
    found = why_not(rules, given_facts)
    assert found.proven
    assert found.is_trade is is_trade(rules, given_facts)
    assert is_trade(rules, found.apply(given_facts))
    assert bool(found.changes) is not found.is_trade
    for left_out in found.changes:
        others = tuple(one for one in found.changes if one is not left_out)
        assert not is_trade(rules, WhyNot(False, others, False).apply(given_facts))
    for one in found.changes:
        assert one.rule_ids
        assert one.value_now != one.value_needed
        assert one.sentence
    assert wire(found.to_dict()) == found.to_dict()
    assert why_not(rules, given_facts) == found


def test_a_trade_needs_no_change() -> None:
    assert why_not(STRICT, facts()) == WhyNot(True, (), True)
    unknown = why_not(STRICT, facts(news__minutes_to_event=None, discipline__trades_this_session=None))
    assert unknown.is_trade, "gates that only warn need no change when unknown"


def test_the_needed_value_is_the_threshold_and_the_distance_has_a_unit() -> None:
    found = why_not(STRICT, facts(risk__reward_ratio=1.9))
    assert [one.to_dict() for one in found.changes] == [
        {"fact": "risk.reward_ratio", "unit": "R", "value_now": 1.9, "value_needed": 2,
         "distance": pytest.approx(0.1), "rule_ids": ["7.2"],
         "sentence": "Reward for the risk must rise from 1.9 R to at least 2 (0.1 R away)"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({"risk__position_size": 0}, {"risk.position_size": math.ulp(0.0)}),
        ({"discipline__trades_this_session": 3}, {"discipline.trades_this_session": 0}),
        ({"risk__risk_pct": 7}, {"risk.risk_pct": 2}),
        ({"risk__risk_pct": None}, {"risk.risk_pct": 0.5}),
        ({"session__bank_holiday": True, "news__minutes_to_event": None}, {"session.bank_holiday": False}),
        ({"structure__mss_present": False, "structure__bars_since_mss": None},
         {"structure.mss_present": True, "structure.bars_since_mss": 40}),
        ({"bias__direction": "neutral", "bias__strength": 0.0}, {"bias.strength": 0.34}),
        ({"risk__reward_ratio": "high"}, {"risk.reward_ratio": 2}),
    ],
)  # fmt: skip
def test_only_what_flips_is_changed(changes: dict[str, Any], needed: dict[str, Scalar]) -> None:
    assert asked(why_not(STRICT, facts(**changes))) == needed


def test_missing_points_come_from_the_fewest_and_nearest_changes() -> None:
    weak: dict[str, Any] = {
        "liquidity__sweep_present": False, "liquidity__bars_since_sweep": None,
        "range__right_half_depth": 2.0, "structure__aligned": False, "news__minutes_to_event": None,
    }  # fmt: skip
    found = why_not(STRICT, facts(**weak))
    assert asked(found) == {"range.right_half_depth": 2.5}, "one point is missing, and this one is nearest"
    assert found.changes[0].rule_ids == ("5.1",)
    alike = weak | {"range__right_half_depth": None}
    assert asked(why_not(STRICT, facts(**alike))) == {"range.right_half_depth": 2.5}, "rule order breaks the tie"
    swept = weak | {
        "liquidity__sweep_present": True,
        "liquidity__bars_since_sweep": 41,
        "bias__strength": 0.3,
    }
    assert asked(why_not(STRICT, facts(**swept))) == {"bias.strength": 0.34, "liquidity.bars_since_sweep": 40}


def test_nothing_known_at_all_still_has_an_answer() -> None:
    found = why_not(STRICT, {})
    assert found.proven
    assert "news.minutes_to_event" not in asked(found)
    assert all(one.distance is None and one.value_now is None for one in found.changes)


def test_contradicting_rules_have_no_answer() -> None:
    rules = book(
        rule("1", compare("risk.reward_ratio", "at_least", 3)),
        rule("2", compare("risk.reward_ratio", "less_than", 3)),
    )
    assert why_not(rules, {"risk.reward_ratio": Fact(5)}) == WhyNot(False, (), False)


def test_one_fact_shared_by_rules_changes_once() -> None:
    rules = book(
        rule("1", compare("risk.reward_ratio", "greater_than", 2)),
        rule("2", {"any": [compare("range.known", "is_true"), compare("risk.reward_ratio", "at_least", 1)]}),
    )
    found = why_not(rules, {"risk.reward_ratio": Fact(0.5), "range.known": Fact(False)})
    assert asked(found) == {"risk.reward_ratio": math.nextafter(2, 3)}
    assert found.changes[0].rule_ids == ("1", "2")
    assert found.changes[0].sentence == (
        "Reward for the risk must rise from 0.5 R to more than 2 and at least 1 (1.5 R away)"
    )


def test_texts_flags_and_negations() -> None:
    rules = book(
        rule("1", {"not": compare("bias.direction", "in", ["bullish", "neutral"])}),
        rule("2", {"not": compare("range.known", "is_true")}),
        rule("3", {"not": {"any": [compare("structure.bars_since_mss", "less_than", 10),
                                   compare("session.in_kill_zone", "is_true")]}}),
    )  # fmt: skip
    found = why_not(
        rules,
        {"bias.direction": Fact("neutral"), "range.known": Fact(True), "structure.bars_since_mss": Fact(3),
         "session.in_kill_zone": Fact(False)},
    )  # fmt: skip
    assert asked(found) == {"bias.direction": "bearish", "range.known": False, "structure.bars_since_mss": 10}
    assert [one.sentence for one in found.changes] == [
        "Higher-timeframe bias must become bearish, is neutral",
        "It must be that no dealing range is known; now a dealing range is known",
        "Time since the market structure shift must rise from 3 bars to at least 10 (7 bars away)",
    ]


def test_points_or_a_way_around_them() -> None:
    way_around = {"any": [compare("checklist.confluence", "at_least", 3), compare("range.known", "is_true")]}
    rules = book(
        rule(
            "1",
            compare("structure.aligned", "is_true"),
            kind="score",
            weight=2,
            blocks=None,
            when_unknown=None,
        ),
        rule(
            "2",
            compare("entry.setup_present", "is_true"),
            kind="score",
            weight=1,
            blocks=None,
            when_unknown=None,
        ),
        rule("3", way_around),
    )
    known = {name: Fact(False) for name in ("structure.aligned", "entry.setup_present", "range.known")}
    assert asked(why_not(rules, known)) == {"range.known": True}


LEAVES: list[dict[str, Any]] = [
    compare("risk.reward_ratio", "at_least", 2),
    compare("risk.reward_ratio", "less_than", 4),
    compare("risk.reward_ratio", "equals", 3),
    compare("risk.risk_pct", "between", [1, 2]),
    compare("entry.fresh_arrays", "greater_than", 1),
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
    "risk.risk_pct": [0.5, 1, 1.5, 2, 3],
    "entry.fresh_arrays": [0, 1, 2],
    "range.known": [True, False],
    "structure.aligned": [True, False],
    "bias.direction": ["bullish", "bearish", "neutral"],
}  # fmt: skip


@st.composite
def small_books(draw: st.DrawFn) -> Rulebook:
    """Draw a few rules over a few facts, shared freely, with points to reach."""
    rules = []
    for number in range(1, draw(st.integers(2, 4)) + 1):
        gate = draw(st.booleans())
        changes: dict[str, Any] = {"weight": draw(st.sampled_from([0, 1, 2]))}
        if gate:
            changes["when_unknown"] = draw(st.sampled_from(["block", "warn"]))
        else:
            changes |= {"kind": "score", "blocks": None, "when_unknown": None}
        rules.append(rule(str(number), draw(CONDITIONS), **changes))
    minimum = draw(st.sampled_from([0, 1, 2, 4]))
    return book(*rules, rule("9", compare("checklist.confluence", "at_least", minimum)))


def fewest_by_brute_force(rules: Rulebook, given_facts: dict[str, Fact]) -> int | None:
    """Return how few facts must change, trying every assignment of every subset, up to three."""
    names = [name for name in VALUES if any(name in one.facts for one in rules.rules)]
    for count in range(4):
        for chosen in combinations(names, count):
            for values in product(*(VALUES[name] for name in chosen)):
                changed = {name: Fact(value) for name, value in zip(chosen, values, strict=True)}
                if is_trade(rules, given_facts | changed):
                    return count
    return None


@settings(deadline=None, max_examples=40)
@given(
    small_books(),
    st.fixed_dictionaries({name: st.sampled_from([*one, None]) for name, one in VALUES.items()}),
)
def test_the_set_is_as_small_as_brute_force_finds(rules: Rulebook, values: dict[str, Scalar | None]) -> None:
    given_facts = {name: fact(value) for name, value in values.items()}
    found = why_not(rules, given_facts)
    fewest = fewest_by_brute_force(rules, given_facts)
    if fewest is None:
        assert found == WhyNot(False, (), False) or len(found.changes) > 3
    else:
        assert (found.proven, len(found.changes)) == (True, fewest)


def test_whole_numbers_move_in_steps_of_one() -> None:
    assert VOCABULARY["entry.fresh_arrays"].whole
    rules = book(rule("1", compare("entry.fresh_arrays", "greater_than", 1)))
    assert asked(why_not(rules, {"entry.fresh_arrays": Fact(0)})) == {"entry.fresh_arrays": 2}
