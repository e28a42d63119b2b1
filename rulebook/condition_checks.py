"""Check the condition of a rule file: its tree, facts, operators, thresholds and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rulebook.checks import Checker
from rulebook.facts import NODES, FactSpec
from rulebook.located import Located, nearest
from rulebook.operators import OPERATORS, Operator
from rulebook.thresholds import ordered

PROFILE_COLUMNS = ("strict", "relaxed")
"""The two values every parameter has; a trader's own profile extends one of them."""

_BRANCHES = ("all", "any", "not")
_LEAF_KEYS = ("fact", "operator", "value", "parameter")


@dataclass(slots=True)
class ConditionCheck:
    """Check one condition, and learn which facts and parameters it reads.

    Attributes:
        check: Checks and notes for the rule's file.
        specs: The facts a rule may read.
        node: The rule's node, or None where the file names none that exists.
        parameters: The rule's parameters as written, by name.
        facts: The facts it was found to read.
        used: The parameters it was found to use.
    """

    check: Checker
    specs: Mapping[str, FactSpec]
    node: str | None
    parameters: Mapping[str, Located]
    facts: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def run(self, condition: Located, *, negated: bool = False) -> None:
        """Check a condition and everything below it."""
        value = condition.value
        if not isinstance(value, dict):
            wrong = f"a condition is {condition.spoken()}, not a mapping"
            self.check.note(condition.line, wrong, "write all, any, not, or fact with operator")
            return
        branches = [key for key in _BRANCHES if key in value]
        if not branches:
            self._comparison(condition, negated=negated)
        elif len(value) > 1:
            wrong = f"a condition holds {', '.join(value)} together"
            self.check.note(condition.line, wrong, f"keep {branches[0]} alone and nest the others below it")
        elif branches == ["not"]:
            self.run(value["not"], negated=not negated)
        else:
            for child in self.check.items(value[branches[0]], f"the condition's {branches[0]}"):
                self.run(child, negated=negated)

    def _comparison(self, node: Located, *, negated: bool) -> None:
        entries = self.check.mapping(node, "the comparison", _LEAF_KEYS[:2], _LEAF_KEYS[2:])
        spec = self._fact(entries["fact"]) if "fact" in entries else None
        used = self._operator(entries["operator"]) if "operator" in entries else None
        if used is None or not self._has_threshold(node, entries, used) or spec is None:
            self.used |= _names(entries)
            return
        if spec.type not in used.types:
            fitting = ", ".join(one.name for one in OPERATORS.values() if spec.type in one.types)
            wrong = f"{used.name} does not fit {spec.name}, which is a {spec.type}"
            self.check.note(entries["operator"].line, wrong, f"write one of {fitting}")
            self.used |= _names(entries)
            return
        if spec.derived and (negated or used.name != "at_least"):
            wrong = f"{spec.name} is derived and may only be asked to be at_least something"
            self.check.note(entries["operator"].line, wrong, "write operator: at_least, under no not")
        if "value" in entries:
            self._values(entries["value"], used, spec)
        elif "parameter" in entries:
            self._parameters(entries["parameter"], used, spec)

    def _fact(self, node: Located) -> FactSpec | None:
        name = self.check.text(node, "fact")
        if name is None:
            return None
        spec = self.specs.get(name)
        if spec is None:
            self.check.note(node.line, f"there is no fact {name!r}", nearest(name, self.specs))
            return None
        self.facts.add(name)
        self.known_in_time(spec, node.line)
        return spec

    def known_in_time(self, spec: FactSpec, line: int) -> None:
        """Note a fact that is only gathered after the rule's node was judged."""
        if self.node is not None and NODES.index(spec.node) > NODES.index(self.node):
            wrong = f"{spec.name} is gathered in node {spec.node}, after this rule's node {self.node}"
            self.check.note(line, wrong, f"write node: {spec.node}, or read another fact")

    def _operator(self, node: Located) -> Operator | None:
        name = self.check.choice(node, "operator", OPERATORS)
        return None if name is None else OPERATORS[name]

    def _has_threshold(self, node: Located, entries: Mapping[str, Located], used: Operator) -> bool:
        given = [key for key in ("value", "parameter") if key in entries]
        if used.takes == "nothing":
            for key in given:
                self.check.note(entries[key].line, f"{used.name} takes no {key}", "leave it out")
            return not given
        if len(given) != 1:
            wrong = f"{used.name} has both value and parameter" if given else f"{used.name} has no threshold"
            self.check.note(node.line, wrong, "write either value or parameter")
        return len(given) == 1

    def _values(self, node: Located, used: Operator, spec: FactSpec) -> None:
        if used.takes == "one":
            self.check.fits(node, "value", spec)
            return
        items = self.check.items(node, "value")
        fitting = [item.value for item in items if self.check.fits(item, "value", spec)]
        if len(fitting) != len(items):
            return
        if used.takes == "two":
            self._pair(node, fitting)
        elif len(set(map(str, fitting))) != len(fitting):
            self.check.note(node.line, "value holds the same thing twice", "keep one")

    def _pair(self, node: Located, numbers: Sequence[object]) -> None:
        if len(numbers) != 2:
            self.check.note(node.line, f"between has {len(numbers)} values", "write two: [lower, upper]")
        elif not ordered(numbers[0], numbers[1]):
            wrong = f"between's thresholds are out of order ({numbers[0]} is above {numbers[1]})"
            self.check.note(node.line, wrong, "write the lower one first")

    def _parameters(self, node: Located, used: Operator, spec: FactSpec) -> None:
        if used.takes == "many":
            self.check.note(node.line, "in takes no parameter", "write value: [...]")
            return
        nodes = [node] if used.takes == "one" else self.check.items(node, "parameter")
        if used.takes == "two" and isinstance(node.value, list) and len(nodes) != 2:
            wrong = f"between has {len(nodes)} parameters"
            self.check.note(node.line, wrong, "write two names: [lower, upper]")
        good = [self._parameter(one, spec) for one in nodes]
        if used.takes == "two" and len(good) == 2 and all(good):
            self._ordered_parameters(nodes)

    def _parameter(self, node: Located, spec: FactSpec) -> bool:
        name = self.check.text(node, "parameter")
        if name is None:
            return False
        if name not in self.parameters:
            wrong = f"there is no parameter {name!r} in this rule"
            instead = nearest(name, self.parameters) if self.parameters else f"add {name} under parameters"
            self.check.note(node.line, wrong, instead)
            return False
        self.used.add(name)
        shape = self.parameters[name].value
        if not isinstance(shape, dict):
            return False
        unit = shape.get("unit")
        if spec.type == "number" and unit is not None and unit.value != spec.unit:
            wrong = f"parameter {name} is in {unit.raw}, but {spec.name} is in {spec.unit}"
            self.check.note(unit.line, wrong, f"write unit: {spec.unit}")
        columns = [shape[column] for column in PROFILE_COLUMNS if column in shape]
        return all([self.check.fits(column, f"parameter {name}", spec) for column in columns])

    def _ordered_parameters(self, nodes: list[Located]) -> None:
        lower, upper = (self.parameters[one.raw].value for one in nodes)
        if not isinstance(lower, dict) or not isinstance(upper, dict):
            return
        for column in PROFILE_COLUMNS:
            if column in lower and column in upper and not ordered(lower[column].value, upper[column].value):
                low, high = lower[column].raw, upper[column].raw
                wrong = f"between's thresholds are out of order in {column} ({low} is above {high})"
                self.check.note(lower[column].line, wrong, "write the lower one first")


def _names(entries: Mapping[str, Located]) -> set[str]:
    """Return the parameters a broken comparison names, so that they are not called unused as well."""
    given = entries["parameter"].plain() if "parameter" in entries else []
    return {one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)}
