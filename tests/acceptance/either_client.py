"""Both Python clients of LangGraph behind one face, so that one suite speaks for both."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final, Literal

from langgraph_sdk import get_client, get_sync_client

Kind = Literal["async", "sync"]
_STREAMS: Final = frozenset(("stream", "join_stream"))
_END: Final = object()


@asynccontextmanager
async def client_of(address: str, kind: Kind) -> AsyncIterator[Any]:
    """Give a client of a service; the synchronous one is called from threads, and awaited all the same."""
    if kind == "async":
        async with get_client(url=address, api_key=None) as client:
            yield client
    else:
        with get_sync_client(url=address, api_key=None) as client:
            yield _Threaded(client)


class _Threaded:
    """A synchronous client, or a part of one."""

    def __init__(self, part: Any) -> None:
        self._part = part

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if not inspect.ismethod(found):
            return _Threaded(found)
        return _streamed(found) if name in _STREAMS else _awaited(found)


def _awaited(method: Callable[..., Any]) -> Callable[..., Any]:
    async def called(*arguments: Any, **named: Any) -> Any:
        return await asyncio.to_thread(method, *arguments, **named)

    return called


def _streamed(method: Callable[..., Iterator[Any]]) -> Callable[..., AsyncIterator[Any]]:
    async def parts(*arguments: Any, **named: Any) -> AsyncIterator[Any]:
        stream: Any = method(*arguments, **named)
        try:
            while (part := await asyncio.to_thread(next, stream, _END)) is not _END:
                yield part
        finally:
            await asyncio.to_thread(stream.close)

    return parts
