"""The chain: right as it is written, and every tampering found at its first bad place."""

from collections.abc import Sequence

import psycopg
import pytest

from agent.audit.content import link_hash
from agent.audit.findings import VerifyReport
from agent.audit.heads import Head, SignedHead, Signer
from agent.audit.verify import verify_chain
from agent.store.pool import Database
from tests.agent.audit.recorded import ME, OTHER, decision_at, record, run_at, tamper

pytestmark = pytest.mark.anyio
LENGTH = 6
VICTIM = 4


@pytest.fixture
async def chained(database: Database) -> Database:
    """Give a database with chains of two owners."""
    await record(database, mine=LENGTH, others=2)
    return database


async def verified(database: Database, *, after_seq: int = 0, limit: int | None = None) -> VerifyReport:
    return await verify_chain(database, ME, after_seq=after_seq, limit=limit)


def first(report: VerifyReport) -> tuple[int, str]:
    assert report.first is not None, "nothing was found"
    return report.first.seq, report.first.kind


async def test_what_was_recorded_is_in_order(chained: Database) -> None:
    report = await verified(chained)
    assert report.is_intact, report.findings
    assert (report.links, report.last_seq, report.is_complete) == (LENGTH, LENGTH, True)
    others = await verify_chain(chained, OTHER)
    assert (others.is_intact, others.links) == (True, 2)
    nobody = await verify_chain(chained, "nobody")
    assert (nobody.is_intact, nobody.links, nobody.head_hash) == (True, 0, None)


async def test_a_chain_is_checked_in_stretches(chained: Database) -> None:
    reports = [await verified(chained, after_seq=after, limit=2) for after in (0, 2, 4, 6)]
    assert [report.last_seq for report in reports] == [2, 4, 6, 6]
    assert [report.is_complete for report in reports] == [False, False, True, True]
    assert all(report.is_intact for report in reports)
    beyond = await verified(chained, after_seq=9)
    assert first(beyond) == (9, "gap")


EDITS = {
    "text": ("UPDATE decisions SET decision = replace(decision, 'nothing to do', 'buy it all') WHERE {}", "record"),
    "status": ("UPDATE decisions SET status = 'TRADE_NOW' WHERE {}", "record"),
    "symbol": ("UPDATE decisions SET symbol = 'GBPUSD' WHERE {}", "record"),
    "as_of": ("UPDATE decisions SET as_of = as_of + 1 WHERE {}", "record"),
    "kill_zone": ("UPDATE decisions SET kill_zone = 'london' WHERE {}", "record"),
    "code_version": ("UPDATE decisions SET code_version = 'other' WHERE {}", "record"),
    "decision_hash": ("UPDATE decisions SET decision_hash = repeat('a', 64) WHERE {}", "record"),
    "created_at": ("UPDATE decisions SET created_at = created_at - interval '1 microsecond' WHERE {}", "record"),
    "facts": (
        "UPDATE decisions SET facts = jsonb_set(facts, '{{bias.direction,value}}', '\"bearish\"') WHERE {}",
        "facts",
    ),
    "owner": ("UPDATE decisions SET owner_id = 'somebody else' WHERE {}", "missing"),
}


@pytest.mark.parametrize("edit", EDITS)
async def test_an_edited_decision_is_found(chained: Database, edit: str) -> None:
    statement, kind = EDITS[edit]
    tamper(chained.conninfo, statement.format(f"decision_id = {decision_at(VICTIM)}"))
    assert first(await verified(chained)) == (VICTIM, kind)


