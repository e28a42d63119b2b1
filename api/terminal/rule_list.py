"""The rulebook on the terminal: every rule in one line, or one rule whole."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import yaml

from api.terminal.screen import Screen


def show_rules(screen: Screen, rules: Sequence[dict[str, Any]], *, profile: str, rulebook_hash: str) -> None:
    """Print the rules, node by node, in the order in which the walk judges them."""
    for node, of_node in groupby(rules, key=lambda rule: str(rule["node"])):
        screen.line(node, "bold")
        for rule in of_node:
            points = f", weight {rule['weight']:g}" if rule["weight"] else ""
            screen.mixed(
                [(f"{rule['id']:<6}{rule['name']}", ""), (f"  {rule['kind']}{points}", "dim")],
                indent=2,
                hang=6,
            )
    screen.line()
    screen.line(f"{len(rules)} rules, profile {profile}, rulebook {rulebook_hash}", "dim")


def show_rule(screen: Screen, rule: dict[str, Any]) -> None:
    """Print all there is to one rule."""
    screen.line(f"{rule['id']} {rule['name']}", "bold")
    screen.line(rule["description"], indent=2, hang=0)
    screen.line()
    for label in ("node", "category", "kind", "blocks", "when_unknown", "weight", "status"):
        if rule.get(label) is not None:
            screen.field(label.replace("_", " "), str(rule[label]).replace("_", " "))
    screen.field("passes", rule["when_valid"])
    screen.field("fails", rule["when_invalid"])
    for name, parameter in rule["parameters"].items():
        unit = f" {parameter['unit']}" if parameter["unit"] else ""
        screen.field("parameter", f"{name} = {parameter['value']}{unit}: {parameter['description']}")
    screen.field("condition", yaml.safe_dump(rule["condition"], default_flow_style=True, width=10_000).strip())
    for reference in rule["references"]:
        screen.field("reference", reference)
