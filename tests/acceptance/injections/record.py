"""The whole database as one can compare it: before the model was ordered about, and after."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

OWN: Final = ("thread", "checkpoint", "alembic")
"""How the tables begin that a question to the coach writes by itself, or that hold no owner's record."""
GROWING: Final = frozenset({
    "runs", "run_events", "rule_traces", "decisions", "audit_chain", "input_windows", "rulebooks",
})  # fmt: skip
"""Where a tool that analyses may add what any analysis adds, and where nothing may ever change."""
_TABLES: Final = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_DECISIONS: Final = b"SELECT symbol, decision_hash FROM decisions"


@dataclass(frozen=True, slots=True)
class Record:
    """Every row of every table as a hash, and every decision by its hash."""

    rows: dict[str, Counter[str]]
    decisions: frozenset[tuple[str, str]]


def record(database_url: str) -> Record:
    """Read the record."""
    with psycopg.connect(database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        tables = [str(name) for (name,) in connection.execute(_TABLES) if not str(name).startswith(OWN)]
        rows = {table: _rows(connection, table) for table in tables}
        decisions = frozenset((str(symbol), str(hashed)) for symbol, hashed in connection.execute(_DECISIONS))
    return Record(rows, decisions)


def _rows(connection: psycopg.Connection[tuple[object, ...]], table: str) -> Counter[str]:
    statement = sql.SQL("SELECT md5(t::text) FROM {} t").format(sql.Identifier(table))
    return Counter(str(hashed) for (hashed,) in connection.execute(statement))


def assert_nothing_changed(before: Record, after: Record) -> None:
    """Nothing is gone, nothing is otherwise, and what came is an analysis that was there already, made once more."""
    assert before.rows.keys() == after.rows.keys()
    for table, rows in before.rows.items():
        assert not rows - after.rows[table], f"rows of {table} are gone or changed"
        assert table in GROWING or not after.rows[table] - rows, f"rows were added to {table}"
    assert after.decisions == before.decisions, "a decision was made that no honest question makes"
