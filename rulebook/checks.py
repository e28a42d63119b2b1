"""Check the shape of located YAML values, noting every problem instead of stopping at the first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rulebook.conditions import LARGEST_NUMBER
from rulebook.facts import FactSpec, FactType, Scalar
from rulebook.located import Located, Problems, nearest
from rulebook.ranges import NumberRange

WEIGHT_STEP = 0.25
"""Weights come in quarter points, which add up without rounding."""

_EXAMPLES: dict[FactType, str] = {"number": "a number", "flag": "true or false", "text": "a text"}


def type_of(value: object) -> FactType | None:
    """Return which type of fact a plain value could be, or None for a list, a mapping or nothing."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Checker:
    """Check the values of one file.

    Attributes:
        path: The file, as its problems name it.
        problems: Where they are collected.
    """

    path: str
    problems: Problems

    def note(self, line: int, wrong: str, instead: str) -> None:
        """Note one problem of this file."""
        self.problems.add(self.path, line, wrong, instead)

    def mapping(
        self, node: Located, what: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Located]:
        """Return the known entries of a mapping, noting unknown and missing keys."""
        if not isinstance(node.value, dict):
            self.note(node.line, f"{what} is {node.spoken()}, not a mapping", f"write {', '.join(required)}")
            return {}
        known = (*required, *optional)
        for key in node.value:
            if key not in known:
                spare = [one for one in known if one not in node.value]
                self.note(node.key_lines[key], f"{what} has an unknown key {key!r}", nearest(key, spare))
        for key in required:
            if key not in node.value:
                self.note(node.line, f"{what} has no {key!r}", f"add {key}")
        return {key: item for key, item in node.value.items() if key in known}

    def named(self, node: Located, what: str) -> dict[str, Located]:
        """Return the entries of a mapping whose keys are free names."""
        if isinstance(node.value, dict):
            return node.value
        self.note(node.line, f"{what} is {node.spoken()}, not a mapping", "write name: value pairs, or {}")
        return {}

    def items(self, node: Located, what: str, *, least: int = 1) -> list[Located]:
        """Return the items of a list that has at least `least` of them."""
        if not isinstance(node.value, list):
            self.note(node.line, f"{what} is {node.spoken()}, not a list", "write a list")
            return []
        if len(node.value) < least:
            self.note(node.line, f"{what} is an empty list", "write at least one item")
        return node.value

    def text(self, node: Located, what: str) -> str | None:
        """Return a text that is not blank."""
        if not isinstance(node.value, str):
            instead = f'put it in quotes: "{node.raw}"' if node.raw else "write a text"
            self.note(node.line, f"{what} is {node.spoken()}, not a text", instead)
            return None
        if not node.value.strip():
            self.note(node.line, f"{what} is blank", "write a text")
            return None
        return node.value

    def number(self, node: Located, what: str) -> float | None:
        """Return a finite number that has an exact JSON form."""
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(node.line, f"{what} is {node.spoken()}, not a number", "write a number such as 1.5")
            return None
        if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
            self.note(node.line, f"{what} is {node.raw}", f"write a number within ±{LARGEST_NUMBER}")
            return None
        return value

    def weight(self, node: Located, what: str) -> float | None:
        """Return a number of confluence points: from 0 to 10, in quarters."""
        value = self.number(node, what)
        if value is not None and (not 0 <= value <= 10 or value % WEIGHT_STEP):
            self.note(node.line, f"{what} is {node.raw}", "write points from 0 to 10 in steps of 0.25")
            return None
        return value

    def choice(self, node: Located, what: str, options: Iterable[str]) -> str | None:
        """Return one of a closed set of words."""
        options = list(options)
        if isinstance(node.value, str) and node.value in options:
            return node.value
        instead = nearest(node.raw, options) if node.raw else f"write one of {', '.join(options)}"
        self.note(node.line, f"{what} is {node.spoken()}", instead)
        return None

    def scalar(self, node: Located, what: str) -> Scalar | None:
        """Return a number, a flag or a text."""
        kind = type_of(node.value)
        if kind == "number":
            return self.number(node, what)
        if kind == "text":
            return self.text(node, what)
        if isinstance(node.value, bool):
            return node.value
        self.note(node.line, f"{what} is {node.spoken()}", "write a number, a text, true or false")
        return None

    def in_range(self, node: Located, what: str, allowed: NumberRange) -> bool:
        """Say whether a value lies in its parameter's range, noting the range where it does not."""
        instead = allowed.fault(node.value)
        if instead is not None:
            self.note(node.line, f"{what} is {node.raw}", instead)
        return instead is None

    def fits(self, node: Located, what: str, spec: FactSpec) -> bool:
        """Say whether a value could be this fact's, noting why not."""
        kind = type_of(node.value)
        if kind != spec.type:
            wrong = f"{what} is {node.spoken()}, but {spec.name} is a {spec.type}"
            self.note(node.line, wrong, f"write {_EXAMPLES[spec.type]}")
            return False
        if kind == "number":
            return self.number(node, what) is not None
        if spec.values is not None and node.value not in spec.values:
            wrong = f"{what} is {node.spoken()}, which {spec.name} never is"
            self.note(node.line, wrong, nearest(node.raw, spec.values))
            return False
        return True
