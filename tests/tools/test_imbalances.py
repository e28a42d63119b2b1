"""Fair value gaps: drawn on the middle bar, confirmed on the third, alive until closed through."""

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, steady
from tests.tools.reference.bars import Row
from tools.imbalances import detect_fair_value_gaps

UP: list[Drawn] = [(10, 11, 9, 10), (10, 14, 10, 14), (14, 15, 13, 14)]
"""A bullish gap between 11 and 13."""
DOWN: list[Drawn] = [(10, 11, 9, 10), (10, 10, 6, 6), (6, 7, 5, 6)]
"""A bearish gap between 9 and 7."""


def only_gap(*bars: Drawn) -> Row:
    """Return the one gap of the first three bars."""
    rows = [row for row in rows_of(detect_fair_value_gaps(draw(*bars))) if row["confirmed_index"] == 2]
    assert len(rows) == 1
    return rows[0]


def test_a_bullish_gap_is_drawn_on_the_middle_bar_and_confirmed_on_the_third() -> None:
    """Zone from the first bar's high to the third bar's low; never stamped a bar early."""
    gap = only_gap(*UP)
    assert (gap["direction"], gap["formed_index"], gap["confirmed_index"]) == (1, 1, 2)
    assert (gap["bottom"], gap["middle"], gap["top"]) == (11, 12, 13)


def test_a_bearish_gap_mirrors_it() -> None:
    """Zone from the third bar's high to the first bar's low."""
    gap = only_gap(*DOWN)
    assert (gap["direction"], gap["formed_index"], gap["confirmed_index"]) == (-1, 1, 2)
    assert (gap["bottom"], gap["middle"], gap["top"]) == (7, 8, 9)


def test_bars_that_meet_leave_no_gap() -> None:
    """A third low at the first high is no gap."""
    assert len(detect_fair_value_gaps(draw(*UP[:2], (14, 15, 11, 14)))) == 0


def test_no_colour_is_demanded() -> None:
    """A middle candle that closes down leaves a bullish gap all the same."""
    gap = only_gap((10, 11, 9, 10), (14, 14, 10, 10.5), (14, 15, 13, 14))
    assert gap["direction"] == 1


LIFE = [
    pytest.param((14, 15, 13.5, 14), {}, id="above the zone"),
    pytest.param((14, 15, 13, 14), {"touched"}, id="at the top"),
    pytest.param((14, 15, 12.5, 14), {"touched"}, id="inside"),
    pytest.param((14, 15, 12, 14), {"touched", "ce"}, id="at the consequent encroachment"),
    pytest.param((14, 15, 11, 14), {"touched", "ce", "filled"}, id="at the bottom"),
    pytest.param((14, 15, 10, 11), {"touched", "ce", "filled"}, id="through it, with a close at the bottom"),
    pytest.param((14, 15, 10, 10.5), {"touched", "ce", "filled", "inverted"}, id="with a close below"),
]


@pytest.mark.parametrize(("bar", "steps"), LIFE)
def test_the_life_of_a_bullish_gap(bar: Drawn, steps: set[str]) -> None:
    """Each step happens on the first later bar that reaches its level."""
    gap = only_gap(*UP, (14, 15, 14, 14), bar)
    for step in ("touched", "ce", "filled", "inverted"):
        assert gap[f"{step}_index"] == (4 if step in steps else -1), step


@pytest.mark.parametrize(("bar", "steps"), LIFE)
def test_the_life_of_a_bearish_gap_mirrors_it(bar: Drawn, steps: set[str]) -> None:
    """The same table upside down."""
    o, h, low, c = bar
    gap = only_gap(*DOWN, (6, 6, 5, 6), (20 - o, 20 - low, 20 - h, 20 - c))
    for step in ("touched", "ce", "filled", "inverted"):
        assert gap[f"{step}_index"] == (4 if step in steps else -1), step


def test_each_step_keeps_its_first_bar() -> None:
    """Touched on bar 3, filled on bar 4, inverted on bar 6; later visits change nothing."""
    gap = only_gap(*UP, (14, 15, 12.5, 14), (14, 14, 11, 13), (13, 14, 12, 13), (13, 13, 10, 10), (10, 10, 8, 8))
    assert [gap[f"{step}_index"] for step in ("touched", "ce", "filled", "inverted")] == [3, 4, 4, 6]


def test_the_confirming_bar_itself_touches_nothing() -> None:
    """Life begins after confirmation, though the third bar's low is the zone's top."""
    assert only_gap(*UP)["touched_index"] == -1


def test_a_minimum_size_counts_in_atr_before_the_gap_closed() -> None:
    """With an ATR of 2 before the middle bar, a gap of 2 passes 0.5 and 0.8, and fails 1."""
    candles = draw(*steady(15, 10, 2), (10, 14, 10, 14), (14, 15, 13, 14))
    atr = (2 * 13 + 4) / 14  # of the middle bar: Wilder's mean of heights 2 and 4
    for minimum, count in ((0.0, 1), (2 / atr - 1e-9, 1), (2 / atr + 1e-9, 0)):
        assert len(detect_fair_value_gaps(candles, minimum_atr=minimum)) == count


def test_a_minimum_size_makes_no_gap_before_the_atr_is_known() -> None:
    """Without a minimum the same gap is made."""
    assert len(detect_fair_value_gaps(draw(*UP), minimum_atr=0.01)) == 0
    assert len(detect_fair_value_gaps(draw(*UP))) == 1


def test_a_gap_says_whether_its_middle_candle_is_displacement() -> None:
    """A body of twice the ATR closing at its high is; before the ATR is known nothing is."""
    candles = draw(*steady(15, 10, 2), (10, 14, 10, 14), (14, 15, 13, 14))
    assert rows_of(detect_fair_value_gaps(candles))[0]["displaced"] is True
    assert rows_of(detect_fair_value_gaps(candles, displacement_k=2.1))[0]["displaced"] is False
    assert only_gap(*UP)["displaced"] is False
