"""The worker of threads: executes runs as tasks of its own, ends those that others left, and deletes what is due."""

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Any, Final

from agent.runs.wakeups import Wakeups
from agent.runs.worker import WorkerPresence
from agent.store.pool import Database
from agent.store.thread_runs import Accepted, Ending, OwnedRun, ThreadRunRepository
from agent.store.threads import ThreadRepository
from agent.threads.assistants import Assistant
from agent.threads.attempts import END, LOST, UNREADABLE, Asked, Attempt, Lost, ending_of, failed
from agent.threads.event_log import EventLog
from agent.threads.execution import Execution, StateLeft
from agent.threads.records import RunRequest
from tools.errors import StoreUnavailable

WORK_TOPIC: Final = "thread-work"
_AT_ONCE: Final = 100
_NOTHING: Final = StateLeft(None, goes_on=False)
_logger = logging.getLogger(__name__)


def ended_topic(run_id: str) -> str:
    """Return the wake-up topic of those who wait for a run's end."""
    return f"thread-run-end:{run_id}"


class Worker:
    """Execute accepted runs detached from whoever started them, so many at a time; the rest wait in the database."""

    def __init__(
        self,
        database: Database,
        wakeups: Wakeups,
        threads: ThreadRepository,
        runs: ThreadRunRepository,
        execution: Execution,
        *,
        concurrent_threads: int,
        sweep_interval_s: float,
        stateless_kept_s: float,
        events_kept_s: float,
        kept_states: int,
    ) -> None:
        """Prepare; nothing runs before ``open``."""
        self._wakeups = wakeups
        self._threads = threads
        self._runs = runs
        self._execution = execution
        self._concurrent_threads = concurrent_threads
        self._sweep_interval_s = sweep_interval_s
        self._stateless_kept_s = stateless_kept_s
        self._events_kept_s = events_kept_s
        self._kept_states = kept_states
        self._presence = WorkerPresence(database)
        self.log = EventLog(runs, wakeups, failed=self._stop, asked=self.cancel)
        self._executing: dict[str, Attempt | None] = {}
        self._own_pending: set[str] = set()
        self._accepting: set[asyncio.Task[Any]] = set()
        self._takes_up_orphans = True
        self._is_closing = False
        self._look_soon = asyncio.Event()
        self._looking = asyncio.Lock()
        self._listener: asyncio.Task[None] | None = None
        self._looker: asyncio.Task[None] | None = None

    async def open(self, *, takes_up_orphans: bool) -> None:
        """Sign in as a living worker and begin to look for work.

        Args:
            takes_up_orphans: whether to begin runs that others accepted; without, only those this worker accepted, and
                those that wait before them. Runs whose worker has vanished are ended either way.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        await self._presence.open()
        self._takes_up_orphans = takes_up_orphans
        self.log.open(self._presence.key)
        await self.sweep()
        self._listener = asyncio.create_task(self._keep_listening(), name="listen-for-thread-work")
        self._looker = asyncio.create_task(self._keep_looking(), name="look-for-thread-work")

    @property
    def ails(self) -> str | None:
        """What of this worker has died, in a sentence; None while all of it is at work."""
        is_looking = self._looker is not None and not self._looker.done()
        living = {"looks for work": is_looking, "writes the events": self.log.is_alive}
        dead = [does for does, is_alive in living.items() if not is_alive]
        return f"what {' and what '.join(dead)} has stopped: start the service again" if dead else None

    async def close(self, *, grace_s: float) -> None:
        """Let running runs end for a moment, then end them as lost; pending ones are left to others."""
        self._is_closing = True
        self._look_soon.set()
        if self._listener is not None:
            self._listener.cancel()
        await _all_done(task for task in (self._listener, self._looker) if task is not None)
        await _all_done(self._accepting)
        if whole := self._whole_tasks():
            await asyncio.wait(whole, timeout=grace_s)
        await self._let_go()
        await self.log.close()
        await self._presence.close()

    async def accept(
        self,
        run_id: str,
        thread_id: str,
        request: RunRequest,
        *,
        owner_id: str,
        assistant: Assistant,
        title: str | None,
        given: dict[str, Any] | None,
        creates: bool,
    ) -> Accepted:
        """Commit a run and begin it if its thread and a slot are free; a caller who leaves meanwhile changes nothing.

        Args:
            run_id: of the run.
            thread_id: of its thread.
            request: what is asked.
            owner_id: whose both are.
            assistant: what executes it.
            title: the thread's, if it has none.
            given: what the assistant read in the request's input.
            creates: whether the thread is made where there is none of that id.

        Raises:
            ThreadNotFound, CheckpointNotFound, ThreadBusy: see `ThreadRunRepository.accept`.
            StoreUnavailable: the database did not answer, or this worker is closing; there is no run.
        """
        if self._is_closing:
            raise StoreUnavailable("the service is closing and starts nothing any more")
        accepting = asyncio.create_task(
            self._accept(run_id, thread_id, request, assistant, given, owner_id=owner_id, title=title, creates=creates),
            name=f"accept-thread-run-{run_id}",
        )
        self._accepting.add(accepting)
        accepting.add_done_callback(self._accepted)
        return await asyncio.shield(accepting)

    async def _accept(
        self,
        run_id: str,
        thread_id: str,
        request: RunRequest,
        assistant: Assistant,
        given: dict[str, Any] | None,
        **of: Any,
    ) -> Accepted:
        has_slot = len(self._executing) < self._concurrent_threads
        if has_slot:
            self._executing[run_id] = None  # before the row is there, so that no sweep takes it for lost
        try:
            of |= {"assistant_id": assistant.assistant_id, "graph_id": assistant.graph_id}
            worker = self._presence.key if has_slot else None
            accepted = await self._runs.accept(run_id, thread_id, request, worker=worker, **of)
        except BaseException:
            self._executing.pop(run_id, None)
            raise
        if accepted.owned.run.status == "running":
            self._begin(accepted.owned, given)
        else:
            self._executing.pop(run_id, None)
            if not self._takes_up_orphans:
                self._own_pending.add(run_id)
            self._look_soon.set()
            self._wakeups.notify(WORK_TOPIC)
        return accepted

    def _accepted(self, task: asyncio.Task[Any]) -> None:
        self._accepting.discard(task)
        if not task.cancelled():
            task.exception()  # its caller may have left

    def cancel(self, run_id: str) -> None:
        """End a run that somebody asked to end, if it is this worker's; the others are told to look."""
        if run_id in self._executing:
            self._stop(run_id, Asked())
        else:
            self._wakeups.notify(WORK_TOPIC)

    async def end_unbegun(self, owned: OwnedRun) -> None:
        """End a run that never began; does nothing where somebody has begun or ended it."""
        await self._record(owned, Ending("interrupted", [END], kept_s=self._kept_s(owned)))

    async def sweep(self) -> None:
        """Look once for everything: lost runs, runs to cancel, runs whose turn it is, threads to delete.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        async with self._looking:
            if not await self._presence.is_held():
                await self._let_go()
                await self._presence.close()
                await self._presence.open()
                self.log.open(self._presence.key)
            await self._end_lost()
            await self._delete_condemned()
            await self._runs.expire(kept_s=self._events_kept_s, limit=_AT_ONCE)
            await self._look()

    async def _look(self) -> None:
        if executing := list(self._executing):
            for run_id in await self._runs.cancelled(executing):
                self._stop(run_id, Asked())
        free = self._concurrent_threads - len(self._executing)
        own = None if self._takes_up_orphans else list(self._own_pending)
        if free <= 0 or own == []:
            return
        for owned in await self._runs.claim(worker=self._presence.key, limit=free, own=own):
            if owned.is_readable:
                self._begin(owned)
            else:
                await _alone(self._end_failed(owned, UNREADABLE), f"run {owned.run.run_id}")

    async def _end_lost(self) -> None:
        for owned in await self._runs.lost(worker=self._presence.key, executing=list(self._executing), limit=_AT_ONCE):
            _logger.warning("run %s of thread %s lost its worker", owned.run.run_id, owned.run.thread_id)
            if owned.is_cancelled:  # what was wanted of it has come about
                ending = self._record(owned, ending_of(owned, Asked(), _NOTHING, self._kept_s(owned)))
            else:
                ending = self._end_failed(owned, LOST)
            await _alone(ending, f"run {owned.run.run_id}")

    async def _end_failed(self, owned: OwnedRun, error: dict[str, str]) -> None:
        await self._record(owned, failed(error, _NOTHING, self._kept_s(owned)))

    async def _delete_condemned(self) -> None:
        for thread_id, owner_id in await self._threads.condemned(limit=_AT_ONCE):
            await _alone(self._threads.delete(thread_id, owner_id=owner_id), f"thread {thread_id}")

    async def _keep_listening(self) -> None:
        async with self._wakeups.listen(WORK_TOPIC) as waiter:
            while True:
                if await waiter.wait(self._sweep_interval_s):
                    self._look_soon.set()

    async def _keep_looking(self) -> None:
        """Look when told to, and sweep when it is time, whichever comes first; ends by itself when the worker closes.

        It is never cancelled: a run that was claimed and not begun would be nobody's.
        """
        clock = asyncio.get_running_loop().time
        due = clock() + self._sweep_interval_s
        while not self._is_closing:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._look_soon.wait()
            self._look_soon.clear()
            if self._is_closing:
                return
            try:
                if clock() < due:
                    async with self._looking:
                        await self._look()
                else:
                    await self.sweep()
            except StoreUnavailable as error:
                _logger.warning("cannot look for runs of threads: %s", error)
            except Exception:  # the looker's door: without it nothing would begin or be cancelled any more
                _logger.exception("a look for runs of threads failed")
            if clock() >= due:
                due = clock() + self._sweep_interval_s

    def _begin(self, owned: OwnedRun, given: dict[str, Any] | None = None) -> None:
        run_id = owned.run.run_id
        self._own_pending.discard(run_id)
        attempt = Attempt(owned, self._execution.states(), given)
        self._executing[run_id] = attempt
        attempt.whole = asyncio.create_task(self._to_its_end(attempt), name=f"thread-run-{run_id}")
        attempt.whole.add_done_callback(lambda task: self._forget(run_id, task))

    async def _to_its_end(self, attempt: Attempt) -> None:
        owned = attempt.owned
        run_id = owned.run.run_id
        with self.log.writing(run_id, owned.run.last_seq) as log:
            walk = asyncio.create_task(
                self._execution.execute(owned, attempt.states, log, attempt.given), name=f"thread-graph-{run_id}"
            )
            attempt.begin(walk)
            await asyncio.wait([walk])
            await log.is_settled.wait()
            try:
                await self._record(owned, await self._ending(attempt))
                await self._prune(owned)
            except StoreUnavailable as error:
                _logger.warning("run %s is left to be ended as lost, or its thread is not pruned: %s", run_id, error)

    async def _prune(self, owned: OwnedRun) -> None:
        thread_id = owned.run.thread_id
        most = self._kept_states
        pruning = self._threads.prune(thread_id, owner_id=owned.owner_id, most=most, surplus=most // 4)
        await _alone(pruning, f"thread {thread_id}")

    async def _ending(self, attempt: Attempt) -> Ending:
        owned, error = attempt.owned, attempt.outcome()
        try:
            left = await self._execution.state_left(owned, attempt.states)
        except Exception as unreadable:  # the run loop's door: no failure may leave a run without an ending
            _logger.warning("the state that run %s left cannot be read", owned.run.run_id, exc_info=True)
            left, error = StateLeft(None, goes_on=False), error or unreadable
        return ending_of(owned, error, left, self._kept_s(owned))

    async def _record(self, owned: OwnedRun, ending: Ending) -> None:
        run_id = owned.run.run_id
        events = await self._runs.end(owned, ending)
        if events is None:
            _logger.info("run %s was ended by another worker", run_id)
            return
        self.log.publish(run_id, events)
        self._wakeups.notify(ended_topic(run_id))
        if not self._takes_up_orphans:
            self._wakeups.notify(WORK_TOPIC)  # the thread's next run may be somebody else's
        self._look_soon.set()

    def _forget(self, run_id: str, task: asyncio.Task[None]) -> None:
        attempt = self._executing.get(run_id)
        if attempt is not None and attempt.whole is task:
            del self._executing[run_id]
        self._look_soon.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("run %s was left without an ending and will be ended as lost", run_id, exc_info=error)

    def _stop(self, run_id: str, why: Exception) -> None:
        if (attempt := self._executing.get(run_id)) is not None:
            if attempt.stopped_by is None and not isinstance(why, Asked):
                self._execution.let_go(run_id)
            attempt.stop(why)

    def _kept_s(self, owned: OwnedRun) -> float | None:
        return self._stateless_kept_s if owned.run.request.deletes_thread else None

    async def _let_go(self) -> None:
        """Stop every run, each with its ending recorded where the database allows."""
        for run_id in self._executing:
            self._stop(run_id, Lost())
        await _all_done(self._whole_tasks())

    def _whole_tasks(self) -> list[asyncio.Task[None]]:
        return [one.whole for one in self._executing.values() if one is not None and one.whole is not None]


async def _alone(work: Awaitable[object], on: str) -> None:
    """Do one piece of work of many; one that fails must not keep the others from being done.

    Raises:
        StoreUnavailable: the database did not answer, and will not for the others.
    """
    try:
        await work
    except StoreUnavailable:
        raise
    except Exception:  # the sweep's door
        _logger.exception("%s cannot be cleared up", on)


async def _all_done(tasks: Iterable[asyncio.Task[Any]]) -> None:
    if waiting := list(tasks):
        await asyncio.wait(waiting)
