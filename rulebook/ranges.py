"""Ranges: which numbers a parameter may be, asked wherever a number for it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from rulebook.sentences import exact_text


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Hold which numbers a parameter may be, both ends included.

    Attributes:
        minimum: The least, or None where it is not bounded below.
        maximum: The most, or None where it is not bounded above.
        whole: Whether it counts things, so that only whole numbers make sense.
    """

    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Self:
        """Return the range in a parameter's plain form; a bound that is no number is none."""
        return cls(_bound(shape.get("minimum")), _bound(shape.get("maximum")), shape.get("whole") is True)

    def fault(self, value: object) -> str | None:
        """Return what to write instead of a value that lies outside; None for one inside, or for no number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        is_inside = (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)
        return (
            None
            if is_inside and (not self.whole or isinstance(value, int) or value.is_integer())
            else f"write {self.words()}"
        )

    def words(self) -> str:
        """Say which numbers there are: `a whole number from 1 to 100`, `a number of at least 0`."""
        kind = "a whole number" if self.whole else "a number"
        if self.minimum is not None and self.maximum is not None:
            return f"{kind} from {exact_text(self.minimum)} to {exact_text(self.maximum)}"
        if self.minimum is not None:
            return f"{kind} of at least {exact_text(self.minimum)}"
        return kind if self.maximum is None else f"{kind} of at most {exact_text(self.maximum)}"


ANY_NUMBER: Final = NumberRange()
"""The range of a parameter that says nothing of one."""


def _bound(value: object) -> float | None:
    return None if isinstance(value, bool) or not isinstance(value, int | float) else value
