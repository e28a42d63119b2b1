"""``ict audit``, ``ict replay --all`` and ``ict rules diff``, on a database of the test's own."""

import asyncio
import json
from pathlib import Path

import psycopg
import pytest

from agent.store.pool import Database
from api.cli import main
from api.state import DEFAULT_OWNER
from rulebook.calibration import Calibration
from rulebook.loader import load_rulebook
from tests.agent.audit.history import record_history

LENGTH = 6


@pytest.fixture
def own_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with recorded decisions, which the command line finds in its environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ICT_DATA_DIR", str(tmp_path / "data"))
    asyncio.run(recorded(database_url))
    return database_url


async def recorded(database_url: str) -> None:
    database = Database(database_url)
    await database.open()
    await record_history(database, LENGTH, owner_id=DEFAULT_OWNER)
    await database.close()


def ict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process; return its exit status and what it wrote to either stream."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def spoil(database_url: str, statement: bytes) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement)


def test_a_head_that_was_kept_shows_later_that_the_chain_was_written_anew(
    own_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = ict(capsys, "audit", "head")
    assert (status, json.loads(out)["seq"]) == (0, LENGTH)
    (tmp_path / "head.json").write_text(out)
    (tmp_path / "key.pem").write_text(ict(capsys, "audit", "head", "--public-key")[1])
    against = ["audit", "verify", "--head", "head.json", "--public-key", "key.pem"]
    status, out, _ = ict(capsys, *against)
    assert (status, out.splitlines()[0]) == (
        0, f"intact: {LENGTH} decisions in the chain, each as it was recorded, and is what 1 signed head says",
    )  # fmt: skip
    spoil(own_database, b"UPDATE audit_chain SET hash = repeat('a', 64) WHERE seq = 6")
    status, out, _ = ict(capsys, *against, "--json")
    told = json.loads(out)
    assert (status, told["intact"], told["first_bad_seq"]) == (1, False, 6)
    assert told["counts"] == {"link": 1, "head": 1}
    status, out, _ = ict(capsys, "audit", "verify")
    assert (status, out.splitlines()[0]) == (1, f"NOT AS RECORDED: first at 6 of {LENGTH}")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "\x00"])
