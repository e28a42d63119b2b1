"""The real service behind a real server on loopback, in a thread with an event loop of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import uvicorn
from psycopg import sql
from psycopg.conninfo import make_conninfo
from starlette.types import ASGIApp

from api.app import create_app
from api.settings import Environment

NOW = 1_704_983_400  # Thursday 2024-01-11, 14:30 UTC, 09:30 in New York


@contextmanager
def running_server(database_url: str, data_dir: Path, **settings: object) -> Iterator[str]:
    """Serve until the block ends; gives the base address. The clock stands at `NOW`."""
    environment = Environment.model_validate({"database_url": database_url, "data_dir": data_dir, **settings})
    app = create_app(environment, clock=lambda: NOW)
    with serving(app) as address:
        yield address


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve any application until the block ends; gives the base address."""
    listening = _Listening()
    # On asyncio's own loop, whose connections the tests' audit hook sees; `ict serve` runs on uvloop.
    config = uvicorn.Config(app, host="127.0.0.1", port=0, loop="asyncio", log_level="warning", ws="none")
    server = _Server(config, listening)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.port(thread)}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def empty_database(server: str, name: str) -> Iterator[str]:
    """Give the connection string of a new database; the service migrates it by itself."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class _Listening:
    def __init__(self) -> None:
        self._known = threading.Event()
        self._port = 0

    def tell(self, port: int) -> None:
        self._port = port
        self._known.set()

    def port(self, server: threading.Thread) -> int:
        while not self._known.wait(0.05):
            assert server.is_alive(), "the server ended before it listened"
        return self._port


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, listening: _Listening) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            self._listening.tell(self.servers[0].sockets[0].getsockname()[1])
