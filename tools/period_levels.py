"""Extremes of finished periods: the previous day, week and month, and each session."""

from typing import Final

import numpy as np

from tools.candles import Candles
from tools.facts import NONE, BoolArray, DirectionArray, IntArray
from tools.levels import (
    BUY_SIDE,
    PREVIOUS_DAY,
    PREVIOUS_MONTH,
    PREVIOUS_WEEK,
    SELL_SIDE,
    SESSION,
    SESSION_NAMES,
    Levels,
)
from tools.session_windows import kill_zone_profile
from tools.spans import first_highest
from tools.timeframes import DAY, HOUR
from tools.trading_day import (
    DAY_SECONDS,
    TradingDay,
    day_ordinals,
    day_start,
    month_ordinals,
    new_york_epochs,
    new_york_local,
    week_ordinals,
)

_WEEK: Final = 7 * DAY
_MONTH: Final = 30 * DAY


def period_levels(candles: Candles, trading_day: TradingDay, kill_zones: str | None) -> list[Levels]:
    """Return the high and low of each finished day, week, month and session; periods shorter than a bar have none.

    Args:
        candles: bars, shape (n,).
        trading_day: where days, weeks and months begin.
        kill_zones: name of the kill-zone profile whose windows are the sessions; None for no session levels.

    Raises:
        InvalidParameter: no profile has that name.
    """
    if not len(candles):
        return []
    length = candles.timeframe.seconds
    parts = _of_calendar(candles, trading_day, length)
    if length <= HOUR and kill_zones is not None:
        parts.append(_of_sessions(candles, kill_zones))
    return parts


def _of_calendar(candles: Candles, trading_day: TradingDay, length: int) -> list[Levels]:
    """Return the levels of days, and of weeks and months as the extremes of their days."""
    by_bar = day_ordinals(candles.time, trading_day)
    starts = np.concatenate((_ZERO, np.flatnonzero(by_bar[1:] != by_bar[:-1]) + 1))
    days, begins, ends = by_bar[starts], starts[:-1], starts[1:]  # the last day is not over
    highs, lows = first_highest(candles.high, begins, ends), first_highest(-candles.low, begins, ends)
    parts = []
    if length <= DAY:
        complete = _complete(candles, days, len(begins), trading_day)
        parts.append(_both_sides(candles, PREVIOUS_DAY, begins, ends, highs, lows, complete))
    periods = ((PREVIOUS_WEEK, _WEEK, week_ordinals(days)), (PREVIOUS_MONTH, _MONTH, month_ordinals(days)))
    for kind, longest, ordinals in periods:
        if length > longest:
            continue
        firsts = np.concatenate((_ZERO, np.flatnonzero(ordinals[1:] != ordinals[:-1]) + 1))
        high = highs[first_highest(candles.high[highs], firsts[:-1], firsts[1:])]
        low = lows[first_highest(-candles.low[lows], firsts[:-1], firsts[1:])]
        complete = _complete(candles, ordinals, len(high), trading_day)
        parts.append(_both_sides(candles, kind, starts[firsts[:-1]], starts[firsts[1:]], high, low, complete))
    return parts


def _complete(candles: Candles, ordinals: IntArray, count: int, trading_day: TradingDay) -> BoolArray:
    """Say which of the first `count` periods begin inside the chart: all but perhaps the first."""
    complete = np.ones(count, dtype=np.bool_)
    complete[:1] = candles.time[0] <= day_start(int(ordinals[0]), trading_day)
    return complete


def _of_sessions(candles: Candles, kill_zones: str) -> Levels:
    windows = kill_zone_profile(kill_zones)
    first, last = (new_york_local(candles.time[[0, -1]]) // DAY_SECONDS).tolist()
    midnights = np.arange(first - 1, last + 1)[:, np.newaxis] * DAY_SECONDS
    opens = new_york_epochs(midnights + [60 * window.start_minute for window in windows]).ravel()
    closes = new_york_epochs(midnights + [60 * window.end_minute for window in windows]).ravel()
    begins, ends = np.searchsorted(candles.time, opens), np.searchsorted(candles.time, closes)
    over = np.flatnonzero((begins < ends) & (ends < len(candles)))
    begins, ends = begins[over], ends[over]
    names = np.array([SESSION_NAMES.index(window.name) for window in windows], dtype=np.int8)
    return _both_sides(
        candles,
        SESSION,
        begins,
        ends,
        first_highest(candles.high, begins, ends),
        first_highest(-candles.low, begins, ends),
        candles.time[0] <= opens[over],
        names[over % len(windows)],
    )


def _both_sides(
    candles: Candles,
    kind: int,
    begins: IntArray,
    ends: IntArray,
    highs: IntArray,
    lows: IntArray,
    complete: BoolArray,
    session: DirectionArray | None = None,
) -> Levels:
    """Return the high and the low of bars ``[begin, end)``; the confirming bar, at the end, may itself take them."""
    count = len(begins)
    confirmed = np.concatenate((ends, ends))
    sessions = np.full(count, NONE, dtype=np.int8) if session is None else session
    return Levels(
        kind=np.full(2 * count, kind, dtype=np.int8),
        side=np.repeat(_SIDES, count),
        session=np.concatenate((sessions, sessions)),
        price=np.concatenate((candles.high[highs], candles.low[lows])),
        formed=np.concatenate((highs, lows)),
        confirmed=confirmed,
        watched_from=confirmed,
        members=np.ones(2 * count, dtype=np.int64),
        bars=np.tile(ends - begins, 2),
        complete=np.concatenate((complete, complete)),
        superseded=np.full(2 * count, NONE, dtype=np.int64),
    )


_ZERO: Final = np.zeros(1, dtype=np.int64)
_SIDES: Final = np.array([BUY_SIDE, SELL_SIDE], dtype=np.int8)
