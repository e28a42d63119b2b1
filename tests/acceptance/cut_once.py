"""A line that breaks once: a TCP relay that resets the first connection on which an answer has begun to stream."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

_BEGUN: Final = b"event: messages"
_PATIENCE_S: Final = 60


@dataclass
class CutLine:
    """Where the line and its counter listen; ``GET /cuts`` at the counter answers how often it was cut."""

    port: int = 0
    counter_port: int = 0
    cuts: int = 0


@contextmanager
def cut_line(service_port: int) -> Iterator[CutLine]:
    """Relay to a port of this machine, in a thread with an event loop of its own, until the block ends."""
    line, listening = CutLine(), threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    thread = threading.Thread(target=lambda: asyncio.run(_serve(line, service_port, listening, loops)), name="line")
    thread.start()
    assert listening.wait(_PATIENCE_S), "the line did not open"
    ((loop, end),) = loops
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


async def _serve(
    line: CutLine,
    service_port: int,
    listening: threading.Event,
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]],
) -> None:
    end, relays = asyncio.Event(), set[asyncio.Task[None]]()
    loops.append((asyncio.get_running_loop(), end))

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.create_task(_relay(line, service_port, reader, writer))
        relays.add(relay)
        relay.add_done_callback(relays.discard)

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps(line.cuts).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    counter = await asyncio.start_server(count, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    line.counter_port = counter.sockets[0].getsockname()[1]
    listening.set()
    await end.wait()
    for one in (server, counter):
        one.close()
    for relay in relays:
        relay.cancel()
    await asyncio.gather(*relays, return_exceptions=True)


async def _relay(line: CutLine, service_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    from_service, to_service = await asyncio.open_connection("127.0.0.1", service_port)
    ways = [
        asyncio.create_task(_pass_on(reader, to_service)),
        asyncio.create_task(_pass_on_until_cut(line, from_service, writer)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        for end in (writer, to_service):
            end.transport.abort()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65_536):
        target.write(chunk)
        await target.drain()


async def _pass_on_until_cut(line: CutLine, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(512):
        target.write(chunk)
        await target.drain()
        if _BEGUN in chunk and not line.cuts:
            line.cuts += 1
            return
