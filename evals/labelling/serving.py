"""Serve the label page until Ctrl-C."""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn

from evals.labelling.application import HOST, Door, label_application
from evals.labelling.desk import Desk
from tools.errors import InvalidParameter

_BACKLOG: Final = 16
_GRACE_S: Final = 2


def serve_labels(desk: Desk, port: int | None, on_start: Callable[[str], None]) -> None:
    """Serve a chart to be labelled until somebody stops it.

    Args:
        desk: what is labelled.
        port: to listen at, None for any that is free.
        on_start: is given the address once it listens.

    Raises:
        InvalidParameter: it cannot listen there.
    """
    listening = listen(port)
    door = Door(listening.getsockname()[1])
    server = LabelServer(desk, door, lambda: on_start(door.address))
    with suppress(KeyboardInterrupt):  # uvicorn raises Ctrl-C again once everything is closed
        server.run(sockets=[listening])


class LabelServer(uvicorn.Server):
    """The server of one label page, which says when it listens."""

    def __init__(self, desk: Desk, door: Door, on_start: Callable[[], None]) -> None:
        """Prepare to serve a desk to whoever comes through its door."""
        application = label_application(desk, door)
        super().__init__(
            uvicorn.Config(
                application, log_level="warning", access_log=False, lifespan="off", server_header=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )  # fmt: skip
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._on_start()


def listen(port: int | None) -> socket.socket:
    """Return a socket of this machine alone.

    Raises:
        InvalidParameter: the port is taken, or may not be used.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port or 0))
        listening.listen(_BACKLOG)
    except OSError as problem:
        listening.close()
        reason = "it is taken" if problem.errno == errno.EADDRINUSE else problem.strerror or str(problem)
        raise InvalidParameter(
            f"cannot listen at port {port}: {reason}", field="--port", expected="a port that is free", got=str(port)
        ) from problem
    return listening
