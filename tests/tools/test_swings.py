"""Swings: of equal highs the first wins, confirmed `right` bars later, never at the ends; degrees come later still."""

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import draw, with_highs, with_lows
from tools.candles import Candles
from tools.swings import HIGH, LOW, Swings, detect_swings

Found = list[tuple[int, int, float]]
TABLE = [
    pytest.param([2, 3, 4, 3, 2], [(2, 4, 4.0)], id="a peak is confirmed two bars later"),
    pytest.param([2, 3, 4, 3], [], id="three bars are enough before but one is not enough after"),
    pytest.param([4, 3, 2, 3, 4], [], id="the first and the last bar are never swings"),
    pytest.param([2, 3, 5, 5, 3, 2], [(2, 4, 5.0)], id="of equal highs the first wins"),
    pytest.param([2, 3, 5, 5, 5, 2], [(2, 4, 5.0)], id="equal to both bars after it"),
    pytest.param([5, 2, 5, 2, 2], [], id="equal to a bar before it"),
    pytest.param([5, 2, 2, 5, 2, 2], [(3, 5, 5.0)], id="equal to a bar too far back to matter"),
    pytest.param([3, 3, 3, 3, 3, 3], [], id="flat bars"),
    pytest.param([2, 3, 6, 3, 2, 3, 4, 3, 2], [(2, 4, 6.0), (6, 8, 4.0)], id="a lower high stands beside a higher one"),
    pytest.param([2, 3, 5, 4, 5, 4, 2], [(2, 4, 5.0)], id="the second of two near equal highs"),
    pytest.param([2, 3, 5, 4, 6, 4, 3], [(4, 6, 6.0)], id="a peak with a higher bar two after it"),
]


@pytest.mark.parametrize(("highs", "expected"), TABLE)
def test_swing_highs(highs: list[float], expected: Found) -> None:
    """Internal swing highs."""
    assert found_of(with_highs(highs), HIGH) == expected


@pytest.mark.parametrize(("highs", "expected"), TABLE)
def test_swing_lows_mirror_them(highs: list[float], expected: Found) -> None:
    """The same tables upside down."""
    mirrored = [(formed, confirmed, 10 - price) for formed, confirmed, price in expected]
    assert found_of(with_lows([10 - high for high in highs]), LOW) == mirrored


def found_of(candles: Candles, side: int) -> Found:
    """Return (formed, confirmed, price) of the swings of one side."""
    rows = rows_of(detect_swings(candles))
    return [(row["formed_index"], row["confirmed_index"], row["price"]) for row in rows if row["side"] == side]


def test_external_swings_want_five_bars_a_side() -> None:
    """A peak of 5/5, which a bar fewer on either side does not confirm."""
    highs = [2, 3, 4, 5, 6, 9, 8, 8, 8, 8, 8]
    swings = detect_swings(with_highs(highs), left=5, right=5, scope="external")
    assert [(row["formed_index"], row["confirmed_index"]) for row in rows_of(swings) if row["side"] == HIGH] == [
        (5, 10)
    ]
    assert HIGH not in detect_swings(with_highs(highs[:-1]), left=5, right=5).side
    assert HIGH not in detect_swings(with_highs(highs[1:]), left=5, right=5).side


def test_a_bar_can_be_both_a_high_and_a_low() -> None:
    """One wide bar between narrow ones is a swing on both sides; nothing forces swings to alternate."""
    narrow = (5, 6, 4, 5)
    rows = rows_of(detect_swings(draw(narrow, narrow, (5, 9, 1, 5), narrow, narrow)))
    assert sorted((row["side"], row["formed_index"], row["price"]) for row in rows) == [(LOW, 2, 1.0), (HIGH, 2, 9.0)]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_bars_hold_no_swing(count: int) -> None:
    """Fewer than left + right + 1 bars give an empty table."""
    assert len(detect_swings(with_highs([1, 2, 9, 2, 1][:count]))) == 0


LONG_TERM = [1, 3, 1, 5, 1, 3, 1, 9, 1, 3, 1, 7, 1, 3, 1]
"""Short-term highs 3 5 3 9 3 7 3: of them 5, 9 and 7 are intermediate, and 9 is long."""
Degrees = list[tuple[int, int, int]]
DEGREES = [
    pytest.param([1, 3, 1, 5, 1, 4, 1], [(3, 6, -1)], id="lower highs on both sides, known with the right one"),
    pytest.param([1, 3, 1, 5, 1, 4], [(3, -1, -1)], id="the right one is not confirmed yet"),
    pytest.param([1, 3, 1, 5, 1, 1, 5, 1, 1], [(3, -1, -1), (6, -1, -1)], id="an equal high on the right"),
    pytest.param([1, 5, 1, 1, 5, 1, 3, 1], [(4, -1, -1)], id="an equal high on the left"),
    pytest.param([1, 1, 5, 1, 4, 1], [(2, -1, -1)], id="no high on the left"),
    pytest.param([1, 3, 2, 5, 5, 4, 5, 6, 1, 4, 1], [(3, -1, -1), (7, 10, -1)], id="a higher high on the right"),
    pytest.param(LONG_TERM, [(3, 6, -1), (7, 10, 14), (11, 14, -1)], id="lower intermediate highs on both sides"),
    pytest.param(LONG_TERM[:-1], [(3, 6, -1), (7, 10, -1), (11, -1, -1)], id="the right one is not intermediate yet"),
    pytest.param(
        [*LONG_TERM[:7], 7, *LONG_TERM[8:]],
        [(3, 6, -1), (7, 10, -1), (11, 14, -1)],
        id="an equal intermediate high on the right",
    ),
    pytest.param(
        [*LONG_TERM[:3], 9, *LONG_TERM[4:]],
        [(3, 6, -1), (7, 10, -1), (11, 14, -1)],
        id="an equal intermediate high on the left",
    ),
]


@pytest.mark.parametrize(("highs", "expected"), DEGREES)
def test_degrees_of_highs(highs: list[float], expected: Degrees) -> None:
    """(formed, known to be intermediate, known to be long)."""
    assert degrees_of(detect_swings(with_highs(highs)), HIGH) == expected


@pytest.mark.parametrize(("highs", "expected"), DEGREES)
def test_degrees_of_lows_mirror_them(highs: list[float], expected: Degrees) -> None:
    """The same tables upside down."""
    assert degrees_of(detect_swings(with_lows([10 - high for high in highs])), LOW) == expected


def degrees_of(swings: Swings, side: int) -> Degrees:
    """Return (formed, intermediate, long) of the swings of one side."""
    rows = [row for row in rows_of(swings) if row["side"] == side]
    return [(row["formed_index"], row["intermediate_index"], row["long_index"]) for row in rows]


def test_no_degree_is_known_before_the_swing_itself() -> None:
    """A swing that needs five bars after it is told its degree when it is confirmed, not before."""
    swings = detect_swings(with_highs([1, 3, 1, 5, 1, 4, 1, 1, 1]), left=2, right=5, scope="external")
    assert degrees_of(swings, HIGH) == [(3, 8, -1)]


def test_a_swing_says_the_degree_it_was_known_to_have() -> None:
    """Short when confirmed, intermediate from bar 10, long from bar 14."""
    candles = with_highs(LONG_TERM)
    swings = detect_swings(candles)
    told = {}
    for t in (9, 10, 13, 14):
        (row,) = [row for row in swings.as_of(t).rows(candles) if row["formed_index"] == 7 and row["side"] == "high"]
        told[t] = row["degree"]
    assert told == {9: "short", 10: "intermediate", 13: "intermediate", 14: "long"}
