"""Runs of threads and their events in the database."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import orjson
from psycopg.rows import DictRow

from agent.store.pool import Database
from agent.store.records import Page
from agent.store.threads import unknown_thread
from agent.threads.documents import to_json
from agent.threads.records import RunRequest, RunStatus, ThreadEvent, ThreadRun, ThreadStatus
from tools.errors import CheckpointNotFound, EventsExpired, RunAlreadyEnded, RunNotFound, ThreadBusy

_PAGE_EVENTS: Final = 100
_LARGEST_SEQ: Final = 2**31 - 1
_TUPLES: Final = ("stream_modes", "interrupt_before", "interrupt_after")
MOST_OPEN: Final = 100
_KEPT_INPUT: Final = 65_536
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OwnedRun:
    """A run with what only its worker needs.

    Attributes:
        run: as it stands; its request has the input only where it was asked for.
        owner_id: whose it is.
        worker: the key it runs under.
        is_cancelled: whether it is to end.
        is_readable: whether what it was asked could be read; a run that cannot be read can only be ended.
    """

    run: ThreadRun
    owner_id: str
    worker: int | None
    is_cancelled: bool
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run that was accepted, and the runs of its thread that were asked to end for it."""

    owned: OwnedRun
    interrupted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadEventPage:
    """Events after a given one, and whether the run's last event lies within or before them."""

    events: tuple[ThreadEvent, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ends.

    Attributes:
        events: its last events, (name, JSON text).
        thread_status: how it leaves its thread; None for a run that never began.
        values: the output state as JSON text; None leaves the thread's as it is.
        grounded: what these values say of the answer in them; None leaves the thread's as it is.
        kept_s: seconds after which the thread goes too; None keeps it.
    """

    status: RunStatus
    events: Sequence[tuple[str, str]]
    error: Mapping[str, str] | None = None
    thread_status: ThreadStatus | None = None
    values: str | None = None
    grounded: bool | None = None
    kept_s: float | None = None


class ThreadRunRepository:
    """Read and write runs of threads. Reads filter by owner; writes of a running run are fenced by its worker."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database

    async def accept(
        self,
        run_id: str,
        thread_id: str,
        request: RunRequest,
        *,
        owner_id: str,
        assistant_id: str,
        graph_id: str,
        title: str | None,
        worker: int | None,
        creates: bool = False,
    ) -> Accepted:
        """Commit a run in one round trip: running under ``worker`` if its thread is free, else pending.

        With ``creates`` its thread is made in the same transaction where there is none of that id. The thread's
        metadata says from then on which assistant, of which graph, it was last run with.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
            CheckpointNotFound: the thread has no such state to start from.
            ThreadBusy: the request wants to be rejected while another run is open, and one is; or too many wait.
        """
        whose = {"thread_id": thread_id, "owner_id": owner_id}
        rest, given = await _written(request)
        parameters = {
            **whose,
            "run_id": run_id,
            "assistant_id": assistant_id,
            "graph_id": graph_id,
            "title": title,
            "strategy": request.multitask_strategy,
            "request": rest,
            "input": given,
            "worker": worker,
            "checkpoint_id": request.checkpoint_id,
            "most_open": MOST_OPEN,
        }
        new = {**whose, "title": None, "metadata": "{}", "is_stateless": request.deletes_thread}
        making = [("create_thread", new)] if creates else []
        rows = await self._database.together(*making, ("lock_thread", whose), ("accept_thread_run", parameters))
        row = rows[0]
        _refuse(row, thread_id, request)
        run = ThreadRun(
            run_id=run_id,
            thread_id=thread_id,
            assistant_id=assistant_id,
            status=row["status"],
            request=request,
            error=None,
            last_seq=row["last_seq"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            title=row["title"],
        )
        return Accepted(OwnedRun(run, owner_id, row["worker"], is_cancelled=False), tuple(row["interrupted"]))

    async def claim(self, *, worker: int, limit: int, own: Sequence[str] | None) -> list[OwnedRun]:
        """Take pending runs whose turn it is: on any thread, or only on those of the runs in ``own``."""
        rows = await self._database.all(
            "claim_thread_runs", worker=worker, limit=limit, is_any=own is None, own=list(own or ())
        )
        return [_owned(row) for row in rows]

    async def append(self, written: Sequence[tuple[str, ThreadEvent]], *, worker: int) -> dict[str, bool]:
        """Add (run, event) pairs to the logs of runs that still are this worker's; to do so again changes nothing.

        Returns:
            Whether each of these runs was asked to end; the runs that are missing are no longer ours.
        """
        rows = await self._database.all(
            "append_thread_events",
            worker=worker,
            run_ids=[run_id for run_id, _ in written],
            seqs=[event.seq for _, event in written],
            events=[event.event for _, event in written],
            documents=[event.data for _, event in written],
        )
        return {row["run_id"]: row["is_cancelled"] for row in rows}

    async def end(self, owned: OwnedRun, ending: Ending) -> tuple[ThreadEvent, ...] | None:
        """Record a run's ending and return its last events; None, with nothing written, if it is another's now."""
        run = owned.run
        whose = {"thread_id": run.thread_id, "owner_id": owned.owner_id}
        parameters = {
            **whose,
            "run_id": run.run_id,
            "worker": owned.worker,
            "status": ending.status,
            "error": None if ending.error is None else to_json(ending.error),
            "events": [event for event, _ in ending.events],
            "documents": [document for _, document in ending.events],
            "thread_status": ending.thread_status,
            "values": ending.values,
            "grounded": ending.grounded,
            "kept_s": ending.kept_s,
            "kept_input": _KEPT_INPUT,
        }
        rows = await self._database.together(("lock_thread", whose), ("end_thread_run", parameters))
        if not rows:
            return None
        first = rows[0]["written"] + 1
        return tuple(ThreadEvent(seq, *event) for seq, event in enumerate(ending.events, first))

    async def lost(self, *, worker: int, executing: Sequence[str], limit: int) -> list[OwnedRun]:
        """Return running runs whose worker has vanished, and those of our own key that we are not at."""
        rows = await self._database.all("lost_thread_runs", worker=worker, executing=list(executing), limit=limit)
        return [_owned(row) for row in rows]

    async def cancelled(self, executing: Sequence[str]) -> list[str]:
        """Return which of these runs somebody asked to end."""
        rows = await self._database.all("cancelled_thread_runs", executing=list(executing))
        return [row["run_id"] for row in rows]

    async def open_runs(self, thread_id: str, *, owner_id: str) -> list[str]:
        """Return a thread's runs that have not ended, newest first."""
        rows = await self._database.all("open_thread_runs", thread_id=thread_id, owner_id=owner_id)
        return [row["run_id"] for row in rows]

    async def request_cancel(self, thread_id: str, run_id: str, *, owner_id: str) -> None:
        """Ask, durably, that a run end; asking again changes nothing.

        Raises:
            RunNotFound: the thread has no such run.
            RunAlreadyEnded: it has ended.
        """
        whose = {"thread_id": thread_id, "run_id": run_id, "owner_id": owner_id}
        if await self._database.one("request_thread_cancel", **whose) is None:
            owned = await self.get(thread_id, run_id, owner_id=owner_id)
            raise RunAlreadyEnded(f"run {run_id} has ended as {owned.run.status} and can no longer be cancelled")

    async def get(self, thread_id: str, run_id: str, *, owner_id: str) -> OwnedRun:
        """Return a run.

        Raises:
            RunNotFound: the thread has no such run.
        """
        row = await self._database.one("get_thread_run", thread_id=thread_id, run_id=run_id, owner_id=owner_id)
        if row is None:
            raise unknown_run(run_id)
        return _owned(row)

    async def page(
        self, thread_id: str, *, owner_id: str, status: str | None, limit: int, offset: int, with_input: bool
    ) -> Page[ThreadRun]:
        """Return a thread's runs, newest first, with what they were given or without."""
        given = {"thread_id": thread_id, "owner_id": owner_id, "status": status}
        filters = [f"{name} = %({name})s" for name, value in given.items() if value is not None]
        counted = await self._database.filtered("count_thread_runs", filters, **given)
        rows = await self._database.filtered(
            "page_thread_runs", filters, limit=limit, offset=offset, with_input=with_input, **given
        )
        return Page(counted[0]["total"], tuple(_owned(row).run for row in rows), limit, offset)

    async def events(self, thread_id: str, run_id: str, *, owner_id: str, after: int) -> ThreadEventPage:
        """Return a page of the events with a seq above ``after`` (one page may not be all).

        Raises:
            RunNotFound: the thread has no such run.
            EventsExpired: it ended long ago, and its events are no longer kept.
        """
        after = min(max(after, 0), _LARGEST_SEQ)
        rows = await self._database.all(
            "read_thread_events", thread_id=thread_id, run_id=run_id, owner_id=owner_id, after=after, limit=_PAGE_EVENTS
        )
        if not rows:
            raise unknown_run(run_id)
        if not rows[0]["has_log"]:
            raise _expired(run_id)
        events = tuple(ThreadEvent(row["seq"], row["event"], row["data"]) for row in rows if row["seq"] is not None)
        reached = events[-1].seq if events else after
        return ThreadEventPage(events, is_last=rows[0]["has_ended"] and reached >= rows[0]["last_seq"])

    async def expire(self, *, kept_s: float, limit: int) -> int:
        """Delete the events of runs that ended longer than ``kept_s`` seconds ago; return of how many runs."""
        return len(await self._database.all("expire_thread_events", kept_s=kept_s, limit=limit))

    async def delete(self, thread_id: str, run_id: str, *, owner_id: str) -> None:
        """Delete a run that has ended, with its events.

        Raises:
            RunNotFound: the thread has no such run.
            ThreadBusy: it has not ended.
        """
        whose = {"thread_id": thread_id, "run_id": run_id, "owner_id": owner_id}
        if await self._database.one("delete_thread_run", **whose) is None:
            await self.get(thread_id, run_id, owner_id=owner_id)
            raise ThreadBusy(f"run {run_id} has not ended: cancel it before it is deleted", run_id=run_id)


def unknown_run(run_id: str) -> RunNotFound:
    """Return the error that says so."""
    return RunNotFound(f"the thread has no run {run_id[:60]!r}")


def unknown_state(checkpoint_id: str) -> CheckpointNotFound:
    """Return the error that says so."""
    return CheckpointNotFound(f"the thread has no state {checkpoint_id[:60]!r}")


def require_events(run: ThreadRun) -> None:
    """Refuse to follow a run that is followed no more.

    Raises:
        EventsExpired: its events are no longer kept.
    """
    if not run.has_log:
        raise _expired(run.run_id)


def _expired(run_id: str) -> EventsExpired:
    return EventsExpired(f"run {run_id} ended long ago and its events are no longer kept; its thread has the state")


def _refuse(row: DictRow, thread_id: str, request: RunRequest) -> None:
    if not row["is_there"]:
        raise unknown_thread(thread_id)
    if not row["has_state"]:
        raise unknown_state(str(request.checkpoint_id))
    if row["is_full"]:
        message = f"{MOST_OPEN} runs of thread {thread_id} wait or are under way: let some of them end first"
        raise ThreadBusy(message, run_id=row["open_run_id"])
    if row["run_id"] is None:
        busy_with = row["open_run_id"]
        raise ThreadBusy(f"run {busy_with} of thread {thread_id} is under way", run_id=busy_with)


async def _written(request: RunRequest) -> tuple[str, str | None]:
    """Return a request without its input, and the input, each as JSON text; candles may take a while to write."""
    rest = to_json({**asdict(replace(request, input=None))})
    return rest, None if request.input is None else await asyncio.to_thread(to_json, request.input)


def _owned(row: DictRow) -> OwnedRun:
    try:
        request, is_readable = _request(orjson.loads(row["request"]), row["input"]), True
    except (ValueError, TypeError, KeyError, AttributeError):  # not of the form this version writes: the others go on
        _logger.exception("what run %s was asked cannot be read", row["run_id"])
        request, is_readable = RunRequest(row["assistant_id"], None), False
    run = ThreadRun(
        run_id=row["run_id"],
        thread_id=row["thread_id"],
        assistant_id=row["assistant_id"],
        status=row["status"],
        request=request,
        error=None if row["error"] is None else orjson.loads(row["error"]),
        last_seq=row["last_seq"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        title=row["title"],
        has_log=row["has_log"],
    )
    return OwnedRun(run, row["owner_id"], row["worker"], row["cancel_requested_at"] is not None, is_readable)


def _request(document: dict[str, Any], given: str | None) -> RunRequest:
    known = {field.name: document[field.name] for field in fields(RunRequest) if field.name in document}
    known.update({name: tuple(known[name]) for name in _TUPLES if name in known})
    return RunRequest(**{**known, "input": None if given is None else orjson.loads(given)})
