"""The same instant from every kind of file, on each side of each clock change."""

from pathlib import Path

import pytest

from tests.clock_changes import CITIES, DAYS, Day
from tests.tools.economic_calendar.reading_files import reading_of

ZONES = {"new_york": "America/New_York", "london": "Europe/London", "utc": "UTC"}
CLOCKS = ("02:00", "08:30", "10:00", "14:00")


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_times_without_an_offset_are_the_citys_own(tmp_path: Path, day: Day, city: str) -> None:
    seconds = [day.second(clock) for clock in CLOCKS]
    walls = [day.wall(second, city) for second in seconds]
    table = "Date,Time,Currency,Impact,Event\n" + "".join(f"{one:%m/%d/%Y,%I:%M%p},USD,High,x\n" for one in walls)
    table += "12/31/2023,,USD,Low,shows that the month comes first\n"
    events = "".join(
        f"BEGIN:VEVENT\nUID:{one:%H}\nDTSTART;TZID={ZONES[city]}:{one:%Y%m%dT%H%M%S}\n"
        "SUMMARY:USD x\nPRIORITY:1\nEND:VEVENT\n"
        for one in walls
    )
    floating = events.replace(f";TZID={ZONES[city]}", "")

    for name, text in (
        ("table.csv", table),
        ("zoned.ics", f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n"),
        ("floating.ics", f"BEGIN:VCALENDAR\n{floating}END:VCALENDAR\n"),
    ):
        reading = reading_of(tmp_path, name, text, "Asia/Tokyo" if name == "zoned.ics" else ZONES[city])
        assert [one.time for one in reading.events if not one.is_all_day] == seconds, name


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_times_with_an_offset_mean_the_same_in_every_zone(tmp_path: Path, day: Day, city: str) -> None:
    seconds = [day.second(clock) for clock in CLOCKS]
    texts = [day.text(second, city) for second in seconds]
    table = "time,currency,impact,event\n" + "".join(f"{text},USD,High,x\n" for text in texts)
    listed = "[" + ",".join(f'{{"time":"{one}","currency":"USD","impact":"high","title":"x"}}' for one in texts) + "]"

    for name, text in (("table.csv", table), ("list.json", listed)):
        for zone in ("America/New_York", "Europe/London", "UTC", "Asia/Tokyo"):
            assert [one.time for one in reading_of(tmp_path, name, text, zone).events] == seconds
