"""What every test may ask for: a real Postgres, a real Redis, and neither a network nor a model beyond its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from agent.store.embedded import EmbeddedPostgres
from agent.store.migrate import migrate
from tests.own_servers import refuse_the_world, without_models

TEMPLATE = "ict_template"

sys.addaudithook(refuse_the_world)
for _name in set(os.environ) - set(without_models(os.environ)):
    del os.environ[_name]  # here, and so in every process that a test starts
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a suite in a shell's background hands that on to what it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """Give a folder with a short path, as Unix sockets need."""
    with tempfile.TemporaryDirectory(prefix="ict-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_server(short_folder: Path) -> Iterator[str]:
    """Start one embedded Postgres for the session, and give the connection string of its maintenance database."""
    with EmbeddedPostgres(short_folder / "postgres", options={"fsync": "off"}) as server:
        _create_database(server.conninfo, TEMPLATE, "template0")
        migrate(make_conninfo(server.conninfo, dbname=TEMPLATE))
        yield server.conninfo


@pytest.fixture
def empty_database_url(postgres_server: str) -> Iterator[str]:
    """Give a database without any table."""
    yield from _fresh_database(postgres_server, "template0")


@pytest.fixture
def database_url(postgres_server: str) -> Iterator[str]:
    """Give a migrated database of the test's own, cloned from a template."""
    yield from _fresh_database(postgres_server, TEMPLATE)


@pytest.fixture(scope="session")
def redis_url(short_folder: Path) -> Iterator[str]:
    """Give the Redis server that `ICT_TEST_REDIS_URL` names, or one started for the session.

    Tests that need one are skipped where none is named and none is installed.
    """
    if named := os.environ.get("ICT_TEST_REDIS_URL"):
        yield named
        return
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    socket = short_folder / "redis.sock"
    arguments = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(
        [program, *arguments], cwd=short_folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        said = []
        for line in server.stdout:
            said.append(line)
            if "ready to accept connections" in line.lower():
                break
        else:
            pytest.fail("redis-server ended: " + "".join(said))
        yield f"unix://{socket}"
        server.terminate()
        server.stdout.read()


def _fresh_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _create_database(server, name, template)
    yield make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _create_database(server: str, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
