"""The judge: the walk's order and gates, wrong values, derived points, sentences, and speed."""

import math
from typing import Any

import pytest
from hypothesis import given

from rulebook.conclusion import conclude
from rulebook.facts import NODES, VOCABULARY, Evidence, Fact
from rulebook.judge import closed_gates, gate_closed, judge_node, judge_rule, judge_walk, not_reached
from rulebook.loader import load_rulebook
from rulebook.sentences import number_text, value_beside
from rulebook.verdict import Verdict
from tests.rulebook.books import any_facts, book, compare, facts, rule, wire

STRICT = load_rulebook()


def verdict_of(rule_id: str, **changes: Any) -> Verdict:
    """Judge one shipped rule on changed trading facts."""
    return judge_rule(STRICT.rule(rule_id), facts(**changes), STRICT.facts)


@given(any_facts())
def test_every_rule_is_judged_exactly_once_in_walk_order(given_facts: dict[str, Fact]) -> None:
    verdicts = judge_walk(STRICT, given_facts)
    assert [one.rule_id for one in verdicts] == [one.id for one in STRICT.rules]
    assert judge_walk(STRICT, given_facts) == verdicts
    closed = closed_gates(STRICT, verdicts)
    first = min((NODES.index(STRICT.rule(one).node) for one in closed), default=len(NODES))
    for one in verdicts:
        assert one.reached is (NODES.index(one.node) <= first)
        if not one.reached:
            assert (one.outcome, one.reason) == ("not_evaluated", f"gate{'s' * (len(closed) > 1)} "
                                                 f"{', '.join(closed)} closed")  # fmt: skip
    result = conclude(STRICT, verdicts)
    assert (result.status == "TRADE_NOW") is (not closed)
    assert 0 <= result.confidence <= 1
    assert 0 <= result.confluence_score <= 10


@given(any_facts())
def test_verdicts_survive_the_wire(given_facts: dict[str, Fact]) -> None:
    for one in judge_walk(STRICT, given_facts):
        assert Verdict.from_dict(wire(one.to_dict())) == one
    for fact in given_facts.values():
        assert Fact.from_dict(wire(fact.to_dict())) == fact


@given(any_facts())
def test_a_node_judged_alone_agrees_with_the_walk(given_facts: dict[str, Fact]) -> None:
    walked = judge_walk(STRICT, given_facts)
    for node in NODES:
        part = tuple(one for one in walked if one.node == node)
        if all(one.reached for one in part):
            assert judge_node(STRICT, node, given_facts) == part


