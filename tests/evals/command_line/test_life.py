"""`ict eval import`: recorded runs become labelled charts, from the same settings as `ict serve` has."""

import asyncio
import json
from pathlib import Path

import pytest

from agent.service import open_service
from agent.settings import DEFAULT_OWNER, Settings
from tests.evals.cases.test_recorded import OTHERS, PLAIN
from tests.evals.command_line.test_suites import said


@pytest.fixture
def runs(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give two recorded runs, the second called right, on the database that the environment names."""

    async def record() -> list[str]:
        settings = Settings(tmp_path / "data", lambda: PLAIN.as_of, "test", database_url=database_url)
        async with open_service(settings) as service:
            first = await service.runs.analyze(PLAIN, owner_id=DEFAULT_OWNER)
            second = await service.runs.analyze(OTHERS["no events"], owner_id=DEFAULT_OWNER)
            await service.feedback.give(second.run_id, owner_id=DEFAULT_OWNER, verdict="right", given_by="ann")
        return [first.run_id, second.run_id]

    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ICT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return asyncio.run(record())


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


def test_runs_are_imported_by_id_or_by_time(
    runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "life.jsonl"
    status, out, err = said(["import", runs[1], "--to", str(target)], capsys)
    assert (status, out, err) == (0, f"{target}: 1 case imported\n", "")
    assert ids(target) == [f"run-{runs[1]}"]
    everything = tmp_path / "all.jsonl"
    assert said(["import", "--since", "2020-01-01T00:00:00Z", "--to", str(everything)], capsys)[0] == 0
    assert ids(everything) == [f"run-{run_id}" for run_id in runs]
    judged = tmp_path / "judged"
    said(["import", "--since", "2020-01-01T00:00:00Z", "--feedback-only", "--to", str(judged)], capsys)
    assert [path.name for path in judged.iterdir()] == [f"run-{runs[1]}"]
    assert said(["check", str(judged), str(everything)], capsys)[0] == 0
    assert said(["seal", str(judged)], capsys)[0] == 0
    assert "ict eval seal" in said(["import", runs[0], "--to", str(judged)], capsys)[1]
    assert said(["check", str(judged)], capsys)[0] == 2


def test_a_run_that_makes_no_case_is_told(runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "life.jsonl"
    status, out, err = said(["import", "0" * 32, runs[0], "--to", str(target)], capsys)
    assert status == 1
    assert out == f"{target}: 1 case imported\n"
    assert err == f"ict: no run has the id '{'0' * 32}'\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["0" * 32, "--since", "2020-01-01T00:00:00Z"], ["--since", "yesterday"]],
    ids=["neither", "both", "no moment"],
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said(["import", *arguments, "--to", str(tmp_path / "x.jsonl")], capsys)
    assert (status, out) == (2, "")
    assert err.startswith("ict: ")
    assert not (tmp_path / "x.jsonl").exists()
