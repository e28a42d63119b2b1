"""The states of threads, in the tables of LangGraph's checkpointer."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from agent.store.pool import Database, translated


class ThreadStates(AsyncPostgresSaver):
    """LangGraph's checkpointer on the service's own pool; made anew for every run, since one does one thing at a time.

    The driver's errors come out as ours, and ``settled`` waits for writes that a cancelled run left behind.
    """

    def __init__(self, database: Database) -> None:
        """Take connections from a database's pool, one for each statement."""
        super().__init__(database.pool)
        self._under_way = 0
        self._is_settled = asyncio.Event()
        self._is_settled.set()

    async def settled(self) -> None:
        """Wait until no write is under way."""
        await self._is_settled.wait()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a state; see the checkpointer's own."""
        async with translated():
            return await super().aget_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """List states, newest first; see the checkpointer's own."""
        async with translated():
            async for state in super().alist(config, filter=filter, before=before, limit=limit):
                yield state

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write a state; see the checkpointer's own."""
        async with self._writing():
            return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what a step has made so far; see the checkpointer's own."""
        async with self._writing():
            await super().aput_writes(config, writes, task_id, task_path)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        self._under_way += 1
        self._is_settled.clear()
        try:
            async with translated():
                yield
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._is_settled.set()


def state_config(
    thread_id: str, checkpoint_id: str | None = None, configurable: Mapping[str, Any] | None = None
) -> RunnableConfig:
    """Return the configuration that names a thread's state: the newest, or the one of a checkpoint."""
    where: dict[str, Any] = {**(configurable or {}), "thread_id": thread_id, "checkpoint_ns": ""}
    if checkpoint_id is not None:
        where["checkpoint_id"] = checkpoint_id
    return {"configurable": where}
