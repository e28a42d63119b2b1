"""The real service with a scripted model behind it, asked over its two wires, and looked at from inside afterwards."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from httpx_sse import aconnect_sse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from api.settings import Environment
from tests.acceptance.server import PATIENCE_S
from tests.api.running_server import NOW, serving
from tests.model_server import ScriptedModel

API: Final = "/api/v1"
SSE: Final = {"Accept": "text/event-stream"}
JSON: Final = {"Accept": "application/json"}
MODEL: Final = "scripted-1"
_BUSY: Final = b"""
    SELECT pid, state, query FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
_LOOKS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a question.

    Attributes:
        answer: the data of ``message.completed``; None where it ended in an error.
        error: the problem document, or the wire's ``{"error", "message"}``; None where it did not.
        events: every event and its data, where the answer was streamed.
        thread_id: the conversation's.
    """

    answer: dict[str, Any] | None
    error: dict[str, Any] | None
    events: list[tuple[str, Any]]
    thread_id: str

    @property
    def response(self) -> str:
        """The answer's text."""
        assert self.answer is not None, self.error
        return str(self.answer["response"])

    @property
    def failure(self) -> str:
        """The error's class name, or its problem's slug written as one."""
        assert self.error is not None, self.answer
        named = self.error.get("error") or self.error["type"].rpartition(":")[2].title().replace("-", "")
        return str(named)


async def ask_streaming(client: httpx.AsyncClient, message: str, thread_id: str | None = None, **more: Any) -> Told:
    """Ask the coach, and read its stream to the end."""
    body = {"message": message, **({"thread_id": thread_id} if thread_id else {}), **more}
    events: list[tuple[str, Any]] = []
    async with aconnect_sse(client, "POST", f"{API}/coach/chat", json=body, headers=SSE) as source:
        source.response.raise_for_status()
        async for event in source.aiter_sse():
            events.append((event.event, json.loads(event.data)))
    first, last = events[0], events[-1]
    assert first[0] == "thread", events
    assert last[0] in {"message.completed", "error"}, events
    answer, error = (last[1], None) if last[0] == "message.completed" else (None, last[1])
    return Told(answer, error, events, first[1]["thread_id"])


async def ask_waiting(client: httpx.AsyncClient, message: str, thread_id: str | None = None, **more: Any) -> Told:
    """Ask the coach, and wait for one document."""
    if thread_id is None:
        thread_id = (await client.post("/threads", json={})).raise_for_status().json()["thread_id"]
    body = {"message": message, "thread_id": thread_id, **more}
    answer = await client.post(f"{API}/coach/chat", json=body, headers=JSON)
    if answer.status_code == 200:
        return Told(answer.json(), None, [], str(thread_id))
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    assert answer.status_code == answer.json()["status"]
    return Told(None, answer.json(), [], str(thread_id))


async def ask_on_the_wire(client: httpx.AsyncClient, message: str, thread_id: str | None = None) -> Told:
    """Ask as a LangGraph client does, and read its stream to the end."""
    if thread_id is None:
        thread_id = (await client.post("/threads", json={})).raise_for_status().json()["thread_id"]
    return await run_on_the_wire(
        client, str(thread_id), {"input": {"messages": [{"role": "user", "content": message}]}}
    )


async def run_on_the_wire(client: httpx.AsyncClient, thread_id: str, body: Mapping[str, Any]) -> Told:
    """Run the coach as a LangGraph client does, whatever the body holds beside its name and its stream modes."""
    asked = {"assistant_id": "coach", "stream_mode": ["values", "messages-tuple", "custom"], **body}
    events = [event async for event in _wire_events(client, thread_id, asked)]
    assert events[0][0] == "metadata", events
    errors = [data for event, data in events if event == "error"]
    completed = [
        data
        for event, data in events
        if event == "custom" and isinstance(data, dict) and data["type"] == "message.completed"
    ]
    assert len(errors) + len(completed) == 1, events
    return Told(next(iter(completed), None), next(iter(errors), None), events, thread_id)


async def _wire_events(
    client: httpx.AsyncClient, thread_id: str, body: Mapping[str, Any]
) -> AsyncIterator[tuple[str, Any]]:
    async with aconnect_sse(client, "POST", f"/threads/{thread_id}/runs/stream", json=body) as source:
        if source.response.status_code != 200:
            raise AssertionError((await source.response.aread()).decode())
        async for event in source.aiter_sse():
            yield event.event, json.loads(event.data) if event.data else None


@dataclass(slots=True)
class Coached:
    """A running service.

    Attributes:
        address: where it listens.
        model: what its coach speaks with.
        database_url: what it works on.
    """

    address: str
    model: ScriptedModel
    database_url: str
    _watched: "_Watched"
    _usual: set["asyncio.Task[Any]"] = field(default_factory=set)

    def client(self) -> httpx.AsyncClient:
        """Give a client of it."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
        return httpx.AsyncClient(base_url=self.address, limits=limits, timeout=PATIENCE_S, trust_env=False)

    async def remember_its_tasks(self) -> None:
        """Take what the service's loop does now, idle, as what it always does."""
        self._usual = await self._inside(_tasks)

    async def assert_at_rest(self) -> None:
        """Wait until nothing is left of what was asked: no task, no connection in use, no request at the model."""
        left = await self._inside(lambda: _wait_for_the_end_of(self._usual))
        assert not left, f"tasks that nobody waits for: {left}"
        for asked in self.model.requests:
            await asyncio.to_thread(asked.wait_until_over)
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            for _ in range(_LOOKS):
                busy = connection.execute(_BUSY).fetchall()
                if not busy:
                    return
        raise AssertionError(f"connections in use: {busy}")

    async def _inside(self, work: Callable[[], Any]) -> Any:
        assert self._watched.loop is not None
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), self._watched.loop))


@contextmanager
def coached_server(database_url: str, data_dir: Path, model: ScriptedModel, **settings: object) -> Iterator[Coached]:
    """Serve until the block ends; the coach speaks with the scripted model, and the clock stands at `NOW`."""
    named = {"model_url": model.base_url, "model_key": "a-test-s-own", "model": MODEL, **settings}
    environment = Environment.model_validate({"database_url": database_url, "data_dir": data_dir, **named})
    watched = _Watched(create_app(environment, clock=lambda: NOW))
    with serving(watched) as address:
        yield Coached(address, model, database_url, watched)


class _Watched:
    """The application, with its event loop known to the test."""

    def __init__(self, app: ASGIApp) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self.loop = asyncio.get_running_loop()
        await self._app(scope, receive, send)


async def _tasks() -> set["asyncio.Task[Any]"]:
    return asyncio.all_tasks() - {_current()}


async def _wait_for_the_end_of(usual: set["asyncio.Task[Any]"]) -> list[str]:
    others = await _tasks() - usual
    if not others:
        return []
    _, left = await asyncio.wait(others, timeout=PATIENCE_S)
    return [repr(task.get_coro()) for task in left]


def _current() -> "asyncio.Task[Any]":
    task = asyncio.current_task()
    assert task is not None
    return task
