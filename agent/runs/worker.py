"""A worker's sign of life: an advisory lock that its own database session holds."""

import logging
import secrets
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from agent.store.pool import Database
from agent.store.queries import QUERIES
from tools.errors import StoreUnavailable

_logger = logging.getLogger(__name__)


class WorkerPresence:
    """Hold a lock under a random key for as long as this process lives.

    Runs name the key of the worker that executes them. When the process vanishes, its session ends, the lock goes, and
    the others see that these runs are nobody's.
    """

    def __init__(self, database: Database) -> None:
        """Prepare for a database; the lock is taken in ``open``."""
        self._database = database
        self._connection: AsyncConnection[Any] | None = None
        self.key = 0

    async def open(self) -> None:
        """Take the lock under a new key.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        connection = await self._database.connect()
        connection.row_factory = dict_row
        try:
            is_held = False
            while not is_held:
                key = secrets.randbits(62) + 1
                row = await (await connection.execute(QUERIES["hold_worker_key"], {"key": key})).fetchone()
                is_held = row is not None and row["is_held"]
        except psycopg.OperationalError as error:
            await connection.close()
            raise StoreUnavailable("the database did not answer") from error
        self._connection, self.key = connection, key

    async def is_held(self) -> bool:
        """Whether the lock still stands: the session that holds it answers."""
        if self._connection is None or self._connection.closed:
            return False
        try:
            await self._connection.execute("SELECT 1")
        except psycopg.OperationalError as error:
            _logger.warning("the session that holds this worker's lock has ended: %s", error)
            return False
        return True

    async def close(self) -> None:
        """Let the lock go; runs still under its key are then nobody's."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
