"""Follow a run: from the memory of the worker that executes it where the reader keeps up, else from the database."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from agent.runs.wakeups import Waiter, Wakeups
from agent.store.thread_runs import ThreadRunRepository
from agent.threads.event_log import EventLog, Reader, events_topic
from agent.threads.records import ThreadEvent
from tools.errors import RunNotFound


class Following:
    """Read the events of runs, whoever executes them."""

    def __init__(self, runs: ThreadRunRepository, log: EventLog, wakeups: Wakeups, *, poll_interval_s: float) -> None:
        """Take where the events lie, the log of this worker, and what wakes the readers of others."""
        self._runs = runs
        self._log = log
        self._wakeups = wakeups
        self._poll_interval_s = poll_interval_s

    async def events(
        self, thread_id: str, run_id: str, *, owner_id: str, after: int
    ) -> AsyncGenerator[ThreadEvent, None]:
        """Give the events with a seq above ``after`` up to the run's end; see `Threads.events`."""
        is_known = False
        async with self._wakeups.listen(events_topic(run_id)) as waiter:
            with self._log.following(run_id) as reader:
                while True:
                    reader.is_behind = False  # what is missing by now, the database has
                    try:
                        page = await self._runs.events(thread_id, run_id, owner_id=owner_id, after=after)
                    except RunNotFound:
                        if is_known:
                            return
                        raise
                    is_known = True
                    for event in page.events:
                        yield event
                        after = event.seq
                    if page.is_last:
                        return
                    if page.events:
                        continue
                    async with aclosing(self._from_memory(run_id, reader, waiter, after)) as events:
                        async for event in events:
                            yield event
                            after = event.seq
                            if event.event == "end":
                                return

    async def _from_memory(
        self, run_id: str, reader: Reader, waiter: Waiter, after: int
    ) -> AsyncGenerator[ThreadEvent, None]:
        """Give what the worker hands over, until it is time to look into the database."""
        while True:
            was_woken = await waiter.wait(self._poll_interval_s)
            events = reader.take(after=after)
            for event in events:
                yield event
                after = event.seq
            if not events and (reader.is_behind or not was_woken or not self._log.is_writing(run_id)):
                return
