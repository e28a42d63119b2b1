"""The two steps of every run, wherever they are executed: open a suite, and judge one case of it."""

import hashlib
import traceback
from dataclasses import asdict
from typing import Any

from agent.audit.canonical import canonical_json
from agent.labels.documents import labels_document
from agent.tracing import trace_only_when_told
from evals.cases.case import Case, Chart, Suite
from evals.runs.crew import Fault, Loader, OpenedSuite, PackedCase
from evals.runs.packing import packed, unpacked
from evals.runs.row_file import as_json
from evals.runs.slices import slices_of
from evals.scoring.score import NOTHING_FOUND, score_case
from evals.subjects.asked import asked_of
from evals.subjects.documents import found_document
from evals.subjects.found import Subject
from tools.errors import DataError, RulebookError


def open_suite(load: Loader, source: str, subject: Subject) -> OpenedSuite:
    """Load a suite.

    Args:
        load: how.
        source: its name or path.
        subject: what will be put before its cases; asked who it is.

    Raises:
        DataError: there is none, it is not what its manifest seals, or it has faults; or the subject cannot be made.
        RulebookError: the subject's own rules have faults.
    """
    suite = load(source)
    cases = tuple(PackedCase(suite.name, one.id, suite.digests[one.id], packed(one)) for one in suite.cases)
    return OpenedSuite(suite.name, suite.title, _seal(suite), subject.identity(), cases)


def opened_or_fault(load: Loader, source: str, subject: Subject) -> OpenedSuite | Fault:
    """Open a suite in another process, whose errors do not all travel: some of them need more than their message."""
    try:
        return open_suite(load, source, subject)
    except DataError as problem:
        return Fault(str(problem), problem.field, problem.expected, problem.got)
    except RulebookError as problem:
        return Fault(str(problem))


def _seal(suite: Suite) -> str:
    sealed = canonical_json({"name": suite.name, "cases": dict(suite.digests)})
    return suite.manifest_sha256 or hashlib.sha256(sealed).hexdigest()


def judge(subject: Subject, sent: PackedCase) -> bytes:
    """Put one case before a subject and score what it finds; return the row of the result file, as JSON.

    A case that the subject says it cannot read (`DataError`) is one on which it found nothing. Any other error is
    the row's ``error``, and nothing is scored.
    """
    trace_only_when_told()
    case = unpacked(sent.content)
    unread: tuple[str, ...] = ()
    try:
        try:
            found = subject.find(asked_of(case, with_amounts=subject.is_told_amounts))
        except DataError as problem:
            found, unread = NOTHING_FOUND, (f"cannot be read: {'; '.join(str(problem).splitlines())}",)
        score = score_case(case, found)
    except Exception as problem:  # noqa: BLE001  the outermost door of a run: one case never ends the others
        return _row(sent, case, error=_told(problem))
    return _row(
        sent,
        case,
        passed=score.passed and not unread,
        failures=[*unread, *score.failures],
        found=found_document(found),
        score=score.parts,
    )


def row_of_a_death(sent: PackedCase, how: str) -> bytes:
    """Return the row of a case whose process died on it, `how` says of what."""
    return _row(sent, unpacked(sent.content), error=f"the process that judged it died: {how}")


def _row(sent: PackedCase, case: Case, *, error: str | None = None, **judged: Any) -> bytes:
    row: dict[str, Any] = {
        "suite": sent.suite,
        "case": sent.id,
        "digest": sent.digest,
        "why": case.why,
        "pinned": case.pinned,
        "tags": dict(case.tags),
        "slices": slices_of(case.subject) if isinstance(case.subject, Chart) else {},
        "passed": False,
        "failures": [],
        "expected": _expected(case),
        "found": None,
        "score": None,
        "error": error,
        **judged,
    }
    return as_json(row)


def _expected(case: Case) -> dict[str, Any]:
    if isinstance(case.subject, Chart):
        return labels_document(case.labels)
    return {"turns": [asdict(turn) for turn in case.subject.turns]}


def _told(problem: Exception) -> str:
    """Return an error's kind, message and place by module and line: the same in every folder and process."""
    frame, line = list(traceback.walk_tb(problem.__traceback__))[-1]
    what = "; ".join(str(problem).splitlines())
    return f"{type(problem).__name__}: {what} ({frame.f_globals.get('__name__', '?')}, line {line})"
