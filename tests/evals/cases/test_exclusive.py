"""One writer at a time, among threads as among processes, and no lock is left behind."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evals.cases.exclusive import exclusive
from tools.errors import InvalidParameter

WRITERS, ROUNDS = 4, 50


def test_what_is_read_and_written_under_the_lock_is_never_lost(tmp_path: Path) -> None:
    path = tmp_path / "count.txt"
    path.write_text("0")

    def count() -> None:
        for _ in range(ROUNDS):
            with exclusive(path, field="FILE"):
                path.write_text(str(int(path.read_text()) + 1))

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(count) for _ in range(WRITERS)]:
            done.result()
    assert path.read_text() == str(WRITERS * ROUNDS)
    assert list(tmp_path.iterdir()) == [path]


def test_the_lock_is_let_go_whatever_happens(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with pytest.raises(ZeroDivisionError), exclusive(path, field="FILE"):
        raise ZeroDivisionError
    with exclusive(path, field="FILE"):
        assert [one.name for one in tmp_path.iterdir()] == [".ict-rows.jsonl.lock"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(InvalidParameter, match=r"rows\.jsonl cannot be written"),
        exclusive(tmp_path / "none" / "rows.jsonl", field="--to"),
    ):
        pass
