"""How long questions about the record take with a million rule rows in it: explain, metrics, examples, policy diff.

A few hundred real analyses are recorded by the service and then copied, under ids of their own and with the same
verdicts, until the table holds a million. The database is a throw-away one, analysed and vacuumed as autovacuum would.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import psycopg

from agent.analysis.request import AnalysisRequest
from agent.audit.metrics import OUTCOMES
from agent.audit.policy_diff import policy_diff
from agent.service import Service, open_service
from agent.settings import Settings
from agent.store.decisions import DecisionFilter
from agent.store.embedded import EmbeddedPostgres
from rulebook.loader import load_rulebook
from tools.instruments import instrument
from tools.timeframes import Timeframe

ROWS: Final = 1_000_000
REAL: Final = 200
HISTORY: Final = 10_000
ROUNDS: Final = 300
WARM_UP: Final = 20
BARS: Final = 300
OWNER: Final = "bench"
_SYMBOLS: Final = ("EURUSD", "GBPUSD", "XAUUSD", "NQ")
_FRAMES: Final = (Timeframe.M15, Timeframe.H1, Timeframe.H4)
_NOW: Final = 1_790_000_000
_STEP_S: Final = 1_800
_COPY_RUNS: Final = """
INSERT INTO runs (run_id, owner_id, symbol, profile, rulebook_hash, as_of, status, inputs, window_sha256, worker,
    attempt, last_seq, created_at, started_at, finished_at)
SELECT md5(run_id || copy), owner_id, symbol, profile, rulebook_hash, as_of, status, inputs, window_sha256, 0, 1,
    last_seq, created_at + make_interval(mins => copy), started_at, finished_at
FROM runs, generate_series(1, %(copies)s) copy
"""
_COPY_DECISIONS: Final = """
INSERT INTO decisions (decision_id, run_id, owner_id, symbol, status, as_of, decision, decision_hash, facts,
    rulebook_hash, code_version, created_at, kill_zone)
SELECT md5(decision_id || copy), md5(run_id || copy), owner_id, symbol, status, as_of, decision, decision_hash, facts,
    rulebook_hash, code_version, created_at + make_interval(mins => copy), kill_zone
