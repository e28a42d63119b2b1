"""Choosing bars out of a source's own: the newest closed ones of a timeframe, and the bar under way."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from tools.candles import Candles
from tools.errors import InvalidParameter, NoCandles
from tools.resample import resample
from tools.timeframes import DAY, Timeframe
from tools.times import iso_utc
from tools.trading_day import TradingDay

_AFTER_ANY_BAR: Final = 70 * DAY


def check_limit(limit: int) -> None:
    """Refuse a limit below 1.

    Raises:
        InvalidParameter: `limit` is below 1.
    """
    if limit < 1:
        raise InvalidParameter(
            f"limit is {limit}; at least 1 bar must be asked for",
            field="limit",
            expected="at least 1",
            got=str(limit),
        )


def closed_by(candles: Candles, until: int) -> Candles:
    """Return the bars that had closed by epoch second `until`."""
    return candles[: int(np.searchsorted(candles.end, until, side="right"))]


def newest_bars(
    base: Candles, timeframe: Timeframe, trading_day: TradingDay, *, limit: int, include_current: bool
) -> Candles:
    """Build the newest bars of a timeframe out of closed base bars; empty where none is complete.

    With `include_current` the last one may be unfinished: it is made of the base bars that follow the last
    complete one.
    """
    bars = resample(base, timeframe, trading_day)
    if include_current and timeframe is not base.timeframe and len(base):
        bars = _with_unfinished(base, timeframe, trading_day)
    return bars[max(0, len(bars) - limit) :]


def _with_unfinished(base: Candles, timeframe: Timeframe, trading_day: TradingDay) -> Candles:
    """Resample as if one more bar had opened long after the last, so that the last period counts as over."""
    last = int(base.time[-1])
    later = last - last % DAY + _AFTER_ANY_BAR
    columns = [base.open, base.high, base.low, base.close, base.volume]
    extended = Candles.from_arrays(
        base.timeframe, np.append(base.time, later), *(np.append(column, column[-1]) for column in columns)
    )
    bars = resample(extended, timeframe, trading_day)
    return bars[: int(np.searchsorted(bars.time, last, side="right"))]


def require_some(bars: Candles, symbol: str, until: int | None) -> Candles:
    """Return the bars as they are.

    Raises:
        NoCandles: there are none.
    """
    if not len(bars):
        when = "" if until is None else f" closed by {iso_utc(until)}"
        raise NoCandles(
            f"{symbol} has no {bars.timeframe} bar{when}",
            field="symbol",
            expected="at least one bar",
            got="none",
        )
    return bars


def joined(parts: Sequence[Candles]) -> Candles:
    """Join candles of one timeframe that follow each other."""
    if len(parts) == 1:
        return parts[0]
    names = ("time", "open", "high", "low", "close", "volume")
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
    return Candles.from_arrays(parts[0].timeframe, *columns)
