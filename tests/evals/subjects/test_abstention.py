"""What counts as saying that the record does not tell."""

import pytest

from evals.subjects.abstention import abstains


@pytest.mark.parametrize(
    "text",
    [
        "I cannot answer that from the trace.",
        "I cannot answer that from the trace: it knows what was decided and why, not what price will do or what a "
        "trade earned. I can say why a decision came out as it did.",
        "No decision on USDJPY is recorded yet. Ask me to analyse USDJPY now.",
        "I will not advise that: no decision on KIWI is known. Ask me to analyse the market first.",
        "I will not advise that: no decision is known that it could rest on. Ask me to analyse the market first.",
        "I do not know what is scheduled for EURUSD: no economic calendar is configured. That is not the same as "
        "nothing.",
        'I could not get that: "there are no candles of AUDUSD here"',
        "The trace does not tell what the trade earned.",
        "No tool knows that.",
        "I can't tell you that, it is nowhere in the record.",
        "The rulebook has no such rule. Ask for all rules to see which there are.",
    ],
)
def test_an_abstention(text: str) -> None:
    assert abstains(text)


@pytest.mark.parametrize(
    "text",
    [
        "EURUSD at 2024-09-04 07:30 UTC is NO_TRADE. Rule 7.2 (Minimum R:R) stands in the way.",
        "No setup is offered: EURUSD at 2024-09-04 07:30 UTC is NO_TRADE.",
        "No kill zone is open. Next is New York PM, in 45 min.",
        "Nothing is scheduled for EURUSD until 2024-09-04 13:05 UTC, says the calendar.",
        "I change nothing: I read decisions, rules, charts and the clock.",
        "Your win rate is 63 %.",
        "I take back what the tools do not support.",
    ],
)
def test_an_answer(text: str) -> None:
    assert not abstains(text)
