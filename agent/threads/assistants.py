"""What a thread can be run with: a compiled graph under a name, and what each of its runs is given."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from langchain_core.callbacks import BaseCallbackHandler
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph

from tools.errors import AssistantNotFound

Graph = CompiledStateGraph[Any, Any, Any, Any]
_NAMESPACE: Final = uuid.UUID("8c0a1f7e-5d0b-4c55-9a53-6e2d2c1a7b10")


def _nothing(_: Any) -> None:
    """Let a run go that started nothing elsewhere."""


@dataclass(frozen=True, slots=True)
class Assistant:
    """An assistant of the service; there is one for each graph.

    Attributes:
        graph_id: its name on the wire: ``analysis`` or ``coach``.
        name: what people call it.
        description: one sentence.
        compile: gives the graph with a checkpointer; cheap, since it is called for every run and every look at a state.
        context: gives what the nodes of one run read from, for an owner; it never enters the state.
        read_input: checks a caller's input and returns what the graph is given; raises a `DataError`.
        title: makes a thread's title of a run's input; None where the input says nothing.
        callbacks: what is told of a run's steps (traces); makes them anew for every run.
        recursion_limit: the most steps of one run.
        least_recursion_limit: the fewest that a caller may allow, so that a run can come to an end.
        let_go: told what the nodes of a run read from, before that run is stopped for another reason than that somebody
            asked: its worker ends, or is no longer its worker. What the run started elsewhere may go on then.
    """

    graph_id: str
    name: str
    description: str
    compile: Callable[[BaseCheckpointSaver[Any] | None], Graph]
    context: Callable[[str], Any]
    read_input: Callable[[Mapping[str, Any]], dict[str, Any]]
    title: Callable[[Mapping[str, Any]], str | None]
    callbacks: Callable[[], Sequence[BaseCallbackHandler]] = tuple
    recursion_limit: int = 50
    least_recursion_limit: int = 1
    let_go: Callable[[Any], None] = _nothing

    def graph(self, states: BaseCheckpointSaver[Any] | None) -> Graph:
        """Return the graph over a checkpointer, with a state of which its output alone is shown.

        What its nodes keep to themselves is in the checkpoints, but in no state that is looked at, no result of a task
        and no event.
        """
        graph = self.compile(states)
        return graph.copy({"stream_channels": graph.output_channels})

    @property
    def assistant_id(self) -> str:
        """A UUID that is the same on every machine."""
        return str(uuid.uuid5(_NAMESPACE, self.graph_id))


class Assistants:
    """The assistants of the service, by id and by name."""

    def __init__(self, assistants: Sequence[Assistant]) -> None:
        """Keep them in this order."""
        self.all: Final = tuple(assistants)

    def get(self, named: str) -> Assistant:
        """Return an assistant by its id or its graph's name.

        Raises:
            AssistantNotFound: there is none.
        """
        for assistant in self.all:
            if named in {assistant.assistant_id, assistant.graph_id}:
                return assistant
        known = ", ".join(assistant.graph_id for assistant in self.all)
        raise AssistantNotFound(f"there is no assistant {named[:60]!r}; there are {known}")
