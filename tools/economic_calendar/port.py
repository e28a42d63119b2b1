"""The economic calendar port: which events are scheduled, and for which time anybody knows them at all."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from tools.times import iso_utc

Impact = Literal["high", "medium", "low", "holiday"]
IMPACTS: Final[tuple[Impact, ...]] = ("high", "medium", "low", "holiday")
EVERY_CURRENCY: Final = "ALL"
"""The currency of an event that concerns every market, such as a summit."""
_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """One entry of an economic calendar.

    Attributes:
        time: epoch second at which it is due; of one without a time of day, the second at which its day begins.
        currency: ISO code or coin in capitals, or `EVERY_CURRENCY`.
        impact: ``high``, ``medium``, ``low``, or ``holiday`` for a day without business.
        title: what it is, one line.
        ends: epoch second at which the day of an event without a time of day is over; None for one that has a time.
    """

    time: int
    currency: str
    impact: Impact
    title: str
    ends: int | None = None

    @property
    def id(self) -> str:
        """The same for the same event, whichever file or reading it came from."""
        named = f"{iso_utc(self.time)}|{self.ends}|{self.currency}|{self.title}"
        return hashlib.sha256(named.encode()).hexdigest()[:_ID_LENGTH]

    @property
    def is_all_day(self) -> bool:
        """Whether only its day is known."""
        return self.ends is not None

    def nearest_to(self, at: int) -> int:
        """Return the epoch second of the event nearest to `at`: its time, or any moment of its day."""
        return self.time if self.ends is None else min(max(at, self.time), self.ends)

    def order(self) -> tuple[int, str, int, str, int]:
        """Return what events are sorted by: time, currency, impact, title."""
        return self.time, self.currency, IMPACTS.index(self.impact), self.title, self.ends or self.time


@dataclass(frozen=True, slots=True)
class CalendarReading:
    """What a calendar answered.

    Attributes:
        events: those of the span asked for, sorted by `ScheduledEvent.order`.
        covers_from: epoch second from which on the source knows what is scheduled; None where it knows nothing.
        covers_until: epoch second up to which it does, exclusive; None likewise.
        source: name of the source, for people.
        loaded_at: epoch second at which it was read; None where there was nothing to read.
        problem: why nothing is known, or why this is an older reading than it should be; None where all is well.
    """

    events: tuple[ScheduledEvent, ...]
    covers_from: int | None
    covers_until: int | None
    source: str
    loaded_at: int | None = None
    problem: str | None = None

    def why_unknown(self, since: int, until: int) -> str | None:
        """Say why not all that is scheduled from `since` to `until` (epoch seconds) is known; None where it is."""
        if self.covers_from is None or self.covers_until is None:
            return self.problem or f"{self.source} holds no events and does not say which days it covers"
        if self.covers_from <= since and until <= self.covers_until:
            return None
        return (
            f"{self.source} covers {iso_utc(self.covers_from)} to {iso_utc(self.covers_until)}, "
            f"and {iso_utc(since)} to {iso_utc(until)} is asked for"
        )


class EconomicCalendar(Protocol):
    """A source of scheduled events; safe to share between tasks of one event loop."""

    name: str

    async def events(self, since: int, until: int) -> CalendarReading:
        """Return the events due from `since` up to, not including, `until`.

        An event without a time of day is returned where any part of its day lies in that span.

        Args:
            since: epoch second.
            until: epoch second after `since`.

        Returns:
            The events with what the source covers. What lies outside of that is unknown, never empty.

        Raises:
            InvalidParameter: `until` is not after `since`.
            InvalidCalendar: the source holds entries that cannot be read; names every one of them.
            SourceUnavailable: it did not answer.
        """

    async def revision(self) -> str:
        """Return a mark that changes when the source's content may have; cheap, and never an error."""


def within(events: tuple[ScheduledEvent, ...], since: int, until: int) -> tuple[ScheduledEvent, ...]:
    """Return the events of a span, as `EconomicCalendar.events` counts them."""
    return tuple(
        one for one in events if one.time < until and (one.time if one.ends is None else one.ends - 1) >= since
    )
