"""An answer of the coach over SSE or as one document: resumable by ``Last-Event-ID``, closed by its last event."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sse_starlette import ServerSentEvent

from agent.threads.records import ThreadRun
from agent.threads.service import Threads
from api.coach_projection import CoachEvent, Projection
from api.problems import Problem
from api.sse import HEADERS, PING_SECONDS, RunStream
from tools.errors import RunNotFound, StoreUnavailable, ThreadNotFound

_LAST: Final = frozenset({"message.completed", "error"})
_DELETED: Final = Problem(
    "thread-not-found", "There is no such thread", 404, "the conversation was deleted while its answer was being made"
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A run whose answer is told to a reader.

    Attributes:
        run: known to exist.
        title: its thread's.
        owner_id: whose.
        path: where its events are read.
    """

    run: ThreadRun
    title: str | None
    owner_id: str
    path: str


def stream_answer(threads: Threads, told: Told, *, after: int = 0, headers: dict[str, str] | None = None) -> RunStream:
    """Stream the events with an id above `after`, live ones as they happen, up to the last one."""
    content = _sent(threads, told, after)
    return RunStream(content, headers=HEADERS | (headers or {}), ping=PING_SECONDS, sep="\n")


async def whole_answer(threads: Threads, told: Told) -> CoachEvent:
    """Wait for the run's end and return its last event, ``message.completed`` or ``error``."""
    last: CoachEvent | None = None
    async for event in events_of(threads, told):
        last = event
    if last is None:
        raise StoreUnavailable("the answer's events cannot be read")
    return last


async def events_of(threads: Threads, told: Told) -> AsyncIterator[CoachEvent]:
    """Give every event of an answer as it happens, from the first; one that is deleted meanwhile ends with an error.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    run = told.run
    projection = Projection(run.thread_id, run.run_id, told.title, told.path)
    events = threads.events(run.thread_id, run.run_id, owner_id=told.owner_id)
    last: CoachEvent | None = None
    seq = 0
    try:
        async for event in events:
            seq = event.seq
            if event.event == "end" and projection.lacks_answer:
                ended = await threads.run(run.thread_id, run.run_id, owner_id=told.owner_id)
                projection.ended_well = ended.status == "success"
            for last in projection.of(event):
                yield last
    except (RunNotFound, ThreadNotFound):
        last = None
    finally:
        if isinstance(events, AsyncGenerator):  # a reader that leaves half-way stops listening at once
            await events.aclose()
    if last is None or last.event not in _LAST:
        yield CoachEvent(seq + 1, "error", {"seq": seq + 1, **_DELETED.to_dict(told.path)})


async def _sent(threads: Threads, told: Told, after: int) -> AsyncIterator[ServerSentEvent]:
    """Tell all from the start and send what the reader lacks: what the last event says was gathered on the way."""
    events = events_of(threads, told)
    try:
        async for event in events:
            if event.seq > after:
                yield ServerSentEvent(_text(event.data), event=event.event, id=str(event.seq), sep="\n")
    except StoreUnavailable as error:  # the answer has begun: all that is left is to end it, and the reader comes again
        _log.warning("a stream of the coach's run %s ends early: %s", told.run.run_id, error)
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def _text(data: dict[str, Any]) -> str:
    return orjson.dumps(data).decode()
