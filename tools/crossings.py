"""When a series first crosses a level: all levels at once, in time that grows with the bars and not with their square.

A pyramid of maxima answers "the first bar from `start` on whose value is above `level`" by climbing while a block holds
none and descending into the first that does. Few questions over few bars are cheaper answered by one table of
comparisons.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tools.facts import NONE

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_TABLE_CELLS: Final = 1 << 17


def first_above(series: FloatArray, levels: FloatArray, starts: IntArray, *, or_equal: bool = False) -> IntArray:
    """Return, for each level, the first bar ``u >= start`` with ``series[u] > level`` (or ``>=``), else `NONE`.

    Args:
        series: float64, shape (n,).
        levels: float64, shape (m,).
        starts: int64, shape (m,); a start at or past the end finds nothing.
        or_equal: whether reaching the level is enough.
    """
    if not len(levels) or not len(series):
        return np.full(len(levels), NONE, dtype=np.int64)
    bounds = np.nextafter(levels, -np.inf) if or_equal else levels
    if len(levels) * len(series) <= _TABLE_CELLS:
        return _by_table(series, bounds, starts)
    return _by_pyramid(series, bounds, starts)


def first_below(series: FloatArray, levels: FloatArray, starts: IntArray, *, or_equal: bool = False) -> IntArray:
    """Return, for each level, the first bar ``u >= start`` with ``series[u] < level`` (or ``<=``), else `NONE`."""
    return first_above(-series, -levels, starts, or_equal=or_equal)


def _by_table(series: FloatArray, bounds: FloatArray, starts: IntArray) -> IntArray:
    n = len(series)
    crossed = np.empty((len(bounds), n + 1), dtype=np.bool_)
    np.greater(series, bounds[:, np.newaxis], out=crossed[:, :n])
    crossed &= np.arange(n + 1, dtype=np.int32) >= starts.astype(np.int32)[:, np.newaxis]
    crossed[:, n] = True  # so that what never crosses is found behind the last bar
    first = crossed.argmax(axis=1)
    return np.where(first < n, first, NONE)


def _pyramid(series: FloatArray) -> list[FloatArray]:
    levels = [series]
    while len(levels[-1]) > 1:
        below = levels[-1]
        if len(below) % 2:
            below = np.append(below, -np.inf)
        levels.append(np.maximum(below[0::2], below[1::2]))
    return levels


def _by_pyramid(series: FloatArray, bounds: FloatArray, starts: IntArray) -> IntArray:
    pyramid = _pyramid(series)
    asked, block = np.arange(len(bounds)), starts
    found: list[tuple[IntArray, IntArray]] = []
    for maxima in pyramid:  # climb: a block without a crossing is left behind, so its parent may be asked whole
        inside = block < len(maxima)
        asked, block = asked[inside], block[inside]
        hit = maxima[block] > bounds[asked]
        found.append((asked[hit], block[hit]))
        asked, block = asked[~hit], (block[~hit] + 1) >> 1
    asked, block = found.pop()
    for maxima in reversed(pyramid[:-1]):  # descend: into the left half where it holds a crossing
        block = 2 * block
        block = block + ~(maxima[block] > bounds[asked])
        more_asked, more_block = found.pop()
        asked, block = np.concatenate((asked, more_asked)), np.concatenate((block, more_block))
    answer = np.full(len(bounds), NONE, dtype=np.int64)
    answer[asked] = block
    return answer
