"""No economic calendar: nothing is known, which is not the same as nothing being scheduled."""

from typing import Final

from tools.economic_calendar.port import CalendarReading
from tools.economic_calendar.span import check_span

REASON: Final = "no economic calendar is configured"


class NoCalendar:
    """Answer that nothing is known."""

    name = "none"

    async def events(self, since: int, until: int) -> CalendarReading:
        """Know nothing; see `EconomicCalendar.events`."""
        check_span(since, until)
        return CalendarReading((), None, None, self.name, problem=REASON)

    async def revision(self) -> str:
        """Return what never changes; see `EconomicCalendar.revision`."""
        return self.name
