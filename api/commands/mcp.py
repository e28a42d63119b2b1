"""``ict mcp``: the toolbox for a model's client on this machine, on standard input and output."""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import Any, Self, cast

from mcp.server.stdio import stdio_server

from agent.service import open_service
from api.commands.opening import code_version
from api.mcp.server import mcp_server, tool_sources
from api.settings import Environment
from api.state import DEFAULT_OWNER


def serve_on_stdio(environment: Environment) -> None:
    """Serve until standard input ends, or Ctrl-C or SIGTERM comes; standard output carries the protocol alone.

    Raises:
        StoreError: the database did not answer.
        RulebookError: a rule file is at fault.
        InvalidParameter: a setting cannot be.
    """
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_serve(environment))


async def _serve(environment: Environment) -> None:
    serving = cast("asyncio.Task[None]", asyncio.current_task())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    settings = replace(environment.for_service(_wall_clock, code_version()), takes_up_orphans=False)
    async with open_service(settings) as service:
        server = mcp_server(tool_sources(service, _wall_clock), owner_id=DEFAULT_OWNER, version=code_version())
        lines: Any = _Lines(asyncio.get_running_loop())  # all that is asked of a file is to be read line by line
        async with stdio_server(stdin=lines) as (read, write):
            await server.run(read, write, server.create_initialization_options())


class _Lines:
    """Lines of standard input, read in a thread that nobody waits for: a read that blocks outlives no Ctrl-C."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        Thread(target=self._read, name="standard input", daemon=True).start()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        line = await self._lines.get()
        if not line:
            raise StopAsyncIteration
        return line.decode("utf-8", errors="replace")

    def _read(self) -> None:
        # A reader of its own: the interpreter closes the usual one as it ends, and must not wait for it.
        with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as stream, suppress(RuntimeError):  # the loop has closed
            while True:
                line = stream.readline()
                self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
                if not line:
                    return


def _wall_clock() -> int:
    return int(time.time())
