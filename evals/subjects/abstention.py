"""Whether an answer says that it cannot be known from the record.

The offline model speaks from templates, so those that abstain are recognised whole, wherever they stand in an answer,
and so are the coach's own refusals for want of a decision. Other models are told in `agent/coach/prompts/coach.md` to
say that they cannot answer from the trace; a few ways of saying it are listed, and what is not among them counts as an
answer.
"""

import re
from functools import cache
from typing import Final

from agent.coach.models.offline.templates import TEMPLATES

_TEMPLATES: Final = (
    "abstain", "foretell", "part_unknown", "refused", "no_tool", "unread", "events_unknown", "wait_clock_only",
    "no_such_rule", "rules_none", "no_such_id", "no_such_place", "no_such_day", "no_decision_on", "no_decision_of_on",
    "no_previous", "no_decisions", "no_decisions_of", "too_few", "advice_none", "bias_unknown", "no_dealing_range",
)  # fmt: skip
"""The offline model's sentences that leave a question open; of each template the first one."""
_REFUSALS: Final = (r"I will not advise that: no decision (is|on .{1,40}? is) known",)
_PHRASES: Final = (
    r"\b(cannot|can't|could not|am unable to|am not able to) (answer|tell|know|say|see) (that|this|it|you|what|whether|"
    r"how|which|when)?\b.{0,60}\b(trace|record|recorded|tools?|known|data)\b",
    r"\b(trace|record|tools?) (does|do|did) not (tell|say|show|know|contain|hold)\b",
    r"\bno tool (knows|tells|says|gives)\b",
    r"\bI (do not|don't) know\b",
    r"\b(is|was) (not|nowhere) recorded\b",
    r"\bno (decision|run|record|recorded decision)\b.{0,40}\b(recorded|exists?|known|found)\b",
)
_PLACE: Final = re.compile(r"\\\{\w+\\\}")


def abstains(text: str) -> bool:
    """Tell whether an answer, as it was shown, says that the record does not tell."""
    return _sayings().search(text) is not None


@cache
def _sayings() -> re.Pattern[str]:
    templates = [_PLACE.sub(".{0,200}?", re.escape(TEMPLATES[name][0])) for name in _TEMPLATES]
    return re.compile("|".join(f"(?:{one})" for one in (*templates, *_REFUSALS, *_PHRASES)), re.IGNORECASE | re.DOTALL)
