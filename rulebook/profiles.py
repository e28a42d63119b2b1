"""Profiles: the shipped strict and relaxed, and a trader's own that extends one of them.

`strict` and `relaxed` name the column of values that every rule file holds. Any other profile says
`extends:` and overrides kinds, weights and parameters rule by rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rulebook.checks import Checker, type_of
from rulebook.condition_checks import PROFILE_COLUMNS
from rulebook.facts import FactSpec
from rulebook.located import Located, Problems, nearest, read_yaml
from rulebook.rule_files import BLOCKS, KINDS, WHEN_UNKNOWN, RuleDraft

_OVERRIDES = ("kind", "weight", "blocks", "when_unknown", "parameters")


@dataclass(frozen=True, slots=True)
class Override:
    """Hold what a profile changes in one rule.

    Attributes:
        path: The profile's file.
        line: Where the rule's override starts.
        values: What it changes, as plain values.
        lines: The line of each value; parameters as `parameters.name`.
    """

    path: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold one profile file.

    Attributes:
        name: Its name, which is its file's.
        path: Its file.
        extends: The profile it starts from; None for strict and relaxed themselves.
        overrides: What it changes, by rule id.
    """

    name: str
    path: str
    extends: str | None
    overrides: Mapping[str, Override]


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """Read one profile file.

    Attributes:
        path: The file.
        drafts: The rules it may override, by id.
        specs: The facts those rules may read.
        problems: Where every problem is noted.
    """

    path: Path
    drafts: Mapping[str, RuleDraft]
    specs: Mapping[str, FactSpec]
    problems: Problems

    def read(self) -> Profile | None:
        """Return the profile, or None where the file cannot be read at all."""
        root = read_yaml(self.path, self.problems)
        if root is None:
            return None
        check = Checker(str(self.path), self.problems)
        base = self.path.stem in PROFILE_COLUMNS
        required = ("profile", "description") if base else ("profile", "description", "extends")
        entries = check.mapping(root, "the profile", required, () if base else ("rules",))
        for key in ("profile", "description", "extends"):
            if key in entries:
                check.text(entries[key], key)
        name = entries["profile"].value if "profile" in entries else self.path.stem
        if isinstance(name, str) and name.strip() and name != self.path.stem:
            wrong = f"the profile is called {name} but its file {self.path.name}"
            check.note(entries["profile"].line, wrong, f"write profile: {self.path.stem}")
        extends = entries["extends"].value if "extends" in entries else None
        rules = check.named(entries["rules"], "rules") if "rules" in entries else {}
        overrides = {
            rule_id: self._override(check, rule_id, node, entries["rules"].key_lines[rule_id])
            for rule_id, node in rules.items()
        }
        known = {rule_id: one for rule_id, one in overrides.items() if one is not None}
        return Profile(self.path.stem, str(self.path), extends if isinstance(extends, str) else None, known)

    def _override(self, check: Checker, rule_id: str, node: Located, line: int) -> Override | None:
        draft = self.drafts.get(rule_id)
        if draft is None:
            check.note(line, f"there is no rule {rule_id!r}", f"write one of {', '.join(self.drafts)}")
            return None
        entries = check.mapping(node, f"the override of rule {rule_id}", (), _OVERRIDES)
        values: dict[str, Any] = {}
        if "weight" in entries:
            values["weight"] = check.weight(entries["weight"], "weight")
        for key, options in (("kind", KINDS), ("blocks", BLOCKS), ("when_unknown", WHEN_UNKNOWN)):
            if key in entries:
                values[key] = check.choice(entries[key], key, options)
        lines = dict(node.key_lines)
        if "parameters" in entries:
            given = check.named(entries["parameters"], f"parameters of rule {rule_id}")
            lines |= {f"parameters.{name}": one for name, one in entries["parameters"].key_lines.items()}
            values["parameters"] = {
                name: value.value
                for name, value in given.items()
                if self._parameter(check, draft, name, value, lines[f"parameters.{name}"])
            }
        return Override(str(self.path), line, values, lines)

    def _parameter(self, check: Checker, draft: RuleDraft, name: str, node: Located, line: int) -> bool:
        declared = draft.plain.get("parameters")
        if not isinstance(declared, dict):
            return False
        if name not in declared:
            check.note(line, f"rule {draft.id} has no parameter {name!r}", nearest(name, declared))
            return False
        shape = declared[name]
        needed = type_of(shape.get("strict")) if isinstance(shape, dict) else None
        if type_of(node.value) != needed:
            wrong = f"parameter {name} of rule {draft.id} is {node.spoken()}, but it is a {needed}"
            check.note(node.line, wrong, f"write a {needed}")
            return False
        return check.scalar(node, f"parameter {name}") is not None


def read_profiles(
    folder: Path, own: Path | None, drafts: list[RuleDraft], specs: Mapping[str, FactSpec], problems: Problems
) -> dict[str, Profile]:
    """Read every profile of a folder, and a trader's own file beside them.

    Returns:
        The profiles by name; one that extends itself, or one that does not exist, is noted and left out.
    """
    by_id = {draft.id: draft for draft in drafts}
    paths = sorted(folder.glob("*.yaml"))
    if own is not None and own.resolve() not in {path.resolve() for path in paths}:
        if own.stem in {path.stem for path in paths}:
            wrong = f"the profile name {own.stem} is already taken by {folder / (own.stem + '.yaml')}"
            problems.add(str(own), 1, wrong, "name the file otherwise")
            return {}
        paths.append(own)
    read = [ProfileFile(path, by_id, specs, problems).read() for path in paths]
    profiles = {one.name: one for one in read if one is not None}
    for name in PROFILE_COLUMNS:
        if name not in {path.stem for path in paths}:
            problems.add(str(folder), 1, f"there is no {name}.yaml", "add it")
    return {name: one for name, one in profiles.items() if _rooted(one, profiles, problems)}


def lineage(profile: Profile, profiles: Mapping[str, Profile]) -> list[Profile]:
    """Return a profile and those it extends, the base (strict or relaxed) first."""
    chain = [profile]
    while chain[0].extends is not None:
        chain.insert(0, profiles[chain[0].extends])
    return chain


def _rooted(profile: Profile, profiles: Mapping[str, Profile], problems: Problems) -> bool:
    """Say whether a profile's ancestry ends at strict or relaxed, noting the link that is wrong."""
    seen = {profile.name}
    child = profile
    while child.name not in PROFILE_COLUMNS:
        parent = child.extends
        if parent is None:
            return False
        if parent not in profiles:
            wrong = f"there is no profile {parent!r} to extend"
            problems.add(child.path, 1, wrong, nearest(parent, profiles))
            return False
        if parent in seen:
            wrong = f"profile {profile.name} extends itself"
            problems.add(profile.path, 1, wrong, "extend strict or relaxed")
            return False
        seen.add(parent)
        child = profiles[parent]
    return True
