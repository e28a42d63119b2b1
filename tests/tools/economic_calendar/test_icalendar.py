"""Calendars in iCalendar form: recurrence across clock changes, days without a time, zones, and every fault by line."""

from pathlib import Path

import pytest

from tests.tools.economic_calendar.reading_files import reading_of, times_of
from tools.economic_calendar.port import CalendarReading
from tools.errors import InvalidCalendar
from tools.times import EARLIEST, LATEST, iso_utc, parse_time

CUSTOM_ZONE = """BEGIN:VTIMEZONE
TZID:Own Time
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:-0500
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
"""


def calendar_of(*events: str, above: str = "") -> str:
    whole = "".join(f"BEGIN:VEVENT\nUID:{number}\n{one}\nEND:VEVENT\n" for number, one in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{above}{whole}END:VCALENDAR\n"


def read(
    folder: Path, *events: str, zone: str = "UTC", above: str = "", span: tuple[int, int] = (EARLIEST, LATEST)
) -> CalendarReading:
    return reading_of(folder, "calendar.ics", calendar_of(*events, above=above), zone, span)


HIGH = "PRIORITY:1\nSUMMARY:USD Claims"


def test_a_weekly_event_keeps_its_wall_clock_time_across_both_clock_changes(tmp_path: Path) -> None:
    spring = read(tmp_path, f"DTSTART;TZID=America/New_York:20240307T083000\nRRULE:FREQ=WEEKLY;COUNT=2\n{HIGH}")
    autumn = read(tmp_path, f"DTSTART;TZID=Europe/London:20241023T070000\nRRULE:FREQ=WEEKLY;COUNT=2\n{HIGH}")

    assert times_of(spring) == ["2024-03-07T13:30:00Z", "2024-03-14T12:30:00Z"]
    assert times_of(autumn) == ["2024-10-23T06:00:00Z", "2024-10-30T07:00:00Z"]


def test_an_endless_recurrence_is_expanded_where_it_is_asked_for_and_proves_no_coverage(tmp_path: Path) -> None:
    span = parse_time("2031-01-01T00:00:00Z"), parse_time("2031-01-15T00:00:00Z")
    reading = read(tmp_path, f"DTSTART:20240104T133000Z\nRRULE:FREQ=WEEKLY\n{HIGH}", span=span)

    assert times_of(reading) == ["2031-01-02T13:30:00Z", "2031-01-09T13:30:00Z"]
    assert (reading.covers_from, reading.covers_until) == (1_704_326_400, 1_704_412_800)  # its first day alone
    assert reading.why_unknown(*span) is not None


def test_a_bounded_recurrence_covers_to_its_last_day(tmp_path: Path) -> None:
    reading = read(tmp_path, f"DTSTART:20240104T133000Z\nRRULE:FREQ=WEEKLY;COUNT=3\n{HIGH}")
    until = read(tmp_path, f"DTSTART:20240104T133000Z\nRRULE:FREQ=WEEKLY;UNTIL=20240118T133000Z\n{HIGH}")

    assert reading.events == until.events
    assert iso_utc(reading.covers_until or 0) == iso_utc(until.covers_until or 0) == "2024-01-19T00:00:00Z"


def test_left_out_added_moved_and_cancelled_occurrences(tmp_path: Path) -> None:
    series = (
        f"DTSTART:20240101T100000Z\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20240103T100000Z\nRDATE:20240201T100000Z\n{HIGH}"
    )
    text = calendar_of(series, f"DTSTART:20240105T100000Z\nSTATUS:CANCELLED\n{HIGH}").replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\nUID:0\nRECURRENCE-ID:20240102T100000Z\nDTSTART:20240102T150000Z\nPRIORITY:5\n"
        "SUMMARY:USD Moved\nEND:VEVENT\nEND:VCALENDAR",
    )
    reading = reading_of(tmp_path, "calendar.ics", text)

    assert [(iso_utc(one.time), one.impact, one.title) for one in reading.events] == [
        ("2024-01-01T10:00:00Z", "high", "Claims"),
        ("2024-01-02T15:00:00Z", "medium", "Moved"),
        ("2024-01-04T10:00:00Z", "high", "Claims"),
        ("2024-02-01T10:00:00Z", "high", "Claims"),
    ]