@pytest.mark.parametrize(
    ("rule_id", "changes", "reason"),
    [
        ("7.2", {"risk__reward_ratio": "high"}, "risk.reward_ratio must be a number, got 'high'"),
        ("7.2", {"risk__reward_ratio": True}, "risk.reward_ratio must be a number, got True"),
        ("7.2", {"risk__reward_ratio": math.nan}, "risk.reward_ratio must be a finite number, got nan"),
        ("7.2", {"risk__reward_ratio": 2**60},
         "risk.reward_ratio must lie within ±9007199254740992, got a larger number"),
        ("2.4", {"range__known": 1}, "range.known must be true or false, got 1"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_an_error_verdict_and_closes_its_gate(
    rule_id: str, changes: dict[str, Any], reason: str
) -> None:
    verdict = verdict_of(rule_id, **changes)
    assert (verdict.outcome, verdict.reason) == ("error", reason)
    assert verdict.sentence == f"Cannot be judged: {reason}"
    assert gate_closed(STRICT.rule(rule_id), verdict)
    assert wire(verdict.to_dict()) == verdict.to_dict()


def test_a_text_outside_its_set_is_an_error() -> None:
    small = book(rule("1", compare("bias.direction", "equals", "bullish")))
    verdict = judge_walk(small, {"bias.direction": Fact("up")})[0]
    assert verdict.reason == "bias.direction must be one of bullish, bearish, neutral, got 'up'"


def test_an_unknown_gate_blocks_or_warns_as_its_rule_says() -> None:
    blocked = conclude(STRICT, judge_walk(STRICT, facts(risk__reward_ratio=None)))
    assert (blocked.status, blocked.deciding_rules) == ("NO_TRADE", ("7.2",))
    assert blocked.reason_short == "Not evaluated: reward for the risk is unknown: the test says so"
    warned = conclude(STRICT, judge_walk(STRICT, facts(news__minutes_to_event=None)))
    assert (warned.status, warned.confluence_score) == ("TRADE_NOW", 9.0)
    assert warned.warnings == (
        "8.4 News clear was let through: distance to the nearest high-impact event is unknown: the test says so",
    )


def test_points_are_derived_and_never_taken_from_a_node() -> None:
    weak = facts(liquidity__sweep_present=False, range__right_half_depth=0, structure__aligned=False,
                 news__minutes_to_event=None)  # fmt: skip
    supplied = {**weak, "checklist.confluence": Fact(10)}
    verdict = judge_walk(STRICT, supplied)[-1]
    assert (verdict.rule_id, verdict.outcome, verdict.operands[0].value) == ("10", "fail", 5)
    assert judge_node(STRICT, "risk", supplied)[-1] == verdict
    walked = [one for node in NODES[:-1] for one in judge_node(STRICT, node, supplied)]
    assert judge_node(STRICT, "risk", weak, so_far=walked)[-1] == verdict


def test_not_reached_names_the_gate_and_holds_no_operand() -> None:
    verdicts = not_reached(STRICT, "risk", "gate 1.1 closed")
    assert [one.rule_id for one in verdicts] == ["7.1", "7.3", "7.4", "7.5", "7.6", "9.3", "12", "7.2", "10"]
    assert {one.sentence for one in verdicts} == {"Not reached: gate 1.1 closed"}
    assert not any(gate_closed(STRICT.rule(one.rule_id), one) for one in verdicts)
    with pytest.raises(KeyError):
        not_reached(STRICT, "exit", "gate 1.1 closed")


def test_evidence_is_carried_once() -> None:
    sweep = Evidence("pool-3", "liquidity_pool", "2024-03-01T12:00:00Z", 1.0842)
    given_facts = facts() | {
        "liquidity.sweep_present": Fact(True, (sweep,)),
        "liquidity.bars_since_sweep": Fact(12, (sweep,)),
    }
    assert judge_rule(STRICT.rule("3.4"), given_facts, STRICT.facts).evidence == (sweep,)


def test_operands_name_their_parameter_threshold_and_margin() -> None:
    assert [one.to_dict() for one in verdict_of("7.1", risk__risk_pct=2.5).operands] == [
        {"fact": "risk.planned_pct", "value": 1, "unit": "percent", "operator": "at_least",
         "threshold": 0.5, "parameter": "minimum", "margin": 0.5, "holds": True},
        {"fact": "risk.risk_pct", "value": 2.5, "unit": "percent", "operator": "at_most",
         "threshold": 2, "parameter": "maximum", "margin": -0.5, "holds": False},
        {"fact": "risk.position_steps", "value": 200, "unit": "steps", "operator": "at_least",
         "threshold": 1, "parameter": "minimum_steps", "margin": 199.0, "holds": True},
    ]  # fmt: skip
    assert verdict_of("6.1", entry__ote_retracement=0.5).operands[-1].to_dict() == {
        "fact": "entry.ote_retracement", "value": 0.5, "unit": "ratio", "operator": "between",
        "threshold": [0.62, 0.79], "parameter": "lower..upper", "margin": 0.5 - 0.62, "holds": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule_id", "changes", "sentence"),
    [
        ("7.2", {"risk__reward_ratio": 1.32}, "The target does not pay for the risk: "
         "reward for the risk is 1.32 R, needs at least 2 (0.68 short)"),
        ("7.2", {"risk__reward_ratio": 2}, "The target pays for the risk: "
         "reward for the risk is 2 R, needs at least 2 (exactly there)"),
        ("5.1", {"range__right_half_depth": 2.4999999}, "Price does not stand in the half that suits the bias: "
         "depth in the right half of the range is 2.4999999%, needs at least 2.5 (1e-07 short)"),
        ("1.1", {}, "HTF bias is bullish: bias strength is 0.667, needs at least 0.34 (0.327 to spare)"),
        ("3.4", {"liquidity__bars_since_sweep": 52}, "No recent raid on liquidity stands behind the move: "
         "time since the sweep is 52 bars, needs at most 40 (12 over)"),
        ("3.4", {"liquidity__sweep_present": False, "liquidity__bars_since_sweep": None},
         "No recent raid on liquidity stands behind the move: no pool against the bias has been swept"),
        ("7.1", {"risk__planned_pct": 0.25}, "The size does not suit the account: "
         "planned risk is 0.25%, needs at least 0.5 (0.25 short)"),
        ("7.1", {"risk__risk_pct": 2.25}, "The size does not suit the account: "
         "risk on the account is 2.25%, needs at most 2 (0.25 over)"),
        ("6.1", {"entry__ote_setup": False, "entry__ote_retracement": 0.5},
         "Price is not met in the optimal trade entry: no fresh setup of the OTE model stands; "
         "retracement of the dealing range at the entry is 0.5, needs 0.62 to 0.79 (0.12 short)"),
        ("7.1", {"risk__position_steps": 0}, "The size does not suit the account: "
         "position size is 0 steps, needs at least 1 (1 short)"),
        ("8.1", {"session__in_kill_zone": None},
         "Not evaluated: it is unknown whether a kill zone is open: the test says so"),
    ],
)  # fmt: skip
def test_sentences_read_like_a_traders(rule_id: str, changes: dict[str, Any], sentence: str) -> None:
    assert verdict_of(rule_id, **changes).sentence == sentence


@pytest.mark.parametrize(
    ("condition", "value", "sentence"),
    [
        ({"not": compare("risk.reward_ratio", "at_least", 2)}, 3, "needs less than 2 (1 over)"),
        ({"not": compare("risk.reward_ratio", "between", [1, 2])}, 1.5,
         "needs less than 1 or more than 2 (0.5 inside)"),
        ({"not": compare("risk.reward_ratio", "in", [1, 2])}, 1,
         "needs none of 1, 2 (exactly there, must be past it)"),
        (compare("risk.reward_ratio", "in", [1, 2]), 4, "needs one of 1, 2 (2 away)"),
        (compare("risk.reward_ratio", "equals", 1), 4, "needs exactly 1 (3 away)"),
    ],
)  # fmt: skip
def test_sentences_speak_of_what_the_rule_wants(condition: dict[str, Any], value: float, sentence: str) -> None:
    small = book(rule("1", condition))
    verdict = judge_walk(small, {"risk.reward_ratio": Fact(value)})[0]
    assert verdict.outcome == "fail"
    assert verdict.sentence.endswith(sentence)


def test_numbers_are_written_sensibly() -> None:
    assert [number_text(one) for one in (0, 1.0, 1.32, 1234567.0, 0.1 + 0.2, -3.2, 1e-9)] == [
        *("0", "1", "1.32", "1234567", "0.3", "-3.2", "1e-09")
    ]
    assert value_beside(0.33999999999999997, 0.34) == "0.33999999999999997"
    assert value_beside(0.34, 0.34) == "0.34"


def test_a_fact_has_a_value_or_a_reason() -> None:
    with pytest.raises(ValueError, match="either a value"):
        Fact(None)
    with pytest.raises(ValueError, match="either a value"):
        Fact(1, (), "why")


def test_vocabulary_can_be_spoken_of() -> None:
    for name, spec in VOCABULARY.items():
        assert spec.name == name
        assert spec.node in NODES
        assert (spec.unit is not None) is (spec.type == "number")
        assert (spec.values is not None) is (spec.type == "text")
        assert (spec.phrases is not None) is (spec.type == "flag")
        assert spec.label
        assert spec.description.endswith(".")
