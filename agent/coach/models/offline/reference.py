"""Which recorded decisions a question names: by ids, by days and times, by their place in a list."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_ID: Final = re.compile(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,32}\b|\b[0-9a-f]{32}\b")
_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_WHOLE: Final = 32
_ISO: Final = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?=\b|t\d)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DAY_FIRST: Final = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}\b\.?(?:,? (\d{{4}})\b)?")
_MONTH_FIRST: Final = re.compile(rf"\b{_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}})\b)?")
_RELATIVE: Final = re.compile(r"\byesterday(?:'s)?\b|\btoday's\b")
_TODAY_TOO: Final = re.compile(r"\byesterday\b.*\btoday\b|\btoday\b.*\byesterday\b")
_CLOCK: Final = re.compile(r"(?:\b|(?<=t))([01]?\d|2[0-3]):([0-5]\d)(?::\d{2})?(?: ?(?:utc|z\b))?")
_PLACES: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_PLACE: Final = re.compile(
    rf"\b({'|'.join((*_PLACES, 'last'))}) one\b|\b({'|'.join(_PLACES)}) (?:decision|run|analysis|verdict)\b"
    rf"|\bthe ({'|'.join(_PLACES)})\b(?=\s*(?:[?.!,]|$|and\b|with\b|a (?:wait|trade|no\b)))"
)
_NUMBERED: Final = re.compile(r"\b(?:decision|run)s? (?:number |no\.? ?|#)?(\d{1,2})\b(?![.\d%]|\s?(?:days|hours))")
_PREVIOUS: Final = re.compile(r"\b(?:previous|preceding) (?:one|decision|run)\b|\bthe one before\b|\bprevious\??$")
LAST: Final = -1
"""The place of the last one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a question names decisions by.

    Attributes:
        ids: of runs or decisions, or how they begin; lower case hexadecimal digits.
        days: ``2024-08-27``, ``--08-27`` where the year is left out, ``yesterday``, ``today``.
        clock: ``07:15``, UTC; None without.
        places: in the list shown last, from 1; `LAST` is its end.
        is_previous: whether it is the one before that in focus.
    """

    ids: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    clock: str | None = None
    places: tuple[int, ...] = ()
    is_previous: bool = False

    @property
    def is_given(self) -> bool:
        """Whether it names any decision; a time alone names none."""
        return bool(self.ids or self.days or self.places or self.is_previous)


def read_reference(plain: str) -> tuple[Reference, str]:
    """Read what a question names decisions by.

    Args:
        plain: the question in lower case.

    Returns:
        The reference, and the question with blanks in place of what was read; places in it stay the same.
    """
    plain = _UUID.sub(lambda found: found[0].replace("-", "") + "    ", plain)
    ids, rest = _taken(_ID, plain)
    days, rest = _days(rest)
    clocks, rest = _taken(_CLOCK, rest)
    places, rest = _places(rest)
    reference = Reference(
        ids=tuple(dict.fromkeys(one[0] for one in ids)),
        days=days,
        clock=f"{int(clocks[0][1]):02}:{clocks[0][2]}" if clocks else None,
        places=places,
        is_previous=_PREVIOUS.search(rest) is not None,
    )
    return reference, rest


def is_whole(number: str) -> bool:
    """Whether an id is complete."""
    return len(number) == _WHOLE


def day_of(day: str, now: str | None) -> str | None:
    """Return a day as ``2024-08-27``; None where it cannot be known.

    Args:
        day: as a `Reference` has it.
        now: ISO 8601, UTC; None where nobody knows. A day without its year is the newest that is not to come.
    """
    if not day.startswith("-") and day[:1].isdigit():
        return day
    if now is None:
        return None
    today = date.fromisoformat(now[:10])
    if day in ("today", "yesterday"):
        return (today - timedelta(days=day == "yesterday")).isoformat()
    found = [_iso(str(year), day[2:4], day[5:7]) for year in (today.year, today.year - 1)]
    return next((one for one in found if one is not None and one <= today.isoformat()), None)


def _days(text: str) -> tuple[tuple[str, ...], str]:
    iso, rest = _taken(_ISO, text)
    found = [(one.start(), _iso(one[1], one[2], one[3])) for one in iso]
    first, rest = _taken(_DAY_FIRST, rest)
    found += [(one.start(), _named(one[2], one[1], one[3])) for one in first]
    then, rest = _taken(_MONTH_FIRST, rest)
    found += [(one.start(), _named(one[1], one[2], one[3])) for one in then]
    both = _TODAY_TOO.search(rest)
    relative, rest = _taken(re.compile(r"\byesterday\b|\btoday\b") if both else _RELATIVE, rest)
    found += [(one.start(), one[0].removesuffix("'s")) for one in relative]
    return tuple(dict.fromkeys(day for _, day in sorted(found, key=lambda one: one[0]) if day is not None)), rest


def _named(month: str, day: str, year: str | None) -> str | None:
    number = f"{_MONTHS.index(month[:3]) + 1:02}"
    return f"--{number}-{int(day):02}" if year is None else _iso(year, number, day)


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _places(text: str) -> tuple[tuple[int, ...], str]:
    named, rest = _taken(_PLACE, text)
    words = [next(group for group in one.groups() if group) for one in named]
    numbered, rest = _taken(_NUMBERED, rest)
    found = [LAST if word == "last" else _PLACES.index(word) + 1 for word in words]
    return tuple(dict.fromkeys([*found, *(int(one[1]) for one in numbered)])), rest


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[re.Match[str]], str]:
    found = list(pattern.finditer(text))
    for one in found:
        text = text[: one.start()] + " " * len(one[0]) + text[one.end() :]
    return found, text
