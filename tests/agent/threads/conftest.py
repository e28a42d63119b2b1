"""Threads on a database of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Protocol

import pytest

from agent.runs.wakeups import InMemoryWakeups, Wakeups
from agent.store.pool import Database
from agent.threads.assistants import Assistants
from agent.threads.service import Threads
from tests.agent.threads.graphs import Gate, every


class OpenThreads(Protocol):
    """Open a worker of its own on the test's database."""

    def __call__(
        self,
        assistants: Assistants | Gate | None = None,
        *,
        wakeups: Wakeups | None = None,
        concurrent_threads: int = 256,
        poll_interval_s: float = 60.0,
        stateless_kept_s: float = 60.0,
        kept_states: int = 200,
        takes_up_orphans: bool = True,
    ) -> Awaitable[Threads]: ...


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give an open database."""
    database = Database(database_url, size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def open_threads(database: Database) -> AsyncIterator[OpenThreads]:
    """Give a way to open workers that sweep only when told to; all are closed at the end, and leave no task behind."""
    before = asyncio.all_tasks()
    async with AsyncExitStack() as stack:

        async def open_one(
            assistants: Assistants | Gate | None = None,
            *,
            wakeups: Wakeups | None = None,
            concurrent_threads: int = 256,
            poll_interval_s: float = 60.0,
            stateless_kept_s: float = 60.0,
            kept_states: int = 200,
            takes_up_orphans: bool = True,
        ) -> Threads:
            threads = Threads(
                database,
                wakeups or InMemoryWakeups(),
                assistants if isinstance(assistants, Assistants) else every(assistants),
                concurrent_threads=concurrent_threads,
                sweep_interval_s=3600.0,
                poll_interval_s=poll_interval_s,
                stateless_kept_s=stateless_kept_s,
                kept_states=kept_states,
            )
            stack.push_async_callback(threads.close, grace_s=0.0)
            await threads.open(takes_up_orphans=takes_up_orphans)
            return threads

        yield open_one
    left = {task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()}
    assert not {task.get_name() for task in left if "thread" in task.get_name()}


EndWorkers = Callable[[], Awaitable[None]]


@pytest.fixture
def end_sessions(database: Database) -> EndWorkers:
    """Give a way to make every worker look dead: its locks' sessions are ended by the server."""

    async def end() -> None:
        await database.run(
            b"SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
            b"WHERE locktype = 'advisory' "
            b"AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            {},
        )

    return end
