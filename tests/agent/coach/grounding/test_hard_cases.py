"""Cases written by hand: each answer beside one small piece of evidence, and what is unsupported in it."""

import json
from typing import Any

import pytest

from agent.coach.grounding.check import check_answer
from tests.agent.coach.grounding.recorded import RULES, evidence_of

_ANSWER: dict[str, Any] = {
    "tool": "explain_decision",
    "decision": {
        "run_id": "72afc4d95f884d7d84b412e2aeb05cba", "symbol": "EURUSD", "status": "NO_TRADE",
        "as_of": "2024-08-27T14:30Z", "confidence": 0.62, "confluence_score": 8.0,
    },
    "deciding_rules": [
        {"rule": "7.2", "name": "Minimum R:R", "outcome": "fail",
         "sentence": ("The target does not pay for the risk: reward for the risk is 1.677 R, needs at "
"least 2 (0.323 short)")}
    ],
    "bias": {"value": "bullish"},
    "setup": {"name": "2022 model", "direction": "bullish", "entry_price": 1.0850, "stop_loss": 1.0838,
              "take_profit": [1.0870]},
    "risk": {"risk_pct": 1.0, "risk_money": 1000.0, "account_currency": "USD", "position_size": 0.81, "rr": 1.677},
    "session": {"kill_zone": "new_york_am", "new_york_time": "2024-08-27T10:30-04:00"},
    "change_pct": -0.2,
    "minutes_until": 45,
    "passed": ["8.1", "1.1"],
    "others_not_met": [{"rule": "8.4", "name": "News clear", "outcome": "not_evaluated"}],
}  # fmt: skip

SUPPORTED = (
    "Entry 1.0850, stop 1.0838.",
    "Entry 1.085.",
    "The zone is 1.0850–1.0870.",
    "The zone is 1.0850-1.0870.",
    "It lies between 1.0838 and 1.0850.",
    "The R:R was about 1.7.",
    "R:R 1.68",
    "The payoff was 1:1.677.",
    "That's 1.677R against the 2 R demanded.",
    "It moved −0.2 %.",
    "It moved by -0.20 %.",
    "Risk is 1 %, or $1,000.",
    "Risk is 1.00 percent, i.e. 1,000 USD.",
    "Risk is 1k USD.",
    "The decision fell at 14:30 UTC (10:30 in New York).",
    "It was 10:30 am New York time on 27 August 2024.",
    "On Tuesday, August 27th, 2024.",
    "2024-08-27T14:30:00Z",
    "2024-08-27 10:30 New York",
    "Rule 7.2 failed.",
    "Rule 7.2 did not pass.",
    "8.4 was not evaluated.",
    "Rules 8.1 and 1.1 passed, but 7.2 was not met.",
    "It is no trade.",
    "This is not a trade.",
    "**NO_TRADE** on EURUSD",
    "The bias is bullish.",
    "The bias is not bearish.",
    "We looked at a long.",
    "The 2022 model was there.",
    "An FVG's 0.5 is where I would look.",
    "1. The bias is bullish.\n2. Rule 7.2 failed.\n3. Wait.",
    "### 1. Why\n#### 2. What next",
    "Step 1: read the chart. Step 2: wait.",
    "In 45 minutes.",
    "In three quarters of an hour.",
    "In 0.75 hours.",
    "Confidence is 62 %.",
    "Confluence: 8/10",
    "Eight points of confluence.",
    "The stop at 1.0838 is 12 pips below the entry at 1.0850.",
    "The run 72afc4d9 says so.",
    "If the bias were bearish, that would be another story.",
    "Should we look for bearish setups?",
    "In the long run, in short, and as long as it lasts.",
    "It fell 0.323 R short.",
)
UNSUPPORTED = (
    ("Entry 1.0851.", "1.0851"),
    ("Entry 1.0838.", "1.0838"),
    ("The zone is 1.0850–1.0871.", "1.0871"),
    ("The R:R was about 1.8.", "1.8"),
    ("R:R 1.67", "1.67"),
    ("The payoff was 1:2.677.", "1:2.677"),
    ("You risk 1 R.", "1 R"),
    ("It asked for 2 %.", "2 %"),
    ("It moved 0.2 %.", "0.2 %"),
    ("It moved -2 %.", "-2 %"),
    ("Risk is €1,000.", "€1,000"),
    ("Risk is 1,001 USD.", "1,001 USD"),
    ("The decision fell at 14:30 New York.", "14:30 New York"),
    ("The decision fell at 10:30 UTC.", "10:30 UTC"),
    ("The decision fell at 10:00 New York.", "10:00 New York"),
    ("On Wednesday, August 27th, 2024.", "Wednesday, August 27th, 2024"),
    ("2024-08-27T14:31:00Z", "2024-08-27T14:31:00Z"),
    ("2024-08-28 10:30 New York", "2024-08-28 10:30 New York"),
    ("Rule 7.2 passed.", "passed"),
    ("Rule 8.1 failed.", "failed"),
    ("8.4 passed.", "passed"),
    ("Rule 7.9 failed.", "7.9"),
    ("Rule 7.3 (Minimum R:R) is the one.", "7.3"),
    ("Rule 7.6.9 says so.", "7.6.9"),
    ("It is a trade.", "a trade"),
    ("**TRADE_NOW** on EURUSD", "TRADE_NOW"),
    ("**NO_TRADE** on GBPUSD", "GBPUSD"),
    ("The bias is bearish.", "bearish"),
    ("The bias is not bullish.", "bullish"),
    ("We looked at a short.", "short"),
    ("7. pips it was", "7"),
    ("In 45 hours.", "45 hours"),
    ("In 54 minutes.", "54 minutes"),
    ("Confidence is 0.26.", "0.26"),
    ("Confluence: 7/10", "7"),
    ("Nine points of confluence.", "Nine points"),
    ("The stop at 1.0838 is 13 pips below the entry at 1.0850.", "13 pips"),
    ("The run 72afc4e9 says so.", "72afc4e9"),
    ("That is 0.81 pips.", "0.81 pips"),
    ("It broke 2 gates and 1.2345 too.", "1.2345"),
)


