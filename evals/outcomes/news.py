"""What a walk knows of scheduled news: nothing, as a service without a calendar, or what one calendar file says."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from agent.analysis.request import CalendarEvent
from agent.calendar_window import LOOKS_AHEAD, LOOKS_BACK, NEWS_MINUTES, events_of, why_unknown
from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.port import CalendarReading, within
from tools.errors import InvalidParameter, SourceUnavailable
from tools.instruments import Instrument
from tools.times import EARLIEST, LATEST, iso_utc

NO_CALENDAR: Final = "none"


@dataclass(frozen=True, slots=True)
class News:
    """A calendar file as it was read.

    Attributes:
        mark: what reports call it: the SHA-256 of the file, and the zone its days and naive times were read in.
        reading: every event of the walk.
    """

    mark: str
    reading: CalendarReading

    def seen_at(self, as_of: int, instrument: Instrument) -> tuple[CalendarEvent, ...]:
        """Return the events that a decision of an epoch second looks at, as `agent.calendar_window` does."""
        since, until = _window(as_of, as_of)
        seen = replace(self.reading, events=within(self.reading.events, since, until))
        return events_of(seen, instrument, as_of)


def mark_of(news: News | None) -> str:
    """Return what reports say of the calendar, `NO_CALENDAR` where nothing is known of news."""
    return NO_CALENDAR if news is None else news.mark


def read_news(path: Path, moments: Iterable[int], *, time_zone: str = "UTC") -> News:
    """Read a calendar file that covers every decision.

    Args:
        path: CSV, iCalendar or JSON.
        moments: epoch seconds of the decisions, at least one.
        time_zone: IANA name of the zone in which days, and times that name none, are read.

    Raises:
        InvalidCalendar: the file has entries that cannot be read; names every one.
        SourceUnavailable: it cannot be opened.
        InvalidParameter: its ending is none of a calendar's, there is no such zone, or it does not cover a decision.
    """
    wanted = sorted(moments)
    file = FileCalendar(path, time_zone=time_zone, clock=lambda: wanted[-1])
    reading = asyncio.run(file.events(*_window(wanted[0], wanted[-1])))
    for as_of in wanted:
        why = why_unknown(reading, as_of, NEWS_MINUTES)
        if why is not None:
            raise InvalidParameter(
                f"--calendar: {why}; decide elsewhere with --from and --to, or leave the calendar out",
                field="--calendar", expected=f"a calendar of {iso_utc(as_of)}", got=path.name,
            )  # fmt: skip
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as problem:
        raise SourceUnavailable(f"cannot open {path.name}: {problem.strerror}", field="--calendar") from problem
    return News(f"{digest} ({time_zone})", reading)


def _window(first: int, last: int) -> tuple[int, int]:
    return max(first - LOOKS_BACK, EARLIEST), min(last + LOOKS_AHEAD, LATEST)
