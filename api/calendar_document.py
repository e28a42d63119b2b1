"""An economic calendar's reading as the wire and the command line show it."""

from typing import Any

from tools.economic_calendar.port import CalendarReading, ScheduledEvent
from tools.times import iso_utc


def coverage(reading: CalendarReading, why_unknown: str | None, now: int) -> dict[str, Any]:
    """Return what a reading knows, and how old it is at epoch second `now`."""
    return {
        "known": why_unknown is None,
        "why": why_unknown,
        "source": reading.source,
        "covers_from": _time(reading.covers_from),
        "covers_until": _time(reading.covers_until),
        "loaded_at": _time(reading.loaded_at),
        "age_seconds": None if reading.loaded_at is None else max(now - reading.loaded_at, 0),
        "problem": reading.problem,
    }


def event_row(event: ScheduledEvent) -> dict[str, Any]:
    """Return one event."""
    return {
        "id": event.id,
        "time": iso_utc(event.time),
        "all_day": event.is_all_day,
        "ends": _time(event.ends),
        "currency": event.currency,
        "impact": event.impact,
        "title": event.title,
    }


def seen_event_row(event: ScheduledEvent, at: int) -> dict[str, Any]:
    """Return one event with the minutes from epoch second `at` to it."""
    return {**event_row(event), "minutes_until": (event.nearest_to(at) - at) / 60}


def _time(second: int | None) -> str | None:
    return None if second is None else iso_utc(second)
