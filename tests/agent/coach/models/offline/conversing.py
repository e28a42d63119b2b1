"""Conversations with the offline model over the real toolbox: what it asks, what it says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from agent.coach.models.context import ConversationContext, write_context
from agent.coach.models.offline.model import OfflineModel
from agent.coach.state import Evidence
from tests.agent.coach.toolbox.box import ME, Box

MOST_CALLS_OF_MODEL: Final = 4


@dataclass
class Turn:
    """What one question came to."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    said: str = ""
    calls_of_model: int = 0

    @property
    def tools(self) -> list[str]:
        return [name for name, _ in self.asked]


@dataclass
class Conversation:
    """A thread as the coach's graph keeps it: the messages, and the tools' answers as evidence."""

    box: Box
    context: ConversationContext | None = None
    only: frozenset[str] | None = None
    owner_id: str = ME
    messages: list[BaseMessage] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def ask(self, question: str) -> Turn:
        """Ask, let the model call until it speaks, and give what it said."""
        return self.box.portal.call(self._ask, question)

    @property
    def questions(self) -> list[str]:
        return [message.text for message in self.messages if isinstance(message, HumanMessage)]

    def tools(self) -> list[BaseTool]:
        tools = self.box.tools(self.owner_id)
        return [tool for name, tool in tools.items() if self.only is None or name in self.only]

    async def _ask(self, question: str) -> Turn:
        turn = Turn()
        self.messages.append(HumanMessage(question, id=f"human-{len(self.messages)}"))
        tools = {tool.name: tool for tool in self.tools()}
        model = OfflineModel().bind_tools(list(tools.values()))
        while True:
            answer = await model.ainvoke([*prompt(self.context), *self.messages])
            turn.calls_of_model += 1
            assert turn.calls_of_model <= MOST_CALLS_OF_MODEL, turn.asked
            self.messages.append(answer)
            if not answer.tool_calls:
                turn.said = answer.text
                return turn
            for call in answer.tool_calls:
                asked = (call["name"], call["args"])
                assert asked not in turn.asked, f"asked twice: {asked}"
                turn.asked.append(asked)
                told = await tools[call["name"]].ainvoke({**call, "type": "tool_call"})
                assert isinstance(told, ToolMessage)
                self.messages.append(told)
                self.evidence.append(
                    Evidence(call_id=call["id"] or "", tool=call["name"], arguments=call["args"], answer=told.text)
                )


def prompt(context: ConversationContext | None) -> list[BaseMessage]:
    """The system message the graph puts first."""
    return [] if context is None else [SystemMessage("You are the coach.\n" + write_context(context))]


def speak(messages: Sequence[BaseMessage], *tools: str) -> AIMessage:
    """What the model answers to messages, with tools of these names bound."""
    return bound(*tools).invoke(list(messages))


def bound(*tools: str) -> Runnable[Any, AIMessage]:
    """The model with tools of these names bound."""
    return OfflineModel().bind_tools(
        [
            {"type": "function", "function": {"name": name, "description": name, "parameters": {"type": "object"}}}
            for name in tools
        ]
    )


def called(number: int, tool: str, answer: object, **arguments: Any) -> list[BaseMessage]:
    """A call and its answer, as a graph keeps them; a text is the answer as it is."""
    content = answer if isinstance(answer, str) else json.dumps(answer)
    call = {"name": tool, "args": arguments, "id": f"call-{number}", "type": "tool_call"}
    return [AIMessage("", tool_calls=[call]), ToolMessage(content, tool_call_id=f"call-{number}", name=tool)]
