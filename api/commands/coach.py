"""``ict coach``: one question and its answer, or a conversation."""

import io
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import orjson
from rich.console import Console

from agent.coach.models.context import ConversationContext
from agent.coach.moment import read_moment
from agent.coach.toolbox.box import ToolSources
from agent.service import Service, open_service
from agent.settings import Settings
from agent.threads.records import Thread
from api.coach_projection import CoachEvent
from api.commands.asking import Conversation, Question
from api.commands.background import BackgroundLoop, heard_interrupts
from api.commands.question_lines import piped_lines, typed_lines
from api.conversations import coach_id, conversation_of
from api.requests import canonical_symbol
from api.state import DEFAULT_OWNER
from api.terminal.coach_view import CoachView
from api.terminal.screen import Screen
from tools.errors import AgentError, IctError, InvalidParameter

_MOST_THREADS: Final = 20
_PATIENCE_S: Final = 1.0
"""How long a cancelled answer is still heard; one that has not ended by then is waited for by the next question."""
_HELP: Final = (
    ("/new", "begin another conversation"),
    ("/threads", "list the newest conversations; /threads 2 goes on with the second"),
    ("/help", "this"),
    ("/quit", "leave; so does the end of input"),
    ("Ctrl-C", "cancel an answer, or clear the line"),
)


@dataclass(frozen=True, slots=True)
class CoachOptions:
    """What the command line said; None where it said nothing."""

    question: str | None
    run_id: str | None
    thread_id: str | None
    symbol: str | None
    as_json: bool


class Quit(Exception):
    """The user has had enough."""


class Cancelled(AgentError):
    """The user pressed Ctrl-C."""


def coach(options: CoachOptions, settings: Settings, complain: Callable[[str], None]) -> bool:
    """Answer one question, or every line that is typed or piped in; return whether each one piped in was answered.

    Args:
        options: what the command line said.
        settings: where the records lie, and who speaks.
        complain: is told why a question of a conversation has no answer.

    Raises:
        ThreadNotFound, RunNotFound: the conversation or the run to talk about is not there.
        InvalidParameter: an argument is no text.
        AgentError: the one question has no answer.
        StoreError: the database did not answer.
    """
    for name, given in (
        ("the question", options.question),
        ("--run", options.run_id),
        ("--thread", options.thread_id),
        ("--symbol", options.symbol),
    ):
        _readable(name, given or "")
    is_typed = sys.stdin is not None and sys.stdin.isatty()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # a line that is no text costs that line alone
    with heard_interrupts(), BackgroundLoop() as loop, loop.entered(open_service(settings)) as service:
        talk = Talk(loop, service, options)
        if not options.as_json:
            talk.greet(settings)
        if options.question is not None:
            talk.answer(options.question)
            return True
        if is_typed:
            talk.go_through(typed_lines(settings.data_dir), complain, stays=True)
            return True
        return talk.go_through(piped_lines(sys.stdin), complain, stays=False)


