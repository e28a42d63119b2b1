"""Threads in the database."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from psycopg.rows import DictRow

from agent.store.pool import Database
from agent.store.queries import QUERIES
from agent.store.records import Page
from agent.threads.documents import to_json
from agent.threads.records import Thread
from tools.errors import ThreadNotFound

SORT_COLUMNS: Final = ("created_at", "updated_at", "thread_id", "status")
_CONDITIONS: Final = {
    "assistant_id": "t.assistant_id = %(assistant_id)s",
    "status": "t.status = %(status)s",
    "metadata": "t.metadata @> %(metadata)s::jsonb",
    "ids": "t.thread_id = ANY (%(ids)s::text[])",
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

    async def get(self, thread_id: str, *, owner_id: str) -> Thread:
        """Return a thread.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        row = await self._database.one("get_thread", thread_id=thread_id, owner_id=owner_id)
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
    ) -> Page[Thread]:
        """Return an owner's threads; ``sort_by`` is one of `SORT_COLUMNS`."""
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
        rows = await self._database.run(statement, {"owner_id": owner_id, "limit": limit, "offset": offset, **given})
        return Page(counted[0]["total"], tuple(_thread(row) for row in rows), limit, offset)

    async def update(
        self, thread_id: str, *, owner_id: str, title: str | None, metadata: Mapping[str, Any] | None
    ) -> None:
        """Set a title and merge metadata; None leaves either as it is.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        row = await self._database.one(
            "update_thread", thread_id=thread_id, owner_id=owner_id, title=title, metadata=to_json(metadata or {})
        )
        if row is None:
            raise unknown_thread(thread_id)

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


def unknown_thread(thread_id: str) -> ThreadNotFound:
    """Return the error that says so."""
    return ThreadNotFound(f"no thread has the id {thread_id[:60]!r}")


def _thread(row: DictRow) -> Thread:
    return Thread(
        thread_id=row["thread_id"],
        assistant_id=row["assistant_id"],
        title=row["title"],
        metadata=row["metadata"],
        status=row["status"],
        values=None if row["values"] is None else orjson.loads(row["values"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
