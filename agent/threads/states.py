"""Look at the states of threads, as their assistants left them."""

from typing import Final

from langgraph.types import StateSnapshot
from psycopg.rows import DictRow

from agent.store.pool import Database
from agent.store.thread_runs import unknown_state
from agent.store.threads import ThreadRepository
from agent.threads.assistants import Assistants, Graph
from agent.threads.checkpoints import ThreadStates, state_config
from agent.threads.records import StatesAsked, Thread

_PAGE: Final = 10
"""States that are read at once: each may be as long as its conversation."""


class StateReader:
    """Read states by thread; whose the thread is has been checked before."""

    def __init__(self, database: Database, assistants: Assistants, threads: ThreadRepository) -> None:
        """Take where the states lie, and the graphs that know what they mean."""
        self._database = database
        self._threads = threads
        self._assistants = assistants

    async def state(self, thread: Thread, checkpoint_id: str | None) -> StateSnapshot:
        """Return the newest state, or the one of a checkpoint; empty where nothing ran yet.

        Raises:
            CheckpointNotFound: the thread has no such state.
        """
        config = state_config(thread.thread_id, checkpoint_id)
        state = None if thread.assistant_id is None else await self._graph(thread.assistant_id).aget_state(config)
        if checkpoint_id is not None and (state is None or state.created_at is None):
            raise unknown_state(checkpoint_id)
        return state or StateSnapshot({}, (), config, None, None, None, (), ())

    async def history(self, thread: Thread, asked: StatesAsked, *, owner_id: str) -> list[StateSnapshot]:
        """Return states, newest first; see `Threads.history`."""
        if thread.assistant_id is None:
            return []
        if not asked.with_values:
            rows = await self._threads.states(thread.thread_id, asked, owner_id=owner_id)
            return [_told(thread.thread_id, row) for row in rows]
        return await self._whole(thread.thread_id, self._graph(thread.assistant_id), asked)

    async def _whole(self, thread_id: str, graph: Graph, asked: StatesAsked) -> list[StateSnapshot]:
        found: list[StateSnapshot] = []
        before = asked.before
        while len(found) < asked.limit:
            wanted = min(_PAGE, asked.limit - len(found))
            page = graph.aget_state_history(
                state_config(thread_id, asked.checkpoint_id),
                filter=dict(asked.metadata) if asked.metadata else None,
                before=None if before is None else state_config(thread_id, before),
                limit=wanted,
            )
            states = [state async for state in page]
            found += states
            if len(states) < wanted or asked.checkpoint_id is not None:
                break
            before = id_of_state(states[-1])
        return found

    def _graph(self, assistant_id: str) -> Graph:
        return self._assistants.get(assistant_id).graph(ThreadStates(self._database))


def id_of_state(state: StateSnapshot) -> str | None:
    """Return the id of a state's checkpoint; None of the empty state of a thread nothing ran on."""
    found: str | None = state.config.get("configurable", {}).get("checkpoint_id")
    return found


def _told(thread_id: str, row: DictRow) -> StateSnapshot:
    parent = row["parent_checkpoint_id"]
    return StateSnapshot(
        values={},
        next=(),
        config=state_config(thread_id, row["checkpoint_id"]),
        metadata=row["metadata"],
        created_at=row["created_at"],
        parent_config=None if parent is None else state_config(thread_id, parent),
        tasks=(),
        interrupts=(),
    )
