"""Several statements in one transaction, and one unchanging view."""

import asyncio

import pytest

from agent.store.pool import Database
from tests.agent.audit.recorded import ME, record
from tools.errors import InvalidParameter, StoreUnavailable

pytestmark = pytest.mark.anyio


async def test_all_of_them_happen_or_none(database: Database) -> None:
    keep = {"hash": "h", "profile": "p", "snapshot": "s"}
    with pytest.raises(InvalidParameter):
        await database.together(("keep_rulebook", keep), ("keep_rulebook", {**keep, "hash": "nul \x00"}))
    assert await database.run(b"SELECT hash FROM rulebooks", {}) == []
    assert await database.together(("keep_rulebook", keep), ("get_rulebook", {"hash": "h"})) == [{"snapshot": "s"}]


async def test_a_chains_lock_is_waited_for_and_given_back(database: Database) -> None:
    other = await database.connect()
    await other.execute("BEGIN")
    await other.execute("SELECT pg_advisory_xact_lock(452, hashtext('me'))")
    waiting = asyncio.create_task(database.together(("lock_chain", {"owner_id": ME}), ("health", {})))
    await database.together(("lock_chain", {"owner_id": "somebody else"}), ("health", {}))
    assert not waiting.done()
    await other.execute("COMMIT")
    assert len(await waiting) == 1
    await other.close()


async def test_a_view_does_not_change_while_others_write(database: Database) -> None:
    async with database.snapshot() as snapshot:
        before = await snapshot.one("chain_head", owner_id=ME)
        await record(database, mine=2)
        assert await snapshot.one("chain_head", owner_id=ME) == before
        assert await snapshot.one("chain_link", owner_id=ME, seq=1) is None
    async with database.snapshot() as snapshot:
        assert (await snapshot.one("chain_head", owner_id=ME) or {})["seq"] == 2


async def test_a_database_that_is_away_is_told() -> None:
    nowhere = Database("host=/nowhere")
    with pytest.raises(StoreUnavailable):
        async with nowhere.snapshot():
            pytest.fail("it opened")
