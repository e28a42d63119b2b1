"""Which column of a calendar is which: the headings exports use, in any case and with any punctuation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tools.economic_calendar.entries import Entry

# Meaning by heading, the likeliest heading first: of two that mean the same the first listed is read.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "currency": ("currency", "ccy", "curr", "cur", "country", "countrycode", "region"),
    "impact": ("impact", "importance", "imp", "volatility", "stars", "priority"),
    "title": ("event", "eventname", "title", "name", "news", "indicator", "release", "summary", "description"),
}
_WHOLE_TIMES: Final = ("datetime", "dateandtime", "timestamp", "start", "startdate", "releasedate", "unix", "epoch")
_DATES: Final = ("date", "day")
_CLOCKS: Final = ("time", "hour", "clock")
_IN_UTC: Final = re.compile(r"^(?:gmt|utc)(.+)$|^(.+?)(?:gmt|utc)$")
EXPECTED: Final = "columns date and time (or time), currency, impact, event"


@dataclass(frozen=True, slots=True)
class EventColumns:
    """The headings, as the file writes them, of what counts; `clock` is None where `date` holds the whole time."""

    date: str
    clock: str | None
    currency: str
    impact: str
    title: str
    is_utc: bool

    def entry(self, cells: Mapping[str, str], place: str) -> Entry:
        """Pick one row's texts."""
        clock = "" if self.clock is None else cells.get(self.clock, "")
        currency, impact, title = (cells.get(name, "") for name in (self.currency, self.impact, self.title))
        return Entry(place, cells.get(self.date, ""), clock, currency, impact, title, self.is_utc)


def find_columns(headings: Sequence[str]) -> EventColumns | str:
    """Return which heading means what, or the sentence that says what is missing or named twice."""
    plain = [re.sub(r"[^a-z0-9]", "", heading.lower()) for heading in headings]
    twice = sorted({one for one in plain if one and plain.count(one) > 1})
    if twice:
        return f"the column {twice[0]!r} stands there twice"
    by_name = {name: heading for name, heading in zip(plain, headings, strict=True) if name}
    when = _when(by_name)
    found = {
        meaning: next((by_name[one] for one in names if one in by_name), None) for meaning, names in _NAMES.items()
    }
    missing = [name for name, heading in (("time", when), *found.items()) if heading is None]
    if when is None or missing:
        return f"no column is the {' or the '.join(missing)}"
    date, clock, is_utc = when
    return EventColumns(date, clock, str(found["currency"]), str(found["impact"]), str(found["title"]), is_utc)


def _when(by_name: Mapping[str, str]) -> tuple[str, str | None, bool] | None:
    """Return the headings of date and clock, and whether either says UTC."""
    plain = {_without_utc(name): (heading, name) for name, heading in by_name.items()}

    def first(names: Sequence[str]) -> tuple[str, bool] | None:
        name = next((one for one in names if one in plain), None)
        return None if name is None else (plain[name][0], plain[name][1] != name)

    whole, date, clock = first(_WHOLE_TIMES), first(_DATES), first(_CLOCKS)
    if whole is not None:
        return whole[0], None, whole[1]
    if date is not None:
        return date[0], None if clock is None else clock[0], date[1] or (clock is not None and clock[1])
    return None if clock is None else (clock[0], None, clock[1])


def _without_utc(name: str) -> str:
    found = _IN_UTC.match(name)
    return name if found is None else found[1] or found[2]
