"""The pool, the named statements and the health of the database."""

from pathlib import Path

import pytest

from agent.store.health import database_health, schema_version
from agent.store.migrate import head_revision
from agent.store.pool import Database
from agent.store.queries import QUERIES, load_queries
from tools.errors import StoreUnavailable

pytestmark = pytest.mark.anyio


async def test_health_tells_what_the_server_says(database_url: str) -> None:
    database = Database(database_url)
    await database.open()
    health = await database_health(database)
    assert health.ok
    assert health.detail.startswith("PostgreSQL 18")
    version = await schema_version(database, head_revision())
    assert version.current == version.head
    await database.close()
    closed = await database_health(database)
    assert not closed.ok
    assert (await schema_version(database, head_revision())).current is None


async def test_an_empty_database_stands_at_no_migration(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await database.open()
    assert (await schema_version(database, "0001")).current is None
    await database.close()


async def test_a_closed_pool_is_unavailable(database_url: str) -> None:
    database = Database(database_url)
    await database.open()
    await database.close()
    with pytest.raises(StoreUnavailable):
        await database.one("health")


def test_a_name_stands_for_one_statement(tmp_path: Path) -> None:
    file = tmp_path / "queries.sql"
    file.write_text("-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;\n")
    with pytest.raises(ValueError, match="two statements"):
        load_queries(file)
    assert all(b";" not in statement and b"--" not in statement for statement in QUERIES.values())
