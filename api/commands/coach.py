"""``ict coach``: one question and its answer, or a conversation."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from rich.console import Console

from agent.coach.models.context import ConversationContext
from agent.coach.moment import read_moment
from agent.coach.toolbox.box import ToolSources
from agent.service import Service, open_service
from agent.settings import Settings
from agent.threads.records import Thread, ThreadRun
from api.coach_projection import CoachEvent
from api.coach_stream import Told, events_of
from api.commands.background import BackgroundLoop
from api.commands.question_lines import piped_lines, typed_lines
from api.conversations import ask, coach_id, conversation_of
from api.requests import canonical_symbol
from api.state import DEFAULT_OWNER
from api.terminal.coach_view import CoachView
from api.terminal.screen import Screen
from tools.errors import AgentError, IctError, RunAlreadyEnded

_MOST_THREADS: Final = 20
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


def coach(options: CoachOptions, settings: Settings, complain: Callable[[str], None]) -> bool:
    """Answer one question, or every line that is typed or piped in; return whether each one piped in was answered.

    Args:
        options: what the command line said.
        settings: where the records lie, and who speaks.
        complain: is told why a question of a conversation has no answer.

    Raises:
        ThreadNotFound, RunNotFound: the conversation or the run to talk about is not there.
        AgentError: the one question has no answer.
        StoreError: the database did not answer.
    """
    with BackgroundLoop() as loop, loop.entered(open_service(settings)) as service:
        talk = Talk(loop, service, options)
        if not options.as_json:
            talk.greet(settings)
        if options.question is not None:
            talk.answer(options.question)
            return True
        is_typed = sys.stdin is not None and sys.stdin.isatty()
        lines = typed_lines(settings.data_dir) if is_typed else piped_lines(sys.stdin)
        return talk.go_through(lines, complain) or is_typed


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
        self._thread_id = options.thread_id
        self._is_begun = False
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

    def go_through(self, lines: Iterator[str], complain: Callable[[str], None]) -> bool:
        """Answer line after line; return whether every question has its answer."""
        all_answered = True
        for line in lines:
            text = line.strip()
            try:
                if text.startswith("/"):
                    self._command(text)
                elif text:
                    self.answer(text)
            except Quit:
                break
            except IctError as problem:
                all_answered = False
                complain(str(problem))
            self._screen.console.file.flush()
        return all_answered

    def answer(self, question: str) -> None:
        """Ask, and show the answer as it comes.

        Raises:
            IctError: there is no answer.
        """
        run = self._loop.call(self._ask(question))
        self._thread_id, self._is_begun = run.thread_id, True
        self._conclude(self._hear(run))

    def _ask(self, question: str) -> Any:
        is_first = not self._is_begun
        return ask(
            self._service,
            question,
            owner_id=DEFAULT_OWNER,
            thread_id=self._thread_id,
            run_id=self._options.run_id if is_first else None,
            symbol=self._options.symbol if is_first else None,
        )

    def _hear(self, run: ThreadRun) -> CoachEvent | None:
        """Show an answer to its last event; the first Ctrl-C cancels it, and what comes of that is heard too."""
        told = Told(run, None, DEFAULT_OWNER, "")
        events = self._loop.each(events_of(self._service.threads, told))
        last: CoachEvent | None = None
        is_cancelled = False
        while True:
            try:
                event = next(events, None)
                if event is None:
                    return last
                last = event
                if not self._options.as_json:
                    self._view.show(event.event, event.data)
            except KeyboardInterrupt:
                if is_cancelled:
                    raise
                is_cancelled = True
                self._loop.call(self._cancel(run))

    async def _cancel(self, run: ThreadRun) -> None:
        try:
            await self._service.threads.cancel(run.thread_id, run.run_id, owner_id=DEFAULT_OWNER)
        except RunAlreadyEnded:
            return

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
            self._screen.line(f"  to go on: ict coach --thread {self._thread_id}", "dim", hang=2)
        else:
            self._screen.line()

    def _command(self, text: str) -> None:
        name, _, argument = text.partition(" ")
        if name in {"/quit", "/exit"}:
            raise Quit
        if name == "/new":
            self._thread_id, self._is_begun = None, False
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
            self._thread_id, self._is_begun = one.thread_id, True
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
