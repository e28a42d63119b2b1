"""The migration puts what was recorded before it into the same chain as if it had been there from the start."""

from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import agent.store
from agent.audit.verify import verify_chain
from agent.store.migrate import migrate
from agent.store.pool import Database
from tests.agent.audit.history import record_history
from tests.agent.audit.recorded import ME, OTHER, record

pytestmark = pytest.mark.anyio
ROWS = (
    b"SELECT owner_id, seq, decision_id, run_id, parts, content_hash, previous_hash, hash, created_at "
    b"FROM audit_chain ORDER BY owner_id, seq"
)


async def test_decisions_from_before_the_chain_are_chained_as_they_would_have_been(database: Database) -> None:
    await record_history(database, 2)
    await record(database, mine=3, others=2)
    chained = await database.run(ROWS, {})
    numbered = await database.run(b"SELECT run_id, position, decision_seq FROM rule_traces ORDER BY 1, 2", {})
    zones = await database.run(b"SELECT decision_id, kill_zone FROM decisions ORDER BY seq", {})
    downgrade(database.conninfo, "0002")
    migrate(database.conninfo)
    fresh = Database(database.conninfo)  # whose statements were prepared for the tables as they are now
    await fresh.open()
    try:
        assert await fresh.run(ROWS, {}) == chained
        again = await fresh.run(b"SELECT run_id, position, decision_seq FROM rule_traces ORDER BY 1, 2", {})
        assert again == numbered
        assert await fresh.run(b"SELECT decision_id, kill_zone FROM decisions ORDER BY seq", {}) == zones
        assert (await verify_chain(fresh, ME)).counts == {}
        assert (await verify_chain(fresh, OTHER)).links == 2
    finally:
        await fresh.close()


def downgrade(conninfo: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(agent.store.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo), poolclass=NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()
