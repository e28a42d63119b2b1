"""Taking back what the tools do not support: the answer again without it."""

import re
from typing import Final

from agent.coach.models.offline.conversation import Conversation
from agent.coach.models.offline.said.fill import say

_QUOTED: Final = re.compile(r"""^- ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"): """, re.M)
_ESCAPED: Final = re.compile(r"\\(.)")
_SENTENCE: Final = re.compile(r"[^\n]*?[.!?](?=\s|$)|[^\n]+")


def repaired(conversation: Conversation) -> list[str]:
    """Say again what stands of a draft: every sentence but those that hold a claim that was named.

    A request that quotes no claim, such as one against advice, leaves nothing of the draft.
    """
    wrong = [_ESCAPED.sub(r"\1", found[1][1:-1]) for found in _QUOTED.finditer(conversation.repair)]
    sentences = [one[0].strip() for one in _SENTENCE.finditer(conversation.draft or "")]
    rest = [one for one in sentences if one and wrong and not any(claim in one for claim in wrong)]
    return [*say("repair"), *(say("repair_rest", rest=" ".join(rest)) or say("repair_nothing"))]
