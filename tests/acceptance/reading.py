"""Read a run's events as a careful client does: resume with Last-Event-ID wherever the connection was cut."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, NamedTuple

import httpx
from httpx_sse import aconnect_sse

ENDINGS: Final = frozenset({"run.finished", "run.failed", "run.cancelled"})


class Told(NamedTuple):
    """One event as the stream gave it, byte for byte."""

    id: str
    event: str
    data: str


class CutReading(NamedTuple):
    """A log read over several connections; ``cuts`` are the ids after which each was lost, "" for none yet."""

    events: list[Told]
    cuts: list[str]


async def stream(client: httpx.AsyncClient, url: str, *, after: str | None = None) -> AsyncIterator[Told]:
    """Give the events of one connection; raises ``httpx.TransportError`` where it is cut."""
    headers = {} if after is None else {"Last-Event-ID": after}
    async with aconnect_sse(client, "GET", url, headers=headers) as source:
        if source.response.status_code == 204:
            return
        source.response.raise_for_status()
        async for event in source.aiter_sse():
            yield Told(event.id, event.event, event.data)


async def read(client: httpx.AsyncClient, url: str, *, after: str | None = None) -> list[Told]:
    """Read one connection to its end."""
    return [event async for event in stream(client, url, after=after)]


async def at_once() -> None:
    """Connect again without waiting."""


async def read_through_cuts(
    client: httpx.AsyncClient,
    url: str,
    *,
    on_event: Callable[[Told], None] = lambda _: None,
    before_resuming: Callable[[], Awaitable[object]] = at_once,
) -> CutReading:
    """Read up to the run's ending, connecting again after every cut.

    Args:
        client: the client.
        url: the stream.
        on_event: told of each event as it comes.
        before_resuming: waited for before each new connection.
    """
    seen: list[Told] = []
    cuts: list[str] = []
    while not seen or seen[-1].event not in ENDINGS:
        try:
            async for event in stream(client, url, after=seen[-1].id if seen else None):
                seen.append(event)
                on_event(event)
        except httpx.TransportError:
            cuts.append(seen[-1].id if seen else "")
            await before_resuming()
    return CutReading(seen, cuts)


def are_gapless(events: list[Told]) -> bool:
    """Whether there are events, their ids are 1 to n in order, and only the last is an ending."""
    ids = [event.id for event in events]
    endings = [event.id for event in events if event.event in ENDINGS]
    return bool(ids) and ids == [str(seq) for seq in range(1, len(ids) + 1)] and endings == ids[-1:]
