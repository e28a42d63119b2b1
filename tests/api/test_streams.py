"""A run's events over SSE: whole, resumable at any point, closed by the ending, and never in the run's way."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx_sse import ServerSentEvent, aconnect_sse, connect_sse

from agent.runs.preparation import AsGiven
from agent.runs.service import Runs
from agent.runs.wakeups import InMemoryWakeups
from agent.store.pool import Database
from api.sse import PING_SECONDS, stream_response
from api.state import DEFAULT_OWNER
from tests.agent.runs.scripted_walk import EMPTY_RULEBOOK, EVENTS_OF_A_RUN, ScriptedWalk, request
from tests.api.running_server import empty_database, running_server

Body = dict[str, Any]
ENDINGS = {"run.finished", "run.failed", "run.cancelled"}


@pytest.fixture(scope="module")
def ended_run(client: httpx.Client, _body: Body) -> str:
    return str(client.post("/api/v1/analyze", json=_body).json()["run_id"])


@contextmanager
def reading(client: httpx.Client, run_id: str, **headers: str) -> Iterator[Iterator[ServerSentEvent]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with connect_sse(client, "GET", f"/api/v1/runs/{run_id}/events", headers=named) as source:
        yield source.iter_sse()


def read(client: httpx.Client, run_id: str, **headers: str) -> list[ServerSentEvent]:
    with reading(client, run_id, **headers) as events:
        return list(events)


def told(events: list[ServerSentEvent]) -> list[tuple[str, str, str]]:
    return [(event.id, event.event, event.data) for event in events]


def test_starting_and_streaming_in_one_gives_the_whole_run(client: httpx.Client, body: Body) -> None:
    with connect_sse(client, "POST", "/api/v1/runs/stream", json=body) as source:
        headers = source.response.headers
        events = list(source.iter_sse())
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert [event.event for event in events][:2] == ["run.started", "node.started"]
    assert [event.event for event in events][-2:] == ["decision", "run.finished"]
    assert [int(event.id) for event in events] == list(range(1, len(events) + 1))
    assert [event.json()["seq"] for event in events] == list(range(1, len(events) + 1))
    run = client.get(headers["content-location"]).json()
    assert run["run_id"] == events[0].json()["run_id"]
    assert run["decision"]["decision_hash"] == events[-1].json()["decision_hash"]
    assert told(read(client, run["run_id"])) == told(events)


@pytest.mark.parametrize("start", ["-1", "0", ""])
def test_a_late_reader_gets_everything_from_the_start(client: httpx.Client, ended_run: str, start: str) -> None:
    events = read(client, ended_run, Last_Event_ID=start)
    assert [int(event.id) for event in events] == list(range(1, len(events) + 1))
    assert events[-1].event in ENDINGS


def test_a_stream_cut_after_any_event_is_resumed_without_gap_or_repeat(client: httpx.Client, ended_run: str) -> None:
    whole = read(client, ended_run)
    for seen in range(1, len(whole)):
        with reading(client, ended_run) as events:
            head = [next(events) for _ in range(seen)]
        assert told(head + read(client, ended_run, Last_Event_ID=head[-1].id)) == told(whole)


def test_a_browser_may_say_in_the_query_where_to_begin(client: httpx.Client, ended_run: str) -> None:
    path = f"/api/v1/runs/{ended_run}/events"
    with connect_sse(client, "GET", path, params={"last_event_id": "3"}) as source:
        assert next(source.iter_sse()).id == "4"
    with connect_sse(client, "GET", path, params={"last_event_id": "3"}, headers={"Last-Event-ID": "5"}) as source:
        assert next(source.iter_sse()).id == "6"


@pytest.mark.parametrize("beyond", [0, 1, 10**15])
def test_who_has_everything_of_an_ended_run_is_told_not_to_come_again(
    client: httpx.Client, ended_run: str, beyond: int
) -> None:
    last = client.get(f"/api/v1/runs/{ended_run}").json()["last_seq"]
    answer = client.get(f"/api/v1/runs/{ended_run}/events", headers={"Last-Event-ID": str(last + beyond)})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize("garbage", ["x", "-2", "1.5", "1e3", "+1", "٣", "9" * 40, "1;2"])
def test_an_id_the_stream_never_gave_is_refused(client: httpx.Client, ended_run: str, garbage: str) -> None:
    answer = client.get(f"/api/v1/runs/{ended_run}/events", params={"last_event_id": garbage})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Last-Event-ID"


def test_an_unknown_run_is_404_before_any_stream_begins(client: httpx.Client) -> None:
    answer = client.get(f"/api/v1/runs/{'0' * 32}/events", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.anyio
async def test_silence_is_broken_by_a_ping_every_fifteen_seconds(live: "Live") -> None:
    response = stream_response(live.runs, "0" * 32, owner_id=DEFAULT_OWNER)
    assert response.ping_interval == PING_SECONDS == 15


class Live:
    """A run that waits inside its walk, executed by another worker than the one that serves its events."""

    def __init__(self, runs: Runs, walk: ScriptedWalk, client: httpx.AsyncClient) -> None:
        self.runs = runs
        self.walk = walk
        self.client = client

    async def start(self) -> str:
        run_id = await self.runs.start(request(), owner_id=DEFAULT_OWNER)
        await self.walk.reached.wait()
        return run_id

    @asynccontextmanager
    async def reading(self, run_id: str, after: int = 0) -> AsyncIterator[AsyncIterator[ServerSentEvent]]:
        path = f"/api/v1/runs/{run_id}/events"
        async with aconnect_sse(self.client, "GET", path, headers={"Last-Event-ID": str(after)}) as source:
            yield source.aiter_sse()


@contextmanager
def own_process(database_url: str, data_dir: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Serve from a process of its own, which signals reach; gives it and its address."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app", "--port", "0", "--ws", "none"]
    environment = {**os.environ, "DATABASE_URL": database_url, "ICT_DATA_DIR": str(data_dir)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as service:
        assert service.stderr is not None
        said = next(line for line in service.stderr if "running on" in line)
        yield service, re.findall(r"http://[\d.:]+", said)[0]
        service.terminate()
        assert "Traceback" not in service.stderr.read()


@pytest.fixture(scope="module")
def scripted_database(postgres_server: str) -> Iterator[str]:
    """Give a database of this file's own: its decisions are made up, and no other test may list them."""
    with empty_database(postgres_server, "scripted_runs") as url:
        yield url


