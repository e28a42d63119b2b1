"""A run's log is the same for whoever reads it: over a bad line, after a crash, from any point, live or late."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx
import pytest

from tests.acceptance.cases import API, demo_request, events_url, expected_of, get_json, post_run, wire_body
from tests.acceptance.cutting_proxy import CuttingProxy
from tests.acceptance.reading import CutReading, Told, are_gapless, read, read_through_cuts
from tests.acceptance.server import ServiceProcess
from tests.api.running_server import NOW
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
SEED: Final = 20_240_111
RUNS: Final = 100
AT_ONCE: Final = 8
MEAN_BYTES: Final = 2_500
SYMBOLS: Final = ("EURUSD", "GBPUSD", "XAUUSD", "ES", "BTCUSD")
STEP_S: Final = 37 * 900
TELLING_AT_THE_KILL: Final = 3
RecordProperty = Callable[[str, object], None]


@dataclass(frozen=True, slots=True)
class Watched:
    """A run whose log was read twice while it was written: whole, and over a line that breaks."""

    run_id: str
    whole: list[Told]
    broken: CutReading


async def test_every_log_reads_the_same_through_cuts_and_after_a_crash(
    service: ServiceProcess, client: httpx.AsyncClient, record_property: RecordProperty
) -> None:
    turns = asyncio.Semaphore(AT_ONCE)

    async def in_turn(work: Awaitable[Watched]) -> Watched:
        async with turns:
            return await work

    watched = await asyncio.gather(*(in_turn(watch(client, service, number)) for number in range(RUNS)))
    cuts = sum(len(run.broken.cuts) for run in watched)
    record_property("cuts", cuts)
    record_property("events", sum(len(run.whole) for run in watched))
    assert cuts > 2 * RUNS, "the line was too good"
    for run in watched:
        assert are_gapless(run.whole)
        assert run.broken.events == run.whole

    service.kill()
    await asyncio.to_thread(service.start)
    chance = random.Random(SEED)
    for run in watched:
        await assert_reads_the_same(client, service, run, chance)


async def watch(client: httpx.AsyncClient, service: ServiceProcess, number: int) -> Watched:
    until = NOW - number // len(SYMBOLS) * STEP_S
    symbol, profile = SYMBOLS[number % len(SYMBOLS)], ("relaxed", "strict")[number % 2]
    request = await demo_request(symbol, {Timeframe.M15: 200 + number}, until=until, profile=profile)
    run_id = await post_run(client, service.address, wire_body(request))
    async with CuttingProxy(service.port, random.Random(f"{SEED}-{number}"), mean_bytes=MEAN_BYTES) as line:
        whole, broken = await asyncio.gather(
            read(client, events_url(service.address, run_id)),
            read_through_cuts(client, events_url(f"http://127.0.0.1:{line.port}", run_id)),
        )
    return Watched(run_id, whole, broken)


async def assert_reads_the_same(
    client: httpx.AsyncClient, service: ServiceProcess, run: Watched, chance: random.Random
) -> None:
    url, whole = events_url(service.address, run.run_id), run.whole
    for start in (None, "-1", "0"):
        assert await read(client, url, after=start) == whole
    for cut in set(run.broken.cuts):
        assert await read(client, url, after=cut) == whole[int(cut or 0) :]
    late = chance.randrange(len(whole))
    assert await read(client, f"{url}?last_event_id={late}") == whole[late:]
    assert await read(client, url, after=whole[-1].id) == []


async def test_readers_of_a_service_that_was_killed_lose_nothing(
    service: ServiceProcess, client: httpx.AsyncClient, record_property: RecordProperty
) -> None:
    windows = {Timeframe.M5: 10_000, Timeframe.H1: 2_000}
    requests = [
        await demo_request(symbol, windows, until=NOW - back * STEP_S, profile="relaxed")
        for symbol in SYMBOLS[:4]
        for back in range(3)
    ]
    bodies = [wire_body(request) for request in requests]
    run_ids = await asyncio.gather(*(post_run(client, service.address, body) for body in bodies))
    telling: set[str] = set()
    are_telling, is_back = asyncio.Event(), asyncio.Event()

    async def follow(run_id: str) -> CutReading:
        def note(_: Told) -> None:
            telling.add(run_id)
            if len(telling) == TELLING_AT_THE_KILL:
                are_telling.set()

        url = events_url(service.address, run_id)
        return await read_through_cuts(client, url, on_event=note, before_resuming=is_back.wait)

    readers = [asyncio.create_task(follow(run_id)) for run_id in run_ids]
    await are_telling.wait()
    service.kill()
    await asyncio.to_thread(service.start)
    is_back.set()
    readings = await asyncio.gather(*readers)

    for request, run_id, reading in zip(requests, run_ids, readings, strict=True):
        expected = await expected_of(request)
        assert expected.is_told_by(reading.events, run_id)
        assert await read(client, events_url(service.address, run_id)) == reading.events
    runs = [await get_json(client, f"{service.address}{API}/runs/{run_id}") for run_id in run_ids]
    interrupted = [reading for reading in readings if any(reading.cuts)]
    record_property("taken_up", sum(run["attempts"] > 1 for run in runs))
    record_property("cut_inside_their_log", len(interrupted))
    assert all(run["status"] == "completed" for run in runs)
    assert any(run["attempts"] > 1 for run in runs), "no run was under way when the service was killed"
    assert interrupted, "no reader was cut off in the middle of a log"
