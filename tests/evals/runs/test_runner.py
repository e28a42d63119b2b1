"""Runs of small suites: what becomes of a case, alone, in processes, from the cache, and when a process dies."""

from pathlib import Path

import pytest

from evals.runs.cache import RowCache
from evals.runs.packing import packed, unpacked
from evals.runs.processes import Processes
from evals.runs.results import Results, results_text
from evals.runs.runner import Progress, RunOptions, run
from evals.runs.worker import Alone
from evals.scoring.summary import summarise
from tests.evals.runs.small_suites import ALONE, Scripted, case, load, question
from tools.errors import DataError, EvaluationFailed, InvalidParameter

SOURCES = ("second:wrong,answers,right", "first:right,refuses,raises,right")


def rows_of(results: Results) -> dict[str, dict[str, object]]:
    return {f"{row['suite']}/{row['case']}": dict(row) for row in results.rows}


def test_each_case_has_a_row_by_suite_and_id() -> None:
    results = run(SOURCES, Scripted(), load, ALONE)
    rows = rows_of(results)
    assert list(rows) == ["first/c00", "first/c01", "first/c02", "first/c03", "second/c00", "second/c02", "second/q1"]
    assert list(results.suites) == ["first", "second"]
    assert results.subject == {"subject": "scripted", "version": 1}
    assert {name for name, row in rows.items() if row["passed"]} == {
        "first/c00",
        "first/c03",
        "second/c02",
        "second/q1",
    }
    assert rows["first/c00"]["pinned"] is True
    assert rows["second/q1"]["expected"]["turns"][0]["must_say"] == ["wait"]  # type: ignore[index]


def test_a_case_the_subject_cannot_read_is_one_it_finds_nothing_on() -> None:
    row = rows_of(run(SOURCES, Scripted(), load, ALONE))["first/c01"]
    assert row["error"] is None
    assert row["failures"][0] == "cannot be read: it has 12 bars; and needs 30"  # type: ignore[index]
    assert not row["passed"]
    assert row["found"]["events"] == []  # type: ignore[index]


def test_an_unforeseen_error_is_told_with_its_place_and_ends_nothing() -> None:
    row = rows_of(run(SOURCES, Scripted(), load, ALONE))["first/c02"]
    assert str(row["error"]).startswith("ZeroDivisionError: integer division or modulo by zero (tests.evals.runs.small")
    assert (row["passed"], row["found"], row["score"]) == (False, None, None)


def test_processes_come_to_the_bytes_of_one() -> None:
    alone = results_text(run(SOURCES, Scripted(), load, RunOptions(Alone())))
    assert results_text(run(SOURCES, Scripted(), load, RunOptions(Processes(2)))) == alone
    assert results_text(run(SOURCES[::-1], Scripted(), load, ALONE)) == alone


def test_a_process_that_dies_takes_one_case_with_it() -> None:
    results = run(["first:right,dies,right,wrong"], Scripted(), load, RunOptions(Processes(1)))
    rows = rows_of(results)
    died = "the process that judged it died: exit status 3"
    assert [row["error"] for row in rows.values()] == [None, died, None, None]
    assert rows["first/c01"]["expected"]
    assert [row["passed"] for row in rows.values()] == [True, False, True, False]


def test_a_suite_that_cannot_be_opened_ends_the_run() -> None:
    for crew in (Alone(), Processes(1)):
        with pytest.raises(DataError, match="broken:3: this is no case") as caught:
            run(["first:right", "broken"], Scripted(), load, RunOptions(crew))
        assert (caught.value.field, caught.value.expected, caught.value.got) == ("broken", "a case", "nothing")
    with pytest.raises(EvaluationFailed, match="opened the suite deadly died: exit status 3"):
        run(["deadly"], Scripted(), load, RunOptions(Processes(1)))


def test_two_suites_of_one_name_and_cases_of_none_are_refused() -> None:
    with pytest.raises(InvalidParameter, match="two suites are called first"):
        run(["first:right", "first:wrong"], Scripted(), load, ALONE)
    with pytest.raises(InvalidParameter, match="no case c77, c78 in first"):
        run(["first:right"], Scripted(), load, RunOptions(Alone(), only=("c78", "c00", "c77")))


