"""What the offline model answers: the tools it asks next, or what it says."""

from dataclasses import dataclass
from typing import Final

from agent.coach.models.offline.conversation import Call, Conversation
from agent.coach.models.offline.following import subject_of
from agent.coach.models.offline.intents import intent_named
from agent.coach.models.offline.said.fill import say
from agent.coach.models.offline.said.repair import repaired
from agent.coach.models.offline.turn import Turn

_MOST_ROUNDS: Final = 3
_BETWEEN: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """Tools to ask, or else a text."""

    calls: tuple[Call, ...]
    text: str


def reply(conversation: Conversation) -> Reply:
    """Answer a conversation.

    Every tool is one of those bound, none is asked the same twice in a turn, and after three rounds of tools it speaks
    of what it has. Asked to repair a draft, it leaves out what is wrong with it.
    """
    if conversation.draft is not None:
        return Reply((), _BETWEEN.join(repaired(conversation)))
    turn = Turn(conversation, subject_of(conversation.questions))
    intent = intent_named(turn.subject.intent)
    calls = tuple(call for call in intent.asks(turn) if turn.is_open(call))
    if calls and conversation.rounds < _MOST_ROUNDS:
        return Reply(calls, "")
    said = [paragraph for paragraph in intent.says(turn) if paragraph]
    return Reply((), _BETWEEN.join([*_mended(turn), *(said or say("unread"))]))


def _mended(turn: Turn) -> list[str]:
    """Say how a misspelt market was read, where the answer rests on it."""
    question = turn.subject.question
    return say("mended", given=question.mended, symbol=question.symbol) if turn.conversation.answers else []
