"""The lowest and highest bars of many ranges at once, by a table of runs of one, two, four, eight… bars.

Asking about m ranges of any length costs m array elements; the table costs the bars times the doublings of the longest
range asked about.
"""

import numpy as np

from tools.facts import FloatArray, IntArray


def lowest_bars(series: FloatArray, first: IntArray, last: IntArray) -> IntArray:
    """Return, for each range, the last bar with the lowest value in ``[first, last]``.

    Args:
        series: float64, shape (n,), without NaN.
        first: int64, shape (m,): bar indices.
        last: int64, shape (m,): bar indices, none below its `first`.
    """
    if not len(first):
        return np.empty(0, dtype=np.int64)
    answer = np.empty(len(first), dtype=np.int64)
    doublings = np.frexp((last - first + 1).astype(np.float64))[1] - 1  # of the longest run that fits into the range
    lowest = np.arange(len(series))
    for doubling in range(int(doublings.max()) + 1):
        if doubling:
            half = 1 << (doubling - 1)
            lowest = _lower(series, lowest[:-half], lowest[half:])
        rows = np.flatnonzero(doublings == doubling)
        if len(rows):
            begins, ends = first[rows], last[rows] - (1 << doubling) + 1
            answer[rows] = _lower(series, lowest[begins], lowest[ends])
    return answer


def highest_bars(series: FloatArray, first: IntArray, last: IntArray) -> IntArray:
    """Return, for each range, the last bar with the highest value in ``[first, last]``; see `lowest_bars`."""
    return lowest_bars(-series, first, last)


def _lower(series: FloatArray, left: IntArray, right: IntArray) -> IntArray:
    """Of pairs of bars return the lower one, of equals the right one."""
    return np.where(series[right] <= series[left], right, left)
