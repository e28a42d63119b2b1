"""First crossings: the table and the pyramid agree with a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.strategies import REPEATABLE
from tools import crossings
from tools.crossings import first_above, first_below
from tools.facts import NONE

SERIES = st.lists(st.integers(0, 9), max_size=70)
QUESTIONS = st.lists(st.tuples(st.integers(-1, 10), st.integers(0, 75)), max_size=20)


def plainly(series: list[int], level: int, start: int, *, or_equal: bool) -> int:
    for bar in range(start, len(series)):
        if series[bar] > level or (or_equal and series[bar] == level):
            return bar
    return NONE


@REPEATABLE
@given(series=SERIES, questions=QUESTIONS, or_equal=st.booleans())
def test_both_ways_find_what_a_loop_finds(series: list[int], questions: list[tuple[int, int]], or_equal: bool) -> None:
    values = np.array(series, dtype=np.float64)
    levels = np.array([level for level, _ in questions], dtype=np.float64)
    starts = np.array([start for _, start in questions], dtype=np.int64)
    expected = [plainly(series, level, start, or_equal=or_equal) for level, start in questions]
    assert first_above(values, levels, starts, or_equal=or_equal).tolist() == expected
    if series and questions:
        bounds = np.nextafter(levels, -np.inf) if or_equal else levels
        assert crossings._by_windows(values, bounds, starts).tolist() == expected
        assert crossings._by_pyramid(values, bounds, starts).tolist() == expected
        assert crossings._by_table(values, bounds, starts).tolist() == expected


@REPEATABLE
@given(series=SERIES, questions=QUESTIONS, or_equal=st.booleans())
def test_below_mirrors_above(series: list[int], questions: list[tuple[int, int]], or_equal: bool) -> None:
    values = np.array(series, dtype=np.float64)
    levels = np.array([level for level, _ in questions], dtype=np.float64)
    starts = np.array([start for _, start in questions], dtype=np.int64)
    above = first_above(values, levels, starts, or_equal=or_equal)
    assert first_below(9 - values, 9 - levels, starts, or_equal=or_equal).tolist() == above.tolist()


@pytest.mark.parametrize("size", [1, 2, 3, 1000, 1025])
def test_many_levels_over_many_bars(size: int) -> None:
    random = np.random.default_rng(5)
    series = random.normal(size=size).cumsum()
    levels, starts = random.normal(size=200) * 20, random.integers(0, size + 2, 200)
    expected = [next((u for u in range(s, size) if series[u] > x), NONE) for x, s in zip(levels, starts, strict=True)]
    assert first_above(series, levels, starts).tolist() == expected
