"""Threads: the single way in for the wire, the coach's endpoints and the command line."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any, Final, Literal

from langgraph.types import StateSnapshot

from agent.runs.wakeups import Wakeups
from agent.store.pool import Database
from agent.store.records import Page
from agent.store.thread_runs import ThreadRunRepository
from agent.store.threads import ThreadRepository, thread_exists
from agent.threads.assistants import Assistants
from agent.threads.execution import Execution
from agent.threads.following import Following
from agent.threads.ids import id_of_new_thread, id_of_thread, ids_of_run
from agent.threads.records import RunRequest, RunStatus, StatesAsked, Thread, ThreadEvent, ThreadRun, ThreadStatus
from agent.threads.requests import check_request, check_size, read_request, where_to_run
from agent.threads.states import StateReader
from agent.threads.worker import Worker, ended_topic
from tools.errors import (
    RunAlreadyEnded,
    RunNotFound,
    StoreUnavailable,
    ThreadNotFound,
)

SortBy = Literal["created_at", "updated_at", "thread_id", "status"]
_EVENTS_KEPT_S: Final = 7 * 86_400.0
_logger = logging.getLogger(__name__)


class Threads:
    """Keep threads, run assistants on them, and let any number of readers follow.

    A run is detached from whoever started it: it goes on when the caller goes away. It is not repeated: if its worker
    vanishes, it ends as an error, and the thread goes on from its last state. Everything is asked for by an owner, and
    gives that owner's rows only.
    """

    def __init__(
        self,
        database: Database,
        wakeups: Wakeups,
        assistants: Assistants,
        *,
        concurrent_threads: int = 256,
        sweep_interval_s: float = 5.0,
        poll_interval_s: float = 1.0,
        stateless_kept_s: float = 60.0,
        events_kept_s: float = _EVENTS_KEPT_S,
        kept_states: int = 200,
    ) -> None:
        """Put the parts together; ``open`` starts them.

        Args:
            database: open and migrated.
            wakeups: tells readers of events and workers of work.
            assistants: what can be run.
            concurrent_threads: the most runs executed at once; further ones wait in the database.
            sweep_interval_s: seconds between two looks for runs whose worker has vanished.
            poll_interval_s: seconds after which a reader looks for events though nothing woke it.
            stateless_kept_s: seconds that a thread which goes with its run is still there for its readers.
            events_kept_s: seconds that the events of a run are kept after its end.
            kept_states: the newest states of a thread that are kept; a quarter more may gather before the rest go.
        """
        self.assistants = assistants
        self._wakeups = wakeups
        self._poll_interval_s = poll_interval_s
        self._threads = ThreadRepository(database)
        self._runs = ThreadRunRepository(database)
        self._worker = Worker(
            database,
            wakeups,
            self._threads,
            self._runs,
            Execution(database, assistants),
            concurrent_threads=concurrent_threads,
            sweep_interval_s=sweep_interval_s,
            stateless_kept_s=stateless_kept_s,
            events_kept_s=events_kept_s,
            kept_states=kept_states,
        )
        self._following = Following(self._runs, self._worker.log, wakeups, poll_interval_s=poll_interval_s)
        self._states = StateReader(database, assistants, self._threads)

    async def open(self, *, takes_up_orphans: bool = True) -> None:
        """Sign in as a worker, end runs that a crash cut off and, unless told not to, begin those that wait."""
        await self._worker.open(takes_up_orphans=takes_up_orphans)

    async def close(self, *, grace_s: float = 5.0) -> None:
        """Give running runs a moment to end, and end the rest as lost; pending ones wait for another worker."""
        await self._worker.close(grace_s=grace_s)

    @property
    def ails(self) -> str | None:
        """What of this worker has died, in a sentence; None while all of it is at work."""
        return self._worker.ails

    async def sweep(self) -> None:
        """Look now, and not at the next time, for lost runs, runs to begin or to end, and threads to delete."""
        await self._worker.sweep()

    async def create(
        self,
        *,
        owner_id: str,
        thread_id: str | None = None,
        title: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        if_exists: Literal["raise", "do_nothing"] = "raise",
    ) -> Thread:
        """Make a thread; ``do_nothing`` returns the one that is there already.

        Raises:
            ThreadExists: there is one with that id, and it is not to be returned or not this owner's.
            InvalidParameter: the id is no UUID, or the metadata is too long.
        """
        check_size("metadata", metadata or {})
        thread_id = str(uuid.uuid4()) if thread_id is None else id_of_new_thread(thread_id)
        is_new = await self._threads.create(thread_id, owner_id=owner_id, title=title, metadata=metadata)
        if not is_new and if_exists == "raise":
            raise thread_exists(thread_id)
        try:
            return await self._threads.get(thread_id, owner_id=owner_id)
        except ThreadNotFound as error:
            raise thread_exists(thread_id) from error  # somebody else's

    async def get(self, thread_id: str, *, owner_id: str, with_values: bool = True) -> Thread:
        """Return a thread, with its values or, for a small part of the work, without.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        return await self._threads.get(id_of_thread(thread_id), owner_id=owner_id, with_values=with_values)

    async def search(
        self,
        *,
        owner_id: str,
        assistant_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        status: ThreadStatus | None = None,
        ids: Sequence[str] | None = None,
        limit: int = 10,
        offset: int = 0,
        sort_by: SortBy = "updated_at",
        descending: bool = True,
        with_values: bool = True,
    ) -> Page[Thread]:
        """Return an owner's threads, without those of stateless runs.

        Args:
            owner_id: whose.
            assistant_id: id or graph name of the assistant of their newest run.
            metadata: what their metadata must hold.
            status: how they stand.
            ids: among which to look.
            limit: the most to return.
            offset: how many to pass over.
            sort_by: what to sort by; equals are sorted by id.
            descending: whether the greatest comes first.
            with_values: whether each comes with its values, which are as long as its conversation.

        Raises:
            InvalidParameter: threads cannot be sorted by that.
            AssistantNotFound: there is no such assistant.
        """
        return await self._threads.page(
            owner_id=owner_id,
            assistant_id=None if assistant_id is None else self.assistants.get(assistant_id).assistant_id,
            metadata=metadata,
            status=status,
            ids=None if ids is None else [one.lower() for one in ids],
            limit=limit,
            offset=offset,
            sort_by=sort_by,
            descending=descending,
            with_values=with_values,
        )

    async def update(
        self,
        thread_id: str,
        *,
        owner_id: str,
        title: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Thread:
        """Rename a thread, merge metadata into its own, or both.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
            InvalidParameter: the metadata would be too long.
        """
        thread_id = id_of_thread(thread_id)
        await self._threads.update(thread_id, owner_id=owner_id, title=title, metadata=metadata)
        return await self._threads.get(thread_id, owner_id=owner_id)

    async def delete(self, thread_id: str, *, owner_id: str) -> None:
        """Delete a thread with its states, runs and events; nobody sees it any more while its runs are ended first.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        thread_id = id_of_thread(thread_id)
        await self._threads.condemn(thread_id, owner_id=owner_id)
        for run_id in await self._runs.open_runs(thread_id, owner_id=owner_id):
            with suppress(RunAlreadyEnded, RunNotFound):  # or deleted by a sweep that came first
                await self.cancel(thread_id, run_id, owner_id=owner_id, wait=True)
        await self._threads.delete(thread_id, owner_id=owner_id)

    async def start(
        self,
        thread_id: str | None,
        request: RunRequest,
        *,
        owner_id: str,
        if_not_exists: Literal["reject", "create"] = "reject",
    ) -> ThreadRun:
        """Accept a run; it is committed before this returns. Without a thread it gets one of its own.

        Raises:
            AssistantNotFound: there is no such assistant.
            DataError: the assistant cannot be given that input, the configuration cannot be used, or a state is named
                and no thread.
            ThreadNotFound: no thread of this owner has that id, and none is to be made.
            ThreadBusy: the request wants to be rejected while another run is under way, and one is; or too many wait.
            CheckpointNotFound: the thread has no such state to start from.
            StoreUnavailable: the database did not answer, or the service is closing; there is no run.
        """
        assistant = self.assistants.get(request.assistant_id)
        check_request(request, assistant)
        thread_id, creates = where_to_run(thread_id, request, may_create=if_not_exists == "create")
        given, title = await asyncio.to_thread(read_request, assistant, request)
        accepted = await self._worker.accept(
            str(uuid.uuid4()),
            thread_id,
            request,
            owner_id=owner_id,
            assistant=assistant,
            title=title,
            given=given,
            creates=creates,
        )
        for run_id in accepted.interrupted:
            await self._end_asked(thread_id, run_id, owner_id=owner_id)
        return accepted.owned.run

    async def run(self, thread_id: str, run_id: str, *, owner_id: str) -> ThreadRun:
        """Return a run as it stands.

        Raises:
            RunNotFound: the thread has no such run, or is not this owner's.
        """
        return (await self._runs.get(*ids_of_run(thread_id, run_id), owner_id=owner_id)).run

    async def runs(
        self,
        thread_id: str,
        *,
        owner_id: str,
        limit: int = 10,
        offset: int = 0,
        status: RunStatus | None = None,
        with_input: bool = False,
    ) -> Page[ThreadRun]:
        """Return a thread's runs, newest first, with what they were given or without.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        thread = await self.get(thread_id, owner_id=owner_id, with_values=False)
        return await self._runs.page(
            thread.thread_id, owner_id=owner_id, status=status, limit=limit, offset=offset, with_input=with_input
        )

    async def cancel(self, thread_id: str, run_id: str, *, owner_id: str, wait: bool = False) -> ThreadRun:
        """Ask, durably, that a run end; its worker ends it as interrupted, and the thread keeps its state.

        Returns:
            The run: still running for a moment, or ended; with ``wait`` always ended.

        Raises:
            RunNotFound: the thread has no such run, or is not this owner's.
            RunAlreadyEnded: it has ended.
        """
        thread_id, run_id = ids_of_run(thread_id, run_id)
        await self._runs.request_cancel(thread_id, run_id, owner_id=owner_id)
        await self._end_asked(thread_id, run_id, owner_id=owner_id)
        if wait:
            return await self.join(thread_id, run_id, owner_id=owner_id)
        return await self.run(thread_id, run_id, owner_id=owner_id)

    async def join(self, thread_id: str, run_id: str, *, owner_id: str) -> ThreadRun:
        """Wait for a run's end and return it; leaving the wait does not touch the run.

        Raises:
            RunNotFound: the thread has no such run, or is not this owner's.
        """
        thread_id, run_id = ids_of_run(thread_id, run_id)
        async with self._wakeups.listen(ended_topic(run_id)) as waiter:
            while not (run := await self.run(thread_id, run_id, owner_id=owner_id)).has_ended:
                await waiter.wait(self._poll_interval_s)
        return run

    async def delete_run(self, thread_id: str, run_id: str, *, owner_id: str) -> None:
        """Delete a run that has ended, with its events; what it left in the thread's state stays.

        Raises:
            RunNotFound: the thread has no such run, or is not this owner's.
            ThreadBusy: it has not ended.
        """
        await self._runs.delete(*ids_of_run(thread_id, run_id), owner_id=owner_id)

    async def reader_left(self, thread_id: str, run_id: str, *, owner_id: str) -> None:
        """Tell that the reader who started a run went away; cancels it if its request says so and it has not ended.

        Raises:
            RunNotFound: the thread has no such run, or is not this owner's.
        """
        run = await self.run(thread_id, run_id, owner_id=owner_id)
        if run.request.cancel_on_disconnect and not run.has_ended:
            with suppress(RunAlreadyEnded):
                await self.cancel(thread_id, run_id, owner_id=owner_id)

    async def events(
        self, thread_id: str, run_id: str, *, owner_id: str, after: int = 0
    ) -> AsyncGenerator[ThreadEvent, None]:
        """Give the events with a seq above ``after`` once they are committed, up to the run's ``end``.

        The worker's own readers are given them from memory; those who fall behind, and those of other workers, read the
        database. No connection is held between two looks. Where a run is deleted meanwhile, its events just cease.

        Raises:
            RunNotFound: before the first event, if the thread has no such run or is not this owner's.
            EventsExpired: likewise, if it ended long ago and its events are no longer kept.
        """
        following = self._following.events(*ids_of_run(thread_id, run_id), owner_id=owner_id, after=after)
        async with aclosing(following) as events:
            async for event in events:
                yield event

    async def state(self, thread_id: str, *, owner_id: str, checkpoint_id: str | None = None) -> StateSnapshot:
        """Return a thread's newest state, or the one of a checkpoint; a thread nothing ran on has an empty one.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
            CheckpointNotFound: the thread has no such state.
        """
        thread = await self.get(thread_id, owner_id=owner_id, with_values=False)
        return await self._states.state(thread, checkpoint_id)

    async def history(
        self,
        thread_id: str,
        *,
        owner_id: str,
        limit: int = 10,
        before: str | None = None,
        checkpoint_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        with_values: bool = True,
    ) -> list[StateSnapshot]:
        """Return a thread's states, newest first; older ones than its newest few hundred are not kept.

        Args:
            thread_id: the thread.
            owner_id: whose it is.
            limit: the most to return.
            before: the checkpoint before which to begin.
            checkpoint_id: the one checkpoint to return.
            metadata: what the states' metadata must hold.
            with_values: whether each comes with its values and tasks, for much more work.

        Raises:
            ThreadNotFound: no thread of this owner has that id.
        """
        thread = await self.get(thread_id, owner_id=owner_id, with_values=False)
        asked = StatesAsked(limit, before, checkpoint_id, metadata, with_values)
        return await self._states.history(thread, asked, owner_id=owner_id)

    async def _end_asked(self, thread_id: str, run_id: str, *, owner_id: str) -> None:
        """End a run that was asked to: here if it has not begun, else by its worker.

        It has been asked durably: where this fails, whoever executes or claims the run ends it.
        """
        try:
            owned = await self._runs.get(thread_id, run_id, owner_id=owner_id)
            if owned.run.status == "pending":
                await self._worker.end_unbegun(owned)
            elif owned.run.status == "running":
                self._worker.cancel(run_id)
        except (StoreUnavailable, RunNotFound) as error:
            _logger.warning("run %s was asked to end, and is left to its worker: %s", run_id, error)
