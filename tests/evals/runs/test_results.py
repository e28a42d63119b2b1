"""The result file: what is written is read, and every fault of a damaged one is told with its line."""

from pathlib import Path

import orjson
import pytest

from evals.runs.results import read_results, results_text, write_results
from evals.runs.runner import run
from tests.evals.runs.small_suites import ALONE, Scripted, load
from tools.errors import InvalidParameter, InvalidResults

RESULTS = run(["first:right,wrong,raises,right", "second:answers"], Scripted(), load, ALONE)


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    write_results(path, RESULTS)
    assert read_results(path) == RESULTS
    assert path.read_text(encoding="utf-8") == results_text(RESULTS)
    header, *rows = path.read_bytes().splitlines()
    assert orjson.loads(header)["format"] == "ict-eval-results/1"
    assert [list(orjson.loads(row)) == sorted(orjson.loads(row)) for row in (header, *rows)] == [True] * 6


def test_results_go_nowhere_else_where_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="cannot be written"):
        write_results(tmp_path / "none" / "results.jsonl", RESULTS)


def damaged(tmp_path: Path, change: dict[int, bytes | None]) -> tuple[str, ...]:
    """Write the file with some lines replaced, or left out, and return what reading it complains of."""
    lines = results_text(RESULTS).encode().splitlines()
    kept = [change.get(number, line) for number, line in enumerate(lines, 1)]
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in kept if line is not None))
    with pytest.raises(InvalidResults) as caught:
        read_results(path)
    return tuple(problem.removeprefix(str(path)) for problem in caught.value.problems)


def altered(number: int, **values: object) -> bytes:
    line = orjson.loads(results_text(RESULTS).splitlines()[number - 1])
    return orjson.dumps({**line, **values})


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    problems = damaged(
        tmp_path,
        {
            1: altered(1, format="ict-eval-results/9"),
            2: b"{",
            3: altered(3, passed="yes", extra=1),
            4: altered(4, digest="short"),
            5: altered(5, found={"kinds": []}),
        },
    )
    assert [problem[:2] for problem in problems] == [":1", ":2", ":3", ":3", ":4", ":5"]
    assert "no JSON" in problems[1]
    assert "digest" in problems[4]
    assert "this is no find: KeyError: 'decision'" in problems[5]


def test_rows_stand_in_order_once_and_in_a_named_suite(tmp_path: Path) -> None:
    assert damaged(tmp_path, {3: altered(2)}) == (":3: case first/c00 stands there twice",)
    assert damaged(tmp_path, {3: altered(6)})[0] == ":4: case first/c02 stands behind second/q0; rows are in order"
    assert damaged(tmp_path, {2: altered(2, suite="a")}) == (":2: suite a is not named in the first line",)


def test_a_line_that_is_no_object_and_a_file_cut_off(tmp_path: Path) -> None:
    assert damaged(tmp_path, {6: b"[1]"})[0].startswith(":6: the line: ")
    path = tmp_path / "cut.jsonl"
    path.write_text(results_text(RESULTS)[:-9], encoding="utf-8")
    with pytest.raises(InvalidResults, match="jsonl:6: the line has no end: the file was cut off"):
        read_results(path)
    path.write_bytes(b"")
    with pytest.raises(InvalidResults, match="jsonl:1: this is no JSON"):
        read_results(path)
    with pytest.raises(InvalidResults, match="cannot be read: No such file"):
        read_results(tmp_path / "none.jsonl")
