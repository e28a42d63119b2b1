"""docs/rulebook.md says what the rulebook says, and its examples come out as it tells."""

from pathlib import Path

import pytest

from rulebook.loader import check_profile, load_rulebook
from tests.rulebook.rulebook_page import PAGE, blocks, rendered

TEXT = PAGE.read_text(encoding="utf-8")
GOOD, BAD = blocks(TEXT, "yaml")


def test_tables_of_the_page_are_those_of_the_rulebook() -> None:
    assert rendered(TEXT) == TEXT, "run python -m tests.rulebook.rulebook_page"


def test_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="must hold <!-- rules --> and <!-- end of rules --> once each"):
        rendered(TEXT.replace("<!-- rules -->", ""))


def test_profile_of_the_example_does_what_the_page_says(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(GOOD, encoding="utf-8")
    assert check_profile(own) == []
    book, strict = load_rulebook(own), load_rulebook("strict")
    kinds = {rule.id: rule.kind for rule in book.rules if rule.kind != strict.rule(rule.id).kind}
    assert kinds == {"2.3": "score", "8.1": "warning", "8.4": "warning"}
    changed = {
        (rule_id, name): value
        for rule_id, values in book.parameters.items()
        for name, value in values.items()
        if value != strict.parameter(rule_id, name)
    }
    assert changed == {
        ("7.2", "minimum"): 3,
        ("7.2", "minimum_with_confluence"): 3,
        ("8.4", "size_factor"): 0.5,
        ("9.3", "maximum_trades"): 2,
    }
    assert book.kill_zones is not None
    windows = [(one.name, one.start, one.end, one.trade) for one in book.kill_zones]
    assert windows == [
        ("london", "02:00", "05:00", True),
        ("new_york_am", "08:30", "11:00", True),
        ("lunch", "12:00", "13:00", False),
    ]


def test_faults_of_the_other_example_are_the_ones_shown(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(BAD, encoding="utf-8")
    (shown,) = blocks(TEXT, "text")
    assert [one.replace(f"{tmp_path}/", "") for one in check_profile(own)] == shown.splitlines()
