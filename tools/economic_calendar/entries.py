"""Entries of a calendar as its file has them, turned into events; every fault is named with its place."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from tools.economic_calendar.event_times import UnreadableTime, When, is_day_first, read_when, whole_day
from tools.economic_calendar.port import ScheduledEvent
from tools.economic_calendar.words import KNOWN_CURRENCIES, KNOWN_IMPACTS, currency_of, impact_of
from tools.errors import InvalidCalendar

LONGEST_TITLE: Final = 300
_DATES: Final = re.compile(r"\s*(\S+?)\s*(?:to|until|\.\.|–|/)\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry's texts; `place` is where it stands, such as ``calendar.csv line 7``."""

    place: str
    date: str
    clock: str
    currency: str
    impact: str
    title: str
    is_utc: bool = False


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """What a file holds: its events, sorted, and the span it covers (epoch seconds; None where it covers nothing)."""

    events: tuple[ScheduledEvent, ...]
    covers_from: int | None
    covers_until: int | None


def content_of(
    entries: Sequence[Entry | str], zone: tzinfo, file: str, *, covers: tuple[int, int] | None
) -> CalendarContent:
    """Turn entries into a calendar's content.

    Args:
        entries: in the file's order; a text is a fault already found where it stands.
        zone: in which days, and times without an offset, are read.
        file: its name, for the error.
        covers: the span the file says it covers, epoch seconds; None covers the days from its first event to its last.

    Raises:
        InvalidCalendar: with every fault of every entry.
    """
    found: list[str] = []
    try:
        day_first = is_day_first(entry.date for entry in entries if isinstance(entry, Entry))
    except UnreadableTime as problem:
        day_first = None
        found.append(fault(file, problem.reason, problem.expected))
    events = []
    for entry in entries:
        if isinstance(entry, str):
            found.append(entry)
        elif (event := _event(entry, zone, day_first, found)) is not None:
            events.append(event)
    if found:
        raise InvalidCalendar(found, field=file)
    covers = covers or days_of(events, zone)
    begins, ends = (None, None) if covers is None else covers
    return CalendarContent(in_order(events), begins, ends)


def event_of(
    place: str, when: When | None, currency: str, impact: str, title: str, faults: list[str]
) -> ScheduledEvent | None:
    """Make an event of its parts; what is wrong with any of them is added to `faults`, and None comes back."""
    known_currency, known_impact = currency_of(currency), impact_of(impact)
    if known_currency is None:
        faults.append(fault(place, _unknown("currency", currency), KNOWN_CURRENCIES))
    if known_impact is None:
        faults.append(fault(place, _unknown("impact", impact), KNOWN_IMPACTS))
    plain = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    if not 1 <= len(plain) <= LONGEST_TITLE:
        what = f"the title has {len(plain)} characters" if plain else "the title is missing"
        faults.append(fault(place, what, f"a title of 1 to {LONGEST_TITLE} characters"))
    elif when is not None and known_currency is not None and known_impact is not None:
        return ScheduledEvent(when.time, known_currency, known_impact, plain, when.ends)
    return None


def in_order(events: Iterable[ScheduledEvent]) -> tuple[ScheduledEvent, ...]:
    """Return the events sorted, one that is listed twice once."""
    return tuple(sorted(set(events), key=ScheduledEvent.order))


def days_of(events: Sequence[ScheduledEvent], zone: tzinfo) -> tuple[int, int] | None:
    """Return the span of whole days in `zone` from the first event to the last; None where there is no event."""
    if not events:
        return None
    first, last = min(one.time for one in events), max((one.ends or one.time + 1) - 1 for one in events)
    begins, ends = (datetime.fromtimestamp(moment, UTC).astimezone(zone).date() for moment in (first, last))
    return whole_day(begins, zone).time, whole_day(ends + timedelta(days=1), zone).time


def read_coverage(text: str, zone: tzinfo, place: str, faults: list[Any]) -> tuple[int, int] | None:
    """Read a span a file says it covers, ``2024-01-01 to 2024-06-30``; a day without a time of day counts whole.

    What is wrong with it is added to `faults`, and None comes back.
    """
    expected = "two dates such as 2024-01-01 to 2024-06-30"
    dates = _DATES.fullmatch(text)
    try:
        if dates is None:
            raise UnreadableTime(f"{text.strip()[:60]!r} is no span", expected)
        begins, ends = (read_when(one, "", zone, day_first=None) for one in dates.groups())
    except UnreadableTime as problem:
        faults.append(fault(place, problem.reason, problem.expected))
        return None
    until = ends.time if ends.ends is None else ends.ends
    if until <= begins.time:
        faults.append(fault(place, f"{text.strip()[:60]!r} ends before it begins", expected))
        return None
    return begins.time, until


def fault(place: str, what: str, expected: str) -> str:
    """Write one fault: where, what is wrong, what was expected."""
    return f"{place}: {what}; expected {expected}"


def _event(entry: Entry, zone: tzinfo, day_first: bool | None, faults: list[str]) -> ScheduledEvent | None:
    when = None
    try:
        when = read_when(entry.date, entry.clock, UTC if entry.is_utc else zone, day_first=day_first)
    except UnreadableTime as problem:
        faults.append(fault(entry.place, problem.reason, problem.expected))
    return event_of(entry.place, when, entry.currency, entry.impact, entry.title, faults)


def _unknown(name: str, text: str) -> str:
    plain = " ".join(text.split())
    return f"the {name} {plain[:40]!r} is unknown" if plain else f"the {name} is missing"
