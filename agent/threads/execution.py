"""Execute one run: its graph from a thread's state, every part of its stream into the log."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
from langgraph.errors import EmptyInputError
from langgraph.types import StreamMode
from langsmith import tracing_context

from agent.store.pool import Database
from agent.store.thread_runs import OwnedRun
from agent.threads.assistants import Assistant, Assistants, Graph
from agent.threads.checkpoints import ThreadStates, state_config
from agent.threads.documents import to_json
from agent.threads.event_log import RunLog
from agent.threads.records import StreamMode as AskedMode
from tools.errors import InvalidParameter

_MODES: Final[Mapping[AskedMode, StreamMode]] = {
    "values": "values",
    "updates": "updates",
    "messages-tuple": "messages",
    "custom": "custom",
    "tasks": "tasks",
    "checkpoints": "checkpoints",
    "debug": "debug",
}
_ATTEMPT: Final = 1


@dataclass(frozen=True, slots=True)
class StateLeft:
    """What a run left in its thread.

    Attributes:
        values: the output state as JSON text; None where there is none.
        goes_on: whether nodes are still to come.
        grounded: what the state says under that name of the answer in it; None where it says nothing.
    """

    values: str | None
    goes_on: bool
    grounded: bool | None = None


class Execution:
    """Execute runs of any assistant."""

    def __init__(self, database: Database, assistants: Assistants) -> None:
        """Take what the runs' states lie in, and what can be run."""
        self._database = database
        self._assistants = assistants
        self._under_way: dict[str, tuple[Assistant, Any]] = {}

    def states(self) -> ThreadStates:
        """Return a checkpointer of a run's own."""
        return ThreadStates(self._database)

    async def execute(
        self, owned: OwnedRun, states: ThreadStates, log: RunLog, given: dict[str, Any] | None = None
    ) -> None:
        """Run the graph to its end, or to where it is to stop; every event is committed when this returns.

        Args:
            owned: the run.
            states: its checkpointer.
            log: where its events go.
            given: what the graph is given, where its input was read already.

        Raises:
            InvalidParameter: it was given no input, and its thread has nothing to go on with.
            Exception: whatever the graph raised.
        """
        assistant = self._assistants.get(owned.run.assistant_id)
        context = assistant.context(owned.owner_id)
        self._under_way[owned.run.run_id] = (assistant, context)
        try:
            if given is None and owned.run.request.input is not None:
                given = await asyncio.to_thread(assistant.read_input, owned.run.request.input)
            await self._stream(owned, assistant, context, states, log, given)
        except EmptyInputError as error:
            raise InvalidParameter(
                "the run was given no input, and its thread has nothing to go on with",
                field="input", expected="the assistant's input", got="null",
            ) from error  # fmt: skip
        finally:
            del self._under_way[owned.run.run_id]
        await log.flushed()

    def let_go(self, run_id: str) -> None:
        """Tell a run that is about to be stopped, though nobody asked for it, that what it started may go on."""
        if (found := self._under_way.get(run_id)) is not None:
            assistant, context = found
            assistant.let_go(context)

    async def _stream(
        self,
        owned: OwnedRun,
        assistant: Assistant,
        context: Any,
        states: ThreadStates,
        log: RunLog,
        given: dict[str, Any] | None,
    ) -> None:
        run = owned.run
        graph = assistant.graph(states)
        request = run.request
        await log.append("metadata", to_json({"run_id": run.run_id, "thread_id": run.thread_id, "attempt": _ATTEMPT}))
        with tracing_context(enabled=False):  # an assistant's own callbacks trace, the environment alone never does
            stream: AsyncGenerator[Any, None] = graph.astream(  # type: ignore[assignment]  # declared as an iterator
                given,
                _config(owned, assistant),
                context=context,
                stream_mode=[_MODES[mode] for mode in request.stream_modes],
                output_keys=graph.output_channels,
                interrupt_before=_nodes(request.interrupt_before),
                interrupt_after=_nodes(request.interrupt_after),
                subgraphs=request.stream_subgraphs,
                durability="async",
            )
            async with aclosing(stream) as parts:
                async for *namespace, mode, payload in parts:
                    path = namespace[0] if namespace else ()
                    await log.append("|".join((mode, *path)), to_json(_shown(mode, payload, graph)))

    async def state_left(self, owned: OwnedRun, states: ThreadStates) -> StateLeft:
        """Return the output state a run has left, once its last writes are through.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        await states.settled()
        graph = self._assistants.get(owned.run.assistant_id).graph(states)
        state = await graph.aget_state(state_config(owned.run.thread_id))
        left = _output(graph, state.values)
        if left is None:
            return StateLeft(None, bool(state.next))
        return StateLeft(to_json(left), bool(state.next), left.get("grounded"))


def _config(owned: OwnedRun, assistant: Assistant) -> RunnableConfig:
    """Return what the library is told: all of it but `callbacks` stands in every state and beside every message.

    So nothing of the caller's is in it but tags, and none of the library's switches can be reached by a caller.
    """
    run, request = owned.run, owned.run.request
    given = request.config
    limit = given.get("recursion_limit") or assistant.recursion_limit
    return {
        "tags": list(given.get("tags") or ()),
        "metadata": {
            "run_id": run.run_id,
            "thread_id": run.thread_id,
            "assistant_id": run.assistant_id,
            "graph_id": assistant.graph_id,
        },
        "callbacks": list(assistant.callbacks()),
        "run_id": uuid.UUID(run.run_id),
        "recursion_limit": limit,
        **state_config(run.thread_id, request.checkpoint_id, {"run_id": run.run_id}),
    }


def _nodes(names: tuple[str, ...]) -> Any:
    return "*" if "*" in names else list(names) or None


def _shown(mode: str, payload: Any, graph: Graph) -> Any:
    """Return a part of the stream with a node's input cut to the output: LangGraph shows the whole state there."""
    if mode == "debug" and isinstance(payload, Mapping):
        return {**payload, "payload": _shown("tasks", payload.get("payload"), graph)}
    if mode == "tasks" and isinstance(payload, Mapping) and "input" in payload:
        return {**payload, "input": _output(graph, payload["input"])}
    return payload


def _output(graph: Graph, values: Any) -> dict[str, Any] | None:
    if not isinstance(values, Mapping) or not values:
        return None
    names = graph.output_channels
    return {name: value for name, value in values.items() if isinstance(names, str) or name in names}
