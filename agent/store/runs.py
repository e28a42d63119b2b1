"""Runs and their events in the database."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from psycopg.rows import DictRow

from agent.audit.content import SealedRecord, facts_digest, record_digest, verdicts_digest
from agent.store.ids import is_id
from agent.store.pool import Database
from agent.store.records import (
    Decided,
    EventPage,
    Lease,
    Orphan,
    Page,
    Run,
    StoredEvent,
    StoredInputs,
    WrittenEvent,
)
from rulebook.loader import Rulebook
from tools.errors import RunAlreadyEnded, RunNotFound, RunOwnershipLost, StoreUnavailable

_PAGE_EVENTS: Final = 200
_LARGEST_SEQ: Final = 2**31 - 1
_KEPT_RULEBOOKS: Final = 32


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Everything an accepted run is made of; ``windows`` are canonical candle bytes by their SHA-256."""

    run_id: str
    owner_id: str
    symbol: str
    profile: str
    as_of: int
    inputs: Mapping[str, Any]
    windows: Mapping[str, bytes]
    rulebook_hash: str
    worker: int


class RunRepository:
    """Read and write runs. Reads filter by owner; writes of a running run are fenced by its lease."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database
        self._kept_rulebooks: set[str] = set()
        self._read_rulebooks: OrderedDict[str, Rulebook] = OrderedDict()

    async def keep_rulebook(self, rulebook: Rulebook) -> None:
        """Store a rulebook's snapshot under its hash, so that runs can refer to it and be judged by it again."""
        if rulebook.hash in self._kept_rulebooks:
            return
        snapshot = orjson.dumps(rulebook.to_dict()).decode()
        await self._database.all("keep_rulebook", hash=rulebook.hash, profile=rulebook.profile, snapshot=snapshot)
        self._kept_rulebooks.add(rulebook.hash)

    async def accept(self, acceptance: Acceptance) -> Lease:
        """Commit a run with all its inputs; once this returns, it will end, whatever happens to this process."""
        await self._database.all(
            "accept_run",
            run_id=acceptance.run_id,
            owner_id=acceptance.owner_id,
            symbol=acceptance.symbol,
            profile=acceptance.profile,
            as_of=acceptance.as_of,
            inputs=orjson.dumps(acceptance.inputs).decode(),
            window_sha256=list(acceptance.windows),
            payloads=list(acceptance.windows.values()),
            rulebook_hash=acceptance.rulebook_hash,
            worker=acceptance.worker,
        )
        return Lease(acceptance.run_id, acceptance.owner_id, attempt=1)

    async def append(self, lease: Lease, events: Sequence[WrittenEvent], *, last_seq: int) -> bool:
        """Add events to the log of a run that is still ours; none only marks it as running.

        Returns:
            Whether somebody has asked to cancel the run.

        Raises:
            RunOwnershipLost: another worker has taken the run over, or it has ended; nothing was written.
        """
        row = await self._database.one(
            "append_events", run_id=lease.run_id, attempt=lease.attempt, last_seq=last_seq, **_columns(events)
        )
        if row is None:
            raise _lost(lease)
        return bool(row["is_cancelled"])

    async def complete(
        self, lease: Lease, events: Sequence[WrittenEvent], decided: Decided, verdicts: Sequence[Mapping[str, Any]]
    ) -> bool:
        """Record the ending: the last events, the decision, its whole trace and its link of the owner's chain, at once.

        Returns:
            False, with nothing written, if the run is no longer ours or was to be cancelled.
        """
        parameters = {
            "run_id": lease.run_id,
            "attempt": lease.attempt,
            "last_seq": events[-1].seq,
            "decision_id": decided.decision_id,
            "status": decided.status,
            "kill_zone": decided.kill_zone,
            "decision": decided.canonical,
            "decision_hash": decided.decision_hash,
            "facts": orjson.dumps(decided.facts).decode(),
            "code_version": decided.code_version,
            "record_digest": record_digest(_sealed(lease, decided)),
            "facts_digest": facts_digest(decided.facts),
            "traces_digest": verdicts_digest(verdicts),
            **_columns(events),
            **_trace_columns(verdicts),
        }
        rows = await self._database.together(("lock_chain", {"owner_id": lease.owner_id}), ("complete_run", parameters))
        return bool(rows)

    async def end(
        self,
        lease: Lease,
        status: str,
        events: Sequence[WrittenEvent],
        verdicts: Sequence[Mapping[str, Any]],
        error: Mapping[str, Any] | None,
    ) -> None:
        """Record an ending without a decision, ``failed`` or ``cancelled``, with the trace so far.

        Raises:
            RunOwnershipLost: another worker has taken the run over, or it has ended; nothing was written.
        """
        row = await self._database.one(
            "end_run",
            run_id=lease.run_id,
            attempt=lease.attempt,
            status=status,
            last_seq=events[-1].seq,
            error=None if error is None else orjson.dumps(error).decode(),
            **_columns(events),
            **_trace_columns(verdicts),
        )
        if row is None:
            raise _lost(lease)

    async def claim_orphans(self, *, worker: int, executing: Sequence[str], limit: int) -> list[Orphan]:
        """Take over runs whose worker has vanished; two workers that do so at once never get the same one.

        Args:
            worker: our own key.
            executing: the runs this worker is at; others under its key are orphans too.
            limit: the most to take.
        """
        rows = await self._database.all("claim_orphans", worker=worker, executing=list(executing), limit=limit)
        return [_orphan(row) for row in rows]

    async def written_events(self, lease: Lease) -> list[WrittenEvent]:
        """Return the whole log of a run as it was written."""
        rows = await self._database.all("stored_events", run_id=lease.run_id, owner_id=lease.owner_id)
        return [WrittenEvent(row["seq"], row["event"], row["data"]) for row in rows]

    async def inputs(self, run_id: str, *, owner_id: str, rulebook_hash: str) -> StoredInputs:
        """Return what a run was accepted with.

        Raises:
            RunNotFound: no run of this owner has that id.
            StoreUnavailable: a window or the rulebook is missing, which only tampering can bring about.
            RulebookError: the rulebook's snapshot is damaged, or of another version of this code.
        """
        run = await self._database.one("get_inputs", run_id=run_id, owner_id=owner_id)
        if run is None:
            raise _unknown(run_id)
        rows = await self._database.all("get_windows", owner_id=owner_id, sha256=run["window_sha256"])
        windows = {row["sha256"]: bytes(row["payload"]) for row in rows}
        rulebook = await self._rulebook(rulebook_hash)
        if rulebook is None or set(windows) != set(run["window_sha256"]):
            raise StoreUnavailable(f"the stored inputs of run {run_id} are incomplete")
        return StoredInputs(orjson.loads(run["inputs"]), windows, rulebook)

    async def _rulebook(self, rulebook_hash: str) -> Rulebook | None:
        """Return a stored rulebook; the last few are kept, since reading one takes longer than using it."""
        if (read := self._read_rulebooks.get(rulebook_hash)) is None:
            row = await self._database.one("get_rulebook", hash=rulebook_hash)
            if row is None:
                return None
            read = self._read_rulebooks[rulebook_hash] = Rulebook.from_dict(orjson.loads(row["snapshot"]))
            if len(self._read_rulebooks) > _KEPT_RULEBOOKS:
                self._read_rulebooks.popitem(last=False)
        self._read_rulebooks.move_to_end(rulebook_hash)
        return read

    async def events(self, run_id: str, *, owner_id: str, after: int) -> EventPage:
        """Return a page of the events with a seq above ``after`` (one page may not be all).

        Raises:
            RunNotFound: no run of this owner has that id.
        """
        after = min(max(after, 0), _LARGEST_SEQ)
        rows = []
        if is_id(run_id):
            rows = await self._database.all(
                "read_events", run_id=run_id, owner_id=owner_id, after=after, limit=_PAGE_EVENTS
            )
        if not rows:
            raise _unknown(run_id)
        events = tuple(_event(row) for row in rows if row["seq"] is not None)
        reached = events[-1].seq if events else after
        return EventPage(events, is_last=rows[0]["has_ended"] and reached >= rows[0]["last_seq"])

    async def get(self, run_id: str, *, owner_id: str) -> Run:
        """Return a run.

        Raises:
            RunNotFound: no run of this owner has that id.
        """
        row = await self._database.one("get_run", run_id=run_id, owner_id=owner_id) if is_id(run_id) else None
        if row is None:
            raise _unknown(run_id)
        return _run(row)

    async def request_cancel(self, run_id: str, *, owner_id: str) -> None:
        """Ask, durably, that a run be cancelled; asking again changes nothing.

        Raises:
            RunNotFound: no run of this owner has that id.
            RunAlreadyEnded: it has completed or failed.
        """
        known = is_id(run_id)
        if known and await self._database.one("request_cancel", run_id=run_id, owner_id=owner_id):
            return
        run = await self.get(run_id, owner_id=owner_id)
        if run.status != "cancelled":
            raise RunAlreadyEnded(f"run {run_id} has ended as {run.status} and can no longer be cancelled")

    async def page(
        self, *, owner_id: str, symbol: str | None, status: str | None, limit: int, offset: int
    ) -> Page[Run]:
        """Return an owner's runs, newest first; ``symbol`` and ``status`` narrow them down."""
        given = {"symbol": symbol, "status": status}
        filters = ["r.owner_id = %(owner_id)s", *(f"r.{name} = %({name})s" for name, value in given.items() if value)]
        counted = await self._database.filtered("count_runs", filters, owner_id=owner_id, **given)
        rows = await self._database.filtered(
            "page_runs", filters, owner_id=owner_id, limit=limit, offset=offset, **given
        )
        return Page(counted[0]["total"], tuple(_run(row) for row in rows), limit, offset)


