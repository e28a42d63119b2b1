"""The parts of one question that asks for several things."""

import re
from typing import Final

from agent.coach.models.offline.intents import ABSTAINS, recognise
from agent.coach.models.offline.question import read_question

_ASKS: Final = (
    r"what|what's|whats|which|why|how|when|where|who|is|are|was|were|did|does|do|should|can|shall|will|compare|list|show"
    r"|explain|analyse|analyze|size|tell"
)
_BETWEEN: Final = re.compile(
    rf"(?<=[?!;.])[ \t]+(?=\S)|,?\s+(?:and|but|also|plus|then)\s+(?:also\s+|then\s+)?(?=(?:{_ASKS})\b)"
    rf"|,\s+(?=(?:{_ASKS})\b)",
    re.IGNORECASE,
)
_QUESTION: Final = re.compile(rf"^(?:{_ASKS})\b", re.IGNORECASE)


def parts_of(text: str) -> tuple[str, ...]:
    """Divide a question into the things it asks for; words that ask nothing stay with what stands before them.

    Args:
        text: as it was said.
    """
    parts: list[str] = []
    for piece in _BETWEEN.split(text):
        if parts and not (_stands_alone(piece) and _stands_alone(parts[-1])):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return tuple(parts)


def _stands_alone(piece: str) -> bool:
    question = read_question(piece)
    if question.is_bare:
        return False
    if recognise(question.plain) is ABSTAINS:
        return _QUESTION.search(piece.strip()) is not None and len(piece.split()) > 2
    return True
