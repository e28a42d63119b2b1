"""What the coach adds to a model's own time, and how many of its streams one worker bears.

The model is a process of its own (`evals.bench.coach_model`), the service another (``ict serve`` with its embedded
Postgres), and this process is the client of both: it asks the model itself, and the coach that asks it, in turns.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import orjson
import psutil

from evals.bench.coach_model import answer_to, question
from evals.bench.served import served

ROUNDS: Final = 200
WARM_UP: Final = 20
TURNS_OF_A_THREAD: Final = 10
LONG_THREAD: Final = 60
ROUNDS_OF_A_LONG_THREAD: Final = 50
STREAMS: Final = 200
WORDS: Final = 60
PAUSE_MS: Final = 50
_SAMPLE_S: Final = 0.05
_PATIENCE_S: Final = 300
_MIB: Final = 2**20

FirstToken = Callable[[], Awaitable[float]]


@dataclass(slots=True)
class Memory:
    """The resident memory of the service, in bytes."""

    before: int
    most: int
    after: int = 0


async def bench_coach() -> str:
    """Measure and return the table, ready to print."""
    with tempfile.TemporaryDirectory(prefix="ict-bench-") as folder, _model() as model_url:
        settings = {"OPENAI_BASE_URL": model_url, "OPENAI_API_KEY": "none", "ICT_MODEL": "bench"}
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        async with AsyncExitStack() as stack:
            service = stack.enter_context(served(Path(folder), settings))
            client = await stack.enter_async_context(
                httpx.AsyncClient(limits=limits, timeout=_PATIENCE_S, trust_env=False)
            )
            asking = _Asking(client, f"{model_url}/chat/completions", f"{service.address}/api/v1/coach/chat")
            first = await _first_tokens(asking)
            return first + await _many_streams(asking, psutil.Process(service.pid))


@contextmanager
def _model() -> Iterator[str]:
    program = [sys.executable, "-m", "evals.bench.coach_model"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the model's process has no pipes")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.stdin.close()


@dataclass(slots=True)
class _Asking:
    """Ask the model, or the coach who asks it."""

    client: httpx.AsyncClient
    model: str
    coach: str
    thread_id: str | None = None
    _turns: int = field(default=0)

    async def model_events(self, asked: str) -> AsyncIterator[str]:
        """Give each word of the model's own answer."""
        body = {"model": "bench", "stream": True, "messages": [{"role": "user", "content": asked}]}
        async with self.client.stream("POST", self.model, json=body) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: ") and '"content"' in line:
                    for choice in orjson.loads(line[6:])["choices"]:
                        yield choice["delta"].get("content") or ""

    async def coach_events(self, asked: str, thread_id: str | None = None) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Give each event of the coach's answer."""
        body = {"message": asked} if thread_id is None else {"message": asked, "thread_id": thread_id}
        async with self.client.stream("POST", self.coach, json=body) as answer:
            if answer.status_code != 200:
                raise RuntimeError(f"the coach answered {answer.status_code}: {(await answer.aread())[:500]!r}")
            event = ""
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    yield event, orjson.loads(line[6:])

    async def first_of_model(self, asked: str) -> float:
        """Return the milliseconds up to the first word of the model's own answer, which is read to its end."""
        began, first = time.perf_counter(), 0.0
        async for word in self.model_events(asked):
            if word and not first:
                first = time.perf_counter()
        return (first - began) * 1000

    async def first_of_coach(self, asked: str, thread_id: str | None = None) -> float:
        """Return the milliseconds up to the coach's first word, and remember the thread."""
        began, first, last = time.perf_counter(), 0.0, ""
        async for event, data in self.coach_events(asked, thread_id):
            last = event
            if event == "thread":
                self.thread_id = data["thread_id"]
            elif event == "message.delta" and not first:
                first = time.perf_counter()
        if last != "message.completed" or not first:
            raise RuntimeError(f"the coach's answer ended with {last or 'nothing'}")
        return (first - began) * 1000


