"""The rulebook on the terminal: every rule in one line, one rule whole, or what a check of files found."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import yaml

from api.terminal.screen import Screen
from rulebook.book import Rulebook
from rulebook.checkup import Checkup


def show_rules(screen: Screen, rules: Sequence[dict[str, Any]], rulebook: Rulebook) -> None:
    """Print the rules of a rulebook, node by node, in the order in which the walk judges them, and what it is."""
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
    measured = "" if rulebook.calibration is None else f", {rulebook.calibration.basis}"
    screen.line(f"{len(rules)} rules, profile {rulebook.profile}, rulebook {rulebook.hash}{measured}", "dim")


def show_rule(screen: Screen, rule: dict[str, Any]) -> None:
    """Print all there is to one rule."""
    screen.line(f"{rule['id']} {rule['name']}", "bold")
    screen.line(rule["description"], indent=2, hang=0)
    screen.line()
    for label in ("node", "category", "kind", "blocks", "when_unknown", "weight", "group", "status"):
        if rule.get(label) is not None:
            screen.field(label.replace("_", " "), str(rule[label]).replace("_", " "))
    screen.field("passes", rule["when_valid"])
    screen.field("fails", rule["when_invalid"])
    for name, parameter in rule["parameters"].items():
        unit = f" {parameter['unit']}" if parameter["unit"] else ""
        others = f" (one of {', '.join(parameter['values'])})" if parameter["values"] else ""
        screen.field("parameter", f"{name} = {parameter['value']}{unit}{others}: {parameter['description']}")
    screen.field("condition", yaml.safe_dump(rule["condition"], default_flow_style=True, width=10_000).strip())
    for reference in rule["references"]:
        screen.field("reference", reference)


def show_checkup(screen: Screen, checkup: Checkup) -> None:
    """Print every fault, a line each; or `ok`, each rulebook's hash and what it changes."""
    for problem in checkup.problems:
        screen.line(problem, hang=2)
    if checkup.problems:
        count = len(checkup.problems)
        screen.line(f"{count} fault{'s' if count > 1 else ''}", "bold")
        return
    screen.line("ok", "bold")
    for one in checkup.found:
        screen.line(f"profile {one.rulebook.profile}, {len(one.rulebook.rules)} rules, rulebook {one.rulebook.hash}")
        if one.against is not None:
            screen.line(f"against {one.against}:" if one.changes else f"against {one.against}: no change", indent=2)
        for change in one.changes:
            screen.line(change, indent=4, hang=2)
