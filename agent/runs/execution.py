"""Execute one attempt of one run, from its first event to its ending."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final

from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import WalkEvent
from agent.audit.canonical import canonical_json
from agent.runs.recorder import LogDiffers, Recorder, RunCancelled, run_topic
from agent.runs.wakeups import Wakeups
from agent.runs.walk_port import Walk
from agent.store.ids import new_id
from agent.store.records import Decided, Lease, Orphan
from agent.store.runs import RunRepository
from rulebook.loader import Rulebook
from tools.errors import DataError, NodeFailed, RulebookError, RunOwnershipLost, StoreUnavailable
from tools.times import iso_utc

MAXIMUM_ATTEMPTS: Final = 3
_logger = logging.getLogger(__name__)


class _Failed(Exception):
    """The run cannot go on, for a reason the caller may read."""


class Execution:
    """Execute runs. Whatever happens to one, it is recorded as its ending, or left to be taken up again."""

    def __init__(self, repository: RunRepository, wakeups: Wakeups, walk: Walk, *, code_version: str) -> None:
        """Take the ports; ``code_version`` is written beside every decision."""
        self._repository = repository
        self._wakeups = wakeups
        self._walk = walk
        self._code_version = code_version

    async def execute(self, lease: Lease, request: AnalysisRequest, rulebook: Rulebook) -> None:
        """Execute a run that has just been accepted."""
        recorder = Recorder(self._repository, self._wakeups, lease)
        await self._to_its_end(lease, recorder, self._record_walk(lease, recorder, request, rulebook))

    async def resume(self, orphan: Orphan) -> None:
        """Execute a run that another worker left, from its stored inputs and rulebook, behind its log.

        Raises:
            StoreUnavailable: its log cannot be read now.
        """
        written = await self._repository.written_events(orphan.lease)
        recorder = Recorder(self._repository, self._wakeups, orphan.lease, written)
        await self._to_its_end(orphan.lease, recorder, self._record_walk_again(orphan, recorder))

    async def _to_its_end(self, lease: Lease, recorder: Recorder, attempt: Awaitable[None]) -> None:
        try:
            await self._with_failures_recorded(lease, recorder, attempt)
        except RunOwnershipLost as lost:
            _logger.info("%s", lost)
        except StoreUnavailable:
            _logger.warning("run %s is left to be taken up again: the database did not answer", lease.run_id)

    async def _with_failures_recorded(self, lease: Lease, recorder: Recorder, attempt: Awaitable[None]) -> None:
        try:
            await attempt
        except (RunOwnershipLost, StoreUnavailable):
            raise
        except RunCancelled:
            await self._cancel(lease, recorder)
        except NodeFailed as error:
            _logger.exception("run %s failed in node %s", lease.run_id, error.node)
            await self._fail(lease, recorder, error.node, error.reason)
        except LogDiffers as error:
            _logger.error("run %s cannot go on: %s", lease.run_id, error)
            reason = "the service's code or rules have changed since the run began; start it again"
            await self._fail(lease, recorder, None, reason)
        except _Failed as error:
            await self._fail(lease, recorder, None, str(error))
        except Exception:  # the run loop's door: no failure may leave a run without an ending
            _logger.exception("run %s failed", lease.run_id)
            await self._fail(lease, recorder, None, "the service failed; its log has the cause")

    async def _record_walk_again(self, orphan: Orphan, recorder: Recorder) -> None:
        lease = orphan.lease
        if orphan.is_cancelled:
            raise RunCancelled
        if lease.attempt > MAXIMUM_ATTEMPTS:
            raise _Failed(f"given up: the service ended during each of {MAXIMUM_ATTEMPTS} attempts")
        try:
            stored = await self._repository.inputs(
                lease.run_id, owner_id=lease.owner_id, rulebook_hash=orphan.rulebook_hash
            )
            request = AnalysisRequest.from_inputs(stored.inputs, stored.windows)
        except (DataError, RulebookError) as error:
            _logger.exception("the inputs of run %s cannot be read", lease.run_id)
            raise _Failed("its stored inputs or rules are damaged, or of another version of the service") from error
        await self._record_walk(lease, recorder, request, stored.rulebook)

    async def _record_walk(
        self, lease: Lease, recorder: Recorder, request: AnalysisRequest, rulebook: Rulebook
    ) -> None:
        outcome: dict[str, Any] | None = None
        async with recorder.writing(), _closing(self._walk(request, rulebook)) as events:
            recorder.record("run.started", _opening(lease.run_id, request, rulebook))
            async for event in events:
                if event.event == "decision":
                    outcome = event.data
                    continue
                recorder.record(event.event, event.data)
                if event.event == "node.finished":
                    recorder.write_soon()
        recorder.require_whole_log()
        if outcome is None:
            raise NodeFailed("decision", "the walk ended without a decision")
        await self._complete(lease, recorder, request, outcome, rulebook.hash)

    async def _complete(
        self, lease: Lease, recorder: Recorder, request: AnalysisRequest, outcome: dict[str, Any], rulebook_hash: str
    ) -> None:
        decision = outcome["decision"]
        events = recorder.ending(
            ("decision", {"run_id": lease.run_id, **decision}),
            (
                "run.finished",
                {"run_id": lease.run_id, "status": "completed", "decision_hash": decision["decision_hash"]},
            ),
        )
        decided = Decided(
            decision_id=new_id(),
            symbol=request.symbol,
            status=decision["status"],
            as_of=request.as_of,
            kill_zone=decision.get("session", {}).get("kill_zone"),
            canonical=canonical_json(decision).decode(),
            decision_hash=decision["decision_hash"],
            facts=outcome["facts"],
            rulebook_hash=rulebook_hash,
            code_version=self._code_version,
        )
        if not await self._repository.complete(lease, events, decided, outcome["verdicts"]):
            raise RunCancelled  # or no longer ours, which recording the cancellation will find out
        self._wakeups.notify(run_topic(lease.run_id))

    async def _cancel(self, lease: Lease, recorder: Recorder) -> None:
        events = recorder.ending(("run.cancelled", {"run_id": lease.run_id, "reason": "cancelled on request"}))
        await self._repository.end(lease, "cancelled", events, recorder.verdicts, None)
        self._wakeups.notify(run_topic(lease.run_id))

    async def _fail(self, lease: Lease, recorder: Recorder, node: str | None, reason: str) -> None:
        events = recorder.ending(("run.failed", {"run_id": lease.run_id, "node": node, "reason": reason}))
        error = {"node": node, "message": reason}
        await self._repository.end(lease, "failed", events, recorder.verdicts, error)
        self._wakeups.notify(run_topic(lease.run_id))


def _opening(run_id: str, request: AnalysisRequest, rulebook: Rulebook) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "symbol": request.symbol,
        "as_of": iso_utc(request.as_of),
        "timeframes": [str(timeframe) for timeframe in request.windows],
        "profile": request.profile,
        "rulebook_hash": rulebook.hash,
    }


@asynccontextmanager
async def _closing(events: AsyncIterator[WalkEvent]) -> AsyncIterator[AsyncIterator[WalkEvent]]:
    """End a walk that is left half-way at once, and not whenever it is collected."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
