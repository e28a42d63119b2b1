"""Inverse gaps: a gap closed through flips once, and dies at a close back beyond it."""

import numpy as np
import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw
from tests.tools.reference.bars import Row
from tools.imbalances import detect_fair_value_gaps
from tools.inverse_gaps import detect_inverse_gaps

UP: list[Drawn] = [(10, 11, 9, 10), (10, 14, 10, 14), (14, 15, 13, 14)]
"""A bullish gap between 11 and 13."""
THROUGH: Drawn = (14, 14, 10, 10.5)
"""A bar that closes below it."""


def upside_down(bar: Drawn) -> Drawn:
    """Mirror a bar about 12."""
    o, h, low, c = bar
    return (24 - o, 24 - low, 24 - h, 24 - c)


def inverse_of(*bars: Drawn) -> list[Row]:
    """Return the inverse gaps of the gap that the first three bars leave."""
    candles = draw(*bars)
    return [
        row for row in rows_of(detect_inverse_gaps(candles, detect_fair_value_gaps(candles))) if row["gap_index"] == 2
    ]


def test_a_bullish_gap_closed_through_is_bearish_from_that_close() -> None:
    """Its zone, drawn where the gap is, confirmed at the inverting close."""
    (found,) = inverse_of(*UP, (14, 15, 10, 11), THROUGH)
    assert (found["direction"], found["formed_index"], found["confirmed_index"]) == (-1, 1, 4)
    assert (found["bottom"], found["middle"], found["top"]) == (11, 12, 13)


def test_a_bearish_gap_mirrors_it() -> None:
    """Closed through upwards it is bullish."""
    (found,) = inverse_of(*[upside_down(bar) for bar in (*UP, THROUGH)])
    assert (found["direction"], found["formed_index"], found["confirmed_index"]) == (1, 1, 3)
    assert (found["bottom"], found["middle"], found["top"]) == (11, 12, 13)


def test_a_close_at_the_far_edge_inverts_nothing() -> None:
    """Filled, and no more."""
    assert inverse_of(*UP, (14, 14, 10, 11)) == []


LIFE = [
    pytest.param((10.5, 10.9, 10, 10.5), set(), id="below the zone"),
    pytest.param((10.5, 11, 10, 10.5), {"touched"}, id="at the near edge, its bottom"),
    pytest.param((10.5, 11.9, 10, 10.5), {"touched"}, id="inside"),
    pytest.param((10.5, 12, 10, 10.5), {"touched", "ce"}, id="at the middle"),
    pytest.param((10.5, 14, 10, 13), {"touched", "ce"}, id="through it, with a close at the far edge"),
    pytest.param((10.5, 14, 10, 13.5), {"touched", "ce", "dead"}, id="with a close beyond"),
]


@pytest.mark.parametrize(("bar", "steps"), LIFE)
def test_the_life_of_a_bearish_inverse_gap(bar: Drawn, steps: set[str]) -> None:
    """Each step happens on the first later bar that reaches its level."""
    (found,) = inverse_of(*UP, THROUGH, (10.5, 10.5, 10, 10.5), bar)
    for step in ("touched", "ce", "dead"):
        assert found[f"{step}_index"] == (5 if step in steps else -1), step


@pytest.mark.parametrize(("bar", "steps"), LIFE)
def test_the_life_of_a_bullish_inverse_gap_mirrors_it(bar: Drawn, steps: set[str]) -> None:
    """The same table upside down."""
    bars = (*UP, THROUGH, (10.5, 10.5, 10, 10.5), bar)
    (found,) = inverse_of(*[upside_down(bar) for bar in bars])
    for step in ("touched", "ce", "dead"):
        assert found[f"{step}_index"] == (5 if step in steps else -1), step


def test_the_inverting_bar_itself_touches_nothing() -> None:
    """Though it came from above the zone, life begins after its close."""
    (found,) = inverse_of(*UP, THROUGH)
    assert [found[f"{step}_index"] for step in ("touched", "ce", "dead")] == [-1, -1, -1]


def test_a_zone_flips_once() -> None:
    """Closed back through and down again, it stays dead and no second one is made."""
    (found,) = inverse_of(*UP, THROUGH, (10.5, 14, 10.5, 14), (14, 14, 10, 10), (10, 14, 10, 14))
    assert (found["confirmed_index"], found["dead_index"]) == (3, 4)


def test_gaps_inverted_by_one_close_are_listed_as_they_are_drawn() -> None:
    """Two bullish gaps under one bar: both flip at its close, the older first."""
    candles = draw(*UP, (14, 18, 14, 18), (18, 19, 17, 18), (18, 18, 9, 9))
    found = detect_inverse_gaps(candles, detect_fair_value_gaps(candles))
    assert found.confirmed_index.tolist() == [5, 5]
    assert found.formed_index.tolist() == [1, 3]
    assert found.direction.dtype == np.int8
    first = found.row(0, candles)
    assert (first["id"], first["direction"]) == ("inverse_gap:1h:bearish:2024-01-10T13:00:00Z", "bearish")
    assert (first["gap_at"], first["confirmed_at"], first["dead_at"]) == (
        "2024-01-10T14:00:00Z", "2024-01-10T17:00:00Z", None,
    )  # fmt: skip


@pytest.mark.parametrize("bars", [0, 1, 2, 3])
def test_without_an_inverted_gap_there_is_none(bars: int) -> None:
    """Down to no bars at all."""
    candles = draw(*UP)[:bars]
    assert len(detect_inverse_gaps(candles, detect_fair_value_gaps(candles))) == 0
