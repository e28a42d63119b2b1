"""What the scripted model does when it is asked: answers, piece by piece, and every way in which one goes wrong."""

import asyncio
import json
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

PATIENCE_S: Final = 60
Ending = Literal["whole", "unfinished", "torn", "garbled", "reset", "stall"]


class Gate:
    """A place in an answer where the model waits until the test lets it go on."""

    def __init__(self) -> None:
        """Start closed."""
        self._reached = threading.Event()
        self._opened: Future[None] = Future()

    def wait_until_reached(self) -> None:
        """Block until the model stands here."""
        assert self._reached.wait(PATIENCE_S), f"the model did not get to the gate in {PATIENCE_S} s"

    def open(self) -> None:
        """Let the model go on, now and whenever it comes here again."""
        if not self._opened.done():
            self._opened.set_result(None)

    async def passed(self) -> None:
        """Say that the model is here, and wait; the model server awaits this."""
        self._reached.set()
        await asyncio.shield(asyncio.wrap_future(self._opened))


Piece = str | Gate | float
"""A bit of text; a gate to wait at; seconds to wait."""


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call.

    Attributes:
        name: of the tool.
        arguments: JSON text as the model writes it, right or wrong.
        call_id: its id; None takes one that counts up.
        split: how many characters of the arguments go into one chunk.
        splits_name: whether the name comes in two chunks, as some servers send it.
    """

    name: str
    arguments: str
    call_id: str | None = None
    split: int = 4
    splits_name: bool = False


def call(name: str, **arguments: Any) -> Call:
    """Write a tool call with these arguments."""
    return Call(name, json.dumps(arguments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, or the part of one that comes before something goes wrong.

    Attributes:
        pieces: the text, with gates and pauses between.
        calls: tool calls; the chunks of several are mixed.
        refusal: what OpenAI puts into ``refusal`` instead of ``content``.
        finish: the ``finish_reason``.
        usage: tokens read and written; None where the server tells none, though asked.
        ending: ``whole``; ``unfinished`` ends the HTTP body in order, but before the finish_reason, so that no client
            complains; ``torn`` does so in the middle of a chunk, and ``garbled`` closes the halved chunk as if it were
            whole; ``reset`` breaks the connection; ``stall`` sends nothing more, for as long as the client stays.
        content_type: of a streamed answer.
    """

    pieces: tuple[Piece, ...] = ()
    calls: tuple[Call, ...] = ()
    refusal: str | None = None
    finish: str = "stop"
    usage: tuple[int, int] | None = (120, 30)
    ending: Ending = "whole"
    content_type: str = "text/event-stream; charset=utf-8"

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))


@dataclass(frozen=True, slots=True)
class Failure:
    """An HTTP answer that is none: a status, with OpenAI's error document unless a body is given."""

    status: int
    message: str = "the model server fails on purpose"
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    body: bytes | None = None


Turn = Answer | Failure


def say(*pieces: Piece) -> Answer:
    """Say something."""
    return Answer(pieces=pieces)


def words(text: str, *, pause_s: float = 0.0) -> Answer:
    """Say something word by word, with the same short pause before each."""
    parts = [part + " " for part in text.split(" ")]
    parts[-1] = parts[-1][:-1]
    return Answer(pieces=tuple(piece for part in parts for piece in ((pause_s, part) if pause_s else (part,))))


def use(*calls: Call, first: str = "") -> Answer:
    """Call tools, all of them at once; ``first`` is what is said before."""
    return Answer(pieces=(first,) if first else (), calls=calls, finish="tool_calls")


def busy(*, retry_after_s: float | None = 0.05) -> Failure:
    """Refuse with 429, and say when to come again."""
    headers = {} if retry_after_s is None else {"retry-after-ms": str(int(retry_after_s * 1000))}
    return Failure(429, "Rate limit reached for requests", headers)


def broken(answer: Answer, ending: Ending) -> Answer:
    """Let an answer end before it has."""
    return replace(answer, ending=ending)


NOT_A_MODEL: Final = Failure(200, content_type="text/html", body=b"<html><body>Sign in to continue</body></html>")
"""What a captive portal, or a web page at a wrong address, answers."""
