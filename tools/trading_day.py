"""Where trading days, weeks and months begin, on the New York clock, across every clock change.

Source of the definitions: ICT counts the forex and futures day from 17:00 New York, crypto trades from 00:00 UTC, and
equities by the New York calendar day. All times are epoch seconds, UTC; all results too.
"""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

NEW_YORK: Final = ZoneInfo("America/New_York")
DAY_SECONDS: Final = 86_400
_LONGEST_MONTH_DAYS: Final = 31
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_SUMMER, _WINTER = 4 * 3600, 5 * 3600  # how far New York's clock is behind UTC
_ROLL_SECONDS: Final = 7 * 3600  # 17:00 is seven hours before the next midnight


class TradingDay(StrEnum):
    """The clock by which a market counts its days."""

    NEW_YORK_17 = "new_york_17"
    UTC_00 = "utc_00"
    NEW_YORK_00 = "new_york_00"


def new_york_local(times: IntArray) -> IntArray:
    """Return New York wall-clock seconds (as if they were UTC) for epoch seconds `times`; same shape."""
    changes, offsets = _new_york_offsets()
    moments = np.asarray(times, dtype=np.int64)
    local: IntArray = moments + offsets[np.searchsorted(changes, moments, side="right") - 1]
    return local


@cache
def _new_york_offsets() -> tuple[IntArray, IntArray]:
    """Return the moments, 1970 to 2100, from which New York keeps another offset from UTC, and the offsets, seconds."""
    first = datetime(1970, 1, 1, tzinfo=UTC)
    months = [first.replace(year=1970 + count // 12, month=count % 12 + 1) for count in range(131 * 12)]
    changes, offsets = [0], [_offset(0)]
    for month, following in pairwise(int(month.timestamp()) for month in months):
        if _offset(following) != offsets[-1]:  # at most one change a month
            low, high = month, following
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(middle) == offsets[-1] else (low, middle)
            changes.append(high)
            offsets.append(_offset(high))
    return np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(second: int) -> int:
    offset = datetime.fromtimestamp(second, NEW_YORK).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def new_york_clock(times: IntArray) -> tuple[IntArray, IntArray]:
    """Split epoch seconds into New York's minute of the day (0–1439) and its local date as a proleptic ordinal."""
    local = new_york_local(times)
    return (local % DAY_SECONDS) // 60, local // DAY_SECONDS + _EPOCH_ORDINAL


def new_york_epoch(day: date, at: time) -> int:
    """Return the epoch second at which New York's clock shows `at` on `day`, the first where it shows it twice."""
    return new_york_minute(day.toordinal(), at.hour * 60 + at.minute)


def new_york_epochs(local: IntArray) -> IntArray:
    """Return the epoch seconds at which New York's clock shows `local`, seconds as `new_york_local` gives; same shape.

    Of a time shown twice it is the first, in summer time; one that spring skips is counted in winter time, both as
    `new_york_minute` does.
    """
    summer = local + _SUMMER
    return np.where(new_york_local(summer) == local, summer, local + _WINTER)


@lru_cache(maxsize=1 << 17)
def new_york_minute(ordinal: int, minute: int) -> int:
    """Return the epoch second of a minute of New York's day (0–1439) on the date `ordinal`.

    Of a minute shown twice it is the first. One that spring skips is as far after the change as into the gap.
    """
    local = datetime.combine(date.fromordinal(ordinal), time(minute // 60, minute % 60), tzinfo=NEW_YORK)
    return int(local.timestamp())


def day_ordinals(times: IntArray, trading_day: TradingDay) -> IntArray:
    """Return the ordinal of each time's trading day; a day from 17:00 is named by the date on which it ends."""
    if trading_day is TradingDay.UTC_00:
        return np.asarray(times, dtype=np.int64) // DAY_SECONDS + _EPOCH_ORDINAL
    local = new_york_local(times)
    shift = _ROLL_SECONDS if trading_day is TradingDay.NEW_YORK_17 else 0
    return (local + shift) // DAY_SECONDS + _EPOCH_ORDINAL


def day_start(ordinal: int, trading_day: TradingDay) -> int:
    """Return the epoch second at which the trading day named by `ordinal` begins."""
    if trading_day is TradingDay.UTC_00:
        return (ordinal - _EPOCH_ORDINAL) * DAY_SECONDS
    if trading_day is TradingDay.NEW_YORK_17:
        return new_york_minute(ordinal - 1, 17 * 60)
    return new_york_minute(ordinal, 0)


def day_starts(ordinals: IntArray, trading_day: TradingDay) -> IntArray:
    """Return `day_start` of many trading days at once; same shape."""
    midnights = (ordinals - _EPOCH_ORDINAL) * DAY_SECONDS
    if trading_day is TradingDay.UTC_00:
        return midnights
    return new_york_epochs(midnights - _ROLL_SECONDS if trading_day is TradingDay.NEW_YORK_17 else midnights)


def week_ordinals(ordinals: IntArray) -> IntArray:
    """Return the ordinal of the first trading day of the week: Monday's (which opens Sunday 17:00 where days do)."""
    return ordinals - (ordinals - 1) % 7


def month_ordinals(ordinals: IntArray) -> IntArray:
    """Return the ordinal of the first day of the month each trading day (by its name) belongs to."""
    days = (np.asarray(ordinals) - _EPOCH_ORDINAL).astype("datetime64[D]")
    months: IntArray = days.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH_ORDINAL
    return months


def next_month(ordinals: IntArray | int) -> IntArray:
    """Return the ordinal of the first day of the month after the one each ordinal lies in; same shape."""
    return month_ordinals(month_ordinals(np.asarray(ordinals)) + _LONGEST_MONTH_DAYS)


def trading_day_start(times: IntArray, trading_day: TradingDay) -> IntArray:
    """Return, for each time, the epoch second at which its trading day began."""
    return day_starts(day_ordinals(times, trading_day), trading_day)
