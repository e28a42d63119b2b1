"""The one writer of a worker's events: what gathers while a commit is under way goes into the next, of all its runs."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from agent.runs.wakeups import Wakeups
from agent.store.thread_runs import ThreadRunRepository
from agent.threads.records import ThreadEvent
from tools.errors import RunOwnershipLost, StoreUnavailable

_BATCH_EVENTS: Final = 4_000
_BATCH_CHARS: Final = 4_000_000
_BUFFERED_CHARS: Final = 16_000_000
_READER_EVENTS: Final = 256
_READER_CHARS: Final = 1_000_000
_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 1.0
_logger = logging.getLogger(__name__)

Failed = Callable[[str, Exception], None]
CancelAsked = Callable[[str], None]


def events_topic(run_id: str) -> str:
    """Return the wake-up topic of those who read a run's events."""
    return f"thread-run:{run_id}"


class Reader:
    """One who follows a run of this worker from memory, as far as a bounded window reaches."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._events: deque[ThreadEvent] = deque()
        self._chars = 0
        self.is_behind = False

    def push(self, events: Sequence[ThreadEvent]) -> None:
        """Add committed events; a reader who does not keep up loses its window and reads the database instead."""
        self._events.extend(events)
        self._chars += sum(len(event.data) for event in events)
        if len(self._events) > _READER_EVENTS or self._chars > _READER_CHARS:
            self._forget()
            self.is_behind = True

    def take(self, *, after: int) -> list[ThreadEvent]:
        """Return the events right behind ``after``; none if there are none, or some between are missing."""
        events = [event for event in self._events if event.seq > after]
        self._forget()
        if events and events[0].seq != after + 1:
            self.is_behind = True
            return []
        return events

    def _forget(self) -> None:
        self._events.clear()
        self._chars = 0


class RunLog:
    """The end of the log that one run writes to: numbers its events."""

    def __init__(self, log: "EventLog", run_id: str, last_seq: int) -> None:
        """Go on behind ``last_seq``."""
        self._log = log
        self._seq = last_seq
        self.run_id = run_id
        self.error: Exception | None = None
        self.unwritten = 0
        self.is_settled = asyncio.Event()
        self.is_settled.set()

    async def append(self, event: str, data: str) -> None:
        """Hand an event to the writer; waits only where far too much is waiting to be written.

        Raises:
            RunOwnershipLost, StoreUnavailable: an earlier event could not be written.
        """
        await self._log.wait_for_room()
        if self.error is not None:
            raise self.error
        self._seq += 1
        self.unwritten += 1
        self.is_settled.clear()
        self._log.add(self, ThreadEvent(self._seq, event, data))

    async def flushed(self) -> None:
        """Wait until every event so far is committed.

        Raises:
            RunOwnershipLost, StoreUnavailable: one of them could not be written.
        """
        await self.is_settled.wait()
        if self.error is not None:
            raise self.error


class EventLog:
    """Write the events of all runs of a worker, one commit at a time, and hand them to its readers once committed."""

    def __init__(
        self,
        repository: ThreadRunRepository,
        wakeups: Wakeups,
        *,
        failed: Failed,
        asked: CancelAsked,
        patience_s: float = 5.0,
    ) -> None:
        """Prepare; nothing is written before ``open``.

        Args:
            repository: where the events go.
            wakeups: tells readers in other processes.
            failed: is told of a run whose events can no longer be written.
            asked: is told of a run that somebody asked to end.
            patience_s: seconds for which a commit is tried again while the database does not answer.
        """
        self._repository = repository
        self._wakeups = wakeups
        self._failed = failed
        self._asked = asked
        self._patience_s = patience_s
        self._unwritten: deque[tuple[RunLog, ThreadEvent]] = deque()
        self._chars = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._wanted = asyncio.Event()
        self._is_stopping = False
        self._writer: asyncio.Task[None] | None = None
        self._logs: dict[str, RunLog] = {}
        self._readers: dict[str, set[Reader]] = {}
        self.worker = 0

    def open(self, worker: int) -> None:
        """Write under a worker's key from here on."""
        self.worker = worker
        if self._writer is None:
            self._writer = asyncio.create_task(self._keep_writing(), name="write-thread-events")

    @property
    def is_alive(self) -> bool:
        """Whether the writer is at work."""
        return self._writer is not None and not self._writer.done()

    async def close(self) -> None:
        """Write what is left and stop."""
        self._is_stopping = True
        self._wanted.set()
        if self._writer is not None:
            await asyncio.wait([self._writer])

    @contextmanager
    def writing(self, run_id: str, last_seq: int) -> Iterator[RunLog]:
        """Give the log of a run that this worker executes, for the length of the block."""
        log = self._logs[run_id] = RunLog(self, run_id, last_seq)
        try:
            yield log
        finally:
            del self._logs[run_id]

    def is_writing(self, run_id: str) -> bool:
        """Whether every event of a run comes by here."""
        return run_id in self._logs

    @contextmanager
    def following(self, run_id: str) -> Iterator[Reader]:
        """Give a reader who is handed what is committed from here on, for the length of the block."""
        reader = Reader()
        self._readers.setdefault(run_id, set()).add(reader)
        try:
            yield reader
        finally:
            self._readers[run_id].discard(reader)
            if not self._readers[run_id]:
                del self._readers[run_id]

    def publish(self, run_id: str, events: Sequence[ThreadEvent]) -> None:
        """Hand committed events to this worker's readers, and wake them and those of others."""
        for reader in self._readers.get(run_id, ()):
            reader.push(events)
        self._wakeups.notify(events_topic(run_id))

    async def wait_for_room(self) -> None:
        """Wait while far too much is waiting to be written."""
        await self._has_room.wait()

    def add(self, log: RunLog, event: ThreadEvent) -> None:
        """Put an event behind those that wait."""
        self._unwritten.append((log, event))
        self._chars += len(event.data)
        if self._chars > _BUFFERED_CHARS:
            self._has_room.clear()
        self._wanted.set()

    async def _keep_writing(self) -> None:
        while self._unwritten or not self._is_stopping:
            await self._wanted.wait()
            self._wanted.clear()
            while batch := self._take():
                await self._write(batch)

    def _take(self) -> list[tuple[RunLog, ThreadEvent]]:
        batch: list[tuple[RunLog, ThreadEvent]] = []
        chars = 0
        while self._unwritten and len(batch) < _BATCH_EVENTS and chars < _BATCH_CHARS:
            batch.append(self._unwritten.popleft())
            chars += len(batch[-1][1].data)
        self._chars -= chars
        if self._chars <= _BUFFERED_CHARS:
            self._has_room.set()
        return batch

    async def _write(self, batch: list[tuple[RunLog, ThreadEvent]]) -> None:
        by_run: dict[RunLog, list[ThreadEvent]] = {}
        for log, event in batch:
            by_run.setdefault(log, []).append(event)
        try:
            await self._commit({log: events for log, events in by_run.items() if log.error is None})
        finally:
            for log, events in by_run.items():
                log.unwritten -= len(events)
                if log.unwritten == 0:
                    log.is_settled.set()

    async def _commit(self, kept: Mapping[RunLog, list[ThreadEvent]]) -> None:
        """Write events of any number of runs; where they cannot be together, each run's alone, so that one fails."""
        if not kept:
            return
        try:
            written = await self._append(kept)
        except Exception as error:  # the writer's door: whatever goes wrong with a batch, its runs hear of it
            if len(kept) > 1 and not isinstance(error, StoreUnavailable):
                for log, events in kept.items():
                    await self._commit({log: events})
                return
            _logger.warning("events of %d runs could not be written", len(kept), exc_info=error)
            for log in kept:
                self._fail(log, error)
            return
        for log, events in kept.items():
            try:
                self._pass_on(log, events, written.get(log.run_id))
            except Exception as error:  # the same door: readers who cannot be told must not stop the writer
                _logger.exception("events of run %s could not be passed on", log.run_id)
                self._fail(log, error)

    async def _append(self, kept: Mapping[RunLog, list[ThreadEvent]]) -> dict[str, bool]:
        """Commit, and try again for a while where the database does not answer: a commit done twice changes nothing."""
        pairs = [(log.run_id, event) for log, events in kept.items() for event in events]
        try:
            return await self._repository.append(pairs, worker=self.worker)
        except StoreUnavailable as error:
            _logger.warning("events of %d runs could not be written, and are written again: %s", len(kept), error)
            failure = error
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience_s):
                return await self._append_until_it_goes(pairs)
        raise failure

    async def _append_until_it_goes(self, pairs: Sequence[tuple[str, ThreadEvent]]) -> dict[str, bool]:
        pause = _FIRST_PAUSE_S
        while True:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
            with suppress(StoreUnavailable):
                return await self._repository.append(pairs, worker=self.worker)

    def _pass_on(self, log: RunLog, events: Sequence[ThreadEvent], is_cancelled: bool | None) -> None:
        if is_cancelled is None:
            self._fail(log, RunOwnershipLost(f"run {log.run_id} is no longer this worker's"))
            return
        self.publish(log.run_id, events)
        if is_cancelled:
            self._asked(log.run_id)

    def _fail(self, log: RunLog, error: Exception) -> None:
        log.error = error
        self._failed(log.run_id, error)
