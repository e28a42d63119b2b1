"""Why not: proved, smallest, nearest, and exact against a brute-force search."""

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.book import Rulebook
from rulebook.counterfactual import WhyNot, is_trade, why_not
from rulebook.facts import VOCABULARY, Fact, Scalar
from rulebook.loader import ProfileText, load_rulebook
from rulebook.operators import OPERATORS
from rulebook.schema import Rule
from tests.rulebook.books import any_facts, book, compare, facts, rule, wire
from tests.rulebook.changes import asked, must_be_as_small_as_it_says

OTHER_CHOICES = """\
profile: other
description: Every toggle the other way round.
extends: strict
toggles:
  kill_zone: outside_with_warning
  news: smaller_size
  counter_trend: needs_confluence
  reward_for_risk: one_and_a_half_with_confluence
  unclear_bias: structure_only
"""
BOOKS = {name: load_rulebook(name) for name in ("strict", "relaxed")}
STRICT = BOOKS["strict"]
EVERY_RULE_A_GATE = "profile: gates\ndescription: x\nextends: strict\nrules:\n" + "".join(
    f'  "{one.id}": {{kind: gate, blocks: wait, when_unknown: {unknown}}}\n'
    for one, unknown in zip(STRICT.rules, ["warn", "block"] * len(STRICT.rules), strict=False)
    if one.category != "governance"
)
BOOKS |= {
    name: load_rulebook(ProfileText(name, text))
    for name, text in (("other", OTHER_CHOICES), ("gates", EVERY_RULE_A_GATE))
}


@settings(deadline=None)
@given(any_facts(), st.sampled_from(sorted(BOOKS)))
def test_changes_are_proved_and_none_can_be_left_out_or_made_smaller(
    given_facts: dict[str, Fact], profile: str
) -> None:
    rules = BOOKS[profile]
    found = why_not(rules, given_facts)
    assert found.proven
    assert found.is_trade is is_trade(rules, given_facts)
    assert bool(found.changes) is not found.is_trade
    must_be_as_small_as_it_says(rules, given_facts, found)
    assert wire(found.to_dict()) == found.to_dict()
    assert why_not(rules, given_facts) == found


def test_a_trade_needs_no_change() -> None:
    assert why_not(STRICT, facts()) == WhyNot(True, (), True)
    unknown = why_not(STRICT, facts(news__minutes_to_event=None, discipline__session_trade_number=None))
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
        ({"risk__position_steps": 0}, {"risk.position_steps": 1}),
        ({"discipline__session_trade_number": 3}, {"discipline.session_trade_number": 1}),
        ({"risk__risk_pct": 7}, {"risk.risk_pct": 2}),
        ({"risk__risk_pct": None}, {"risk.risk_pct": 2}),
        ({"risk__planned_pct": 0.25}, {"risk.planned_pct": 0.5}),
        ({"session__bank_holiday": True, "news__minutes_to_event": None}, {"session.bank_holiday": False}),
        ({"structure__mss_present": False, "structure__bars_since_mss": None},
         {"structure.mss_present": True, "structure.bars_since_mss": 40}),
        ({"bias__direction": "neutral", "bias__strength": 0.0}, {"bias.strength": 0.34}),
        ({"risk__reward_ratio": "high"}, {"risk.reward_ratio": 2}),
        ({"discipline__losses_in_row": 4, "discipline__minutes_since_loss": 5.0},
         {"discipline.losses_in_row": 1, "discipline.minutes_since_loss": 30}),
        ({"bias__counter_trend": True, "bias__hourly_shift": False}, {"bias.counter_trend": False}),
        ({"bias__counter_trend": None, "bias__hourly_shift": None, "bias__strength": 0.1},
         {"bias.strength": 0.34}),
    ],
)  # fmt: skip
def test_only_what_flips_is_changed(changes: dict[str, Any], needed: dict[str, Scalar]) -> None:
    assert asked(why_not(STRICT, facts(**changes))) == needed


def test_no_shipped_rule_asks_for_a_number_beside_a_threshold() -> None:
    """Only a strict inequality over a number without steps needs the next float, such as 5e-324 beyond 0."""

    def strictly(plain: dict[str, Any], wanted: bool = True) -> list[str]:
        if "not" in plain:
            return strictly(plain["not"], not wanted)
        children = plain.get("all") or plain.get("any")
        if children:
            return [one for child in children for one in strictly(child, wanted)]
        spec, name = VOCABULARY[plain["fact"]], plain["operator"]
        if spec.type != "number" or spec.whole:
            return []
        beyond = {"greater_than", "less_than", "not_equals"} if wanted else {"at_least", "at_most", "between", "in"}
        return [plain["fact"]] if name in beyond | ({"equals"} - {"equals" if wanted else ""}) else []

    assert strictly({"not": compare("risk.reward_ratio", "at_most", 2)}) == ["risk.reward_ratio"]
    for rules in BOOKS.values():
        assert [name for one in rules.rules for name in strictly(one.to_dict()["condition"])] == []


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


