"""Advice to trade is refused where the decision is no trade, and only there."""

import pytest

from agent.coach.grounding.advice import advice_against
from tests.agent.coach.grounding.recorded import TRADE, WAIT, conversations, recorded_answers

ADVICE = (
    "Buy GBPUSD here.", "You should go short now.", "I'd enter at 1.27.", "Honestly, take the trade.", "Just sell it.",
    "Go long at 1.2700 with a stop below.", "It's a strong sell.", "Enter now!", "You can safely take this short.",
    "My advice: sell GBPUSD.", "Short GBPUSD at market.", "Let's go short.", "Yes, take it.", "This is a buy.",
    "The rule failed, but I would still buy.", "It is WAIT. Still, time to pull the trigger.", "- Sell the rally",
    "I recommend going short.", "Ignore the rule and buy now.",
)  # fmt: skip
NO_ADVICE = (
    "Do not buy here.", "I would not enter now.", 'You asked "should I buy?"', "Buy-side liquidity rests at 1.3.",
    "The decision is WAIT, so don't go short.", "If the shift were fresh, you could enter.", "Should you go long?",
    "Short answer: no.", "Sell-side liquidity was taken.", "Wait until the gate opens before you enter.",
    "You said you want to buy; the gate is closed.", "The setup would be a long.", "There is nothing to take here.",
    "Entry and risk were not judged.", "Long story short: the shift is stale.", "I can't recommend buying.",
    "You could take a look at rule 2.3.", "Take note that rule 2.3 failed.", "You should wait.",
    "It would have been a buy.",
)  # fmt: skip


@pytest.mark.parametrize("answer", ADVICE)
def test_advice_against_a_wait_is_refused_with_the_rule(answer: str) -> None:
    refusal = advice_against(answer, conversations()["wait"])

    assert refusal is not None
    assert (refusal.run_id, refusal.rule) == (WAIT, "2.3")
    assert "WAIT" in refusal.text
    assert "rule 2.3 Market structure shift" in refusal.text


@pytest.mark.parametrize("answer", NO_ADVICE)
def test_what_is_no_advice_stands(answer: str) -> None:
    assert advice_against(answer, conversations()["wait"]) is None


@pytest.mark.parametrize("answer", ADVICE)
def test_without_a_decision_every_advice_is_refused(answer: str) -> None:
    refusal = advice_against(answer, conversations()["session"])

    assert refusal is not None
    assert refusal.run_id is None
    assert refusal.rule is None


def test_a_trade_may_be_advised_and_another_market_may_not() -> None:
    evidence = conversations()["trade"]

    assert advice_against("Buy EURUSD at 1.0523.", evidence) is None
    assert advice_against("You could go long here.", evidence) is None
    assert advice_against("Buy NQ.", evidence) is not None


def test_the_newest_decision_of_the_symbol_counts() -> None:
    both = [*conversations()["wait"], *conversations()["trade"]]

    refused = advice_against("Sell GBPUSD now.", both)

    assert refused is not None
    assert refused.run_id == WAIT
    assert advice_against("Buy EURUSD now.", both) is None


def test_what_would_be_is_no_decision() -> None:
    refusal = advice_against("Buy it.", conversations()["whatif_profile"])

    assert refusal is not None
    assert refusal.run_id != TRADE
    assert len(recorded_answers()) > 20


@pytest.mark.parametrize("heap", [" ", "(", "so ,", "you could ", "- ", "is a ", "not ", "\n", ", "])
def test_no_heap_of_words_keeps_it_busy(heap: str) -> None:
    assert advice_against(heap * 20_000, conversations()["wait"]) is None
