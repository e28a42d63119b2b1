"""Runs on a database of the test's own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Protocol

import pytest

from agent.runs.preparation import AsGiven
from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups, Wakeups
from agent.runs.walk_port import Walk
from agent.store.pool import Database
from rulebook.loader import Rulebook
from tests.agent.runs.scripted_walk import EMPTY_RULEBOOK


class OpenRuns(Protocol):
    """Open a worker of its own on the test's database."""

    def __call__(
        self,
        walk: Walk,
        *,
        wakeups: Wakeups | None = None,
        rulebook: Rulebook = EMPTY_RULEBOOK,
        concurrent_runs: int = 4,
        poll_interval_s: float = 60.0,
    ) -> Awaitable[Runs]: ...


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give an open database."""
    database = Database(database_url, size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def open_runs(database: Database) -> AsyncIterator[OpenRuns]:
    """Give a way to open workers that look for orphans only when told to; all are closed at the end."""
    async with AsyncExitStack() as stack:

        async def open_one(
            walk: Walk,
            *,
            wakeups: Wakeups | None = None,
            rulebook: Rulebook = EMPTY_RULEBOOK,
            concurrent_runs: int = 4,
            poll_interval_s: float = 60.0,
        ) -> Runs:
            runs = Runs(
                database,
                wakeups or InMemoryWakeups(),
                walk,
                AsGiven(lambda _: rulebook),
                code_version="test",
                concurrent_runs=concurrent_runs,
                sweep_interval_s=3600.0,
                poll_interval_s=poll_interval_s,
            )
            await runs.open()
            stack.push_async_callback(runs.close, grace_s=0.0)
            return runs

        yield open_one


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