def test_points_of_a_group_count_once_in_the_search() -> None:
    weak: dict[str, Any] = {
        "liquidity__sweep_present": False, "liquidity__bars_since_sweep": None, "structure__aligned": False,
        "range__right_half_depth": None, "news__minutes_to_event": None, "entry__fresh_order_blocks": 0,
    }  # fmt: skip
    found = asked(why_not(STRICT, facts(**weak)))
    assert found == {"range.right_half_depth": 2.5}, "a second entry array would add no point"


def test_fewer_r_will_do_where_the_points_are_enough() -> None:
    rules = BOOKS["other"]
    assert asked(why_not(rules, facts(risk__reward_ratio=1.2))) == {"risk.reward_ratio": 1.5}
    seven: dict[str, Any] = {"structure__aligned": False, "liquidity__sweep_present": False}
    assert asked(why_not(rules, facts(risk__reward_ratio=1.2, **seven))) == {"risk.reward_ratio": 2}
    assert asked(why_not(rules, facts(risk__reward_ratio=1.5, **seven))) == {"risk.reward_ratio": 2}
    found = why_not(rules, facts(risk__reward_ratio=1.5, session__in_kill_zone=False, **seven))
    assert asked(found) == {"risk.reward_ratio": 2}
    against: dict[str, Any] = {
        "bias__counter_trend": True, "bias__hourly_shift": False, "session__in_kill_zone": False,
        "liquidity__sweep_present": False, "liquidity__bars_since_sweep": None,
    }  # fmt: skip
    found = why_not(rules, facts(**against))
    assert asked(found) == {"bias.counter_trend": False}, "with the trend six points are enough"
    assert found.changes[0].rule_ids == ("1.2.2", "10")


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


def test_whole_numbers_move_in_steps_of_one() -> None:
    assert VOCABULARY["entry.fresh_gaps"].whole
    rules = book(rule("1", compare("entry.fresh_gaps", "greater_than", 1)))
    assert asked(why_not(rules, {"entry.fresh_gaps": Fact(0)})) == {"entry.fresh_gaps": 2}
    rules = book(rule("1", compare("entry.fresh_gaps", "at_least", 1.5)))
    assert asked(why_not(rules, {})) == {"entry.fresh_gaps": 2}


def test_a_strict_inequality_is_kept_exact() -> None:
    """Beside a threshold that must be exceeded, the nearest number is the next one there is."""
    for name, towards in (("greater_than", math.inf), ("less_than", -math.inf)):
        rules = book(rule("1", compare("risk.reward_ratio", name, 2)))
        needed = why_not(rules, {"risk.reward_ratio": Fact(2)}).changes[0].value_needed
        assert needed == math.nextafter(2, towards)
        assert OPERATORS[name].holds(needed, 2)
        assert not OPERATORS[name].holds(math.nextafter(float(needed), -towards), 2)


def test_a_text_of_no_closed_set_takes_what_is_asked_for() -> None:
    any_text = dataclasses.replace(VOCABULARY["bias.direction"], values=None)
    plain = rule("1", compare("bias.direction", "in", ["sideways", "up"]))
    rules = Rulebook("strict", (Rule.from_dict(plain, {"bias.direction": any_text}),), {"bias.direction": any_text})
    assert asked(why_not(rules, {"bias.direction": Fact("down")})) == {"bias.direction": "sideways"}


def test_a_value_of_the_wrong_type_is_put_right_even_beside_a_way_that_holds() -> None:
    """An error in one operand is an error of the whole verdict, also under an `any` that another settles."""
    either = {"any": [compare("range.known", "is_true"), compare("risk.reward_ratio", "at_least", 2)]}
    rules = book(rule("1", either), rule("2", compare("risk.reward_ratio", "less_than", 1)))
    found = why_not(rules, {"range.known": Fact(True), "risk.reward_ratio": Fact("high")})
    assert found.proven
    assert list(asked(found)) == ["risk.reward_ratio"]
    assert found.changes[0].value_now is None


def test_many_rules_over_one_fact_stay_quick_to_search() -> None:
    """Forty gates that could each be opened in two ways, all tied together, are 2**40 combinations."""
    first, second = compare("risk.reward_ratio", "at_least", 2), compare("range.known", "is_true")
    gates = [rule(f"1.{at}", {"any": [first, second]}) for at in range(1, 41)]
    found = why_not(book(*gates), {"risk.reward_ratio": Fact(1.9), "range.known": Fact(False)})
    assert asked(found) == {"risk.reward_ratio": 2}
    assert len(found.changes[0].rule_ids) == 40
