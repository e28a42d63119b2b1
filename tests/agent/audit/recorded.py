"""Recorded decisions to check, and a way to tamper with them as somebody with the database's keys would."""

from typing import Final

import psycopg

from agent.runs.preparation import AsGiven
from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from agent.runs.walk_port import Walk
from agent.store.pool import Database
from rulebook.book import Rulebook
from tests.agent.runs.scripted_walk import EMPTY_RULEBOOK, ScriptedWalk, request

ME: Final = "me"
OTHER: Final = "somebody else"


async def open_worker(database: Database, walk: Walk | None = None, rulebook: Rulebook = EMPTY_RULEBOOK) -> Runs:
    """Open a worker that looks for orphans only when told to; the caller closes it."""
    runs = Runs(
        database,
        InMemoryWakeups(),
        walk or ScriptedWalk(),
        AsGiven(lambda _: rulebook),
        code_version="test",
        concurrent_runs=8,
        sweep_interval_s=3600.0,
        poll_interval_s=60.0,
    )
    await runs.open()
    return runs


async def record(database: Database, *, mine: int, others: int = 0) -> None:
    """Record decisions of two owners in turn, each over windows of its own."""
    runs = await open_worker(database)
    for number in range(max(mine, others)):
        for owner_id, count in ((ME, mine), (OTHER, others)):
            if number < count:
                run = await runs.analyze(request(bars=30 + number), owner_id=owner_id)
                assert run.status == "completed", run.error
    await runs.close(grace_s=0.0)


def tamper(conninfo: str, *statements: str) -> None:
    """Change the record behind every trigger's and every foreign key's back."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement.encode())


def decision_at(seq: int) -> str:
    """Return the SQL that gives the id of my decision at a place in the chain."""
    return f"(SELECT decision_id FROM audit_chain WHERE owner_id = 'me' AND seq = {seq})"


def run_at(seq: int) -> str:
    """Return the SQL that gives the id of my run at a place in the chain."""
    return f"(SELECT run_id FROM audit_chain WHERE owner_id = 'me' AND seq = {seq})"
