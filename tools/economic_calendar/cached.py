"""A cache over any economic calendar: it asks once an hour, and keeps a good reading where a later one fails."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from tools.economic_calendar.port import CalendarReading, EconomicCalendar, within
from tools.economic_calendar.span import check_span
from tools.errors import DataError, InvalidCalendar
from tools.timeframes import DAY
from tools.times import EARLIEST, LATEST, iso_utc

FRESH_SECONDS: Final = 3600
RETRY_SECONDS: Final = 60
"""How long a failed reading of an unchanged source is not tried again."""
_BLOCK: Final = 64 * DAY
_KEPT: Final = 32


@dataclass(frozen=True, slots=True)
class _Kept:
    """A reading of a span, when it was asked for, and the source's revision then."""

    since: int
    until: int
    reading: CalendarReading
    asked_at: int
    revision: str


class CachedCalendar:
    """Serve one calendar's readings for `FRESH_SECONDS`, and again at once where the source has changed.

    Where a later reading fails, the newest good one goes on serving, with its own `loaded_at` and the failure as its
    `problem`; it knows no more than it covers. Where there is none, nothing is known. No failure is raised.
    """

    def __init__(self, calendar: EconomicCalendar, *, clock: Callable[[], int]) -> None:
        """Put a cache before `calendar`; `clock` gives the time now, UTC epoch seconds."""
        self.name = calendar.name
        self._calendar = calendar
        self._clock = clock
        self._kept: OrderedDict[tuple[int, int], _Kept] = OrderedDict()
        self._failed: tuple[int, str, str] | None = None  # when, at which revision, and why
        self._reading = asyncio.Lock()

    async def events(self, since: int, until: int) -> CalendarReading:
        """Answer from a kept reading, or a new one; see `EconomicCalendar.events`."""
        check_span(since, until)
        block = _block(since, until)
        async with self._reading:
            reading = await self._current(block)
        return replace(reading, events=within(reading.events, since, until))

    async def revision(self) -> str:
        """Return the source's own; see `EconomicCalendar.revision`."""
        return await self._calendar.revision()

    async def _current(self, block: tuple[int, int]) -> CalendarReading:
        now, revision = self._clock(), await self._calendar.revision()
        kept = self._kept.get(block)
        if kept is not None and kept.revision == revision and 0 <= now - kept.asked_at < FRESH_SECONDS:
            return kept.reading
        if self._failed is not None:
            failed_at, failed_revision, why = self._failed
            if failed_revision == revision and 0 <= now - failed_at < RETRY_SECONDS:
                return self._last_good(block, why)
        try:
            reading = await self._calendar.events(*block)
        except DataError as problem:
            why = _short(problem)
            self._failed = (now, revision, why)
            return self._last_good(block, why)
        self._failed = None
        self._keep(block, _Kept(*block, reading, now, revision))
        return reading

    def _keep(self, block: tuple[int, int], kept: _Kept) -> None:
        self._kept[block] = kept
        self._kept.move_to_end(block)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _last_good(self, block: tuple[int, int], why: str) -> CalendarReading:
        """Return the newest good reading of a span that holds this one."""
        holding = [
            one for one in self._kept.values() if one.since <= block[0] + _BLOCK and block[1] - _BLOCK <= one.until
        ]
        if not holding:
            return CalendarReading((), None, None, self.name, problem=why)
        newest = max(holding, key=lambda one: one.asked_at).reading
        read = "" if newest.loaded_at is None else f" at {iso_utc(newest.loaded_at)}"
        return replace(newest, problem=f"{why}; this is what was read{read}")


def _block(since: int, until: int) -> tuple[int, int]:
    """Return a span that holds the one asked for with more than `_BLOCK` to spare, the same for days on end."""
    begins, ends = (since // _BLOCK - 1) * _BLOCK, (-(-until // _BLOCK) + 1) * _BLOCK
    return max(begins, EARLIEST), min(ends, LATEST)


def _short(problem: DataError) -> str:
    if isinstance(problem, InvalidCalendar) and len(problem.problems) > 1:
        return f"{problem.problems[0]} ({len(problem.problems)} faults in all)"
    return str(problem)
