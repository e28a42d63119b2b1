"""The loop beside the main thread: nothing that waits for it is deaf to Ctrl-C, and a Ctrl-C loses no item."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator

import pytest

from api.commands.background import BackgroundLoop, heard_interrupts

PATIENCE_S = 20


async def _numbers(most: int, then: asyncio.Event) -> AsyncIterator[int]:
    for number in range(most):
        yield number
    await then.wait()


def test_items_come_in_order_and_end_with_none() -> None:
    with BackgroundLoop() as loop:
        done = asyncio.Event()
        items = loop.each(_numbers(2, done))
        assert [items.next(), items.next()] == [0, 1]
        loop.call(_set(done))
        assert [items.next(), items.next()] == [None, None]


def test_what_the_iterator_raised_is_raised_here() -> None:
    async def failing() -> AsyncIterator[int]:
        yield 1
        raise ValueError("no more")

    with BackgroundLoop() as loop:
        items = loop.each(failing())
        assert items.next() == 1
        with pytest.raises(ValueError, match="no more"):
            items.next()


def test_a_wait_for_an_item_can_end_before_it_comes() -> None:
    with BackgroundLoop() as loop:
        done = asyncio.Event()
        items = loop.each(_numbers(0, done))
        with pytest.raises(TimeoutError):
            items.next(0.0)
        loop.call(_set(done))
        assert items.next() is None


def test_ctrl_c_is_raised_where_an_item_is_waited_for_and_costs_none() -> None:
    before = signal.getsignal(signal.SIGINT)
    with BackgroundLoop() as loop:
        done = asyncio.Event()
        items = loop.each(_numbers(1, done))
        with items.interruptible():
            assert items.next() == 0
            signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                items.next()
            loop.call(_set(done))
            assert items.next() is None
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_is_heard_in_a_wait_that_it_did_not_meet() -> None:
    def elsewhere() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # no wait of the main thread ends by that

    with heard_interrupts(), BackgroundLoop() as loop:
        done = asyncio.Event()
        items = loop.each(_numbers(0, done))
        with items.interruptible():
            threading.Timer(0.1, elsewhere).start()
            with pytest.raises(KeyboardInterrupt):
                items.next(PATIENCE_S)
        loop.call(_set(done))


async def _set(event: asyncio.Event) -> None:
    event.set()
