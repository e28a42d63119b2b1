"""What the offline model answers: the tools it asks next, or what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.coach.models.offline.conversation import Call, Conversation
from agent.coach.models.offline.following import MOST_SUBJECTS, subjects_of
from agent.coach.models.offline.intents import ABSTAINS, intent_named
from agent.coach.models.offline.said.fill import say
from agent.coach.models.offline.said.repair import repaired
from agent.coach.models.offline.turn import Subject, Turn

_MOST_ROUNDS: Final = 3
_BETWEEN: Final = "\n\n"
_STOPPED: Final = "EMERGENCY_STOP"
_CLOCK: Final = "session_now"
_SAYS_THE_MODE: Final = "mode"


@dataclass(frozen=True, slots=True)
class Reply:
    """Tools to ask, or else a text."""

    calls: tuple[Call, ...]
    text: str


def reply(conversation: Conversation) -> Reply:
    """Answer a conversation.

    Every tool is one of those bound, none is asked the same twice in a turn, and after three rounds of tools it speaks
    of what it has. Of several things asked at once the first three are answered, and the others named. Where trading is
    stopped, it asks the clock for the mode, and every answer says so first, whatever is asked. Asked to repair a draft,
    it leaves out what is wrong with it.
    """
    subjects = subjects_of(conversation.questions)
    if conversation.draft is not None:
        return Reply((), _BETWEEN.join(_repaired(conversation, _stopped(conversation, subjects))))
    turns = [Turn(conversation, subject) for subject in subjects[:MOST_SUBJECTS]]
    turns = [_own(turn) for turn in turns] if len(turns) > 1 else turns
    calls = _calls(conversation, turns)
    if calls and conversation.rounds < _MOST_ROUNDS:
        return Reply(calls, "")
    said = [paragraph for turn in turns for paragraph in _said(turn, is_part=len(turns) > 1)]
    left = [line for one in subjects[MOST_SUBJECTS:] for line in say("left_open", said=one.question.text.strip())]
    return Reply((), _BETWEEN.join(dict.fromkeys([*_stopped(conversation, subjects), *said, *left])))


def _calls(conversation: Conversation, turns: Sequence[Turn]) -> tuple[Call, ...]:
    wanted = [call for turn in turns for call in intent_named(turn.subject.intent).asks(turn)]
    if _is_stopped(conversation):
        wanted += [] if any(call.tool == _CLOCK for call in wanted) else [Call(_CLOCK, {})]
    whole = Turn(conversation, turns[0].subject)
    return tuple(call for place, call in enumerate(wanted) if whole.is_open(call) and call not in wanted[:place])


def _own(turn: Turn) -> Turn:
    """Show one of several subjects only the answers to what it asks itself."""
    own = Turn(replace(turn.conversation, answers=()), turn.subject)
    for _ in range(_MOST_ROUNDS):
        wanted = intent_named(turn.subject.intent).asks(own)
        kept = [one for one in turn.conversation.answers if any(call.is_answered_by(one.call) for call in wanted)]
        own = Turn(replace(turn.conversation, answers=tuple(kept)), turn.subject)
    return own


def _said(turn: Turn, *, is_part: bool) -> list[str]:
    if is_part and turn.subject.intent == ABSTAINS.name:
        return say("part_unknown", said=turn.subject.question.text.strip())
    said = [paragraph for paragraph in intent_named(turn.subject.intent).says(turn) if paragraph]
    return [*_mended(turn), *(said or say("unread"))]


def _is_stopped(conversation: Conversation) -> bool:
    return conversation.context is not None and conversation.context.mode == _STOPPED


def _stopped(conversation: Conversation, subjects: Sequence[Subject]) -> list[str]:
    """Say first that trading is stopped, where the answer does not: the mode by its name only where the clock tells."""
    told = conversation.told(_CLOCK)
    if told is None:
        return say("stopped_unnamed") if _is_stopped(conversation) else []
    if told.get("mode") != _STOPPED or subjects[0].intent == _SAYS_THE_MODE:
        return []
    return say("stopped_first", told)


def _repaired(conversation: Conversation, first: Sequence[str]) -> list[str]:
    """Repair a draft behind what it says first, which stands whatever falls."""
    drafted = conversation.draft or ""
    for one in first:
        drafted = drafted.removeprefix(one).lstrip()
    return [*first, *repaired(replace(conversation, draft=drafted))]


def _mended(turn: Turn) -> list[str]:
    """Say how a misspelt market was read, where the answer rests on it."""
    question = turn.subject.question
    return say("mended", given=question.mended, symbol=question.symbol) if turn.conversation.answers else []
