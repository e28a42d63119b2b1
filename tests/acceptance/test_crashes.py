"""SIGKILL at random moments: every accepted run comes to the decision it would have had, once, with its trace."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from agent.analysis.request import AnalysisRequest
from tests.acceptance.cases import (
    API,
    Expected,
    demo_request,
    events_url,
    expected_of,
    get_json,
    post_run,
    wire_body,
)
from tests.acceptance.reading import are_gapless, read
from tests.acceptance.server import ServiceProcess
from tests.api.running_server import NOW
from tools.timeframes import Timeframe
from tools.times import iso_utc

pytestmark = pytest.mark.anyio
SEED: Final = 20_131_009
RUNS: Final = 50
AT_ONCE: Final = 8
LATEST_KILL_S: Final = (0.060, 0.400)
START_UP_S: Final = 3.0
KILLED_WITH_DATABASE: Final = {2, 5}
KILLED_WHILE_STARTING: Final = {1}
KILLED_WHILE_TAKING_UP: Final = {4}
SYMBOLS: Final = ("EURUSD", "GBPUSD", "XAUUSD", "BTCUSD", "ES")
RecordProperty = Callable[[str, object], None]


class Trial:
    """Fifty runs, posted a few at a time to a service that is killed each time, at a moment drawn by a seed.

    Where it sleeps, it waits for nothing: that is the moment of the kill.
    """

    def __init__(self, service: ServiceProcess, client: httpx.AsyncClient, requests: list[AnalysisRequest]) -> None:
        self.chance = random.Random(SEED)
        self.accepted: set[str] = set()
        self.caught_walking: set[str] = set()
        self.kills = 0
        self._service = service
        self._client = client
        self._waiting = [wire_body(request) for request in requests]

    async def run(self) -> None:
        """Post until every request has been accepted before the eyes of the client."""
        for turn in range(2 * len(self._waiting)):
            if not self._waiting:
                return
            killed_at = await self._post_and_kill(with_database=turn in KILLED_WITH_DATABASE)
            if turn in KILLED_WHILE_STARTING:
                self._service.launch()
                await asyncio.sleep(self.chance.uniform(0, START_UP_S))
                self._kill()
            await asyncio.to_thread(self._service.start)
            if turn in KILLED_WHILE_TAKING_UP:
                await asyncio.sleep(self.chance.uniform(0, LATEST_KILL_S[0]))
                self._kill()
                await asyncio.to_thread(self._service.start)
            await self._see_all_end()
            await self._note_caught(killed_at)
        raise AssertionError(f"{len(self._waiting)} requests were never accepted")

    async def _post_and_kill(self, *, with_database: bool) -> datetime:
        """Post some requests at once; kill a random moment after a random number of them was accepted."""
        batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        posts = [asyncio.create_task(post_run(self._client, self._service.address, body)) for body in batch]
        answered = asyncio.as_completed(posts)
        for _ in range(self.chance.randint(0, len(posts))):
            await next(answered)
        await asyncio.sleep(self.chance.uniform(0, self.chance.choice(LATEST_KILL_S)))
        self._kill(with_database=with_database)
        killed_at = datetime.now(UTC)
        outcomes = await asyncio.gather(*posts, return_exceptions=True)
        for body, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, str):
                self.accepted.add(outcome)
            elif isinstance(outcome, httpx.TransportError):
                self._waiting.append(body)  # as a client that got no answer does: ask again
            else:
                raise outcome
        return killed_at

    def _kill(self, *, with_database: bool = False) -> None:
        self._service.kill(with_database=with_database)
        self.kills += 1

    async def _see_all_end(self) -> None:
        for run in await self.every("runs"):
            if run["status"] in {"accepted", "running"}:
                log = await read(self._client, events_url(self._service.address, run["run_id"]))
                assert log[-1].event == "run.finished", log[-1]

    async def _note_caught(self, killed_at: datetime) -> None:
        """Note the runs that had begun to write their log when the service was killed, and ended only afterwards."""
        for run in await self.every("runs"):
            if datetime.fromisoformat(run["started_at"]) < killed_at < datetime.fromisoformat(run["finished_at"]):
                self.caught_walking.add(run["run_id"])

    async def every(self, kind: str) -> list[dict[str, Any]]:
        """Return every item of a list of the service."""
        page = await get_json(self._client, f"{self._service.address}{API}/{kind}", limit=200)
        assert page["total"] == page["count"], "more than one page"
        items: list[dict[str, Any]] = page["items"]
        return items


async def test_every_accepted_run_comes_to_its_decision_whenever_the_service_is_killed(
    short_folder: Path, client: httpx.AsyncClient, record_property: RecordProperty
) -> None:
    requests = [await request_number(number) for number in range(RUNS)]
    with ServiceProcess(short_folder / "crashes") as service:
        await asyncio.to_thread(service.start)
        trial = Trial(service, client, requests)
        await trial.run()
        runs = await trial.every("runs")
        decided = Counter(decision["run_id"] for decision in await trial.every("audit/decisions"))
        expected = {iso_utc(request.as_of): await expected_of(request) for request in requests}
        for run in runs:
            await assert_came_to(expected[run["as_of"]], run, client, service)

    record_property("kills", trial.kills)
    record_property("runs", len(runs))
    record_property("attempts", dict(Counter(run["attempts"] for run in runs)))
    record_property("caught_walking", len(trial.caught_walking))
    assert len(trial.accepted) == RUNS
    assert trial.accepted <= {run["run_id"] for run in runs}
    assert decided == Counter(run["run_id"] for run in runs), "a run without a decision, or with two"
    assert sum(run["attempts"] > 1 for run in runs) >= RUNS // 10, "hardly a run was under way when it was killed"
    assert trial.caught_walking, "no run had begun to write its log when it was killed"


async def request_number(number: int) -> AnalysisRequest:
    """Build a request that no other number has: another moment, market, profile and size."""
    bars = (300, 2_500, 6_000)[number % 3] + number
    windows = {Timeframe.M5: bars, Timeframe.M15: bars // 3, Timeframe.H1: bars // 12}
    until = NOW - number * 7 * 900
    profile = ("relaxed", "strict")[number % 2]
    return await demo_request(SYMBOLS[number % len(SYMBOLS)], windows, until=until, profile=profile)


async def assert_came_to(
    expected: Expected, run: dict[str, Any], client: httpx.AsyncClient, service: ServiceProcess
) -> None:
    run_id, api = run["run_id"], f"{service.address}{API}"
    assert run["status"] == "completed"
    shown = await get_json(client, f"{api}/runs/{run_id}")
    assert shown["decision"] == {"run_id": run_id, **expected.decision}
    log = await read(client, events_url(service.address, run_id))
    assert are_gapless(log)
    assert len(log) == run["last_seq"]
    assert expected.is_told_by(log, run_id)
    recorded = await get_json(client, f"{api}/audit/decisions/{run['decision_id']}")
    assert recorded["decision_hash"] == expected.decision["decision_hash"]
    assert recorded["trace"] == expected.trace
    assert recorded["facts"] == expected.facts
