"""Lives of zones: reading windows of bars finds what searching all of them finds."""

from unittest.mock import patch

from hypothesis import given

from tests.tools.strategies import REPEATABLE, candles
from tools import crossings
from tools.candles import Candles
from tools.imbalances import detect_fair_value_gaps
from tools.volume_imbalances import detect_volume_imbalances
from tools.zones import zone_life


@REPEATABLE
@given(chart=candles(minimum=3))
def test_both_ways_find_the_same_lives(chart: Candles) -> None:
    """Of gaps and of volume imbalances, whatever their number; the reference knows which lives are right."""
    for found in (detect_fair_value_gaps(chart), detect_volume_imbalances(chart)):
        columns = (found.direction, found.top, found.bottom, found.middle, found.confirmed_index)
        by_windows = [step.tolist() for step in zone_life(chart, *columns)]
        with patch.object(crossings, "_by_windows", crossings._by_pyramid):
            assert [step.tolist() for step in zone_life(chart, *columns)] == by_windows
