"""Ids of threads and runs: UUIDs, whose case does not matter."""

import re
from typing import Final

from agent.store.thread_runs import unknown_run
from agent.store.threads import unknown_thread
from tools.errors import InvalidParameter

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def id_of_thread(thread_id: str) -> str:
    """Return a thread's id as it is kept.

    Raises:
        ThreadNotFound: no thread could have that id.
    """
    if _UUID.fullmatch(thread_id) is None:
        raise unknown_thread(thread_id)
    return thread_id.lower()


def id_of_new_thread(thread_id: str) -> str:
    """Return the id that a caller wants a new thread to have, as it is kept.

    Raises:
        InvalidParameter: it is no UUID.
    """
    if _UUID.fullmatch(thread_id) is None:
        raise InvalidParameter(
            "a thread's id must be a UUID", field="thread_id", expected="a UUID", got=repr(thread_id[:60])
        )
    return thread_id.lower()


def ids_of_run(thread_id: str, run_id: str) -> tuple[str, str]:
    """Return the ids of a thread and of its run as they are kept.

    Raises:
        RunNotFound: no run could have these.
    """
    if _UUID.fullmatch(thread_id) is None or _UUID.fullmatch(run_id) is None:
        raise unknown_run(run_id)
    return thread_id.lower(), run_id.lower()
