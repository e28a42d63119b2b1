"""Threads in the database."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from psycopg.rows import DictRow

from agent.store.pool import Database
from agent.store.queries import QUERIES
from agent.store.records import Page
from agent.threads.documents import to_json
from agent.threads.records import MOST_BYTES, StatesAsked, Thread
from tools.errors import InvalidParameter, ThreadExists, ThreadNotFound

_SORT_COLUMNS: Final = ("created_at", "updated_at", "thread_id", "status")
_CONDITIONS: Final = {
    "assistant_id": "t.assistant_id = %(assistant_id)s",
    "status": "t.status = %(status)s",
    "metadata": "t.metadata @> %(metadata)s::jsonb",
    "ids": "t.thread_id = ANY (%(ids)s::text[])",
}
_OF_STATES: Final = {
    "before": "c.checkpoint_id < %(before)s",
    "checkpoint_id": "c.checkpoint_id = %(checkpoint_id)s",
    "metadata": "c.metadata @> %(metadata)s::jsonb",
}


class ThreadRepository:
    """Read and write threads, always by their owner."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database

    async def create(
        self,
        thread_id: str,
        *,
        owner_id: str,
        title: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        is_stateless: bool = False,
    ) -> bool:
        """Commit a thread; tell whether it is new (False: one with that id is there, of whichever owner)."""
        row = await self._database.one(
            "create_thread",
            thread_id=thread_id,
            owner_id=owner_id,
            title=title,
            metadata=to_json(metadata or {}),
            is_stateless=is_stateless,
        )
        return row is not None

    async def get(self, thread_id: str, *, owner_id: str, with_values: bool = True) -> Thread:
        """Return a thread, with its values or, for a small part of the work, without.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        row = await self._database.one("get_thread", thread_id=thread_id, owner_id=owner_id, with_values=with_values)
        if row is None:
            raise unknown_thread(thread_id)
        return _thread(row)

    async def page(
        self,
        *,
        owner_id: str,
        assistant_id: str | None,
        metadata: Mapping[str, Any] | None,
        status: str | None,
        ids: Sequence[str] | None,
        limit: int,
        offset: int,
        sort_by: str,
        descending: bool,
        with_values: bool,
    ) -> Page[Thread]:
        """Return an owner's threads.

        Raises:
            InvalidParameter: ``sort_by`` is none of those that threads can be sorted by.
        """
        if sort_by not in _SORT_COLUMNS:
            expected = ", ".join(_SORT_COLUMNS)
            raise InvalidParameter(
                f"threads are sorted by one of {expected}", field="sort_by", expected=expected, got=str(sort_by)[:60]
            )
        given = {
            "assistant_id": assistant_id,
            "status": status,
            "metadata": to_json(metadata) if metadata else None,
            "ids": None if ids is None else list(ids),
        }
        filters = ["true", *(_CONDITIONS[name] for name, value in given.items() if value is not None)]
        counted = await self._database.filtered("count_threads", filters, owner_id=owner_id, **given)
        order = f"t.{sort_by} {'DESC' if descending else 'ASC'}, t.thread_id DESC"
        statement = (
            QUERIES["page_threads"]
            .replace(b"{filters}", " AND ".join(filters).encode())
            .replace(b"{order}", order.encode())
        )
        shown = {"limit": limit, "offset": offset, "with_values": with_values}
        rows = await self._database.run(statement, {"owner_id": owner_id, **shown, **given})
        return Page(counted[0]["total"], tuple(_thread(row) for row in rows), limit, offset)

    async def update(
        self, thread_id: str, *, owner_id: str, title: str | None, metadata: Mapping[str, Any] | None
    ) -> None:
        """Set a title and merge metadata; None leaves either as it is.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
            InvalidParameter: its metadata would be too long.
        """
        row = await self._database.one(
            "update_thread",
            thread_id=thread_id,
            owner_id=owner_id,
            title=title,
            metadata=to_json(metadata or {}),
            most=MOST_BYTES,
        )
        if row is None:
            raise unknown_thread(thread_id)
        if not row["fits"]:
            raise InvalidParameter(
                f"metadata: a thread keeps at most {MOST_BYTES} bytes of it, and together it would be more",
                field="metadata",
                expected=f"at most {MOST_BYTES} bytes of JSON with what is there",
            )

    async def condemn(self, thread_id: str, *, owner_id: str) -> None:
        """Hide a thread and let nothing start on it any more.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        if await self._database.one("condemn_thread", thread_id=thread_id, owner_id=owner_id) is None:
            raise unknown_thread(thread_id)

    async def condemned(self, *, limit: int) -> list[tuple[str, str]]:
        """Return (thread, owner) of threads whose time has come and that have no open run."""
        rows = await self._database.all("condemned_threads", limit=limit)
        return [(row["thread_id"], row["owner_id"]) for row in rows]

    async def delete(self, thread_id: str, *, owner_id: str) -> bool:
        """Delete a condemned thread with its runs, events and states; False if it has an open run, or is gone."""
        whose = {"thread_id": thread_id, "owner_id": owner_id}
        return bool(await self._database.together(("lock_thread", whose), ("delete_thread", whose)))

    async def prune(self, thread_id: str, *, owner_id: str, most: int, surplus: int) -> int:
        """Keep a thread's newest states where it has more than ``most`` and ``surplus``; return how many went.

        Nothing goes while a run of the thread is open.
        """
        whose = {"thread_id": thread_id, "owner_id": owner_id}
        if await self._database.one("surplus_thread_states", **whose, most=most + surplus) is None:
            return 0
        rows = await self._database.together(("lock_thread", whose), ("prune_thread_states", {**whose, "most": most}))
        return int(rows[0]["pruned"])

    async def states(self, thread_id: str, asked: StatesAsked, *, owner_id: str) -> list[DictRow]:
        """Return what is said of a thread's states, without their values, newest first."""
        given = {
            "before": asked.before,
            "checkpoint_id": asked.checkpoint_id,
            "metadata": to_json(asked.metadata) if asked.metadata else None,
        }
        filters = ["true", *(_OF_STATES[name] for name, value in given.items() if value is not None)]
        whose = {"thread_id": thread_id, "owner_id": owner_id, "limit": asked.limit}
        return await self._database.filtered("page_thread_states", filters, **whose, **given)


def unknown_thread(thread_id: str) -> ThreadNotFound:
    """Return the error that says so."""
    return ThreadNotFound(f"no thread has the id {thread_id[:60]!r}")


def thread_exists(thread_id: str) -> ThreadExists:
    """Return the error that says so."""
    return ThreadExists(f"there is a thread with the id {thread_id} already")


def _thread(row: DictRow) -> Thread:
    return Thread(
        thread_id=row["thread_id"],
        assistant_id=row["assistant_id"],
        title=row["title"],
        metadata=row["metadata"],
        status=row["status"],
        values=None if row["values"] is None else orjson.loads(row["values"]),
        grounded=row["grounded"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
