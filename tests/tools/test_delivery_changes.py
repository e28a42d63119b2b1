"""Changes in the state of delivery: the first close above the open of the run that made the low."""

from typing import Final

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, flat
from tests.tools.reference.bars import Row
from tools.delivery_changes import detect_delivery_changes
from tools.errors import InvalidParameter
from tools.liquidity import detect_liquidity_pools
from tools.swings import detect_swings
from tools.trading_day import TradingDay

TURN: Final[list[Drawn]] = [
    (10, 10.5, 9.9, 10.4),
    (10.4, 10.4, 9.5, 9.6),  # the run begins: its open of 10.4 is the level
    (9.6, 9.7, 9, 9.1),  # and makes the low
    (9.1, 10, 9.05, 9.9),
    (9.9, 10.6, 9.8, 10.5),  # closes above 10.4
]
Found = list[tuple[int, int, int, float]]


def changes_of(
    *bars: Drawn, lookback: int = 3, direction: int = 1, need_sweep: bool = False, reclaim_bars: int = 1
) -> Found:
    """Return (bar, first candle, extreme, level) of one direction's changes; pools rest at swings of one bar a side."""
    candles = draw(*bars)
    swings = detect_swings(candles, left=1, right=1)
    pools = detect_liquidity_pools(
        candles,
        internal=swings,
        external=swings,
        trading_day=TradingDay.NEW_YORK_17,
        kill_zones=None,
        reclaim_bars=reclaim_bars,
    )
    rows: list[Row] = rows_of(detect_delivery_changes(candles, pools, lookback=lookback, need_sweep=need_sweep))
    assert all(row["formed_index"] == row["confirmed_index"] for row in rows)
    names = ("confirmed_index", "first_index", "extreme_index", "price")
    return [(*(row[name] for name in names),) for row in rows if row["direction"] == direction]


def with_bars(changes: dict[int, Drawn]) -> list[Drawn]:
    """Return the drawing with some of its bars changed."""
    return [changes.get(index, bar) for index, bar in enumerate(TURN)]


def test_a_close_above_the_open_of_the_run_changes_delivery() -> None:
    """The run began before the last three bars, which hold its low."""
    assert changes_of(*TURN) == [(4, 1, 2, 10.4)]


def test_a_bearish_change_mirrors_it() -> None:
    """A close below the open of the run of up closes that made the high."""
    bars: list[Drawn] = [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in TURN]
    assert changes_of(*bars, direction=-1) == [(4, 1, 2, 9.6)]


def test_a_close_at_the_open_is_not_above_it() -> None:
    """The level itself is not enough."""
    assert changes_of(*with_bars({4: (9.9, 10.6, 9.8, 10.4)})) == []


def test_a_run_changes_delivery_once() -> None:
    """A second close above the same level is no news."""
    assert changes_of(*TURN, (10.5, 10.8, 10.4, 10.7), lookback=5) == [(4, 1, 2, 10.4)]


@pytest.mark.parametrize(("lookback", "count"), [(5, 1), (6, 0)])
def test_there_must_be_as_many_bars_as_the_lookback(lookback: int, count: int) -> None:
    """Bar 4 is the fifth."""
    assert len(changes_of(*TURN, lookback=lookback)) == count


def test_the_low_must_be_within_the_lookback() -> None:
    """Of the last two bars the lower closed up: there is no run."""
    assert changes_of(*TURN, lookback=2) == []


@pytest.mark.parametrize(
    ("low", "count"),
    [
        pytest.param(8.99, 0, id="the lowest bar closed up"),
        pytest.param(9, 1, id="of the lowest bars the one that closed down"),
    ],
)
def test_the_lowest_bar_must_have_closed_down(low: float, count: int) -> None:
    """Bar 3, which closed up, reaches below or just to the low of the run."""
    assert len(changes_of(*with_bars({3: (9.1, 10, low, 9.9)}))) == count


def test_of_equal_lows_the_latest_down_close_is_taken() -> None:
    """Two runs share the low of 9; the level is the open of the second."""
    bars: list[Drawn] = [*TURN[:4], (9.9, 9.9, 9, 9.2), (9.2, 10, 9.1, 9.95)]
    assert changes_of(*bars, lookback=4) == [(5, 4, 4, 9.9)]


