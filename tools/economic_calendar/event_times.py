"""When an entry is due: dates and clocks as calendars write them, read in a stated zone where they name none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from tools.times import EARLIEST, LATEST, seconds_of_epoch

WANTED: Final = (
    "an ISO-8601 time, an epoch number, or a date such as 2024-01-05 or Jan 5, 2024 with a time such as 13:30"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EPOCH: Final = re.compile(r"\d{9,19}")
_WEEKDAY: Final = r"(?:(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)[a-z]*\.?,?\s+)?"
_ISO_DATE: Final = re.compile(r"(?P<year>\d{4})(?P<mark>[-./]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?!\d)")
_NUMBERS: Final = re.compile(r"(?P<a>\d\d?)(?P<mark>[-./])(?P<b>\d\d?)(?P=mark)(?P<year>\d{4})(?!\d)")
_MONTH_FIRST: Final = re.compile(
    rf"{_WEEKDAY}(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
)
_DAY_FIRST: Final = re.compile(
    rf"{_WEEKDAY}(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]+(?P<month>[a-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}})"
)
_CLOCK: Final = re.compile(
    r"(?P<hour>\d\d?)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:\.0+)?)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>z|utc|gmt|[+-]\d\d:?\d\d)?"
)
_ALL_DAY: Final = frozenset(("", "all day", "all-day", "allday", "tentative", "tba", "tbd", "--", "-"))


@dataclass(frozen=True, slots=True)
class When:
    """An instant, or a whole day where no time of day is known; epoch seconds, `ends` exclusive."""

    time: int
    ends: int | None = None


class UnreadableTime(Exception):
    """Report why a time cannot be read; `expected` says what would have been right."""

    def __init__(self, reason: str, expected: str = WANTED) -> None:
        """Keep the parts; who knows the file and the line adds them."""
        super().__init__(reason)
        self.reason = reason
        self.expected = expected


def is_day_first(texts: Iterable[str]) -> bool | None:
    """Tell from all of a file's dates such as 05/01/2024 whether the day comes first; None where no date can tell.

    Raises:
        UnreadableTime: some can only be day first and others only month first.
    """
    pairs = [(int(one["a"]), int(one["b"])) for one in map(_NUMBERS.match, texts) if one and one["mark"] != "."]
    day_first, month_first = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    if day_first and month_first:
        raise UnreadableTime("some dates are day first and others month first", "dates such as 2024-01-31")
    return day_first if day_first or month_first else None


def read_when(text: str, clock: str, zone: tzinfo, *, day_first: bool | None) -> When:
    """Read when an entry is due.

    Args:
        text: the date, with or without a time of day, or an epoch number.
        clock: the time of day where it stands in a column of its own, else empty.
        zone: in which times without an offset, and days, are read.
        day_first: how to read 05/01/2024; see `is_day_first`.

    Raises:
        UnreadableTime: it is no time, may be either of two, or does not exist in `zone`.
    """
    plain = " ".join(text.split())
    if _EPOCH.fullmatch(plain) and not clock.strip():
        return _instant(_whole(seconds_of_epoch(int(plain)), plain))
    day, rest = _date(plain.lower(), plain, day_first)
    said = " ".join((rest.removeprefix("t") if rest.startswith("t") and rest[1:2].isdigit() else rest).split()).strip(
        ", "
    )
    other = " ".join(clock.lower().split())
    if said and other not in _ALL_DAY:
        raise UnreadableTime(f"{plain!r} has a time of day, and {other!r} is another", "one time of day")
    said = said or other
    if said in _ALL_DAY:
        return whole_day(day, zone)
    return _instant(_clock_second(day, said, zone))


def whole_day(day: date, zone: tzinfo, days: int = 1) -> When:
    """Return the days from `day` on, from midnight to midnight in `zone`.

    Raises:
        UnreadableTime: they lie outside 1970 to 2100.
    """
    try:
        begins, ends = (
            int(datetime.combine(one, time(0), zone).timestamp()) for one in (day, day + timedelta(days=days))
        )
    except OverflowError:
        begins = ends = EARLIEST - 1
    if not EARLIEST <= begins < ends <= LATEST:
        raise UnreadableTime("the time lies outside 1970 to 2100")
    return When(begins, ends)


def second_of_wall(wall: datetime, zone: tzinfo) -> int:
    """Return the epoch second at which a clock in `zone` shows `wall`, a naive time.

    Raises:
        UnreadableTime: the clock skips that time, or shows it twice.
    """
    first, second = (int(wall.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1))
    if first != second:
        exists = datetime.fromtimestamp(first, zone).replace(tzinfo=None, fold=0) == wall
        what = "happened twice, and nothing says which is meant" if exists else "does not exist: the clock skips it"
        name = zone.key if isinstance(zone, ZoneInfo) else str(zone)
        raise UnreadableTime(f"{wall:%Y-%m-%d %H:%M} in {name} {what}", "a time with an offset, such as -05:00")
    return first


def _date(lower: str, plain: str, day_first: bool | None) -> tuple[date, str]:
    """Return the day, and what stands behind it."""
    if found := _ISO_DATE.match(lower):
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    elif found := _NUMBERS.match(lower):
        if found["mark"] == ".":
            day_first = True
        if day_first is None:
            raise UnreadableTime(
                f"{plain!r} may be day first or month first, and no row tells", "dates such as 2024-01-31"
            )
        a, b = int(found["a"]), int(found["b"])
        year, month, day = int(found["year"]), *((b, a) if day_first else (a, b))
    elif found := _MONTH_FIRST.match(lower) or _DAY_FIRST.match(lower):
        if found["month"][:3] not in _MONTHS:
            raise UnreadableTime(f"{plain!r} names no month")
        year, month, day = int(found["year"]), _MONTHS.index(found["month"][:3]) + 1, int(found["day"])
    else:
        raise UnreadableTime(f"{plain[:40]!r} is no time" if plain else "the time is missing")
    try:
        return date(year, month, day), lower[found.end() :].strip()
    except ValueError:
        raise UnreadableTime(f"{plain[:40]!r} is no day of the calendar") from None


def _clock_second(day: date, said: str, zone: tzinfo) -> int:
    found = _CLOCK.fullmatch(said)
    if found is None or not (found["minute"] or found["half"]):
        raise UnreadableTime(f"{said[:40]!r} is no time of day", "a time of day such as 13:30, 1:30pm or All Day")
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0) if 1 <= hour <= 12 else 24
    try:
        wall = datetime.combine(day, time(hour, minute, second))
    except ValueError:
        raise UnreadableTime(f"{said[:40]!r} is no time of day", "a time of day such as 13:30 or 1:30pm") from None
    named = found["zone"]
    return second_of_wall(wall, zone) if named is None else int(wall.replace(tzinfo=_offset(named)).timestamp())


def _offset(named: str) -> tzinfo:
    if named in {"z", "utc", "gmt"}:
        return UTC
    hours, minutes = int(named[1:3]), int(named[-2:])
    if hours > 23 or minutes > 59:
        raise UnreadableTime(f"{named} is no offset", "an offset such as -05:00")
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if named.startswith("-") else away)


def _whole(number: float, plain: str) -> int:
    if number != int(number):
        raise UnreadableTime(f"{plain} has a fraction of a second")
    return int(number)


def _instant(second: int) -> When:
    if not EARLIEST <= second < LATEST:
        raise UnreadableTime("the time lies outside 1970 to 2100")
    return When(second)
