"""A real ``ict serve`` in a process group of its own: started, killed, started again, and never left behind."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx
import psutil

from agent.store.embedded import EmbeddedPostgres
from tests.own_servers import MODEL_SETTINGS

PATIENCE_S: Final = 120
_LOOK_S: Final = 0.02
_STOP_S: Final = 60
# Below the ports that the system hands out: a client that tries a port where nobody listens may otherwise be given
# that very port as its own, and be connected with itself.
_PORTS: Final = range(20_000, 30_000)
_SETTINGS: Final = ("ICT_", "DATABASE_URL", "REDIS_URL", "HOST", "PORT", *MODEL_SETTINGS)


class ServiceProcess:
    """One service on one port and one data folder, however often its process is killed; a context manager.

    Without a ``DATABASE_URL`` its embedded Postgres lives in the data folder. Leaving the ``with`` block ends whatever
    is left of both.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        """Name the data folder; settings not given here are unset, whatever this process's environment holds."""
        self.folder = folder
        self.address = f"http://127.0.0.1:{_free_port()}"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start nothing yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the process, and the embedded Postgres that a killed process left."""
        try:
            if self.is_alive:
                self.stop()
        finally:
            if self.is_alive:
                self.kill()
            if self._postmaster_file.exists():
                left = EmbeddedPostgres(self._postgres_folder)
                left.open()
                left.close()  # the last one to leave stops it

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this service is given."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        return inherited | {"ICT_DATA_DIR": str(self.folder), "PORT": str(self.port), **self._environment}

    @property
    def port(self) -> int:
        """The port, the same for every process of this service."""
        return int(self.address.rpartition(":")[2])

    def start(self) -> None:
        """Start a process and wait until it says that it is well."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start a process."""
        assert not self.is_alive, "the service runs"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [Path(sys.executable).with_name("ict"), "serve"],
                cwd=self.folder,  # where no .env lies
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Ask ``/health`` until it answers 200; fails at once if the process ends."""
        deadline = time.monotonic() + PATIENCE_S
        with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
            while not self._is_well(client):
                assert time.monotonic() < deadline, f"the service was not ready in {PATIENCE_S} s: {self.said()}"
                self._look()

    def kill(self, *, with_database: bool = False) -> None:
        """SIGKILL the process group, and if wanted every process of its embedded Postgres in the same moment."""
        assert self._process is not None, "the service was never started"
        database = self._database_processes() if with_database else []
        os.killpg(self._process.pid, signal.SIGKILL)
        for process in database:
            with suppress(psutil.NoSuchProcess):  # one that ended by itself since
                process.kill()
        self._process.wait(PATIENCE_S)
        _, survivors = psutil.wait_procs(database, timeout=PATIENCE_S)
        assert not survivors

    def stop(self) -> None:
        """SIGTERM the process and wait for its end."""
        assert self._process is not None, "the service was never started"
        self._process.terminate()
        self._process.wait(_STOP_S)

    def said(self) -> str:
        """Return the end of what its processes wrote."""
        return self._log.read_text(errors="replace")[-4_000:]

    @property
    def _log(self) -> Path:
        return self.folder / "service.log"

    @property
    def _postgres_folder(self) -> Path:
        return self.folder / "postgres"

    @property
    def _postmaster_file(self) -> Path:
        return self._postgres_folder / "postmaster.pid"

    def _is_well(self, client: httpx.Client) -> bool:
        try:
            return client.get(f"{self.address}/health").status_code == 200
        except httpx.TransportError:
            return False

    def _look(self) -> None:
        """Wait a moment, unless the process ends meanwhile."""
        assert self._process is not None
        try:
            status = self._process.wait(_LOOK_S)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError(f"the service ended with status {status}: {self.said()}")

    def _database_processes(self) -> list[psutil.Process]:
        postmaster = psutil.Process(int(self._postmaster_file.read_text().split()[0]))
        return [postmaster, *postmaster.children(recursive=True)]


def _free_port() -> int:
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no port of {_PORTS} is free")