TRACE_EDITS = {
    "verdict": 'UPDATE rule_traces SET verdict = verdict || \'{{"outcome": "fail"}}\' WHERE {} AND position = 2',
    "outcome": "UPDATE rule_traces SET outcome = 'fail' WHERE {} AND position = 2",
    "margin": "UPDATE rule_traces SET verdict = jsonb_set(verdict, '{{margin}}', '1.5000000000000002') WHERE {}",
    "node": "UPDATE rule_traces SET node = 'risk' WHERE {} AND position = 1",
    "delete": "DELETE FROM rule_traces WHERE {} AND position = 5",
    "reorder": "UPDATE rule_traces SET position = 10 - position WHERE {}",
    "renumber": "UPDATE rule_traces SET decision_seq = decision_seq + 1 WHERE {} AND position = 3",
    "insert": (
        "INSERT INTO rule_traces SELECT run_id, 6, owner_id, '6.1', node, outcome, verdict, decision_seq "
        "FROM rule_traces WHERE {} AND position = 5"
    ),
}


@pytest.mark.parametrize("edit", TRACE_EDITS)
async def test_an_edited_trace_is_found(chained: Database, edit: str) -> None:
    tamper(chained.conninfo, TRACE_EDITS[edit].format(f"run_id = {run_at(VICTIM)}"))
    report = await verified(chained)
    assert first(report) == (VICTIM, "traces")
    assert report.counts == {"traces": 1}


RUN_EDITS = {
    "inputs": ("UPDATE runs SET inputs = replace(inputs, '10000.0', '99999.0') WHERE {}", "inputs"),
    "symbol": ("UPDATE runs SET symbol = 'GBPUSD' WHERE {}", "run"),
    "windows": ("UPDATE runs SET window_sha256 = '{{}}' WHERE {}", "run"),
    "status": ("UPDATE runs SET status = 'failed' WHERE {}", "run"),
    "delete": ("DELETE FROM runs WHERE {}", "inputs"),
}


@pytest.mark.parametrize("edit", RUN_EDITS)
async def test_an_edited_run_is_found(chained: Database, edit: str) -> None:
    statement, kind = RUN_EDITS[edit]
    tamper(chained.conninfo, statement.format(f"run_id = {run_at(VICTIM)}"))
    assert first(await verified(chained)) == (VICTIM, kind)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE input_windows SET payload = payload || '\\x00' WHERE {}", "altered"),
        ("DELETE FROM input_windows WHERE {}", "gone"),
    ],
)
async def test_an_altered_window_is_found(chained: Database, statement: str, what: str) -> None:
    windows = (
        f"owner_id = 'me' AND sha256 = ANY (SELECT unnest(window_sha256) FROM runs WHERE run_id = {run_at(VICTIM)})"
    )
    tamper(chained.conninfo, statement.format(windows))
    report = await verified(chained)
    assert first(report) == (VICTIM, "window")
    assert report.first is not None
    assert what in report.first.what


@pytest.mark.parametrize(
    "statement",
    ["UPDATE rulebooks SET snapshot = replace(snapshot, '\"rules\":[]', '\"rules\":[1]')", "DELETE FROM rulebooks"],
)
async def test_an_altered_rulebook_is_found(chained: Database, statement: str) -> None:
    tamper(chained.conninfo, statement)
    assert first(await verified(chained)) == (1, "rulebook")


async def test_a_deleted_decision_is_found(chained: Database) -> None:
    tamper(chained.conninfo, f"DELETE FROM decisions WHERE decision_id = {decision_at(VICTIM)}")
    assert first(await verified(chained)) == (VICTIM, "missing")


async def test_a_decision_deleted_with_its_link_is_found(chained: Database) -> None:
    tamper(
        chained.conninfo,
        f"DELETE FROM rule_traces WHERE run_id = {run_at(VICTIM)}",
        f"DELETE FROM decisions WHERE decision_id = {decision_at(VICTIM)}",
        f"DELETE FROM audit_chain WHERE owner_id = 'me' AND seq = {VICTIM}",
    )
    report = await verified(chained)
    assert first(report) == (VICTIM, "gap")
    assert report.counts["undecided"] == 1


