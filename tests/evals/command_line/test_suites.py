"""`ict eval list`, `check` and `seal`."""

import json
from pathlib import Path

import pytest

from api.cli import main
from evals.cases.shipped import SHIPPED
from evals.cases.suites import load_suite
from tests.evals.cases.documents import small_case

GAPS = Path(__file__).parents[1] / "cases" / "gaps"


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["eval", *arguments])
    told = capsys.readouterr()
    return int(str(ended.value.code or 0)), told.out, told.err


def test_the_suites_that_ship_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(["list"], capsys)
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(SHIPPED)


def test_a_right_suite_is_checked_and_sealed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(small_case()) + "\n")
    status, out, _ = said(["check", str(tmp_path)], capsys)
    assert (status, out.strip()) == (0, f"{tmp_path.name}: 1 case, not sealed (ict eval seal writes the manifest)")
    assert said(["seal", str(tmp_path), "--title", "Gaps"], capsys)[0] == 0
    status, out, _ = said(["check", str(tmp_path)], capsys)
    assert status == 0
    assert "1 case, sealed by manifest " in out
    assert json.loads((tmp_path / "manifest.json").read_text())["title"] == "Gaps"


def test_a_sealed_suite_of_rows_is_checked_and_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ICT_DATA_DIR", str(tmp_path / "kept"))
    status, out, _ = said(["check", str(GAPS)], capsys)
    assert (status, out.startswith("gaps: 3 cases, sealed by manifest ")) == (0, True)
    results = tmp_path / "results.jsonl"
    assert said(["run", str(GAPS), "--workers", "1", "--out", str(results)], capsys)[0] == 0
    header, *rows = (json.loads(line) for line in results.read_text().splitlines())
    assert header["suites"] == {"gaps": load_suite(GAPS).manifest_sha256}
    assert [(row["case"], row["passed"]) for row in rows] == [("gap.down", True), ("gap.none", True), ("gap.up", True)]


def test_several_suites_are_sealed_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        (folder / "rows.jsonl").write_text(json.dumps(small_case()) + "\n")
    names = [str(folder) for folder in folders]
    status, out, err = said(["seal", *names, "--title", "Gaps"], capsys)
    assert (status, out) == (2, "")
    assert "are of one suite" in err
    status, out, _ = said(["seal", *names], capsys)
    assert (status, [line.partition(":")[0] for line in out.splitlines()]) == (0, ["one", "two"])
    assert all((folder / "manifest.json").is_file() for folder in folders)


def test_every_fault_of_every_path_is_told_and_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faulty = {**small_case(), "why": "", "pinned": 1}
    (tmp_path / "a.jsonl").write_text(json.dumps(small_case()) + "\n" + json.dumps(faulty) + "\n")
    (tmp_path / "b.jsonl").write_text(json.dumps(small_case()) + "\n")
    status, out, err = said(["check", *(str(tmp_path / name) for name in ("a.jsonl", "b.jsonl", "c"))], capsys)
    assert (status, err) == (2, "")
    assert out.splitlines() == [
        f"{tmp_path / 'a.jsonl'}:2: why: it is an empty text; write a text",
        f"{tmp_path / 'a.jsonl'}:2: pinned: it is the number 1; write true or false",
        f"{tmp_path / 'a.jsonl'}:2: id: 'gap.one' is the id of {tmp_path / 'a.jsonl'}:1 too; write another",
        "b: 1 case, not sealed (ict eval seal writes the manifest)",
        f"there is no suite {tmp_path / 'c'}",
    ]


def test_what_has_faults_is_not_sealed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({**small_case(), "why": ""}) + "\n")
    status, _, err = said(["seal", str(tmp_path)], capsys)
    assert status == 2
    assert "rows.jsonl:1: why: it is an empty text" in err
    assert not (tmp_path / "manifest.json").exists()
