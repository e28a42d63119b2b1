"""Execute one run: its graph from a thread's state, every part of its stream into the log."""

import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
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
_RESERVED: Final = frozenset(
    {"thread_id", "checkpoint_ns", "checkpoint_id", "checkpoint_map", "run_id", "assistant_id", "graph_id", "owner_id"}
)
_ATTEMPT: Final = 1


@dataclass(frozen=True, slots=True)
class StateLeft:
    """What a run left in its thread: the output state as JSON text, and whether nodes are still to come."""

    values: str | None
    goes_on: bool


class Execution:
    """Execute runs of any assistant."""

    def __init__(self, database: Database, assistants: Assistants) -> None:
        """Take what the runs' states lie in, and what can be run."""
        self._database = database
        self._assistants = assistants

    def states(self) -> ThreadStates:
        """Return a checkpointer of a run's own."""
        return ThreadStates(self._database)

    async def execute(self, owned: OwnedRun, states: ThreadStates, log: RunLog) -> None:
        """Run the graph to its end, or to where it is to stop; every event is committed when this returns.

        Raises:
            Exception: whatever the graph raised.
        """
        run = owned.run
        assistant = self._assistants.get(run.assistant_id)
        graph = assistant.compile(states)
        request = run.request
        await log.append("metadata", to_json({"run_id": run.run_id, "thread_id": run.thread_id, "attempt": _ATTEMPT}))
        with tracing_context(enabled=False):  # an assistant's own callbacks trace, the environment alone never does
            stream: AsyncGenerator[Any, None] = graph.astream(  # type: ignore[assignment]  # declared as an iterator
                None if request.input is None else assistant.read_input(request.input),
                _config(owned, assistant),
                context=assistant.context(owned.owner_id),
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
                    await log.append("|".join((mode, *path)), to_json(payload))
        await log.flushed()

    async def state_left(self, owned: OwnedRun, states: ThreadStates) -> StateLeft:
        """Return the output state a run has left, once its last writes are through.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        await states.settled()
        graph = self._assistants.get(owned.run.assistant_id).compile(states)
        state = await graph.aget_state(state_config(owned.run.thread_id))
        return StateLeft(_output(graph, state.values), bool(state.next))


def check_config(config: Mapping[str, Any]) -> None:
    """Refuse a caller's configuration that cannot be used.

    Raises:
        InvalidParameter: `recursion_limit`, `tags` or `configurable` is of the wrong kind.
    """
    limit = config.get("recursion_limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise _wrong("recursion_limit", "a whole number from 1", limit)
    tags = config.get("tags")
    if tags is not None and not (isinstance(tags, list | tuple) and all(isinstance(tag, str) for tag in tags)):
        raise _wrong("tags", "a list of texts", tags)
    configurable = config.get("configurable")
    if configurable is not None and not isinstance(configurable, Mapping):
        raise _wrong("configurable", "an object", configurable)


def _wrong(field: str, expected: str, got: object) -> InvalidParameter:
    return InvalidParameter(
        f"config.{field} must be {expected}", field=f"config.{field}", expected=expected, got=repr(got)[:60]
    )


def _config(owned: OwnedRun, assistant: Assistant) -> RunnableConfig:
    run, request = owned.run, owned.run.request
    given = request.config
    # The library keeps its own switches under names with two underscores: no caller reaches these.
    configurable = {
        name: value
        for name, value in (given.get("configurable") or {}).items()
        if name not in _RESERVED and not name.startswith(("__", "langgraph_"))
    }
    configurable["run_id"] = run.run_id
    limit = given.get("recursion_limit") or assistant.recursion_limit
    return {
        "tags": list(given.get("tags") or ()),
        "metadata": {
            **request.metadata,
            "run_id": run.run_id,
            "thread_id": run.thread_id,
            "assistant_id": run.assistant_id,
            "graph_id": assistant.graph_id,
        },
        "callbacks": list(assistant.callbacks()),
        "run_id": uuid.UUID(run.run_id),
        "recursion_limit": min(limit, assistant.recursion_limit),
        **state_config(run.thread_id, request.checkpoint_id, configurable),
    }


def _nodes(names: tuple[str, ...]) -> Any:
    return "*" if "*" in names else list(names) or None


def _output(graph: Graph, values: Any) -> str | None:
    if not isinstance(values, Mapping) or not values:
        return None
    names = graph.output_channels
    shown = {name: value for name, value in values.items() if isinstance(names, str) or name in names}
    return to_json(shown)
