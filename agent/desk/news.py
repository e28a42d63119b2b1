"""Scheduled events as the desk itself needs them: whether the day ahead is known, and how many come at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.analysis.request import CalendarEvent
from agent.desk.kill_switch import Measured
from tools.economic_calendar.port import EconomicCalendar, ScheduledEvent
from tools.errors import InvalidCalendar, SourceUnavailable
from tools.timeframes import DAY
from tools.times import EARLIEST, LATEST

_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """The events of a span; None where nobody knows them all, and then why."""

    events: tuple[ScheduledEvent, ...] | None
    because: str | None = None


class News:
    """Ask the service's economic calendar; one that cannot be read knows nothing."""

    def __init__(self, calendar: EconomicCalendar) -> None:
        """Ask this one."""
        self._calendar = calendar

    async def is_known_ahead(self, at: int) -> bool:
        """Whether the calendar knows the day that follows a moment (UTC epoch seconds)."""
        return (await self._between(at, at + DAY)).events is not None

    async def surge(self, at: int, minutes: int) -> Measured:
        """Count the high-impact events, of any currency, within so many minutes of a moment."""
        known = await self._between(at - minutes * _MINUTE, at + minutes * _MINUTE + 1)
        if known.events is None:
            return Measured(None, known.because)
        return Measured(sum(one.impact == "high" for one in known.events))

    async def _between(self, since: int, until: int) -> KnownEvents:
        try:
            reading = await self._calendar.events(max(since, EARLIEST), min(until, LATEST))
        except (InvalidCalendar, SourceUnavailable) as error:
            return KnownEvents(None, f"the economic calendar cannot be read: {error}")
        because = reading.why_unknown(since, until)
        return KnownEvents(reading.events if because is None else None, because)


def given_surge(events: Sequence[CalendarEvent] | None, at: int, minutes: int) -> Measured:
    """Count the high-impact events within so many minutes of a moment in a calendar that a caller brought, if any."""
    if events is None:
        return Measured(None, "the caller brought no calendar")
    return Measured(sum(one.impact == "high" and abs(one.time - at) <= minutes * _MINUTE for one in events))
