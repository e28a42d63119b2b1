"""Evidence for the checker: tool answers recorded from the demo market and from real candles, and made anew here."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from agent.coach.grounding.claims import Evidence
from rulebook.loader import load_rulebook

_FILE: Final = Path(__file__).with_name("recorded_answers.json")
RULES: Final = {rule.id: rule.name for rule in load_rulebook("strict").rules}
TRADE: Final = "01008abcd1574cb394c494be9ddbb9e6"
WAIT: Final = "490bb565805f445ca743f753f8f0a2fb"


def evidence_of(tool: str, arguments: dict[str, Any], answer: str, call_id: str = "call-1") -> Evidence:
    return {"call_id": call_id, "tool": tool, "arguments": arguments, "answer": answer}


@cache
def recorded_answers() -> tuple[Evidence, ...]:
    """Every recorded answer, refusals too."""
    told = json.loads(_FILE.read_text())
    return tuple(evidence_of(one["tool"], one["arguments"], one["answer"], f"call-{at}") for at, one in enumerate(told))


def _where(tool: str, **arguments: Any) -> list[Evidence]:
    matching = [
        one
        for one in recorded_answers()
        if one["tool"] == tool
        and arguments.items() <= one["arguments"].items()
        and not one["answer"].startswith("Error")
    ]
    assert matching, (tool, arguments)
    return matching


@cache
def conversations() -> dict[str, Sequence[Evidence]]:
    """What the tools had answered in some conversations, by what they are about."""
    what_ifs = _where("what_if")
    rules = _where("look_up_rule")
    return {
        "trade": [*_where("explain_decision", run_id=TRADE), *_where("why_not", run_id=TRADE)],
        "wait": [*_where("explain_decision", run_id=WAIT), *_where("why_not", run_id=WAIT)],
        "whatif_profile": [one for one in what_ifs if "profile" in one["arguments"]][:1],
        "whatif_zone": [one for one in what_ifs if "session.in_kill_zone" in one["arguments"].get("facts", {})],
        "whatif_facts": [one for one in what_ifs if "structure.bars_since_mss" in one["arguments"].get("facts", {})],
        "list": _where("list_decisions", limit=3),
        "compare": _where("compare_decisions"),
        "rule22": [one for one in rules if one["arguments"].get("rule_id") == "2.2"],
        "rule72": [one for one in rules if one["arguments"].get("rule_id") == "7.2"],
        "rulekz": [one for one in rules if "words" in one["arguments"]],
        "session": _where("session_now"),
        "events": _where("economic_events"),
        "size": _where("size_position"),
        "chart": [one for one in recorded_answers() if one["arguments"].get("timeframe")],
    }
