"""What the nodes of a turn read from; none of it enters the state."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime

from agent.coach.grounding.decided import Decided
from agent.coach.ledger import Ledger
from agent.coach.models.context import ConversationContext
from agent.coach.models.factory import NamedModel
from agent.settings import CoachLimits

Speaker = Runnable[LanguageModelInput, AIMessage]


class Tools(Protocol):
    """Makes the tools of an owner."""

    def __call__(self, *, owner_id: str) -> Sequence[BaseTool]:
        """Return them; made for one turn."""


class Newest(Protocol):
    """Reads an owner's newest decision on a market."""

    def __call__(self, owner_id: str, symbol: str) -> Awaitable[Decided | None]:
        """Return it, None where there is none."""


class Moment(Protocol):
    """Reads the moment at which a turn begins."""

    def __call__(self, owner_id: str, run_id: str | None, symbol: str | None) -> Awaitable[ConversationContext]:
        """Return it for an owner, the run and the market the conversation is about."""


@dataclass(frozen=True, slots=True)
class Coach:
    """What every turn of every owner shares.

    Attributes:
        model: who speaks.
        with_tools: the same, with every tool offered.
        offered_tokens: the most tokens that the offer takes.
        limits: how far a conversation may go.
        tools: makes the tools of an owner.
        moment: reads the moment a turn begins at.
        newest: reads an owner's newest decision on a market.
        known_rules: names of the rules by id.
        clock: UTC epoch seconds.
        ledger: where the threads' spending is counted.
    """

    model: NamedModel
    with_tools: Speaker
    offered_tokens: int
    limits: CoachLimits
    tools: Tools
    moment: Moment
    newest: Newest
    known_rules: Mapping[str, str]
    clock: Callable[[], int]
    ledger: Ledger


@dataclass(frozen=True)
class CoachContext:
    """What one run reads from: the coach, for one owner."""

    coach: Coach = field(repr=False)
    owner_id: str = field(repr=False)

    @cached_property
    def tools(self) -> dict[str, BaseTool]:
        """The owner's tools by name; made when the first is called."""
        return {tool.name: tool for tool in self.coach.tools(owner_id=self.owner_id)}


def thread_of(runtime: Runtime[CoachContext]) -> str:
    """Return the thread a run is on; without a checkpointer there is one, and it has no name."""
    info = runtime.execution_info
    return (None if info is None else info.thread_id) or ""
