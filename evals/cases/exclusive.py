"""One writer at a time: whoever rewrites a file that others rewrite too holds its lock from the reading on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import InvalidParameter


@contextmanager
def exclusive(path: Path, *, field: str) -> Iterator[None]:
    """Wait until nobody else holds a file's lock, and hold it for the length of a ``with`` block.

    The lock is a file beside it that is gone again afterwards: a sealed suite has no room for another.

    Args:
        path: the file that is read and replaced in the block; its folder is there.
        field: the option that named it.

    Raises:
        InvalidParameter: nothing can be written beside it.
    """
    lock = path.with_name(f".ict-{path.name}.lock")
    try:
        descriptor = _hold(lock)
    except OSError as problem:
        raise InvalidParameter(
            f"{path} cannot be written: {problem.strerror or problem}",
            field=field, expected="a path that can be written", got=str(path),
        ) from problem  # fmt: skip
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def _hold(lock: Path) -> int:
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _is_at(lock, descriptor):
            return descriptor
        os.close(descriptor)  # whoever held it took it away meanwhile: it locks nobody out any more


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
