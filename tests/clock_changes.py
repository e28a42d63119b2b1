"""Days around the clock changes of 2024 and 2025, each with both cities' offsets from UTC, written down by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final


@dataclass(frozen=True)
class Day:
    """A business day, and how many hours New York and London were ahead of UTC on it."""

    day: date
    new_york: int
    london: int

    def second(self, clock: str) -> int:
        """Return the epoch second at which New York's clock shows `clock` on this day."""
        wall = datetime.combine(self.day, time.fromisoformat(clock), timezone(timedelta(hours=self.new_york)))
        return int(wall.timestamp())

    def text(self, second: int, city: str) -> str:
        """Write an instant of this day as ``new_york``, ``london`` or ``utc`` writes it, with its offset."""
        hours = {"new_york": self.new_york, "london": self.london, "utc": 0}[city]
        written = datetime.fromtimestamp(second, timezone(timedelta(hours=hours))).isoformat()
        return written.removesuffix("+00:00") + "Z" if city == "utc" else written

    def wall(self, second: int, city: str) -> datetime:
        """Return what the city's clock shows at an instant of this day, naive."""
        hours = {"new_york": self.new_york, "london": self.london, "utc": 0}[city]
        return datetime.fromtimestamp(second, UTC).replace(tzinfo=None) + timedelta(hours=hours)

    @property
    def is_friday(self) -> bool:
        """Whether the market closes at 17:00 for the weekend."""
        return self.day.weekday() == 4


# The United States change on 10 March and 3 November 2024, 9 March and 2 November 2025; the United Kingdom on 31 March
# and 27 October 2024, 30 March and 26 October 2025.
DAYS: Final = tuple(
    Day(date.fromisoformat(day), new_york, london)
    for day, new_york, london in (
        ("2024-03-08", -5, 0), ("2024-03-11", -4, 0), ("2024-03-20", -4, 0), ("2024-03-29", -4, 0),
        ("2024-04-01", -4, 1), ("2024-10-25", -4, 1), ("2024-10-28", -4, 0),
        ("2024-11-01", -4, 0), ("2024-11-04", -5, 0),
        ("2025-03-07", -5, 0), ("2025-03-10", -4, 0), ("2025-03-19", -4, 0), ("2025-03-28", -4, 0),
        ("2025-03-31", -4, 1), ("2025-10-24", -4, 1), ("2025-10-27", -4, 0),
        ("2025-10-31", -4, 0), ("2025-11-03", -5, 0),
    )
)  # fmt: skip
CITIES: Final = ("new_york", "london", "utc")
