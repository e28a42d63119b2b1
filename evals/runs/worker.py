"""Who does the work: this process (`Alone`), or one of `processes`, which is handed tasks (`answer_tasks`)."""

import gc
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from evals.runs.crew import Judged, Loader, Work
from evals.runs.judging import judge, open_suite, opened_or_fault
from evals.subjects.found import Subject


class Alone:
    """This process as the crew: nothing is sent anywhere."""

    def each(self, work: Work) -> Judged:
        """Open all suites, so that a fault in one is told before anything is computed; then judge.

        Raises:
            DataError, RulebookError: a suite cannot be loaded, or the subject cannot be made.
        """
        opened = [open_suite(work.load, source, work.subject) for source in work.sources]
        for case in [case for suite in opened for case in work.wanted(suite)]:
            yield case, judge(work.subject, case)


def answer_tasks(
    load: Loader, subject: Subject, tasks: "Connection[Any, Any]", answers: "Connection[Any, Any]"
) -> None:
    """Answer each task, a suite's source or a packed case, until the parent closes the pipe or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent ends its children
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            task = tasks.recv()
            done = opened_or_fault(load, task, subject) if isinstance(task, str) else judge(subject, task)
            answers.send(done)
    gc.freeze()  # nothing of what is left holds anything open: a collection at the exit costs a second