def _columns(events: Sequence[WrittenEvent]) -> dict[str, list[Any]]:
    return {
        "seqs": [event.seq for event in events],
        "events": [event.event for event in events],
        "documents": [event.document for event in events],
    }


def _trace_columns(verdicts: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {
        "rule_ids": [verdict["rule_id"] for verdict in verdicts],
        "nodes": [verdict["node"] for verdict in verdicts],
        "outcomes": [verdict["outcome"] for verdict in verdicts],
        "verdicts": [orjson.dumps(verdict).decode() for verdict in verdicts],
    }


def _sealed(lease: Lease, decided: Decided) -> SealedRecord:
    return SealedRecord(
        owner_id=lease.owner_id,
        decision_id=decided.decision_id,
        run_id=lease.run_id,
        symbol=decided.symbol,
        status=decided.status,
        as_of=decided.as_of,
        kill_zone=decided.kill_zone,
        decision=decided.canonical,
        decision_hash=decided.decision_hash,
        rulebook_hash=decided.rulebook_hash,
        code_version=decided.code_version,
    )


def _event(row: DictRow) -> StoredEvent:
    return StoredEvent(row["seq"], row["event"], orjson.loads(row["data"]), row["at"])


def _orphan(row: DictRow) -> Orphan:
    return Orphan(
        lease=Lease(row["run_id"], row["owner_id"], row["attempt"]),
        rulebook_hash=row["rulebook_hash"],
        is_cancelled=row["is_cancelled"],
    )


def _run(row: DictRow) -> Run:
    decision = row["decision"]
    return Run(
        run_id=row["run_id"],
        symbol=row["symbol"],
        status=row["status"],
        profile=row["profile"],
        rulebook_hash=row["rulebook_hash"],
        as_of=row["as_of"],
        attempts=row["attempt"],
        last_seq=row["last_seq"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        cancel_requested_at=row["cancel_requested_at"],
        decision_id=row["decision_id"],
        decision=None if decision is None else {"run_id": row["run_id"], **orjson.loads(decision)},
        error=row["error"],
    )


def _unknown(run_id: str) -> RunNotFound:
    return RunNotFound(f"no run has the id {run_id!r}")


def _lost(lease: Lease) -> RunOwnershipLost:
    return RunOwnershipLost(f"run {lease.run_id} is no longer this worker's (attempt {lease.attempt})")
