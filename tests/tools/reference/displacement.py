"""Wilder's average true range, and the candles that move far by it."""

import math

from tests.tools.reference.bars import Bar, Row, upside_down

LENGTH = 14


def average_true_range(bars: list[Bar]) -> list[float]:
    """Return Wilder's ATR of length 14 a bar; NaN before there are 14 bars."""
    ranges: list[float] = []
    averages: list[float] = []
    for t, bar in enumerate(bars):
        before = bars[t - 1].close if t else bar.low
        if t == 0:
            ranges.append(bar.high - bar.low)
        else:
            ranges.append(max(bar.high - bar.low, abs(bar.high - before), abs(bar.low - before)))
        if t < LENGTH - 1:
            averages.append(math.nan)
        elif t == LENGTH - 1:
            averages.append(sum(ranges) / LENGTH)
        else:
            averages.append((averages[-1] * (LENGTH - 1) + ranges[t]) / LENGTH)
    return averages


def displacements(bars: list[Bar], k: float = 1.5) -> list[Row]:
    """Return the candles whose body is k ATR or more and whose close lies in the outer third on their side."""
    atr = average_true_range(bars)
    turned = upside_down(bars)
    found = []
    for t in range(1, len(bars)):
        for direction, bar in ((1, bars[t]), (-1, turned[t])):
            if bar.close > bar.open and _is_displaced(bar, k, atr[t - 1]):
                found.append({"direction": direction, "formed_index": t, "confirmed_index": t})
    return found


def _is_displaced(bar: Bar, k: float, atr_before: float) -> bool:
    if math.isnan(atr_before):
        return False
    in_outer_third = 3 * (bar.high - bar.close) <= bar.high - bar.low
    return bar.close - bar.open >= k * atr_before and in_outer_third
