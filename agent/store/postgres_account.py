"""Whose account the embedded Postgres runs under.

Postgres refuses to run as root. Started as root (a container, ``sudo``), the server therefore runs as the owner of the
folder it lives in, so that the owner can start it again without root; where that owner is root too, it runs as an
unprivileged account that the system already has.
"""

import os
import pwd
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.errors import StoreUnavailable

_FALLBACK_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group id for the server's processes."""

    uid: int
    gid: int


def server_account(folder: Path) -> Account | None:
    """Return the account to run the server as, or None to run it as ourselves.

    Args:
        folder: the data folder, or where it will be made.
    """
    if os.geteuid() != 0:
        return None
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    for path in (nearest, nearest.parent):
        status = path.stat()
        if status.st_uid != 0 and (path == folder or _has_name(status.st_uid)):
            return Account(status.st_uid, status.st_gid)
    for name in _FALLBACK_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise StoreUnavailable(
        f"Postgres does not run as root, and this system has none of the accounts {', '.join(_FALLBACK_ACCOUNTS)}: "
        f"run the service as an ordinary user, or set DATABASE_URL"
    )


def open_way_for(account: Account, folder: Path, programs: Path) -> None:
    """Let an unprivileged account reach its data folder and the server's programs.

    Only the permission to pass through is added to folders on the way; what lies in them stays as closed as it was.
    """
    os.chown(folder, account.uid, account.gid)
    for path in (*folder.parents, *programs.parents):
        _allow(path, stat.S_IXOTH)
    for path in _tree(programs):
        readable = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or os.access(path, os.X_OK) else 0)
        _allow(path, readable)


def _has_name(uid: int) -> bool:
    """Whether initdb can look the id up; in a container, the owner of a mounted folder may be unknown."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _tree(folder: Path) -> Iterator[Path]:
    yield folder
    for path in folder.rglob("*"):
        if not path.is_symlink():
            yield path


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
