"""What the windows of one request must keep: enough bars, all closed, and timeframes that tell of the same market."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.candles import Candles
from tools.errors import InvalidCandles, TooFewCandles
from tools.resample import bar_ends
from tools.timeframes import Timeframe
from tools.times import iso_utc
from tools.trading_day import TradingDay

MINIMUM_BARS: Final = 30
LAG_BARS: Final = 2
FEED_DIFFERENCE: Final = 0.001  # of the price: bid, ask and mid feeds, or two brokers, differ by less
FIELD: Final = "timeframe_bars"


def check_windows(windows: Mapping[Timeframe, Candles], trading_day: TradingDay, as_of: int) -> None:
    """Raise for the first fault.

    Args:
        windows: the candles of each timeframe.
        trading_day: where days begin.
        as_of: epoch second by which every bar must have closed.

    Raises:
        TooFewCandles: the finest timeframe has fewer than `MINIMUM_BARS` bars, or another none.
        InvalidCandles: a bar opens or closes after `as_of`; a higher timeframe ends `LAG_BARS` of its bars before a
            lower one; or a lower bar lies outside the higher bar it belongs to by more than that bar's height and
            `FEED_DIFFERENCE`.
    """
    if not windows:
        raise TooFewCandles(f"{FIELD} is empty", field=FIELD, expected="bars of one timeframe", got="none")
    ascending = sorted(windows, key=lambda timeframe: timeframe.seconds)
    for timeframe in ascending:
        field, candles = f"{FIELD}.{timeframe}", windows[timeframe]
        least = MINIMUM_BARS if timeframe is ascending[0] else 1
        if len(candles) < least:
            raise TooFewCandles(
                f"{field} has {len(candles)} bars, fewer than {least}", field=field,
                expected=f"at least {least} bars", got=str(len(candles)),
            )  # fmt: skip
        refuse_unclosed(candles, trading_day, as_of, field=field, moment=f"as_of {iso_utc(as_of)}")
    for lower, higher in pairwise(ascending):
        _check_together(windows[lower], windows[higher], trading_day)


def refuse_unclosed(candles: Candles, trading_day: TradingDay, by: int, *, field: str, moment: str) -> None:
    """Raise for the first bar that has not closed by an epoch second.

    Args:
        candles: bars, shape (n,).
        trading_day: where days begin.
        by: the epoch second.
        field: what to call the bars in the error.
        moment: what to call the epoch second.

    Raises:
        InvalidCandles: a bar opens at or after it, or closes after it.
    """
    ends = bar_ends(candles, trading_day)
    late = np.flatnonzero(ends > by)
    if not len(late):
        return
    index = int(late[0])
    opens, closes = iso_utc(int(candles.time[index])), iso_utc(int(ends[index]))
    what = (
        f"opens at {opens}, in the future of {moment}"
        if candles.time[index] >= by
        else f"is unfinished: it closes at {closes}, after {moment}"
    )
    raise InvalidCandles(
        f"{field}[{index}] {what}",
        field=field,
        index=index,
        expected=f"bars that closed by {iso_utc(by)}",
        got=f"a bar that closes at {closes}",
    )


def _check_together(lower: Candles, higher: Candles, trading_day: TradingDay) -> None:
    field = f"{FIELD}.{higher.timeframe}"
    ends = bar_ends(higher, trading_day)
    behind = int((lower.time >= ends[-1]).sum()) * lower.timeframe.seconds // higher.timeframe.seconds
    if behind >= LAG_BARS:
        raise InvalidCandles(
            f"{field} ends at {iso_utc(int(ends[-1]))}, {behind} bars before {FIELD}.{lower.timeframe} does",
            field=field,
            index=len(higher) - 1,
            expected=f"bars up to {iso_utc(int(lower.end[-1]))}",
            got=f"a last bar that closes at {iso_utc(int(ends[-1]))}",
        )
    _check_same_prices(lower, higher, ends, field)


def _check_same_prices(lower: Candles, higher: Candles, ends: npt.NDArray[np.int64], field: str) -> None:
    holder = np.searchsorted(higher.time, lower.time, side="right") - 1
    inside = np.flatnonzero((holder >= 0) & (lower.time < ends[holder]))
    bar = holder[inside]
    slack = np.maximum(higher.high - higher.low, FEED_DIFFERENCE * higher.close)[bar]
    wrong = (lower.high[inside] > higher.high[bar] + slack) | (lower.low[inside] < higher.low[bar] - slack)
    if not wrong.any():
        return
    first = int(np.argmax(wrong))
    index, fine = int(bar[first]), int(inside[first])
    given = f"{higher.low[index]:g} to {higher.high[index]:g}"
    found = f"{lower.low[fine]:g} to {lower.high[fine]:g}"
    raise InvalidCandles(
        f"{field}[{index}] runs from {given}, but {FIELD}.{lower.timeframe}[{fine}] inside it from {found}",
        field=field,
        index=index,
        expected=f"a bar that holds {found}",
        got=given,
    )
