"""What the supported claims of an answer rest on, each once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from agent.coach.grounding.claims import Citation, Claim, Evidence
from agent.coach.grounding.known import USER

_Kind = Literal["decision", "rule", "chart", "calendar", "session", "size", "user"]
_KINDS: Final[dict[str, _Kind]] = {
    "explain_decision": "decision", "why_not": "decision", "what_if": "decision", "list_decisions": "decision",
    "compare_decisions": "decision", "run_analysis": "decision", "look_up_rule": "rule", "session_now": "session",
    "read_session": "session", "economic_events": "calendar", "size_position": "size",
    "newest_decision": "decision",
}  # fmt: skip


def citations_of(
    claims: Sequence[Claim], evidence: Sequence[Evidence], known_rules: Mapping[str, str]
) -> tuple[Citation, ...]:
    """Return what supports the claims: tool calls in their order, then rules, then the user."""
    used = {source.split(":", 1)[0] for one in claims if one.supported for source in one.sources}
    found = [_of_call(one) for one in evidence if one["call_id"] in used]
    found += _of_rules(claims, known_rules)
    if USER in used:
        found.append(Citation("user", USER, "what you said", None, None))
    return tuple(dict.fromkeys(found))


def _of_call(evidence: Evidence) -> Citation:
    tool, call_id = evidence["tool"], evidence["call_id"]
    kind = _KINDS.get(tool, "chart")
    told = _told(evidence["answer"])
    decision = told.get("decision") if isinstance(told.get("decision"), dict) else told
    run_id = decision.get("run_id") if kind == "decision" and isinstance(decision, dict) else None
    words = [str(told[name]) for name in ("symbol", "timeframe", "as_of") if isinstance(told.get(name), str)]
    if isinstance(decision, dict) and run_id:
        words = [str(decision[name]) for name in ("status", "symbol", "as_of") if isinstance(decision.get(name), str)]
    return Citation(kind, str(run_id or call_id), " ".join(words) or tool, tool, call_id)


def _told(answer: str) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _of_rules(claims: Sequence[Claim], known_rules: Mapping[str, str]) -> Iterator[Citation]:
    for one in claims:
        if one.kind == "rule" and one.supported and one.value in known_rules:
            yield Citation("rule", one.value, known_rules[one.value], None, None)