class Talk:
    """One user's conversation with the coach, from outside the service's loop."""

    def __init__(self, loop: BackgroundLoop, service: Service, options: CoachOptions) -> None:
        """Begin where the options say.

        Raises:
            ThreadNotFound, RunNotFound: the conversation or the run is not there.
        """
        self._loop = loop
        self._service = service
        self._options = options
        self._screen = Screen()
        self._view = CoachView(self._screen)
        self._notes = Screen(Console(stderr=True, highlight=False, markup=False)) if options.as_json else self._screen
        self._conversation = Conversation(options.thread_id, options.run_id, options.symbol)
        if options.thread_id is not None:
            loop.call(conversation_of(service, options.thread_id, owner_id=DEFAULT_OWNER))
        if options.run_id is not None:
            loop.call(service.runs.get(options.run_id, owner_id=DEFAULT_OWNER))

    def greet(self, settings: Settings) -> None:
        """Print who speaks, when and in which mode."""
        moment = self._loop.call(self._moment(settings.clock))
        speaker = "offline" if settings.model is None else settings.model.model
        self._view.header(speaker, moment.phase, moment.mode, moment.symbol)
        if self._options.question is None and self._screen.console.is_terminal:
            self._screen.line("/help tells more, /quit leaves", "dim", indent=2)

    def go_through(self, lines: Iterator[str], complain: Callable[[str], None], *, stays: bool) -> bool:
        """Answer line after line; return whether every question has its answer.

        Args:
            lines: the questions.
            complain: is told why one has no answer.
            stays: whether a Ctrl-C gives up one question; otherwise it gives up those that follow too.
        """
        all_answered = True
        for line in lines:
            try:
                self._take(line.strip())
            except Quit:
                break
            except IctError as problem:
                all_answered = False
                complain(str(problem))
                if isinstance(problem, Cancelled) and not stays:
                    break
            except KeyboardInterrupt:  # while no answer was being made
                if not stays:
                    raise
                self._notes.line()
            self._screen.console.file.flush()
        return all_answered

    def _take(self, text: str) -> None:
        if text.startswith("/"):
            self._command(text)
        elif text:
            self.answer(text)

    def answer(self, question: str) -> None:
        """Ask, and show the answer as it comes.

        Raises:
            IctError: there is no answer; `Cancelled` where the user wanted none.
        """
        _readable("the question", question)
        self._conclude(self._hear(Question(self._service, self._conversation, question)))

    def _hear(self, question: Question) -> CoachEvent | None:
        """Show an answer to its last event.

        The first Ctrl-C cancels it, and what comes of that is heard for a moment; then, or at the second, nobody waits
        any more, whatever the service is at.
        """
        events = self._loop.each(question.events())
        last: CoachEvent | None = None
        deadline: float | None = None
        with events.interruptible():
            while True:
                try:
                    event = events.next(None if deadline is None else max(deadline - time.monotonic(), 0.0))
                except (KeyboardInterrupt, TimeoutError):
                    if deadline is not None:
                        self._view.end()
                        raise _cancelled() from None
                    deadline = time.monotonic() + _PATIENCE_S
                    self._loop.start(question.give_up())
                    continue
                if event is None:
                    break
                last = event
                if not self._options.as_json:
                    self._view.show(event.event, event.data)
        if deadline is not None and (last is None or last.event != "message.completed"):
            self._view.end()
            raise _cancelled()
        return last

    def _conclude(self, last: CoachEvent | None) -> None:
        if last is None or last.event == "error":
            raise AgentError("the answer's events ended early" if last is None else str(last.data["detail"]))
        if self._options.as_json:
            document = {name: value for name, value in last.data.items() if name != "seq"}
            if self._options.question is None:
                self._screen.whole(orjson.dumps(document).decode() + "\n")
            else:
                self._screen.json(document)
        elif self._options.question is not None:
            self._screen.line(f"  to go on: ict coach --thread {self._conversation.thread_id}", "dim", hang=2)
        else:
            self._screen.line()

    def _command(self, text: str) -> None:
        name, _, argument = text.partition(" ")
        if name in {"/quit", "/exit"}:
            raise Quit
        if name == "/new":
            self._conversation = Conversation(None, self._options.run_id, self._options.symbol)
            self._notes.line("another conversation", "dim", indent=2)
        elif name == "/threads":
            self._threads(argument.strip())
        else:
            if name != "/help":
                self._notes.line(f"there is no {name}", "yellow", indent=2)
            for command, meaning in _HELP:
                self._notes.field(command, meaning)

    def _threads(self, chosen: str) -> None:
        threads = self._loop.call(self._newest())
        if not chosen:
            for number, one in enumerate(threads, start=1):
                self._notes.line(f"{number:>3}. {one.title or 'untitled'}  {one.updated_at:%Y-%m-%d %H:%M} UTC", hang=5)
            if not threads:
                self._notes.line("no conversation yet", "dim", indent=2)
        elif chosen.isdecimal() and 1 <= int(chosen) <= len(threads):
            one = threads[int(chosen) - 1]
            self._conversation = Conversation(one.thread_id)
            self._notes.line(f"going on with: {one.title or 'untitled'}", "dim", indent=2)
        else:
            self._notes.line(f"there is no conversation {chosen}; there are {len(threads)}", "yellow", indent=2)

    async def _newest(self) -> tuple[Thread, ...]:
        page = await self._service.threads.search(
            owner_id=DEFAULT_OWNER, assistant_id=coach_id(self._service), limit=_MOST_THREADS
        )
        return page.items

    async def _moment(self, clock: Callable[[], int]) -> ConversationContext:
        one = self._service
        sources = ToolSources(one.runs, one.desk, one.rulebooks, one.market, one.calendar, clock)
        symbol = None if self._options.symbol is None else canonical_symbol(self._options.symbol)
        return await read_moment(sources, DEFAULT_OWNER, self._options.run_id, symbol)


def _readable(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        wanted, place = "UTF-8 text", error.start + 1
        raise InvalidParameter(
            f"{name}: expected {wanted}; character {place} cannot be read",
            field=name,
            expected=wanted,
            got=repr(text[error.start : error.start + 1]),
        ) from None


def _cancelled() -> Cancelled:
    return Cancelled("you cancelled the answer")
