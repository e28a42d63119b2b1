"""What people say of recorded runs, in the database. Every statement is filtered by owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from psycopg.rows import DictRow

from agent.store.ids import is_id, new_id
from agent.store.pool import Database
from agent.store.records import Page
from tools.errors import FeedbackNotFound, RunNotFound

Verdict = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's verdict on one run.

    Attributes:
        labels: what is true of the run's chart (`agent.labels.documents`), None where nobody said.
        note: in their own words, or None.
        given_by: whose verdict it is.
        created_at: when it was recorded.
    """

    feedback_id: str
    run_id: str
    verdict: Verdict
    labels: dict[str, Any] | None
    note: str | None
    given_by: str
    created_at: datetime


class FeedbackRepository:
    """Add and read feedback."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database

    async def add(
        self,
        run_id: str,
        *,
        owner_id: str,
        verdict: Verdict,
        labels: Mapping[str, Any] | None,
        note: str | None,
        given_by: str,
    ) -> Feedback:
        """Record a verdict.

        Raises:
            RunNotFound: no run of this owner has that id.
        """
        row = None
        if is_id(run_id):
            row = await self._database.one(
                "give_feedback",
                feedback_id=new_id(),
                owner_id=owner_id,
                run_id=run_id,
                verdict=verdict,
                labels=None if labels is None else orjson.dumps(labels).decode(),
                note=note,
                given_by=given_by,
            )
        if row is None:
            raise RunNotFound(f"no run has the id {run_id!r}")
        return _feedback(row)

    async def get(self, feedback_id: str, *, run_id: str, owner_id: str) -> Feedback:
        """Return one verdict.

        Raises:
            FeedbackNotFound: nothing of that id was said of this owner's run.
        """
        row = None
        if is_id(feedback_id) and is_id(run_id):
            row = await self._database.one("get_feedback", owner_id=owner_id, run_id=run_id, feedback_id=feedback_id)
        if row is None:
            raise FeedbackNotFound(f"no feedback on run {run_id} has the id {feedback_id!r}")
        return _feedback(row)

    async def page(self, run_id: str, *, owner_id: str, limit: int, offset: int) -> Page[Feedback]:
        """Return what was said of a run, the newest first."""
        if not is_id(run_id):
            return Page(0, (), limit, offset)
        of_run = {"owner_id": owner_id, "run_id": run_id}
        counted = await self._database.all("count_feedback", **of_run)
        rows = await self._database.all("page_feedback", limit=limit, offset=offset, **of_run)
        return Page(counted[0]["total"], tuple(_feedback(row) for row in rows), limit, offset)


def _feedback(row: DictRow) -> Feedback:
    labels = row["labels"]
    return Feedback(
        feedback_id=row["feedback_id"],
        run_id=row["run_id"],
        verdict=row["verdict"],
        labels=None if labels is None else orjson.loads(labels),
        note=row["note"],
        given_by=row["given_by"],
        created_at=row["created_at"],
    )
