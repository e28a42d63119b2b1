"""New day and new week opening gaps: the last close before the halt, the first open after it."""

from datetime import date, timedelta

from tests.tools.reference.bars import NOT_YET, Bar, Row
from tests.tools.reference.clock import period_of, trading_date
from tests.tools.reference.zones import both_ways, with_life

_DAY = 86_400


def opening_gaps(bars: list[Bar], *, timeframe_seconds: int, trading_day: str, keep: int = 5) -> list[Row]:
    """Return the gaps of both kinds and directions with their life; `kind` is a word."""
    if trading_day == "utc_00":
        return []
    found = both_ways(bars, lambda some: _bullish(some, timeframe_seconds, trading_day))
    for gap in found:
        later = [other["confirmed_index"] for other in found if other["kind"] == gap["kind"]]
        later = sorted(t for t in later if t > gap["confirmed_index"])
        gap["dropped_index"] = later[keep - 1] if len(later) >= keep else NOT_YET
    return found


def _bullish(bars: list[Bar], timeframe_seconds: int, trading_day: str) -> list[Row]:
    found = []
    for t in range(1, len(bars)):
        kind = _kind(bars[t - 1], bars[t], timeframe_seconds, trading_day)
        if kind is not None and bars[t].open > bars[t - 1].close:
            zone = {"direction": 1, "kind": kind, "formed_index": t, "confirmed_index": t}
            found.append(with_life(bars, {**zone, "top": bars[t].open, "bottom": bars[t - 1].close}))
    return found


def _kind(before: Bar, bar: Bar, timeframe_seconds: int, trading_day: str) -> str | None:
    """Return which gap lies between two bars: a week's, a day's, or none."""
    last_second = before.end - 1
    if timeframe_seconds == 7 * _DAY and before.time == period_of(before.time, "previous_week", trading_day)[0]:
        last_second = period_of(before.time, "previous_week", trading_day)[1] - 1  # whatever the clock did meanwhile
    opened, today = _business_date(before.time, trading_day), _business_date(bar.time, trading_day)
    if opened == today or trading_date(last_second, trading_day) >= today:
        return None
    if _monday(opened) < _monday(today):
        return "nwog" if timeframe_seconds <= 7 * _DAY else None
    return "ndog" if timeframe_seconds <= _DAY else None


def _business_date(at: int, trading_day: str) -> date:
    """Return the date of the trading day, a Saturday's as Friday's and a Sunday's as Monday's."""
    day = trading_date(at, trading_day)
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
