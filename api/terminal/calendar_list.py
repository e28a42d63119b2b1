"""Scheduled events on the terminal: one line each, by the New York clock."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from api.terminal.screen import Screen
from tools.economic_calendar.port import CalendarReading, ScheduledEvent
from tools.times import iso_utc
from tools.trading_day import NEW_YORK

_STYLES: Final = {"high": "bold", "holiday": "dim", "low": "dim"}


def show_calendar(
    screen: Screen, reading: CalendarReading, events: Sequence[ScheduledEvent], why_unknown: str | None
) -> None:
    """Print the events day by day, then what the calendar covers and what it does not know."""
    for day, of_day in groupby(events, key=_day):
        screen.line(f"{day} (New York)", "bold")
        for event in of_day:
            clock = "all day" if event.is_all_day else f"{_new_york(event.time):%H:%M}"
            screen.mixed(
                [
                    (f"{clock:<9}{event.currency:<5}", ""),
                    (f"{event.impact:<9}", _STYLES.get(event.impact, "")),
                    (event.title, ""),
                ],
                indent=2,
                hang=23,
            )
    if reading.covers_from is not None and reading.covers_until is not None:
        covered = f"covers {iso_utc(reading.covers_from)} to {iso_utc(reading.covers_until)}"
        screen.line(f"{len(events)} events, {reading.source} {covered}", "dim")
    if why_unknown is not None:
        screen.line(f"not all is known: {why_unknown}", "yellow")


def _day(event: ScheduledEvent) -> str:
    return f"{_new_york(event.time):%a %Y-%m-%d}"


def _new_york(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC).astimezone(NEW_YORK)
