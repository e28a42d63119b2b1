"""The extremes of many spans of bars at once, each span read bar by bar.

For spans that overlap little, such as days, sessions and the legs of one direction: the cost is the sum of their
lengths.
"""

import numpy as np

from tools.facts import FloatArray, IntArray


def first_highest(series: FloatArray, begins: IntArray, ends: IntArray) -> IntArray:
    """Return, for each span, the first bar with the highest value in ``[begin, end)``.

    Args:
        series: float64, shape (n,), without NaN.
        begins: int64, shape (m,): bar indices.
        ends: int64, shape (m,), each above its `begins`.
    """
    if not len(begins):
        return np.empty(0, dtype=np.int64)
    lengths = ends - begins
    stops = np.cumsum(lengths)
    starts = stops - lengths
    bars, hits = _highest(series, begins, lengths, starts, int(stops[-1]))
    found: IntArray = bars[hits[np.searchsorted(hits, starts)]]
    return found


def last_lowest(series: FloatArray, begins: IntArray, ends: IntArray) -> IntArray:
    """Return, for each span, the last bar with the lowest value in ``[begin, end)``; see `first_highest`."""
    if not len(begins):
        return np.empty(0, dtype=np.int64)
    lengths = ends - begins
    stops = np.cumsum(lengths)
    bars, hits = _highest(-series, begins, lengths, stops - lengths, int(stops[-1]))
    found: IntArray = bars[hits[np.searchsorted(hits, stops) - 1]]
    return found


def _highest(
    series: FloatArray, begins: IntArray, lengths: IntArray, starts: IntArray, total: int
) -> tuple[IntArray, IntArray]:
    """Lay the spans end to end: return the bars of all of them, and the places of those as high as their span goes."""
    bars = np.arange(total) + np.repeat(begins - starts, lengths)
    values = series[bars]
    return bars, np.flatnonzero(values == np.repeat(np.maximum.reduceat(values, starts), lengths))