async def test_links_that_changed_places_are_found(chained: Database) -> None:
    tamper(
        chained.conninfo,
        f"UPDATE audit_chain SET seq = 99 WHERE owner_id = 'me' AND seq = {VICTIM}",
        f"UPDATE audit_chain SET seq = {VICTIM} WHERE owner_id = 'me' AND seq = {VICTIM + 1}",
        f"UPDATE audit_chain SET seq = {VICTIM + 1} WHERE owner_id = 'me' AND seq = 99",
    )
    assert first(await verified(chained)) == (VICTIM, "link")


async def test_decisions_that_changed_places_are_found(chained: Database) -> None:
    a, b = (f"(SELECT seq FROM decisions WHERE decision_id = {decision_at(seq)})" for seq in (VICTIM, VICTIM + 1))
    swap = f"CREATE TEMP TABLE swap AS SELECT {a} AS a, {b} AS b"
    either = "(SELECT a FROM swap UNION SELECT b FROM swap)"
    renumber = "CASE {0} WHEN (SELECT a FROM swap) THEN (SELECT b FROM swap) ELSE (SELECT a FROM swap) END"
    tamper(
        chained.conninfo,
        swap,
        "ALTER TABLE decisions ALTER COLUMN seq SET GENERATED BY DEFAULT",
        "ALTER TABLE decisions DROP CONSTRAINT decisions_seq_key",
        f"UPDATE decisions SET seq = {renumber.format('seq')} WHERE seq IN {either}",
        f"UPDATE rule_traces SET decision_seq = {renumber.format('decision_seq')} WHERE decision_seq IN {either}",
    )
    assert first(await verified(chained))[0] == VICTIM


async def test_an_inserted_decision_is_found(chained: Database) -> None:
    columns = "run_id, owner_id, symbol, status, as_of, decision, decision_hash, facts, rulebook_hash, code_version"
    tamper(
        chained.conninfo,
        "ALTER TABLE decisions DROP CONSTRAINT decisions_one_per_run",
        f"INSERT INTO decisions (decision_id, {columns}) SELECT repeat('f', 32), {columns} FROM decisions "
        f"WHERE decision_id = {decision_at(VICTIM)}",
    )
    assert first(await verified(chained)) == (LENGTH + 1, "outside")


@pytest.mark.parametrize("place", [0, -1])
async def test_a_decision_inserted_with_a_link_before_the_first_is_found(chained: Database, place: int) -> None:
    columns = "run_id, owner_id, symbol, status, as_of, decision, decision_hash, facts, rulebook_hash, code_version"
    sealed = "owner_id, run_id, parts, content_hash, previous_hash, hash"
    decision = (
        "ALTER TABLE decisions DROP CONSTRAINT decisions_one_per_run",
        f"INSERT INTO decisions (decision_id, {columns}) SELECT repeat('f', 32), {columns} FROM decisions "
        f"WHERE decision_id = {decision_at(VICTIM)}",
    )
    link = (
        f"INSERT INTO audit_chain (seq, decision_id, {sealed}) SELECT {place}, repeat('f', 32), {sealed} "
        f"FROM audit_chain WHERE owner_id = 'me' AND seq = {VICTIM}"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="audit_chain_counts_from_one"):
        tamper(chained.conninfo, *decision, link)
    tamper(chained.conninfo, "ALTER TABLE audit_chain DROP CONSTRAINT audit_chain_counts_from_one", *decision, link)
    report = await verified(chained)
    assert first(report) == (1, "outside")
    assert [(one.seq, one.decision_id) for one in report.findings] == [(1, "f" * 32), (LENGTH + 1, "f" * 32)]
    assert f"place {place}" in report.findings[0].what
    assert first(await verified(chained, limit=1)) == (1, "outside")
    assert first(await verified(chained, after_seq=2)) == (LENGTH + 1, "outside")
    assert (await verify_chain(chained, OTHER)).is_intact


async def test_a_run_is_no_less_undecided_for_another_owners_decision(chained: Database) -> None:
    tamper(
        chained.conninfo,
        f"UPDATE decisions SET owner_id = 'somebody else' WHERE decision_id = {decision_at(LENGTH)}",
        f"DELETE FROM audit_chain WHERE owner_id = 'me' AND seq = {LENGTH}",
    )
    report = await verified(chained)
    assert first(report) == (LENGTH, "undecided")
    assert report.counts == {"undecided": 1}


