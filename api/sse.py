"""Server-sent events of a run: resumable by ``Last-Event-ID``, closed by the run's ending, read and never steered."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Final

import orjson
from fastapi import Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from agent.runs.service import Runs
from api.problems import FieldFault, Problem, ProblemError
from tools.errors import StoreUnavailable

MEDIA_TYPE: Final = "text/event-stream"
PING_SECONDS: Final = 15
HEADERS: Final = {"Cache-Control": "no-store, no-transform"}
_MOST_DIGITS: Final = 18
_log = logging.getLogger(__name__)

LastEventIdHeader = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The last `id` already seen; the stream goes on after it. `0`, `-1` or nothing: from the start.",
        examples=["17"],
    ),
]
LastEventIdQuery = Annotated[
    str | None,
    Query(
        alias="last_event_id",
        description="The same, for a first connection of a browser's EventSource; the header wins.",
    ),
]


def read_last_event_id(header: LastEventIdHeader = None, query: LastEventIdQuery = None) -> int:
    """Return the last seq the reader has; 0 means none.

    Raises:
        ProblemError: 400, it is no whole number from -1 up.
    """
    text = (header if header is not None else query or "").strip()
    if text in {"", "-1"}:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        message = "Last-Event-ID is not an id this stream has given"
        fault = FieldFault("Last-Event-ID", None, message, "-1, 0, or the id of an event of this run", repr(text[:40]))
        raise ProblemError(Problem("invalid-query", "The query is not what this takes", 400, message, (fault,)))
    return int(text)


class RunStream(EventSourceResponse):
    """An event stream that also ends in good order when the service stops: its reader sees an end, and comes again."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the run ends, the reader leaves or the service stops."""
        is_open = False

        async def watched(message: Message) -> None:
            nonlocal is_open
            is_open = message["type"] == "http.response.start" or bool(message.get("more_body"))
            await send(message)

        await super().__call__(scope, receive, watched)
        if is_open:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def event_stream(runs: Runs, run_id: str, *, owner_id: str, after: int = 0) -> Response:
    """Stream a run's events with a seq above `after`; live ones as they happen.

    A reader who has everything of an ended run gets 204, which tells an EventSource not to come again.

    Raises:
        RunNotFound: before anything is sent.
    """
    run = await runs.get(run_id, owner_id=owner_id)
    if run.has_ended and after >= run.last_seq:
        return Response(status_code=204, headers=HEADERS, media_type=MEDIA_TYPE)
    return stream_response(runs, run_id, owner_id=owner_id, after=after)


def stream_response(
    runs: Runs, run_id: str, *, owner_id: str, after: int = 0, headers: dict[str, str] | None = None
) -> RunStream:
    """Stream a run that is known to exist."""
    content = _events(runs, run_id, owner_id, after)
    return RunStream(content, headers=HEADERS | (headers or {}), ping=PING_SECONDS, sep="\n")


async def _events(runs: Runs, run_id: str, owner_id: str, after: int) -> AsyncIterator[ServerSentEvent]:
    events = runs.events(run_id, owner_id=owner_id, after=after)
    try:
        async for event in events:
            data = orjson.dumps(event.data).decode()
            yield ServerSentEvent(data, event=event.event, id=str(event.seq), sep="\n")
    except StoreUnavailable as error:  # the answer has begun: all that is left is to end it, and the reader comes again
        _log.warning("a stream of run %s ends early: %s", run_id, error)
    finally:
        if isinstance(events, AsyncGenerator):  # a reader that leaves half-way stops listening at once
            await events.aclose()
