"""Wake-ups through Redis, for several workers on one database."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from agent.runs.wakeups import InMemoryWakeups, Waiter
from tools.errors import StoreUnavailable

_CHANNEL: Final = "ict:wakeups"
_RETRY_S: Final = 1.0
_logger = logging.getLogger(__name__)


class RedisWakeups:
    """One channel carries every topic; each process passes on what its own waiters wait for.

    When Redis is away, wake-ups within the process still work and those between processes are lost.
    """

    def __init__(self, url: str) -> None:
        """Name the server, such as ``redis://localhost:6379/0``; nothing is connected before ``open``."""
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=2.0, health_check_interval=15)
        self._local = InMemoryWakeups()
        self._outgoing: set[str] = set()
        self._has_outgoing = asyncio.Event()
        self._is_listening = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closed = False

    async def open(self) -> None:
        """Start carrying wake-ups; a Redis that is away is tried again until ``close``.

        Raises:
            StoreUnavailable: Redis does not answer now.
        """
        await self.health()
        self._tasks = [
            asyncio.create_task(self._keep_listening(), name="wakeups-listen"),
            asyncio.create_task(self._keep_sending(), name="wakeups-send"),
        ]
        await self._is_listening.wait()

    def notify(self, topic: str) -> None:
        """Wake those in this process now, and those in others through Redis."""
        self._local.notify(topic)
        self._outgoing.add(topic)
        self._has_outgoing.set()

    def listen(self, topic: str) -> AbstractAsyncContextManager[Waiter]:
        """Wait for a topic for the length of a ``with`` block."""
        return self._local.listen(topic)

    async def health(self) -> str:
        """Ask Redis whether it is there.

        Raises:
            StoreUnavailable: it is not, or this end is closed.
        """
        if self._is_closed:
            raise StoreUnavailable("the connection to Redis is closed")
        try:
            await self._redis.ping()
        except (RedisError, OSError) as error:
            raise StoreUnavailable("Redis did not answer") from error
        return "redis"

    async def close(self) -> None:
        """Stop carrying wake-ups and disconnect."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError) as error:
                _logger.warning("wake-ups from other workers are lost until Redis answers again: %s", error)
                await asyncio.sleep(_RETRY_S)

    async def _listen_once(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(_CHANNEL)
            async for message in channel.listen():
                if message["type"] == "message":
                    self._local.notify(message["data"].decode())
                else:
                    self._is_listening.set()
                    self._local.notify_all()  # some may have been missed while we were away

    async def _keep_sending(self) -> None:
        while True:
            await self._has_outgoing.wait()
            self._has_outgoing.clear()
            topics, self._outgoing = self._outgoing, set()
            try:
                for topic in topics:
                    await self._redis.publish(_CHANNEL, topic)
            except (RedisError, OSError) as error:
                _logger.warning("wake-ups for other workers were lost: %s", error)
