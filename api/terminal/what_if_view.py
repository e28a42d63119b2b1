"""A what-if in the terminal: the recorded decision, the supposed one, and what differs between them."""

from typing import Any, Final

from api.terminal.decision_panel import STATUS_STYLES
from api.terminal.screen import Screen
from api.terminal.walk_view import MARKS

_ABSENT: Final = ("-", "dim")


def show_what_if(screen: Screen, answer: dict[str, Any]) -> None:
    """Print a what-if in its wire form."""
    before, after = answer["recorded"], answer["what_if"]
    _show_side(screen, "recorded", before)
    _show_side(screen, "what if", after)
    screen.line("The decision flips." if answer["flips"] else "The status stays.", "bold")
    if answer["changed_facts"]:
        screen.line()
        screen.line("facts", "bold")
        for fact in answer["changed_facts"]:
            screen.line(f"{fact['fact']}: {_value(fact['before'])} -> {_value(fact['after'])}", indent=2, hang=2)
    if answer["changed_rules"]:
        screen.line()
        screen.line("rules", "bold")
        for rule in answer["changed_rules"]:
            _show_rule(screen, rule)


def _show_side(screen: Screen, label: str, side: dict[str, Any]) -> None:
    screen.field(label, side["status"], STATUS_STYLES[side["status"]])
    screen.field("", side["reason_short"])
    basis = side["confidence_basis"]
    told = f"confidence {side['confidence']:.2f} ({basis}), {side['confluence_score']:g} of 10 points, {side['action']}"
    screen.field("", told.replace("_", " "), "dim")


def _show_rule(screen: Screen, rule: dict[str, Any]) -> None:
    was, now = (_mark(rule[key]) for key in ("before", "after"))
    screen.mixed([was, (" -> ", "dim"), now, (f" {rule['rule_id']} {rule['name']}", "")], indent=2, hang=2)
    for sentence in (rule["sentence_before"], rule["sentence_after"]):
        if sentence is not None:
            screen.line(sentence, "dim", indent=9, hang=2)


def _mark(outcome: str | None) -> tuple[str, str]:
    return _ABSENT if outcome is None else MARKS[outcome]


def _value(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else str(value)
