"""How many values of a range lie between two bounds, for many ranges at once, in time that no crowded range prolongs.

The values are sorted by one binary digit after the other, highest first, each sort keeping the order within its halves
(a wavelet matrix): counting walks a range through the digits, so that a question costs as many steps as the largest
value has digits. Few questions over few values are cheaper answered by one table of comparisons.
"""

from typing import Final

import numpy as np

from tools.facts import NONE, IntArray

_TABLE_CELLS: Final = 1 << 16


def count_within(
    values: IntArray, begins: IntArray, ends: IntArray, least: IntArray, most: IntArray
) -> tuple[IntArray, IntArray]:
    """Count the values in ``[least, most)`` of each range ``[begin, end)``, and find the highest of them.

    Args:
        values: int64, shape (n,), none negative; as dense as ranks are, for the cost grows with their digits.
        begins: int64, shape (m,): places in `values`.
        ends: int64, shape (m,), none below its `begins`.
        least: int64, shape (m,): the lowest value that counts.
        most: int64, shape (m,): the lowest value above `least` that no longer counts; ``least`` or more.

    Returns:
        ``(count, highest)``, both shape (m,); `highest` is `NONE` where the count is 0.
    """
    if not len(begins) or not len(values):
        return np.zeros(len(begins), dtype=np.int64), np.full(len(begins), NONE, dtype=np.int64)
    if len(begins) * len(values) <= _TABLE_CELLS:
        return _by_table(values, begins, ends, least, most)
    return _by_digits(values, begins, ends, least, most)


def _by_table(
    values: IntArray, begins: IntArray, ends: IntArray, least: IntArray, most: IntArray
) -> tuple[IntArray, IntArray]:
    places = np.arange(len(values))
    within = (places >= begins[:, np.newaxis]) & (places < ends[:, np.newaxis])
    within &= (values >= least[:, np.newaxis]) & (values < most[:, np.newaxis])
    return np.count_nonzero(within, axis=1), np.where(within, values, NONE).max(axis=1)


def _by_digits(
    values: IntArray, begins: IntArray, ends: IntArray, least: IntArray, most: IntArray
) -> tuple[IntArray, IntArray]:
    zeros = _sorted_by_digits(values)
    bounds = np.minimum(np.concatenate((least, most)), values.max() + 1)
    below = _count_below(zeros, np.tile(begins, 2), np.tile(ends, 2), bounds)
    too_low, low_enough = np.split(below, 2)
    highest = np.full(len(begins), NONE, dtype=np.int64)
    found = np.flatnonzero(low_enough > too_low)
    highest[found] = _nth_lowest(zeros, begins[found], ends[found], low_enough[found] - 1)
    return low_enough - too_low, highest


def _sorted_by_digits(values: IntArray) -> list[IntArray]:
    """Return for each binary digit, highest first, how many zeros stand before each place once it is its turn."""
    zeros = []
    for digit in reversed(range(int(values.max() + 1).bit_length())):  # a bound may be one above the highest
        is_one = (values >> digit & 1).astype(np.bool_)
        before = np.zeros(len(values) + 1, dtype=np.int64)
        np.cumsum(~is_one, out=before[1:])
        zeros.append(before)
        values = np.concatenate((values[~is_one], values[is_one]))
    return zeros


def _count_below(zeros: list[IntArray], begins: IntArray, ends: IntArray, bounds: IntArray) -> IntArray:
    count = np.zeros(len(begins), dtype=np.int64)
    for digit, before in zip(reversed(range(len(zeros))), zeros, strict=True):
        first, last = before[begins], before[ends]
        is_one = (bounds >> digit & 1).astype(np.bool_)
        count += np.where(is_one, last - first, 0)
        begins = np.where(is_one, before[-1] + begins - first, first)
        ends = np.where(is_one, before[-1] + ends - last, last)
    return count


def _nth_lowest(zeros: list[IntArray], begins: IntArray, ends: IntArray, rank: IntArray) -> IntArray:
    value = np.zeros(len(begins), dtype=np.int64)
    for before in zeros:
        first, last = before[begins], before[ends]
        is_one = rank >= last - first
        rank = np.where(is_one, rank - (last - first), rank)
        begins = np.where(is_one, before[-1] + begins - first, first)
        ends = np.where(is_one, before[-1] + ends - last, last)
        value = 2 * value + is_one
    return value
