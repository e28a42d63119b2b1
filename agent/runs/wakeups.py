"""Wake-ups: telling those who wait that there may be something new to read.

A wake-up carries nothing and may be lost; who waits reads the database anyway, and looks by itself now and then.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol


class Waiter(Protocol):
    """One who waits for a topic."""

    async def wait(self, timeout_s: float) -> bool:
        """Wait for the next wake-up since the last ``wait``, or for the time to pass; tell whether one came."""
        ...


class Wakeups(Protocol):
    """The port. Both adapters pass the suite in ``tests/contract``."""

    def notify(self, topic: str) -> None:
        """Wake all who wait for a topic, in every process; never blocks and never fails."""
        ...

    def listen(self, topic: str) -> AbstractAsyncContextManager[Waiter]:
        """Wait for a topic for the length of a ``with`` block; wake-ups count from its start."""
        ...

    async def health(self) -> str:
        """Say what carries the wake-ups; raises ``StoreUnavailable`` when that does not answer."""
        ...

    async def close(self) -> None:
        """Let go of what the adapter holds."""
        ...


class _EventWaiter:
    def __init__(self) -> None:
        self.woken = asyncio.Event()

    async def wait(self, timeout_s: float) -> bool:
        try:
            async with asyncio.timeout(timeout_s):
                await self.woken.wait()
        except TimeoutError:
            return False
        self.woken.clear()
        return True


class InMemoryWakeups:
    """Wake-ups inside one process."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._waiters: defaultdict[str, set[_EventWaiter]] = defaultdict(set)

    def notify(self, topic: str) -> None:
        """Wake all who wait for a topic in this process."""
        for waiter in self._waiters.get(topic, ()):
            waiter.woken.set()

    def notify_all(self) -> None:
        """Wake everybody, whatever they wait for; right after wake-ups may have been missed."""
        for topic in self._waiters:
            self.notify(topic)

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Waiter]:
        """Wait for a topic for the length of a ``with`` block."""
        waiter = _EventWaiter()
        self._waiters[topic].add(waiter)
        try:
            yield waiter
        finally:
            self._waiters[topic].discard(waiter)
            if not self._waiters[topic]:
                del self._waiters[topic]

    async def health(self) -> str:
        """Say that the process itself carries them."""
        return "in memory"

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
