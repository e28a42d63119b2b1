"""Round prices and round hours for the axes, and prices written as their market writes them."""

import math
from datetime import date
from typing import Final

import numpy as np

from tools.candles import Candles
from tools.facts import IntArray
from tools.instruments import Instrument
from tools.trading_day import DAY_SECONDS, day_ordinals, new_york_local

MOST_DECIMALS: Final = 12
_MANTISSAS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
TIME_STEPS: Final = (
    60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200,
    DAY_SECONDS, 2 * DAY_SECONDS, 7 * DAY_SECONDS, 14 * DAY_SECONDS,
)  # fmt: skip
"""Distances of the time axis' labels, seconds of the New York clock; beyond them months are counted."""


def decimals_of(step: float) -> int:
    """Return how many decimals a price step needs, such as 2 for 0.25."""
    for decimals in range(MOST_DECIMALS):
        scaled = step * 10**decimals
        if math.isclose(scaled, round(scaled), rel_tol=1e-9) and round(scaled) > 0:
            return decimals
    return MOST_DECIMALS


def price_step(height: float, most: int, tick: float) -> float:
    """Return the smallest round step of whole ticks, or whole parts of one, that cuts `height` into `most` at most.

    Args:
        height: the prices on show, above 0.
        most: how many parts fit.
        tick: the market's smallest step.
    """
    least = height / most
    power = 10.0 ** math.floor(math.log10(least))
    candidates = [mantissa * power * ten for ten in (1.0, 10.0) for mantissa in _MANTISSAS]
    wide = [step for step in candidates if step >= least * (1 - 1e-9)]
    whole = [step for step in wide if _is_whole(max(step, tick) / min(step, tick))]
    return (whole or wide)[0]


def _is_whole(ratio: float) -> bool:
    return math.isclose(ratio, round(ratio), rel_tol=1e-6)


def price_ticks(low: float, high: float, step: float) -> list[float]:
    """List the multiples of `step` within ``[low, high]``."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [count * step for count in range(first, last + 1)]


def axis_clock(candles: Candles, instrument: Instrument) -> IntArray:
    """Return each bar's opening on the axis' clock: New York wall-clock seconds, as if they were UTC; shape (n,).

    A bar of a day or longer stands at midnight of the trading day it is named by.
    """
    if candles.timeframe.is_intraday:
        return new_york_local(candles.time)
    return (day_ordinals(candles.time, instrument.trading_day) - _EPOCH_ORDINAL) * DAY_SECONDS


def day_starts(clock: IntArray) -> IntArray:
    """Return the bars, after the first, that open on another date than the bar before."""
    days = clock // DAY_SECONDS
    found: IntArray = np.flatnonzero(np.diff(days)) + 1
    return found


def time_ticks(clock: IntArray, most: int) -> list[int]:
    """Return the bars at which a round time begins, at most about `most` of them, the closest round times that fit."""
    for step in TIME_STEPS:
        weeks = step > 2 * DAY_SECONDS  # 1970 began on a Thursday, weeks begin on Monday
        marks = (clock + (3 * DAY_SECONDS if weeks else 0)) // step
        bars = np.flatnonzero(np.diff(marks)) + 1
        if len(bars) <= most:
            return [int(bar) for bar in bars]
    months = clock.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    bars = np.flatnonzero(np.diff(months)) + 1
    return [int(bar) for bar in bars[:: max(1, -(-len(bars) // most))]]
