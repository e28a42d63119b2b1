"""Volume imbalances: bodies apart, wicks together."""

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw
from tools.volume_imbalances import detect_volume_imbalances

BEFORE: Drawn = (10, 13, 9, 12)
"""A body from 10 to 12 under a wick to 13."""
ABOVE: Drawn = (12.5, 15, 12.5, 14)
"""A body from 12.5 on, on a low that the wick before has seen."""


def upside_down(bar: Drawn) -> Drawn:
    """Mirror a bar about 12."""
    o, h, low, c = bar
    return (24 - o, 24 - low, 24 - h, 24 - c)


def test_a_bullish_imbalance_lies_between_the_bodies() -> None:
    """Drawn and confirmed on the second candle."""
    (found,) = rows_of(detect_volume_imbalances(draw(BEFORE, ABOVE)))
    assert (found["direction"], found["formed_index"], found["confirmed_index"]) == (1, 1, 1)
    assert (found["bottom"], found["middle"], found["top"]) == (12, 12.25, 12.5)


def test_a_bearish_imbalance_mirrors_it() -> None:
    """The second body lies below the first."""
    (found,) = rows_of(detect_volume_imbalances(draw(upside_down(BEFORE), upside_down(ABOVE))))
    assert (found["direction"], found["formed_index"], found["confirmed_index"]) == (-1, 1, 1)
    assert (found["bottom"], found["middle"], found["top"]) == (11.5, 11.75, 12)


SECOND = [
    pytest.param((12, 15, 12, 14), None, id="bodies that touch"),
    pytest.param((11, 15, 11, 14), None, id="bodies that overlap"),
    pytest.param((13, 15, 13, 14), (12, 13), id="wicks that only touch"),
    pytest.param((13.5, 15, 13.1, 14), None, id="wicks apart: that is a gap"),
    pytest.param((13.5, 15, 12, 14), (12, 13.5), id="a lower wick into the body before"),
    pytest.param((14, 15, 12.5, 12.5), (12, 12.5), id="a second candle that closes down"),
    pytest.param((12.5, 12.5, 12.5, 12.5), (12, 12.5), id="a second candle without a body"),
]


@pytest.mark.parametrize(("bar", "zone"), SECOND)
def test_what_the_second_candle_must_be(bar: Drawn, zone: tuple[float, float] | None) -> None:
    """Its whole body above the first one's, its low at or below the first high."""
    found = detect_volume_imbalances(draw(BEFORE, bar))
    assert list(zip(found.bottom.tolist(), found.top.tolist(), strict=True)) == ([] if zone is None else [zone])


@pytest.mark.parametrize(("bar", "zone"), SECOND)
def test_what_the_second_candle_must_be_on_the_way_down(bar: Drawn, zone: tuple[float, float] | None) -> None:
    """The same table upside down."""
    found = detect_volume_imbalances(draw(upside_down(BEFORE), upside_down(bar)))
    expected = [] if zone is None else [(24 - zone[1], 24 - zone[0])]
    assert list(zip(found.bottom.tolist(), found.top.tolist(), strict=True)) == expected


def test_the_first_candle_may_close_down() -> None:
    """Its body's top is its open."""
    found = detect_volume_imbalances(draw((12, 13, 9, 10), ABOVE))
    assert (found.bottom.tolist(), found.top.tolist()) == ([12], [12.5])


def test_its_life_is_that_of_a_gap() -> None:
    """Between 12 and 13: touched at 13, CE at 12.5, filled at 12, inverted by a close below."""
    later: list[Drawn] = [(14, 15, 13, 14), (14, 15, 12.5, 14), (14, 15, 12, 12), (12, 12, 11, 11)]
    candles = draw((10, 13, 9, 12), (13, 15, 13, 14), *later)
    found = rows_of(detect_volume_imbalances(candles))[0]
    assert [found[f"{step}_index"] for step in ("touched", "ce", "filled", "inverted")] == [2, 3, 4, 5]


def test_it_is_named_by_direction_and_time() -> None:
    """One candle can leave one."""
    candles = draw(BEFORE, ABOVE)
    assert detect_volume_imbalances(candles).id_of(0, candles) == "volume_imbalance:1h:bullish:2024-01-10T13:00:00Z"


@pytest.mark.parametrize("bars", [0, 1])
def test_fewer_than_two_bars_leave_none(bars: int) -> None:
    """Down to no bars at all."""
    assert len(detect_volume_imbalances(draw(BEFORE)[:bars])) == 0
