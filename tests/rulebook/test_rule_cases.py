"""Every rule file carries its own worked examples: each must come out as it says."""

import pytest

from rulebook.judge import judge_rule
from rulebook.loader import load_rulebook
from rulebook.schema import CASE_OUTCOMES, Case, Rule
from tests.rulebook.books import fact

BOOKS = {name: load_rulebook(name) for name in ("strict", "relaxed")}
CASES = [
    pytest.param(name, rule, case, id=f"{name}-{rule.id}-{case.title}")
    for name, book in BOOKS.items()
    for rule in book.rules
    for case in rule.cases
    if case.profile in (None, name)
]


@pytest.mark.parametrize(("profile", "rule", "case"), CASES)
def test_case_comes_out_as_the_rule_says(profile: str, rule: Rule, case: Case) -> None:
    facts = {name: fact(value) for name, value in case.facts.items()}
    verdict = judge_rule(rule, facts, BOOKS[profile].facts)
    assert verdict.outcome == CASE_OUTCOMES[case.kind], verdict.sentence


@pytest.mark.parametrize("profile", BOOKS)
def test_shipped_rules_weigh_ten_points_and_walk_in_order(profile: str) -> None:
    book = BOOKS[profile]
    assert sum(rule.weight for rule in book.rules) == 10
    assert [rule.id for rule in book.rules] == [
        *("1.1", "1.1.1", "9.2", "2.4", "3.4", "5.1", "1.2", "2.2", "2.3"),
        *("5.2", "6.1", "8.1", "8.4", "9.1", "7.1", "7.2", "9.3", "10"),
    ]


def test_profiles_differ_where_the_method_says() -> None:
    strict, relaxed = BOOKS["strict"], BOOKS["relaxed"]
    changed = {rule.id for rule in strict.rules if rule.kind != relaxed.rule(rule.id).kind}
    assert changed == {"1.1.1", "2.3", "8.1"}
    assert strict.number("1.1", "minimum_strength") == 0.34
    assert relaxed.number("1.1", "minimum_strength") == 0.2
    assert strict.parameter("2.2", "lookback_bars") == 40
    assert isinstance(strict.parameter("2.2", "lookback_bars"), int)
    assert relaxed.parameters["10"] == {"minimum_points": 5}
