"""The coach of this service as a subject: real graph, tools, grounding and prompts, over records that lie in memory."""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any, Final

from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langgraph.checkpoint.memory import InMemorySaver

from agent.coach.assistant import most_nodes, new_coach, rule_names
from agent.coach.graph import coach_graph
from agent.coach.input import read_input
from agent.coach.ledger import MemoryLedger
from agent.coach.models.factory import NamedModel, speaking_model
from agent.coach.moment import read_moment
from agent.coach.newest import newest_decision
from agent.coach.toolbox.box import ToolSources, coach_tools
from agent.coach.turn import Coach, CoachContext
from agent.rulebooks import Rulebooks
from agent.settings import CoachLimits, ModelSettings
from evals.cases.case import Conversation, Turn
from evals.subjects.abstention import abstains
from evals.subjects.asked import Asked
from evals.subjects.case_market import CaseCalendar, CaseMarket
from evals.subjects.code import code_digest
from evals.subjects.found import Found, FoundAnswer
from evals.subjects.memory_desk import MemoryDesk
from evals.subjects.memory_runs import MemoryRuns, Walks
from evals.subjects.scripted import NAME as SCRIPTED
from evals.subjects.scripted import ScriptedSpeaker
from tools.errors import IctError

CODE: Final = ("tools", "rulebook", "agent", "evals.subjects")
OFFLINE: Final = "offline"
_ADDRESS: Final = "OPENAI_BASE_URL"
_KEY: Final = "OPENAI_API_KEY"


@dataclass(frozen=True)
class CoachSubject:
    """The coach with one model.

    A model that is named is asked over the network, at ``OPENAI_BASE_URL`` with ``OPENAI_API_KEY``, which are read from
    the environment where it is asked and are sent to nobody else; the offline model needs neither.

    Attributes:
        model: None or ``offline`` for the offline one.
        repeats: how often each conversation is held.
        name: how reports call it.
    """

    model: str | None = None
    repeats: int = 1
    name: str = "coach"

    @property
    def is_deterministic(self) -> bool:
        """Whether the model is the offline one; any other may answer otherwise the next time."""
        return self._is_offline

    @property
    def is_told_amounts(self) -> bool:
        """No: it says what it sees."""
        return False

    def identity(self) -> dict[str, Any]:
        """Return the digest of the code, the model with its address, and the number of repeats."""
        return {
            "subject": self.name,
            "code": code_digest(CODE),
            "model": OFFLINE if self._is_offline else self.model,
            "address": None if self._is_offline else os.environ.get(_ADDRESS),
            "repeats": self.repeats,
        }

    def find(self, asked: Asked) -> Found:
        """Hold a conversation's turns with the coach, each time anew; nothing on a chart.

        Raises:
            DataError: an analysis of the case cannot be made.
            IctError: the walk or the model failed.
        """
        if not isinstance(asked.subject, Conversation):
            return Found()
        return Found(answers=asyncio.run(self._all_held(asked.id, asked.subject)))

    @property
    def _is_offline(self) -> bool:
        return self.model in (None, OFFLINE)

    async def _all_held(self, owner_id: str, conversation: Conversation) -> tuple[tuple[FoundAnswer, ...], ...]:
        model = speaking_model(self._settings())
        try:
            return tuple([await _held(owner_id, conversation, model) for _ in range(self.repeats)])
        finally:
            await model.close()

    def _settings(self) -> ModelSettings | None:
        if self._is_offline or self.model is None:
            return None
        return ModelSettings(self.model, base_url=os.environ.get(_ADDRESS), api_key=os.environ.get(_KEY))


@dataclass(slots=True)
class _Moment:
    """A clock that stands where it is put, UTC epoch seconds."""

    at: int

    def __call__(self) -> int:
        return self.at


@dataclass(slots=True)
class _Sent(AsyncCallbackHandler):
    """Keeps what a model is sent, each message once and in order, without ids."""

    messages: dict[str, None] = field(default_factory=dict)

    async def on_chat_model_start(self, serialized: Any, messages: list[list[BaseMessage]], **kwargs: Any) -> None:
        """Keep the messages of one call."""
        self.messages.update({_written(one): None for call in messages for one in call})


