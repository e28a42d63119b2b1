"""A question on its way to its answer, in the service's loop: it can be given up at any moment, and never blocks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from agent.service import Service
from agent.threads.records import ThreadRun
from api.coach_projection import CoachEvent
from api.coach_stream import Told, events_of
from api.conversations import ask
from api.state import DEFAULT_OWNER
from tools.errors import RunAlreadyEnded, RunNotFound


@dataclass(slots=True)
class Conversation:
    """What the next question goes on with.

    Attributes:
        thread_id: None before the first question of a new one.
        run_id: the analysis it is about from the next question on; None leaves that as it is.
        symbol: the market, likewise.
        newest: the question asked last; the next one waits until that is over.
    """

    thread_id: str | None = None
    run_id: str | None = None
    symbol: str | None = None
    newest: "Question | None" = None


class Question:
    """One question, asked once the one before it is over."""

    def __init__(self, service: Service, conversation: Conversation, text: str) -> None:
        """Take its place in the conversation; it is asked when its events are read."""
        self._service = service
        self._conversation = conversation
        self._text = text
        self._before = conversation.newest
        self._run: ThreadRun | None = None
        self._is_given_up = False
        self._is_over = asyncio.Event()
        conversation.newest = self

    async def events(self) -> AsyncIterator[CoachEvent]:
        """Ask, and give every event of the answer to the last one.

        Raises:
            IctError: there is no answer.
        """
        try:
            if self._before is not None:
                await self._before._is_over.wait()
                self._before = None
            if self._is_given_up:
                return
            self._run = await self._ask()
            if self._is_given_up:
                await self._cancel(self._run)
            async for event in events_of(self._service.threads, Told(self._run, None, DEFAULT_OWNER, "")):
                yield event
        finally:
            self._is_over.set()

    async def give_up(self) -> None:
        """Ask that the answer end, as soon as there is one to end; returns before it has."""
        self._is_given_up = True
        if self._run is not None:
            await self._cancel(self._run)

    async def _ask(self) -> ThreadRun:
        about = self._conversation
        run = await ask(
            self._service,
            self._text,
            owner_id=DEFAULT_OWNER,
            thread_id=about.thread_id,
            run_id=about.run_id,
            symbol=about.symbol,
        )
        about.thread_id, about.run_id, about.symbol = run.thread_id, None, None
        return run

    async def _cancel(self, run: ThreadRun) -> None:
        with suppress(RunAlreadyEnded, RunNotFound):
            await self._service.threads.cancel(run.thread_id, run.run_id, owner_id=DEFAULT_OWNER)