FROM decisions, generate_series(1, %(copies)s) copy
ORDER BY copy, seq
"""
_COPY_TRACES: Final = """
INSERT INTO rule_traces (run_id, position, owner_id, rule_id, node, outcome, verdict, decision_seq)
SELECT d.run_id, t.position, t.owner_id, t.rule_id, t.node, t.outcome, t.verdict, d.seq
FROM generate_series(1, %(copies)s) copy
JOIN rule_traces t ON true
JOIN decisions d ON d.run_id = md5(t.run_id || copy)
"""
_SINCE: Final = b"SELECT created_at FROM decisions ORDER BY created_at DESC OFFSET %(skip)s LIMIT 1"


async def bench_audit(rows: int = ROWS) -> str:
    """Measure and return the table, ready to print.

    Args:
        rows: how many rule rows the table shall hold at least.
    """
    with tempfile.TemporaryDirectory(prefix="ict-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", options={"fsync": "off", "max_wal_size": "8GB"})
        await asyncio.to_thread(server.open)
        try:
            settings = Settings(
                data_dir=Path(folder), clock=lambda: _NOW, code_version="bench", database_url=server.conninfo
            )
            async with open_service(settings) as service:
                await _record(service)
                held = await asyncio.to_thread(_copy, server.conninfo, rows)
                return await _measure(service, held)
        finally:
            await asyncio.to_thread(server.close)


async def _record(service: Service) -> None:
    for number in range(REAL):
        symbol, as_of = _SYMBOLS[number % len(_SYMBOLS)], _NOW - number * _STEP_S
        windows = {frame: await service.market.candles(symbol, frame, limit=BARS, until=as_of) for frame in _FRAMES}
        last = int(windows[Timeframe.M15].end[-1])
        request = AnalysisRequest(
            symbol, instrument(symbol), windows, account_balance=10_000.0, risk_pct=1.0, as_of=last
        ).check()
        run = await service.runs.analyze(request, owner_id=OWNER)
        if run.status != "completed":
            raise RuntimeError(f"the analysis of {symbol} at {as_of} came to no decision: {run.error}")


def _copy(conninfo: str, rows: int) -> dict[str, int]:
    """Copy what was recorded until there are enough rows, and return how many of each there are."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        real = _count(connection, "rule_traces")
        copies = {"copies": -(-rows // real) - 1}
        for statement in (_COPY_RUNS, _COPY_DECISIONS, _COPY_TRACES):
            connection.execute(statement.encode(), copies)
        connection.execute("VACUUM ANALYZE")
        return {table: _count(connection, table) for table in ("rule_traces", "decisions")}


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()[0][0])


async def _measure(service: Service, held: dict[str, int]) -> str:
    chance = random.Random(7)
    rows = await service.database.run(b"SELECT run_id FROM decisions", {})
    run_ids = [chance.choice(rows)["run_id"] for _ in range(ROUNDS)]
    rule_ids = [rule.id for rule in service.rulebooks.get("strict").rules]
    asked = [(chance.choice(rule_ids), chance.choice((None, *OUTCOMES))) for _ in range(ROUNDS)]
    (since,) = (row["created_at"] for row in await service.database.run(_SINCE, {"skip": HISTORY // 10}))
    lines = [
        f"audit: {held['rule_traces']:,} rule rows, {held['decisions']:,} decisions, {os.cpu_count()} cores",
        f"  {'':44}{'p50':>10}{'p95':>10}",
        _row("explain, ms", await _timed([_explain(service, run_id) for run_id in run_ids])),
        _row("examples of a rule, 20 of them, ms", await _timed([_examples(service, *one) for one in asked])),
        _row("metrics of everything, ms", await _timed([_metrics(service, DecisionFilter())] * 20)),
        _row("metrics of one symbol, ms", await _timed([_metrics(service, DecisionFilter(symbol="EURUSD"))] * 20)),
        _row(
            f"metrics of the newest {HISTORY // 10:,}, ms",
            await _timed([_metrics(service, DecisionFilter(since=since))] * 20),
        ),
        await _verify_rate(service),
        await _policy_diff(service, held["decisions"]),
    ]
    return "\n".join(lines) + "\n"


Question = Callable[[], Awaitable[object]]


def _explain(service: Service, run_id: str) -> Question:
    return lambda: service.runs.explain(run_id, owner_id=OWNER)


def _examples(service: Service, rule_id: str, outcome: str | None) -> Question:
    return lambda: service.audit.examples(rule_id, owner_id=OWNER, outcome=outcome)


def _metrics(service: Service, wanted: DecisionFilter) -> Question:
    return lambda: service.audit.metrics(wanted, owner_id=OWNER)


async def _timed(questions: list[Question]) -> list[float]:
    """Ask each question once, the first few twice, and return the milliseconds of each."""
    for question in questions[:WARM_UP]:
        await question()
    times = []
    for question in questions:
        began = time.perf_counter()
        await question()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _row(name: str, times: list[float]) -> str:
    p50, p95 = np.percentile(times, (50, 95))
    return f"  {name:44}{p50:>10.2f}{p95:>10.2f}"


async def _verify_rate(service: Service) -> str:
    began = time.perf_counter()
    report = await service.audit.verify(owner_id=OWNER, limit=REAL)
    took = time.perf_counter() - began
    if set(report.counts) - {"outside"}:
        raise RuntimeError(f"the chain of the recorded decisions is not intact: {report.first}")
    return f"  {'verify, decisions a second':44}{report.links / took:>10.0f}"


async def _policy_diff(service: Service, decisions: int) -> str:
    history = min(HISTORY, decisions)
    (since,) = (row["created_at"] for row in await service.database.run(_SINCE, {"skip": history - 1}))
    began = time.perf_counter()
    found = await asyncio.to_thread(_diff, service.database.conninfo, since)
    took = time.perf_counter() - began
    flips = f"{len(found.flips):,} flips"
    return f"  {f'policy diff of {found.decisions:,} decisions, {flips}, s':44}{took:>10.1f}"


def _diff(conninfo: str, since: datetime) -> Any:
    return policy_diff(
        conninfo, OWNER, load_rulebook("strict"), load_rulebook("relaxed"), since=since, workers=os.cpu_count() or 1
    )
