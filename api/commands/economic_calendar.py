"""The economic calendar on the command line: ``ict calendar``, and the file ``ict analyze --calendar`` names."""

from dataclasses import dataclass
from pathlib import Path

from agent.analysis.request import CalendarEvent
from agent.calendar_window import NEWS_MINUTES, concerns, events_of, read_window, why_unknown
from agent.settings import Settings
from api.calendar_document import coverage, event_row
from api.terminal.calendar_list import show_calendar
from api.terminal.screen import Screen
from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.port import EconomicCalendar
from tools.errors import InvalidParameter
from tools.instruments import Instrument, instrument
from tools.timeframes import DAY
from tools.times import LATEST, iso_utc, parse_time


@dataclass(frozen=True, slots=True)
class CalendarOptions:
    """What the command line said; None where it said nothing."""

    file: Path | None
    symbol: str | None
    since: str | None
    days: int
    impact: str | None
    time_zone: str | None
    as_json: bool


async def calendar(options: CalendarOptions, settings: Settings) -> None:
    """Print the scheduled events of a file, or of the service's calendar.

    Raises:
        InvalidCalendar: the file has entries that cannot be read; the message names every one.
        SourceUnavailable: it cannot be opened.
        InvalidParameter: an option is wrong, or there is no calendar to show.
        UnknownSymbol: there is no such market.
    """
    market = None if options.symbol is None else instrument(options.symbol)
    since = settings.clock() if options.since is None else parse_time(options.since, field="--since")
    source = _source(options, settings)
    until = min(since + options.days * DAY, LATEST)
    reading = await source.events(since, until)
    events = [
        one
        for one in reading.events
        if (market is None or concerns(one, market)) and (options.impact is None or one.impact == options.impact)
    ]
    why = reading.why_unknown(since, until)
    screen = Screen()
    if options.as_json:
        items = [event_row(one) for one in events]
        screen.json({**coverage(reading, why, settings.clock()), "total": len(items), "items": items})
    else:
        show_calendar(screen, reading, events, why)


async def read_calendar(path: Path, market: Instrument, as_of: int, settings: Settings) -> tuple[CalendarEvent, ...]:
    """Read the events of a file that a decision of `as_of` looks at.

    Raises:
        InvalidCalendar: the file has entries that cannot be read; the message names every one.
        SourceUnavailable: it cannot be opened.
        InvalidParameter: its ending is none of a calendar's, or it does not cover `as_of`.
    """
    file = FileCalendar(path, time_zone=settings.calendar_time_zone, clock=settings.clock)
    reading = await read_window(file, as_of)
    why = why_unknown(reading, as_of, NEWS_MINUTES)
    if why is not None:
        raise InvalidParameter(
            f"--calendar: {why}", field="--calendar", expected=f"a calendar of {iso_utc(as_of)}", got=path.name
        )
    return events_of(reading, market, as_of)


def _source(options: CalendarOptions, settings: Settings) -> EconomicCalendar:
    time_zone = options.time_zone or settings.calendar_time_zone
    path = options.file or settings.calendar_file
    if path is None:
        raise InvalidParameter(
            "there is no calendar: name a file, or set ICT_CALENDAR_FILE", field="FILE",
            expected="a CSV, iCalendar or JSON file", got="none",
        )  # fmt: skip
    return FileCalendar(path, time_zone=time_zone, clock=settings.clock)
