"""A bank holiday may be said where a verdict says so, and the news rule's own sentence wherever it fails."""

import json
from typing import Any

import pytest

from agent.coach.grounding.check import check_answer
from agent.coach.grounding.claims import Evidence

RULES = {"8.4": "News clear"}
NEAR = (
    "News is too near, or it is a bank holiday: distance to the nearest high-impact event is 45 minutes, needs at "
    "least 60 (15 short)"
)
HOLIDAY = "News is too near, or it is a bank holiday: it is a bank holiday"
CHANGE = "It must be that it is not a bank holiday; now it is a bank holiday"


def evidence(sentence: str, *changes: str, key: str = "sentence") -> list[Evidence]:
    verdict = {"rule": "8.4", "name": "News clear", "outcome": "fail", key: f"{sentence}."}
    told: dict[str, Any] = {
        "tool": "explain_decision",
        "decision": {"run_id": "0" * 32, "symbol": "EURUSD", "status": "NO_TRADE", "as_of": "2024-09-03T13:00Z"},
        "deciding_rules": [verdict],
        "changes": [{"sentence": f"{one}."} for one in changes],
    }
    return [Evidence(call_id="c", tool="explain_decision", arguments={}, answer=json.dumps(told))]


@pytest.mark.parametrize(
    ("answer", "sentence", "changes"),
    [
        (f"Rule 8.4 (News clear) fails: {NEAR}.", NEAR, ()),
        (f"Rule 8.4 (News clear) fails: {HOLIDAY}.", HOLIDAY, ()),
        ("Rule 8.4 fails: it is a bank holiday.", HOLIDAY, ()),
        (f"What would change it: {CHANGE}.", HOLIDAY, (CHANGE,)),
        ("It is not a bank holiday.", NEAR, ()),
    ],
)
def test_what_a_verdict_says_of_the_day_stands(answer: str, sentence: str, changes: tuple[str, ...]) -> None:
    assert check_answer(answer, evidence(sentence, *changes), ["why?"], RULES).unsupported == ()


@pytest.mark.parametrize(
    "answer",
    ["It is a bank holiday.", "Rule 8.4 fails since it is a bank holiday.", "Trading is thin, or it is a bank holiday.",
     "You must know it is a bank holiday.", "It must be so: it is a bank holiday."],
)  # fmt: skip
def test_what_no_verdict_says_does_not(answer: str) -> None:
    found = check_answer(answer, evidence(NEAR), ["why?"], RULES).unsupported
    assert [claim.reason for claim in found] == ["that is not what is known"]


@pytest.mark.parametrize("key", ["description", "when_invalid", "title", "note"])
def test_what_a_rule_means_or_somebody_wrote_says_nothing_of_the_day(key: str) -> None:
    found = check_answer("It is a bank holiday.", evidence(HOLIDAY, key=key), ["why?"], RULES).unsupported
    assert [claim.reason for claim in found] == ["that is not what is known"]
