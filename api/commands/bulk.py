"""What the commands over the whole record share: since when, in how many processes, and how far it has come."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from tools.times import parse_time

_MOST_WORKERS: Final = 8


def moment_of(since: str | None) -> datetime | None:
    """Read a moment of the command line, ISO-8601 with an offset; None stays None.

    Raises:
        InvalidParameter: it is none.
    """
    return None if since is None else datetime.fromtimestamp(parse_time(since), UTC)


def worker_count(workers: int | None) -> int:
    """Return how many processes to start: as asked, else one a core, up to eight."""
    return workers or min(os.cpu_count() or 1, _MOST_WORKERS)


def progress(what: str) -> Callable[[int, int], None]:
    """Return what tells, on a terminal's standard error, how far the work has come."""

    def tell(done: int, total: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write(f"\r{what} {done:,} of {total:,}" + ("\n" if done == total else ""))
            sys.stderr.flush()

    return tell
