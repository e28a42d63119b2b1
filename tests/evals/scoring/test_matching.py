"""One-to-one matching against every way there is to match."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evals.scoring.matching import assign, match

Table = list[list[tuple[bool, float]]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows, columns = draw(st.integers(0, 4)), draw(st.integers(0, 5))
    cell = st.tuples(st.booleans(), st.integers(0, 8).map(lambda eighths: eighths / 8))
    return [[draw(cell) for _ in range(columns)] for _ in range(rows)]


def best_by_trying(table: Table) -> tuple[int, float]:
    """Return the most pairs there can be, and of those the greatest sum of nearness."""
    rows, columns = len(table), len(table[0]) if table else 0
    places = [*range(columns), *([None] * rows)]
    best = (0, 0.0)
    for chosen in set(permutations(places, rows)):
        pairs = [(row, column) for row, column in enumerate(chosen) if column is not None and table[row][column][0]]
        best = max(best, (len(pairs), sum(table[row][column][1] for row, column in pairs)))
    return best


@given(tables())
def test_as_many_pairs_as_can_be_and_of_those_the_nearest(table: Table) -> None:
    shape = (len(table), len(table[0]) if table else 0)
    allowed = np.array([[cell[0] for cell in line] for line in table], dtype=bool).reshape(shape)
    nearness = np.array([[cell[1] for cell in line] for line in table]).reshape(shape)
    pairs = assign(allowed, nearness)
    assert all(allowed[pair] for pair in pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert (len(pairs), sum(nearness[pair] for pair in pairs)) == best_by_trying(table)


@given(tables())
def test_every_label_and_every_find_is_told_of_once(table: Table) -> None:
    shape = (len(table), len(table[0]) if table else 0)
    near = np.array([[cell[0] for cell in line] for line in table], dtype=bool).reshape(shape)
    ahead = np.array([[cell[1] > 0.5 for cell in line] for line in table], dtype=bool).reshape(shape)
    told = match(near, ahead, np.ones(shape))
    pairs = [*told.hits, *told.look_ahead]
    assert sorted([*(label for label, _ in pairs), *told.missed]) == list(range(shape[0]))
    assert sorted([*(find for _, find in pairs), *told.beside]) == list(range(shape[1]))
    assert not any(ahead[pair] for pair in told.hits)
    assert all(ahead[pair] for pair in told.look_ahead)


def test_three_far_pairs_outweigh_two_near_ones() -> None:
    """The second label lies on the only find the first can have, the third on the one that is then the second's."""
    allowed = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1]], dtype=bool)
    nearness = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=float)
    assert assign(allowed, nearness) == [(0, 0), (1, 1), (2, 2)]


def test_an_honest_find_is_a_hit_even_where_an_early_one_lies_nearer() -> None:
    told = match(np.array([[True, True]]), np.array([[True, False]]), np.array([[1.0, 0.2]]))
    assert (told.hits, told.look_ahead, told.missed, told.beside) == (((0, 1),), (), (), (0,))
    assert told.counts(exhaustive=True) == [1, 1, 0, 0]
    assert told.counts(exhaustive=False) == [1, 0, 0, 0]


def test_what_is_known_too_early_is_false_and_its_label_missed() -> None:
    told = match(np.array([[True]]), np.array([[True]]), np.array([[1.0]]))
    assert told.counts(exhaustive=False) == [0, 1, 1, 1]
