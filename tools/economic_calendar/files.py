"""An economic calendar kept in a file: CSV, iCalendar or JSON, by its ending."""

import asyncio
import codecs
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.economic_calendar.csv_file import read_csv_calendar
from tools.economic_calendar.entries import CalendarContent, fault
from tools.economic_calendar.ics_file import read_ics_calendar
from tools.economic_calendar.json_file import read_json_calendar
from tools.economic_calendar.port import CalendarReading, within
from tools.economic_calendar.span import check_span
from tools.errors import InvalidCalendar, InvalidParameter, SourceUnavailable
from tools.market.wall_clock import zone_named

ENDINGS: Final = (".csv", ".tsv", ".txt", ".ics", ".json")


class FileCalendar:
    """Serve the events of one file, read again at every question; put `CachedCalendar` before it."""

    def __init__(self, path: Path | str, *, time_zone: str = "UTC", clock: Callable[[], int]) -> None:
        """Serve `path`, which need not exist yet.

        Args:
            path: ``.csv``, ``.tsv`` or ``.txt`` is a table, ``.ics`` iCalendar, ``.json`` JSON.
            time_zone: IANA name of the zone in which days, and times that name none, are read.
            clock: the time now, UTC epoch seconds.

        Raises:
            InvalidParameter: the file has another ending, or no time zone has that name.
        """
        self._path = Path(path)
        self.name = self._path.name
        if self._path.suffix.lower() not in ENDINGS:
            raise InvalidParameter(
                f"{self.name} is no calendar file", field="calendar_file",
                expected=f"a file that ends in {', '.join(ENDINGS)}", got=self.name,
            )  # fmt: skip
        self._zone = zone_named(time_zone)
        self._clock = clock

    async def events(self, since: int, until: int) -> CalendarReading:
        """Read the file; see `EconomicCalendar.events`."""
        check_span(since, until)
        content = await asyncio.to_thread(self._read, since, until)
        return CalendarReading(
            events=within(content.events, since, until),
            covers_from=content.covers_from,
            covers_until=content.covers_until,
            source=self.name,
            loaded_at=self._clock(),
        )

    async def revision(self) -> str:
        """Return when the file changed and how long it is; see `EconomicCalendar.revision`."""
        try:
            state = await asyncio.to_thread(self._path.stat)
        except OSError as problem:
            return f"unreadable: {problem.strerror}"
        return f"{state.st_ino}:{state.st_mtime_ns}:{state.st_size}"

    def _read(self, since: int, until: int) -> CalendarContent:
        text = self._text()
        ending = self._path.suffix.lower()
        if ending == ".ics":
            return read_ics_calendar(text, self._zone, self.name, since, until)
        read = read_json_calendar if ending == ".json" else read_csv_calendar
        return read(text, self._zone, self.name)

    def _text(self) -> str:
        try:
            payload = self._path.read_bytes()
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise SourceUnavailable(f"cannot open {self.name}: {reason}", field=self.name, got=reason) from problem
        encoding = "utf-16" if payload.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        try:
            return payload.decode(encoding)
        except UnicodeDecodeError as problem:
            line = payload.count(b"\n", 0, problem.start) + 1
            what = fault(f"{self.name} line {line}", "it is no text of UTF-8 or UTF-16", "UTF-8")
            raise InvalidCalendar([what], field=self.name) from problem
