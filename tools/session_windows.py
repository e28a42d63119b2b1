"""Named windows of the New York clock, half-open, correct across every clock change.

Source: ICT's kill-zone, silver-bullet and macro times, as fixed in this project's definitions. London's
windows stand on the New York clock too, also in the weeks in which the two cities change their clocks apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.errors import InvalidParameter
from tools.trading_day import NEW_YORK, IntArray, new_york_clock, new_york_minute

MINUTES_OF_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the New York day.

    Attributes:
        name: such as ``london``.
        start: the first minute inside.
        end: the first minute outside; not after `start` where the window runs past midnight.
        trade: False for a window in which one stays out (lunch).
    """

    name: str
    start: time
    end: time
    trade: bool = True

    @property
    def start_minute(self) -> int:
        """Minute of the New York day at which it begins."""
        return self.start.hour * 60 + self.start.minute

    @property
    def end_minute(self) -> int:
        """Minute at which it ends, counted from the midnight before its start, so up to 2880."""
        minute = self.end.hour * 60 + self.end.minute
        return minute if minute > self.start_minute else minute + MINUTES_OF_DAY

    def holds(self, minute: npt.NDArray[np.int64] | int) -> npt.NDArray[np.bool_]:
        """Tell whether each minute of the day (0 to 1439) lies inside."""
        inside: npt.NDArray[np.bool_] = (np.asarray(minute) - self.start_minute) % (MINUTES_OF_DAY) < (
            self.end_minute - self.start_minute
        )
        return inside


def _windows(text: str, *, no_trade: str = "") -> tuple[Window, ...]:
    windows = []
    for line in text.split(";"):
        name, clock = line.split()
        start, end = (time.fromisoformat(part) for part in clock.split("-"))
        windows.append(Window(name, start, end, trade=name != no_trade))
    return tuple(windows)


KILL_ZONES: Final[Mapping[str, tuple[Window, ...]]] = {
    "forex": _windows(
        "asia 20:00-00:00; london 02:00-05:00; new_york_am 07:00-10:00; london_close 10:00-12:00;"
        "new_york_pm 13:30-16:00"
    ),
    "index": _windows(
        "asia 20:00-00:00; london 02:00-05:00; new_york_am 08:30-11:00; london_close 10:00-12:00;"
        "lunch 12:00-13:00; new_york_pm 13:30-16:00",
        no_trade="lunch",
    ),
}
SILVER_BULLETS: Final = _windows(
    "silver_bullet_03 03:00-04:00; silver_bullet_10 10:00-11:00; silver_bullet_14 14:00-15:00"
)
MACROS: Final = _windows(
    "macro_0233 02:33-03:00; macro_0403 04:03-04:30; macro_0850 08:50-09:10; macro_0950 09:50-10:10;"
    "macro_1050 10:50-11:10; macro_1150 11:50-12:10; macro_1310 13:10-13:40; macro_1515 15:15-15:45"
)
# The working hours of the three centres as they usually fall on the New York clock.
SESSIONS: Final = _windows("asia_session 19:00-03:00; london_session 03:00-12:00; new_york_session 08:00-17:00")


def kill_zone_windows(start: int, end: int, profile: str) -> list[tuple[str, int, int]]:
    """List the kill zones that overlap ``[start, end)`` as (name, start, end), epoch seconds.

    They ascend by start. The clock alone decides: windows on weekends and holidays are listed too, and so is
    lunch, which is not traded. A window that a clock change leaves no minute of is not listed.

    Raises:
        InvalidParameter: no profile has that name.
    """
    return [(window.name, begins, ends) for window, begins, ends in occurrences(kill_zone_profile(profile), start, end)]


def kill_zone_codes(times: IntArray, profile: str) -> npt.NDArray[np.int8]:
    """Return for each epoch second the index of its kill zone in ``KILL_ZONES[profile]``, or -1.

    Of overlapping windows the first in the profile's order counts. Whether the market was open is not asked.

    Raises:
        InvalidParameter: no profile has that name.
    """
    windows = kill_zone_profile(profile)
    minute, _ = new_york_clock(times)
    codes = np.full(len(minute), -1, dtype=np.int8)
    for index, window in enumerate(windows):
        codes[(codes == -1) & window.holds(minute)] = index
    return codes


def kill_zone_profile(name: str) -> tuple[Window, ...]:
    """Return the windows of a kill-zone profile.

    Raises:
        InvalidParameter: no profile has that name.
    """
    if name not in KILL_ZONES:
        known = ", ".join(KILL_ZONES)
        raise InvalidParameter(
            f"unknown kill-zone profile {name!r}: write one of {known}",
            field="profile",
            expected=known,
            got=repr(name),
        )
    return KILL_ZONES[name]


def occurrences(windows: tuple[Window, ...], start: int, end: int) -> list[tuple[Window, int, int]]:
    """List each occurrence of a window that overlaps ``[start, end)``, ascending by start."""
    if end <= start:
        return []
    spans = [(index, window.start_minute, window.end_minute) for index, window in enumerate(windows)]
    first, last = (datetime.fromtimestamp(second, NEW_YORK).toordinal() for second in (start, end))
    found = [
        (begins, index, ends)
        for day in range(first - 1, last + 1)
        for index, opens, closes in spans
        if (begins := new_york_minute(day, opens)) < end
        and start < (ends := _minute_after(day, closes))
        and begins < ends
    ]
    return [(windows[index], begins, ends) for begins, index, ends in sorted(found)]


def _minute_after(day: int, minute: int) -> int:
    """Return the epoch second of a minute counted from the midnight of `day`, which may lie on the next one."""
    return new_york_minute(day + minute // MINUTES_OF_DAY, minute % MINUTES_OF_DAY)
