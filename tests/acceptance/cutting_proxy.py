"""A bad line: a TCP relay that breaks every connection off after a random number of bytes."""

import asyncio
import random
from types import TracebackType
from typing import Self


class CuttingProxy:
    """Relay to a port of this machine; an async context manager.

    What the service sends is passed on up to a byte drawn from an exponential distribution, in the middle of a header
    or an event as it comes; then both ends are reset.
    """

    def __init__(self, service_port: int, chance: random.Random, *, mean_bytes: int) -> None:
        """Draw from ``chance`` how many bytes each connection lives, ``mean_bytes`` on average."""
        self._service_port = service_port
        self._chance = chance
        self._mean_bytes = mean_bytes
        self._server: asyncio.Server | None = None
        self._relays: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.port = 0

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening, and break off what is still open."""
        assert self._server is not None
        self._server.close()
        for writer in self._relays.values():
            writer.transport.abort()
        if self._relays:
            await asyncio.wait(list(self._relays))
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.create_task(self._relay(reader, writer))
        self._relays[relay] = writer
        relay.add_done_callback(self._relays.pop)
        await relay

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lifetime = 1 + int(self._chance.expovariate(1 / self._mean_bytes))
        from_service, to_service = await asyncio.open_connection("127.0.0.1", self._service_port)
        ways = [
            asyncio.create_task(_pass_on(reader, to_service, None)),
            asyncio.create_task(_pass_on(from_service, writer, lifetime)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, to_service):
            end.transport.abort()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, most_bytes: int | None) -> None:
    left = most_bytes
    while left is None or left > 0:
        chunk = await source.read(65_536 if left is None else min(left, 65_536))
        if not chunk:
            return
        target.write(chunk)
        await target.drain()
        left = None if left is None else left - len(chunk)
