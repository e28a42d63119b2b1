"""A tool's answer in a few words."""

import json

import pytest

from agent.coach.digest import MOST_CHARACTERS, as_of, decided_run, summary_of


@pytest.mark.parametrize(
    ("told", "summary"),
    [
        ({"tool": "x", "sentence": "It  would\nbe a trade."}, "It would be a trade."),
        ({"tool": "x", "summary": ["First.", "Second."], "reason": "Third."}, "First."),
        ({"tool": "x", "symbol": "EURUSD", "total": 3, "rows": [[1]]}, "symbol EURUSD, total 3"),
        ({"tool": "x", "dealing_range": {"low": 1.1, "ote": [1]}}, "low 1.1"),
        ({"tool": "x"}, ""),
    ],
)
def test_its_own_sentence_else_its_plain_values(told: dict[str, object], summary: str) -> None:
    assert summary_of(json.dumps(told)) == summary


def test_a_sentence_stays_one_and_nothing_is_too_long() -> None:
    assert summary_of("Error: there is no market X") == "Error: there is no market X"
    assert len(summary_of(json.dumps({"sentence": "word " * 100}))) == MOST_CHARACTERS
    assert summary_of("[1]") == "[1]"


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ({"as_of": "a"}, "a"),
        ({"now": "b"}, "b"),
        ({"decision": {"as_of": "c"}}, "c"),
        ({"as_of": None}, None),
        ({"decision": None}, None),
    ],
)
def test_the_moment_it_is_true_of(told: dict[str, object], moment: str | None) -> None:
    assert as_of(json.dumps(told)) == moment
    assert as_of("Error: no") is None


def test_the_decision_it_is_about() -> None:
    assert decided_run(json.dumps({"decision": {"run_id": "r", "symbol": "S"}})) == ("r", "S")
    assert decided_run(json.dumps({"decision": {"run_id": 5, "symbol": "S"}})) is None
    assert decided_run("Error: no") is None
