"""Higher timeframes out of lower ones: only bars that are complete, anchored as traders anchor them."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.timeframes import DAY, Timeframe
from tools.trading_day import (
    TradingDay,
    day_ordinals,
    day_starts,
    month_ordinals,
    next_month,
    week_ordinals,
)

IntArray = npt.NDArray[np.int64]
_DAYS_IN_WEEK: Final = 7


def resample(candles: Candles, timeframe: Timeframe, trading_day: TradingDay) -> Candles:
    """Build the complete bars of a higher timeframe.

    One hour and shorter anchor to the UTC hour; 2h and 4h count from the trading day's start; 1D, 1W and 1mo are
    trading days, weeks and months. A bar exists once a base bar has closed at, or opened at or after, its end. It is
    stamped with its period's start, also where the market opened later (futures, 18:00) or the base begins inside it.

    Args:
        candles: base bars, shape (n,).
        timeframe: the higher timeframe, a whole multiple of the base (or 1D, 1W, 1mo).
        trading_day: where days begin.

    Returns:
        Candles of `timeframe`, empty while no bar is complete; the base itself where the timeframes are equal.

    Raises:
        InvalidParameter: `timeframe` is shorter than the base, or the base does not divide it.
    """
    base = candles.timeframe
    if timeframe is base:
        return candles
    if timeframe.seconds < base.seconds or timeframe.seconds % base.seconds:
        raise InvalidParameter(
            f"{base} bars cannot be resampled to {timeframe}", field="timeframe",
            expected=f"a multiple of {base}", got=str(timeframe),
        )  # fmt: skip
    if not len(candles):
        return Candles.from_arrays(timeframe, candles.time, *(candles.open,) * 5)
    starts, ends = _periods(candles.time, timeframe, trading_day)
    first = np.flatnonzero(np.r_[True, starts[1:] != starts[:-1]])
    complete = ends[first] <= max(int(candles.end[-1]), int(candles.time[-1]))
    last = np.r_[first[1:], len(candles)] - 1
    return Candles.from_arrays(
        timeframe,
        starts[first][complete],
        candles.open[first][complete],
        np.maximum.reduceat(candles.high, first)[complete],
        np.minimum.reduceat(candles.low, first)[complete],
        candles.close[last][complete],
        np.add.reduceat(candles.volume, first)[complete],
    )


def bar_ends(candles: Candles, trading_day: TradingDay) -> IntArray:
    """Return the epoch second at which each bar closes, shape (n,).

    A bar of 2h or longer that opens where a period of the trading calendar begins closes where that period ends,
    whatever a clock change did to its length; any other closes its timeframe's length after it opened.
    """
    if candles.timeframe.is_utc_aligned or not len(candles):
        return candles.end
    starts, ends = _periods(candles.time, candles.timeframe, trading_day)
    closes: IntArray = np.where(starts == candles.time, ends, candles.end)
    return closes


def closed_by(candles: Candles, trading_day: TradingDay, at: int) -> Candles:
    """Return the bars that had closed by an epoch second, up to the first that had not; see `bar_ends`.

    Args:
        candles: bars, shape (n,).
        trading_day: where days begin.
        at: the epoch second; a bar that closes exactly then has closed.
    """
    is_open = bar_ends(candles, trading_day) > at
    return candles[: int(is_open.argmax()) if is_open.any() else len(candles)]


def last_close(candles: Candles, trading_day: TradingDay) -> int:
    """Return the epoch second at which the last bar closes; of at least one bar. See `bar_ends`."""
    return int(bar_ends(candles[-1:], trading_day)[0])


def _periods(time: IntArray, timeframe: Timeframe, trading_day: TradingDay) -> tuple[IntArray, IntArray]:
    """Return, for each base bar, the start and the end of the higher bar it belongs to."""
    if timeframe.is_utc_aligned:
        starts = time - time % timeframe.seconds
        return starts, starts + timeframe.seconds
    if timeframe.seconds < DAY:
        return _blocks_of_day(time, timeframe, trading_day)
    ordinals = day_ordinals(time, trading_day)
    if timeframe is Timeframe.D1:
        return _named(ordinals, trading_day, lambda day: day + 1)
    if timeframe is Timeframe.W1:
        return _named(week_ordinals(ordinals), trading_day, lambda day: day + _DAYS_IN_WEEK)
    return _named(month_ordinals(ordinals), trading_day, next_month)


def _blocks_of_day(time: IntArray, timeframe: Timeframe, trading_day: TradingDay) -> tuple[IntArray, IntArray]:
    """Cut each trading day into blocks from its start; the last one ends with the day, whatever its clock change."""
    day_starts, day_ends = _named(day_ordinals(time, trading_day), trading_day, lambda day: day + 1)
    starts = time - (time - day_starts) % timeframe.seconds
    return starts, np.minimum(starts + timeframe.seconds, day_ends)


def _named(
    ordinals: IntArray, trading_day: TradingDay, following: Callable[[IntArray], IntArray]
) -> tuple[IntArray, IntArray]:
    """Return the epoch second at which each named period starts, and at which the one after it does."""
    return day_starts(ordinals, trading_day), day_starts(following(ordinals), trading_day)