async def test_a_truncated_chain_is_found_by_what_it_sealed(chained: Database) -> None:
    tamper(chained.conninfo, f"DELETE FROM audit_chain WHERE owner_id = 'me' AND seq > {VICTIM}")
    report = await verified(chained)
    assert first(report) == (VICTIM + 1, "outside")
    assert report.counts == {"outside": LENGTH - VICTIM}


async def test_a_record_whose_end_was_cut_off_is_found_by_its_runs(chained: Database) -> None:
    ends = f"(SELECT decision_id FROM audit_chain WHERE owner_id = 'me' AND seq > {VICTIM})"
    tamper(
        chained.conninfo,
        f"DELETE FROM decisions WHERE decision_id IN {ends}",
        f"DELETE FROM audit_chain WHERE owner_id = 'me' AND seq > {VICTIM}",
    )
    assert first(await verified(chained)) == (VICTIM + 1, "undecided")


@pytest.mark.parametrize("statement", ["DELETE FROM audit_chain WHERE owner_id = 'me'", "DROP TABLE audit_chain"])
async def test_a_dropped_chain_is_found(chained: Database, statement: str) -> None:
    tamper(chained.conninfo, statement)
    report = await verified(chained)
    assert first(report) == (1, "dropped" if statement.startswith("DROP") else "outside")


MANGLINGS = {
    "parts": ("UPDATE audit_chain SET parts = '[1]' WHERE owner_id = 'me' AND seq = 4", "link"),
    "hash": ("UPDATE audit_chain SET hash = 'no hash' WHERE owner_id = 'me' AND seq = 4", "link"),
    "previous": ("UPDATE audit_chain SET previous_hash = '' WHERE owner_id = 'me' AND seq = 4", "link"),
    "content": ("UPDATE audit_chain SET content_hash = 'é' WHERE owner_id = 'me' AND seq = 4", "link"),
    "time": ("UPDATE audit_chain SET created_at = 'infinity' WHERE owner_id = 'me' AND seq = 4", "link"),
    "facts": (f"UPDATE decisions SET facts = '[1e999]' WHERE decision_id = {decision_at(VICTIM)}", "facts"),
    "verdict": (f"UPDATE rule_traces SET verdict = 'null' WHERE run_id = {run_at(VICTIM)}", "traces"),
    "inputs": (f"UPDATE runs SET inputs = '{{\"windows\": [1]}}' WHERE run_id = {run_at(VICTIM)}", "inputs"),
    "text": (f"UPDATE runs SET inputs = 'no JSON' WHERE run_id = {run_at(VICTIM)}", "inputs"),
    "window": (f"UPDATE runs SET window_sha256 = '{{NULL}}' WHERE run_id = {run_at(VICTIM)}", "run"),
    "number": (
        f"UPDATE decisions SET as_of = -9223372036854775808 WHERE decision_id = {decision_at(VICTIM)}",
        "record",
    ),
}


@pytest.mark.parametrize("mangling", MANGLINGS)
async def test_what_was_mangled_beyond_reading_is_found_too(chained: Database, mangling: str) -> None:
    statement, kind = MANGLINGS[mangling]
    tamper(chained.conninfo, statement)
    assert first(await verified(chained)) == (VICTIM, kind)


@pytest.mark.parametrize("snapshot", ["{}", "[]", "no JSON", '{"format": "ict-rulebook/1"}'])
async def test_a_rulebook_mangled_beyond_reading_is_found_too(chained: Database, snapshot: str) -> None:
    tamper(chained.conninfo, f"UPDATE rulebooks SET snapshot = '{snapshot}'")
    assert first(await verified(chained)) == (1, "rulebook")


