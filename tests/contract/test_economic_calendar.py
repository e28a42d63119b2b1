"""The economic calendar port: one suite for every adapter, and for the cache over each."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tools.economic_calendar.cached import CachedCalendar
from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.none import NoCalendar
from tools.economic_calendar.port import CalendarReading, EconomicCalendar
from tools.errors import InvalidParameter
from tools.times import parse_time

NOW: Final = parse_time("2024-03-12T12:00:00Z")
FIRST: Final = parse_time("2024-03-08T13:30:00Z")
DAY: Final = parse_time("2024-03-11T00:00:00Z")
LAST: Final = parse_time("2024-03-14T12:30:00Z")
TEXTS: Final = {
    "csv": (
        "Date,Time,Currency,Impact,Event\n"
        "2024-03-08,13:30,USD,High,Payrolls\n2024-03-11,All Day,GBP,Holiday,Fair\n2024-03-14,12:30,USD,Medium,Sales\n"
    ),
    "json": json.dumps(
        [
            {"time": "2024-03-14T08:30:00-04:00", "currency": "USD", "impact": "medium", "title": "Sales"},
            {"time": "2024-03-11", "currency": "GBP", "impact": "holiday", "title": "Fair"},
            {"time": FIRST, "currency": "USD", "impact": "high", "title": "Payrolls"},
        ]
    ),
    "ics": "\r\n".join(
        (
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN",
            "BEGIN:VEVENT", "UID:1", "DTSTART;TZID=America/New_York:20240308T083000", "SUMMARY:USD Payrolls",
            "PRIORITY:1", "END:VEVENT",
            "BEGIN:VEVENT", "UID:2", "DTSTART;VALUE=DATE:20240311", "SUMMARY:Fair", "CATEGORIES:GBP,Holiday",
            "END:VEVENT",
            "BEGIN:VEVENT", "UID:3", "DTSTART:20240314T123000Z", "SUMMARY:USD Sales", "DESCRIPTION:Impact: Medium",
            "END:VEVENT", "END:VCALENDAR", "",
        )
    ),
}  # fmt: skip


def clock() -> int:
    return NOW


def file_calendar(folder: Path, ending: str) -> EconomicCalendar:
    path = folder / f"calendar.{ending}"
    path.write_text(TEXTS[ending], newline="")
    return FileCalendar(path, clock=clock)


MAKERS: Final[dict[str, Callable[[Path], EconomicCalendar]]] = {
    "csv": lambda folder: file_calendar(folder, "csv"),
    "json": lambda folder: file_calendar(folder, "json"),
    "ics": lambda folder: file_calendar(folder, "ics"),
    "none": lambda _: NoCalendar(),
}


@pytest.fixture(params=[f"{cached}{name}" for cached in ("", "cached ") for name in MAKERS])
def calendar(request: pytest.FixtureRequest, tmp_path: Path) -> EconomicCalendar:
    made = MAKERS[request.param.removeprefix("cached ")](tmp_path)
    return CachedCalendar(made, clock=clock) if request.param.startswith("cached ") else made


def read(calendar: EconomicCalendar, since: int, until: int) -> CalendarReading:
    return asyncio.run(calendar.events(since, until))


def knows(calendar: EconomicCalendar) -> bool:
    return calendar.name != "none"


def test_the_same_events_come_from_every_adapter_that_knows_any(calendar: EconomicCalendar) -> None:
    reading = read(calendar, FIRST - 86_400, LAST + 86_400)

    said = [(one.time, one.ends, one.currency, one.impact, one.title) for one in reading.events]
    assert said == (
        [
            (FIRST, None, "USD", "high", "Payrolls"),
            (DAY, DAY + 86_400, "GBP", "holiday", "Fair"),
            (LAST, None, "USD", "medium", "Sales"),
        ]
        if knows(calendar)
        else []
    )


def test_it_covers_the_days_from_its_first_event_to_its_last_and_no_others(calendar: EconomicCalendar) -> None:
    reading = read(calendar, FIRST, LAST)

    begins, ends = parse_time("2024-03-08T00:00:00Z"), parse_time("2024-03-15T00:00:00Z")
    assert (reading.covers_from, reading.covers_until) == ((begins, ends) if knows(calendar) else (None, None))
    assert (reading.why_unknown(begins, ends) is None) == knows(calendar)
    assert reading.why_unknown(begins - 1, begins + 60) is not None
    assert reading.why_unknown(ends - 60, ends + 1) is not None


def test_what_it_does_not_know_it_says_and_is_never_nothing_scheduled(calendar: EconomicCalendar) -> None:
    far = parse_time("2031-06-01T00:00:00Z")
    reading = read(calendar, far, far + 86_400)

    assert reading.events == ()
    why = reading.why_unknown(far, far + 86_400)
    assert why is not None
    assert ("covers 2024-03-08T00:00:00Z to 2024-03-15T00:00:00Z" if knows(calendar) else "no economic") in why


@pytest.mark.parametrize(
    ("since", "until", "titles"),
    [
        (FIRST, FIRST + 1, ["Payrolls"]),
        (FIRST - 60, FIRST, []),
        (FIRST + 1, DAY, []),
        (DAY, DAY + 1, ["Fair"]),
        (DAY + 86_399, DAY + 90_000, ["Fair"]),
        (DAY + 86_400, DAY + 90_000, []),
        (DAY + 43_200, LAST + 1, ["Fair", "Sales"]),
    ],
)
def test_a_span_begins_with_its_first_second_and_ends_before_its_last(
    calendar: EconomicCalendar, since: int, until: int, titles: list[str]
) -> None:
    assert [one.title for one in read(calendar, since, until).events] == (titles if knows(calendar) else [])


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [(NOW, NOW, "until"), (NOW, NOW - 1, "until"), (-1, NOW, "since"), (NOW, 2**40, "until")],
)
def test_a_span_that_cannot_be_is_refused(calendar: EconomicCalendar, since: int, until: int, field: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read(calendar, since, until)
    assert refused.value.field == field


def test_the_same_question_has_the_same_answer_also_at_the_same_time(calendar: EconomicCalendar) -> None:
    async def together() -> list[CalendarReading]:
        return list(await asyncio.gather(*(calendar.events(FIRST, LAST) for _ in range(8))))

    assert len(set(asyncio.run(together()))) == 1


def test_a_reading_says_when_it_was_made_and_of_what(calendar: EconomicCalendar) -> None:
    reading = read(calendar, FIRST, LAST)

    assert reading.source == calendar.name
    assert reading.loaded_at == (NOW if knows(calendar) else None)
    assert (reading.problem is None) == knows(calendar)


def test_a_revision_stays_while_nothing_changes(calendar: EconomicCalendar) -> None:
    async def twice() -> tuple[str, str]:
        return await calendar.revision(), await calendar.revision()

    first, second = asyncio.run(twice())
    assert first == second
