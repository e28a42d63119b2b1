"""``ict mcp``: the toolbox for a model's client on this machine, on standard input and output."""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import Any, Protocol, Self, cast

from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage

from agent.service import open_service
from api.commands.opening import code_version
from api.mcp.messages import fault_of
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
    usual = environment.for_service(_wall_clock, code_version())
    settings = replace(usual, takes_up_orphans=False, tracing=None)  # no coach speaks here: there is nothing to trace
    async with open_service(settings) as service:
        server = mcp_server(tool_sources(service, _wall_clock), owner_id=DEFAULT_OWNER, version=code_version())
        lines = _Lines(asyncio.get_running_loop())
        async with stdio_server(stdin=cast("Any", lines)) as (read, write):  # all that is asked of a file: its lines
            lines.answer_on(write)
            await server.run(read, write, server.create_initialization_options())


class _Answers(Protocol):
    async def send(self, item: SessionMessage, /) -> None: ...


class _Lines:
    """Messages of standard input, read in a thread that nobody waits for: a read that blocks outlives no Ctrl-C.

    A line that is no message is answered here: the SDK passes over it in silence, and its sender would wait for ever.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._answers: asyncio.Future[_Answers] = loop.create_future()
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        Thread(target=self._read, name="standard input", daemon=True).start()

    def answer_on(self, answers: _Answers) -> None:
        """Take where answers go."""
        self._answers.set_result(answers)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while raw := await self._lines.get():
            line = raw.decode("utf-8", errors="surrogateescape")
            if not line.strip():
                continue
            fault = fault_of(line)
            if fault is None:
                return line
            await (await self._answers).send(SessionMessage(fault))
        raise StopAsyncIteration

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
