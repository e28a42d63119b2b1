"""What every adapter of the wake-ups port does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from agent.runs.wakeups import InMemoryWakeups, Wakeups
from agent.runs.wakeups_redis import RedisWakeups

pytestmark = pytest.mark.anyio
LONG_S = 30.0


@pytest.fixture(params=["memory", "redis"])
async def ends(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Wakeups, Wakeups]]:
    """Give the end that notifies and the end that listens: for Redis, those of two processes."""
    if request.param == "memory":
        shared = InMemoryWakeups()
        yield shared, shared
        return
    url = request.getfixturevalue("redis_url")
    async with AsyncExitStack() as stack:
        adapters = []
        for _ in range(2):
            adapter = RedisWakeups(url)
            stack.push_async_callback(adapter.close)
            await adapter.open()
            adapters.append(adapter)
        yield adapters[0], adapters[1]


async def test_a_waiter_is_woken(ends: tuple[Wakeups, Wakeups]) -> None:
    here, there = ends
    async with there.listen("run:1") as waiter:
        waiting = asyncio.create_task(waiter.wait(LONG_S))
        here.notify("run:1")
        assert await waiting


async def test_a_wakeup_before_the_wait_counts(ends: tuple[Wakeups, Wakeups]) -> None:
    here, there = ends
    async with there.listen("run:1") as waiter, there.listen("run:2") as other:
        here.notify("run:1")
        here.notify("run:2")
        assert await other.wait(LONG_S)
        assert await waiter.wait(LONG_S)


async def test_every_waiter_of_a_topic_is_woken(ends: tuple[Wakeups, Wakeups]) -> None:
    here, there = ends
    async with there.listen("run:1") as first, there.listen("run:1") as second, here.listen("run:1") as third:
        here.notify("run:1")
        assert await asyncio.gather(*(waiter.wait(LONG_S) for waiter in (first, second, third))) == [True] * 3


async def test_other_topics_wake_nobody(ends: tuple[Wakeups, Wakeups]) -> None:
    here, there = ends
    async with there.listen("run:1") as waiter, there.listen("run:2") as other:
        here.notify("run:2")
        assert await other.wait(LONG_S)
        assert not await waiter.wait(0.0)


async def test_the_time_passes(ends: tuple[Wakeups, Wakeups]) -> None:
    async with ends[1].listen("run:1") as waiter:
        assert not await waiter.wait(0.0)


async def test_a_wakeup_is_used_up(ends: tuple[Wakeups, Wakeups]) -> None:
    here, there = ends
    async with there.listen("run:1") as waiter:
        here.notify("run:1")
        assert await waiter.wait(LONG_S)
        assert not await waiter.wait(0.0)


async def test_nobody_need_listen(ends: tuple[Wakeups, Wakeups]) -> None:
    ends[0].notify("run:nobody")
    assert await ends[0].health()
