"""Every error on the wire: one RFC 9457 problem document, whatever went wrong and wherever it did.

The core's errors know no HTTP status; `TYPE_OF` gives each leaf of `tools.errors` its own. A fault in the body answers
422, the same fault in a query 400: that is what `ProblemType.in_query` is for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from tools import errors
from tools.times import iso_utc

MEDIA_TYPE: Final = "application/problem+json"
_LONGEST_TEXT: Final = 400
_RETRY_AFTER_SECONDS: Final = "5"
SAYS_WHAT_BROKE: Final = (errors.ModelUnavailable, errors.ModelOutputInvalid, errors.StepLimitReached)
_POSITION: Final = re.compile(r"\[(\d+)\]")
_PROFILE_FAULT: Final = re.compile(r"[^:]*:(?P<line>\d+): (?P<wrong>.*); (?P<instead>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing wrong with one field.

    Attributes:
        field: its dotted path as the caller wrote it, without positions: ``timeframe_bars.15m``.
        index: position of the first offending bar (or list item) in it, or None.
        message: what is wrong.
        expected: what would have been right, where that can be said.
        got: what came instead, cut short.
    """

    field: str
    index: int | None
    message: str
    expected: str | None = None
    got: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fault as it stands on the wire."""
        return {
            "field": printable(self.field), "index": self.index, "message": printable(self.message),
            "expected": None if self.expected is None else printable(self.expected),
            "got": None if self.got is None else printable(self.got),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem before it meets a request; `extra` holds further members, such as a run id."""

    slug: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldFault, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self, instance: str) -> dict[str, Any]:
        """Return the document for one request; `instance` is its path."""
        return {
            "type": f"urn:ict:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": printable(self.detail),
            "instance": instance,
            "errors": [fault.to_dict() for fault in self.errors],
            **self.extra,
        }


class ProblemError(HTTPException):
    """Raise a problem from anywhere inside a request."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        """Carry the problem; `headers` go onto the answer."""
        super().__init__(problem.status, problem.detail, dict(headers or {}))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ProblemType:
    """How one class of error looks on the wire; `in_query` is its status where the fault came in a query."""

    status: int
    slug: str
    title: str
    in_query: int | None = None


TYPE_OF: Final[Mapping[type[errors.IctError], ProblemType]] = {
    errors.InvalidCandles: ProblemType(422, "invalid-candles", "The candles cannot be", in_query=502),
    errors.TooFewCandles: ProblemType(422, "too-few-candles", "There are too few candles", in_query=404),
    errors.UnknownTimeframe: ProblemType(422, "unknown-timeframe", "No timeframe has that spelling", in_query=400),
    errors.InvalidParameter: ProblemType(422, "invalid-parameter", "A value is out of its range", in_query=400),
    errors.UnknownSymbol: ProblemType(422, "unknown-symbol", "The symbol is unknown", in_query=404),
    errors.UnknownProfile: ProblemType(422, "unknown-profile", "The rulebook profile is unknown", in_query=400),
    errors.InvalidProfile: ProblemType(422, "invalid-profile", "The profile has faults"),
    errors.NoCandles: ProblemType(404, "no-candles", "There are no candles"),
    errors.InvalidCalendar: ProblemType(422, "invalid-calendar", "The economic calendar cannot be read", in_query=502),
    errors.InvalidLabels: ProblemType(422, "invalid-labels", "The labels cannot be"),
    errors.InvalidSuite: ProblemType(422, "invalid-suite", "The labelled charts have faults"),
    errors.InvalidResults: ProblemType(422, "invalid-results", "The results of an evaluation have faults"),
    errors.SourceUnavailable: ProblemType(502, "source-unavailable", "The market data source did not answer"),
    errors.RulebookError: ProblemType(500, "rulebook-faulty", "The rulebook cannot be read"),
    errors.NodeFailed: ProblemType(500, "run-failed", "The run failed"),
    errors.ModelUnavailable: ProblemType(502, "model-unavailable", "The language model did not answer"),
    errors.ModelOutputInvalid: ProblemType(502, "model-output-invalid", "The language model's answer cannot be used"),
    errors.BudgetSpent: ProblemType(409, "budget-spent", "The thread has spent its budget"),
    errors.StepLimitReached: ProblemType(500, "step-limit-reached", "The coach came to no answer"),
    errors.SettingChanged: ProblemType(409, "setting-changed", "Somebody changed the setting meanwhile"),
    errors.TransitionRefused: ProblemType(409, "transition-refused", "The trading mode cannot go there from here"),
    errors.ConfirmationNeeded: ProblemType(409, "confirmation-needed", "The step must be confirmed"),
    errors.TradeNotFound: ProblemType(404, "trade-not-found", "There is no such trade"),
    errors.TradeConflict: ProblemType(409, "trade-conflict", "The trade is recorded already, and otherwise"),
    errors.EvaluationFailed: ProblemType(500, "evaluation-failed", "The evaluation could not be carried out"),
    errors.StoreUnavailable: ProblemType(503, "store-unavailable", "The database did not answer"),
    errors.RunNotFound: ProblemType(404, "run-not-found", "There is no such run"),
    errors.RunNotDecided: ProblemType(409, "run-not-decided", "The run has no decision"),
    errors.RunAlreadyEnded: ProblemType(409, "run-already-ended", "The run has ended"),
    errors.RunOwnershipLost: ProblemType(409, "run-taken-over", "Another worker took the run over"),
    errors.DecisionNotFound: ProblemType(404, "decision-not-found", "There is no such decision"),
    errors.FeedbackNotFound: ProblemType(404, "feedback-not-found", "There is no such feedback"),
    errors.AssistantNotFound: ProblemType(404, "assistant-not-found", "There is no such assistant"),
    errors.ThreadNotFound: ProblemType(404, "thread-not-found", "There is no such thread"),
    errors.ThreadExists: ProblemType(409, "thread-exists", "The thread is there already"),
    errors.ThreadBusy: ProblemType(409, "thread-busy", "A run of the thread is under way"),
    errors.CheckpointNotFound: ProblemType(404, "checkpoint-not-found", "There is no such state"),
    errors.EventsExpired: ProblemType(410, "events-expired", "The run's events are no longer kept"),
}


def problem_of(error: errors.IctError, *, in_query: bool = False) -> Problem:
    """Turn a core error into a problem; `in_query` says that the caller's input came in a query, not a body."""
    kind = next(TYPE_OF[known] for known in type(error).__mro__ if known in TYPE_OF)
    status = kind.in_query if in_query and kind.in_query is not None else kind.status
    faults: tuple[FieldFault, ...] = ()
    if isinstance(error, errors.InvalidCandles) and status == 502:  # the service's own source: its owner wants the line
        return Problem(kind.slug, "The market data source gave candles that cannot be", status, str(error))
    if status >= 500 and not isinstance(error, SAYS_WHAT_BROKE):
        # nothing the caller sent is at fault, and what broke behind us is for the log alone
        return Problem(kind.slug, kind.title, status, kind.title)
    if isinstance(error, errors.InvalidProfile):
        lines = error.text.splitlines()
        faults = tuple(_profile_fault(one, str(error.field), lines) for one in error.problems)
    elif isinstance(error, errors.InvalidLabels):
        faults = tuple(_labels_fault(*one) for one in error.faults)
    elif isinstance(error, errors.DataError) and error.field is not None:
        faults = (FieldFault(error.field, error.index, str(error), error.expected, error.got),)
    return Problem(kind.slug, kind.title, status, str(error), faults, _extra(error))


