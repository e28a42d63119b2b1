"""Profiles: the shipped strict and relaxed, and a trader's own that extends one of them.

`strict` and `relaxed` name the column of values that every rule file holds. Any other profile says
`extends:`, chooses options of toggles, sets its own kill zones, and overrides kinds, weights and parameters
rule by rule. It stands in this order: the column, the profiles it extends, its toggles, its own rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rulebook.checks import Checker
from rulebook.condition_checks import PROFILE_COLUMNS
from rulebook.kill_zones import read_kill_zones
from rulebook.located import Located, Problems, nearest, read_text, read_yaml
from rulebook.overrides import OverrideReader, Overrides
from rulebook.rule_files import RuleDraft
from rulebook.schema import KillZone
from rulebook.toggles import Toggles, chosen

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class ProfileText:
    """Hold a trader's profile as text, as it came over the wire.

    Attributes:
        name: The name it is kept under, which its `profile:` must say; None takes what it says.
        text: YAML, of which JSON is a part.
        label: What its problems call it instead of a file.
    """

    name: str | None
    text: str
    label: str = "profile"


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold one profile.

    Attributes:
        name: Its name, which is its file's.
        path: Its file, or the label of its text.
        extends: The profile it starts from; None for strict and relaxed themselves.
        layers: What it changes by rule id: its toggles' options one by one, its own rules last.
        kill_zones: Its own kill zones, or None where it sets none.
        lines: The line of each of its keys.
    """

    name: str
    path: str
    extends: str | None
    layers: tuple[Overrides, ...]
    kill_zones: tuple[KillZone, ...] | None
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProfileReader:
    """Read profiles.

    Attributes:
        drafts: The rules they may override, by id.
        toggles: The toggles they may set.
        problems: Where every problem is noted.
    """

    drafts: Mapping[str, RuleDraft]
    toggles: Toggles
    problems: Problems

    def file(self, path: Path) -> Profile | None:
        """Return a file's profile, or None where the file cannot be read at all."""
        root = read_yaml(path, self.problems)
        return None if root is None else self._profile(root, str(path), path.stem, f"its file {path.name}")

    def text(self, given: ProfileText, taken: Mapping[str, Profile]) -> Profile | None:
        """Return a text's profile, or None where it cannot be one of its name beside those that exist."""
        root = read_text(given.text, given.label, self.problems)
        if root is None:
            return None
        said = root.value.get("profile") if isinstance(root.value, dict) else None
        name = given.name if given.name is not None or said is None else said.raw
        line = 1 if said is None else said.line
        if name is not None and not _NAME.fullmatch(name):
            wrong, instead = f"the profile is called {name!r}", "write lower-case letters, digits, - and _"
            self.problems.add(given.label, line, wrong, instead)
            return None
        if name is not None and name in taken:
            wrong = f"the profile name {name} is already taken by {taken[name].path}"
            self.problems.add(given.label, line, wrong, "give it another name")
            return None
        return self._profile(root, given.label, name or "", f"kept as {name}")

    def _profile(self, root: Located, path: str, name: str, called: str) -> Profile:
        check = Checker(path, self.problems)
        base = name in PROFILE_COLUMNS
        required = ("profile", "description") if base else ("profile", "description", "extends")
        entries = check.mapping(root, "the profile", required, () if base else ("toggles", "kill_zones", "rules"))
        for key in ("profile", "description", "extends"):
            if key in entries:
                check.text(entries[key], key)
        said = entries["profile"].value if "profile" in entries else name
        if isinstance(said, str) and said.strip() and said != name:
            check.note(entries["profile"].line, f"the profile is called {said} but {called}", f"write profile: {name}")
        extends = entries["extends"].value if "extends" in entries else None
        options = chosen(entries["toggles"], self.toggles, check) if "toggles" in entries else ()
        own = OverrideReader(check, self.drafts).read(entries["rules"]) if "rules" in entries else {}
        return Profile(
            name=name,
            path=path,
            extends=extends if isinstance(extends, str) else None,
            layers=(*(one.overrides for one in options), own),
            kill_zones=read_kill_zones(entries["kill_zones"], check) if "kill_zones" in entries else None,
            lines=root.key_lines,
        )


def read_profiles(
    folder: Path, own: Path | ProfileText | None, reader: ProfileReader
) -> tuple[dict[str, Profile], Profile | None]:
    """Read every profile of a folder, and a trader's own beside them.

    Returns:
        The profiles by name (one that extends itself, or one that does not exist, is noted and left out), and
        the trader's own among them, None where there is none or it cannot be read.
    """
    problems = reader.problems
    paths = sorted(folder.glob("*.yaml"))
    mine = own
    if isinstance(own, Path) and own.resolve() in {path.resolve() for path in paths}:
        mine = None
    elif isinstance(own, Path) and own.stem in {path.stem for path in paths}:
        wrong = f"the profile name {own.stem} is already taken by {folder / (own.stem + '.yaml')}"
        problems.add(str(own), 1, wrong, "name the file otherwise")
        return {}, None
    read = [reader.file(path) for path in paths]
    profiles = {one.name: one for one in read if one is not None}
    for name in PROFILE_COLUMNS:
        if name not in {path.stem for path in paths}:
            problems.add(str(folder), 1, f"there is no {name}.yaml", "add it")
    added = reader.file(mine) if isinstance(mine, Path) else None
    if isinstance(mine, ProfileText):
        added = reader.text(mine, profiles)
    if added is not None:
        profiles[added.name] = added
    rooted = {name: one for name, one in profiles.items() if _rooted(one, profiles, problems)}
    wanted = own.stem if isinstance(own, Path) else None if added is None else added.name
    return rooted, None if wanted is None else rooted.get(wanted)


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
            problems.add(child.path, child.lines.get("extends", 1), wrong, nearest(parent, profiles))
            return False
        if parent in seen:
            wrong = f"profile {profile.name} extends itself"
            problems.add(profile.path, profile.lines.get("extends", 1), wrong, "extend strict or relaxed")
            return False
        seen.add(parent)
        child = profiles[parent]
    return True
