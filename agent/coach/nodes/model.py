"""The node that asks the model: once for every step of a turn."""

import uuid
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.runtime import Runtime

from agent.coach.budget import add_up, check_budget, spent_on
from agent.coach.models.context import REPAIR_BEGINS
from agent.coach.models.reply import read_reply
from agent.coach.models.streams import closing
from agent.coach.stance import prompt
from agent.coach.state import CoachState
from agent.coach.turn import Coach, CoachContext, Speaker
from agent.coach.window import window
from tools.errors import AgentError, StepLimitReached


async def model(state: CoachState, runtime: Runtime[CoachContext]) -> dict[str, Any]:
    """Ask the model, which streams; after the last step it is asked once more, and offered no tools.

    A repair that fails brings the answer back that was to be repaired: what it does not know will be marked.

    Raises:
        BudgetSpent: the thread has used up its tokens or its money; the model is not called.
        ModelUnavailable: it did not answer.
        ModelOutputInvalid: its answer was cut off, or is empty.
        StepLimitReached: it called tools again though none were offered.
    """
    try:
        return await _step(state, runtime.context.coach)
    except AgentError:
        if state["repair"] is None:
            raise
        return {"messages": [AIMessage(state["repair"]["draft"], id=str(uuid.uuid4()))]}


async def _step(state: CoachState, coach: Coach) -> dict[str, Any]:
    check_budget(state["usage"], coach.limits)
    may_call = state["steps"] < coach.limits.steps
    sent = _sent(state)
    reply = read_reply(await _ask(coach.with_tools if may_call else coach.model.chat, sent), _answered_calls(state))
    if not may_call and is_calling(reply):
        raise StepLimitReached(f"after {coach.limits.steps} steps the model still called tools and gave no answer")
    spent = spent_on(sent, coach.offered_tokens if may_call else 0, reply)
    return {
        "messages": [reply],
        "steps": state["steps"] + 1,
        "usage": add_up(state["usage"], spent, coach.model.settings),
    }


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


async def _ask(speaker: Speaker, sent: list[BaseMessage]) -> list[AIMessageChunk]:
    pieces: list[AIMessageChunk] = []
    async with closing(speaker.astream(sent)) as stream:
        async for piece in stream:
            if isinstance(piece, AIMessageChunk):
                pieces.append(piece)
    return pieces
