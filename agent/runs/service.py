"""Runs: the single way in for the API, the evaluations and the command line."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.analysis.request import AnalysisRequest
from agent.audit.canonical import is_same_decision
from agent.audit.material import readable
from agent.explanation.explain import Explanation, explain
from agent.explanation.what_if import WhatIf
from agent.runs.execution import Execution
from agent.runs.executor import Executor
from agent.runs.preparation import Preparation
from agent.runs.recorder import run_topic
from agent.runs.wakeups import Wakeups
from agent.runs.walk_port import Walk
from agent.runs.what_if import DecidedRun, check_wanted, suppose_facts, suppose_rulebook
from agent.store.decisions import DecisionFilter, DecisionRepository
from agent.store.pool import Database
from agent.store.records import DecisionRecord, Page, Run, StoredEvent
from agent.store.runs import RunRepository
from rulebook.facts import Scalar
from tools.errors import RunNotDecided


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of walking again over stored inputs; identical means the same bytes, hash included."""

    decision_id: str
    is_identical: bool
    recorded_hash: str
    replayed_hash: str


@dataclass(frozen=True, slots=True)
class AuditedDecision:
    """A recorded decision with its whole trace, in the order of the walk."""

    record: DecisionRecord
    verdicts: tuple[dict[str, Any], ...]


