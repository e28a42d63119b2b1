"""Processes that cannot do their work say so as the store's error, and not as a broken pool."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.audit.material import RecordedDecisions
from agent.audit.workforce import work_through
from tests.agent.audit.recorded import ME
from tools.errors import StoreUnavailable

IDS = ["a", "b"]


def echo(decisions: RecordedDecisions, setting: str, part: Sequence[str]) -> list[str]:
    return [setting + one for one in part]


def vanish(decisions: RecordedDecisions, setting: str, part: Sequence[str]) -> list[str]:
    os._exit(1)


def test_answers_come_in_the_order_of_the_decisions(database_url: str) -> None:
    done: list[int] = []
    told = work_through(echo, "to ", IDS, conninfo=database_url, owner_id=ME, workers=2, on_progress=done.append)
    assert (told, done) == (["to a", "to b"], [1, 2])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_database_that_does_not_answer_is_told_as_such(tmp_path: Path, workers: int) -> None:
    nowhere = f"host={tmp_path} dbname=nothing user=nobody"
    with pytest.raises(StoreUnavailable, match="did not answer"):
        work_through(echo, "", IDS, conninfo=nowhere, owner_id=ME, workers=workers, on_progress=print)


def test_a_process_that_vanishes_is_told_as_such(database_url: str) -> None:
    with pytest.raises(StoreUnavailable, match="ended from outside"):
        work_through(vanish, "", IDS, conninfo=database_url, owner_id=ME, workers=2, on_progress=print)
