"""What a conversation may cost, and what it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata

from agent.coach.state import Usage
from agent.coach.toolbox.compact import tokens_at_most
from agent.settings import CoachLimits, ModelSettings
from agent.threads.records import Spending
from tools.errors import BudgetSpent

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Spent:
    """The tokens of one call of the model; estimated where the server gave no count."""

    input_tokens: int
    output_tokens: int
    is_estimated: bool


def new_turn(before: Spending) -> Usage:
    """Return the usage a turn begins with: nothing yet, on top of what the thread has used."""
    return Usage(
        input_tokens=0,
        output_tokens=0,
        cost_usd=None,
        is_estimated=False,
        thread_tokens=before.tokens,
        thread_cost_usd=before.cost_usd,
    )


def of_thread(usage: Usage, total: Spending) -> Usage:
    """Return the usage with what the thread has used by now: a fork's state tells only of its own past."""
    return {**usage, "thread_tokens": total.tokens, "thread_cost_usd": total.cost_usd}


def check_budget(usage: Usage, limits: CoachLimits) -> None:
    """Let a call of the model pass, or refuse it.

    Raises:
        BudgetSpent: the thread has used up its tokens or its money.
    """
    if usage["thread_tokens"] >= limits.thread_tokens:
        raise BudgetSpent(
            f"this thread has used {usage['thread_tokens']} tokens of {limits.thread_tokens}: start a new one"
        )
    cost = usage["thread_cost_usd"]
    if limits.thread_cost is not None and cost is not None and cost >= limits.thread_cost:
        raise BudgetSpent(f"this thread has cost {cost:.4f} US dollars of {limits.thread_cost:g}: start a new one")


def check_turns(messages: Sequence[BaseMessage], limits: CoachLimits) -> None:
    """Let a turn begin, or refuse it: a model that counts no tokens must not let a thread grow without end either.

    Raises:
        BudgetSpent: the thread holds more questions than it may.
    """
    asked = sum(isinstance(message, HumanMessage) for message in messages)
    if asked > limits.turns:
        raise BudgetSpent(f"this thread holds {limits.turns} questions, as many as it may: start a new one")


def spent_on(sent: Sequence[BaseMessage], offered_tokens: int, reply: AIMessage) -> Spent:
    """Return what a call used: as the server counted, else estimated, rather too much than too little.

    Args:
        sent: the messages the model was given.
        offered_tokens: the most tokens that the tools offered beside them take.
        reply: what came back.
    """
    counted: UsageMetadata | None = reply.usage_metadata
    if counted is not None:
        return Spent(counted["input_tokens"], counted["output_tokens"], is_estimated=False)
    return Spent(sum(map(message_tokens, sent)) + offered_tokens, message_tokens(reply), is_estimated=True)


def message_tokens(message: BaseMessage) -> int:
    """Return a number of tokens that a message hardly exceeds, its calls included."""
    calls = [*message.tool_calls, *message.invalid_tool_calls] if isinstance(message, AIMessage) else []
    return tokens_at_most(str(message.text)) + sum(tokens_at_most(f"{call['name']}{call['args']}") for call in calls)


def price(spent: Spent, settings: ModelSettings | None) -> Spending:
    """Return what a call cost."""
    return Spending(spent.input_tokens + spent.output_tokens, _cost(spent, settings))


def add_up(usage: Usage, spent: Spent, settings: ModelSettings | None, total: Spending) -> Usage:
    """Return the usage after one more call, with which the thread has used ``total``."""
    return Usage(
        input_tokens=usage["input_tokens"] + spent.input_tokens,
        output_tokens=usage["output_tokens"] + spent.output_tokens,
        cost_usd=_sum(usage["cost_usd"], _cost(spent, settings)),
        is_estimated=usage["is_estimated"] or spent.is_estimated,
        thread_tokens=total.tokens,
        thread_cost_usd=total.cost_usd,
    )


def _cost(spent: Spent, settings: ModelSettings | None) -> float | None:
    if settings is None or (settings.input_cost is None and settings.output_cost is None):
        return None
    paid_in, paid_out = settings.input_cost or 0.0, settings.output_cost or 0.0
    return (spent.input_tokens * paid_in + spent.output_tokens * paid_out) / _MILLION


def _sum(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other
