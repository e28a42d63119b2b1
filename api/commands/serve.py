"""``ict serve``: the web service in this process, until Ctrl-C or SIGTERM."""

import errno
import socket
import sys
from contextlib import suppress
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import create_app
from api.settings import Environment
from api.terminal.screen import Screen
from tools.errors import IctError, InvalidParameter

_BACKLOG: Final = 2048
_GRACE_S: Final = 5
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def serve(environment: Environment) -> None:
    """Serve until somebody stops it; the exit status is 3 where the service cannot start.

    Raises:
        InvalidParameter: it cannot listen where it was told to.
    """
    listening = _listen(environment.host, environment.port)
    config = uvicorn.Config(
        _briefly_failing(create_app(environment)),
        log_level=environment.log_level,
        timeout_graceful_shutdown=_GRACE_S,
        server_header=False,
    )
    server = _Server(config, _address(listening))
    with suppress(KeyboardInterrupt):  # uvicorn raises Ctrl-C again once everything is closed
        server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Say what to try next, once it listens."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _greet(self._address)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # A second Ctrl-C would make uvicorn leave the embedded database running; the end has its own time limit.
        if not self.should_exit:
            super().handle_exit(sig, frame)


def _briefly_failing(app: ASGIApp) -> ASGIApp:
    """Let a start-up that fails for a known reason say it in a sentence, and not as a traceback."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        failures: list[Message] = []

        async def hold_failures(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                failures.append(message)
            else:
                await send(message)

        reason = {}
        try:
            await app(scope, receive, hold_failures)
        except IctError as problem:
            reason = {"message": str(problem)}
            raise
        finally:
            for failure in failures:
                await send({**failure, **reason})

    return told


def _greet(address: str) -> None:
    screen, program = Screen(), sys.argv[0]
    screen.line()
    screen.line(f"Serving on {address} (Ctrl-C stops it).", "bold")
    screen.line("Try next, in another terminal:")
    screen.line(f"{program} analyze EURUSD --timeframe 15m", indent=2)
    screen.line(f"curl '{address}/api/v1/ict/analyze?symbol=EURUSD&interval=15min'", indent=2)
    screen.line(f"or open {address}/docs", indent=2)
    screen.line()


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as problem:
        raise InvalidParameter(
            f"cannot listen on {host}:{port}: {_why(problem, port)}",
            field="PORT",
        ) from problem
    return listening


def _why(problem: OSError, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"another program has the port; choose one with PORT={port + 1 if port < 65_535 else 8000}"
    return problem.strerror or str(problem)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
