"""`ict eval run`, `compare` and `gate`."""

import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from api.cli import main
from evals.runs.baseline import COMMITTED
from evals.runs.choosing import Choice
from evals.runs.results import read_results
from tests.evals.runs.real_cases import write_suite


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["eval", *arguments])
    told = capsys.readouterr()
    return int(str(ended.value.code or 0)), told.out, told.err


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ICT_DATA_DIR", str(tmp_path / "kept"))


def test_a_run_is_written_kept_compared_and_guarded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = str(write_suite(tmp_path / "few.jsonl"))
    status, out, err = said(["run", suite, "--workers", "1", "--out", "a.jsonl", "--junit", "a.xml"], capsys)
    assert (status, err) == (0, "")
    assert out.startswith("few: ")
    assert "failed few/walk-1: " in out
    results = read_results(tmp_path / "a.jsonl")
    assert [row["case"] for row in results.rows] == ["walk-0", "walk-1", "why-none"]
    assert results.subject["coach"]["repeats"] == 1
    assert ElementTree.parse(tmp_path / "a.xml").getroot().get("tests") == "3"

    assert len(list((tmp_path / "kept" / "evals" / "cache").glob("*/*.row"))) == 3
    again = said(["run", suite, "--workers", "1", "--out", "b.jsonl"], capsys)
    assert again == (0, out, "")
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()

    status, out, _ = said(["compare", "a.jsonl", "b.jsonl"], capsys)
    assert (status, out.splitlines()[0]) == (0, "3 cases: 0 lost, 0 won, exact McNemar p = 1")
    status, out, _ = said(["compare", "a.jsonl", "b.jsonl", "--json"], capsys)
    assert (status, out.startswith("{")) == (0, True)

    assert said(["gate", "a.jsonl", "--baseline", "base.jsonl"], capsys)[0] == 2
    assert said(["gate", "a.jsonl", "--baseline", "base.jsonl", "--update"], capsys)[:1] == (0,)
    assert said(["gate", "b.jsonl", "--baseline", "base.jsonl"], capsys)[:2] == (0, "gate open: 3 cases compared\n")
    one = ["--case", "walk-0", "--workers", "1", "--out", "one.jsonl"]
    assert said(["run", suite, *one], capsys)[0] == 0
    status, out, _ = said(["gate", "one.jsonl", "--baseline", "base.jsonl"], capsys)
    assert (status, "in the baseline and not run: 2: few/walk-1, few/why-none" in out) == (1, True)
    status, _, err = said(["gate", "one.jsonl", "--baseline", "base.jsonl", "--update"], capsys)
    assert (status, "2 cases of the baseline were not run" in err) == (2, True)
    committed = COMMITTED.read_bytes() if COMMITTED.exists() else None
    assert said(["gate", "a.jsonl", "--update"], capsys)[0] == 2
    assert (COMMITTED.read_bytes() if COMMITTED.exists() else None) == committed


@pytest.mark.parametrize("option", [["--workers", "2"], ["--cache", "kept"], ["--no-cache"]])
def test_a_run_that_is_there_already_is_not_run(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(["gate", "a.jsonl", *option], capsys)
    assert (status, out) == (2, "")
    assert f"{option[0]} does not go with a.jsonl: it has run already" in err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nowhere"], "there is no suite nowhere"),
        (["few.jsonl", "--set", "minimum=3"], "--set minimum=3 is no assignment"),
        (["few.jsonl", "--set", "1.1.nothing=3"], "nothing"),
        (["few.jsonl", "--profile", "nobody"], "nobody"),
        (["few.jsonl", "--profile", "none.yaml"], "none.yaml"),
        (["few.jsonl", "--subject", "random", "--profile", "strict"], "--profile does not go with --subject random"),
        (["few.jsonl", "--subject", "random", "--repeats", "5"], "--repeats does not go with --subject random"),
        (["few.jsonl", "--cluster", "tcp://h:1"], "--workers does not go with --cluster tcp://h:1"),
        (["few.jsonl", "--cache", "kept"], "--cache does not go with --no-cache"),
        (["few.jsonl", "--model", "gpt"], "--model gpt needs OPENAI_API_KEY"),
        (["few.jsonl", "--case", "nobody"], "no case nobody in few"),
        (["few.jsonl", "few.jsonl"], "two suites are called few"),
        (["few.jsonl", "--out", "none/a.jsonl"], "there is no folder none"),
    ],
)
def test_bad_input_is_status_2_and_one_line(
    arguments: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_suite(tmp_path / "few.jsonl")
    status, out, err = said(["run", *arguments, "--workers", "1", "--no-cache"], capsys)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert why in err


def test_of_a_model_nothing_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = said(["run", "few.jsonl", "--model", "gpt", "--cache", "kept"], capsys)
    assert (status, "--cache does not go with --model gpt: it may answer otherwise the next time" in err) == (2, True)
    assert not Choice(model="gpt").is_deterministic
    assert Choice().is_deterministic
    assert Choice(model="offline").is_deterministic


def test_a_parameter_and_a_profile_reach_the_judgement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_suite(tmp_path / "few.jsonl")
    options = ["--set", "1.1.minimum_strength=0.5", "--profile", "relaxed", "--case", "walk-1", "--out", "a.jsonl"]
    assert said(["run", "few.jsonl", "--workers", "1", *options], capsys)[0] == 0
    analysis = read_results(tmp_path / "a.jsonl").subject["analysis"]
    assert (analysis["tuning"], analysis["profile"]) == ({"1.1": {"minimum_strength": 0.5}}, "relaxed")


def test_the_baselines_run_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_suite(tmp_path / "few.jsonl")
    for subject in ("random", "no-trade"):
        options = ["--subject", subject, "--workers", "1", "--case", "walk-0", "--out", "a.jsonl"]
        assert said(["run", "few.jsonl", *options], capsys)[0] == 0
        assert read_results(tmp_path / "a.jsonl").subject["subject"] == subject


def test_without_the_extra_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_suite(tmp_path / "few.jsonl")
    monkeypatch.setitem(sys.modules, "krippendorff", None)  # as the interpreter has it where a package is missing
    status, out, err = said(["run", "few.jsonl"], capsys)
    assert (status, out) == (2, "")
    assert err == f"ict: ict eval needs the package krippendorff: pip install 'ict-agent[evals]'{os.linesep}"
