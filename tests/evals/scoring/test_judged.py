"""Bias, rules, decisions and setups by hand."""

import pytest

from agent.labels import DecisionLabel, Labels, OutcomeLabel, SetupLabel
from tests.evals.scoring.drawn import TICK, decided, found, score

SETUP = SetupLabel("bullish", 1.1, 1.09, (1.12, 1.13), "6.2")


def offering(setup: SetupLabel | None, status: str = "TRADE_NOW") -> object:
    return found(decision=decided(status, "6.2", setup=setup))


def test_bias_is_judged_where_it_is_clear() -> None:
    said = Labels(bias={"htf": "bullish", "1h": "unclear", "15m": "neutral", "4h": "bearish"})
    judged = score(said, found(bias={"htf": "bullish", "1h": "bearish", "15m": "bearish"}))
    assert judged.parts["bias"] == {
        "pairs": [["15m", "neutral", "bearish"], ["4h", "bearish", None], ["htf", "bullish", "bullish"]],
        "unclear": 1,
    }
    assert judged.failures == (
        "expected a neutral bias on 15m; found bearish",
        "expected a bearish bias on 4h; found none",
    )
    assert score(Labels(bias={"1h": "unclear"}), found(bias={"1h": "bearish"})).passed


def test_rules_are_judged_one_by_one() -> None:
    said = Labels(rules={"3.1": "pass", "2.4": "fail", "6.1": "not_evaluated"})
    judged = score(said, found(rules={"3.1": "pass", "2.4": "not_evaluated", "9.9": "fail"}))
    assert judged.parts["rules"] == [
        ["2.4", "fail", "not_evaluated"], ["3.1", "pass", "pass"], ["6.1", "not_evaluated", None],
    ]  # fmt: skip
    assert judged.failures == (
        "expected rule 2.4 to come to fail; it came to not_evaluated",
        "expected rule 6.1 to come to not_evaluated; it came to nothing",
    )


@pytest.mark.parametrize(
    ("decision", "reason", "failure"),
    [
        (decided("NO_TRADE", "7.1", "8.2"), True, None),
        (decided("NO_TRADE", "7.1"), False, "expected NO_TRADE by rule 8.2; decided NO_TRADE by 7.1"),
        (decided("WAIT", "8.2"), True, "expected NO_TRADE by rule 8.2; decided WAIT by 8.2"),
        (decided("WAIT"), False, "expected NO_TRADE by rule 8.2; decided WAIT by no rule"),
        (None, False, "expected NO_TRADE by rule 8.2; nothing was decided"),
    ],
)
def test_a_decision_is_right_for_the_right_reason(decision: object, reason: bool, failure: str | None) -> None:
    judged = score(Labels(decision=DecisionLabel("NO_TRADE", "8.2")), found(decision=decision))
    assert judged.parts["decision"]["reason"] is reason
    assert judged.failures == (() if failure is None else (failure,))


def test_a_reason_nobody_gave_is_not_judged() -> None:
    judged = score(Labels(decision=DecisionLabel("WAIT")), found(decision=decided("WAIT", "1.1")))
    assert judged.passed
    assert judged.parts["decision"] == {"expected": "WAIT", "found": "WAIT", "reason": None}


def test_setups_are_measured_in_ticks_and_atr() -> None:
    """Every true range is ten ticks. A tick off is rounding, three are not; a third target is beside the labels."""
    off = SetupLabel("bullish", 1.1 + TICK, 1.09 - 3 * TICK, (1.12, 1.13 + 2 * TICK, 1.14), "6.2")
    judged = score(Labels(setup=SETUP), offering(off))
    assert judged.parts["setup"]["ticks"] == {"entry": [1.0], "stop": [3.0], "targets": [0.0, 2.0]}
    assert judged.parts["setup"]["atr"]["stop"] == pytest.approx([0.3], abs=1e-6)
    assert judged.failures == (
        "expected stop 1.09; found 1.08997, 3 ticks off",
        "expected target 1.13; found 1.13002, 2 ticks off",
    )


def test_a_setup_the_other_way_by_another_rule_with_fewer_targets() -> None:
    judged = score(Labels(setup=SETUP), offering(SetupLabel("bearish", 1.1, 1.09, (1.12,), "6.1")))
    assert judged.failures == (
        "expected a bullish setup; a bearish one was offered",
        "expected the setup of rule 6.2; that of 6.1 was offered",
        "expected 2 targets; offered 1",
    )


def test_a_setup_that_was_not_offered() -> None:
    judged = score(Labels(setup=SETUP), offering(None, "WAIT"))
    assert judged.failures == ("expected a bullish setup with entry 1.1 and stop 1.09; no setup was offered",)
    assert judged.parts["setup"]["offered"] is False


@pytest.mark.parametrize(
    ("result", "status", "part"),
    [
        ("target", "TRADE_NOW", {"confidence": 0.5, "won": True}),
        ("stop", "TRADE_NOW", {"confidence": 0.5, "won": False}),
        ("open", "TRADE_NOW", None),
        ("target", "WAIT", None),
    ],
)
def test_confidence_is_held_against_what_became_of_an_offered_trade(result, status, part) -> None:  # type: ignore[no-untyped-def]
    judged = score(Labels(outcome=OutcomeLabel(result)), offering(SETUP, status))
    assert judged.parts.get("calibration") == part
