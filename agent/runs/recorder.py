"""The log of one run while it is made: numbers the events and writes them behind the walk's back."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson

from agent.runs.wakeups import Wakeups
from agent.store.records import Lease, WrittenEvent
from agent.store.runs import RunRepository


class RunCancelled(Exception):
    """Somebody has asked to cancel the run that is being recorded."""


class LogDiffers(Exception):
    """The walk, taken up again, made other events than are already in the log."""


def run_topic(run_id: str) -> str:
    """Return the wake-up topic of those who read a run's events."""
    return f"run:{run_id}"


class Recorder:
    """Record the events of one attempt.

    The walk never waits for the database: a writer takes whatever has gathered whenever the last write is done and a
    node has ended. An attempt that takes up an interrupted run compares its events with those already written and goes
    on behind them, so that the log has neither a gap nor a repeat.
    """

    def __init__(
        self, repository: RunRepository, wakeups: Wakeups, lease: Lease, written: Sequence[WrittenEvent] = ()
    ) -> None:
        """Start at the first event.

        Args:
            repository: where the events go.
            wakeups: tells the readers.
            lease: fences the writes.
            written: the log that an earlier attempt left, complete from seq 1.
        """
        self._repository = repository
        self._wakeups = wakeups
        self._lease = lease
        self._written = written
        self._unwritten: list[WrittenEvent] = []
        self._seq = 0
        self._wanted = asyncio.Event()
        self._is_stopping = False
        self._writer: asyncio.Task[None] | None = None
        self._verdicts: dict[str, dict[str, Any]] = {}
        for event in written:
            self._note_verdict(event.event, event.document)

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        """The verdicts in the log so far, in its order."""
        return list(self._verdicts.values())

    def record(self, event: str, data: Mapping[str, Any]) -> None:
        """Add an event to the log.

        Raises:
            LogDiffers: an earlier attempt had another event here.
            RunCancelled: a write found that somebody asked for it.
            RunOwnershipLost, StoreUnavailable: a write failed.
        """
        self._raise_writers_error()
        made = _event(self._seq + 1, event, data)
        if made.seq > len(self._written):
            self._note_verdict(event, made.document)
            self._unwritten.append(made)
        elif made != self._written[self._seq]:
            raise LogDiffers(f"event {made.seq} is now {made.event!r} with other content")
        self._seq = made.seq

    def write_soon(self) -> None:
        """Let the writer take what has gathered, without waiting for it."""
        self._wanted.set()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write behind the scenes for the length of a ``with`` block; leaving it waits for a write under way.

        Raises:
            RunCancelled, RunOwnershipLost, StoreUnavailable: the last write found it so.
        """
        self._writer = asyncio.create_task(self._keep_writing(), name=f"record-{self._lease.run_id}")
        try:
            yield
        except asyncio.CancelledError:
            self._writer.cancel()
            raise
        finally:
            self._is_stopping = True
            self._wanted.set()
            await asyncio.wait([self._writer])
        self._raise_writers_error()

    def ending(self, *events: tuple[str, Mapping[str, Any]]) -> list[WrittenEvent]:
        """Return what is still to be written, the run's last events at its end, for the closing transaction.

        They come behind everything an earlier attempt wrote, whether or not this one came that far again.
        """
        behind = max(self._seq, len(self._written)) + 1
        return [*self._unwritten, *(_event(seq, *event) for seq, event in enumerate(events, behind))]

    def require_whole_log(self) -> None:
        """Refuse to end a walk that made fewer events than an earlier attempt.

        Raises:
            LogDiffers: it did.
        """
        if self._seq < len(self._written):
            raise LogDiffers(f"the walk now ends after event {self._seq} of {len(self._written)}")

    def _note_verdict(self, event: str, document: str) -> None:
        if event == "rule.evaluated":
            verdict = orjson.loads(document)
            del verdict["seq"]
            self._verdicts[verdict["rule_id"]] = verdict

    def _raise_writers_error(self) -> None:
        if self._writer is not None and self._writer.done():
            self._writer.result()

    async def _keep_writing(self) -> None:
        while True:
            await self._wanted.wait()
            if self._is_stopping:
                return
            self._wanted.clear()
            await self._write()

    async def _write(self) -> None:
        batch, last_seq = list(self._unwritten), max(self._seq, len(self._written))
        is_cancelled = await self._repository.append(self._lease, batch, last_seq=last_seq)
        del self._unwritten[: len(batch)]
        self._wakeups.notify(run_topic(self._lease.run_id))
        if is_cancelled:
            raise RunCancelled


def _event(seq: int, event: str, data: Mapping[str, Any]) -> WrittenEvent:
    return WrittenEvent(seq, event, orjson.dumps({"seq": seq, **data}).decode())
