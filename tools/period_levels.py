"""Extremes of finished periods: the previous day, week and month, and each session."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from tools.candles import Candles
from tools.facts import NONE, IntArray
from tools.session_windows import kill_zone_windows
from tools.timeframes import DAY, HOUR
from tools.trading_day import TradingDay, day_ordinals, day_start, month_ordinals, week_ordinals

_WEEK: Final = 7 * DAY
_MONTH: Final = 30 * DAY
_LONG_PAUSE: Final = 4 * DAY  # longer than any weekend: no session in it has a bar


class Level(NamedTuple):
    """One pool before its life is known; indices are bars.

    Attributes:
        kind: a name of `tools.liquidity.POOL_KINDS`.
        side: +1 above a high, -1 below a low.
        price: the level.
        formed: the bar that made it.
        confirmed: the bar at whose close it became knowable.
        watched_from: the first bar that may take it.
        members: how many swings made it.
        bars: how many bars its period had.
        complete: whether the chart reaches back to the period's start.
        session: the session's name, for a session's level.
        superseded: the confirmation of a larger equal pool in its place, or `NONE`.
    """

    kind: str
    side: int
    price: float
    formed: int
    confirmed: int
    watched_from: int
    members: int = 1
    bars: int = 1
    complete: bool = True
    session: str | None = None
    superseded: int = NONE


def period_levels(candles: Candles, trading_day: TradingDay, kill_zones: str | None) -> list[Level]:
    """Return the high and low of each finished day, week, month and session; periods shorter than a bar have none."""
    if not len(candles):
        return []
    length = candles.timeframe.seconds
    levels: list[Level] = []
    days = day_ordinals(candles.time, trading_day)
    if length <= DAY:
        levels += _of_ordinals(candles, "previous_day", days, trading_day)
    if length <= _WEEK:
        levels += _of_ordinals(candles, "previous_week", week_ordinals(days), trading_day)
    if length <= _MONTH:
        levels += _of_ordinals(candles, "previous_month", month_ordinals(days), trading_day)
    if length <= HOUR and kill_zones is not None:
        levels += _of_sessions(candles, kill_zones)
    return levels


def _of_ordinals(candles: Candles, kind: str, ordinals: IntArray, trading_day: TradingDay) -> Iterator[Level]:
    starts = np.flatnonzero(np.r_[True, ordinals[1:] != ordinals[:-1]]).tolist()
    for start, end in pairwise(starts):
        complete = bool(candles.time[0] <= day_start(int(ordinals[start]), trading_day))
        yield from _pair(candles, kind, start, end, end, complete, None)


def _of_sessions(candles: Candles, kill_zones: str) -> Iterator[Level]:
    first = int(candles.time[0])
    pauses = np.flatnonzero(np.diff(candles.time) > _LONG_PAUSE)
    begins_, ends_ = candles.time[np.r_[0, pauses + 1]], candles.time[np.r_[pauses, len(candles) - 1]]
    windows = [
        window
        for begin, end in zip(begins_.tolist(), ends_.tolist(), strict=True)
        for window in kill_zone_windows(begin, end + 1, kill_zones)
    ]
    begins = np.searchsorted(candles.time, [begin for _, begin, _ in windows]).tolist()
    ends = np.searchsorted(candles.time, [end for _, _, end in windows]).tolist()
    for (name, opened, _), start, end in zip(windows, begins, ends, strict=True):
        if start < end < len(candles):
            yield from _pair(candles, "session", start, end, end, first <= opened, name)


def _pair(
    candles: Candles, kind: str, start: int, end: int, confirmed: int, complete: bool, session: str | None
) -> Iterator[Level]:
    """Yield the high and the low of bars ``[start, end)``; the confirming bar may itself take them."""
    high = start + int(candles.high[start:end].argmax())
    low = start + int(candles.low[start:end].argmin())
    for side, formed, price in ((1, high, candles.high[high]), (-1, low, candles.low[low])):
        yield Level(kind, side, float(price), formed, confirmed, confirmed, 1, end - start, complete, session)
