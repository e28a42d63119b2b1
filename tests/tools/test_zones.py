"""Lives of zones: comparing all of them with every bar finds what searching finds."""

from hypothesis import given

from tests.tools.strategies import REPEATABLE, candles
from tools import zones
from tools.candles import Candles
from tools.imbalances import detect_fair_value_gaps
from tools.volume_imbalances import detect_volume_imbalances


@REPEATABLE
@given(chart=candles(minimum=3))
def test_both_ways_find_the_same_lives(chart: Candles) -> None:
    """Of gaps and of volume imbalances, whatever their number; the reference knows which lives are right."""
    for found in (detect_fair_value_gaps(chart), detect_volume_imbalances(chart)):
        columns = (found.direction, found.top, found.bottom, found.middle, found.confirmed_index)
        assert zones._life_by_table(chart, *columns).tolist() == zones._life_by_search(chart, *columns).tolist()
