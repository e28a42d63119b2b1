"""Replay many decisions: ``python -m evals.proofs [--decisions N] [--seeds S] [--workers W]``.

Records N different analyses of the simulated market in a throw-away database, then walks all of them again in fresh
processes, once for each of S hash seeds, and once more on a database restored from a dump of the first.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from agent.analysis.request import AnalysisRequest
from agent.audit.replay import replay_all
from agent.service import Service, open_service
from agent.settings import Settings
from agent.store.embedded import EmbeddedPostgres
from tools.instruments import instrument
from tools.timeframes import Timeframe

OWNER: Final = "proofs"
_SYMBOLS: Final = ("EURUSD", "GBPUSD", "XAUUSD", "NQ", "BTCUSD")
_PROFILES: Final = ("strict", "relaxed")
_NOW: Final = 1_790_000_000
_BARS: Final = 300
_AT_ONCE: Final = 4


def main() -> None:
    """Record, replay under every seed, dump, restore, replay again."""
    parser = argparse.ArgumentParser(prog="python -m evals.proofs", description=__doc__)
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", metavar="CONNINFO", help="replay what is recorded there, and nothing else")
    options = parser.parse_args()
    if options.replay is not None:
        report = replay_all(options.replay, OWNER, workers=options.workers)
        sys.stdout.write(f"{report.decisions - len(report.differing)} of {report.decisions} identical\n")
        sys.exit(0 if report.is_identical else 1)
    with tempfile.TemporaryDirectory(prefix="ict-proofs-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", options={"fsync": "off", "max_wal_size": "4GB"})
        with server:
            _prove(server, Path(folder), options.decisions, options.seeds, options.workers)


def _prove(server: EmbeddedPostgres, folder: Path, decisions: int, seeds: int, workers: int) -> None:
    recorded, restored = (_database(server.conninfo, name) for name in ("recorded", "restored"))
    began = time.monotonic()
    asyncio.run(_record(recorded, folder, decisions))
    _say(f"{decisions:,} decisions recorded in {time.monotonic() - began:.0f} s")
    for seed in range(seeds):
        _replay(recorded, workers, str(seed), f"hash seed {seed}")
    dump = folder / "dump.sql"
    dumping = [str(server.program("pg_dump")), "--file", str(dump), "--dbname", recorded]
    restoring = [str(server.program("psql")), "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(dump)]
    subprocess.run(dumping, check=True)
    subprocess.run([*restoring, "--dbname", restored], check=True, stdout=subprocess.DEVNULL)
    _replay(restored, workers, "random", f"restored from a dump of {dump.stat().st_size / 2**20:.0f} MiB")


def _database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_conninfo(server, dbname=name)


async def _record(conninfo: str, folder: Path, decisions: int) -> None:
    settings = Settings(data_dir=folder, clock=lambda: _NOW, code_version="proofs", database_url=conninfo)
    async with open_service(settings) as service:
        requests = iter([request async for request in _requests(service, decisions)])
        await asyncio.gather(*(_work(service, requests) for _ in range(_AT_ONCE)))


async def _requests(service: Service, decisions: int) -> AsyncIterator[AnalysisRequest]:
    each = -(-decisions // len(_SYMBOLS))
    made = 0
    for symbol in _SYMBOLS:
        bars = await service.market.candles(symbol, Timeframe.M15, limit=_BARS + each)
        for number in range(min(each, decisions - made)):
            window = bars[number : number + _BARS]
            made += 1
            yield AnalysisRequest(
                symbol=symbol,
                instrument=instrument(symbol),
                windows={Timeframe.M15: window},
                account_balance=10_000.0,
                risk_pct=1.0,
                as_of=int(window.end[-1]),
                profile=_PROFILES[number % len(_PROFILES)],
            ).check()


async def _work(service: Service, requests: Iterator[AnalysisRequest]) -> None:
    for request in requests:
        run = await service.runs.analyze(request, owner_id=OWNER)
        if run.status != "completed":
            raise RuntimeError(f"the analysis of {request.symbol} at {request.as_of} came to no decision: {run.error}")


def _replay(conninfo: str, workers: int, seed: str, what: str) -> None:
    began = time.monotonic()
    command = [sys.executable, "-m", "evals.proofs", "--replay", conninfo, "--workers", str(workers)]
    ran = subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False
    )
    _say(f"{what}: {ran.stdout.strip() or ran.stderr.strip()[-400:]}, {time.monotonic() - began:.0f} s")
    if ran.returncode:
        sys.exit(1)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
