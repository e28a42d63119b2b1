"""Write a calendar file and read it back."""

import asyncio
from pathlib import Path

from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.port import CalendarReading
from tools.times import EARLIEST, LATEST, iso_utc

LOADED_AT = 1_710_000_000


def reading_of(
    folder: Path, name: str, text: str, time_zone: str = "UTC", span: tuple[int, int] = (EARLIEST, LATEST)
) -> CalendarReading:
    """Return what a file of that text answers, of all time unless said."""
    path = folder / name
    path.write_text(text, newline="")
    return asyncio.run(FileCalendar(path, time_zone=time_zone, clock=lambda: LOADED_AT).events(*span))


def times_of(reading: CalendarReading) -> list[str]:
    """Return when each event is due."""
    return [iso_utc(one.time) for one in reading.events]
