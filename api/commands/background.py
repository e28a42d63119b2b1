"""An event loop beside the main thread, which stays free to read a terminal and to hear Ctrl-C."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import AbstractAsyncContextManager, contextmanager
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final, Self, TypeVar

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
        """Iterate over an async iterator from outside the loop."""
        return Pumped(self, items)


def _to_its_end(work: "Future[ResultT]") -> ResultT:
    try:
        return work.result()
    except KeyboardInterrupt:
        wait([work])
        raise


_END: Final = object()


class Pumped(Iterator[ItemT]):
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

    def __next__(self) -> ItemT:
        """Wait for the next item; what the iterator raised is raised here."""
        item = self._queue.get()
        if item is _END:
            self._queue.put(_END)
            self._pump.result()
            raise StopIteration
        return item  # type: ignore[no-any-return]
