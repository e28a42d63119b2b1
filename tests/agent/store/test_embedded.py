"""The embedded server: started, shared, stopped, killed, and started again."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from agent.store.embedded import EmbeddedPostgres
from tools.errors import StoreUnavailable

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from agent.store.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    print(server.conninfo, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a data folder that does not exist yet, under a short path."""
    with tempfile.TemporaryDirectory(prefix="ict-") as parent:
        yield Path(parent) / "state" / "postgres"


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))


def answers(conninfo: str) -> bool:
    try:
        with psycopg.connect(conninfo) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def hold_in_another_process(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("host=")
    return process


def test_it_listens_on_a_socket_only_and_stops_with_its_last_user(folder: Path) -> None:
    first, second = EmbeddedPostgres(folder), EmbeddedPostgres(folder)
    conninfo = first.open()
    assert second.open() == conninfo
    with psycopg.connect(conninfo) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    first.close()
    assert answers(conninfo)
    second.close()
    assert not answers(conninfo)
    second.close()


def test_a_killed_user_does_not_keep_it_alive(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server, hold_in_another_process(folder) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        conninfo = server.conninfo
    assert not answers(conninfo)


def test_the_last_process_stops_it_though_another_started_it(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    conninfo = server.open()
    with hold_in_another_process(folder) as other:
        server.close()
        assert answers(conninfo)
        other.communicate()
    assert not answers(conninfo)


def test_after_a_hard_kill_it_starts_again_with_its_data(folder: Path) -> None:
    with hold_in_another_process(folder) as other:
        conninfo = EmbeddedPostgres(folder).conninfo
        with psycopg.connect(conninfo) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        server = postmaster(folder)
        victims = [*server.children(recursive=True), server]
        other.kill()
        server.kill()
        psutil.wait_procs(victims)
    assert (folder / "postmaster.pid").exists()
    with EmbeddedPostgres(folder) as again, psycopg.connect(again.conninfo) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_pid_file_that_names_another_living_program_does_not_block(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        lines = (folder / "postmaster.pid").read_text().splitlines()
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (folder / name).write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with EmbeddedPostgres(folder) as server:
        assert answers(server.conninfo)


def test_a_killed_initialisation_leaves_nothing_in_the_way(folder: Path) -> None:
    half = folder.with_name("postgres.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(folder) as server:
        assert answers(server.conninfo)


def test_a_folder_with_a_long_path_works(folder: Path) -> None:
    deep = folder.joinpath("x" * 60, "y" * 60, "it's a folder", "postgres")
    with EmbeddedPostgres(deep) as server:
        assert answers(server.conninfo)
        socket_folder = Path((deep / "postmaster.pid").read_text().splitlines()[4])
    assert not socket_folder.exists()


def test_an_older_version_is_refused(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("12\n")
    with pytest.raises(StoreUnavailable, match="Postgres 12"):
        EmbeddedPostgres(folder).open()


def test_a_failing_start_shows_the_log(folder: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no_such_setting"):
        EmbeddedPostgres(folder, options={"no_such_setting": "1"}).open()
