"""The dealing range and what it says of a price."""

import pytest

from tests.tools.hand_drawn import Drawn, draw, line
from tools.candles import Candles
from tools.dealing_range import DealingRange, dealing_range_at
from tools.structure import detect_structure_breaks
from tools.swings import detect_swings

UP = line(10, 11, 12, 11, 9, 10, 11, 13, 14, 13)
"""High of 12 at bar 2, low of 9 at bar 4, broken upwards at bar 7, high of 14 at bar 8."""


def range_at(candles: Candles, t: int, *, width: int = 1) -> DealingRange | None:
    """Return the range by swings of `width` bars a side."""
    swings = detect_swings(candles, left=width, right=width, scope="external")
    return dealing_range_at(candles, swings, detect_structure_breaks(candles, swings), t)


def test_there_is_none_before_two_swings_are_confirmed() -> None:
    """A high alone makes no range."""
    assert range_at(draw(*UP), 4) is None


def test_before_any_break_it_lies_between_the_latest_swings() -> None:
    """Low of 9 and high of 12, no direction."""
    found = range_at(draw(*UP), 5)
    assert found is not None
    assert (found.low, found.high, found.direction) == (9, 12, 0)
    assert (found.low_index, found.high_index, found.break_index) == (4, 2, None)


def test_after_a_break_it_runs_from_the_legs_origin_to_the_furthest_price_since() -> None:
    """It grows with the high up to t, and never looks past t."""
    candles = draw(*UP)
    for t, high in ((7, 13), (8, 14), (9, 14)):
        found = range_at(candles, t)
        assert found is not None
        assert (found.low, found.high, found.direction, found.break_index) == (9, high, 1, 7)


def test_a_bearish_break_mirrors_it() -> None:
    """From the leg's highest high down to the lowest low since."""
    bars: list[Drawn] = [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in UP]
    found = range_at(draw(*bars), 9)
    assert found is not None
    assert (found.low, found.high, found.direction) == (6, 11, -1)


@pytest.mark.parametrize(
    ("price", "percent", "half"), [(9, 0, "discount"), (11.5, 50, "equilibrium"), (14, 100, "premium")]
)
def test_premium_is_the_upper_half_whatever_the_direction(price: float, percent: float, half: str) -> None:
    """0 percent at the low, 100 at the high, for both directions."""
    bars: list[Drawn] = [(23 - o, 23 - low, 23 - high, 23 - c) for o, high, low, c in UP]
    for found in (range_at(draw(*UP), 9), range_at(draw(*bars), 9)):
        assert found is not None
        assert (found.low, found.high) == (9, 14)
        assert found.percent(price) == percent
        assert found.half(price) == half


def test_the_band_about_equilibrium_is_closed() -> None:
    """Two and a half percent to either side."""
    found = range_at(draw(*[(o * 100, h * 100, low * 100, c * 100) for o, h, low, c in UP]), 9)
    assert found is not None
    assert [found.half(price) for price in (1137.4, 1137.5, 1162.5, 1162.6)] == [
        "discount", "equilibrium", "equilibrium", "premium",
    ]  # fmt: skip


def test_the_optimal_trade_entry_retraces_against_the_direction() -> None:
    """Of a range from 900 to 1400: 0.62 to 0.79 down from the high, or up from the low."""
    found = range_at(draw(*[(o * 100, h * 100, low * 100, c * 100) for o, h, low, c in UP]), 9)
    assert found is not None
    assert found.optimal_trade_entry(1) == pytest.approx((1400 - 0.79 * 500, 1400 - 0.62 * 500))
    assert found.optimal_trade_entry(-1) == pytest.approx((900 + 0.62 * 500, 900 + 0.79 * 500))
    assert found.level(0.705, 1) == pytest.approx(1400 - 0.705 * 500)
    assert found.retracement(1400, 1) == 0
    assert found.retracement(900, 1) == 1
