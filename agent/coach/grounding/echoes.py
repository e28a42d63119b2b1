"""What an answer only repeats of the question the model asked: it chose that itself, so it proves nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

CHECKED: Final = frozenset(
    {"symbol", "run_id", "other_run_id", "timeframe", "profile", "rule", "rule_id", "tool", "state", "direction"}
)
"""What a tool looks up before it answers: it repeats none of them that does not exist."""
_FOUND: Final = re.compile(r"(?:^|\.)(?:rows|events|decisions)\.\d+(?:\.|$)")
_TELLING_DIGITS: Final = 3
_SHORTEST_TEXT: Final = 4
_DEEPEST: Final = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a call, flat.

    Attributes:
        numbers: by the key they were given under.
        texts: those a tool takes as they come, the longest first.
    """

    numbers: Mapping[str, frozenset[Decimal]]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> "Asked":
        """Read the arguments at every depth."""
        numbers: dict[str, set[Decimal]] = {}
        texts: set[str] = set()
        for key, value in _leaves(arguments, ""):
            number = number_of(value)
            if number is not None:
                numbers.setdefault(key, set()).add(number)
            elif isinstance(value, str) and key not in CHECKED and len(value.strip()) >= _SHORTEST_TEXT:
                texts.add(value.strip())
        return cls({key: frozenset(found) for key, found in numbers.items()}, tuple(sorted(texts, key=len)[::-1]))

    def repeats(self, value: Decimal, key: str, path: str) -> bool:
        """Whether a number of the answer is one of the arguments: under its own key, or telling and not found."""
        if value in self.numbers.get(key, ()):
            return True
        is_telling = len(value.normalize().as_tuple().digits) >= _TELLING_DIGITS
        return is_telling and not _FOUND.search(path) and any(value in found for found in self.numbers.values())

    def without(self, text: str) -> str:
        """Return a text of the answer without the arguments' texts in it."""
        for one in self.texts:
            if one in text:
                text = text.replace(one, " ")
        return text


NOTHING: Final = Asked({}, ())


def number_of(value: Any) -> Decimal | None:
    """Return the number that a value is, or that a text spells; None for neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _leaves(value: Any, key: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for name, inside in value.items():
            yield from _leaves(inside, str(name), depth + 1)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from _leaves(inside, key, depth + 1)
    else:
        yield key, value
