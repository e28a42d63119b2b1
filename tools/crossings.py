"""When a series first crosses a level: all levels at once, in time that grows with the bars and not with their square.

Few questions over few bars are cheapest answered by one table of comparisons. Else, most levels being crossed soon, all
are first compared with a window of bars from their starts on. For those still open a pyramid of maxima answers "the
first bar from `start` on whose value is above `level`" by climbing while a block holds none and descending into the
first that does.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from tools.candles import Candles
from tools.facts import BULLISH, NONE, DirectionArray

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_TABLE_CELLS: Final = 1 << 16
_WINDOWS: Final = (32, 512)  # bars
_WINDOWS_OF_MANY: Final = (8,)
_WINDOW_CELLS: Final = 1 << 16
_MANY: Final = 2_000  # facts, from which on fewer questions are worth more than fewer calls
_BEYOND: Final = np.full(max(_WINDOWS), np.inf)
_END: Final = np.array([np.inf])


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
    return _by_windows(series, bounds, starts)


def first_below(series: FloatArray, levels: FloatArray, starts: IntArray, *, or_equal: bool = False) -> IntArray:
    """Return, for each level, the first bar ``u >= start`` with ``series[u] < level`` (or ``<=``), else `NONE`."""
    return first_above(-series, -levels, starts, or_equal=or_equal)


def first_returns(
    candles: Candles,
    direction: DirectionArray,
    confirmed: IntArray,
    *,
    reached: Sequence[FloatArray],
    beyond: FloatArray | None = None,
) -> list[IntArray]:
    """Return, for levels that price comes back to after confirmation, the first later bar that did, or `NONE`.

    Price comes back to a bullish fact from above: a low reaches a level, a close goes below it. Bearish mirrors it.

    Args:
        candles: bars, shape (n,).
        direction: int8, shape (m,).
        confirmed: int64, shape (m,): the bar after which to look.
        reached: levels, each float64, shape (m,), that a wick reaches; none nearer to price than the one before it.
        beyond: float64, shape (m,): the level, no nearer than the last of those, that a close goes beyond; None asks
            nothing.

    Returns:
        One int64 column, shape (m,), for each of `reached` and then for `beyond`.
    """
    asked = [*reached] if beyond is None else [*reached, beyond]
    n, m = len(candles), len(direction)
    if not m:
        return [np.empty(0, dtype=np.int64) for _ in asked]
    if m > _MANY:
        return _one_after_the_other(candles, direction, confirmed, reached, beyond)
    # All questions at once, on one line: every series turned so that it rises to its levels, and behind its last bar
    # an infinite price, so that what never happens is found there.
    series = [-candles.low, _END, candles.high, _END]
    against = -direction.astype(np.float64)
    bounds = np.nextafter(np.concatenate([against * level for level in reached]), -np.inf)
    starts = confirmed + np.where(direction == BULLISH, 1, n + 2)
    lanes = [starts] * len(reached)
    if beyond is not None:
        series += [-candles.close, _END, candles.close, _END]
        bounds = np.concatenate((bounds, against * beyond))
        lanes.append(starts + 2 * (n + 1))
    first = _by_windows(np.concatenate(series), bounds, np.concatenate(lanes)).reshape(len(asked), m) % (n + 1)
    return list(np.where(first < n, first, NONE))


def _one_after_the_other(
    candles: Candles,
    direction: DirectionArray,
    confirmed: IntArray,
    reached: Sequence[FloatArray],
    beyond: FloatArray | None,
) -> list[IntArray]:
    """Look for each level from where the one before it was found on; what never came so far is not asked again."""
    n, against = len(candles), -direction.astype(np.float64)
    wicks = np.concatenate((-candles.low, _END, candles.high, _END))
    steps = [(wicks, np.nextafter(against * level, -np.inf)) for level in reached]
    if beyond is not None:
        steps.append((np.concatenate((-candles.close, _END, candles.close, _END)), against * beyond))
    rows, begins = np.arange(len(direction)), confirmed + np.where(direction == BULLISH, 1, n + 2)
    columns = []
    for series, bounds in steps:
        first = _by_windows(series, bounds[rows], begins)
        happened = np.flatnonzero(first % (n + 1) < n)
        rows, begins = rows[happened], first[happened]
        columns.append(np.full(len(direction), NONE, dtype=np.int64))
        columns[-1][rows] = begins % (n + 1)
    return columns


def _by_table(series: FloatArray, bounds: FloatArray, starts: IntArray) -> IntArray:
    n = len(series)
    crossed = np.empty((len(bounds), n + 1), dtype=np.bool_)
    np.greater(series, bounds[:, np.newaxis], out=crossed[:, :n])
    crossed &= np.arange(n + 1, dtype=np.int32) >= starts.astype(np.int32)[:, np.newaxis]
    crossed[:, n] = True  # so that what never crosses is found behind the last bar
    first = crossed.argmax(axis=1)
    return np.where(first < n, first, NONE)


def _by_windows(series: FloatArray, bounds: FloatArray, starts: IntArray) -> IntArray:
    """Compare each level with the few bars from its start on, those still open with a wider window, then climb."""
    answer = np.full(len(bounds), NONE, dtype=np.int64)
    asked, begins = np.arange(len(bounds)), starts
    line = np.concatenate((series, _BEYOND))  # so that what is never crossed is found past the end
    are_few = len(bounds) * _WINDOWS[0] <= _WINDOW_CELLS
    for width in _WINDOWS if are_few else _WINDOWS_OF_MANY:
        if are_few and len(asked) * width > _WINDOW_CELLS:
            break
        # One row for each start, overlapping: reading rows is several times quicker than gathering bars one by one.
        windows = as_strided(line, (len(series) + 1, width), (line.itemsize, line.itemsize), writeable=False)
        is_above = windows[np.minimum(begins, len(series))] > bounds[:, np.newaxis]
        first = is_above.argmax(axis=1)
        found = begins + first
        is_open = (first == 0) & ~is_above[:, 0]  # where no bar is above, argmax names the first
        answer[asked] = np.where(is_open | (found >= len(series)), NONE, found)
        left = np.flatnonzero(is_open)
        asked, begins, bounds = asked[left], begins[left] + width, bounds[left]
        if not len(asked):
            return answer
    answer[asked] = _by_pyramid(series, bounds, begins)
    return answer


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
