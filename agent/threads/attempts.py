"""One run as its worker is at it: what executes it, why it was stopped, and how it ends."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Final

from agent.store.thread_runs import Ending, OwnedRun
from agent.threads.checkpoints import ThreadStates
from agent.threads.documents import error_document, to_json
from agent.threads.execution import StateLeft
from agent.threads.records import RunStatus, ThreadStatus
from tools.errors import IctError, RunOwnershipLost

LOST: Final = {"error": "WorkerLost", "message": "the service ended while this run was under way; ask again"}
UNREADABLE: Final = {"error": "InternalError", "message": "what the run was asked cannot be read"}
END: Final = ("end", "null")
_logger = logging.getLogger(__name__)


class Lost(Exception):
    """This worker gives up its runs: it closes, or its lock is gone."""


class Asked(Exception):
    """Somebody asked the run to end."""


@dataclass(slots=True)
class Attempt:
    """A run this worker is at.

    Attributes:
        owned: the run.
        states: its checkpointer.
        given: what the graph is given, where it was read when the run was accepted; None reads it again.
        walk: what executes it.
        whole: what executes it and records its ending.
        stopped_by: why it was stopped; None where it was not.
    """

    owned: OwnedRun
    states: ThreadStates
    given: dict[str, Any] | None = None
    walk: asyncio.Task[None] | None = None
    whole: asyncio.Task[None] | None = None
    stopped_by: Exception | None = None

    def begin(self, walk: asyncio.Task[None]) -> None:
        """Take what executes the run; one that is to end already is cancelled before its first step."""
        self.walk = walk
        if self.owned.is_cancelled and self.stopped_by is None:
            self.stopped_by = Asked()
        if self.stopped_by is not None:
            walk.cancel()

    def stop(self, why: Exception) -> None:
        """Cancel what executes the run, once; the first reason stands."""
        if self.stopped_by is None:
            self.stopped_by = why
            if self.walk is not None:
                self.walk.cancel()

    def outcome(self) -> BaseException | None:
        """Return why a graph that is done did not come to its end; None if it did, even if it was to be stopped."""
        assert self.walk is not None, "only asked once the graph is done"
        if self.walk.cancelled():
            return self.stopped_by or RuntimeError("the graph cancelled itself")
        raised = self.walk.exception()
        return None if raised is None else self.stopped_by or raised


def ending_of(owned: OwnedRun, error: BaseException | None, left: StateLeft, kept_s: float | None) -> Ending:
    """Return how a run ends that came to this, with what it left in its thread."""
    if error is None or isinstance(error, Asked):
        run_status: RunStatus = "success" if error is None else "interrupted"
        status: ThreadStatus = "idle" if error is None and not left.goes_on else "interrupted"
        return Ending(run_status, [END], None, status, left.values, left.grounded, kept_s)
    if isinstance(error, Lost | RunOwnershipLost):
        return failed(LOST, left, kept_s)
    document = error_document(error)
    if not isinstance(error, IctError) and document["error"] == "InternalError":  # any other is the caller's doing
        _logger.error("run %s failed", owned.run.run_id, exc_info=error)
    return failed(document, left, kept_s)


def failed(error: dict[str, str], left: StateLeft, kept_s: float | None) -> Ending:
    """Return the ending of a run that failed."""
    events = [("error", to_json(error)), END]
    return Ending("error", events, error, "error", left.values, left.grounded, kept_s)
