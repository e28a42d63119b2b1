"""Two services on one database: each shows, cancels and inherits the other's runs, with Redis and without."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import pytest

from agent.analysis.request import AnalysisRequest
from tests.acceptance.cases import API, demo_request, events_url, expected_of, get_json, post_run, wire_body
from tests.acceptance.reading import Told, are_gapless, read, stream
from tests.acceptance.server import PATIENCE_S, ServiceProcess
from tests.api.running_server import NOW, empty_database
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
RUNS: Final = 16
HANDED_OVER_S: Final = 30.0
RecordProperty = Callable[[str, object], None]


class Pair(NamedTuple):
    """The worker that is given the runs, and the other one."""

    one: ServiceProcess
    other: ServiceProcess
    has_redis: bool


@pytest.fixture(scope="module", params=["redis", "polling"])
def _pair(request: pytest.FixtureRequest, postgres_server: str, short_folder: Path) -> Iterator[Pair]:
    has_redis = request.param == "redis"
    redis = {"REDIS_URL": request.getfixturevalue("redis_url")} if has_redis else {}
    with ExitStack() as stack:
        url = stack.enter_context(empty_database(postgres_server, f"two_workers_{request.param}"))
        folders = [short_folder / f"{request.param}-{name}" for name in ("one", "other")]
        services = [stack.enter_context(ServiceProcess(folder, DATABASE_URL=url, **redis)) for folder in folders]
        yield Pair(services[0], services[1], has_redis)


@pytest.fixture
def pair(_pair: Pair) -> Pair:
    """Give two running services; where both have to start, they start, and migrate, at the same time."""
    down = [service for service in (_pair.one, _pair.other) if not service.is_alive]
    for service in down:
        service.launch()
    for service in down:
        service.wait_until_ready()
    return _pair


@pytest.fixture(scope="module")
def requests() -> list[AnalysisRequest]:
    """Give as many different requests as keep a worker busy for a moment."""
    windows = {Timeframe.M5: 12_000, Timeframe.M15: 4_000, Timeframe.H1: 1_000}

    async def build() -> list[AnalysisRequest]:
        return [
            await demo_request("EURUSD", windows, until=NOW - number * 3_600, profile="relaxed")
            for number in range(RUNS)
        ]

    return asyncio.run(build())


async def start_all(client: httpx.AsyncClient, service: ServiceProcess, requests: list[AnalysisRequest]) -> list[str]:
    return list(await asyncio.gather(*(post_run(client, service.address, wire_body(request)) for request in requests)))


async def get_run(client: httpx.AsyncClient, service: ServiceProcess, run_id: str) -> dict[str, Any]:
    run: dict[str, Any] = await get_json(client, f"{service.address}{API}/runs/{run_id}")
    return run


async def test_a_run_of_one_is_streamed_live_from_the_other(
    pair: Pair, requests: list[AnalysisRequest], client: httpx.AsyncClient, record_property: RecordProperty
) -> None:
    run_ids = await start_all(client, pair.one, requests)

    async def watch(run_id: str) -> tuple[list[Told], bool]:
        told: list[Told] = []
        is_live = False
        async for event in stream(client, events_url(pair.other.address, run_id)):
            told.append(event)
            if len(told) == 1:
                is_live = (await get_run(client, pair.other, run_id))["finished_at"] is None
        return told, is_live

    watched = await asyncio.gather(*(watch(run_id) for run_id in run_ids))
    live = sum(is_live for _, is_live in watched)
    record_property("seen_live", live)
    for run_id, (told, _) in zip(run_ids, watched, strict=True):
        assert are_gapless(told)
        assert told == await read(client, events_url(pair.one.address, run_id))
    assert (await expected_of(requests[-1])).is_told_by(watched[-1][0], run_ids[-1])
    assert live or not pair.has_redis, "every run had ended before its first event was shown"


async def test_a_run_of_one_is_cancelled_from_the_other_for_good(
    pair: Pair, requests: list[AnalysisRequest], client: httpx.AsyncClient, record_property: RecordProperty
) -> None:
    run_ids = await start_all(client, pair.one, requests)
    walking = await first_running(client, pair.other, set(run_ids))
    wanted = [walking, *[run_id for run_id in run_ids[-3:] if run_id != walking]]
    answers = [await client.post(f"{pair.other.address}{API}/runs/{run_id}/cancel") for run_id in wanted]
    cancelled = {run_id for run_id, answer in zip(wanted, answers, strict=True) if answer.status_code == 200}
    in_mid_air = [answer.json() for answer in answers if answer.status_code == 200 and answer.json()["last_seq"]]
    record_property("cancelled", len(cancelled))
    record_property("cancelled_while_walking", len(in_mid_air))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert cancelled, "every run had ended before it could be cancelled"

    logs = await asyncio.gather(*(read(client, events_url(pair.other.address, run_id)) for run_id in run_ids))
    endings = {run_id: log[-1].event for run_id, log in zip(run_ids, logs, strict=True)}
    assert endings == {run_id: "run.cancelled" if run_id in cancelled else "run.finished" for run_id in run_ids}
    assert all(are_gapless(log) for log in logs)

    for run_id in cancelled:
        run = await get_run(client, pair.one, run_id)
        assert (run["status"], run["decision"], run["attempts"]) == ("cancelled", None, 1)


async def first_running(client: httpx.AsyncClient, service: ServiceProcess, among: set[str]) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        page = await get_json(client, f"{service.address}{API}/runs", status="running", limit=200)
        for run in page["items"]:
            if run["run_id"] in among and run["last_seq"]:
                return str(run["run_id"])
    raise AssertionError("no run was ever seen running")


async def test_killing_one_hands_its_runs_to_the_other(
    pair: Pair, requests: list[AnalysisRequest], client: httpx.AsyncClient, record_property: RecordProperty
) -> None:
    run_ids = await start_all(client, pair.one, requests)
    await first_running(client, pair.other, set(run_ids))
    to_cancel = run_ids[-1]
    answer = await client.post(f"{pair.other.address}{API}/runs/{to_cancel}/cancel")
    pair.one.kill()
    began = time.monotonic()
    logs = await asyncio.gather(*(read(client, events_url(pair.other.address, run_id)) for run_id in run_ids))
    took = time.monotonic() - began

    runs = [await get_run(client, pair.other, run_id) for run_id in run_ids]
    taken_up = sum(run["attempts"] == 2 for run in runs)
    record_property("taken_up", taken_up)
    record_property("all_ended_after_s", round(took, 1))
    assert not pair.one.is_alive
    assert taken_up, "no run was under way when its worker was killed"
    assert max(run["attempts"] for run in runs) == 2
    assert took < HANDED_OVER_S
    for request, run, log in zip(requests, runs, logs, strict=True):
        assert are_gapless(log)
        if run["run_id"] == to_cancel and answer.status_code == 200:
            assert (run["status"], run["decision"], log[-1].event) == ("cancelled", None, "run.cancelled")
            continue
        assert (run["status"], log[-1].event) == ("completed", "run.finished")
        assert (await expected_of(request)).is_told_by(log, run["run_id"])
