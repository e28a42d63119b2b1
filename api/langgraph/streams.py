"""A run's events and its result, over connections that may be lost: both say where to come back to."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Final
from urllib.parse import urlencode

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.types import Message

from agent.store.thread_runs import require_events
from agent.threads.documents import to_json
from agent.threads.records import StreamMode, ThreadEvent, ThreadRun
from agent.threads.service import Threads
from api.sse import HEADERS, MEDIA_TYPE, PING_SECONDS, RunStream
from tools.errors import IctError, RunAlreadyEnded, RunNotFound, StoreUnavailable, ThreadNotFound

JSON: Final = "application/json"
_ALWAYS: Final = frozenset(("metadata", "error", "end"))
_EVENT_OF: Final = {"messages-tuple": "messages"}
_GONE: Final = (StoreUnavailable, ThreadNotFound, RunNotFound)
_log = logging.getLogger(__name__)
Leaving = Callable[[], Awaitable[object]]


class Watched:
    """One run of an owner, as somebody watches it."""

    def __init__(self, threads: Threads, run: ThreadRun, owner_id: str) -> None:
        """Watch `run`, which belongs to `owner_id`."""
        self._threads = threads
        self._run = run
        self._owner_id = owner_id
        self._path = f"/threads/{run.thread_id}/runs/{run.run_id}"

    def headers(self, way: str, query: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
        """Return where the run is, and where a reader whose connection was cut comes back to."""
        back = f"{self._path}/{way}" + (f"?{urlencode(query)}" if query else "")
        return {"Content-Location": self._path, "Location": back}

    def stream(
        self, *, after: int = 0, modes: Sequence[StreamMode] = (), cancels: bool = False, is_starter: bool = False
    ) -> Response:
        """Stream the events with a seq above `after`.

        Args:
            after: the last seq the reader has.
            modes: those a reader who joined wants to see; empty is all.
            cancels: whether the run ends if a reader who joined goes away.
            is_starter: whether it is the one who started the run; its request says what its going away means.

        Raises:
            EventsExpired: the run ended long ago, and its events are no longer kept.
        """
        if self._run.has_ended and after >= self._run.last_seq and not is_starter:
            return Response(status_code=204, headers=HEADERS, media_type=MEDIA_TYPE)
        require_events(self._run)
        query = [("stream_mode", mode) for mode in modes] + ([("cancel_on_disconnect", "1")] if cancels else [])
        return RunStream(
            self._sent(after, modes),
            headers=HEADERS | self.headers("stream", query),
            ping=PING_SECONDS,
            sep="\n",
            client_close_handler_callable=self._when_left(cancels, is_starter),
        )

    def result(self, *, cancels: bool = False, is_starter: bool = False) -> Response:
        """Answer with the state the run leaves, once it does; blanks before it keep the connection open.

        When the service stops meanwhile, the connection breaks: whoever waits then asks again.

        Raises:
            EventsExpired: the run ended long ago; what its thread holds may be another run's.
        """
        require_events(self._run)
        return EventSourceResponse(
            self._awaited(),
            headers=HEADERS | self.headers("join", [("cancel_on_disconnect", "1")] if cancels else []),
            media_type=JSON,
            ping=PING_SECONDS,
            ping_message_factory=_Blank,
            client_close_handler_callable=self._when_left(cancels, is_starter),
        )

    def _events(self, after: int) -> "aclosing[AsyncGenerator[ThreadEvent, None]]":
        run = self._run
        events = self._threads.events(run.thread_id, run.run_id, owner_id=self._owner_id, after=after)
        return aclosing(events)  # a reader that leaves says so at once

    async def _sent(self, after: int, modes: Sequence[StreamMode]) -> AsyncIterator[ServerSentEvent]:
        wanted = _ALWAYS | {_EVENT_OF.get(mode, mode) for mode in modes}
        try:
            async with self._events(after) as events:
                async for event in events:
                    if not modes or event.event.partition("|")[0] in wanted:
                        yield ServerSentEvent(event.data, event=event.event, id=str(event.seq), sep="\n")
        except _GONE as error:  # the answer has begun: all that is left is to end it, and the reader comes again
            _log.warning("a stream of run %s ends early: %s", self._run.run_id, error)

    async def _awaited(self) -> AsyncIterator[bytes]:
        values: str | None = None
        async with self._events(0) as events:
            async for event in events:
                if event.event == "values":
                    values = event.data
                elif event.event == "error":
                    values = f'{{"__error__":{event.data}}}'
        if values is None:  # the run did not record them
            thread = await self._threads.get(self._run.thread_id, owner_id=self._owner_id)
            values = to_json(thread.values or {})
        yield values.encode()

    def _when_left(self, cancels: bool, is_starter: bool) -> Callable[[Message], Awaitable[None]] | None:
        leaving = self._cancel if cancels else self._reader_left if is_starter else None
        if leaving is None:
            return None

        async def left(_: Message) -> None:
            try:
                await leaving()
            except RunAlreadyEnded:
                pass  # it was quicker
            except IctError as error:
                _log.warning("run %s goes on, though its reader went away: %s", self._run.run_id, error)

        return left

    async def _reader_left(self) -> None:
        run = self._run
        if run.request.cancel_on_disconnect:
            await self._threads.reader_left(run.thread_id, run.run_id, owner_id=self._owner_id)

    async def _cancel(self) -> None:
        await self._threads.cancel(self._run.thread_id, self._run.run_id, owner_id=self._owner_id)


class _Blank(ServerSentEvent):
    """What JSON allows before a value."""

    def encode(self) -> bytes:
        """Return a line's end."""
        return b"\n"
