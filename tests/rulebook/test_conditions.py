"""Conditions: Kleene's logic, margins, and exactness at the boundary."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.conditions import Assessment, assess, condition_from_dict, condition_to_dict
from rulebook.facts import VOCABULARY, Fact
from rulebook.thresholds import ordered
from tests.rulebook.books import compare, fact

FLAGS = ("range.known", "structure.aligned", "structure.mss_present", "session.in_kill_zone")
TRUTHS = st.sampled_from([True, False, None])


def judged(plain: dict[str, Any], **values: Any) -> Assessment:
    """Assess a plain condition on facts given as `bias__strength=0.5`."""
    condition = condition_from_dict(plain, {}, VOCABULARY)
    return assess(condition, {name.replace("__", "."): fact(value) for name, value in values.items()})


def flags(truths: Sequence[bool | None]) -> dict[str, Fact]:
    """Return a flag fact for each truth."""
    return {name: fact(truth) for name, truth in zip(FLAGS, truths, strict=False)}


def holds(plain: dict[str, Any], facts: dict[str, Fact]) -> bool | None:
    """Return the truth of a plain condition."""
    return assess(condition_from_dict(plain, {}, VOCABULARY), facts).holds


@given(st.lists(TRUTHS, min_size=1, max_size=4))
def test_all_and_any_follow_kleene(truths: list[bool | None]) -> None:
    leaves = [compare(name, "is_true") for name, _ in zip(FLAGS, truths, strict=False)]
    rank = {False: 0, None: 1, True: 2}
    back = {0: False, 1: None, 2: True}
    assert holds({"all": leaves}, flags(truths)) is back[min(rank[one] for one in truths)]
    assert holds({"any": leaves}, flags(truths)) is back[max(rank[one] for one in truths)]


@given(st.lists(TRUTHS, min_size=2, max_size=4))
def test_de_morgan_and_double_negation(truths: list[bool | None]) -> None:
    leaves = [compare(name, "is_true") for name, _ in zip(FLAGS, truths, strict=False)]
    negated = [{"not": leaf} for leaf in leaves]
    facts = flags(truths)
    assert holds({"not": {"all": leaves}}, facts) is holds({"any": negated}, facts)
    assert holds({"not": {"any": leaves}}, facts) is holds({"all": negated}, facts)
    assert holds({"not": {"not": leaves[0]}}, facts) is holds(leaves[0], facts)
    assert holds(compare(FLAGS[0], "is_false"), facts) is holds({"not": leaves[0]}, facts)


@given(st.lists(TRUTHS, min_size=1, max_size=4), st.data())
def test_learning_an_unknown_never_turns_a_decided_condition(truths: list[bool | None], data: st.DataObject) -> None:
    leaves = [compare(name, "is_true") for name, _ in zip(FLAGS, truths, strict=False)]
    plain = {"any": [{"all": leaves[:2]}, {"not": leaves[-1]}]}
    before = holds(plain, flags(truths))
    learned = [data.draw(st.booleans()) if one is None else one for one in truths]
    if before is not None:
        assert holds(plain, flags(learned)) is before


@pytest.mark.parametrize(
    ("operator", "threshold", "value", "truth", "margin"),
    [
        ("at_least", 2, 2, True, 0.0),
        ("at_least", 2, 1.5, False, -0.5),
        ("at_most", 2, 2, True, 0.0),
        ("at_most", 2, 5, False, -3.0),
        ("greater_than", 2, 2, False, 0.0),
        ("greater_than", 2, 2.5, True, 0.5),
        ("less_than", 2, 2, False, 0.0),
        ("less_than", 2, 0, True, 2.0),
        ("between", [1, 4], 1, True, 0.0),
        ("between", [1, 4], 4, True, 0.0),
        ("between", [1, 4], 2, True, 1.0),
        ("between", [1, 4], 0.5, False, -0.5),
        ("between", [1, 4], 6, False, -2.0),
        ("equals", 2, 2, True, 0.0),
        ("equals", 2, 3, False, -1.0),
        ("not_equals", 2, 2, False, 0.0),
        ("not_equals", 2, 3, True, 1.0),
        ("in", [1, 4], 4, True, 0.0),
        ("in", [1, 4], 3, False, -1.0),
    ],
)
def test_operators_at_and_beside_their_thresholds(
    operator: str, threshold: Any, value: float, truth: bool, margin: float
) -> None:
    found = judged(compare("risk.reward_ratio", operator, threshold), risk__reward_ratio=value)
    assert (found.holds, found.margin) == (truth, margin)
    assert math.copysign(1, found.margin or 0.0) == (1 if margin >= 0 else -1)
    opposite = judged({"not": compare("risk.reward_ratio", operator, threshold)}, risk__reward_ratio=value)
    assert (opposite.holds, opposite.margin) == (not truth, -margin)


def test_texts_and_flags_have_no_margin() -> None:
    assert judged(compare("bias.direction", "equals", "bullish"), bias__direction="bullish").holds is True
    assert judged(compare("bias.direction", "in", ["bullish", "bearish"]), bias__direction="neutral").holds is False
    assert judged(compare("bias.direction", "not_equals", "neutral"), bias__direction="bearish").margin is None
    assert judged(compare("range.known", "is_false"), range__known=False).margin is None


NUMBER = st.floats(min_value=-1e6, max_value=1e6).map(lambda one: round(one, 6))


@given(
    st.sampled_from(["at_least", "at_most", "greater_than", "less_than"]),
    NUMBER,
    NUMBER,
    st.floats(min_value=0.001, max_value=0.999),
)
def test_moving_beyond_the_margin_flips_and_moving_less_does_not(
    operator: str, threshold: float, value: float, part: float
) -> None:
    plain = compare("range.right_half_depth", operator, threshold)
    found = judged(plain, range__right_half_depth=value)
    margin = found.margin
    assert margin is not None
    towards = -1 if (operator in ("at_least", "greater_than")) == (margin > 0) else 1
    step = max(abs(margin) * 1e-9, 1e-9)
    beyond = judged(plain, range__right_half_depth=value + towards * (abs(margin) + step))
    within = judged(plain, range__right_half_depth=value + towards * abs(margin) * part)
    if margin:
        assert beyond.holds is (not found.holds)
        assert within.holds is found.holds
        assert (margin > 0) is found.holds


@given(st.tuples(NUMBER, NUMBER).map(sorted), NUMBER, st.floats(min_value=0.001, max_value=0.999))
def test_margin_of_between_is_to_the_nearer_edge(ends: list[float], value: float, part: float) -> None:
    plain = compare("range.right_half_depth", "between", ends)
    margin = judged(plain, range__right_half_depth=value).margin
    assert margin is not None
    if margin <= 0:
        towards = 1 if value < ends[0] else -1
        at_edge = ends[0] if value < ends[0] else ends[1]
        assert judged(plain, range__right_half_depth=at_edge).holds is True
        if margin < 0:
            assert judged(plain, range__right_half_depth=value + towards * -margin * part).holds is False
    else:
        for towards in (-1, 1):
            assert judged(plain, range__right_half_depth=value + towards * margin * part).holds is True


def test_margins_of_trees() -> None:
    high, low = compare("risk.reward_ratio", "at_least", 2), compare("risk.risk_pct", "at_most", 2)
    flag = compare("range.known", "is_true")
    values: dict[str, Any] = {"risk__reward_ratio": 5, "risk__risk_pct": 1}
    assert judged({"all": [high, low]}, **values).margin == 1
    assert judged({"any": [high, low]}, **values).margin == 3
    assert judged({"not": {"any": [high, low]}}, **values).margin == -3
    assert judged({"all": [high, flag]}, **values, range__known=True).margin == 3
    assert judged({"all": [high, flag]}, **values, range__known=False).margin is None, "a flag alone can flip it"
    assert judged({"any": [high, flag]}, risk__reward_ratio=1, range__known=True).margin is None
    assert judged({"any": [high, low]}, risk__reward_ratio=5).margin == 3, "the largest of those known"
    assert judged({"all": [high, low]}, risk__reward_ratio=5).margin is None, "it is not decided"


def test_deciding_operands_are_those_that_made_it_so() -> None:
    high, low = compare("risk.reward_ratio", "at_least", 2), compare("risk.risk_pct", "at_most", 2)
    found = judged({"all": [high, low]}, risk__reward_ratio=1, risk__risk_pct=1)
    assert [one.comparison.spec.name for one in found.deciding] == ["risk.reward_ratio"]
    assert len(found.readings) == 2
    found = judged({"all": [high, low]}, risk__reward_ratio=3)
    assert [one.unknown for one in found.deciding] == ["it was not gathered"]


def test_plain_form_round_trips() -> None:
    plain = {
        "any": [
            {"all": [compare("risk.reward_ratio", "between", [1, 2.5]), compare("range.known", "is_true")]},
            {"not": compare("bias.direction", "in", ["bullish", "bearish"])},
            {"fact": "risk.risk_pct", "operator": "at_most", "parameter": "maximum"},
            {"fact": "risk.risk_pct", "operator": "between", "parameter": ["minimum", "maximum"]},
        ]
    }
    condition = condition_from_dict(plain, {"minimum": 1, "maximum": 2}, VOCABULARY)
    assert condition_to_dict(condition) == plain


def test_only_two_numbers_can_stand_out_of_order() -> None:
    assert ordered(1, 1.0)
    assert not ordered(2, 1.5)
    assert all(ordered(*pair) for pair in (("b", "a"), (True, False), (None, 1), (1, "a")))
