"""Toggles: named choices of a profile, each option a set of overrides that is data in `toggles.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rulebook.checks import Checker
from rulebook.located import Located, Problems, nearest, read_yaml
from rulebook.overrides import OverrideReader, Overrides
from rulebook.rule_files import RuleDraft

FILE = "toggles.yaml"
"""The file of a rulebook's folder that holds its toggles; a folder may have none."""


@dataclass(frozen=True, slots=True)
class ToggleOption:
    """Hold one option of a toggle.

    Attributes:
        name: Its name.
        description: What it is for, in one sentence.
        overrides: What it changes, by rule id.
    """

    name: str
    description: str
    overrides: Overrides


@dataclass(frozen=True, slots=True)
class Toggle:
    """Hold one choice that a profile may make.

    Attributes:
        name: Its name.
        description: What is chosen, in one sentence.
        path: The file it stands in.
        options: Its options by name, in the order written.
    """

    name: str
    description: str
    path: str
    options: Mapping[str, ToggleOption]


Toggles = Mapping[str, Toggle]
"""Toggles by name, in the order written."""


def read_toggles(folder: Path, drafts: Mapping[str, RuleDraft], problems: Problems) -> Toggles:
    """Read the toggles of a rulebook's folder; without a file there are none.

    Args:
        folder: Where `toggles.yaml` lies.
        drafts: The rules they may override, by id.
        problems: Where every problem is noted; the toggles are only to be used when there is none.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    root = read_yaml(path, problems)
    if root is None:
        return {}
    check = Checker(str(path), problems)
    reader = OverrideReader(check, drafts)
    return {name: _toggle(name, node, check, reader) for name, node in check.named(root, "the file").items()}


def _toggle(name: str, node: Located, check: Checker, reader: OverrideReader) -> Toggle:
    entries = check.mapping(node, f"toggle {name}", ("description", "options"))
    options: dict[str, ToggleOption] = {}
    if "options" in entries:
        for option, one in check.named(entries["options"], f"options of toggle {name}").items():
            options[option] = _option(f"option {option} of toggle {name}", option, one, check, reader)
        if len(options) < 2:
            check.note(entries["options"].line, f"toggle {name} has fewer than two options", "write at least two")
    return Toggle(name, _description(f"toggle {name}", entries, check), check.path, options)


def _option(what: str, name: str, node: Located, check: Checker, reader: OverrideReader) -> ToggleOption:
    entries = check.mapping(node, what, ("description", "rules"))
    overrides = reader.read(entries["rules"]) if "rules" in entries else {}
    return ToggleOption(name, _description(what, entries, check), overrides)


def _description(what: str, entries: Mapping[str, Located], check: Checker) -> str:
    given = check.text(entries["description"], f"description of {what}") if "description" in entries else None
    return given or ""


def chosen(node: Located, toggles: Toggles, check: Checker) -> tuple[ToggleOption, ...]:
    """Return the options that a profile's `toggles: {toggle: option}` chooses, in the toggles' own order."""
    found: dict[str, ToggleOption] = {}
    for name, one in check.named(node, "toggles").items():
        if name not in toggles:
            check.note(node.key_lines[name], f"there is no toggle {name!r}", nearest(name, toggles))
            continue
        option = check.choice(one, f"toggle {name}", toggles[name].options)
        if option is not None:
            found[name] = toggles[name].options[option]
    return tuple(found[name] for name in toggles if name in found)
