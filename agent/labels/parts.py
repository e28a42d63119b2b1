"""Read a JSON document strictly, and collect what is wrong with it instead of stopping at the first fault."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from rulebook.located import nearest
from tools.errors import InvalidParameter
from tools.times import parse_time

Path = tuple[str | int, ...]
_Harmless = TypeVar("_Harmless")
_ABSENT: Final = object()
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document.

    Attributes:
        path: the keys and positions that lead to it.
        wrong: what is wrong.
        instead: what to write.
    """

    path: Path
    wrong: str
    instead: str

    @property
    def where(self) -> str:
        """The path as text, such as ``labels.events[3].at``."""
        return written_path(self.path)


def written_path(path: Path) -> str:
    """Write a path as ``labels.events[3].at``."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a document, where it stands, and the list that its faults go to.

    What cannot be read is noted and gives something harmless of the right type: whoever reads a whole document asks at
    its end whether there were faults (`is_sound_since`), and builds nothing of it where there were.
    """

    value: Any
    path: Path
    faults: list[Fault]

    def fault(self, wrong: str, instead: str) -> None:
        """Note something wrong with it."""
        self.faults.append(Fault(self.path, wrong, instead))

    def is_sound_since(self, faults: int) -> bool:
        """Whether no fault has been noted since there were so many."""
        return len(self.faults) == faults

    def members(
        self, required: Sequence[str], optional: Sequence[str] = (), null_means: Collection[str] = ()
    ) -> dict[str, Part]:
        """Return an object's values by key, the required ones always; an unknown or a missing key is a fault.

        Args:
            required: keys that must be there.
            optional: keys that may be left out, or be null, which counts as left out.
            null_means: those of the optional keys of which null says something else.
        """
        if not isinstance(self.value, dict):
            if self.value is not _ABSENT:
                self.fault(f"it is {spoken(self.value)}", f"write an object with {', '.join(required or optional)}")
            return {key: Part(_ABSENT, self.path, self.faults) for key in required}
        known = (*required, *optional)
        for key in self.value:
            if key not in known:
                self._at(key, None).fault("there is no such key", nearest(key, known))
        found = {}
        for key in known:
            is_there = key in self.value and (self.value[key] is not None or key in required or key in null_means)
            if is_there:
                found[key] = self._at(key, self.value[key])
            elif key in required:
                self.fault(f"{key!r} is missing", f"write {key!r}")
                found[key] = Part(_ABSENT, self.path, self.faults)
        return found

    def entries(self) -> dict[str, Part]:
        """Return the values of an object whose keys are anything."""
        if isinstance(self.value, dict):
            return {key: self._at(key, value) for key, value in self.value.items()}
        if self.value is not _ABSENT:
            self.fault(f"it is {spoken(self.value)}", "write an object")
        return {}

    def items(self) -> list[Part]:
        """Return the values of a list."""
        if isinstance(self.value, list):
            return [self._at(index, value) for index, value in enumerate(self.value)]
        if self.value is not _ABSENT:
            self.fault(f"it is {spoken(self.value)}", "write a list")
        return []

    def text(self, *, may_be_empty: bool = False) -> str:
        """Return a text that says something, or any."""
        if isinstance(self.value, str) and (may_be_empty or self.value.strip()):
            return self.value
        return self._refused("", "write a text")

    def one_of(self, known: Sequence[str]) -> str:
        """Return one of some words."""
        if isinstance(self.value, str) and self.value in known:
            return self.value
        if isinstance(self.value, str):
            self.fault(f"it is {spoken(self.value)}, which is none", nearest(self.value, known))
            return ""
        return self._refused("", f"write one of {', '.join(known)}")

    def number(self, least: float = -math.inf, most: float = math.inf, *, above: float = -math.inf) -> float:
        """Return a finite number within bounds, as a float; NaN where there is none."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            try:
                number = float(self.value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number) and least <= number <= most and number > above:
                return number
        return self._refused(math.nan, f"write a number{_bounds(least, most, above)}")

    def count(self, most: int) -> int:
        """Return a whole number from 0 on."""
        if isinstance(self.value, int) and not isinstance(self.value, bool) and 0 <= self.value <= most:
            return self.value
        return self._refused(0, f"write a whole number from 0 to {most}")

    def flag(self) -> bool:
        """Return true or false."""
        return self.value if isinstance(self.value, bool) else self._refused(False, "write true or false")

    def moment(self) -> int:
        """Return a moment as epoch seconds, UTC; ISO-8601 text with an offset."""
        wanted = "write an ISO-8601 time with an offset, such as 2024-01-05T14:30:00Z"
        if not isinstance(self.value, str):
            return self._refused(0, wanted)
        try:
            return parse_time(self.value)
        except InvalidParameter as problem:
            self.fault(str(problem).partition(": ")[2], wanted)
            return 0

    def _at(self, key: str | int, value: Any) -> Part:
        return Part(value, (*self.path, key), self.faults)

    def _refused(self, harmless: _Harmless, instead: str) -> _Harmless:
        if self.value is not _ABSENT:
            self.fault(f"it is {spoken(self.value)}", instead)
        return harmless


def spoken(value: Any) -> str:
    """Say what a value is, for a message: ``the text 'abc'``, ``the number 1.1``, ``a list``."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value!r}" if abs(value) < 1e300 else "a very large number"
        case str():
            shown = value if len(value) <= _LONGEST_SHOWN else value[: _LONGEST_SHOWN - 1] + "…"
            return f"the text {shown!r}" if value.strip() else "an empty text"
        case list():
            return "a list"
    return "an object"


def _bounds(least: float, most: float, above: float) -> str:
    said = [] if above == -math.inf else [f"above {above:g}"]
    said += [] if least == -math.inf else [f"of at least {least:g}"]
    said += [] if most == math.inf else [f"of at most {most:g}"]
    return " " + " and ".join(said) if said else ""
