"""Results for LangSmith: nothing without a key, and with one exactly the dataset, its cases, runs and scores."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from evals.langsmith import scores_of
from evals.runs.results import Results, write_results
from evals.runs.runner import run
from tests.evals.langsmith_server import FakeLangSmith, langsmith_server
from tests.evals.runs.real_cases import write_suite
from tests.evals.runs.small_suites import ALONE, Scripted, load

_KEY = "ls-key-of-this-test"


@pytest.fixture
def server() -> Iterator[FakeLangSmith]:
    with langsmith_server() as held:
        yield held


@pytest.fixture(autouse=True)
def _nobody_elses_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ICT_DATA_DIR", str(tmp_path / "kept"))
    for name in ("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def results(tmp_path: Path) -> Results:
    made = run(["first:right,wrong,answers,raises"], Scripted(), load, ALONE)
    write_results(tmp_path / "r.jsonl", made)
    return made


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["eval", *arguments])
    told = capsys.readouterr()
    return int(str(ended.value.code or 0)), told.out, told.err


def _with_key(server: FakeLangSmith, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_API_KEY", _KEY)
    monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)


@pytest.mark.usefixtures("results")
def test_without_a_key_it_refuses_and_asks_nobody(
    server: FakeLangSmith, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    assert said(["upload", "r.jsonl", "--dataset", "d"], capsys) == (
        2, "", "ict: LANGSMITH_API_KEY is not set: nothing was sent (expected a key of LangSmith; got nothing)\n",
    )  # fmt: skip
    assert (server.asked, server.posted) == ([], [])


@pytest.mark.parametrize("key", [None, _KEY])
def test_a_run_sends_nothing_whatever_the_environment_says(
    key: str | None, server: FakeLangSmith, tmp_path: Path
) -> None:
    suite = write_suite(tmp_path / "few.jsonl")
    told = {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_ENDPOINT": server.url}
    environment = {**os.environ, **told, **({} if key is None else {"LANGSMITH_API_KEY": key})}
    command = [sys.executable, "-c", "from api.cli import main; main()", "eval", "run", str(suite), "--workers", "1"]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (made.returncode, made.stderr) == (0, "")
    assert (server.asked, server.posted) == ([], [])


def test_with_a_key_the_results_are_sent_and_nothing_else(
    results: Results, server: FakeLangSmith, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _with_key(server, monkeypatch)
    status, out, err = said(["upload", "r.jsonl", "--dataset", "mine"], capsys)
    assert (status, err) == (0, "")
    assert out.startswith("dataset mine: 4 of 4 cases are new\nexperiment mine-")
    assert {path for path, _ in server.posted} == {
        "/datasets", "/examples/bulk", "/sessions", "/runs/batch", "/feedback",
    }  # fmt: skip

    examples = [one for batch in server.of("/examples/bulk") for one in batch]
    by_case = {row["case"]: row for row in results.rows}
    assert {one["inputs"]["case"]: one["outputs"] for one in examples} == {
        name: row["expected"] for name, row in by_case.items()
    }
    assert {one["metadata"]["suite_sha256"] for one in examples} == {results.suites["first"]}

    runs = [one for batch in server.of("/runs/batch") for one in batch["post"]]
    assert {one["inputs"]["case"]: one["outputs"]["passed"] for one in runs} == {
        name: row["passed"] for name, row in by_case.items()
    }
    assert {one["reference_example_id"] for one in runs} == {one["id"] for one in examples}
    answers = [one["outputs"]["answers"][0][0] for one in runs if "answers" in one["outputs"]]
    assert answers == [{"text": "You wait.", "tools": [], "is_grounded": True, "abstained": False}]
    assert ["error" in one for one in runs].count(True) == 1

    scores = {(one["run_id"], one["key"]): one["score"] for one in server.of("/feedback")}
    case_of = {one["id"]: one["inputs"]["case"] for one in runs}
    assert {(case_of[run], key): score for (run, key), score in scores.items()} == {
        (name, key): score for name, row in by_case.items() for key, score in scores_of(row)
    }
    assert not [document for document in server.posted if "candles" in str(document) or _KEY in str(document)]


@pytest.mark.usefixtures("results")
def test_the_same_again_adds_nothing_and_another_version_only_what_is_new(
    server: FakeLangSmith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _with_key(server, monkeypatch)
    said(["upload", "r.jsonl", "--dataset", "mine"], capsys)
    posted = len(server.posted)
    status, out, _ = said(["upload", "r.jsonl", "--dataset", "mine"], capsys)
    assert (status, len(server.posted)) == (0, posted)
    assert out.startswith("dataset mine: 0 of 4 cases are new\n")
    assert out.endswith("is there already: nothing of it was sent\n")

    write_results(tmp_path / "more.jsonl", run(["first:right,wrong,answers,raises,wrong"], Scripted(), load, ALONE))
    _, out, _ = said(["upload", "more.jsonl", "--dataset", "mine"], capsys)
    assert out.startswith("dataset mine: 1 of 5 cases are new\n")
    assert len({one["id"] for batch in server.of("/examples/bulk") for one in batch}) == 5


_WHOLE = 101  # one more than is sent at once


@pytest.fixture(scope="module")
def long_results() -> Results:
    return run([f"first:{','.join(['right'] * (_WHOLE - 1))},answers"], Scripted(), load, ALONE)


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/examples/bulk", 0),
        ("/sessions", 0),
        ("/runs/batch", 0),
        ("/runs/batch", 1),
        ("/feedback", 0),
        ("/feedback", 150),
    ],
)
def test_what_broke_off_is_completed_by_the_next_upload(
    path: str,
    taken: int,
    long_results: Results,
    server: FakeLangSmith,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _with_key(server, monkeypatch)
    write_results(tmp_path / "long.jsonl", long_results)
    server.refuses_once = (path, taken)
    status, out, err = said(["upload", "long.jsonl", "--dataset", "mine"], capsys)
    assert (status, out) == (1, "")
    assert err.rstrip().endswith("; upload it again to send what is missing")

    status, out, err = said(["upload", "long.jsonl", "--dataset", "mine"], capsys)
    assert (status, err) == (0, "")
    assert "is there already" not in out
    assert len(server.experiments) == 1
    sent = [one for batch in server.of("/runs/batch") for one in batch["post"]]
    assert sorted(one["inputs"]["case"] for one in sent) == sorted(row["case"] for row in long_results.rows)
    assert len({one["start_time"] for one in sent}) == 1
    scores = [(one["run_id"], one["key"], one["score"]) for one in server.of("/feedback")]
    case_of = {one["id"]: one["inputs"]["case"] for one in sent}
    assert sorted((case_of[run], key, score) for run, key, score in scores) == sorted(
        (row["case"], key, score) for row in long_results.rows for key, score in scores_of(row)
    )

    _, out, _ = said(["upload", "long.jsonl", "--dataset", "mine"], capsys)
    assert out.endswith("is there already: nothing of it was sent\n")


@pytest.mark.usefixtures("results")
@pytest.mark.parametrize("path", ["/datasets", "/runs/batch"])
def test_a_refusal_is_told(
    path: str, server: FakeLangSmith, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _with_key(server, monkeypatch)
    server.refuses = path
    status, out, err = said(["upload", "r.jsonl", "--dataset", "mine"], capsys)
    assert (status, out) == (1, "")
    assert err.startswith("ict: LangSmith did not take ")
    assert _KEY not in err


def test_a_score_of_a_case_is_one_of_the_headlines(results: Results) -> None:
    scores: dict[str, dict[str, Any]] = {row["case"]: dict(scores_of(row)) for row in results.rows}
    assert scores["c00"] == {"passed": 1.0, "events.f1_at_0": 1.0, "events.look_ahead": 0.0}
    assert scores["c01"]["events.f1_at_0"] == 0.0
    assert scores["c03"] == {"passed": 0.0}
