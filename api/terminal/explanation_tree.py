"""An explanation as an indented tree: decision, nodes, rules, the operands of each, and their facts on the chart."""

from typing import Any, Final

from api.terminal.decision_panel import STATUS_STYLES
from api.terminal.screen import Screen
from api.terminal.walk_view import MARKS, show_verdict

_HOLDS: Final = {True: MARKS["pass"], False: MARKS["fail"], None: MARKS["not_evaluated"]}
_OPERAND_INDENT: Final = 10
_FACT_INDENT: Final = 12
_PERCENT: Final = 100


def show_explanation(screen: Screen, explanation: dict[str, Any]) -> None:
    """Print an explanation in its wire form, and what would have to change."""
    decision, tree = explanation["decision"], explanation["tree"]
    title = f"{decision['status']}  {decision['symbol']} at {decision['timestamp']}"
    screen.line(title, STATUS_STYLES[decision["status"]])
    screen.line(explanation["summary"])
    reasons = {rule["rule_id"]: rule for node in explanation["nodes"] for rule in node["rules"]}
    for node in tree["children"]:
        _show_node(screen, node, reasons)
    _show_changes(screen, explanation["why_not"])
    _show_stops(screen, explanation["what_would_stop_it"])


def _show_node(screen: Screen, node: dict[str, Any], verdicts: dict[str, Any]) -> None:
    screen.line()
    screen.line(node["text"], "bold", hang=2)
    shown: set[str] = set()  # many operands of a node share their facts: each is shown where it comes first
    for rule in node["children"]:
        show_verdict(screen, verdicts[rule["rule_id"]], indent=2)
        for operand in rule["children"]:
            screen.mixed(_operand(operand), indent=_OPERAND_INDENT, hang=2)
            for fact in operand["children"]:
                if fact["fact_id"] not in shown:
                    shown.add(fact["fact_id"])
                    screen.line(f"- {fact['text']}", "dim", indent=_FACT_INDENT, hang=2)


def _operand(operand: dict[str, Any]) -> list[tuple[str, str]]:
    as_wanted = None if operand["holds"] is None else operand["holds"] is operand["wanted"]
    mark, style = _HOLDS[as_wanted]
    source = operand["fact"]
    if operand["parameter"] is not None:
        source += f", {operand['parameter']}"
    return [(f"{mark} ", style), (operand["text"], ""), (f"  [{source}]", "dim")]


def _show_changes(screen: Screen, why_not: dict[str, Any]) -> None:
    if why_not["is_trade"]:
        return
    screen.line()
    if not why_not["changes"]:
        screen.line("No change of facts makes it a trade under these rules.", "bold")
        return
    proof = "" if why_not["proven"] else " (not proven)"
    screen.line(f"It would be a trade if{proof}:", "bold")
    for number, change in enumerate(why_not["changes"], start=1):
        refs = ", ".join(change["rule_ids"])
        screen.line(f"{number}. {change['sentence']} [{refs}]", indent=2, hang=3)


def _show_stops(screen: Screen, stops: list[dict[str, Any]]) -> None:
    if not stops:
        return
    screen.line()
    screen.line("What would stop it, nearest first:", "bold")
    for number, stop in enumerate(stops, start=1):
        screen.line(f"{number}. {stop['text']} [{stop['closeness'] * _PERCENT:.0f}% away]", indent=2, hang=3)
