"""A calendar in iCalendar form (RFC 5545): events that recur, days without a time, times with a TZID."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar, Component

from tools.economic_calendar.entries import (
    CalendarContent,
    days_of,
    event_of,
    fault,
    in_order,
    read_coverage,
)
from tools.economic_calendar.event_times import UnreadableTime, When, second_of_wall, whole_day
from tools.economic_calendar.port import ScheduledEvent, within
from tools.economic_calendar.words import currency_of, impact_of
from tools.errors import InvalidCalendar

_TIMES: Final = ("DTSTART", "DTEND", "EXDATE", "RDATE", "RECURRENCE-ID")
_TOO_OFTEN: Final = ("SECONDLY", "MINUTELY")
_BEGINS: Final = re.compile(r"BEGIN:VEVENT[ \t]*", re.IGNORECASE)
_LEADING_CURRENCY: Final = re.compile(r"[\[(]?([A-Z]{3})[\])]?\s*[:|–-]?\s+(.+)", re.DOTALL)
_IMPACT_LINE: Final = re.compile(
    r"^\s*(?:impact|importance|volatility)\s*[:=]\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE
)
_LOWEST_HIGH, _LOWEST_MEDIUM = 4, 5  # RFC 5545, 3.8.1.9: priorities 1 to 4 are high, 5 is medium, 6 to 9 low
_LONGEST_REASON: Final = 200
_PLAN: Final = "VEVENTs with DTSTART, SUMMARY, a currency and an impact"


def read_ics_calendar(text: str, zone: tzinfo, file: str, since: int, until: int) -> CalendarContent:
    """Read the events of a span.

    The currency is ``X-CURRENCY``, a category, the location or the first word of the summary; the impact is
    ``X-IMPACT``, a category, ``PRIORITY`` or a line ``Impact: High`` of the description. Cancelled events are not due.
    The file covers the days its property ``X-COVERS:2024-01-01 to 2024-06-30`` names; without one, those from its first
    event to its last, where a recurrence without an end counts by its first occurrence alone.

    Args:
        text: the file's.
        zone: in which days, and times without a zone, are read.
        file: its name, for the errors.
        since: epoch second from which on occurrences are wanted.
        until: epoch second up to which they are, exclusive.

    Raises:
        InvalidCalendar: with every fault, each with the line its event begins on.
    """
    calendar = _parsed(text, file)
    components = calendar.walk("VEVENT")
    places = _places(text, file, len(components))
    faults: list[str] = []
    for component, place in zip(components, places, strict=True):
        _check(component, place, zone, faults)
    said = calendar.get("X-COVERS")
    covers = None if said is None else read_coverage(str(said), zone, file, faults)
    if faults:
        raise InvalidCalendar(faults, field=file)
    try:
        span = datetime.fromtimestamp(since, UTC).astimezone(zone), datetime.fromtimestamp(until, UTC).astimezone(zone)
        events = _events(recurring_ical_events.of(calendar).between(*span), zone)
        covers = covers or days_of(_events(_bounded(calendar), zone), zone)
    except (ValueError, OverflowError) as problem:  # what the library refuses only as it expands a recurrence
        raise InvalidCalendar(
            [fault(file, f"a recurrence cannot be expanded: {problem}", "an RRULE of RFC 5545")], field=file
        ) from problem
    except UnreadableTime as problem:
        raise InvalidCalendar(
            [fault(file, f"an occurrence: {problem.reason}", problem.expected)], field=file
        ) from problem
    begins, ends = (None, None) if covers is None else covers
    return CalendarContent(within(in_order(events), since, until), begins, ends)


def _parsed(text: str, file: str) -> Calendar:
    try:
        calendar = Calendar.from_ical(text)
    except ValueError as problem:
        what = str(problem).partition("\n")[0][:_LONGEST_REASON]
        raise InvalidCalendar([fault(file, f"not readable as iCalendar: {what}", _PLAN)], field=file) from problem
    if not isinstance(calendar, Calendar) or calendar.name != "VCALENDAR":
        raise InvalidCalendar([fault(file, "it holds no VCALENDAR", _PLAN)], field=file)
    return calendar


def _places(text: str, file: str, count: int) -> list[str]:
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if _BEGINS.fullmatch(line)]
    if len(lines) != count:
        return [f"{file} event {number}" for number in range(1, count + 1)]
    return [f"{file} line {number}" for number in lines]


def _check(component: Component, place: str, zone: tzinfo, faults: list[str]) -> None:
    """Add to `faults` what is wrong with one event."""
    broken = [f"{name or 'a line'}: {str(what)[:_LONGEST_REASON]}" for name, what in component.errors]
    faults.extend(fault(place, what, "a value of RFC 5545") for what in broken)
    when = None
    if not broken:
        unknown = [zone_id for name in _TIMES for zone_id in _unknown_zones(component.get(name))]
        faults.extend(
            fault(place, f"the time zone {one!r} is unknown", "an IANA name, or a VTIMEZONE") for one in unknown
        )
        rules = component.get("RRULE", [])
        frequencies = [
            str(one).upper()
            for rule in (rules if isinstance(rules, list) else [rules])
            for one in rule.get("FREQ", [""])
        ]
        faults.extend(fault(place, f"it recurs {one}", "HOURLY or rarer") for one in frequencies if one in _TOO_OFTEN)
        try:
            when = _when(component, zone)
        except UnreadableTime as problem:
            faults.append(fault(place, problem.reason, problem.expected))
    currency, title = _currency_and_title(component)
    event_of(place, when, currency, _impact(component), title, faults)


def _events(occurrences: Iterable[Component], zone: tzinfo) -> list[ScheduledEvent]:
    events = []
    for component in occurrences:
        currency, title = _currency_and_title(component)
        event = event_of("", _when(component, zone), currency, _impact(component), title, [])
        if event is not None and str(component.get("STATUS", "")).upper() != "CANCELLED":
            events.append(event)
    return events


def _bounded(calendar: Calendar) -> Iterator[Component]:
    """Yield every occurrence of what has an end, and the first of what has none."""
    ending = Calendar()
    for component in calendar.subcomponents:
        rule = component.get("RRULE") if component.name == "VEVENT" else None
        if rule is not None and not isinstance(rule, list) and not {"COUNT", "UNTIL"} & set(rule):
            yield component
        else:
            ending.add_component(component)
    yield from recurring_ical_events.of(ending).all()


def _when(component: Component, zone: tzinfo) -> When:
    start, end = (_moment(component.get(name), name) for name in ("DTSTART", "DTEND"))
    if isinstance(start, datetime):
        return When(int(start.timestamp()) if start.tzinfo is not None else second_of_wall(start, zone))
    if start is None:
        raise UnreadableTime("DTSTART is missing", "DTSTART")
    has_last_day = end is not None and not isinstance(end, datetime)
    return whole_day(start, zone, max((end - start).days, 1) if has_last_day and end is not None else 1)


def _moment(value: Any, name: str) -> date | None:
    """Return the date, or date and time, that a property holds; None where it is not there."""
    moment = getattr(value, "dt", None)
    if value is None or isinstance(moment, date):
        return moment
    raise UnreadableTime(f"{name} is no date or time, or stands there twice", "one date or time")


def _unknown_zones(value: Any) -> list[str]:
    """Return the names of zones that times name and nobody knows: the parser then leaves the times naive."""
    if value is None:
        return []
    times = [one for part in (value if isinstance(value, list) else [value]) for one in getattr(part, "dts", [part])]
    naive = [one for one in times if isinstance(one.dt, datetime) and one.dt.tzinfo is None]
    named = [
        str(zone)
        for one in naive
        for zone in (one.params.get("TZID"), getattr(value, "params", {}).get("TZID"))
        if zone
    ]
    return sorted(set(named))


def _currency_and_title(component: Component) -> tuple[str, str]:
    title = str(component.get("SUMMARY", "")).strip()
    said = str(component.get("X-CURRENCY", ""))
    if said:
        return said, title
    for word in (*_categories(component), str(component.get("LOCATION", ""))):
        if currency_of(word) is not None:
            return word, title
    leading = _LEADING_CURRENCY.fullmatch(title)
    return (leading[1], leading[2]) if leading and currency_of(leading[1]) else ("", title)


def _impact(component: Component) -> str:
    said = str(component.get("X-IMPACT", ""))
    if said:
        return said
    for word in _categories(component):
        if impact_of(word) is not None:
            return word
    priority = str(component.get("PRIORITY", "0"))
    if priority.isdigit() and 1 <= int(priority) <= 9:
        return "high" if int(priority) <= _LOWEST_HIGH else "medium" if int(priority) == _LOWEST_MEDIUM else "low"
    line = _IMPACT_LINE.search(str(component.get("DESCRIPTION", "")))
    return line[1] if line else ""


def _categories(component: Component) -> Sequence[str]:
    value = component.get("CATEGORIES", [])
    parts = value if isinstance(value, list) else [value]
    return [str(word).strip() for part in parts for word in getattr(part, "cats", [part])]
