"""Bring a database's schema to what this code expects."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tools.errors import StoreUnavailable

_MIGRATION_LOCK: Final = 0x1C7_0001  # any number that nothing else on the database locks

_LOCK_RETRY_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """The step a database stands at (None: it is empty) and the last step this code knows."""

    current: str | None
    head: str


def head_revision() -> str:
    """Return the last migration step this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise StoreUnavailable("the package holds no migrations: it was built without agent/store/migrations/versions")
    return head


def migrate(conninfo: str, *, lock_timeout_s: int = 60) -> SchemaVersion:
    """Run the missing steps; blocks, so call it in a thread.

    Processes that start together wait for one another on an advisory lock; the second finds nothing to do.

    Args:
        conninfo: libpq connection string.
        lock_timeout_s: how long to wait for another process's migration.

    Raises:
        StoreUnavailable: the database does not answer, or was migrated by a newer version of this code.
    """
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo, autocommit=False), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SET lock_timeout = '{lock_timeout_s}s'"))
            _take_the_lock(connection, lock_timeout_s)
            version = _upgrade(connection)
            _make_state_tables(conninfo, lock_timeout_s)
            return version
    except (DBAPIError, psycopg.OperationalError) as error:
        raise StoreUnavailable(f"the database cannot be reached or migrated: {error}") from error
    finally:
        engine.dispose()


def _take_the_lock(connection: Connection, timeout_s: int) -> None:
    """Ask again and again: to wait in a statement would keep the indexes of the one who migrates waiting for us."""
    deadline = time.monotonic() + timeout_s
    while True:
        is_ours = connection.execute(text(f"SELECT pg_try_advisory_lock({_MIGRATION_LOCK})")).scalar_one()
        connection.commit()
        if is_ours:
            return
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"another process has been migrating the database for {timeout_s} s")
        time.sleep(_LOCK_RETRY_S)


def _make_state_tables(conninfo: str, timeout_s: int) -> None:
    """Make the tables of LangGraph's checkpointer, which brings migrations of its own.

    Its indexes are made beside other sessions' work, which waits for every transaction that is open on the database.
    """
    with psycopg.connect(conninfo, autocommit=True, row_factory=dict_row) as connection:
        for limit in ("lock_timeout", "statement_timeout"):
            connection.execute(b"SELECT set_config(%s, %s, false)", (limit, f"{timeout_s}s"))
        try:
            PostgresSaver(connection).setup()
        except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as error:
            raise StoreUnavailable(
                f"the tables of LangGraph's checkpointer could not be made in {timeout_s} s: another session keeps a "
                f"transaction open on this database ({error})"
            ) from error


def _upgrade(connection: Connection) -> SchemaVersion:
    context = MigrationContext.configure(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    current = context.get_current_revision()
    connection.commit()
    if current is not None and current not in known:
        raise StoreUnavailable(
            f"the database stands at migration {current}, which this version does not know: start the newer version"
        )
    head = head_revision()
    if current != head:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return SchemaVersion(current=head, head=head)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
