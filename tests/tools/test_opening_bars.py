"""Opening bars: which bar shows the price at a moment, and when none does."""

import numpy as np
import pytest

from tests.tools.hand_drawn import Drawn, draw_at
from tools.opening_bars import opening_bars
from tools.timeframes import Timeframe
from tools.times import parse_time

FLAT: Drawn = (100, 100, 100, 100)
CANDLES = draw_at(
    ("2024-01-10T05:00:00Z", FLAT), ("2024-01-10T06:00:00Z", FLAT), ("2024-01-10T09:00:00Z", FLAT),
    timeframe=Timeframe.H1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "bar"),
    [
        pytest.param("2024-01-10T04:59:00Z", 3, id="a minute before the first bar"),
        pytest.param("2024-01-10T05:00:00Z", 0, id="as the first bar opens"),
        pytest.param("2024-01-10T05:01:00Z", 3, id="inside the first bar"),
        pytest.param("2024-01-10T06:00:00Z", 1, id="as one closes and the next opens"),
        pytest.param("2024-01-10T06:59:00Z", 3, id="a minute before a bar closes"),
        pytest.param("2024-01-10T07:00:00Z", 2, id="as one closes and none opens"),
        pytest.param("2024-01-10T08:00:00Z", 2, id="while the market rests"),
        pytest.param("2024-01-10T09:00:00Z", 2, id="as the last bar opens"),
        pytest.param("2024-01-10T09:30:00Z", 3, id="inside the last bar"),
        pytest.param("2024-01-10T10:00:00Z", 3, id="after the last bar"),
    ],
)
def test_the_bar_that_shows_the_price_of_a_moment(moment: str, bar: int) -> None:
    """Three stands for none."""
    assert opening_bars(CANDLES, np.array([parse_time(moment)])).tolist() == [bar]


def test_many_moments_at_once_and_none_of_no_bars() -> None:
    """One answer each, in the order asked."""
    moments = CANDLES.time[[2, 0, 1]] - np.array([0, 1, 0])
    assert opening_bars(CANDLES, moments).tolist() == [2, 3, 1]
    assert opening_bars(CANDLES[:0], moments).tolist() == [0, 0, 0]
    assert opening_bars(CANDLES, moments[:0]).tolist() == []
