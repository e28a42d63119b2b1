"""Several processes of this machine: each is given one case at a time, so none waits long for another at the end.

Every suite is built once, by whichever process is free, and its cases travel as bytes: the parent opens none and
only hands on. A process that dies takes one case with it, the one it was on.
"""

import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import Any, Final

from evals.runs.crew import Fault, Judged, Loader, OpenedSuite, PackedCase, Work
from evals.subjects.found import Subject
from tools.errors import EvaluationFailed

_Task = str | PackedCase
_Answer = OpenedSuite | Fault | bytes

_SPAWN: Final = get_context("spawn")  # a fork would inherit threads' locks, and is not there on every system
_GONE: Final = (BrokenPipeError, ConnectionResetError, EOFError)


class Processes:
    """A number of processes, started at once and ended with the run.

    Attributes:
        count: how many.
        meanwhile: done here while they start and open the first suites, which takes them seconds.
    """

    def __init__(self, count: int, meanwhile: Callable[[], object] = bool) -> None:
        """Take so many."""
        self._count = count
        self._meanwhile = meanwhile

    def each(self, work: Work) -> Judged:
        """Hand out the suites first, then case by case what they turn out to want."""
        queue: deque[_Task] = deque(work.sources)
        hands = [_Hand(work) for _ in range(self._count)]
        try:
            _busy(hands, queue)
            self._meanwhile()
            while busy := _busy(hands, queue):
                for hand in (busy[ready] for ready in wait(list(busy))):
                    task, answer = hand.taken()
                    if isinstance(answer, OpenedSuite):
                        queue.extend(work.wanted(answer))
                        continue
                    if answer is None:
                        hands[hands.index(hand)] = _Hand(work)
                    yield _judged(task, answer, hand)
        finally:
            for hand in hands:
                hand.end()


class _Hand:
    """One process, as its parent sees it."""

    def __init__(self, work: Work) -> None:
        to_do, self._tasks = _SPAWN.Pipe(duplex=False)  # one way each: such a pipe is no socket
        self.answers, done = _SPAWN.Pipe(duplex=False)
        self._process = _SPAWN.Process(target=_answer_tasks, args=(work.load, work.subject, to_do, done), daemon=True)
        with _deaf_to_interrupts():
            self._process.start()
        to_do.close()
        done.close()
        self.task: _Task | None = None

    def give(self, task: _Task) -> None:
        """Hand over a task; one that has died meanwhile is found out by its answer."""
        self.task = task
        with suppress(*_GONE):
            self._tasks.send(task)

    def taken(self) -> tuple[_Task, _Answer | None]:
        """Return the task it was on and the answer to it, None where it died."""
        assert self.task is not None
        task, self.task = self.task, None
        try:
            return task, self.answers.recv()
        except _GONE:
            return task, None

    def died_of(self) -> str:
        """Say what ended it."""
        self.end()
        code = self._process.exitcode or 0
        return f"signal {-code}" if code < 0 else f"exit status {code}"

    def end(self) -> None:
        """Tell it that there is nothing more, or break off what it is at, and wait until it has left."""
        if self.task is not None:
            self._process.terminate()
        self._tasks.close()
        self._process.join()
        self.answers.close()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Have what is started in the block never hear Ctrl-C, which reaches the whole group: the parent ends its children.

    One that is pressed meanwhile is heard by the parent at the end of the block.
    """
    if not hasattr(signal, "pthread_sigmask"):  # the worker then ignores it once it has started
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _busy(hands: Sequence[_Hand], queue: deque[_Task]) -> "dict[Any, _Hand]":
    """Give every process something to do, and return those that have, by where they answer."""
    for hand in hands:
        if hand.task is None and queue:
            hand.give(queue.popleft())
    return {hand.answers: hand for hand in hands if hand.task is not None}


def _judged(task: _Task, answer: Fault | bytes | None, hand: _Hand) -> tuple[PackedCase, bytes]:
    """Return a case with its row; an answer of None is a process that died."""
    if isinstance(answer, Fault):
        raise answer.error()
    if isinstance(task, str):
        raise EvaluationFailed(f"the process that opened the suite {task} died: {hand.died_of()}")
    if answer is not None:
        return task, answer
    from evals.runs.judging import row_of_a_death  # noqa: PLC0415  the parent judges nothing else, and loads nothing

    return task, row_of_a_death(task, hand.died_of())


def _answer_tasks(load: Loader, subject: Subject, tasks: Any, answers: Any) -> None:
    """Do the work, in a process of its own, with all that it imports: seconds that the parent need not spend too."""
    from evals.runs.worker import answer_tasks  # noqa: PLC0415  see above

    answer_tasks(load, subject, tasks, answers)
