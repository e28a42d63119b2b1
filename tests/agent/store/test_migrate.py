"""Migrations: repeatable, shared, and the same as the tables."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from agent.store import chain_tables, desk_tables, feedback_tables, tables, thread_tables
from agent.store.migrate import head_revision, migrate
from tools.errors import StoreUnavailable


def test_the_tables_are_what_the_migrations_make(database_url: str) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        opts = {"compare_server_default": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []
    assert tables.RunRow.__tablename__ == "runs"
    assert chain_tables.ChainLinkRow.__tablename__ == "audit_chain"
    assert feedback_tables.RunFeedbackRow.__tablename__ == "run_feedback"
    assert desk_tables.SettingRow.__tablename__ == "settings"
    assert thread_tables.ThreadRow.__tablename__ == "threads"


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    """Whether a table is not one of LangGraph's checkpointer, which brings its own migrations."""
    return kind != "table" or not str(name).startswith("checkpoint")


def test_the_librarys_tables_are_those_our_statements_name(database_url: str) -> None:
    named = {
        "checkpoints": {
            "thread_id",
            "checkpoint_ns",
            "checkpoint_id",
            "parent_checkpoint_id",
            "checkpoint",
            "metadata",
        },
        "checkpoint_blobs": {"thread_id", "checkpoint_ns", "channel", "version"},
        "checkpoint_writes": {"thread_id", "checkpoint_ns", "checkpoint_id"},
    }
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'checkpoint%'"
        ).fetchall()
    assert {table for table, _ in rows} == {*named, "checkpoint_migrations"}
    for table, columns in named.items():
        assert columns | {"thread_id", "checkpoint_ns"} <= {column for of, column in rows if of == table}


def test_tables_of_the_library_that_cannot_be_made_are_told(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as other:
        other.execute("CREATE TABLE checkpoint_migrations (v INTEGER PRIMARY KEY)")  # until it ends, nobody else can
        with pytest.raises(StoreUnavailable, match="another session keeps a transaction open"):
            migrate(empty_database_url, lock_timeout_s=1)


def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    first = migrate(empty_database_url)
    assert migrate(empty_database_url) == first
    assert first.current == first.head == head_revision()


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        versions = list(threads.map(migrate, [empty_database_url] * 4))
    assert len(set(versions)) == 1


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    with pytest.raises(StoreUnavailable, match="from_the_future"):
        migrate(database_url)


def test_a_database_that_is_away_is_told() -> None:
    with pytest.raises(StoreUnavailable):
        migrate("host=/nowhere dbname=postgres")


@pytest.mark.parametrize(
    "table",
    [
        "run_events",
        "decisions",
        "rule_traces",
        "input_windows",
        "rulebooks",
        "audit_chain",
        "settings",
        "trades",
        "trade_closes",
        "run_feedback",
    ],
)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_recorded_cannot_be_changed(database_url: str, table: str, change: str) -> None:
    statement = change.format(table).encode()
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        connection.execute(statement)
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL ict.maintenance = on")
        connection.execute(statement)
