"""YAML with the line of every value and key kept, and every problem collected instead of raised."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rulebook.facts import Scalar

_SCALARS = ("bool", "int", "float", "null")
_DEEPEST = 20
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Located:
    """Hold one YAML value and the line it stands on.

    Attributes:
        value: A scalar or None, a list of `Located`, or a dict of `Located`.
        line: Line number, from 1.
        raw: A scalar as it was written.
        key_lines: For a mapping, the line of each key.
    """

    value: Scalar | list[Located] | dict[str, Located] | None
    line: int
    raw: str = ""
    key_lines: dict[str, int] = field(default_factory=dict)

    def plain(self) -> Any:
        """Return the value without its lines."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value

    def spoken(self) -> str:
        """Say what it is, for a message: `the text abc`, `the number 1.1`, `a list`."""
        match self.value:
            case None:
                return "nothing"
            case bool():
                return f"the flag {self.raw}"
            case int() | float():
                return f"the number {self.raw}"
            case str():
                return f"the text {self.value!r}"
            case list():
                return "a list"
        return "a mapping"


@dataclass(slots=True)
class Problems:
    """Collect what is wrong, each as `path:line: what is wrong; what to write instead`."""

    found: list[tuple[str, int, str]] = field(default_factory=list)

    def add(self, path: str, line: int, wrong: str, instead: str) -> None:
        """Note one problem."""
        self.found.append((path, line, f"{path}:{line}: {wrong}; {instead}"))

    def messages(self) -> list[str]:
        """Return every problem once, ordered by file and line."""
        return [message for _, _, message in sorted(dict.fromkeys(self.found), key=lambda one: one[:2])]


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or list them all: `write X` or `write one of X, Y`."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"write {close[0]}"
    return f"write one of {', '.join(known)}" if known else "leave it out"


def read_yaml(path: Path, problems: Problems) -> Located | None:
    """Read one YAML file; a file that cannot be read is noted as a problem and gives None."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        problems.add(str(path), 1, f"the file cannot be read ({error.strerror})", "make it readable")
        return None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problems.add(str(path), line, "the file is not UTF-8 text", "save it as UTF-8")
        return None
    return read_text(text, str(path), problems)


def read_text(text: str, label: str, problems: Problems) -> Located | None:
    """Read a YAML text; one that cannot be read is noted as a problem and gives None.

    Args:
        text: The text.
        label: What its problems call it, in place of a path.
        problems: Where they are noted.
    """
    try:
        too_deep = _too_deep(text)
        if too_deep is not None:
            problems.add(label, too_deep, f"it is nested more than {_DEEPEST} levels deep", "flatten it")
            return None
        loader = _LOADER(text)
        node = loader.get_single_node()
        if node is None:
            problems.add(label, 1, "the file is empty", "write its keys")
            return None
        return _Reader(label, loader, problems).read(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        problems.add(label, line, f"it is not YAML ({error.problem})", "correct the syntax")
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        problems.add(label, 1, f"it is not YAML ({' '.join(str(error).split())})", "correct the syntax")
    return None


def _too_deep(text: str) -> int | None:
    """Return the line where a text nests too deeply to be composed: libyaml would overflow the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return 1 if event.start_mark is None else event.start_mark.line + 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


@dataclass(slots=True)
class _Reader:
    path: str
    loader: Any
    problems: Problems
    seen: set[int] = field(default_factory=set)

    def read(self, node: yaml.Node) -> Located:
        line = node.start_mark.line + 1
        if id(node) in self.seen:
            self.problems.add(self.path, line, "an alias (*name) is used", "write the value out")
            return Located(None, line)
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, line)
        if isinstance(node, yaml.SequenceNode):
            return Located([self.read(item) for item in node.value], line)
        return self._scalar(node, line)

    def _scalar(self, node: yaml.Node, line: int) -> Located:
        raw = str(node.value)
        if node.tag.removeprefix(_TAG) not in _SCALARS:
            return Located(raw, line, raw)
        try:
            return Located(self.loader.construct_object(node), line, raw)
        except ValueError:
            self.problems.add(self.path, line, f"{raw!r} does not fit its tag", "leave the tag out")
            return Located(None, line, raw)

    def _mapping(self, node: yaml.MappingNode, line: int) -> Located:
        values: dict[str, Located] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            key = self.read(key_node)
            value = self.read(value_node)
            if not isinstance(key.value, str):
                quoted = f'put it in quotes: "{key.raw}"' if key.raw else "write a word"
                self.problems.add(self.path, key_line, f"the key is {key.spoken()}, not text", quoted)
            elif key.value in values:
                wrong = f"the key {key.value!r} is written twice (first on line {lines[key.value]})"
                self.problems.add(self.path, key_line, wrong, "keep one")
            else:
                values[key.value], lines[key.value] = value, key_line
        return Located(values, line, key_lines=lines)
