"""What a thread may use, what it has used, and which part of a conversation is sent."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from agent.coach.budget import Spent, add_up, check_budget, check_turns, message_tokens, new_turn, price, spent_on
from agent.coach.ledger import MemoryLedger
from agent.coach.state import Usage
from agent.coach.window import window
from agent.settings import CoachLimits, ModelSettings
from agent.threads.records import Spending
from tools.errors import BudgetSpent

pytestmark = pytest.mark.anyio
PRICED = ModelSettings("m", input_cost=2.0, output_cost=10.0)


def used(tokens: int, cost: float | None = None) -> Usage:
    return Usage(
        input_tokens=0, output_tokens=0, cost_usd=None, is_estimated=False, thread_tokens=tokens, thread_cost_usd=cost
    )


def test_a_thread_holds_so_many_questions_whoever_answers_them() -> None:
    conversation: list[BaseMessage] = [HumanMessage("?"), AIMessage("!"), HumanMessage("?")]
    check_turns(conversation, CoachLimits(turns=2))
    with pytest.raises(BudgetSpent, match="1 questions"):
        check_turns(conversation, CoachLimits(turns=1))


async def test_a_turn_counts_on_top_of_its_thread() -> None:
    ledger, first, second = MemoryLedger(), Spent(1000, 100, is_estimated=False), Spent(500, 0, is_estimated=True)
    total = await ledger.add("t", price(first, PRICED), owner_id="me")
    counted: Any = add_up(new_turn(Spending()), first, PRICED, total)
    assert (counted["cost_usd"], counted["thread_tokens"]) == (pytest.approx(0.003), 1100)
    before = await ledger.spent("t", owner_id="me")
    counted = add_up(new_turn(before), second, PRICED, await ledger.add("t", price(second, PRICED), owner_id="me"))
    assert (counted["input_tokens"], counted["output_tokens"], counted["is_estimated"]) == (500, 0, True)
    assert (counted["thread_tokens"], counted["thread_cost_usd"]) == (1600, pytest.approx(0.004))
    assert await ledger.spent("t", owner_id="somebody else") == await ledger.spent("u", owner_id="me") == Spending()


@pytest.mark.parametrize("settings", [None, ModelSettings("m")])
def test_without_prices_there_is_no_cost(settings: ModelSettings | None) -> None:
    spent = Spent(1000, 100, is_estimated=False)
    assert price(spent, settings) == Spending(1100, None)
    counted = add_up(new_turn(Spending()), spent, settings, Spending(1100))
    assert (counted["cost_usd"], counted["thread_cost_usd"], counted["thread_tokens"]) == (None, None, 1100)


@pytest.mark.parametrize(
    ("usage", "limits", "refused"),
    [
        (used(99), CoachLimits(thread_tokens=100), None),
        (used(100), CoachLimits(thread_tokens=100), "used 100 tokens of 100"),
        (used(0, 0.99), CoachLimits(thread_cost=1.0), None),
        (used(0, 1.0), CoachLimits(thread_cost=1.0), "cost 1.0000 US dollars of 1"),
        (used(0, 9.0), CoachLimits(thread_cost=None), None),
        (used(0, None), CoachLimits(thread_cost=1.0), None),
    ],
)
def test_a_spent_budget_refuses(usage: Usage, limits: CoachLimits, refused: str | None) -> None:
    if refused is None:
        check_budget(usage, limits)
        return
    with pytest.raises(BudgetSpent, match=refused):
        check_budget(usage, limits)


def test_what_a_server_does_not_count_is_estimated_rather_too_much() -> None:
    sent = [HumanMessage("Why was there no trade on EURUSD at 09:30?")]
    calling = AIMessage("", tool_calls=[{"name": "explain_decision", "args": {"run_id": "abc"}, "id": "1"}])
    spent = spent_on(sent, 700, calling)
    assert spent.is_estimated
    assert spent.input_tokens == message_tokens(sent[0]) + 700 >= 700 + 14
    assert spent.output_tokens >= 8
    counted = AIMessage("x", usage_metadata={"input_tokens": 5, "output_tokens": 6, "total_tokens": 11})
    assert spent_on(sent, 700, counted) == Spent(5, 6, is_estimated=False)


def turn(number: int, answer: str = "Answered.") -> list[BaseMessage]:
    """A whole turn with one call, its result and an answer."""
    call = {"name": "session_now", "args": {}, "id": f"call-{number}"}
    return [
        HumanMessage(f"Question {number}"),
        AIMessage("", tool_calls=[call], id=f"ai-{number}"),
        ToolMessage('{"tool":"session_now"}', tool_call_id=f"call-{number}"),
        AIMessage(answer),
    ]


def said(messages: list[BaseMessage]) -> list[str]:
    return [message.text for message in messages if isinstance(message, HumanMessage)]


def test_the_oldest_turns_are_dropped_whole() -> None:
    conversation = [message for number in range(6) for message in turn(number)]
    room = sum(map(message_tokens, conversation[-8:]))
    kept = window(conversation, room)
    assert said(kept) == ["Question 4", "Question 5"]
    assert len(kept) == 8
    assert said(window(conversation, room - 1)) == ["Question 5"]
    assert said(window(conversation)) == [f"Question {number}" for number in range(6)]


def test_the_turn_under_way_is_sent_however_long_it_is() -> None:
    assert len(window([*turn(1), *turn(2, "long " * 1000)], 10)) == 4


def test_a_call_never_goes_without_its_result() -> None:
    half_done = turn(1)[:2]
    assert [type(one) for one in window([*half_done, *turn(2)])] == [HumanMessage, *map(type, turn(2))]
    two_calls = AIMessage(
        "Let me look.", tool_calls=[{"name": "a", "args": {}, "id": "1"}, {"name": "b", "args": {}, "id": "2"}]
    )
    sent = window([HumanMessage("?"), two_calls, ToolMessage("{}", tool_call_id="1"), HumanMessage("Well?")])
    assert [one.text for one in sent] == ["?", "Let me look.", "Well?"]
    assert not any(isinstance(one, ToolMessage) or getattr(one, "tool_calls", []) for one in sent)


def test_a_malformed_call_is_sent_without_arguments_beside_what_was_wrong_with_it() -> None:
    malformed = {"name": "session_now", "args": "{", "id": "1", "error": "no JSON", "type": "invalid_tool_call"}
    called = AIMessage("", invalid_tool_calls=[malformed])
    _, sent, result = window([HumanMessage("?"), called, ToolMessage("Error: no JSON", tool_call_id="1")])
    assert isinstance(sent, AIMessage)
    assert [(one["name"], one["args"], one["id"]) for one in sent.tool_calls] == [("session_now", {}, "1")]
    assert sent.invalid_tool_calls == []
    assert result.text == "Error: no JSON"
