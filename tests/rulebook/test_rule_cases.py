"""Every rule file carries its own worked examples: each must come out as it says, and together they try every edge."""

import pytest

from rulebook.conditions import Reading, assess, comparisons
from rulebook.judge import judge_rule
from rulebook.loader import load_rulebook
from rulebook.schema import CASE_OUTCOMES, Case, Rule
from tests.rulebook.books import fact

BOOKS = {name: load_rulebook(name) for name in ("strict", "relaxed")}
RULES = [pytest.param(name, rule, id=f"{name}-{rule.id}") for name, book in BOOKS.items() for rule in book.rules]
CASES = [
    pytest.param(name, rule, case, id=f"{name}-{rule.id}-{case.title}")
    for name, book in BOOKS.items()
    for rule in book.rules
    for case in rule.cases
    if case.profile in (None, name)
]


def cases_of(rule: Rule, profile: str, *kinds: str) -> list[Case]:
    """Return a rule's cases that hold under a profile."""
    return [one for one in rule.cases if one.profile in (None, profile) and one.kind in (kinds or CASE_OUTCOMES)]


def readings_of(rule: Rule, case: Case) -> tuple[Reading, ...]:
    """Return what every comparison of a rule finds in a case, in the order written."""
    return assess(rule.condition, {name: fact(value) for name, value in case.facts.items()}).readings


@pytest.mark.parametrize(("profile", "rule", "case"), CASES)
def test_case_comes_out_as_the_rule_says(profile: str, rule: Rule, case: Case) -> None:
    facts = {name: fact(value) for name, value in case.facts.items()}
    verdict = judge_rule(rule, facts, BOOKS[profile].facts)
    assert verdict.outcome == CASE_OUTCOMES[case.kind], verdict.sentence


@pytest.mark.parametrize(("profile", "rule"), RULES)
def test_rule_has_a_met_an_unmet_and_an_unknown_case_under_each_profile(profile: str, rule: Rule) -> None:
    assert {one.kind for one in cases_of(rule, profile)} == set(CASE_OUTCOMES)


@pytest.mark.parametrize(("profile", "rule"), RULES)
def test_every_comparison_holds_in_one_case_and_fails_in_another(profile: str, rule: Rule) -> None:
    found = [readings_of(rule, case) for case in cases_of(rule, profile)]
    for place, one in enumerate(comparisons(rule.condition)):
        assert {True, False} <= {readings[place].holds for readings in found}, (rule.id, one.spec.name)


@pytest.mark.parametrize(("profile", "rule"), RULES)
def test_every_threshold_is_met_exactly_by_a_case(profile: str, rule: Rule) -> None:
    met = cases_of(rule, profile, "met")
    for one in comparisons(rule.condition):
        ends = one.threshold if isinstance(one.threshold, tuple) else (one.threshold,)
        for end in () if one.spec.type == "flag" else ends:
            assert any(case.facts[one.spec.name] == end for case in met), (rule.id, one.spec.name, end)


@pytest.mark.parametrize("rule_id", [rule.id for rule in BOOKS["strict"].rules])
def test_profiles_that_ask_for_different_values_are_told_apart_by_a_case(rule_id: str) -> None:
    strict, relaxed = (BOOKS[name].rule(rule_id) for name in BOOKS)
    if strict.condition != relaxed.condition:
        own = {(case.profile, case.kind) for case in strict.cases if case.profile is not None}
        assert {("relaxed", "met"), ("strict", "unmet")} <= own or {("strict", "met"), ("relaxed", "unmet")} <= own
