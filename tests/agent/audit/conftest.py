"""A database of the test's own, open."""

from collections.abc import AsyncIterator

import pytest

from agent.store.pool import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give an open database."""
    database = Database(database_url, size=8)
    await database.open()
    yield database
    await database.close()
