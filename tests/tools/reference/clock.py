"""Trading days, weeks, months and session windows, one datetime at a time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
FOREX_SESSIONS = {
    "asia": (time(20), time(0)),
    "london": (time(2), time(5)),
    "new_york_am": (time(7), time(10)),
    "london_close": (time(10), time(12)),
    "new_york_pm": (time(13, 30), time(16)),
}
INDEX_SESSIONS = FOREX_SESSIONS | {"new_york_am": (time(8, 30), time(11)), "lunch": (time(12), time(13))}


def trading_date(at: int, trading_day: str) -> date:
    """Return the date that names the trading day a moment belongs to; one from 17:00 is named by its end."""
    if trading_day == "utc_00":
        return datetime.fromtimestamp(at, UTC).date()
    local = datetime.fromtimestamp(at, NEW_YORK)
    if trading_day == "new_york_17" and local.hour >= 17:
        return local.date() + timedelta(days=1)
    return local.date()


def day_starts_at(day: date, trading_day: str) -> int:
    """Return the epoch second at which the trading day of that name begins."""
    if trading_day == "utc_00":
        return int(datetime.combine(day, time(0), UTC).timestamp())
    if trading_day == "new_york_17":
        return new_york_second(day - timedelta(days=1), time(17))
    return new_york_second(day, time(0))


def new_york_second(day: date, at: time) -> int:
    """Return the epoch second at which New York's clock shows `at` on `day`."""
    return int(datetime.combine(day, at, NEW_YORK).timestamp())


def period_of(at: int, kind: str, trading_day: str) -> tuple[int, int]:
    """Return the start and the end of the day, week or month a moment belongs to."""
    day = trading_date(at, trading_day)
    if kind == "previous_day":
        first, following = day, day + timedelta(days=1)
    elif kind == "previous_week":
        first = day - timedelta(days=day.weekday())
        following = first + timedelta(days=7)
    else:
        first = day.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
    return day_starts_at(first, trading_day), day_starts_at(following, trading_day)


def session_of(at: int, window: tuple[time, time]) -> tuple[int, int] | None:
    """Return the start and the end of the session a moment lies in, or None outside it."""
    start, end = window
    local = datetime.fromtimestamp(at, NEW_YORK).date()
    for day in (local - timedelta(days=1), local):
        opens = new_york_second(day, start)
        closes = new_york_second(day if end > start else day + timedelta(days=1), end)
        if opens <= at < closes:
            return opens, closes
    return None