async def _first_tokens(asking: _Asking) -> str:
    """Measure a new thread's first answer, a later one of a thread, one that uses a tool first, and a long thread's."""
    plain, with_tool = question(12, 0), question(12, 0, 1)
    rows: dict[str, list[tuple[float, float]]] = {"in a new thread": [], "in a thread": [], "after a tool": []}
    for number in range(WARM_UP + ROUNDS):
        rows["in a new thread"].append((await asking.first_of_model(plain), await asking.first_of_coach(plain)))
        if number % TURNS_OF_A_THREAD == 0:
            thread_id = asking.thread_id
        rows["in a thread"].append((await asking.first_of_model(plain), await asking.first_of_coach(plain, thread_id)))
        twice = await asking.first_of_model(plain) + await asking.first_of_model(plain)
        rows["after a tool"].append((twice, await asking.first_of_coach(with_tool)))
    told = {name: times[WARM_UP:] for name, times in rows.items()}
    told[f"after {LONG_THREAD} turns"] = await _in_long_threads(asking, plain)
    return "\n".join([
        f"coach: first token through HTTP and SSE, {ROUNDS} rounds ({ROUNDS_OF_A_LONG_THREAD} in long threads); "
        f"a thread has up to {TURNS_OF_A_THREAD} answers, a long one {LONG_THREAD} more",
        f"  {'':18}{'model, ms':>20}{'coach, ms':>20}{'overhead, ms':>20}{'times the model':>20}",
        f"  {'':18}" + f"{'p50':>10}{'p95':>10}" * 4,
        *(_row(name, times) for name, times in told.items()),
    ]) + "\n"  # fmt: skip


async def _in_long_threads(asking: _Asking, asked: str) -> list[tuple[float, float]]:
    """Measure the first token in threads of `LONG_THREAD` turns and up to `TURNS_OF_A_THREAD` more."""
    times: list[tuple[float, float]] = []
    thread_id: str | None = None
    for number in range(ROUNDS_OF_A_LONG_THREAD):
        if number % TURNS_OF_A_THREAD == 0:
            thread_id = await _long_thread(asking, asked)
        times.append((await asking.first_of_model(asked), await asking.first_of_coach(asked, thread_id)))
    return times


async def _long_thread(asking: _Asking, asked: str) -> str | None:
    thread_id: str | None = None
    for _ in range(LONG_THREAD):
        await asking.first_of_coach(asked, thread_id)
        thread_id = asking.thread_id
    return thread_id


def _row(name: str, times: list[tuple[float, float]]) -> str:
    """Write the median and the 95th percentile of the floor, which is the model's own first word, and of ours to it."""
    floor, ours = np.array(times).T
    figures = [np.percentile(column, (50, 95)) for column in (floor, ours, ours - floor, ours / floor)]
    return f"  {name:18}" + "".join(f"{figure:>10.2f}" for pair in figures for figure in pair)


async def _many_streams(asking: _Asking, service: psutil.Process) -> str:
    asked = question(WORDS, PAUSE_MS)
    floor_s, heard = await _all_at_once(lambda: _heard_of_model(asking, asked))
    memory = Memory(service.memory_info().rss, 0)
    sampling = asyncio.create_task(_sample(service, memory))
    took_s, answers = await _all_at_once(lambda: _heard_of_coach(asking, asked))
    sampling.cancel()
    memory.after = service.memory_info().rss
    told = answer_to(asked)[0]
    whole = sum(deltas == told.strip() for deltas in (one.strip() for one in answers))
    if any(one.strip() != told.strip() for one in heard):
        raise RuntimeError("the model itself lost words")
    return "\n".join([
        f"coach: {STREAMS} streams at once on one worker, {WORDS} words each, one every {PAUSE_MS} ms",
        f"  {'streams whole, of ' + str(STREAMS):34}{whole:>10}",
        f"  {'the model alone, s':34}{floor_s:>10.2f}",
        f"  {'through the coach, s':34}{took_s:>10.2f}",
        f"  {'ratio':34}{took_s / floor_s:>10.2f}",
        f"  {'memory before, MiB':34}{memory.before / _MIB:>10.0f}",
        f"  {'memory at most, MiB':34}{memory.most / _MIB:>10.0f}",
        f"  {'memory after, MiB':34}{memory.after / _MIB:>10.0f}",
    ]) + "\n"  # fmt: skip


async def _all_at_once(ask: Callable[[], Awaitable[str]]) -> tuple[float, list[str]]:
    began = time.perf_counter()
    heard = await asyncio.gather(*(ask() for _ in range(STREAMS)))
    return time.perf_counter() - began, list(heard)


async def _heard_of_model(asking: _Asking, asked: str) -> str:
    return "".join([word async for word in asking.model_events(asked)])


async def _heard_of_coach(asking: _Asking, asked: str) -> str:
    """Return the words of a stream, which must be those of its last event too; "" for one that was lost."""
    words: list[str] = []
    async for event, data in asking.coach_events(asked):
        if event == "message.delta":
            words.append(data["delta"])
        elif event == "message.completed" and data["response"].strip() == "".join(words).strip():
            return "".join(words)
    return ""


async def _sample(service: psutil.Process, memory: Memory) -> None:
    while True:
        memory.most = max(memory.most, service.memory_info().rss)
        await asyncio.sleep(_SAMPLE_S)
