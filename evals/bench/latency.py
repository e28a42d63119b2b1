"""Latency of one recorded analysis, against the least that a graph and a database could do.

The floor runs an empty five-node LangGraph and then writes, in one transaction of the same database, as many bytes as
the recorded analysis wrote. Both take turns, so that a noisy machine is noisy for both.
"""

import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypedDict

import numpy as np
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.analysis.request import AnalysisRequest
from agent.service import Service, open_service
from agent.settings import Settings
from rulebook.facts import NODES
from tools.candles import Candles
from tools.instruments import instrument
from tools.timeframes import Timeframe

BARS: Final = 500
TIMEFRAMES: Final = (Timeframe.M15, Timeframe.H1, Timeframe.H4)
WARM_UP: Final = 20
ROUNDS: Final = 200
SYMBOL: Final = "EURUSD"
OWNER: Final = "bench"
_NOW: Final = 1_790_000_000
_BYTES_OF_RUN: Final = b"""
    SELECT (SELECT sum(pg_column_size(r.*)) FROM runs r WHERE run_id = %(run)s)
         + (SELECT sum(pg_column_size(e.*)) FROM run_events e WHERE run_id = %(run)s)
         + (SELECT sum(pg_column_size(t.*)) FROM rule_traces t WHERE run_id = %(run)s)
         + (SELECT sum(pg_column_size(d.*)) FROM decisions d WHERE run_id = %(run)s) AS bytes
"""

Floor = CompiledStateGraph[Any, Any, Any, Any]


class _Empty(TypedDict):
    visited: int


async def bench_latency() -> str:
    """Measure and return the table, ready to print."""
    with tempfile.TemporaryDirectory(prefix="ict-bench-") as folder:
        settings = Settings(data_dir=Path(folder), clock=lambda: _NOW, code_version="bench")
        async with open_service(settings) as service:
            requests = await _requests(service, WARM_UP + ROUNDS)
            return await _measure(service, requests)


async def _measure(service: Service, requests: list[AnalysisRequest]) -> str:
    graph = _empty_graph()
    await service.database.run(b"CREATE TABLE bench_floor (windows bytea STORAGE EXTERNAL, rest bytea)", {})
    ours: list[float] = []
    floor: list[float] = []
    rest = 0
    for request in requests:
        run_id = ""

        async def recorded(request: AnalysisRequest = request) -> None:
            nonlocal run_id
            run_id = (await service.runs.analyze(request, owner_id=OWNER)).run_id

        ours.append(await _timed(recorded))
        rest = await _bytes_of(service, run_id)
        windows = b"".join(request.window_bytes().values())
        floor.append(await _timed(lambda: _write_floor(service, graph, windows, rest)))  # noqa: B023  awaited at once
    return _table(ours[WARM_UP:], floor[WARM_UP:], len(windows), rest)


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def _write_floor(service: Service, graph: Floor, windows: bytes, rest: int) -> None:
    await graph.ainvoke({"visited": 0})
    parameters = {"windows": windows, "rest": random.randbytes(rest)}
    await service.database.run(b"INSERT INTO bench_floor VALUES (%(windows)b, %(rest)b)", parameters)


async def _bytes_of(service: Service, run_id: str) -> int:
    (row,) = await service.database.run(_BYTES_OF_RUN, {"run": run_id})
    return int(row["bytes"])


def _empty_graph() -> Floor:
    async def nothing(state: _Empty) -> _Empty:
        return _Empty(visited=state["visited"] + 1)

    graph = StateGraph(_Empty)
    for name in NODES:
        graph.add_node(name, nothing)
    for before, after in zip((START, *NODES), (*NODES, END), strict=True):
        graph.add_edge(before, after)
    return graph.compile()


async def _requests(service: Service, count: int) -> list[AnalysisRequest]:
    """Return requests whose windows all differ, so that each is written."""
    histories = {
        timeframe: await service.market.candles(SYMBOL, timeframe, limit=BARS + count) for timeframe in TIMEFRAMES
    }
    base = histories[Timeframe.M15]
    return [_request(histories, int(base.end[last])) for last in range(BARS - 1, BARS - 1 + count)]


def _request(histories: dict[Timeframe, Candles], as_of: int) -> AnalysisRequest:
    windows = {}
    for timeframe, candles in histories.items():
        closed = int(np.searchsorted(candles.end, as_of, side="right"))
        windows[timeframe] = candles[max(closed - BARS, 0) : closed]
    return AnalysisRequest(
        symbol=SYMBOL,
        instrument=instrument(SYMBOL),
        windows=windows,
        account_balance=10_000.0,
        risk_pct=1.0,
        as_of=as_of,
        profile="relaxed",
    ).check()


def _table(ours: list[float], floor: list[float], windows: int, rest: int) -> str:
    lines = [
        f"latency: one recorded analysis, {len(TIMEFRAMES)} timeframes of {BARS} bars, {ROUNDS} rounds",
        f"  bytes written: {windows} of windows, about {rest} of rows",
        f"  {'':24}{'p50':>10}{'p95':>10}",
    ]
    (our_p50, our_p95), (floor_p50, floor_p95) = (np.percentile(times, (50, 95)) for times in (ours, floor))
    lines += [
        f"  {'recorded analysis, ms':24}{our_p50:>10.2f}{our_p95:>10.2f}",
        f"  {'floor, ms':24}{floor_p50:>10.2f}{floor_p95:>10.2f}",
        f"  {'ratio':24}{our_p50 / floor_p50:>10.2f}{our_p95 / floor_p95:>10.2f}",
    ]
    return "\n".join(lines) + "\n"