def test_floating_times_and_days_are_read_in_the_stated_zone(tmp_path: Path) -> None:
    events = (
        f"DTSTART:20240704T083000\n{HIGH}",
        "DTSTART;VALUE=DATE:20240704\nDTEND;VALUE=DATE:20240706\nSUMMARY:USD Off\nCATEGORIES:Holiday",
    )
    reading = read(tmp_path, *events, zone="America/New_York")

    assert times_of(reading) == ["2024-07-04T04:00:00Z", "2024-07-04T12:30:00Z"]
    assert iso_utc(reading.events[0].ends or 0) == "2024-07-06T04:00:00Z"  # DTEND is the first day outside


def test_a_zone_the_file_defines_itself_is_read_by_its_own_rules(tmp_path: Path) -> None:
    reading = read(tmp_path, f"DTSTART;TZID=Own Time:20240704T083000\n{HIGH}", above=CUSTOM_ZONE)
    assert times_of(reading) == ["2024-07-04T13:30:00Z"]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("SUMMARY:USD CPI\nPRIORITY:1", ("USD", "high", "CPI")),
        ("SUMMARY:[EUR] Rate\nPRIORITY:4", ("EUR", "high", "Rate")),
        ("SUMMARY:GBP: CPI\nPRIORITY:9", ("GBP", "low", "CPI")),
        ("SUMMARY:CPI\nLOCATION:Japan\nDESCRIPTION:Impact: Medium\\nPrevious: 1", ("JPY", "medium", "CPI")),
        ("SUMMARY:CPI y/y\nCATEGORIES:Red\nCATEGORIES:CAD", ("CAD", "high", "CPI y/y")),
        ("SUMMARY:Rate\nX-CURRENCY:NZD\nX-IMPACT:orange\nPRIORITY:1", ("NZD", "medium", "Rate")),
    ],
)  # fmt: skip
def test_where_currency_and_impact_may_stand(tmp_path: Path, event: str, said: tuple[str, str, str]) -> None:
    (found,) = read(tmp_path, f"DTSTART:20240105T133000Z\n{event}").events
    assert (found.currency, found.impact, found.title) == said


def test_every_fault_is_told_with_the_line_its_event_begins_on(tmp_path: Path) -> None:
    events = (
        f"DTSTART;TZID=Mars/Base:20240105T083000\n{HIGH}", f"DTSTART:soon\n{HIGH}", HIGH,
        f"DTSTART:20240310T023000\n{HIGH}", f"DTSTART:20240105T133000Z\nRRULE:FREQ=NEVER\n{HIGH}",
        f"DTSTART:20240105T133000Z\nRRULE:FREQ=MINUTELY\n{HIGH}", "DTSTART:20240105T133000Z\nSUMMARY:X\nX-IMPACT:huge",
        f"DTSTART:20240105T133000Z\nDTSTART:20240106T133000Z\n{HIGH}", f"DTSTART:20240105T133000Z\nno colon\n{HIGH}",
        f"DTSTART:20240105T133000Z\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;TZID=Nowhere:20240106T083000\n{HIGH}",
    )  # fmt: skip
    with pytest.raises(InvalidCalendar) as refused:
        read(tmp_path, *events, zone="America/New_York")

    faults = refused.value.problems
    said = (
        "time zone 'Mars/Base' is unknown", "DTSTART: ", "DTSTART is missing", "does not exist", "RRULE: ",
        "it recurs MINUTELY", "the currency is missing", "the impact 'huge' is unknown", "stands there twice",
        "a line: ", "time zone 'Nowhere' is unknown",
    )  # fmt: skip
    assert len(faults) == len(said)
    for fault, what in zip(faults, said, strict=True):
        assert what in fault, fault
        assert "; expected " in fault
    lines = [int(one.split()[2].rstrip(":")) for one in faults]
    text = calendar_of(*events).splitlines()
    assert all(text[line - 1] == "BEGIN:VEVENT" for line in lines)
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR\n",
        "BEGIN:VEVENT\nEND:VEVENT\n",
        calendar_of(HIGH).replace("END:VEVENT\n", ""),
        "[]",
    ],
)
def test_what_is_no_calendar_says_so_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidCalendar, match=r"^calendar\.ics: ") as refused:
        reading_of(tmp_path, "calendar.ics", text)
    assert "\n" not in str(refused.value)
