"""A conversation as the offline model reads it: what was asked, what was called, what came back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.coach.models.context import REPAIR_BEGINS, ConversationContext, read_context

Row = Mapping[str, Any]

_FILLED_IN: Final = frozenset({"run_id"})
"""Arguments the graph adds to a call that left them out."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool to ask, and what."""

    tool: str
    arguments: Mapping[str, Any]

    def is_answered_by(self, asked: "Call") -> bool:
        """Whether another call asked the same, but for what the graph filled in."""
        added = asked.arguments.keys() - self.arguments.keys()
        same = all(asked.arguments.get(name) == value for name, value in self.arguments.items())
        return self.tool == asked.tool and same and added <= _FILLED_IN


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said.

    Attributes:
        call: what it was asked.
        told: the object it answered with; None for a refusal.
        refusal: its sentence, without the leading ``Error: ``; None for an answer.
    """

    call: Call
    told: Row | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation up to now.

    Attributes:
        questions: what the user said, oldest first; the last one is to be answered.
        context: what the prompt says of the moment; None where it says nothing.
        answers: what tools said since the last question, in the order of the calls.
        earlier: what they said before it.
        rounds: how often the model has asked tools since the last question.
        tools: names of those that can be asked now.
        draft: of an answer to the last question that is to be repaired; None where none is.
        repair: what is wrong with the draft.
    """

    questions: tuple[str, ...]
    context: ConversationContext | None
    answers: tuple[Answer, ...]
    earlier: tuple[Answer, ...]
    rounds: int
    tools: frozenset[str]
    draft: str | None = None
    repair: str = ""

    def answer(self, call: Call) -> Answer | None:
        """Return what came of a call in this turn; None before it was made."""
        return next((one for one in self.answers if call.is_answered_by(one.call)), None)

    def told(self, tool: str) -> Row | None:
        """Return the newest object a tool answered with in this turn."""
        return next((one.told for one in reversed(self.answers) if one.call.tool == tool and one.told), None)

    @property
    def refusals(self) -> tuple[Answer, ...]:
        """What tools refused in this turn."""
        return tuple(one for one in self.answers if one.refusal is not None)


def read_conversation(messages: Sequence[BaseMessage], tools: frozenset[str]) -> Conversation:
    """Read the messages a model is given.

    Args:
        messages: as the graph sends them; tool messages stand behind the message that called.
        tools: names of the tools bound.
    """
    repair = messages[-1] if messages else None
    if isinstance(repair, HumanMessage) and repair.text.startswith(REPAIR_BEGINS):
        drafted = read_conversation(messages[:-2], tools)
        return replace(drafted, draft=messages[-2].text if len(messages) > 1 else "", repair=str(repair.text))
    last = max((place for place, one in enumerate(messages) if isinstance(one, HumanMessage)), default=-1)
    before, since = messages[: last + 1], messages[last + 1 :]
    contexts = [read_context(one.text) for one in messages if isinstance(one, SystemMessage)]
    return Conversation(
        questions=tuple(one.text for one in before if isinstance(one, HumanMessage)),
        context=next((one for one in reversed(contexts) if one is not None), None),
        answers=tuple(_answers(since)),
        earlier=tuple(_answers(before)),
        rounds=sum(isinstance(one, AIMessage) and bool(one.tool_calls) for one in since),
        tools=tools,
    )


def _answers(messages: Sequence[BaseMessage]) -> Iterator[Answer]:
    said = {one.tool_call_id: one for one in messages if isinstance(one, ToolMessage)}
    for message in messages:
        if isinstance(message, AIMessage):
            for call in message.tool_calls:
                if (answer := said.get(call["id"] or "")) is not None:
                    yield _read(Call(call["name"], call["args"]), answer.text)


def _read(call: Call, text: str) -> Answer:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if isinstance(told, dict):
        return Answer(call, told, None)
    return Answer(call, None, text.removeprefix("Error: "))
