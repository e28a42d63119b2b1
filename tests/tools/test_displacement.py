"""Average true range by Wilder, and displacement candles on and beside their thresholds."""

import json
import math

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, flat, line, steady
from tools.displacement import average_true_range, detect_displacements

QUIET = steady(15, 100, 6)
"""Fifteen bars of height 6 about 100: the ATR is 6, so displacement wants a body of 9."""


def test_the_first_average_is_a_plain_mean_and_then_wilder_smooths() -> None:
    """NaN for 13 bars, the mean of 14 true ranges, then (13 · ATR + TR) / 14."""
    candles = draw(*steady(14, 100, 6), (100, 120, 100, 110))
    atr = average_true_range(candles).tolist()
    assert all(math.isnan(value) for value in atr[:13])
    assert atr[13:] == [6.0, (13 * 6 + 20) / 14]


def test_a_true_range_reaches_back_to_the_last_close() -> None:
    """A bar that gaps up from 100 to 110 and stands still has a true range of 10."""
    atr = average_true_range(draw(*steady(14, 100, 6), (110, 110, 110, 110)))
    assert atr[14] == (13 * 6 + 10) / 14


def test_the_first_bars_range_is_its_own_height() -> None:
    """There is no close before it."""
    assert average_true_range(draw((100, 114, 100, 114), *[(114, 114, 114, 114)] * 13))[13] == 1.0


TABLE = [
    pytest.param((100, 109, 100, 109), 1, id="a body of exactly 1.5 ATR"),
    pytest.param((100, 108.5, 100, 108.5), 0, id="a body just short of it"),
    pytest.param((100, 113.5, 100, 109), 1, id="a close exactly a third of the range below the high"),
    pytest.param((100, 114, 100, 109), 0, id="a close further below the high than a third"),
    pytest.param((100, 112, 94, 109), 1, id="a lower wick does not matter"),
    pytest.param((100, 120, 80, 100), 0, id="a doji"),
    pytest.param((109, 109, 100, 100), -1, id="a bearish body of exactly 1.5 ATR"),
    pytest.param((109, 109, 95.5, 100), -1, id="a close exactly a third of the range above the low"),
    pytest.param((109, 109, 95, 100), 0, id="a close further above the low than a third"),
]


@pytest.mark.parametrize(("bar", "direction"), TABLE)
def test_displacement(bar: Drawn, direction: int) -> None:
    """Body and close decide, on the thresholds too."""
    rows = rows_of(detect_displacements(draw(*QUIET, bar)))
    assert [(row["direction"], row["formed_index"], row["confirmed_index"]) for row in rows] == (
        [(direction, 15, 15)] if direction else []
    )


def test_displacement_says_how_many_atr_its_body_was() -> None:
    """A body of 12 over an ATR of 6, which the bar itself does not enter."""
    assert rows_of(detect_displacements(draw(*QUIET, (100, 112, 100, 112))))[0]["body_atr"] == 2.0


def test_a_relaxed_threshold_takes_smaller_bodies() -> None:
    """A body of one ATR."""
    candles = draw(*QUIET, (100, 106, 100, 106))
    assert len(detect_displacements(candles)) == 0
    assert len(detect_displacements(candles, k=1.0)) == 1


def test_nothing_is_displacement_before_there_are_fourteen_bars_before_it() -> None:
    """The fourteenth bar has no ATR before it; the fifteenth has."""
    assert len(detect_displacements(draw(*steady(13, 100, 6), (100, 150, 100, 150)))) == 0
    assert len(detect_displacements(draw(*steady(14, 100, 6), (100, 150, 100, 150)))) == 1


def test_bars_that_never_moved_have_an_atr_of_zero_and_raise_no_warning() -> None:
    """A market that stood still for fourteen bars and then still does not move."""
    assert len(detect_displacements(draw(*line(*[100.0] * 20)))) == 0


def test_any_body_after_an_atr_of_zero_is_displacement_and_can_be_written_as_json() -> None:
    """A body of 1 is at least 1.5 times nothing; no ratio to nothing reaches the wire."""
    candles = draw(*flat(14, 100), (100, 101, 100, 101))
    found = detect_displacements(candles)
    assert found.formed_index.tolist() == [14]
    assert json.dumps(found.rows(candles), allow_nan=False)
