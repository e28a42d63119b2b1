"""The part of a conversation that a model is sent: the newest turns, whole, as the protocol wants them."""

from collections.abc import Sequence
from typing import Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolCall, ToolMessage

from agent.coach.budget import message_tokens

WINDOW_TOKENS: Final = 60_000
"""The most tokens of a conversation that are sent, estimated high; the prompt and the tools come on top."""


def window(messages: Sequence[BaseMessage], most_tokens: int = WINDOW_TOKENS) -> list[BaseMessage]:
    """Return the newest turns that fit, the one under way always.

    A turn begins with what the user says. A call whose result never came, because a run was cancelled or failed, is
    left out with the results beside it: a server refuses calls without results. Arguments that were no JSON are sent
    as none; what was wrong with them stands in the result.
    """
    kept: list[list[BaseMessage]] = []
    room = most_tokens
    for turn in reversed(_turns(messages)):
        sendable = _sendable(turn)
        room -= sum(map(message_tokens, sendable))
        if kept and room < 0:
            break
        kept.append(sendable)
    return [message for turn in reversed(kept) for message in turn]


def _turns(messages: Sequence[BaseMessage]) -> list[list[BaseMessage]]:
    turns: list[list[BaseMessage]] = []
    for message in messages:
        if isinstance(message, HumanMessage) or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _sendable(turn: Sequence[BaseMessage]) -> list[BaseMessage]:
    results = {message.tool_call_id: message for message in turn if isinstance(message, ToolMessage)}
    sent: list[BaseMessage] = []
    for message in turn:
        if isinstance(message, AIMessage):
            sent += _with_results(message, results)
        elif not isinstance(message, ToolMessage):
            sent.append(message)
    return sent


def _with_results(message: AIMessage, results: dict[str, ToolMessage]) -> list[BaseMessage]:
    text = str(message.text)
    calls = [
        *message.tool_calls,
        *(ToolCall(name=one["name"] or "", args={}, id=one["id"]) for one in message.invalid_tool_calls),
    ]
    answers = [results[str(call["id"])] for call in calls if str(call["id"]) in results]
    if len(answers) < len(calls):
        calls, answers = [], []
    if not calls and not text:
        return []
    return [AIMessage(content=text, tool_calls=calls), *answers]