@pytest.fixture(scope="module")
def scripted_url(scripted_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve what is recorded there."""
    with running_server(scripted_database, tmp_path_factory.mktemp("scripted")) as address:
        yield address


@pytest.fixture
async def live(scripted_database: str, scripted_url: str) -> AsyncIterator[Live]:
    database = Database(scripted_database, size=2)
    await database.open()
    walk = ScriptedWalk(hold_at="structure")
    runs = Runs(database, InMemoryWakeups(), walk, AsGiven(lambda _: EMPTY_RULEBOOK), code_version="test")
    await runs.open()
    async with httpx.AsyncClient(base_url=scripted_url, timeout=60) as client:
        yield Live(runs, walk, client)
    walk.release.set()
    await runs.close()
    await database.close()


@pytest.mark.anyio
async def test_a_live_run_is_seen_while_it_runs_and_closes_with_its_ending(live: Live) -> None:
    run_id = await live.start()
    async with live.reading(run_id) as events:
        assert (await anext(events)).event == "run.started"
        assert (await live.client.get(f"/api/v1/runs/{run_id}")).json()["status"] == "running"
        live.walk.release.set()
        rest = [event async for event in events]
    assert rest[-1].event == "run.finished"
    assert [int(event.id) for event in rest] == list(range(2, EVENTS_OF_A_RUN + 1))


@pytest.mark.anyio
async def test_a_reader_ahead_of_a_live_run_waits_for_what_is_new(live: Live) -> None:
    run_id = await live.start()
    async with live.reading(run_id, after=EVENTS_OF_A_RUN - 2) as events:
        live.walk.release.set()
        assert [event.event async for event in events] == ["decision", "run.finished"]


@pytest.mark.anyio
async def test_a_reader_who_leaves_ends_nothing(live: Live) -> None:
    run_id = await live.start()
    async with live.reading(run_id) as events:
        await anext(events)
    live.walk.release.set()
    async with live.reading(run_id) as events:
        assert [event async for event in events][-1].event == "run.finished"


@pytest.mark.anyio
async def test_a_service_that_stops_closes_its_streams_in_good_order(
    live: Live, scripted_database: str, tmp_path: Path
) -> None:
    run_id = await live.start()
    with own_process(scripted_database, tmp_path) as (service, address):
        async with (
            httpx.AsyncClient(base_url=address, timeout=60) as client,
            aconnect_sse(client, "GET", f"/api/v1/runs/{run_id}/events") as source,
        ):
            events = source.aiter_sse()
            first = await anext(events)
            service.terminate()
            seen = [first, *[event async for event in events]]
        service.wait()
    live.walk.release.set()
    async with live.reading(run_id, after=int(seen[-1].id)) as events:
        rest = [event async for event in events]
    assert [int(event.id) for event in seen + rest] == list(range(1, EVENTS_OF_A_RUN + 1))


@pytest.mark.anyio
async def test_cancelling_ends_the_run_for_good_and_every_stream_with_it(live: Live) -> None:
    run_id = await live.start()
    async with live.reading(run_id) as events:
        await anext(events)
        for _ in range(2):
            answer = await live.client.post(f"/api/v1/runs/{run_id}/cancel")
            assert answer.status_code == 200
            assert answer.json()["cancel_requested_at"] is not None
        live.walk.release.set()
        assert [event async for event in events][-1].event == "run.cancelled"
    assert (await live.client.get(f"/api/v1/runs/{run_id}")).json()["status"] == "cancelled"
    explained = await live.client.post("/api/v1/explain", json={"run_id": run_id})
    assert explained.status_code == 409
    assert explained.json()["type"] == "urn:ict:problem:run-not-decided"