def _profile_fault(problem: str, field: str, lines: Sequence[str]) -> FieldFault:
    """Take ``label:line: what is wrong; what to write instead`` apart; the line, from 1, is the fault's index."""
    told = _PROFILE_FAULT.fullmatch(problem)
    if told is None:
        return FieldFault(field, None, problem)
    line = int(told["line"])
    got = lines[line - 1].strip() if 0 < line <= len(lines) else None
    return FieldFault(field, line, told["wrong"], told["instead"], got)


def _labels_fault(where: str, wrong: str, instead: str) -> FieldFault:
    """Take ``labels.events[3].at`` apart into the field's path and the position in it."""
    positions = _POSITION.findall(where)
    index = int(positions[-1]) if positions else None
    return FieldFault(_POSITION.sub("", where), index, f"{where}: {wrong}", instead)


def _extra(error: errors.IctError) -> dict[str, Any]:
    if isinstance(error, errors.SettingChanged):
        return {"current_version": error.current_version}
    if isinstance(error, errors.TransitionRefused):
        return {"lacks": list(error.lacks)}
    if isinstance(error, errors.ConfirmationNeeded):
        return {"confirmation_token": error.token, "expires_at": iso_utc(error.expires_at)}
    if isinstance(error, errors.ThreadBusy):
        return {"run_id": error.run_id}
    return {}


def problem_response(problem: Problem, scope: Scope, headers: Mapping[str, str] | None = None) -> Response:
    """Render a problem for the request of `scope`."""
    instance = quote(str(scope.get("path", "/")), safe="/:@-._~", errors="replace")
    sent = dict(headers or {})
    if problem.status == 503:
        sent["Retry-After"] = _RETRY_AFTER_SECONDS
    return Response(orjson.dumps(problem.to_dict(instance)), problem.status, sent, MEDIA_TYPE)


def printable(text: str) -> str:
    """Return `text` cut short, with half surrogates and control characters written out, for any client to read."""
    short = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
    whole = short.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in whole)
