"""Higher timeframes: group bars by the period they open in, keep the complete ones."""

from tests.tools.reference.bars import Bar
from tests.tools.reference.clock import day_starts_at, period_of, trading_date

_CALENDAR = {"1D": "previous_day", "1W": "previous_week", "1mo": "previous_month"}


def resample(bars: list[Bar], timeframe: str, seconds: int, trading_day: str) -> list[Bar]:
    """Return the complete bars of a higher timeframe."""
    grouped: dict[tuple[int, int], list[Bar]] = {}
    for bar in bars:
        grouped.setdefault(_period(bar.time, timeframe, seconds, trading_day), []).append(bar)
    found = []
    for (start, end), inside in grouped.items():
        if any(bar.end >= end or bar.time >= end for bar in bars):
            high, low = max(bar.high for bar in inside), min(bar.low for bar in inside)
            found.append(Bar(start, end, inside[0].open, high, low, inside[-1].close))
    return found


def _period(at: int, timeframe: str, seconds: int, trading_day: str) -> tuple[int, int]:
    if timeframe in _CALENDAR:
        return period_of(at, _CALENDAR[timeframe], trading_day)
    if seconds <= 3600:
        start = at // seconds * seconds
        return start, start + seconds
    opened = day_starts_at(trading_date(at, trading_day), trading_day)
    _, day_end = period_of(at, "previous_day", trading_day)
    start = opened + (at - opened) // seconds * seconds
    return start, min(start + seconds, day_end)