async def _held(owner_id: str, conversation: Conversation, model: NamedModel) -> tuple[FoundAnswer, ...]:
    """Record the analyses, then ask every question in one thread."""
    sources = await recorded(owner_id, conversation)
    graph, coach = coach_graph(InMemorySaver()), _coach(model, sources)
    answers = []
    for turn in conversation.turns:
        context, sent = CoachContext(_speaking(coach, turn), owner_id), _Sent()
        config: Any = {
            "configurable": {"thread_id": owner_id},
            "recursion_limit": most_nodes(coach.limits),
            "callbacks": [sent],
        }
        given: Any = read_input({"messages": [{"type": "human", "content": turn.question}]})
        stream = graph.astream(given, config, context=context, stream_mode="custom")
        answers.append(_answer([event async for event in stream], sent))
    return tuple(answers)


async def recorded(owner_id: str, conversation: Conversation) -> ToolSources:
    """Return what the coach's tools read from, with every analysis of a conversation recorded as its clock stood then.

    Args:
        owner_id: whose decisions; the ids of the runs follow from it.
        conversation: its analyses are recorded in order, and then the clock stands at its `now`.

    Raises:
        DataError: an analysis cannot be made.
        NodeFailed: a walk does not come to a decision.
    """
    clock, rulebooks = _Moment(conversation.now), _rulebooks()
    calendar = CaseCalendar(conversation.analyses)
    desk = MemoryDesk(rulebooks, calendar, clock)
    runs = MemoryRuns(desk, _walks(), clock, owner_id=owner_id)
    for chart in conversation.analyses:
        clock.at = chart.as_of
        desk.set_mode(chart.mode)
        await runs.analyze(chart.request(), owner_id=owner_id)
    clock.at = conversation.now
    return ToolSources(runs, desk, rulebooks, CaseMarket(conversation.analyses, clock), calendar, clock)


def _coach(model: NamedModel, sources: ToolSources) -> Coach:
    """Return a coach over some sources; what the offline model is offered is written once for all of them."""
    made = _offline_coach() if model.is_offline else _new_coach(model, sources)
    return replace(made, **_reading(sources), clock=sources.clock, ledger=MemoryLedger())


@cache
def _offline_coach() -> Coach:
    clock, rulebooks, calendar = _Moment(0), _rulebooks(), CaseCalendar(())
    desk = MemoryDesk(rulebooks, calendar, clock)
    runs = MemoryRuns(desk, _walks(), clock, owner_id="")
    nothing = ToolSources(runs, desk, rulebooks, CaseMarket((), clock), calendar, clock)
    return _new_coach(speaking_model(None), nothing)


def _speaking(coach: Coach, turn: Turn) -> Coach:
    """Return the coach with who speaks in a turn: the model of the run, or one that says what the case has it say."""
    if turn.says is None:
        return coach
    speaker = ScriptedSpeaker(text=turn.says, tools=turn.tools)
    return replace(coach, model=NamedModel(speaker, SCRIPTED, True, None), with_tools=speaker)


def _new_coach(model: NamedModel, sources: ToolSources) -> Coach:
    known_rules = rule_names(sources.rulebooks)
    return new_coach(model, CoachLimits(), **_reading(sources), known_rules=known_rules, clock=sources.clock)


def _reading(sources: ToolSources) -> dict[str, Any]:
    return {
        "tools": partial(coach_tools, sources),
        "moment": partial(read_moment, sources),
        "newest": partial(newest_decision, sources),
    }


def _answer(events: Sequence[Any], sent: _Sent) -> FoundAnswer:
    completed = next((event for event in events if event["type"] == "message.completed"), None)
    if completed is None:
        raise IctError("the coach's turn ended without an answer")
    return FoundAnswer(
        text=completed["response"],
        tools=tuple(event["name"] for event in events if event["type"] == "tool.called"),
        told="\n\n".join(sent.messages),
        is_grounded=completed["grounded"],
        abstained=abstains(completed["response"]),
    )


def _written(message: BaseMessage) -> str:
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    called = [json.dumps([call["name"], call["args"]], sort_keys=True) for call in calls]
    return "\n".join([f"{message.type}: {message.text}", *called])


@cache
def _rulebooks() -> Rulebooks:
    return Rulebooks()


@cache
def _walks() -> Walks:
    return Walks()
