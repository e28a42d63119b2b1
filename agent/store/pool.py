"""The one connection pool, and the one place where the driver's errors become ours."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from agent.store.queries import QUERIES
from tools.errors import InvalidParameter, StoreUnavailable

_ACQUIRE_TIMEOUT_S = 10.0
_CONNECT_TIMEOUT_S = 10


class Database:
    """Run the named statements on pooled connections.

    Each statement is its own transaction, unless asked to run `together`. No pooled connection is held between two
    statements, so none is ever held while a reader waits.
    """

    def __init__(self, conninfo: str, *, size: int = 8) -> None:
        """Name the database; nothing is connected before ``open``.

        Args:
            conninfo: libpq connection string or URL.
            size: the most connections the pool opens.
        """
        self.conninfo = conninfo
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            conninfo,
            min_size=min(2, size),
            max_size=size,
            timeout=_ACQUIRE_TIMEOUT_S,
            open=False,
            name="ict",
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "connect_timeout": _CONNECT_TIMEOUT_S,
                "prepare_threshold": 1,  # the same few statements run all the time
            },
        )

    @property
    def pool(self) -> AsyncConnectionPool[AsyncConnection[DictRow]]:
        """The pool itself, for LangGraph's checkpointer, which brings its own statements."""
        return self._pool

    async def open(self) -> None:
        """Connect.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        async with translated():
            await self._pool.open(wait=True, timeout=_ACQUIRE_TIMEOUT_S)

    async def close(self) -> None:
        """Close every connection; statements that still come are refused with ``StoreUnavailable``."""
        await self._pool.close()

    async def all(self, name: str, **parameters: object) -> list[DictRow]:
        """Run a named statement and return its rows.

        Raises:
            StoreUnavailable: the database did not answer, or the connection broke.
        """
        return await self.run(QUERIES[name], parameters)

    async def one(self, name: str, **parameters: object) -> DictRow | None:
        """Run a named statement and return its first row, or None if it gives none."""
        rows = await self.run(QUERIES[name], parameters)
        return rows[0] if rows else None

    async def filtered(self, name: str, filters: Sequence[str], **parameters: object) -> list[DictRow]:
        """Run a named statement with its ``{filters}`` replaced by conditions, all of which must hold.

        Args:
            name: the statement's name.
            filters: conditions written in this package; what a caller gave belongs in ``parameters``.
            parameters: the values.
        """
        return await self.run(_filtered(name, filters), parameters)

    async def run(self, statement: bytes, parameters: Mapping[str, object]) -> list[DictRow]:
        """Run any statement and return its rows; without a result set the list is empty.

        A caller that is cancelled leaves at once; the statement ends by itself. A connection cancelled in mid-query
        would have to be thrown away, and readers who hang up would starve the pool of connections.
        """
        task = asyncio.create_task(self._run(statement, parameters))
        task.add_done_callback(_nobody_need_ask)
        return await asyncio.shield(task)

    async def _run(self, statement: bytes, parameters: Mapping[str, object]) -> list[DictRow]:
        async with translated(), self._pool.connection() as connection:
            cursor = await connection.execute(statement, parameters)
            return await cursor.fetchall() if cursor.description else []

    async def together(self, *statements: tuple[str, Mapping[str, object]]) -> list[DictRow]:
        """Run named statements in one transaction and one round trip, and return the rows of the last.

        Each sees what was committed before it began, so one that follows a lock sees what the lock's last holder did.

        Args:
            statements: (name, parameters), in order.

        Raises:
            StoreUnavailable: the database did not answer, or the connection broke.
        """
        task = asyncio.create_task(self._together(statements))
        task.add_done_callback(_nobody_need_ask)
        return await asyncio.shield(task)

    async def _together(self, statements: Sequence[tuple[str, Mapping[str, object]]]) -> list[DictRow]:
        async with translated(), self._pool.connection() as connection:
            async with connection.pipeline(), connection.transaction():
                for name, parameters in statements:
                    cursor = await connection.execute(QUERIES[name], parameters)
            return await cursor.fetchall() if cursor.description else []

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["Snapshot"]:
        """Give one unchanging view of the whole database on a connection of its own, for as long as the block lasts.

        Raises:
            StoreUnavailable: the database did not answer, or the connection broke.
        """
        async with translated():
            connection = await AsyncConnection.connect(
                self.conninfo, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S, row_factory=dict_row
            )
            async with connection:
                await connection.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield Snapshot(connection)

    async def connect(self) -> AsyncConnection[Any]:
        """Open a connection of one's own beside the pool, in autocommit mode; the caller closes it."""
        async with translated():
            return await AsyncConnection.connect(self.conninfo, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S)


class Snapshot:
    """Read with named statements, all of which see the same rows whatever is written meanwhile."""

    def __init__(self, connection: AsyncConnection[DictRow]) -> None:
        """Read on a connection whose transaction has begun."""
        self._connection = connection

    async def all(self, name: str, **parameters: object) -> list[DictRow]:
        """Run a named statement and return its rows."""
        cursor = await self._connection.execute(QUERIES[name], parameters)
        return await cursor.fetchall()

    async def one(self, name: str, **parameters: object) -> DictRow | None:
        """Run a named statement and return its first row, or None if it gives none."""
        rows = await self.all(name, **parameters)
        return rows[0] if rows else None

    async def filtered(self, name: str, filters: Sequence[str], **parameters: object) -> list[DictRow]:
        """Run a named statement with its ``{filters}`` replaced by conditions, as `Database.filtered` does."""
        cursor = await self._connection.execute(_filtered(name, filters), parameters)
        return await cursor.fetchall()


def _filtered(name: str, filters: Sequence[str]) -> bytes:
    return QUERIES[name].replace(b"{filters}", " AND ".join(filters).encode())


def _nobody_need_ask(task: asyncio.Task[Any]) -> None:
    """Look at a statement's error, so that one whose caller has left is not reported as forgotten."""
    if not task.cancelled():
        task.exception()


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn the driver's errors inside the block into ours.

    Raises:
        StoreUnavailable: the database did not answer, or the connection broke.
        InvalidParameter: a value is none the database can hold.
    """
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as error:
        # The pool's own errors are operational ones; a standby that refuses to write is an internal one.
        raise StoreUnavailable("the database did not answer") from error
    except psycopg.DataError as error:  # a NUL in a text, a number beyond the column's
        raise InvalidParameter("a value is none the database can compare or hold") from error
