"""A coach's answer as its readers see it: the events of a thread's run, put into the seven events of the wire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from agent.threads.records import ThreadEvent
from api.problems import SAYS_WHAT_BROKE, TYPE_OF, Problem
from tools import errors

RUN_CANCELLED: Final = Problem(
    "run-cancelled", "The answer was cancelled", 409, "somebody cancelled the answer before it was complete"
)
WORKER_LOST: Final = Problem(
    "worker-lost", "The answer was cut off", 500, "the process that made the answer ended; ask again"
)
NO_ANSWER: Final = Problem(
    "no-answer",
    "The run ended without an answer",
    409,
    "the run ended well before the coach had answered: go on with it",
)
_UNEXPECTED: Final = Problem("internal-error", "Something went wrong here", 500, "the run failed; its log tells more")
_SPEAKING_NODE: Final = "model"
_PASSED_ON: Final = ("tool.called", "tool.result", "claim.flagged")


@dataclass(frozen=True, slots=True)
class CoachEvent:
    """One event for a reader; `seq` is that of the run's event it came from."""

    seq: int
    event: str
    data: dict[str, Any]


@dataclass(slots=True)
class Projection:
    """Read a run's events in their order and say what each means to a reader.

    ``message.completed`` is held back until the run has ended: who has read it may ask the next question at once. It
    and every other last event bear the seq of the run's ``end``.

    Attributes:
        thread_id: of the run.
        run_id: of the run.
        title: the thread's.
        path: where the events are read; names the instance in a problem.
        ended_well: whether the run is known to have ended with success; to be said before its ``end`` is read.
    """

    thread_id: str
    run_id: str
    title: str | None
    path: str
    ended_well: bool = field(default=False, init=False)
    _completed: dict[str, Any] | None = field(default=None, init=False)
    _problem: Problem | None = field(default=None, init=False)

    @property
    def lacks_answer(self) -> bool:
        """Whether neither an answer nor a problem has come by."""
        return self._problem is None and self._completed is None

    def of(self, event: ThreadEvent) -> Iterator[CoachEvent]:
        """Yield what an event means: nothing, or one event; an event of a subgraph means nothing."""
        if event.event == "metadata":
            told = {"thread_id": self.thread_id, "run_id": self.run_id, "title": self.title}
            yield self._made(event, "thread", told)
        elif event.event == "messages":
            yield from self._spoken(event)
        elif event.event == "custom":
            yield from self._told(event)
        elif event.event == "error":
            self._problem = problem_named(orjson.loads(event.data))
        elif event.event == "end":
            yield self._last(event)

    def _spoken(self, event: ThreadEvent) -> Iterator[CoachEvent]:
        chunk, metadata = orjson.loads(event.data)
        if chunk.get("type") != "AIMessageChunk" or metadata.get("langgraph_node") != _SPEAKING_NODE:
            return
        text = text_of(chunk.get("content"))
        if text:
            yield self._made(event, "message.delta", {"message_id": chunk.get("id"), "delta": text})

    def _told(self, event: ThreadEvent) -> Iterator[CoachEvent]:
        data = orjson.loads(event.data)
        if not isinstance(data, dict):
            return
        kind = data.pop("type", None)
        if kind in _PASSED_ON:
            yield self._made(event, kind, data)
        elif kind == "message.completed":
            self._completed = {"thread_id": self.thread_id, "run_id": self.run_id, **data}

    def _last(self, event: ThreadEvent) -> CoachEvent:
        if self._problem is None and self._completed is not None:
            return self._made(event, "message.completed", self._completed)
        problem = self._problem or (NO_ANSWER if self.ended_well else RUN_CANCELLED)
        return self._made(event, "error", problem.to_dict(self.path))

    @staticmethod
    def _made(event: ThreadEvent, name: str, data: dict[str, Any]) -> CoachEvent:
        return CoachEvent(event.seq, name, {"seq": event.seq, **data})


def problem_named(told: Mapping[str, Any]) -> Problem:
    """Return the problem of an ``error`` event, ``{"error": class name, "message": sentence}``."""
    name, message = str(told.get("error")), str(told.get("message"))
    if name == "WorkerLost":
        return WORKER_LOST
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, errors.IctError) and kind in TYPE_OF):
        return _UNEXPECTED
    known = TYPE_OF[kind]
    is_ours_alone = known.status >= 500 and not issubclass(kind, SAYS_WHAT_BROKE)
    return Problem(known.slug, known.title, known.status, known.title if is_ours_alone else message)


def problem_told(document: Mapping[str, Any]) -> Problem:
    """Return the problem that an ``error`` event's document tells."""
    slug = str(document["type"]).removeprefix("urn:ict:problem:")
    return Problem(slug, document["title"], document["status"], document["detail"])


def text_of(content: Any) -> str:
    """Return the words of a message's content, a text or a list of blocks."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "".join(
        one if isinstance(one, str) else str(one.get("text", ""))
        for one in blocks
        if isinstance(one, str) or (isinstance(one, dict) and one.get("type") == "text")
    )
