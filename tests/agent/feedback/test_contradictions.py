"""A verdict of right beside labels that say otherwise than the decision: each contradiction at its field."""

from typing import Any

import pytest

from agent.feedback.contradictions import contradictions
from agent.labels.documents import read_labels

TICK = 0.0001
SETUP = {
    "direction": "bullish",
    "entry_price": 1.1,
    "stop_loss": 1.098,
    "take_profit": [1.104, 1.106],
    "rule_refs": ["6.2", "9.1"],
}
OFFERED = {"status": "TRADE_NOW", "htf_bias": {"value": "bullish"}, "deciding_rules": [], "setup": SETUP}
NONE = {"status": "NO_TRADE", "htf_bias": {"value": "neutral"}, "deciding_rules": ["1.1", "8.1"], "setup": None}


def where(labels: dict[str, Any], decision: dict[str, Any]) -> list[str]:
    return [place for place, _, _ in contradictions(read_labels(labels), decision, TICK)]


@pytest.mark.parametrize(
    ("labels", "decision"),
    [
        ({}, OFFERED),
        ({"bias": {"htf": "bullish", "15m": "bearish"}}, OFFERED),
        ({"bias": {"htf": "unclear"}}, OFFERED),
        ({"decision": {"status": "TRADE_NOW", "rule": "6.2"}}, OFFERED),
        ({"decision": {"status": "NO_TRADE", "rule": "8.1"}}, NONE),
        ({"setup": {"direction": "bullish", "entry": 1.1001, "stop": 1.0979, "targets": [1.104]}}, OFFERED),
    ],
)
def test_what_says_the_same_or_less_contradicts_nothing(labels: dict[str, Any], decision: dict[str, Any]) -> None:
    assert where(labels, decision) == []


@pytest.mark.parametrize(
    ("labels", "decision", "places"),
    [
        ({"bias": {"htf": "neutral"}}, OFFERED, ["bias.htf"]),
        ({"decision": {"status": "WAIT", "rule": "6.2"}}, OFFERED, ["decision.status"]),
        ({"decision": {"status": "TRADE_NOW", "rule": "6.1"}}, OFFERED, ["decision.rule"]),
        ({"setup": {"direction": "bullish", "entry": 1.1, "stop": 1.098}}, NONE, ["setup"]),
        ({"setup": {"direction": "bearish", "entry": 1.1, "stop": 1.102}}, OFFERED, ["setup.direction"]),
        (
            {
                "bias": {"htf": "bearish"},
                "decision": {"status": "NO_TRADE"},
                "setup": {
                    "direction": "bullish", "entry": 1.1002, "stop": 1.0978, "targets": [1.104, 1.1062, 1.12],
                    "rule": "6.1",
                },
            },
            OFFERED,
            ["bias.htf", "decision.status", "setup.entry", "setup.stop", "setup.targets[1]", "setup.targets",
             "setup.rule"],
        ),
    ],
)  # fmt: skip
def test_a_contradiction_is_told_at_its_field(
    labels: dict[str, Any], decision: dict[str, Any], places: list[str]
) -> None:
    assert where(labels, decision) == [f"labels.{place}" for place in places]
