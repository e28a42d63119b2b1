"""Threads of the running service, and a way to hold what runs on them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from httpx_sse import ServerSentEvent, connect_sse

Held = Callable[[], AbstractContextManager[None]]
Document = dict[str, Any]


@pytest.fixture
def thread_id(client: httpx.Client) -> str:
    """Give a new thread."""
    return str(client.post("/threads", json={}).raise_for_status().json()["thread_id"])


@pytest.fixture
def held(service_database: str) -> Held:
    """Give a block in which no analysis gets behind its first node: its events wait for a lock of the test's."""

    @contextmanager
    def hold() -> Iterator[None]:
        with psycopg.connect(service_database) as connection:
            connection.execute("LOCK TABLE run_events IN EXCLUSIVE MODE")
            yield

    return hold


def analysis(body: Document, **more: Any) -> Document:
    """Write the body of a run of the `analysis` assistant."""
    return {"assistant_id": "analysis", "input": body, **more}


def read(client: httpx.Client, path: str, *, headers: dict[str, str] | None = None) -> list[ServerSentEvent]:
    """Read a stream to its end."""
    with connect_sse(client, "GET", path, headers=headers or {}) as source:
        return [] if source.response.status_code == 204 else list(source.iter_sse())


def post_and_read(client: httpx.Client, path: str, body: Document) -> tuple[httpx.Headers, list[ServerSentEvent]]:
    """Start what streams, and read it to its end."""
    with connect_sse(client, "POST", path, json=body) as source:
        return source.response.headers, list(source.iter_sse())


def data_of(event: ServerSentEvent) -> Any:
    """Return an event's data."""
    return orjson.loads(event.data)


def told(events: list[ServerSentEvent]) -> list[tuple[str, str, str]]:
    """Return all that events carry."""
    return [(event.id, event.event, event.data) for event in events]
