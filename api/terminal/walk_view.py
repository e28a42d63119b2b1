"""The walk as it happens: one line for every node, tool and rule, printed when its event arrives."""

from collections.abc import Iterable
from typing import Any, Final

from agent.explanation.explain import NodeExplanation
from api.terminal.screen import Screen

MARKS: Final = {
    "pass": ("✓", "green"),
    "fail": ("✗", "red"),
    "not_evaluated": ("·", "dim"),
    "error": ("!", "bold red"),
}
_RULE_ID_WIDTH: Final = 6


class WalkView:
    """Show a run's events in the order in which they come."""

    def __init__(self, screen: Screen) -> None:
        """Print to `screen`."""
        self._screen = screen

    def show(self, event: str, data: dict[str, Any]) -> None:
        """Print what one event tells; the decision and the run's ending are left to others."""
        if event == "node.started":
            self._screen.line()
            self._screen.line(data["node"], "bold")
        elif event == "tool.called":
            self._screen.line(_tool(data), "dim", indent=2, hang=2)
        elif event == "rule.evaluated":
            show_verdict(self._screen, data, indent=2)


def show_verdict(screen: Screen, verdict: dict[str, Any], *, indent: int) -> None:
    """Print one rule's verdict: its mark, its number and name, and what it says."""
    mark, style = MARKS[verdict["outcome"]]
    said = verdict["reason"] if verdict["outcome"] == "not_evaluated" and verdict["reason"] else verdict["sentence"]
    head = f"{mark} {verdict['rule_id']:<{_RULE_ID_WIDTH}}"
    screen.mixed(
        [(head, style), (f"{verdict['name']}: ", "" if style != "dim" else style), (said, "dim")],
        indent=indent,
        hang=len(head),
    )


def show_unreached(screen: Screen, nodes: Iterable[NodeExplanation]) -> None:
    """Print a line for every node that the walk did not reach: why, and which rules were therefore not evaluated."""
    for node in nodes:
        if not node.reached:
            screen.line()
            screen.line(node.node, "bold")
            ids = ", ".join(rule["rule_id"] for rule in node.rules)
            screen.line(f"{MARKS['not_evaluated'][0]} {node.rules[0]['reason']}: {ids}", "dim", indent=2, hang=2)


def _tool(data: dict[str, Any]) -> str:
    return f"{data['tool']} {data['timeframe']}: {data['bars']:,} bars, {data['found']:,} found"
