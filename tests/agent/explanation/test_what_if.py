"""What if: other facts judged by the recorded rules, and other rules over the recorded inputs."""

import json
from dataclasses import replace
from typing import Any

import pytest

from agent.analysis.walk import walk_now
from agent.explanation.what_if import Judgement, WhatIf, what_if_facts, what_if_walked
from api.explanation_document import what_if_document
from api.schemas.explanation import WhatIf as WireWhatIf
from rulebook.loader import load_rulebook
from tests.agent.explanation.recorded import RecordedRun, recorded_runs
from tools.errors import InvalidParameter


def supposed(run: RecordedRun, overrides: dict[str, Any]) -> WhatIf:
    """Suppose other facts of a run."""
    return what_if_facts(run.record.decision, run.judgement, overrides)


def under(run: RecordedRun, profile: str) -> WhatIf:
    """Walk a run again by another profile."""
    rulebook = load_rulebook(profile)
    outcome = walk_now(replace(run.request, profile=profile), rulebook)
    judged = Judgement.from_dicts(outcome["facts"], outcome["verdicts"], rulebook)
    return what_if_walked(run.record.decision, run.judgement, judged, outcome["decision"])


def test_what_why_not_asks_for_gives_a_trade() -> None:
    flipped = 0
    for run in recorded_runs():
        changes = run.explanation.why_not.changes
        if not changes:
            continue
        answer = supposed(run, {one.fact: one.value_needed for one in changes})
        assert (answer.what_if.status, answer.flips) == ("TRADE_NOW", True)
        assert {one.fact for one in answer.changed_facts} == {one.fact for one in changes}
        closed = {one.rule_id for one in answer.changed_rules if one.closes_before}
        assert set(answer.recorded.deciding_rules) <= closed
        assert not any(one.closes_after for one in answer.changed_rules)
        flipped += 1
    assert flipped > 20


def test_facts_as_they_are_change_nothing() -> None:
    for run in recorded_runs()[::7]:
        facts = {name: fact["value"] for name, fact in run.record.facts.items() if name in run.rulebook.facts}
        answer = supposed(run, {name: value for name, value in facts.items() if value is not None})
        assert (answer.flips, answer.changed_rules, answer.changed_facts) == (False, (), ())
        assert answer.what_if == answer.recorded


def test_the_profile_as_it_was_changes_nothing_and_another_is_the_walk_under_it() -> None:
    by_both = {(run.request.symbol, run.request.as_of, run.rulebook.profile): run for run in recorded_runs()}
    flips = 0
    for run in recorded_runs()[::6]:
        same = under(run, run.rulebook.profile)
        assert (same.flips, same.changed_rules, same.changed_facts) == (False, (), ())
        assert same.what_if == same.recorded
        assert (same.setup, same.risk) == (run.record.decision["setup"], run.record.decision["risk"])
        other = "relaxed" if run.rulebook.profile == "strict" else "strict"
        answer = under(run, other)
        twin = by_both[run.request.symbol, run.request.as_of, other].record.decision
        assert answer.what_if.status == twin["status"]
        assert answer.what_if.rulebook_hash == load_rulebook(other).hash
        assert answer.setup == twin["setup"]
        assert answer.flips == (twin["status"] != run.record.status)
        flips += answer.flips
        wire = what_if_document(answer)
        assert WireWhatIf.model_validate(json.loads(json.dumps(wire)))
    assert flips


def test_a_fact_may_be_supposed_unknown() -> None:
    run = next(one for one in recorded_runs() if one.record.status == "TRADE_NOW")
    answer = supposed(run, {"range.known": None})
    assert answer.what_if.status == "WAIT"
    assert [(one.before, one.after) for one in answer.changed_facts] == [(True, None)]
    rule = next(one for one in answer.changed_rules if one.rule_id == "2.4")
    assert (rule.before, rule.after, rule.closes_before, rule.closes_after) == ("pass", "not_evaluated", False, True)
    assert str(rule.sentence_after).endswith("it is supposed to be unknown")


@pytest.mark.parametrize(
    ("overrides", "message", "expected"),
    [
        ({"bias.strenth": 1.0}, "no rule reads a fact bias.strenth; write bias.strength", "a fact the rules read"),
        ({"checklist.confluence": 9}, "checklist.confluence cannot be set: the judge adds it up", "a gathered fact"),
        ({"bias.strength": "strong"}, "bias.strength must be a number, got 'strong'", "a number"),
        ({"bias.strength": True}, "bias.strength must be a number, got True", "a number"),
        ({"bias.strength": float("inf")}, "bias.strength must be a finite number, got inf", "a number"),
        ({"range.known": 1}, "range.known must be true or false, got 1", "true or false"),
        ({"bias.direction": "sideways"}, "bias.direction must be one of bullish, bearish, neutral", "one of bullish"),
        ({"liquidity.bars_since_sweep": 2.5}, "must be a whole number of bars, 0 or more, got 2.5", "a whole number"),
        ({"liquidity.bars_since_sweep": -1}, "must be a whole number of bars, 0 or more, got -1", "a whole number"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_by_name(overrides: dict[str, Any], message: str, expected: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        supposed(recorded_runs()[0], overrides)
    assert message in str(refused.value)
    assert refused.value.field == f"facts.{next(iter(overrides))}"
    assert str(refused.value.expected).startswith(expected)