class Runs:
    """Start analyses, follow them, cancel them, and ask about what they decided.

    A run is detached from whoever started it: it goes on when the caller goes away, and is taken up again when this
    process does. Everything is asked for by an owner, and gives that owner's rows only.
    """

    def __init__(
        self,
        database: Database,
        wakeups: Wakeups,
        walk: Walk,
        preparation: Preparation,
        *,
        code_version: str,
        concurrent_runs: int = 4,
        sweep_interval_s: float = 5.0,
        poll_interval_s: float = 1.0,
    ) -> None:
        """Put the parts together; ``open`` starts them.

        Args:
            database: open and migrated.
            wakeups: tells readers of events.
            walk: what a run executes.
            preparation: fills in what a caller left out, and gives the rulebook to judge by.
            code_version: written beside every decision.
            concurrent_runs: the most walks executed at once.
            sweep_interval_s: seconds between two looks for runs whose worker has vanished.
            poll_interval_s: seconds after which a reader looks for events though nothing woke it.
        """
        self._wakeups = wakeups
        self._walk = walk
        self._preparation = preparation
        self._poll_interval_s = poll_interval_s
        self._runs = RunRepository(database)
        self._decisions = DecisionRepository(database)
        execution = Execution(self._runs, wakeups, walk, code_version=code_version)
        self._executor = Executor(
            database, self._runs, execution, concurrent_runs=concurrent_runs, sweep_interval_s=sweep_interval_s
        )

    async def open(self, *, takes_up_orphans: bool = True) -> None:
        """Sign in as a worker and, unless told not to, take up runs that a crash cut off."""
        await self._executor.open(takes_up_orphans=takes_up_orphans)

    async def close(self, *, grace_s: float = 5.0) -> None:
        """Give running walks a moment to end and leave the rest to be taken up at the next start."""
        await self._executor.close(grace_s=grace_s)

    async def sweep(self) -> int:
        """Take up runs whose worker has vanished now, and not at the next look; return how many."""
        return await self._executor.sweep()

    async def start(self, request: AnalysisRequest, *, owner_id: str) -> str:
        """Accept a run and return its id; it is committed with all its inputs before this returns.

        Raises:
            InvalidParameter, UnknownProfile, InvalidProfile: the request cannot be made whole, see `Preparation`.
            StoreUnavailable: the database did not answer; there is no run.
        """
        whole, rulebook = await self._preparation.prepare(request, owner_id=owner_id)
        return await self._executor.start(whole, rulebook, owner_id=owner_id)

    async def analyze(self, request: AnalysisRequest, *, owner_id: str) -> Run:
        """Start a run and wait for its end; cancelling the wait leaves the run running."""
        run_id = await self.start(request, owner_id=owner_id)
        await self._executor.wait(run_id)
        run = await self.get(run_id, owner_id=owner_id)
        if run.has_ended:
            return run
        async for _ in self.events(run_id, owner_id=owner_id, after=run.last_seq):
            pass  # another worker has taken it over: its last event is the end
        return await self.get(run_id, owner_id=owner_id)

    async def get(self, run_id: str, *, owner_id: str) -> Run:
        """Return a run as it stands.

        Raises:
            RunNotFound: no run of this owner has that id.
        """
        return await self._runs.get(run_id, owner_id=owner_id)

    async def list(
        self,
        *,
        owner_id: str,
        symbol: str | None = None,
        status: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page[Run]:
        """Return runs, newest first; ``status`` is a run's status, not a decision's."""
        return await self._runs.page(owner_id=owner_id, symbol=symbol, status=status, limit=limit, offset=offset)

    async def events(self, run_id: str, *, owner_id: str, after: int = 0) -> AsyncIterator[StoredEvent]:
        """Give the events with a seq above ``after`` as they are committed, up to the run's ending.

        No database connection is held between two looks.

        Raises:
            RunNotFound: before the first event, if no run of this owner has that id.
        """
        async with self._wakeups.listen(run_topic(run_id)) as waiter:
            while True:
                page = await self._runs.events(run_id, owner_id=owner_id, after=after)
                for event in page.events:
                    yield event
                    after = event.seq
                if page.is_last:
                    return
                if not page.events:
                    await waiter.wait(self._poll_interval_s)

    async def cancel(self, run_id: str, *, owner_id: str) -> Run:
        """Ask, durably, that a run be cancelled; its worker ends it at its next write.

        Returns:
            The run: still running for a moment (``cancel_requested_at`` is set), or cancelled.

        Raises:
            RunNotFound: no run of this owner has that id.
            RunAlreadyEnded: it has completed or failed.
        """
        await self._runs.request_cancel(run_id, owner_id=owner_id)
        return await self.get(run_id, owner_id=owner_id)

    async def explain(self, run_id: str, *, owner_id: str) -> Explanation:
        """Say why a run decided what it decided, and what would have made it a trade.

        Raises:
            RunNotFound: no run of this owner has that id.
            RunNotDecided: it has no decision: it has not ended, or has failed or been cancelled.
        """
        run = await self._decided(run_id, owner_id=owner_id)
        return await asyncio.to_thread(explain, run.record, run.verdicts, run.stored.rulebook)

    async def what_if(
        self,
        run_id: str,
        *,
        owner_id: str,
        profile: str | None = None,
        facts: Mapping[str, Scalar | None] | None = None,
    ) -> WhatIf:
        """Say what a run would have come to by another profile's rules, or on other facts by its own rules.

        Nothing is recorded.

        Args:
            run_id: the run's id.
            owner_id: whose run it is.
            profile: walks again over the stored inputs by this profile's rulebook of today; or
            facts: judges the recorded facts again with these values, None supposing a fact unknown.

        Raises:
            RunNotFound: no run of this owner has that id.
            RunNotDecided: it has no decision.
            InvalidParameter: both or neither are given, or a fact cannot be as it is supposed.
            UnknownProfile: the profile has no rulebook.
            NodeFailed: the walk does not come to a decision.
        """
        check_wanted(profile, facts)
        run = await self._decided(run_id, owner_id=owner_id)
        if facts is not None:
            return await asyncio.to_thread(suppose_facts, run, facts)
        request = replace(run.request, profile=profile)
        rulebook = await self._preparation.rulebook(profile, owner_id=owner_id)
        return await suppose_rulebook(run, self._walk, request, rulebook)

    async def _decided(self, run_id: str, *, owner_id: str) -> DecidedRun:
        run = await self.get(run_id, owner_id=owner_id)
        record = await self._decisions.of_run(run_id, owner_id=owner_id)
        if record is None:
            raise RunNotDecided(f"run {run_id} is {run.status} and has no decision to explain")
        verdicts = await self._decisions.traces(run_id, owner_id=owner_id)
        stored = await self._runs.inputs(run_id, owner_id=owner_id, rulebook_hash=record.rulebook_hash)
        return DecidedRun(record, verdicts, stored)

    async def decisions(
        self, wanted: DecisionFilter | None = None, *, owner_id: str, limit: int = 50, offset: int = 0
    ) -> Page[DecisionRecord]:
        """Return recorded decisions, newest first."""
        return await self._decisions.page(wanted or DecisionFilter(), owner_id=owner_id, limit=limit, offset=offset)

    async def decision(self, decision_id: str, *, owner_id: str) -> AuditedDecision:
        """Return a recorded decision with its whole trace.

        Raises:
            DecisionNotFound: no decision of this owner has that id.
        """
        record = await self._decisions.get(decision_id, owner_id=owner_id)
        return AuditedDecision(record, await self._decisions.traces(record.run_id, owner_id=owner_id))

    async def replay(self, decision_id: str, *, owner_id: str) -> Replay:
        """Walk again over the stored inputs by the stored rulebook, and compare the decision byte for byte.

        Nothing is recorded.

        Raises:
            DecisionNotFound: no decision of this owner has that id.
            InvalidParameter, InvalidCandles: the stored inputs were altered into what cannot be read.
            NodeFailed: the walk does not come to a decision any more.
        """
        record = await self._decisions.get(decision_id, owner_id=owner_id)
        with readable("the stored inputs"):
            stored = await self._runs.inputs(record.run_id, owner_id=owner_id, rulebook_hash=record.rulebook_hash)
            request = AnalysisRequest.from_inputs(stored.inputs, stored.windows)
        walked = [event async for event in self._walk(request, stored.rulebook)]
        decision = walked[-1].data["decision"]
        same = is_same_decision(decision, record.canonical)
        return Replay(decision_id, same, record.decision_hash, decision["decision_hash"])