def test_chosen_cases_alone_are_judged() -> None:
    results = run(SOURCES, Scripted(), load, RunOptions(Alone(), only=("c00", "q1")))
    assert list(rows_of(results)) == ["first/c00", "second/c00", "second/q1"]


def test_progress_counts_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    run(SOURCES, Scripted(), load, RunOptions(Alone(), progress=lambda done, total: seen.append((done, total))))
    assert seen == [(done, 7) for done in range(1, 8)]


class Diary:
    """How often a subject was asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.touch()

    def asked(self) -> list[str]:
        lines = self.path.read_text(encoding="utf-8").split()
        self.path.write_text("", encoding="utf-8")
        return sorted(lines)


def test_what_is_kept_is_not_asked_again_and_the_bytes_are_the_same(tmp_path: Path) -> None:
    diary, folder = Diary(tmp_path / "diary"), tmp_path / "cache"
    subject = Scripted(diary=str(diary.path))

    def bytes_of(subject: Scripted) -> str:
        return results_text(run(SOURCES, subject, load, RunOptions(Alone(), folder)))

    first = bytes_of(subject)
    assert len(diary.asked()) == 7
    assert bytes_of(subject) == first
    assert diary.asked() == ["c02"]  # what failed by accident is tried again
    one, two, *_ = sorted(folder.glob("*/*.row"))
    one.write_bytes(one.read_bytes()[:-7])
    two.write_bytes(two.read_bytes().replace(b"true", b"fals"))
    assert bytes_of(subject) == first
    assert len(diary.asked()) == 3
    assert bytes_of(subject) == first
    assert diary.asked() == ["c02"]
    bytes_of(Scripted(version=2, diary=str(diary.path)))
    assert len(diary.asked()) == 7


def test_every_chart_has_its_slices_whatever_becomes_of_it() -> None:
    slices = summarise(run(SOURCES, Scripted(), load, ALONE).rows)["slices"]
    assert {name: list(values) for name, values in slices.items() if name != "does"} == {
        "session": ["new_york_am"], "symbol": ["EURUSD"], "timeframe": ["15m"],
    }  # fmt: skip
    euro = slices["symbol"]["EURUSD"]
    assert (euro["cases"], euro["errors"], euro["passed"]["value"]) == (6, 1, 0.5)


def test_of_a_subject_that_may_answer_otherwise_nothing_is_kept(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "diary")
    subject = Scripted(diary=str(diary.path), is_deterministic=False)
    for _ in range(2):
        run(SOURCES, subject, load, RunOptions(Alone(), tmp_path / "cache"))
        assert len(diary.asked()) == 7
    assert not (tmp_path / "cache").exists()


def test_a_case_under_another_name_of_suite_is_known_too(tmp_path: Path) -> None:
    cache = RowCache(tmp_path, {})
    cache.put("d" * 64, b'{"suite":"old"}')
    assert cache.get("d" * 64) == b'{"suite":"old"}'
    assert cache.get("e" * 64) is None
    assert RowCache(tmp_path, {"subject": "another"}).get("d" * 64) is None


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "diary")
    subject = Scripted(diary=str(diary.path))
    cache = tmp_path / "cache"

    def interrupting_at(limit: int) -> Progress:
        def interrupt(done: int, total: int) -> None:
            if done == limit:
                raise KeyboardInterrupt

        return interrupt

    sources = ["first:right,wrong,right,wrong,right"]
    for crew, limit in ((Alone(), 2), (Processes(1), 4)):
        with pytest.raises(KeyboardInterrupt):
            run(sources, subject, load, RunOptions(crew, cache, progress=interrupting_at(limit)))
    diary.asked()
    whole = run(sources, subject, load, RunOptions(Alone(), cache))
    assert len(diary.asked()) == 1
    assert whole == run(sources, Scripted(), load, ALONE)


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    cache = tmp_path / "file" / "below"
    assert run(SOURCES, Scripted(), load, RunOptions(Alone(), cache)) == run(SOURCES, Scripted(), load, ALONE)


@pytest.mark.parametrize("made", [case("a", "right"), question("b")])
def test_a_case_arrives_in_another_process_as_it_was(made: object) -> None:
    assert unpacked(packed(made)) == made  # type: ignore[arg-type]
