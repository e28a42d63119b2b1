"""Sweeps: which pools become one, which way they point, and that a prefix knows no more than it could."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.comparison import only, rows_of
from tests.tools.hand_drawn import Drawn, draw
from tests.tools.real_candles import RealFile, on_every_file, whole_file_in_ticks, window
from tests.tools.reference.bars import Row, bars_of
from tests.tools.reference.clock import FOREX_SESSIONS
from tests.tools.reference.liquidity import liquidity_pools as naive_pools
from tests.tools.reference.sweeps import sweeps as naive_sweeps
from tests.tools.reference.swings import swings as naive_swings
from tests.tools.strategies import REPEATABLE, candles
from tools.candles import Candles
from tools.liquidity import POOL_KINDS, SESSION_NAMES, LiquidityPools, detect_liquidity_pools
from tools.sweeps import Sweeps, detect_sweeps
from tools.swings import detect_swings
from tools.trading_day import TradingDay

EVENT: Final = ("formed_index", "confirmed_index", "direction", "side", "kind", "price")
PEAK: Final[list[Drawn]] = [(10, 10, 9, 9), (9, 12, 9, 10), (10, 10, 9, 10)]
"""A swing high of 12, confirmed by bar 2."""


def pools_of(chart: Candles, width: int = 2, outer: int = 5, reclaim_bars: int = 1) -> LiquidityPools:
    """Return every pool of a chart, by swings so many bars wide."""
    return detect_liquidity_pools(
        chart,
        internal=detect_swings(chart, left=width, right=width),
        external=detect_swings(chart, left=outer, right=outer),
        trading_day=TradingDay.NEW_YORK_17,
        kill_zones="forex",
        reclaim_bars=reclaim_bars,
    )


def with_kind_names(sweeps: Sweeps) -> list[Row]:
    """Return sweeps as rows whose kind is a word, a session's with its name."""
    rows = rows_of(sweeps)
    for row in rows:
        word = POOL_KINDS[row["kind"]]
        row["kind"] = f"session_{SESSION_NAMES[row['session']]}" if word == "session" else word
    return rows


@pytest.mark.parametrize(
    ("bars", "expected"),
    [
        pytest.param([(10, 12.5, 10, 11)], [(3, 3)], id="beyond and back on one bar"),
        pytest.param([(10, 12.5, 10, 12.5), (12, 12.5, 10, 11)], [(3, 4)], id="back on the bar after"),
        pytest.param([(10, 12.5, 10, 12), (12, 12.5, 10, 12)], [], id="closes at the price are not back: a run"),
        pytest.param([(10, 12.5, 10, 12.5)], [], id="taken, and nothing proved yet"),
        pytest.param([(10, 12, 10, 11)], [], id="reached is not taken"),
    ],
)
def test_a_sweep_forms_where_the_pool_is_taken_and_is_known_at_the_close_back(
    bars: list[Drawn], expected: list[tuple[int, int]]
) -> None:
    """A swing high of 12 with two bars to come back: bearish afterwards, named by the pool's bar."""
    rows = rows_of(detect_sweeps(pools_of(draw(*PEAK, *bars), 1, 1, 2)))
    above = [row for row in rows if POOL_KINDS[row["kind"]] == "swing" and row["side"] == 1]
    assert [(row["formed_index"], row["confirmed_index"]) for row in above] == expected
    assert all((row["direction"], row["price"], row["pool_index"]) == (-1, 12, 1) for row in above)


def test_a_sweep_of_sell_side_stops_points_up() -> None:
    """The same swing upside down about ten."""
    bars = [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in [*PEAK, (10, 12.5, 10, 11)]]
    rows = with_kind_names(detect_sweeps(pools_of(draw(*bars), 1, 1)))
    below = [(row["direction"], row["side"], row["price"]) for row in rows if row["kind"] == "swing"]
    assert below == [(1, -1, 8)]


def test_no_pools_have_no_sweeps() -> None:
    """One bar makes none."""
    assert len(detect_sweeps(pools_of(draw(*PEAK[:1])))) == 0


def check_against_reference(chart: Candles, reclaim_bars: int) -> Sweeps:
    """Assert that sweeps agree with the reference, and that each names the bar its pool is drawn on."""
    bars = bars_of(chart)
    plain = naive_pools(
        bars,
        naive_swings(bars),
        naive_swings(bars, 5, 5),
        timeframe_seconds=chart.timeframe.seconds,
        trading_day="new_york_17",
        sessions=FOREX_SESSIONS,
        reclaim_bars=reclaim_bars,
    )
    found = detect_sweeps(pools_of(chart, reclaim_bars=reclaim_bars))
    rows = with_kind_names(found)
    assert only(rows, EVENT) == only(naive_sweeps(plain), EVENT)
    for row in rows:
        drawn = bars[row["pool_index"]]
        assert row["kind"] == "equal" or row["price"] == (drawn.high if row["side"] == 1 else drawn.low)
    return found


@REPEATABLE
@given(chart=candles(), reclaim_bars=st.integers(1, 4), data=st.data())
def test_sweeps_of_random_candles(chart: Candles, reclaim_bars: int, data: st.DataObject) -> None:
    """They agree with the reference, have names of their own, and a prefix reads as the whole did then."""
    whole = check_against_reference(chart, reclaim_bars)
    assert len({whole.id_of(row, chart) for row in range(len(whole))}) == len(whole)
    for t in sorted(data.draw(st.sets(st.integers(-1, len(chart) - 1), min_size=1, max_size=5), label="bars t")):
        part = detect_sweeps(pools_of(chart[: t + 1], reclaim_bars=reclaim_bars))
        assert rows_of(part) == rows_of(whole.as_of(t))


@on_every_file
def test_sweeps_of_real_candles(file: RealFile) -> None:
    """Windows of each real file."""
    for share in (0.05, 0.6):
        check_against_reference(window(whole_file_in_ticks(file), share, 300), 2)
