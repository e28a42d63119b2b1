"""JSON read with nothing left to chance, and the line of every value in it for whoever finds a fault there."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from agent.labels.parts import Fault, Path, written_path

_MOST_DIGITS: Final = 300  # a double has no more before its point, and Python takes time over longer ones
_LONGEST_SHOWN: Final = 20
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


@dataclass(frozen=True, slots=True)
class JsonText:
    """A JSON text under the name its faults bear.

    Attributes:
        label: the file's path.
        text: what stands there.
        first_line: the line of the file it begins on, from 1; a row of a JSONL file is one line long.
    """

    label: str
    text: str
    first_line: int = 1

    def read(self) -> tuple[Any, list[str]]:
        """Return the value, and every reason why it cannot be read (then the value is None)."""
        twice: list[str] = []

        def one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            made = dict(pairs)
            if len(made) != len(pairs):
                twice.append("")
            return made

        try:
            value = json.loads(
                self.text,
                object_pairs_hook=one_of_each,
                parse_constant=_no_number,
                parse_int=_whole_number,
                parse_float=_number,
            )
            if "\\u" in self.text:
                json.dumps(value, ensure_ascii=False).encode()
        except json.JSONDecodeError as error:
            line = self.first_line + error.lineno - 1
            return None, [f"{self.label}:{line}: it is not JSON ({error.msg}, column {error.colno}); correct it"]
        except _NotANumber as error:
            line = self._line_of_token(str(error))
            shown = f"{str(error)[:_LONGEST_SHOWN]}{'…' * (len(str(error)) > _LONGEST_SHOWN)}"
            return None, [f"{self.label}:{line}: {shown} is no number that can be held; leave the value out"]
        except UnicodeEncodeError:
            return None, [f"{self.label}:{self.first_line}: a text holds half a surrogate pair; write whole characters"]
        except RecursionError:
            return None, [f"{self.label}:{self.first_line}: it is nested too deeply; flatten it"]
        if twice:
            return None, list(self._keys_twice())
        return value, []

    def told(self, fault: Fault) -> str:
        """Write a fault as ``path:line: where: what is wrong; what to write instead``."""
        where = f"{fault.where}: " if fault.path else ""
        return f"{self.label}:{self.line(fault.path)}: {where}{fault.wrong}; {fault.instead}"

    def line(self, path: Path) -> int:
        """Return the line of the value at a path, or of the nearest that holds it and is there."""
        found = self.first_line
        if "\n" not in self.text:
            return found
        for stands_at, line in self._places():
            if stands_at == path:
                return line
            if path[: len(stands_at)] == stands_at:
                found = line
        return found

    def _keys_twice(self) -> Iterator[str]:
        seen: set[Path] = set()
        for path, line in self._places():
            if path in seen:
                yield f"{self.label}:{line}: {written_path(path)}: the key is written twice; keep one"
            seen.add(path)

    def _line_of_token(self, token: str) -> int:
        start = next(match.start() for match in _TOKEN.finditer(self.text) if match.group() == token)
        return self.first_line + self.text.count("\n", 0, start)

    def _places(self) -> Iterator[tuple[Path, int]]:
        """Yield the path and line of every value, those of an object by the line of their key; it is JSON."""
        path: list[str | int] = []
        key: str | None = None
        line, reached = self.first_line, 0
        for match in _TOKEN.finditer(self.text):
            line += self.text.count("\n", reached, match.start())
            reached = match.start()
            token = match.group()
            if token == ":":
                continue
            if token in "}]":
                path.pop()
            elif token == ",":
                key = None
                if path and isinstance(path[-1], int):
                    path[-1] += 1
            elif token[0] == '"' and key is None and path and isinstance(path[-1], str):
                key = json.loads(token)
                path[-1] = key
                yield tuple(path), line
            else:
                if not path or isinstance(path[-1], int):
                    yield tuple(path), line
                if token in "{[":
                    path.append("" if token == "{" else 0)
                key = None if token == "{" else key


class _NotANumber(Exception):
    pass


def _whole_number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _NotANumber(digits)
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _NotANumber(digits)
    return number


def _no_number(literal: str) -> NoReturn:
    raise _NotANumber(literal)
