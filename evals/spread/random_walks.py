"""Driftless charts: minute prices that go up or down by chance alone, on the clock of the forex week."""

from datetime import date, time, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.candles import Candles
from tools.timeframes import Timeframe
from tools.trading_day import new_york_epoch

_SUNDAY: Final = date(2024, 1, 7)
_WEEKS: Final = 40  # charts begin in different weeks, so that both clock changes of a year are among them
_MINUTES: Final = 15
_MINUTE_VOLATILITY: Final = 0.0001  # of the price: about a percent a day, as a currency pair's
_PRICE: Final = 1.1
_TICK: Final = 0.00001


def random_walk(seed: int, *, bars: int) -> Candles:
    """Return 15-minute bars of a random walk.

    Every minute's change of the logarithm is drawn from one normal distribution around minus half its variance, so that
    the expected price never changes: there is nothing to find in these charts.

    Args:
        seed: the same seed gives the same bars.
        bars: how many; the last one closes at a moment of the week that depends on the seed.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    times = _forex_week_times(int(generator.integers(_WEEKS)), bars + 480)
    first = int(generator.integers(480))
    steps = generator.normal(-(_MINUTE_VOLATILITY**2) / 2, _MINUTE_VOLATILITY, size=(bars, _MINUTES))
    path = np.round(_PRICE * np.exp(np.cumsum(steps)).reshape(bars, _MINUTES) / _TICK) * _TICK
    opens = np.concatenate(([_PRICE], path[:-1, -1]))
    columns = {
        "time": times[first : first + bars],
        "open": opens,
        "high": np.maximum(path.max(axis=1), opens),
        "low": np.minimum(path.min(axis=1), opens),
        "close": path[:, -1].copy(),
    }
    return Candles.from_columns(columns, Timeframe.M15)


def _forex_week_times(week: int, bars: int) -> npt.NDArray[np.int64]:
    """Return the openings of 15-minute bars from a Sunday 17:00 New York on, without weekends."""
    parts: list[npt.NDArray[np.int64]] = []
    sunday = _SUNDAY + timedelta(weeks=week)
    while sum(map(len, parts)) < bars:
        opens = new_york_epoch(sunday, time(17))
        closes = new_york_epoch(sunday + timedelta(days=5), time(17))
        parts.append(np.arange(opens, closes, _MINUTES * 60, dtype=np.int64))
        sunday += timedelta(weeks=1)
    return np.concatenate(parts)[:bars]
