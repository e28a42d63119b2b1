"""The service as its users start it, for a benchmark: ``ict serve`` in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

_PATIENCE_S: Final = 120
_LOOK_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Served:
    """A service that answers: its address and its process."""

    address: str
    pid: int


@contextmanager
def served(folder: Path, settings: Mapping[str, str]) -> Iterator[Served]:
    """Serve from a data folder, with an embedded Postgres there, until the block ends.

    Args:
        folder: the data folder; what the service says goes into ``service.log`` there.
        settings: environment variables; no other of the service's own, or of a model's, is inherited.

    Raises:
        RuntimeError: the service ended, or did not come up in two minutes.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    foreign = ("ICT_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "DATABASE_URL", "REDIS_URL", "HOST", "PORT")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    given = {"ICT_DATA_DIR": str(folder), "PORT": str(port), **settings}
    with (folder / "service.log").open("wb") as log:
        program = [str(Path(sys.executable).with_name("ict")), "serve"]
        process = subprocess.Popen(program, cwd=folder, env=inherited | given, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_well(process, address, folder / "service.log")
        yield Served(address, process.pid)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _wait_until_well(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    with httpx.Client(trust_env=False) as client:
        while not _is_well(client, address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the service did not come up: {log.read_text(errors='replace')[-2_000:]}")
            time.sleep(_LOOK_S)


def _is_well(client: httpx.Client, address: str) -> bool:
    try:
        return client.get(f"{address}/health").status_code == 200
    except httpx.TransportError:
        return False
