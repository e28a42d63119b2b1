"""Which answers of a thread still hold: of the clock, the calendar and a chart only the newest of each."""

import json
from collections.abc import Hashable, Sequence
from typing import Final

from agent.coach.grounding.claims import Evidence

_CLOCKS: Final = frozenset({"session_now", "economic_events", "read_session"})
_CHARTS: Final = ("read_", "find_")


def newest(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the answers without those that a newer one of the same tool and market has overtaken, in their order."""
    last: dict[Hashable, int] = {}
    for at, one in enumerate(evidence):
        if (of := _of(one)) is not None:
            last[of] = at
    return [one for at, one in enumerate(evidence) if (of := _of(one)) is None or last[of] == at]


def _of(one: Evidence) -> Hashable | None:
    """Return what a newer answer overtakes an answer by; None where none does."""
    tool, arguments = one["tool"], one["arguments"]
    if one["answer"].lstrip().startswith("Error:"):
        return None
    if tool in _CLOCKS:
        return (tool, arguments.get("symbol"), arguments.get("timeframe"))
    if tool.startswith(_CHARTS):
        return (tool, json.dumps(arguments, sort_keys=True, default=repr))
    return None
