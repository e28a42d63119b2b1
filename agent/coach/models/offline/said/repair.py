"""Taking back what the tools do not support: the answer again without it."""

import re
from typing import Final

from agent.coach.models.offline.conversation import Conversation
from agent.coach.models.offline.said.fill import say

_QUOTED: Final = re.compile(r"""^- ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"): """, re.M)
_ESCAPED: Final = re.compile(r"\\(.)")
_PARAGRAPH: Final = re.compile(r"\n\s*\n")


def repaired(conversation: Conversation) -> list[str]:
    """Say again what stands of a draft: its paragraphs without a claim that was named.

    What stands behind the head of an answer rests on it: where the first paragraph falls, all of it does. A request
    that quotes no claim, such as one against advice, leaves nothing of the draft.
    """
    wrong = [_ESCAPED.sub(r"\1", found[1][1:-1]) for found in _QUOTED.finditer(conversation.repair)]
    paragraphs = [one.strip() for one in _PARAGRAPH.split(conversation.draft or "") if one.strip()]
    rest = [one for one in paragraphs if wrong and not any(claim in one for claim in wrong)]
    if not rest or rest[0] != paragraphs[0]:
        return [*say("repair"), *say("repair_nothing")]
    return [*say("repair"), *say("repair_rest"), *rest]