def test_a_doji_ends_the_run() -> None:
    """The run is bar 2 alone, and bar 3 closes above its open already."""
    assert changes_of(*with_bars({1: (9.6, 10.4, 9.5, 9.6)})) == [(3, 2, 2, 9.6)]


def test_a_run_may_begin_with_the_first_bar() -> None:
    """Nothing stands before it."""
    assert changes_of(*TURN[1:]) == [(3, 0, 1, 10.4)]


LOW_BEFORE: Final[list[Drawn]] = [(10, 10.2, 9.6, 10), (9.5, 10, 9.3, 9.9), (9.9, 10.5, 9.5, 10.4)]
"""A low of 9.3, where sell-side liquidity rests; the run begins with bar 3."""


@pytest.mark.parametrize(
    ("changes", "reclaim_bars", "count"),
    [
        pytest.param({}, 1, 0, id="taken and not swept"),
        pytest.param({}, 2, 1, id="swept by the bar after"),
        pytest.param({5: (9.1, 9.3, 9.05, 9.2)}, 3, 1, id="swept by the change itself"),
        pytest.param({4: (9.6, 9.7, 9, 9.35)}, 1, 1, id="swept by the bar that took it"),
        pytest.param({4: (9.6, 9.7, 9.3, 9.35), 5: (9.35, 10, 9.35, 9.9)}, 1, 0, id="not taken"),
        pytest.param({3: (10.4, 10.4, 9.2, 9.6)}, 1, 1, id="swept by the first candle of the run"),
        pytest.param({2: (9.9, 10.5, 9.2, 10.4)}, 1, 0, id="swept before the run"),
    ],
)
def test_a_sweep_may_be_needed(changes: dict[int, Drawn], reclaim_bars: int, count: int) -> None:
    """A pool below, taken by the run's first candle or later, and swept by the close."""
    bars = [changes.get(index, bar) for index, bar in enumerate([*LOW_BEFORE, *TURN[1:]])]
    assert len(changes_of(*bars)) == 1
    assert len(changes_of(*bars, need_sweep=True, reclaim_bars=reclaim_bars)) == count


def test_a_pool_taken_before_the_run_does_not_hide_one_taken_by_it() -> None:
    """The low of 9.3 was taken before the run and is swept last; the low of 9 was taken and swept by the run itself."""
    bars: list[Drawn] = [
        (10, 10, 9.8, 10),
        (9.5, 10, 9, 9.9),  # a low of 9
        (9.9, 10.2, 9.6, 10),
        (9.5, 10, 9.3, 9.9),  # a low of 9.3
        (9.5, 10, 9.4, 9.9),
        (9.2, 9.5, 9.2, 9.25),  # takes 9.3
        (9.28, 9.3, 8.9, 9.1),  # the run: takes 9 and closes above it
        (9.1, 9.6, 9.05, 9.5),  # closes above 9.3 and above the run's open
    ]
    assert changes_of(*bars, need_sweep=True, reclaim_bars=3) == [(7, 6, 6, 9.28)]


def test_a_later_close_does_not_repeat_a_change_that_had_no_sweep() -> None:
    """Bar 7 changed delivery without a sweep; bar 10 sweeps a low of 9.5 and closes above the same level again."""
    bars: list[Drawn] = [*flat(3, 10), *TURN, (10.5, 10.6, 9.5, 10.3), (10.3, 10.5, 9.7, 10.4), (10.4, 10.7, 9.4, 10.6)]
    assert changes_of(*bars, lookback=7) == [(7, 4, 5, 10.4)]
    assert changes_of(*bars, lookback=7, need_sweep=True) == []


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_bars_hold_no_change(count: int) -> None:
    """Fewer bars than the lookback."""
    assert changes_of(*TURN[:count]) == []


def test_a_lookback_below_one_bar_is_refused() -> None:
    """Nothing could be looked back at."""
    with pytest.raises(InvalidParameter) as refused:
        detect_delivery_changes(draw(*TURN), lookback=0)
    assert (refused.value.field, refused.value.got) == ("lookback", "0")


def test_a_sweep_cannot_be_needed_without_pools() -> None:
    """An empty answer would look as if nothing had been swept."""
    with pytest.raises(InvalidParameter) as refused:
        detect_delivery_changes(draw(*TURN), need_sweep=True)
    assert refused.value.field == "pools"
