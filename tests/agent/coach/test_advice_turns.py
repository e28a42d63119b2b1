"""Turns of a model that advises, or speaks another language: withdrawn once, then replaced."""

import pytest

from tests.agent.coach.coaching import NEW_RUN_ID, RUN_ID, conversation, newest
from tests.model_server import ScriptedModel, call, say, use

pytestmark = pytest.mark.anyio
FINE = "I cannot answer that from the trace."


async def test_what_the_tools_told_does_not_count_but_the_newest_decision(scripted: ScriptedModel) -> None:
    advice = say("Sell AUDUSD now.")
    scripted.script(use(call("explain_decision")), advice, advice)
    async with conversation(scripted) as thread:
        await thread.say("Should I sell AUDUSD?")
        told = thread.completed["response"]
        assert told.startswith("I will not advise that: the decision on AUDUSD is TRADE_NOW, and its setup is long")
        assert NEW_RUN_ID in told


async def test_advice_that_the_newest_decision_bears_is_said(scripted: ScriptedModel) -> None:
    scripted.script(say("The trade is on: take it."))
    async with conversation(scripted) as thread:
        await thread.say("Should I take AUDUSD?")
        assert thread.told("claim.flagged") == []
        assert thread.completed["response"] == "The trade is on: take it."


async def test_a_market_without_a_decision_is_refused_even_beside_one_that_bears_it(scripted: ScriptedModel) -> None:
    scripted.script(say("Buy AUDUSD and NZDUSD."), say("Buy AUDUSD and NZDUSD."))
    async with conversation(scripted) as thread:
        await thread.say("Well?")
        assert thread.completed["response"].startswith("I will not advise that: no decision on NZDUSD is known.")


async def test_advice_beside_a_call_is_withdrawn(scripted: ScriptedModel) -> None:
    scripted.script(use(call("explain_decision"), first="Just sell it."), say(FINE))
    async with conversation(scripted) as thread:
        state = await thread.say("Well?")
        assert "advice" in {one["kind"] for one in thread.told("claim.flagged")[0]["claims"]}
        assert not any("sell" in str(message.text) for message in state["messages"])


async def test_a_yes_to_a_question_about_acting_is_refused(scripted: ScriptedModel) -> None:
    scripted.script(say("Yes."), say("Yes!"))
    async with conversation(scripted) as thread:
        await thread.say("Should I buy EURUSD?")
        assert thread.completed["response"].startswith("I will not advise that: the decision on EURUSD is NO_TRADE")


@pytest.mark.parametrize("foreign", ["Das Setup ist nicht gültig, weil die Regel fehlt.", "この取引はできません。"])
async def test_an_answer_in_another_language_is_asked_for_again_and_then_replaced(
    scripted: ScriptedModel, foreign: str
) -> None:
    scripted.script(say(foreign), say(foreign))
    async with conversation(scripted) as thread:
        state = await thread.say("Warum kein Trade?")
        first, second = thread.told("claim.flagged")
        assert [one["kind"] for one in first["claims"]] == ["language"]
        assert (first["will_repair"], second["will_repair"]) == (True, False)
        assert "again in English" in str(scripted.requests[-1].messages)
        assert newest(state).text == (
            "I can only be checked in English, so I answer in English. The decision on EURUSD is NO_TRADE, because of "
            "rule 2.2 Liquidity sweep: No pool was swept."
        )
        assert thread.completed["claims"]
        assert all(one["supported"] for one in thread.completed["claims"])
        assert RUN_ID in {one["id"] for one in thread.completed["citations"]}


async def test_a_repair_in_english_stands(scripted: ScriptedModel) -> None:
    scripted.script(say("Die Regel ist nicht erfüllt."), say(FINE))
    async with conversation(scripted) as thread:
        await thread.say("Warum?")
        assert thread.completed["response"] == FINE
