"""The node that asks the model: once for every step of a turn."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any, Final

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.runtime import Runtime

from agent.coach.budget import check_budget
from agent.coach.models.context import REPAIR_BEGINS
from agent.coach.models.reply import read_reply
from agent.coach.models.streams import closing
from agent.coach.purse import Purse, open_purse
from agent.coach.stance import prompt
from agent.coach.state import CoachState, write_draft
from agent.coach.turn import Coach, CoachContext, Speaker, thread_of
from agent.coach.window import window
from tools.errors import AgentError, StepLimitReached

_CALL_STEPS: Final = 4
"""Of the run: this node, the tools, this node again, and the check of its answer."""


async def model(state: CoachState, runtime: Runtime[CoachContext]) -> dict[str, Any]:
    """Ask the model, which streams; after the last step it is asked once more, and offered no tools.

    What it says is a draft. A repair that fails brings the answer back that was to be repaired: what it does not know
    will be marked.

    Raises:
        BudgetSpent: the thread has used up its tokens or its money; the model is not called.
        ModelUnavailable: it did not answer.
        ModelOutputInvalid: its answer was cut off, or is empty.
        StepLimitReached: it called tools again though none were offered.
        StoreUnavailable: the database did not answer.
    """
    coach = runtime.context.coach
    purse = await open_purse(coach, thread_of(runtime), runtime.context.owner_id, state["spending"])
    try:
        reply = await _step(state, coach, purse)
    except AgentError:
        if state["repair"] is None:
            raise
        reply = AIMessage(state["repair"]["draft"], id=str(uuid.uuid4()))
    return {"draft": write_draft(reply), "steps": state["steps"] + 1, "spending": purse.usage}


async def _step(state: CoachState, coach: Coach, purse: Purse) -> AIMessage:
    check_budget(purse.usage, coach.limits)
    may_call = state["steps"] < coach.limits.steps and state["remaining_steps"] >= _CALL_STEPS
    speaker, offered = (coach.with_tools, coach.offered_tokens) if may_call else (coach.model.chat, 0)
    pieces = await _ask(speaker, _sent(state), offered, purse)
    reply = read_reply(pieces, _answered_calls(state))
    if not may_call and is_calling(reply):
        raise StepLimitReached(f"after {state['steps']} steps the model still called tools and gave no answer")
    return reply


def is_calling(message: BaseMessage) -> bool:
    """Tell whether a message calls tools, well or badly."""
    return isinstance(message, AIMessage) and bool(message.tool_calls or message.invalid_tool_calls)


def _sent(state: CoachState) -> list[BaseMessage]:
    sent: list[BaseMessage] = [SystemMessage(prompt(state["phase"], state["mode"], state["context"]))]
    sent += window(state["messages"])
    repair = state["repair"]
    if repair is not None:  # from the grounding node to the model alone: the thread keeps neither
        sent += [AIMessage(repair["draft"]), HumanMessage(REPAIR_BEGINS + repair["request"])]
    return sent


def _answered_calls(state: CoachState) -> set[str]:
    return {message.tool_call_id for message in state["messages"] if isinstance(message, ToolMessage)}


async def _ask(
    speaker: Speaker, sent: Sequence[BaseMessage], offered_tokens: int, purse: Purse
) -> list[AIMessageChunk]:
    """Return every piece of the answer, and pay for it; one that was cut is paid as far as it came."""
    pieces: list[AIMessageChunk] = []
    try:
        async with closing(speaker.astream(list(sent))) as stream:
            async for piece in stream:
                if isinstance(piece, AIMessageChunk):
                    pieces.append(piece)
    except asyncio.CancelledError:  # who hangs up pays for what was read by then
        await purse.pay(sent, offered_tokens, pieces)
        raise
    except AgentError:
        if pieces:
            await purse.pay(sent, offered_tokens, pieces)
        raise
    await purse.pay(sent, offered_tokens, pieces)
    return pieces
