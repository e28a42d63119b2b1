"""The worker: executes runs as tasks of its own, and takes up those that other workers left."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context
from functools import partial

from agent.analysis.request import AnalysisRequest
from agent.runs.execution import Execution
from agent.runs.worker import WorkerPresence
from agent.store.ids import new_id
from agent.store.pool import Database
from agent.store.records import Lease, Orphan
from agent.store.runs import Acceptance, RunRepository
from rulebook.loader import Rulebook
from tools.errors import StoreUnavailable

_logger = logging.getLogger(__name__)


class Executor:
    """Execute accepted runs detached from whoever started them, a few at a time."""

    def __init__(
        self,
        database: Database,
        repository: RunRepository,
        execution: Execution,
        *,
        concurrent_runs: int,
        sweep_interval_s: float,
    ) -> None:
        """Prepare; nothing runs before ``open``."""
        self._repository = repository
        self._execution = execution
        self._presence = WorkerPresence(database)
        self._slots = asyncio.Semaphore(concurrent_runs)
        self._concurrent_runs = concurrent_runs
        self._more_orphans = False
        self._look_again = asyncio.Event()
        self._sweep_interval_s = sweep_interval_s
        self._executing: dict[str, asyncio.Task[None] | None] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def open(self, *, takes_up_orphans: bool = True) -> None:
        """Sign in as a living worker; take up what others left, and keep looking, unless told not to.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        await self._presence.open()
        if not takes_up_orphans:
            return
        await self.sweep()
        self._sweeper = asyncio.create_task(self._keep_sweeping(), name="sweep-runs")

    async def close(self, *, grace_s: float) -> None:
        """Let running walks end for a moment, then leave the rest to be taken up again."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.wait([self._sweeper])
        tasks = self._tasks()
        if tasks:
            await asyncio.wait(tasks, timeout=grace_s)
        await self._let_go()
        await self._presence.close()

    async def start(self, request: AnalysisRequest, rulebook: Rulebook, *, owner_id: str) -> str:
        """Commit a run and begin to execute it; return its id.

        Raises:
            StoreUnavailable: the database did not answer; there is no run.
        """
        await self._repository.keep_rulebook(rulebook)
        run_id = new_id()
        self._executing[run_id] = None  # before the row is there, so that no sweep takes it for an orphan
        try:
            lease = await self._repository.accept(self._acceptance(run_id, request, rulebook, owner_id))
        except BaseException:
            del self._executing[run_id]
            raise
        self._spawn(lease, partial(self._execution.execute, lease, request, rulebook))
        return run_id

    async def wait(self, run_id: str) -> None:
        """Wait until this worker no longer executes a run; cancelling the wait does not touch the run."""
        task = self._executing.get(run_id)
        if task is not None:
            await asyncio.wait([task])

    async def sweep(self) -> int:
        """Take up runs whose worker has vanished, as many as there are free slots; return how many.

        A run is claimed only to begin at once: a claim is an attempt. The rest follow as slots become free.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        if not await self._presence.is_held():
            await self._let_go()
            await self._presence.close()
            await self._presence.open()
        free = max(self._concurrent_runs - len(self._executing), 0)
        orphans = await self._repository.claim_orphans(
            worker=self._presence.key, executing=list(self._executing), limit=free
        )
        self._more_orphans = len(orphans) == free
        for orphan in orphans:
            _logger.info("taking up run %s, attempt %d", orphan.lease.run_id, orphan.lease.attempt)
            self._spawn(orphan.lease, partial(self._resume, orphan))
        return len(orphans)

    async def _keep_sweeping(self) -> None:
        while True:
            with suppress(TimeoutError):  # not wait_for, which may swallow the cancellation that ends this task
                async with asyncio.timeout(self._sweep_interval_s):
                    await self._look_again.wait()
            self._look_again.clear()
            try:
                await self.sweep()
            except StoreUnavailable as error:
                _logger.warning("cannot look for runs that were left: %s", error)

    async def _resume(self, orphan: Orphan) -> None:
        try:
            await self._execution.resume(orphan)
        except StoreUnavailable as error:
            _logger.warning("run %s is left to be taken up again: %s", orphan.lease.run_id, error)

    def _spawn(self, lease: Lease, execution: Callable[[], Awaitable[None]]) -> None:
        # In a context of its own: started from a node of another graph, the walk would pass for a part of that one.
        task = asyncio.create_task(self._in_turn(execution), name=f"run-{lease.run_id}", context=Context())
        self._executing[lease.run_id] = task
        task.add_done_callback(lambda ended: self._forget(lease.run_id, ended))

    async def _in_turn(self, execution: Callable[[], Awaitable[None]]) -> None:
        async with self._slots:
            await execution()

    def _forget(self, run_id: str, task: asyncio.Task[None]) -> None:
        if self._executing.get(run_id) is task:
            del self._executing[run_id]
        if self._more_orphans:
            self._look_again.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("run %s was left without an ending and will be taken up again", run_id, exc_info=error)

    async def _let_go(self) -> None:
        """Stop executing; the runs stay as they are, and the fence keeps a late write of ours out."""
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [task for task in self._executing.values() if task is not None]

    def _acceptance(self, run_id: str, request: AnalysisRequest, rulebook: Rulebook, owner_id: str) -> Acceptance:
        return Acceptance(
            run_id=run_id,
            owner_id=owner_id,
            symbol=request.symbol,
            profile=rulebook.profile,
            as_of=request.as_of,
            inputs=request.to_inputs(),
            windows=request.window_bytes(),
            rulebook_hash=rulebook.hash,
            worker=self._presence.key,
        )
