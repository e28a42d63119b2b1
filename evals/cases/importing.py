"""Fetch recorded runs with what was said of them, and write the cases that are made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from agent.runs.charts import recorded_charts
from agent.service import Service
from agent.store.decisions import DecisionFilter
from agent.store.feedback import Feedback
from evals.cases.case import Case
from evals.cases.exclusive import exclusive
from evals.cases.files import CASE_FILE, ROWS, ReadCases, case_file_of, rows_of
from evals.cases.recorded import RecordedRun, case_of_run
from tools.errors import DataError, IctError, InvalidParameter, InvalidSuite, RunNotDecided, RunNotFound
from tools.whole_file import write_whole

_PAGE: Final = 200
_FIELD: Final = "to"


@dataclass(frozen=True, slots=True)
class Imported:
    """The cases that runs make, the run decided first foremost, and why others make none, one sentence each."""

    cases: tuple[Case, ...]
    refused: tuple[str, ...]


async def runs_since(service: Service, since: datetime, *, owner_id: str) -> tuple[str, ...]:
    """Return the ids of the runs whose decisions were recorded at or after a moment, the oldest first."""
    found: list[str] = []
    wanted = DecisionFilter(since=since)
    while True:
        page = await service.runs.decisions(wanted, owner_id=owner_id, limit=_PAGE, offset=len(found))
        found += [record.run_id for record in page.items]
        if len(page.items) < _PAGE:
            return tuple(dict.fromkeys(reversed(found)))


async def import_runs(
    service: Service, run_ids: Sequence[str], *, owner_id: str, feedback_only: bool = False
) -> Imported:
    """Make cases of recorded runs.

    Args:
        service: open.
        run_ids: the runs.
        owner_id: whose they are.
        feedback_only: leave out runs of which nobody said anything.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    cases, refused = [], []
    for run_id in run_ids:
        try:
            run = await _recorded(service, run_id, owner_id)
            if run.feedback or not feedback_only:
                cases.append(case_of_run(run))
        except (DataError, RunNotFound, RunNotDecided) as error:
            refused.append(_sentence(run_id, error))
    return Imported(tuple(cases), tuple(refused))


def write_cases(cases: Sequence[Case], target: Path) -> None:
    """Write cases into a JSONL file, or into a folder of their own each; one of the same id is replaced.

    Args:
        cases: the cases.
        target: a ``.jsonl`` file, which keeps its other cases, or a folder, which is made where it is missing.

    Raises:
        InvalidParameter: it cannot be written to.
        InvalidSuite: the file is there already and has faults; it is left as it is.
    """
    if target.suffix == ROWS:
        if cases:
            with exclusive(target, field=_FIELD):
                _write_rows(cases, target)
        return
    for case in cases:
        folder = target / case.id
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidParameter(
                f"{folder} cannot be made: {error.strerror or error}", field=_FIELD,
                expected=f"a folder, or a {ROWS} file", got=str(target),
            ) from error  # fmt: skip
        path = folder / CASE_FILE
        with exclusive(path, field=_FIELD):
            write_whole(path, case_file_of(case), field=_FIELD)


def _write_rows(cases: Sequence[Case], path: Path) -> None:
    kept = ReadCases()
    lines = kept.read_rows(path) if path.exists() else []
    if kept.problems:
        raise InvalidSuite(kept.problems)
    rows = dict(zip((case.id for case in kept.cases), lines, strict=True))
    rows |= {case.id: rows_of((case,)).decode().removesuffix("\n") for case in cases}
    write_whole(path, "".join(f"{row}\n" for row in rows.values()), field=_FIELD)


async def _recorded(service: Service, run_id: str, owner_id: str) -> RecordedRun:
    run = await service.runs.get(run_id, owner_id=owner_id)
    if run.decision_id is None:
        raise RunNotDecided(f"run {run_id} is {run.status} and has no decision to label")
    decided = await service.runs.decision(run.decision_id, owner_id=owner_id)
    given = await recorded_charts(service.database, run_id, owner_id=owner_id)
    return RecordedRun(decided.record, given.stored, await _said_of(service, run_id, owner_id))


async def _said_of(service: Service, run_id: str, owner_id: str) -> tuple[Feedback, ...]:
    """Return everything that was said of a run, the newest first."""
    found: dict[str, Feedback] = {}
    given = 0
    while True:  # what is said meanwhile moves a page on, and its first entries come again
        page = await service.feedback.of_run(run_id, owner_id=owner_id, limit=_PAGE, offset=given)
        found |= {one.feedback_id: one for one in page.items if one.feedback_id not in found}
        given += len(page.items)
        if len(page.items) < _PAGE:
            return tuple(found.values())


def _sentence(run_id: str, error: IctError) -> str:
    told = "; ".join(str(error).splitlines())
    return told if run_id in told else f"run {run_id} makes no case: {told}"
