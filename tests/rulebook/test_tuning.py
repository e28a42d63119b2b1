"""Tuning: an owner's own limits in place of a profile's values."""

from typing import Any

import pytest

from rulebook.book import Rulebook
from rulebook.facts import Fact
from rulebook.judge import judge_rule
from rulebook.loader import ProfileText, load_rulebook
from tests.rulebook.books import book, compare, facts, rule, wire
from tools.errors import RulebookError

STRICT = load_rulebook("strict")


def test_tuned_values_judge_and_change_the_hash_and_nothing_else() -> None:
    tuned = STRICT.tuned({"9.3": {"maximum_trades": 3}, "7.6": {"maximum_losses_in_row": 1, "cooldown_minutes": 45.5}})
    assert (tuned.profile, tuned.facts, tuned.kill_zones) == (STRICT.profile, STRICT.facts, STRICT.kill_zones)
    assert tuned.hash != STRICT.hash
    assert tuned.parameter("9.3", "maximum_trades") == 3
    assert tuned.parameter("7.6", "cooldown_minutes") == 45.5
    third = facts(discipline__session_trade_number=3)
    assert judge_rule(STRICT.rule("9.3"), third, STRICT.facts).outcome == "fail"
    assert judge_rule(tuned.rule("9.3"), third, tuned.facts).outcome == "pass"
    untouched = [one for one in tuned.rules if one.id not in ("9.3", "7.6")]
    assert untouched == [one for one in STRICT.rules if one.id not in ("9.3", "7.6")]
    assert Rulebook.from_dict(wire(tuned.to_dict())) == tuned


def test_tuning_to_the_same_values_is_the_same_rulebook() -> None:
    assert STRICT.tuned({}) == STRICT
    assert STRICT.tuned({"9.3": {"maximum_trades": 1.0}}) == STRICT
    assert STRICT.tuned({"9.3": {"maximum_trades": 2}}).tuned({"9.3": {"maximum_trades": 1}}) == STRICT


def test_own_kill_zones_stay() -> None:
    text = "profile: own\ndescription: x\nextends: strict\nkill_zones: {am: 09:30-11:00}\n"
    own = load_rulebook(ProfileText("own", text))
    assert own.tuned({"9.3": {"maximum_trades": 2}}).kill_zones == own.kill_zones


@pytest.mark.parametrize(
    ("overrides", "problems"),
    [
        ({"9.9": {"maximum": 1}}, ["tuned: there is no rule '9.9'; write one of 1.1, "]),
        ({"9.3": {"maximum_trade": 1}},
         ["tuned: rule 9.3 has no parameter 'maximum_trade'; write one of maximum_trades"]),
        ({"8.1": {"x": 1}}, ["tuned: rule 8.1 has no parameter 'x'; leave it out"]),
        ({"9.3": {"maximum_trades": "two"}},
         ["tuned: parameter maximum_trades of rule 9.3 is 'two', but it is a number; write a number"]),
        ({"9.3": {"maximum_trades": True}},
         ["tuned: parameter maximum_trades of rule 9.3 is True, but it is a number; write a number"]),
        ({"9.3": {"maximum_trades": float("nan")}},
         ["tuned: parameter maximum_trades of rule 9.3 must be a finite number, got nan; write a number"]),
        ({"9.3": {"maximum_trades": 2**60}},
         ["tuned: parameter maximum_trades of rule 9.3 must lie within ±9007199254740992, got a larger number; "]),
        ({"6.2": {"offered": 1}}, ["tuned: parameter offered of rule 6.2 is 1, but it is a flag; write a flag"]),
        ({"1.1": {"when_unclear": "guess"}},
         ["tuned: parameter when_unclear of rule 1.1 is 'guess'; write one of wait, structure"]),
        ({"6.1": {"upper": 0.25}},
         ["tuned: rule 6.1: between's thresholds are out of order (0.62 is above 0.25); write the lower one first"]),
        ({"9.3": {"maximum_trades": 1.5}},
         ["tuned: parameter maximum_trades of rule 9.3 is 1.5; write a whole number from 1 to 1000000"]),
        ({"8.4": {"size_factor": -1}},
         ["tuned: parameter size_factor of rule 8.4 is -1; write a number from 0 to 1"]),
        ({"9.9": {"x": 1}, "9.3": {"maximum_trades": "two", "x": 1}}, [
            "tuned: there is no rule '9.9'",
            "tuned: parameter maximum_trades of rule 9.3 is 'two'",
            "tuned: rule 9.3 has no parameter 'x'",
        ]),
    ],
)  # fmt: skip
def test_every_fault_is_named(overrides: Any, problems: list[str]) -> None:
    with pytest.raises(RulebookError) as caught:
        STRICT.tuned(overrides)
    assert len(caught.value.problems) == len(problems)
    assert all(found.startswith(one) for found, one in zip(caught.value.problems, problems, strict=True))


def test_a_text_threshold_must_be_one_its_fact_can_be() -> None:
    condition = {"fact": "bias.direction", "operator": "equals", "parameter": "side"}
    side = {"value": "bullish", "description": "The side."}
    rules = book(rule("1", condition, parameters={"side": side}), rule("2", compare("range.known", "is_true")))
    bearish = rules.tuned({"1": {"side": "bearish"}})
    assert judge_rule(bearish.rule("1"), {"bias.direction": Fact("bearish")}, rules.facts).outcome == "pass"
    with pytest.raises(RulebookError, match=r"bias\.direction must be one of bullish, bearish, neutral, got 'up'"):
        rules.tuned({"1": {"side": "up"}})
    with pytest.raises(RulebookError, match="parameter side of rule 1 is blank; write a text"):
        rules.tuned({"1": {"side": ""}})
