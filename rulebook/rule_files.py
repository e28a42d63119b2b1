"""Read rule files: one YAML file a rule, every problem noted with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rulebook.checks import Checker, type_of
from rulebook.condition_checks import PROFILE_COLUMNS, ConditionCheck
from rulebook.facts import NODES, FactSpec, FactType
from rulebook.located import Located, Problems, nearest, read_yaml
from rulebook.ranges import ANY_NUMBER, NumberRange
from rulebook.schema import CASE_OUTCOMES
from rulebook.thresholds import ordered
from rulebook.vocabulary import NODE_PARAMETERS

KINDS = ("gate", "score", "warning")
BLOCKS = ("no_trade", "wait")
WHEN_UNKNOWN = ("block", "warn")

_REQUIRED = (
    *("id", "name", "category", "node", "description", "when_valid", "when_invalid", "kind", "weight"),
    *("parameters", "condition", "references", "status", "cases"),
)
RANGE_KEYS = ("minimum", "maximum", "whole")
"""What a number parameter says of the numbers it may be."""
_OPTIONAL = ("blocks", "when_unknown", "strength", "group")
_TEXTS = ("name", "category", "description", "when_valid", "when_invalid")
_ID = re.compile(r"[1-9]\d*(\.[1-9]\d*)*")
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """Hold a rule as its file writes it, not yet resolved by a profile.

    Attributes:
        id: The rule's id.
        path: Its file.
        plain: The file's content as plain values, right as far as no problem was noted.
        lines: The line of each top-level key.
        text_facts: Facts its texts name beside those its condition reads.
        case_lines: The line of each worked example, by its kind, in the order written.
    """

    id: str
    path: str
    plain: dict[str, Any]
    lines: Mapping[str, int]
    text_facts: frozenset[str]
    case_lines: Mapping[str, tuple[int, ...]]


def read_rule_files(
    folder: Path, specs: Mapping[str, FactSpec], problems: Problems, own: Path | None = None
) -> list[RuleDraft]:
    """Read every rule file of a folder.

    Args:
        folder: Where the `*.yaml` files lie.
        specs: The facts a rule may read.
        problems: Where every problem is noted; a draft is only to be used when there is none.
        own: A rule file from elsewhere, read in place of the folder's rule of the same id or beside them.
    """
    first = None if own is None else _read_rule_file(own, specs, problems)
    paths = [path for path in sorted(folder.glob("*.yaml")) if own is None or path.resolve() != own.resolve()]
    if not paths:
        problems.add(str(folder), 1, "there is no rule file", "add one such as 1.1-htf-bias.yaml")
    drafts: dict[str, RuleDraft] = {} if first is None else {first.id: first}
    for path in paths:
        draft = _read_rule_file(path, specs, problems)
        if draft is None or (first is not None and draft.id == first.id):
            continue
        if draft.id in drafts:
            wrong = f"rule id {draft.id} is already used in {drafts[draft.id].path}"
            problems.add(draft.path, draft.lines["id"], wrong, "give each rule its own id")
        drafts.setdefault(draft.id, draft)
    return list(drafts.values())


def _read_rule_file(path: Path, specs: Mapping[str, FactSpec], problems: Problems) -> RuleDraft | None:
    located = read_yaml(path, problems)
    return None if located is None else _RuleFile(path, Checker(str(path), problems), specs).read(located)


@dataclass(frozen=True, slots=True)
class _RuleFile:
    path: Path
    check: Checker
    specs: Mapping[str, FactSpec]

    def read(self, root: Located) -> RuleDraft | None:
        entries = self.check.mapping(root, "the rule", _REQUIRED, _OPTIONAL)
        for key in _TEXTS:
            if key in entries:
                self.check.text(entries[key], key)
        node = self.check.choice(entries["node"], "node", NODES) if "node" in entries else None
        self._verdict_keys(root, entries)
        condition = self._condition(entries, node)
        text_facts = self._templates(entries, condition)
        if "strength" in entries:
            self._strength(entries["strength"], condition.facts)
        self._notes(entries)
        if "cases" in entries:
            self._cases(entries["cases"], condition.facts)
        rule_id = self._id(entries["id"]) if "id" in entries else None
        if rule_id is None:
            return None
        self._asked_for(rule_id, entries)
        return RuleDraft(rule_id, str(self.path), root.plain(), root.key_lines, text_facts, _case_lines(entries))

    def _id(self, node: Located) -> str | None:
        rule_id = self.check.text(node, "id")
        if rule_id is None:
            return None
        if not _ID.fullmatch(rule_id):
            instead = 'write numbers joined by points, such as "2.2"'
            self.check.note(node.line, f"id is {node.spoken()}", instead)
            return None
        if not re.fullmatch(rf"{re.escape(rule_id)}-[a-z0-9-]+\.yaml", self.path.name):
            self.check.note(
                node.line,
                f"the file is named {self.path.name} but holds rule {rule_id}",
                f"name it {rule_id}-a-few-words.yaml",
            )
        return rule_id

    def _verdict_keys(self, root: Located, entries: Mapping[str, Located]) -> None:
        """Check kind, weight, blocks and when_unknown, which together say what a verdict does."""
        if "weight" in entries:
            self.check.weight(entries["weight"], "weight")
        if "group" in entries:
            self.check.text(entries["group"], "group")
        if "blocks" in entries:
            self.check.choice(entries["blocks"], "blocks", BLOCKS)
        if "when_unknown" in entries:
            self.check.choice(entries["when_unknown"], "when_unknown", WHEN_UNKNOWN)
        if "kind" not in entries:
            return
        kinds = self._kinds(entries["kind"])
        for key in ("blocks", "when_unknown"):
            if "gate" in kinds and key not in entries:
                options = "no_trade or wait" if key == "blocks" else "block or warn"
                self.check.note(root.line, f"the rule is a gate and has no {key!r}", f"add {key}: {options}")
            if kinds <= {"score", "warning"} and key in entries:
                wrong = f"the rule is never a gate, so {key} does nothing"
                self.check.note(root.key_lines[key], wrong, "leave it out, or write kind: gate")

    def _kinds(self, node: Located) -> set[str | None]:
        if isinstance(node.value, dict):
            columns = self.check.mapping(node, "kind", PROFILE_COLUMNS)
            return {self.check.choice(one, f"kind in {name}", KINDS) for name, one in columns.items()}
        return {self.check.choice(node, "kind", KINDS)}

    def _condition(self, entries: Mapping[str, Located], node: str | None) -> ConditionCheck:
        parameters: Mapping[str, Located] = {}
        lines: Mapping[str, int] = {}
        if "parameters" in entries:
            parameters = self.check.named(entries["parameters"], "parameters")
            lines = entries["parameters"].key_lines
        condition = ConditionCheck(self.check, self.specs, node, parameters)
        read_by_node = {name for name, one in parameters.items() if self._parameter(name, one)}
        if "condition" in entries:
            condition.run(entries["condition"])
            for name in parameters:
                if name not in condition.used and name not in read_by_node:
                    wrong = f"parameter {name} is never used by the condition"
                    self.check.note(lines[name], wrong, "use it, leave it out, or mark it read_by: node")
        return condition

    def _parameter(self, name: str, node: Located) -> bool:
        """Check one parameter, and say whether the node reads it."""
        required, optional = (*PROFILE_COLUMNS, "description"), ("unit", "read_by", "values", *RANGE_KEYS)
        entries = self.check.mapping(node, f"parameter {name}", required, optional)
        types = {column: type_of(entries[column].value) for column in PROFILE_COLUMNS if column in entries}
        allowed = self._range(name, entries, types)
        for column in types:
            what = f"parameter {name} in {column}"
            if self.check.scalar(entries[column], what) is not None:
                self.check.in_range(entries[column], what, allowed)
        if len(set(types.values())) > 1 and None not in types.values():
            wrong = f"parameter {name} is a {types['strict']} in strict and a {types['relaxed']} in relaxed"
            self.check.note(node.line, wrong, "write values of one type")
        if "number" in types.values() and "unit" not in entries and entries:
            self.check.note(node.line, f"parameter {name} has no 'unit'", "add unit")
        for key in ("description", "unit"):
            if key in entries:
                self.check.text(entries[key], f"{key} of parameter {name}")
        if "read_by" in entries:
            self.check.choice(entries["read_by"], f"read_by of parameter {name}", ("node",))
        if "values" in entries:
            self._values(name, entries, types)
        return "read_by" in entries

    def _range(self, name: str, entries: Mapping[str, Located], types: Mapping[str, FactType | None]) -> NumberRange:
        """Check which numbers a parameter may be, and return it; one at fault allows every number."""
        given = {key: entries[key] for key in RANGE_KEYS if key in entries}
        if given and any(kind in ("flag", "text") for kind in types.values()):
            self.check.note(
                entries[next(iter(given))].line,
                f"parameter {name} has {next(iter(given))} and is no number",
                "leave it out",
            )
            return ANY_NUMBER
        ends = [self.check.number(given[key], f"{key} of parameter {name}") for key in RANGE_KEYS[:2] if key in given]
        if "whole" in given and not isinstance(given["whole"].value, bool):
            wrong = f"whole of parameter {name} is {given['whole'].spoken()}"
            self.check.note(given["whole"].line, wrong, "write true or false")
        if None in ends:
            return ANY_NUMBER
        if len(ends) == len(RANGE_KEYS[:2]) and not ordered(*ends):
            wrong = f"minimum of parameter {name} is above its maximum"
            self.check.note(given["minimum"].line, wrong, "write the lower one first")
            return ANY_NUMBER
        return NumberRange.of({key: one.value for key, one in given.items()})

    def _asked_for(self, rule_id: str, entries: Mapping[str, Located]) -> None:
        """Note a parameter left to a node that asks for no such parameter, where a misspelling would do nothing."""
        parameters, asked = entries.get("parameters"), NODE_PARAMETERS.get(rule_id, ())
        if parameters is None or not isinstance(parameters.value, dict):
            return
        for name, one in parameters.value.items():
            if isinstance(one.value, dict) and "read_by" in one.value and name not in asked:
                wrong = f"no node reads parameter {name} of rule {rule_id}"
                instead = nearest(name, asked) if asked else "leave read_by out"
                self.check.note(parameters.key_lines[name], wrong, instead)

    def _values(self, name: str, entries: Mapping[str, Located], types: Mapping[str, FactType | None]) -> None:
        """Check the closed set of a text parameter, and that both columns are in it."""
        node = entries["values"]
        if any(kind != "text" for kind in types.values()):
            self.check.note(node.line, f"parameter {name} has values and is no text", "leave values out")
            return
        what = f"values of parameter {name}"
        items = self.check.items(node, what)
        known = [text for one in items if (text := self.check.text(one, what)) is not None]
        if len(set(known)) != len(known):
            self.check.note(node.line, f"{what} holds the same thing twice", "keep one")
        for column in types:
            if known:
                self.check.choice(entries[column], f"parameter {name} in {column}", known)

    def _templates(self, entries: Mapping[str, Located], condition: ConditionCheck) -> frozenset[str]:
        """Check the placeholders of both texts, and return the facts they name."""
        found: set[str] = set()
        for key in ("when_valid", "when_invalid"):
            if key not in entries or not isinstance(entries[key].value, str):
                continue
            line = entries[key].line
            for match in _BRACES.finditer(entries[key].raw):
                name = match[1]
                if name is None:
                    self.check.note(line, f"{key} has a lone {match[0]}", "write {fact.name}")
                elif name not in self.specs:
                    wrong = f"{key} names {{{name}}}, which is no fact"
                    self.check.note(line, wrong, nearest(name, self.specs))
                else:
                    found.add(name)
                    condition.known_in_time(self.specs[name], line)
        return frozenset(found)

    def _strength(self, node: Located, facts: set[str]) -> None:
        entries = self.check.mapping(node, "strength", ("fact", "zero", "full", "weight"))
        if "fact" in entries:
            name = self.check.choice(entries["fact"], "strength's fact", sorted(facts)) if facts else None
            if name is not None and self.specs[name].type != "number":
                wrong = f"strength's fact {name} is a {self.specs[name].type}"
                self.check.note(entries["fact"].line, wrong, "grade a number")
        ends = [self.check.number(entries[key], key) for key in ("zero", "full") if key in entries]
        if len(ends) == 2 and ends[0] is not None and ends[0] == ends[1]:
            self.check.note(node.line, "strength's zero and full are the same", "write two different numbers")
        if "weight" in entries:
            weight = self.check.number(entries["weight"], "strength's weight")
            if weight is not None and weight <= 0:
                self.check.note(entries["weight"].line, f"strength's weight is {weight}", "write more than 0")

    def _notes(self, entries: Mapping[str, Located]) -> None:
        if "status" in entries:
            self.check.choice(entries["status"], "status", ("stable", "experimental"))
        if "references" in entries:
            for one in self.check.items(entries["references"], "references"):
                self.check.text(one, "a reference")

    def _cases(self, node: Located, facts: set[str]) -> None:
        for kind, group in self.check.mapping(node, "cases", tuple(CASE_OUTCOMES)).items():
            for case in self.check.items(group, f"cases of {kind}"):
                self._case(case, f"a case of {kind}", facts)

    def _case(self, node: Located, what: str, facts: set[str]) -> None:
        entries = self.check.mapping(node, what, ("title", "facts"), ("profile",))
        if "title" in entries:
            self.check.text(entries["title"], f"title of {what}")
        if "profile" in entries:
            self.check.choice(entries["profile"], f"profile of {what}", PROFILE_COLUMNS)
        if "facts" not in entries:
            return
        given = self.check.named(entries["facts"], f"facts of {what}")
        for name, value in given.items():
            line = entries["facts"].key_lines[name]
            if name not in facts:
                wrong = f"{what} gives {name}, which the condition does not read"
                self.check.note(line, wrong, nearest(name, sorted(facts)))
            elif value.value is not None:
                self.check.fits(value, name, self.specs[name])
        for name in sorted(facts - given.keys()):
            wrong = f"{what} does not give {name}"
            self.check.note(node.line, wrong, f"add {name}, null where it is unknown")


def _case_lines(entries: Mapping[str, Located]) -> dict[str, tuple[int, ...]]:
    groups = entries["cases"].value if "cases" in entries else None
    if not isinstance(groups, dict):
        return {}
    lists = {kind: group.value for kind, group in groups.items() if isinstance(group.value, list)}
    return {kind: tuple(case.line for case in cases) for kind, cases in lists.items()}
