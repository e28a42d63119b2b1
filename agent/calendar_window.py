"""The part of the economic calendar that one decision looks at."""

import math
from typing import Final

from agent.analysis.request import CalendarEvent, Impact
from agent.settings import Settings
from tools.economic_calendar.cached import CachedCalendar
from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.none import NoCalendar
from tools.economic_calendar.port import EVERY_CURRENCY, CalendarReading, EconomicCalendar, ScheduledEvent
from tools.instruments import Instrument, at_par
from tools.timeframes import DAY
from tools.times import EARLIEST, LATEST

LOOKS_BACK: Final = DAY
LOOKS_AHEAD: Final = 7 * DAY
NEWS_MINUTES: Final = 60.0
"""How far around a decision the calendar must reach to count as known: the rulebook's usual news window."""
_IMPACTS: Final[dict[str, Impact]] = {"high": "high", "medium": "medium", "low": "low", "holiday": "low"}
_RANK: Final = ("high", "medium", "low")


def economic_calendar(settings: Settings) -> EconomicCalendar:
    """Return the calendar the settings name: a file behind a cache, or none.

    A file that is missing or faulty stops nobody: what it would say is unknown until it can be read.

    Raises:
        InvalidParameter: the file's ending or the time zone is none that is known.
    """
    if settings.calendar_file is None:
        return NoCalendar()
    file = FileCalendar(settings.calendar_file, time_zone=settings.calendar_time_zone, clock=settings.clock)
    return CachedCalendar(file, clock=settings.clock)


async def calendar_for(
    calendar: EconomicCalendar, instrument: Instrument, as_of: int, *, window_minutes: float = NEWS_MINUTES
) -> tuple[CalendarEvent, ...] | None:
    """Return the events one decision looks at, in canonical order: time, currency, impact, title.

    These are the events of the instrument's currencies from a day before `as_of` to seven days after. An event without
    a time of day stands at the moment of its day nearest to `as_of`; one that concerns every currency stands under the
    quote currency; a holiday has low impact.

    Args:
        calendar: where events come from.
        instrument: whose news count.
        as_of: epoch second of the decision.
        window_minutes: how far before and after `as_of` the calendar must reach.

    Returns:
        The events, or None where the calendar does not know all that is scheduled around `as_of`.

    Raises:
        InvalidCalendar, SourceUnavailable: as the calendar does; one behind a cache never does.
    """
    reading = await read_window(calendar, as_of)
    return None if why_unknown(reading, as_of, window_minutes) else events_of(reading, instrument, as_of)


async def read_window(calendar: EconomicCalendar, as_of: int) -> CalendarReading:
    """Read what is scheduled from a day before `as_of` to seven days after."""
    return await calendar.events(max(as_of - LOOKS_BACK, EARLIEST), min(as_of + LOOKS_AHEAD, LATEST))


def why_unknown(reading: CalendarReading, as_of: int, window_minutes: float) -> str | None:
    """Say why the reading does not tell what is scheduled within a window around `as_of`; None where it does."""
    reach = math.ceil(window_minutes * 60)
    return reading.why_unknown(as_of - reach, as_of + reach)


def events_of(reading: CalendarReading, instrument: Instrument, as_of: int) -> tuple[CalendarEvent, ...]:
    """Return a reading's events of the instrument's currencies, as `calendar_for` does."""
    found = [_as_seen(one, instrument, as_of) for one in reading.events if concerns(one, instrument)]
    return tuple(sorted(set(found), key=lambda one: (one.time, one.currency, _RANK.index(one.impact), one.title)))


def concerns(event: ScheduledEvent, instrument: Instrument) -> bool:
    """Tell whether an event's currency is one of the instrument's, or every one."""
    return event.currency == EVERY_CURRENCY or at_par(event.currency) in instrument.currencies


def _as_seen(event: ScheduledEvent, instrument: Instrument, as_of: int) -> CalendarEvent:
    currency = instrument.quote_currency if event.currency == EVERY_CURRENCY else event.currency
    return CalendarEvent(event.nearest_to(as_of), at_par(currency), _IMPACTS[event.impact], event.title)
