"""A stream that is closed at once when its reader leaves, and not whenever it is collected."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

Piece = TypeVar("Piece")


@asynccontextmanager
async def closing(stream: AsyncIterator[Piece]) -> AsyncIterator[AsyncIterator[Piece]]:
    """Give the stream, and close it in the end, its connection with it."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
