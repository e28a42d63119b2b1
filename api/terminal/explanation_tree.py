"""An explanation as an indented tree: the decision, its nodes, their rules, the operands of each."""

from typing import Any, Final

from api.terminal.decision_panel import STATUS_STYLES
from api.terminal.screen import Screen
from api.terminal.walk_view import MARKS, show_verdict

_HOLDS: Final = {True: MARKS["pass"], False: MARKS["fail"], None: MARKS["not_evaluated"]}


def show_explanation(screen: Screen, explanation: dict[str, Any]) -> None:
    """Print an explanation in its wire form, and what would have to change."""
    decision = explanation["decision"]
    title = f"{decision['status']}  {decision['symbol']} at {decision['timestamp']}"
    screen.line(title, STATUS_STYLES[decision["status"]])
    screen.line(decision["reason_short"])
    for node in explanation["nodes"]:
        screen.line()
        screen.mixed([(node["node"], "bold"), (f"  {node['summary']}", "dim")], hang=2)
        for verdict in node["rules"]:
            show_verdict(screen, verdict, indent=2)
            for operand in verdict["operands"]:
                screen.mixed(_operand(operand), indent=10, hang=2)
    _show_changes(screen, explanation["why_not"])


def _operand(operand: dict[str, Any]) -> list[tuple[str, str]]:
    mark, style = _HOLDS[operand["holds"]]
    value = "unknown" if operand["value"] is None else _with_unit(operand["value"], operand["unit"])
    text = f"{operand['fact']} = {value}"
    asked = operand["operator"].replace("_", " ")
    if operand["threshold"] is not None:
        asked += f" {_threshold(operand['threshold'])}"
    if operand["parameter"] is not None:
        asked += f" ({operand['parameter']})"
    if operand["margin"] is not None:
        asked += f", margin {operand['margin']:+.4g}"
    return [(f"{mark} ", style), (text, ""), (f"  {asked}", "dim")]


def _with_unit(value: Any, unit: str | None) -> str:
    shown = (
        f"{value:.6g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)
    )
    return shown if unit in {None, "ratio", "count"} else f"{shown} {unit}"


def _threshold(threshold: Any) -> str:
    return ", ".join(map(str, threshold)) if isinstance(threshold, list) else str(threshold)


def _show_changes(screen: Screen, why_not: dict[str, Any]) -> None:
    if why_not["is_trade"]:
        return
    screen.line()
    proof = "" if why_not["proven"] else " (not proven)"
    screen.line(f"It would be a trade if{proof}:", "bold")
    for number, change in enumerate(why_not["changes"], start=1):
        refs = ", ".join(change["rule_ids"])
        screen.line(f"{number}. {change['sentence']} [{refs}]", indent=2, hang=3)
