"""Equal highs and lows where swings crowd: saw teeth, terraces and levels that come back again and again."""

from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import only
from tests.tools.hand_drawn import draw
from tests.tools.reference.bars import Row, bars_of
from tests.tools.reference.clock import FOREX_SESSIONS
from tests.tools.reference.liquidity import liquidity_pools as naive_pools
from tests.tools.reference.swings import swings as naive_swings
from tests.tools.strategies import REPEATABLE
from tools import equal_levels as module
from tools.candles import Candles
from tools.displacement import average_true_range
from tools.equal_levels import equal_levels
from tools.levels import Levels
from tools.swings import HIGH, detect_swings
from tools.timeframes import Timeframe

COLUMNS: Final = ("side", "price", "confirmed_index", "members", "superseded_index")
PATTERNS: Final = {
    "saw teeth of one height": [4, 0],
    "a higher tooth after every pair": [4, 0, 4, 0, 6, 0],
    "teeth a tolerance apart": [4, 0, 5, 0, 4, 0, 9, 0],
    "terraces": [9, 0, 8, 0, 7, 0, 6, 0, 5, 0, 6, 0, 7, 0, 8, 0],
    "no swing at all": [3],
}


def chart_of(highs: list[int], scale: float = 1.0) -> Candles:
    """Draw four-hour bars with these highs and the mirror image of them as lows, opening and closing between."""
    high = 100 + np.array(highs, dtype=np.float64)
    columns = {"open": np.full(len(high), 99.0), "high": high, "low": 198 - high, "close": np.full(len(high), 99.0)}
    times = {"time": [1704067200 + 14400 * index for index in range(len(high))]}
    scaled = {name: column * scale for name, column in columns.items()}
    return Candles.from_columns({**times, **scaled}, Timeframe.H4)


def rows_of(levels: Levels) -> list[Row]:
    columns = (levels.side, levels.price, levels.confirmed, levels.members, levels.superseded)
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*(c.tolist() for c in columns), strict=True)]


def check(chart: Candles, tolerance_atr: float) -> list[Row]:
    """Assert that the equal pools agree with the reference, and return them."""
    bars = bars_of(chart)
    swings = naive_swings(bars, 1, 1)
    plain = naive_pools(
        bars,
        swings,
        [],
        timeframe_seconds=chart.timeframe.seconds,
        trading_day="new_york_17",
        sessions=FOREX_SESSIONS,
        tolerance_atr=tolerance_atr,
    )
    tolerance = tolerance_atr * average_true_range(chart)
    found = rows_of(equal_levels(chart, detect_swings(chart, left=1, right=1), tolerance))
    assert only(found, COLUMNS) == only([row for row in plain if row["kind"] == "equal"], COLUMNS)
    return found


@pytest.mark.parametrize("tolerance_atr", [0.0, 0.1, 0.2, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_patterns_that_repeat(pattern: list[int], tolerance_atr: float) -> None:
    """Each pattern over and over, so that a pool has very many members, or very many later pools that pass it by."""
    check(chart_of((pattern * 300)[:300]), tolerance_atr)


@REPEATABLE
@given(
    pattern=st.lists(st.integers(0, 9), min_size=2, max_size=12),
    times=st.integers(1, 10),
    scale=st.sampled_from([1.0, 0.01, 0.1]),
    tolerance_atr=st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 10.0]),
)
def test_any_pattern(pattern: list[int], times: int, scale: float, tolerance_atr: float) -> None:
    """Patterns of any kind, also in prices whose sums and differences are rounded, and with tolerances beyond sense."""
    check(chart_of([9, *pattern * times], scale), tolerance_atr)


def test_a_tooth_for_every_tooth_before() -> None:
    """Of saw teeth of one height each pool counts all before it and supersedes the last."""
    found = [row for row in check(chart_of([4, 0] * 30), 0.1) if row["side"] == 1]
    members = [row["members"] for row in found]
    assert members == list(range(members[0], members[0] + len(members)))
    assert [row["superseded_index"] for row in found] == [row["confirmed_index"] for row in found[1:]] + [-1]


@REPEATABLE
@given(
    pattern=st.lists(st.integers(0, 9), min_size=2, max_size=20),
    times=st.integers(1, 6),
    tolerance_atr=st.sampled_from([0.1, 0.2, 0.3, 0.5, 1.0]),
)
def test_both_ways_find_the_same_successor(pattern: list[int], times: int, tolerance_atr: float) -> None:
    """What all pools are told at once each is told when it looks among all later ones."""
    chart = chart_of([9, *pattern * times])
    tolerance = tolerance_atr * average_true_range(chart)
    swings = module._row_of(chart, detect_swings(chart, left=1, right=1), tolerance)
    pools = module._pools(swings)
    alone = [module._successor(swings, pools, pool) for pool in range(len(pools.swing))]
    assert module._successors(swings, pools).tolist() == alone


def test_a_rank_is_found_where_a_sum_is_rounded_up() -> None:
    """0.1 + 0.2 is rounded up to the wall, while the wall less 0.2 is above 0.1."""
    prices, wall, tolerance = np.array([0.1, 0.5, np.inf]), np.array([0.1 + 0.2]), np.array([0.2])
    assert wall - tolerance > prices[0]
    assert module._lowest_over(prices, wall, tolerance).tolist() == [0]


def test_slowly_descending_highs_equal_all_within_the_tolerance() -> None:
    """Each high is a point lower than the one before: more pairs than are looked at together."""
    swings, near = 1_500, 600
    bars = [bar for top in range(10_000, 10_000 - swings, -1) for bar in ((5, top, 4, 5), (5, 6, 4, 5), (5, 6, 4, 5))]
    candles = draw(*bars)
    highs = detect_swings(candles)
    levels = equal_levels(candles, highs.select(highs.side == HIGH), np.full(len(candles), float(near)))
    count = len(levels.members)
    assert count == len(highs.select(highs.side == HIGH)) - 1
    assert levels.members.tolist() == [min(place, near) + 1 for place in range(1, count + 1)]
    assert levels.price.tolist() == [float(10_000 - 1 - max(place - near, 0)) for place in range(1, count + 1)]
