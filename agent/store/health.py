"""What the database really answers when asked how it is."""

import time
from dataclasses import dataclass

import psycopg

from agent.store.migrate import SchemaVersion
from agent.store.pool import Database
from tools.errors import StoreUnavailable


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """The server's own version text and how long it took to say it, or why it said nothing."""

    ok: bool
    detail: str
    latency_ms: float


async def database_health(database: Database) -> DatabaseHealth:
    """Ask the database for its version."""
    began = time.perf_counter()
    try:
        row = await database.one("health")
    except StoreUnavailable as error:
        return DatabaseHealth(ok=False, detail=str(error), latency_ms=_since(began))
    return DatabaseHealth(ok=True, detail=row["version"] if row else "", latency_ms=_since(began))


async def schema_version(database: Database, head: str) -> SchemaVersion:
    """Ask the database at which migration it stands; None where it does not answer or has none.

    Args:
        database: open.
        head: the last migration this code knows.
    """
    try:
        row = await database.one("current_migration")
    except (StoreUnavailable, psycopg.errors.UndefinedTable):
        row = None
    return SchemaVersion(current=None if row is None else row["version_num"], head=head)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
