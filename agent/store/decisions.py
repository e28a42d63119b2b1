"""Recorded decisions and their traces."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from psycopg.rows import DictRow

from agent.store.ids import is_id
from agent.store.pool import Database
from agent.store.records import DecisionRecord, Page
from tools.errors import DecisionNotFound


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions to list; None narrows nothing down.

    Attributes:
        symbol: exactly this symbol.
        status: TRADE_NOW, WAIT or NO_TRADE.
        since: recorded at or after this moment.
        until: recorded before this moment.
        decided_from: as of this moment or later, epoch seconds.
        decided_before: as of an earlier moment than this, epoch seconds.
    """

    symbol: str | None = None
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    decided_from: int | None = None
    decided_before: int | None = None

    def parameters(self, owner_id: str) -> dict[str, object]:
        """Return what the conditions name: the owner and every attribute."""
        return {"owner_id": owner_id, **{name: getattr(self, name) for name in self.__dataclass_fields__}}

    def conditions(self) -> list[str]:
        """Return the SQL conditions; see `parameters` for their values."""
        wanted = {
            "symbol = %(symbol)s": self.symbol,
            "status = %(status)s": self.status,
            "created_at >= %(since)s": self.since,
            "created_at < %(until)s": self.until,
            "as_of >= %(decided_from)s": self.decided_from,
            "as_of < %(decided_before)s": self.decided_before,
        }
        return ["owner_id = %(owner_id)s", *(condition for condition, value in wanted.items() if value is not None)]


class DecisionRepository:
    """Read decisions; they are written with the ending of their run. Every read filters by owner."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database

    async def get(self, decision_id: str, *, owner_id: str) -> DecisionRecord:
        """Return a decision by its own id.

        Raises:
            DecisionNotFound: no decision of this owner has that id.
        """
        row = None
        if is_id(decision_id):
            row = await self._database.one("get_decision", decision_id=decision_id, owner_id=owner_id)
        if row is None:
            raise DecisionNotFound(f"no decision has the id {decision_id!r}")
        return _record(row)

    async def of_run(self, run_id: str, *, owner_id: str) -> DecisionRecord | None:
        """Return what a run decided; None if it has no decision, or is not this owner's."""
        row = None
        if is_id(run_id):
            row = await self._database.one("get_decision_of_run", run_id=run_id, owner_id=owner_id)
        return None if row is None else _record(row)

    async def traces(self, run_id: str, *, owner_id: str) -> tuple[dict[str, Any], ...]:
        """Return every rule's verdict of a run, in the order of the walk."""
        rows = await self._database.all("get_traces", run_id=run_id, owner_id=owner_id)
        return tuple(row["verdict"] for row in rows)

    async def page(self, wanted: DecisionFilter, *, owner_id: str, limit: int, offset: int) -> Page[DecisionRecord]:
        """Return an owner's decisions, newest first."""
        conditions = wanted.conditions()
        given = wanted.parameters(owner_id)
        counted = await self._database.filtered("count_decisions", conditions, **given)
        rows = await self._database.filtered("page_decisions", conditions, limit=limit, offset=offset, **given)
        return Page(counted[0]["total"], tuple(_record(row) for row in rows), limit, offset)


def _record(row: DictRow) -> DecisionRecord:
    return DecisionRecord(
        decision_id=row["decision_id"],
        run_id=row["run_id"],
        symbol=row["symbol"],
        status=row["status"],
        as_of=row["as_of"],
        canonical=row["decision"],
        decision={"run_id": row["run_id"], **orjson.loads(row["decision"])},
        decision_hash=row["decision_hash"],
        facts=row["facts"],
        rulebook_hash=row["rulebook_hash"],
        code_version=row["code_version"],
        created_at=row["created_at"],
    )
