"""An event loop beside the main thread, which stays free to read a terminal and to hear Ctrl-C."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import AbstractAsyncContextManager, contextmanager
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

ResultT = TypeVar("ResultT")
ItemT = TypeVar("ItemT")


class BackgroundLoop:
    """An event loop in a thread of its own, for as long as the block lasts."""

    def __init__(self) -> None:
        """Make the loop; it runs from the block's beginning."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="service")

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop the loop and wait for the thread."""
        self.call(self._loop.shutdown_asyncgens())
        self.call(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def call(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Run something to its end in the loop, and return what it returns; a Ctrl-C meanwhile is raised here."""
        return self.start(work).result()

    def start(self, work: Coroutine[Any, Any, ResultT]) -> Future[ResultT]:
        """Begin something in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    @contextmanager
    def entered(self, manager: AbstractAsyncContextManager[ResultT]) -> Iterator[ResultT]:
        """Hold an async context manager open in the loop; a Ctrl-C while it opens or closes waits until it has."""

        async def enter() -> ResultT:
            return await manager.__aenter__()

        async def leave() -> None:
            await manager.__aexit__(None, None, None)

        opening = self.start(enter())
        try:
            value = _to_its_end(opening)
        except KeyboardInterrupt:
            if opening.exception() is None:
                _to_its_end(self.start(leave()))
            raise
        try:
            yield value
        finally:
            _to_its_end(self.start(leave()))

    def each(self, items: AsyncIterator[ItemT]) -> "Pumped[ItemT]":
        """Read an async iterator from outside the loop, and to its end even where nobody takes its items any more."""
        return Pumped(self, items)


def _to_its_end(work: "Future[ResultT]") -> ResultT:
    try:
        return work.result()
    except KeyboardInterrupt:
        wait([work])
        raise


_POKES_S: Final = (0.02, 0.1, 0.5)


@contextmanager
def heard_interrupts() -> Iterator[None]:
    """Have each Ctrl-C heard at once by the main thread, which is the caller, whatever it waits for.

    A signal ends only a wait that it meets. One that comes just before it, or to another thread, is noted, and Python
    looks at the note when the wait is over: readline's for a key, a lock's, a queue's. So the main thread is poked, a
    moment after each, by a signal that means nothing.
    """
    told, tells = socket.socketpair()
    tells.setblocking(False)
    before = signal.signal(signal.SIGURG, lambda *_: None)
    earlier = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
    poking = threading.Thread(target=_poke, args=(told, threading.get_ident()), name="Ctrl-C")
    poking.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(earlier)
        tells.close()
        poking.join()
        told.close()
        signal.signal(signal.SIGURG, before)


def _poke(told: socket.socket, thread_id: int) -> None:
    while signals := told.recv(64):
        if signal.SIGINT in signals:
            for pause_s in _POKES_S:
                time.sleep(pause_s)
                signal.pthread_kill(thread_id, signal.SIGURG)


_END: Final = object()
_INTERRUPT: Final = object()


class Pumped(Generic[ItemT]):
    """Items of an async iterator, waited for outside its loop; a Ctrl-C while waiting loses none."""

    def __init__(self, loop: BackgroundLoop, items: AsyncIterator[ItemT]) -> None:
        """Begin to pump."""
        self._queue: SimpleQueue[Any] = SimpleQueue()
        self._pump = loop.start(self._run(items))

    async def _run(self, items: AsyncIterator[ItemT]) -> None:
        try:
            async for item in items:
                self._queue.put(item)
        finally:
            self._queue.put(_END)

    def next(self, within_s: float | None = None) -> ItemT | None:
        """Wait for the next item; None where there are no more.

        Args:
            within_s: the longest to wait, in seconds; None waits for ever.

        Raises:
            TimeoutError: nothing came within that time.
            KeyboardInterrupt: Ctrl-C came, inside `interruptible`.
            Exception: whatever the iterator raised.
        """
        try:
            item = self._queue.get(timeout=within_s)
        except Empty:
            raise TimeoutError from None
        if item is _INTERRUPT:
            raise KeyboardInterrupt
        if item is not _END:
            return item  # type: ignore[no-any-return]
        self._queue.put(_END)
        self._pump.result()
        return None

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Have each Ctrl-C raised by `next` alone, behind what has come by then: nothing else is broken off by it."""
        with _interrupts_told(lambda: self._queue.put(_INTERRUPT)):
            yield


@contextmanager
def _interrupts_told(tell: Callable[[], None]) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda *_: tell())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
