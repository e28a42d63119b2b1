"""The extremes of spans: of equal bars the first is the highest and the last the lowest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.strategies import REPEATABLE
from tools.spans import first_highest, last_lowest


@REPEATABLE
@given(
    series=st.lists(st.integers(0, 4), min_size=1, max_size=40),
    spans=st.lists(st.tuples(st.integers(0, 39), st.integers(1, 40)), max_size=12),
)
def test_they_find_what_a_loop_finds(series: list[int], spans: list[tuple[int, int]]) -> None:
    cut = [(begin, min(begin + length, len(series))) for begin, length in spans if begin < len(series)]
    begins, ends = (np.array([pair[place] for pair in cut], dtype=np.int64) for place in (0, 1))
    values = np.array(series, dtype=np.float64)
    highest = [max(range(begin, end), key=lambda bar: (series[bar], -bar)) for begin, end in cut]
    lowest = [min(range(begin, end), key=lambda bar: (series[bar], -bar)) for begin, end in cut]
    assert first_highest(values, begins, ends).tolist() == highest
    assert last_lowest(values, begins, ends).tolist() == lowest
