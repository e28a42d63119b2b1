"""Overrides: what a profile, or an option of a toggle, changes in one rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulebook.checks import Checker, type_of
from rulebook.located import Located, nearest
from rulebook.ranges import NumberRange
from rulebook.rule_files import BLOCKS, KINDS, WHEN_UNKNOWN, RuleDraft

_KEYS = ("kind", "weight", "blocks", "when_unknown", "parameters")
_LOCKED_CATEGORY = "governance"


@dataclass(frozen=True, slots=True)
class Override:
    """Hold what is changed in one rule.

    Attributes:
        path: The file that says so.
        line: Where the rule's override starts.
        values: What it changes, as plain values; a value at fault is left out.
        lines: The line of each value; parameters as `parameters.name`.
    """

    path: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]


Overrides = Mapping[str, Override]
"""Overrides by rule id."""


@dataclass(frozen=True, slots=True)
class OverrideReader:
    """Read the overrides of one file.

    Attributes:
        check: Checks and notes for the file.
        drafts: The rules that may be overridden, by id.
    """

    check: Checker
    drafts: Mapping[str, RuleDraft]

    def read(self, node: Located) -> Overrides:
        """Return the overrides of a mapping `{rule id: {kind, weight, blocks, when_unknown, parameters}}`."""
        rules = self.check.named(node, "rules")
        found = {rule_id: self._override(rule_id, one, node.key_lines[rule_id]) for rule_id, one in rules.items()}
        return {rule_id: one for rule_id, one in found.items() if one is not None}

    def _override(self, rule_id: str, node: Located, line: int) -> Override | None:
        draft = self.drafts.get(rule_id)
        if draft is None:
            instead = f"write one of {', '.join(self.drafts)}" if self.drafts else "leave it out"
            self.check.note(line, f"there is no rule {rule_id!r}", instead)
            return None
        if draft.plain.get("category") == _LOCKED_CATEGORY:
            wrong = f"rule {rule_id} governs the other rules and is no profile's to change"
            self.check.note(line, wrong, "leave it out")
            return None
        entries = self.check.mapping(node, f"the override of rule {rule_id}", (), _KEYS)
        found: dict[str, Any] = {}
        if "weight" in entries:
            found["weight"] = self.check.weight(entries["weight"], "weight")
        for key, options in (("kind", KINDS), ("blocks", BLOCKS), ("when_unknown", WHEN_UNKNOWN)):
            if key in entries:
                found[key] = self.check.choice(entries[key], key, options)
        values = {key: value for key, value in found.items() if value is not None}
        lines = dict(node.key_lines)
        if "parameters" in entries:
            given = self.check.named(entries["parameters"], f"parameters of rule {rule_id}")
            lines |= {f"parameters.{name}": one for name, one in entries["parameters"].key_lines.items()}
            values["parameters"] = {
                name: value.value
                for name, value in given.items()
                if self._parameter(draft, name, value, lines[f"parameters.{name}"])
            }
        return Override(self.check.path, line, values, lines)

    def _parameter(self, draft: RuleDraft, name: str, node: Located, line: int) -> bool:
        declared = draft.plain.get("parameters")
        if not isinstance(declared, dict):
            return False
        if name not in declared:
            self.check.note(line, f"rule {draft.id} has no parameter {name!r}", nearest(name, declared))
            return False
        what = f"parameter {name} of rule {draft.id}"
        shape = declared[name] if isinstance(declared[name], dict) else {}
        needed = type_of(shape.get("strict"))
        if type_of(node.value) != needed:
            self.check.note(node.line, f"{what} is {node.spoken()}, but it is a {needed}", f"write a {needed}")
            return False
        if isinstance(shape.get("values"), list):
            return self.check.choice(node, what, shape["values"]) is not None
        return self.check.scalar(node, what) is not None and self.check.in_range(node, what, NumberRange.of(shape))