async def test_somebody_elses_tampering_is_not_mine(chained: Database) -> None:
    tamper(chained.conninfo, f"UPDATE decisions SET status = 'TRADE_NOW' WHERE owner_id = '{OTHER}'")
    assert (await verified(chained)).is_intact
    assert first(await verify_chain(chained, OTHER)) == (1, "record")


def rewrite_from(conninfo: str, seq: int) -> None:
    """Change a decision's time and work out every hash behind it anew, as somebody who knows the recipe would."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in ("decisions", "audit_chain"):
            change = (
                f"UPDATE {table} SET created_at = created_at + interval '1 hour' WHERE decision_id = {decision_at(seq)}"
            )
            connection.execute(change.encode())
        rows = connection.execute(
            "SELECT seq, content_hash, (extract(epoch FROM created_at) * 1000000)::bigint, previous_hash "
            "FROM audit_chain WHERE owner_id = 'me' AND seq >= %s ORDER BY seq",
            (seq,),
        ).fetchall()
        previous = rows[0][3]
        for place, content_hash, at_us, _ in rows:
            new = link_hash(previous, place, at_us, content_hash)
            connection.execute(
                "UPDATE audit_chain SET previous_hash = %s, hash = %s WHERE owner_id = 'me' AND seq = %s",
                (previous, new, place),
            )
            previous = new


@pytest.fixture
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """Give a key of the test's own."""
    return Signer.of_folder(tmp_path_factory.mktemp("key"))


async def heads_of(database: Database, signer: Signer, seqs: Sequence[int]) -> list[SignedHead]:
    rows = await database.run(b"SELECT seq, hash FROM audit_chain WHERE owner_id = 'me'", {})
    hashes = {row["seq"]: row["hash"] for row in rows}
    return [signer.sign(Head(ME, seq, hashes[seq], seq, "2024-01-11T14:30:00Z")) for seq in seqs]


@pytest.mark.parametrize(("kept", "bad"), [([6], 1), ([2, 6], 3), ([3, 4, 5, 6], 4), ([1, 2, 3, 4, 5, 6], 4)])
async def test_a_chain_written_anew_is_found_by_the_heads_kept_outside(
    chained: Database, signer: Signer, kept: list[int], bad: int
) -> None:
    heads = await heads_of(chained, signer, kept)
    intact = await verify_chain(chained, ME, heads=heads, public_key=signer.public_key)
    assert intact.is_intact, intact.findings
    rewrite_from(chained.conninfo, VICTIM)
    assert (await verified(chained)).is_intact
    report = await verify_chain(chained, ME, heads=heads, public_key=signer.public_key)
    assert first(report) == (bad, "head")


async def test_a_record_cut_off_without_a_trace_is_found_by_a_head(chained: Database, signer: Signer) -> None:
    heads = await heads_of(chained, signer, [LENGTH])
    ends = f"FROM audit_chain WHERE owner_id = 'me' AND seq > {VICTIM}"
    tables = ("run_events", "rule_traces", "decisions", "runs")
    deletions = [f"DELETE FROM {table} WHERE run_id IN (SELECT run_id {ends})" for table in tables]
    tamper(chained.conninfo, *deletions, f"DELETE {ends}")
    assert (await verified(chained)).is_intact
    report = await verify_chain(chained, ME, heads=heads, public_key=signer.public_key)
    assert first(report) == (VICTIM + 1, "truncated")


async def test_a_forged_head_is_refused(
    chained: Database, signer: Signer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (head,) = await heads_of(chained, signer, [LENGTH])
    other = Signer.of_folder(tmp_path_factory.mktemp("other"))
    for forged in (
        other.sign(head.head),
        SignedHead(Head(ME, LENGTH, "0" * 64, LENGTH, head.head.at), head.key_id, head.signature),
        SignedHead(head.head, head.key_id, "not base64!"),
    ):
        report = await verify_chain(chained, ME, heads=[forged], public_key=signer.public_key)
        assert first(report) == (LENGTH, "signature")
