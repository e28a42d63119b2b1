"""Work through recorded decisions in processes of their own, a chunk at a time."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from agent.audit.material import RecordedDecisions
from tools.errors import StoreUnavailable

CHUNK: Final = 50
"""The most decisions a process is given at once."""
Setting = TypeVar("Setting")
Answer = TypeVar("Answer")
Chunk = Callable[[RecordedDecisions, Setting, Sequence[str]], list[Answer]]
_opened: dict[str, Any] = {}


def work_through(
    chunk: Chunk[Setting, Answer],
    setting: Setting,
    decision_ids: Sequence[str],
    *,
    conninfo: str,
    owner_id: str,
    workers: int,
    on_progress: Callable[[int], None],
) -> list[Answer]:
    """Ask the same of many decisions.

    Args:
        chunk: a function of a module, called with the owner's decisions, the setting, and the ids of some of them.
        setting: handed to every call; it travels to every process once.
        decision_ids: the decisions in question.
        conninfo: the database they lie in.
        owner_id: whose they are.
        workers: how many processes to start; 1 does the work in this one.
        on_progress: told how many decisions are done, after each chunk.

    Returns:
        All answers, in the order of the decisions.

    Raises:
        StoreUnavailable: the database did not answer, or a process was ended from outside.
    """
    size = min(CHUNK, -(-len(decision_ids) // workers)) or 1
    parts = [decision_ids[start : start + size] for start in range(0, len(decision_ids), size)]
    answers: list[list[Answer]] = [[] for _ in parts]
    done = 0
    for place, answer in _answers(chunk, setting, parts, conninfo, owner_id, workers):
        answers[place] = answer
        done += len(parts[place])
        on_progress(done)
    return [one for answer in answers for one in answer]


def _answers(
    chunk: Chunk[Setting, Answer],
    setting: Setting,
    parts: Sequence[Sequence[str]],
    conninfo: str,
    owner_id: str,
    workers: int,
) -> Iterator[tuple[int, list[Answer]]]:
    if workers == 1 or len(parts) < 2:
        with RecordedDecisions(conninfo, owner_id) as decisions:
            for place, part in enumerate(parts):
                yield place, chunk(decisions, setting, part)
        return
    with _processes(min(workers, len(parts)), (conninfo, owner_id, setting)) as pool:
        futures = {pool.submit(_in_process, chunk, part): place for place, part in enumerate(parts)}
        for future in as_completed(futures):
            yield futures[future], future.result()


@contextmanager
def _processes(workers: int, opening: tuple[str, str, Any]) -> Iterator[ProcessPoolExecutor]:
    """Start fresh processes: a fork would share this one's connections and threads."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_open, initargs=opening)
    try:
        yield pool
    except BrokenProcessPool as error:
        raise StoreUnavailable(
            "a process that walks through the record was ended from outside; fewer workers need less memory"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _open(conninfo: str, owner_id: str, setting: Any) -> None:
    # No connection yet: what an initializer raises breaks the pool, and nobody would be told why.
    _opened.update(conninfo=conninfo, owner_id=owner_id, setting=setting)


def _in_process(chunk: Chunk[Any, Answer], part: Sequence[str]) -> list[Answer]:
    if "decisions" not in _opened:
        _opened["decisions"] = RecordedDecisions(_opened["conninfo"], _opened["owner_id"])
    return chunk(_opened["decisions"], _opened["setting"], part)
