"""The conclusion: status, action bands, graded confidence, points by group, and warnings."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.conclusion import Conclusion, conclude
from rulebook.facts import Fact
from rulebook.judge import judge_walk, points
from rulebook.loader import load_rulebook
from rulebook.schema import Strength
from tests.rulebook.books import book, compare, facts, rule
from tools.errors import RulebookError

STRICT = load_rulebook("strict")
NO_GATE: dict[str, Any] = {"blocks": None, "when_unknown": None}
STRONG: dict[str, Any] = {
    "bias__strength": 1.0, "bias__opposing_share": 0.0, "liquidity__bars_since_sweep": 0,
    "risk__reward_ratio": 8, "structure__displacement_atr": 4.0, "structure__bars_since_mss": 0,
    "range__right_half_depth": 45.0, "delivery__expansion_atr": 6.0, "news__minutes_to_event": 1440.0,
}  # fmt: skip


def concluded(**changes: Any) -> tuple[str, tuple[str, ...], str]:
    """Return status, deciding rules and action of the shipped strict rulebook."""
    one = conclude(STRICT, judge_walk(STRICT, facts(**changes)))
    return one.status, one.deciding_rules, one.action


def test_the_status_names_its_gates() -> None:
    assert concluded() == ("TRADE_NOW", (), "auto_eligible")
    weak = {"bias__strength": 0.34, "structure__bars_since_mss": 40, "structure__displacement_atr": 1.5}
    assert concluded(**weak, range__right_half_depth=3) == ("TRADE_NOW", (), "manual_approval")
    assert concluded(**STRONG) == ("TRADE_NOW", (), "high_conviction")
    assert concluded(session__in_kill_zone=False) == ("WAIT", ("8.1",), "wait")
    assert concluded(session__in_kill_zone=False, session__bank_holiday=True)[:2] == ("NO_TRADE", ("8.4",))
    assert concluded(bias__strength=0, risk__reward_ratio=1)[:2] == ("WAIT", ("1.1",)), "7.2 was not reached"
    assert concluded(discipline__session_trade_number=2)[:2] == ("NO_TRADE", ("9.3",))


def test_the_status_caps_the_action_and_a_weak_confidence_lowers_it() -> None:
    assert concluded(bias__strength=0) == ("WAIT", ("1.1",), "no_trade"), "hardly anything was reached"
    assert concluded(**STRONG, bias__held=True, session__in_kill_zone=False)[2] == "wait"
    assert concluded(**STRONG, discipline__session_trade_number=2)[2] == "no_trade"


@pytest.mark.parametrize(
    ("confidence", "action"),
    [
        (0.0, "no_trade"), (0.2999, "no_trade"), (0.3, "wait"), (0.4999, "wait"), (0.5, "manual_approval"),
        (0.6999, "manual_approval"), (0.7, "auto_eligible"), (0.8999, "auto_eligible"), (0.9, "high_conviction"),
    ],
)  # fmt: skip
def test_action_bands_begin_at_their_confidence(confidence: float, action: str) -> None:
    """A trade whose one graded fact stands where the Hill curve comes to the confidence."""
    way = math.sqrt(confidence / (9 * (1 - confidence)))
    graded = {"fact": "risk.reward_ratio", "zero": 0, "full": 1, "weight": 1}
    rules = book(rule("1", compare("risk.reward_ratio", "at_least", 0), strength=graded))
    found = conclude(rules, judge_walk(rules, {"risk.reward_ratio": Fact(way)}))
    assert (found.status, found.confidence, found.action) == ("TRADE_NOW", confidence, action)


def test_hill_grades_half_at_a_third_and_nine_tenths_at_full() -> None:
    rising, falling = Strength("x", 1.0, 4.0, 1.0), Strength("x", 80.0, 0.0, 1.0)
    assert [rising.grade(one) for one in (-5, 1, 2, 4)] == [0.0, 0.0, 0.5, 0.9]
    assert [falling.grade(one) for one in (200, 80, 0)] == [0.0, 0.0, 0.9]
    assert falling.grade(80 - 80 / 3) == pytest.approx(0.5)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_grades_rise_and_never_come_to_one(first: float, second: float) -> None:
    strength = Strength("x", 0.0, 1.0, 1.0)
    low, high = sorted((first, second))
    assert 0 <= strength.grade(low) <= strength.grade(high) < 1


def grouped(first: Any, second: Any, third: Any) -> Conclusion:
    """Conclude over two rules of one group worth 2 and 1, and one of none worth 1."""
    rules = book(
        rule("1", compare("range.known", "is_true"), kind="score", weight=2, group="array", **NO_GATE),
        rule("2", compare("structure.aligned", "is_true"), kind="score", weight=1, group="array", **NO_GATE),
        rule("3", compare("entry.setup_present", "is_true"), kind="score", weight=1, **NO_GATE),
        rule("9", compare("checklist.confluence", "at_least", 3)),
    )
    names = ("range.known", "structure.aligned", "entry.setup_present")
    given_facts = {name: Fact(value) for name, value in zip(names, (first, second, third), strict=True)}
    return conclude(rules, judge_walk(rules, given_facts))


def test_points_of_a_group_count_once() -> None:
    assert grouped(True, True, True).confluence_score == 3
    assert grouped(False, True, True).confluence_score == 2
    assert grouped(True, False, False).confluence_score == 2
    assert grouped(True, True, True).status == "TRADE_NOW"
    assert grouped(True, True, False).status == "WAIT", "both of the group are two points, not three"
    assert points(()) == 0


def test_a_warning_earns_its_points_and_warns_where_it_is_not_met() -> None:
    rules = book(
        rule("8.1", compare("session.in_kill_zone", "is_true"), kind="warning", weight=1, **NO_GATE),
        rule("9", compare("range.known", "is_true")),
    )

    def outcome(value: Any) -> tuple[str, float, tuple[str, ...]]:
        known = Fact.unknown("no clock") if value is None else Fact(value)
        one = conclude(rules, judge_walk(rules, {"session.in_kill_zone": known, "range.known": Fact(True)}))
        return one.status, one.confluence_score, one.warnings

    assert outcome(True) == ("TRADE_NOW", 1, ())
    assert outcome(False) == (
        "TRADE_NOW", 0, ("8.1 Rule 8.1 is not met: It does not hold: no kill zone is open",),
    )  # fmt: skip
    assert outcome(None) == (
        "TRADE_NOW", 0,
        ("8.1 Rule 8.1 could not be judged: it is unknown whether a kill zone is open: no clock",),
    )  # fmt: skip
    assert outcome("yes") == (
        "TRADE_NOW", 0,
        ("8.1 Rule 8.1 could not be judged: session.in_kill_zone must be true or false, got 'yes'",),
    )  # fmt: skip


def test_what_was_not_reached_warns_of_nothing() -> None:
    relaxed = load_rulebook("relaxed")
    found = conclude(relaxed, judge_walk(relaxed, facts(bias__strength=0.0, candles__timeframe_minutes=240)))
    assert (found.status, found.warnings) == ("WAIT", ())
    reached = conclude(relaxed, judge_walk(relaxed, facts(candles__timeframe_minutes=240)))
    assert [one.partition(":")[0] for one in reached.warnings] == ["1.2.3 Intraday only is not met"]


def test_conclusion_refuses_verdicts_that_are_not_the_whole_walk() -> None:
    with pytest.raises(RulebookError, match="give one for each rule"):
        conclude(STRICT, judge_walk(STRICT, facts())[1:])
