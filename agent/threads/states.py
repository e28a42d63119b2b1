"""Look at the states of threads, as their assistants left them."""

from collections.abc import Mapping
from typing import Any

from langgraph.types import StateSnapshot

from agent.store.pool import Database
from agent.threads.assistants import Assistants, Graph
from agent.threads.checkpoints import ThreadStates, state_config
from agent.threads.records import Thread
from tools.errors import CheckpointNotFound


class StateReader:
    """Read states by thread; whose the thread is has been checked before."""

    def __init__(self, database: Database, assistants: Assistants) -> None:
        """Take where the states lie, and the graphs that know what they mean."""
        self._database = database
        self._assistants = assistants

    async def state(self, thread: Thread, checkpoint_id: str | None) -> StateSnapshot:
        """Return the newest state, or the one of a checkpoint; empty where nothing ran yet.

        Raises:
            CheckpointNotFound: the thread has no such state.
        """
        config = state_config(thread.thread_id, checkpoint_id)
        state = None if thread.assistant_id is None else await self._graph(thread.assistant_id).aget_state(config)
        if checkpoint_id is not None and (state is None or state.created_at is None):
            raise _unknown(checkpoint_id)
        return state or StateSnapshot({}, (), config, None, None, None, (), ())

    async def history(
        self,
        thread: Thread,
        *,
        limit: int,
        before: str | None,
        checkpoint_id: str | None,
        metadata: Mapping[str, Any] | None,
    ) -> list[StateSnapshot]:
        """Return states, newest first; see `Threads.history`."""
        if thread.assistant_id is None:
            return []
        states = self._graph(thread.assistant_id).aget_state_history(
            state_config(thread.thread_id, checkpoint_id),
            filter=dict(metadata) if metadata else None,
            before=None if before is None else state_config(thread.thread_id, before),
            limit=limit,
        )
        return [state async for state in states]

    async def require(self, thread_id: str, checkpoint_id: str) -> None:
        """Refuse to start from a state that is not there.

        Raises:
            CheckpointNotFound: the thread has no such state.
        """
        if await ThreadStates(self._database).aget_tuple(state_config(thread_id, checkpoint_id)) is None:
            raise _unknown(checkpoint_id)

    def _graph(self, assistant_id: str) -> Graph:
        return self._assistants.get(assistant_id).compile(ThreadStates(self._database))


def _unknown(checkpoint_id: str) -> CheckpointNotFound:
    return CheckpointNotFound(f"the thread has no state {checkpoint_id[:60]!r}")
