"""Counts within bounds: the table and the digits agree with a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.strategies import REPEATABLE
from tools import range_counts
from tools.facts import IntArray
from tools.range_counts import count_within

VALUES = st.lists(st.integers(0, 9), min_size=1, max_size=40)
QUESTIONS = st.lists(st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(0, 10)] * 2), min_size=1, max_size=20)


def plainly(values: list[int], begin: int, end: int, least: int, most: int) -> tuple[int, int]:
    within = [value for value in values[begin:end] if least <= value < most]
    return len(within), max(within, default=-1)


def columns(questions: list[tuple[int, int, int, int]], size: int) -> tuple[IntArray, ...]:
    """Return the questions as columns, each range inside the values and no end below its begin."""
    asked = np.array(questions, dtype=np.int64).reshape(-1, 4)
    ends, bounds = np.sort(np.minimum(asked[:, :2], size), axis=1), np.sort(asked[:, 2:], axis=1)
    return ends[:, 0], ends[:, 1], bounds[:, 0], bounds[:, 1]


@REPEATABLE
@given(values=VALUES, questions=QUESTIONS)
def test_both_ways_count_what_a_loop_counts(values: list[int], questions: list[tuple[int, int, int, int]]) -> None:
    ranks, asked = np.array(values, dtype=np.int64), columns(questions, len(values))
    expected = [plainly(values, *row) for row in zip(*(column.tolist() for column in asked), strict=True)]
    for way in (count_within, range_counts._by_table, range_counts._by_digits):
        count, highest = way(ranks, *asked)
        assert list(zip(count.tolist(), highest.tolist(), strict=True)) == expected


@pytest.mark.parametrize("size", [1, 3, 1000, 1025])
def test_many_ranges_of_many_values(size: int) -> None:
    random = np.random.default_rng(7)
    values = random.integers(0, size, size)
    begins, ends = np.sort(random.integers(0, size + 1, (2, 300)), axis=0)
    least, most = np.sort(random.integers(0, size + 1, (2, 300)), axis=0)
    count, highest = count_within(values, begins, ends, least, most)
    rows = zip(*(column.tolist() for column in (begins, ends, least, most)), strict=True)
    expected = [plainly(values.tolist(), *row) for row in rows]
    assert list(zip(count.tolist(), highest.tolist(), strict=True)) == expected


def test_nothing_asked_and_nothing_to_count() -> None:
    none = np.empty(0, dtype=np.int64)
    zero = np.zeros(2, dtype=np.int64)
    assert [column.tolist() for column in count_within(np.arange(3), none, none, none, none)] == [[], []]
    assert [column.tolist() for column in count_within(none, zero, zero, zero, zero)] == [[0, 0], [-1, -1]]