def test_a_file_that_is_no_head_or_key_is_bad_input(
    own_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    if content is not None:
        (tmp_path / "file").write_text(content)
    for option in ("--head", "--public-key"):
        status, out, err = ict(capsys, "audit", "verify", option, "file")
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "file" in err


def test_the_whole_record_is_replayed_and_what_differs_is_listed(
    own_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = ict(capsys, "replay", "--all", "--workers", "1")
    assert (status, out) == (0, f"{LENGTH} of {LENGTH} decisions come out in the same bytes\n")
    assert ict(capsys, "replay", "--all", "--since", "2099-01-01T00:00:00Z", "--workers", "1")[1].startswith("0 of 0")
    spoil(own_database, b"UPDATE runs SET inputs = replace(inputs, '10000.0', '20000.0') WHERE symbol = 'GBPUSD'")
    status, out, _ = ict(capsys, "replay", "--all", "--json", "--workers", "2")
    told = json.loads(out)
    assert (status, told["decisions"], told["identical"]) == (1, LENGTH, False)
    assert {one["symbol"] for one in told["differing"]} == {"GBPUSD"}
    assert "inputs_hash" in told["differing"][0]["reason"]
    status, out, _ = ict(capsys, "replay", "--all", "--workers", "1")
    assert status == 1
    assert told["differing"][0]["decision_id"] in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay"],
        ["replay", "0" * 32, "--all"],
        ["replay", "0" * 32, "--since", "2024-01-01T00:00:00Z"],
        ["replay", "0" * 32, "--workers", "2"],
        ["replay", "--all", "--since", "yesterday"],
        ["replay", "--all", "--workers", "0"],
        ["rules", "diff"],
        ["rules", "diff", "strict"],
        ["rules", "diff", "strict", "reckless"],
        ["rules", "diff", "strict", "nowhere.yaml"],
        ["rules", "diff", "strict", "own"],
    ],
)
def test_what_cannot_be_asked_is_bad_input(
    own_database: str, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    status, out, err = ict(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_the_decisions_that_another_policy_flips_are_listed(
    own_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = ict(capsys, "rules", "diff", "strict", "relaxed", "--json", "--workers", "1")
    told = json.loads(out)
    assert (status, told["decisions"], told["failures"]) == (0, LENGTH, [])
    assert sum(pair["decisions"] for pair in told["pairs"]) == LENGTH
    assert len(told["flips"]) == sum(pair["decisions"] for pair in told["pairs"] if pair["before"] != pair["after"])
    status, out, _ = ict(capsys, "rules", "diff", "strict", "relaxed", "--workers", "1")
    assert (status, out.splitlines()[0]) == (0, f"strict → relaxed: {len(told['flips'])} of {LENGTH} decisions flip")


def test_a_profile_of_ones_own_is_held_against_a_shipped_one(
    own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text("profile: mine\ndescription: as strict\nextends: strict\n")
    status, out, _ = ict(capsys, "rules", "diff", "strict", "mine.yaml", "--json", "--workers", "1")
    told = json.loads(out)
    assert (status, told["flips"], told["after"]["profile"]) == (0, [], "mine")
    strict = load_rulebook("strict")
    assert {told[side]["rulebook_hash"] for side in ("before", "after")} == {strict.hash}
    days = {"n": 60, "from": "2024-01-01", "to": "2024-03-01", "sources": []}
    fitted = Calibration(strict.hash, ((0.5, 0.25),), days, {"n": 40, "brier_before": 0.3, "brier_after": 0.2})
    (tmp_path / "c.json").write_text(fitted.text())
    monkeypatch.setenv("ICT_CALIBRATION_FILE", "c.json")
    told = json.loads(ict(capsys, "rules", "diff", "strict", "mine.yaml", "--json", "--workers", "1")[1])
    assert {told[side]["rulebook_hash"] for side in ("before", "after")} == {strict.calibrated(fitted).hash}


def test_the_profile_that_is_set_is_held_against_a_shipped_one(
    own_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = {"profile": "mine", "yaml": "profile: mine\ndescription: as relaxed\nextends: relaxed\n"}
    with psycopg.connect(own_database) as connection:
        connection.execute(
            "INSERT INTO settings (owner_id, kind, version, document, changed_by, changed_at) "
            "VALUES (%s, 'profile', 1, %s, %s, 0)",
            (DEFAULT_OWNER, json.dumps(document), DEFAULT_OWNER),
        )
    told = json.loads(ict(capsys, "rules", "diff", "own", "strict", "--json", "--workers", "1")[1])
    back = json.loads(ict(capsys, "rules", "diff", "relaxed", "own", "--json", "--workers", "1")[1])
    assert (told["before"]["profile"], told["after"]["profile"]) == ("mine", "strict")
    assert (back["before"]["profile"], back["after"]["profile"], back["flips"]) == ("relaxed", "mine", [])


def test_inputs_that_cannot_be_read_any_more_are_told_in_one_line(
    own_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(own_database, b"UPDATE runs SET inputs = 'nothing' WHERE run_id = (SELECT run_id FROM decisions LIMIT 1)")
    status, out, _ = ict(capsys, "replay", "--all", "--json", "--workers", "1")
    (one,) = json.loads(out)["differing"]
    assert (status, "stored inputs cannot be read" in one["reason"]) == (1, True)
    status, out, err = ict(capsys, "replay", one["decision_id"])
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "stored inputs cannot be read" in err
    status, out, _ = ict(capsys, "rules", "diff", "strict", "relaxed", "--json", "--workers", "1")
    assert (status, len(json.loads(out)["failures"])) == (0, 1)