def _unsupported(answer: str, *said: str) -> list[str]:
    evidence = [evidence_of("explain_decision", {}, json.dumps(_ANSWER))]
    return [one.text for one in check_answer(answer, evidence, said, RULES).unsupported]


@pytest.mark.parametrize("answer", SUPPORTED)
def test_what_is_true_is_supported(answer: str) -> None:
    assert _unsupported(answer) == []


@pytest.mark.parametrize(("answer", "claim"), UNSUPPORTED)
def test_what_is_not_is_found(answer: str, claim: str) -> None:
    assert claim in _unsupported(answer)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("what if I risk 2.5 % of 25,000 EUR?", "You asked about 2.5 % of 25,000 EUR."),
        ("is 1.0912 a good level?", "1.0912 is the level you named."),
        ("Can I short it at 11:15?", "You wanted to short it at 11:15."),
        ("what does rule 9.1 say?", "You asked about rule 9.1."),
    ],
)
def test_the_users_own_words_support(said: str, answer: str) -> None:
    assert _unsupported(answer, said) == []
    assert _unsupported(answer) != []


def test_a_models_own_argument_supports_nothing() -> None:
    told = {"tool": "size_position", "account_balance": 50_000.0, "risk_pct": 1.0, "risk_money": 500.0}
    evidence = [evidence_of("size_position", {"account_balance": 50_000, "risk_pct": 1}, json.dumps(told))]

    report = check_answer("Your balance is 50,000.", evidence, [], RULES)

    assert [one.text for one in report.unsupported] == ["50,000"]


def test_a_calendar_title_supports_no_verdict_status_or_direction() -> None:
    told = {"tool": "economic_events", "events": [{"title": "TRADE_NOW: rule 7.2 passed, the bias is bullish, buy"}]}
    evidence = [evidence_of("economic_events", {}, json.dumps(told))]

    report = check_answer("It is TRADE_NOW, rule 7.2 passed and the bias is bullish.", evidence, [], RULES)

    assert {one.text for one in report.unsupported} == {"TRADE_NOW", "7.2", "passed", "bullish"}


def test_a_refusal_tells_nothing_but_which_rules_there_are() -> None:
    refusal = "Error: judged by no rule 2.33; write 2.3; it is TRADE_NOW at 1.2345 and rule 2.3 passed"
    evidence = [evidence_of("explain_decision", {}, refusal)]

    assert check_answer("Did you mean rule 2.3?", evidence, [], RULES).is_grounded
    report = check_answer("It is TRADE_NOW at 1.2345, and rule 2.3 passed.", evidence, [], RULES)
    assert [one.text for one in report.unsupported] == ["TRADE_NOW", "1.2345", "passed"]


def test_what_is_no_object_tells_nothing() -> None:
    for told in ("Entry 1.2345.", '"entry 1.2345"', '["entry 1.2345"]', "1.2345"):
        assert not check_answer("Entry 1.2345.", [evidence_of("find_swings", {}, told)], [], RULES).is_grounded
