"""The same candles come to the same decision by every way in, and again when they are replayed."""

import asyncio
import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pytest
from httpx_sse import aconnect_sse

from tests.acceptance.cases import API, demo_request, events_url, get_json, post_run
from tests.acceptance.reading import read
from tests.acceptance.server import PATIENCE_S, ServiceProcess
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
REAL_FILE: Final = Path(__file__).parents[3] / "shared" / "data" / "eurusd_15m_smc.csv.gz"
COLUMNS: Final = ("time", "open", "high", "low", "close", "volume")


@pytest.fixture
def real_file() -> Path:
    """Give the real candles."""
    if not REAL_FILE.exists():
        pytest.skip(f"no real candles at ../shared/data/{REAL_FILE.name}")
    return REAL_FILE


@pytest.fixture
async def demo_file(tmp_path: Path) -> Path:
    """Write demo candles to a file."""
    path = tmp_path / "eurusd_15m.csv"
    candles = (await demo_request("EURUSD", {Timeframe.M15: 2_000})).base
    with path.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        for bar in candles.to_rows():
            table.writerow([bar[name] for name in COLUMNS])
    return path


async def test_demo_candles_come_to_the_same_decision_by_every_way_in(
    demo_file: Path, service: ServiceProcess, client: httpx.AsyncClient
) -> None:
    await assert_same_decision(demo_file, service, client)


async def test_real_candles_come_to_the_same_decision_by_every_way_in(
    real_file: Path, service: ServiceProcess, client: httpx.AsyncClient
) -> None:
    await assert_same_decision(real_file, service, client)


async def assert_same_decision(path: Path, service: ServiceProcess, client: httpx.AsyncClient) -> None:
    body = orjson.dumps(
        {
            "symbol": "EURUSD",
            "timeframe_bars": {"15m": bars_of(path)},
            "account_balance": 10_000,
            "risk_pct": 1.0,
        }
    )
    decisions = [
        await asyncio.to_thread(by_command_line, path, service),
        await by_analyze(client, service, body),
        await by_run(client, service, body),
        await by_stream(client, service, body),
    ]
    assert len({decision["run_id"] for decision in decisions}) == len(decisions)
    assert len({decision["decision_hash"] for decision in decisions}) == 1
    for decision in decisions:
        assert decision | {"run_id": ""} == decisions[0] | {"run_id": ""}
        await assert_replays(client, service, decision)


def bars_of(path: Path) -> list[dict[str, Any]]:
    """Read the bars as a client of its own would."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    rows = csv.DictReader(text.decode().splitlines())
    return [{"time": row["time"], **{name: float(row[name]) for name in COLUMNS[1:]}} for row in rows]


def by_command_line(path: Path, service: ServiceProcess) -> dict[str, Any]:
    arguments = ["analyze", str(path), "--symbol", "EURUSD", "--timeframe", "15m", "--json"]
    ended = subprocess.run(
        [Path(sys.executable).with_name("ict"), *arguments],
        cwd=service.folder,
        env=os.environ | {"ICT_DATA_DIR": str(service.folder), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    decision: dict[str, Any] = json.loads(ended.stdout)
    return decision


async def by_analyze(client: httpx.AsyncClient, service: ServiceProcess, body: bytes) -> dict[str, Any]:
    answer = await client.post(
        f"{service.address}{API}/analyze", content=body, headers={"Content-Type": "application/json"}
    )
    decision: dict[str, Any] = answer.raise_for_status().json()
    return decision


async def by_run(client: httpx.AsyncClient, service: ServiceProcess, body: bytes) -> dict[str, Any]:
    run_id = await post_run(client, service.address, body)
    told = await read(client, events_url(service.address, run_id))
    return decision_told([(event.event, event.data) for event in told])


async def by_stream(client: httpx.AsyncClient, service: ServiceProcess, body: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    async with aconnect_sse(
        client, "POST", f"{service.address}{API}/runs/stream", content=body, headers=headers
    ) as source:
        return decision_told([(event.event, event.data) async for event in source.aiter_sse()])


def decision_told(events: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the decision of a log, without the number that events carry."""
    assert [event for event, _ in events][-2:] == ["decision", "run.finished"]
    decision, finished = (json.loads(data) for _, data in events[-2:])
    assert finished["decision_hash"] == decision["decision_hash"]
    del decision["seq"]
    return dict(decision)


async def assert_replays(client: httpx.AsyncClient, service: ServiceProcess, decision: dict[str, Any]) -> None:
    run = await get_json(client, f"{service.address}{API}/runs/{decision['run_id']}")
    assert run["decision"] == decision
    answer = await client.post(f"{service.address}{API}/audit/decisions/{run['decision_id']}/replay")
    replayed = answer.raise_for_status().json()
    assert replayed["identical"] is True
    assert replayed["replayed_hash"] == replayed["recorded_hash"] == decision["decision_hash"]
