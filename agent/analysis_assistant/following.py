"""Start a recorded run from inside a graph, and follow it: pass its events on, and end it where the graph is ended."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, cast

from agent.analysis.request import AnalysisRequest
from agent.runs.service import Runs
from agent.store.records import StoredEvent
from tools.errors import NodeFailed, RunAlreadyEnded, RunNotDecided, StoreUnavailable

ReadRequest = Callable[[Mapping[str, Any]], AnalysisRequest]
Tell = Callable[[dict[str, Any]], None]
_ENDINGS: Final = frozenset(("run.finished", "run.failed", "run.cancelled"))
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class AnalysisContext:
    """What the nodes of one run read from; it never enters the state.

    Attributes:
        runs: where the analysis is recorded.
        read_request: reads a caller's input; raises a `DataError`.
        owner_id: whose run it is.
        followed: id of the recorded run that is under way; None before one is, and once it has ended.
        is_let_go: whether the recorded run goes on when who follows it is stopped.
    """

    runs: Runs
    read_request: ReadRequest
    owner_id: str
    followed: str | None = None
    is_let_go: bool = False


async def start_recorded(context: AnalysisContext, given: Mapping[str, Any]) -> str:
    """Start a run like any other and return its id.

    Raises:
        DataError: the input is at fault.
        StoreUnavailable: there is no run.
    """
    request = await asyncio.to_thread(context.read_request, given)
    starting = asyncio.create_task(_start(context, request))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting])  # so that it is known which run is to be ended
        raise


async def _start(context: AnalysisContext, request: AnalysisRequest) -> str:
    context.followed = await context.runs.start(request, owner_id=context.owner_id)
    return context.followed


async def end_followed(context: AnalysisContext) -> None:
    """Cancel the recorded run that is under way; does nothing where none is, or where it was let go."""
    if context.followed is None or context.is_let_go:
        return
    try:
        await context.runs.cancel(context.followed, owner_id=context.owner_id)
    except RunAlreadyEnded:
        pass  # it was quicker
    except StoreUnavailable as error:
        _log.warning("run %s goes on, though who followed it was cancelled: %s", context.followed, error)


def let_go(context: AnalysisContext) -> None:
    """Leave the recorded run to go on, whatever becomes of who follows it."""
    context.is_let_go = True


async def follow(
    context: AnalysisContext, run_id: str, *, after: int, node: str, tell: Tell, until: Callable[[StoredEvent], bool]
) -> list[StoredEvent]:
    """Pass on a run's events from ``after`` up to the first for which ``until`` holds, and return them.

    Args:
        context: where the run is recorded.
        run_id: the recorded run.
        after: seq of the last event that was passed on.
        node: who follows, for the error.
        tell: takes each event as ``{"type": its name, …its data}``.
        until: says which event is the last.

    Raises:
        NodeFailed: the run failed, or ended before such an event.
        RunNotDecided: the run was cancelled.
        RunNotFound: there is no such run.
    """
    told: list[StoredEvent] = []
    context.followed = run_id
    async with aclosing(_events(context, run_id, after)) as events:
        async for event in events:
            tell({"type": event.event, **event.data})
            told.append(event)
            if event.event in _ENDINGS:
                context.followed = None
            if until(event):
                return told
            _refuse_end(event, run_id, node)
    raise NodeFailed(node, f"the log of run {run_id} ends before this node does")


def _events(context: AnalysisContext, run_id: str, after: int) -> AsyncGenerator[StoredEvent, None]:
    events = context.runs.events(run_id, owner_id=context.owner_id, after=after)
    return cast("AsyncGenerator[StoredEvent, None]", events)  # which can be closed: a reader that leaves says so


def _refuse_end(event: StoredEvent, run_id: str, node: str) -> None:
    if event.event == "run.failed":
        raise NodeFailed(event.data["node"] or node, event.data["reason"])
    if event.event == "run.cancelled":
        raise RunNotDecided(f"run {run_id} was cancelled")
