"""Await several things at once, and leave none of them running when one fails."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
Other = TypeVar("Other")


async def together(*waited: Coroutine[Any, Any, Result]) -> list[Result]:
    """Return every result, in the order given.

    Raises:
        Exception: the first that any of them raised; the others were cancelled and have ended by then.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in waited]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    return [task.result() for task in tasks]


async def both(one: Coroutine[Any, Any, Result], other: Coroutine[Any, Any, Other]) -> tuple[Result, Other]:
    """Return two results of different kinds; otherwise as `together`."""
    found: list[Any] = await together(one, other)
    return found[0], found[1]
