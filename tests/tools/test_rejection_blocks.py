"""Rejection blocks: the wick of a swing whose own bar swept liquidity by the time the swing was confirmed."""

from typing import Final

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw
from tests.tools.reference.bars import Row
from tools.liquidity import detect_liquidity_pools
from tools.rejection_blocks import detect_rejection_blocks
from tools.swings import detect_swings
from tools.trading_day import TradingDay

SWEEP: Final[list[Drawn]] = [
    (10, 11, 9.5, 10),
    (10, 10.2, 9, 9.8),  # a low of 9, where sell-side liquidity rests
    (9.8, 10.5, 9.4, 10.2),
    (10.2, 10.6, 8, 9.5),  # takes it, closes back above, and is a swing low of two bars a side
    (9.5, 10, 8.5, 9.9),
    (9.9, 10.5, 9.6, 10.4),
]


def blocks_of(*bars: Drawn, reclaim_bars: int = 1, direction: int = 1) -> list[Row]:
    """Return the blocks of one direction; pools rest at swings of one bar a side."""
    candles = draw(*bars)
    swings = detect_swings(candles)
    small = detect_swings(candles, left=1, right=1)
    pools = detect_liquidity_pools(
        candles,
        internal=small,
        external=small,
        trading_day=TradingDay.NEW_YORK_17,
        kill_zones=None,
        reclaim_bars=reclaim_bars,
    )
    return [row for row in rows_of(detect_rejection_blocks(candles, swings, pools)) if row["direction"] == direction]


def with_bars(changes: dict[int, Drawn]) -> list[Drawn]:
    """Return the drawing with some of its bars changed."""
    return [changes.get(index, bar) for index, bar in enumerate(SWEEP)]


def test_a_block_is_the_wick_that_swept() -> None:
    """Drawn on the swing's bar, confirmed with the swing, from its low to its body."""
    (block,) = blocks_of(*SWEEP)
    assert (block["formed_index"], block["confirmed_index"]) == (3, 5)
    assert (block["bottom"], block["top"], block["middle"], block["pool_price"]) == (8, 9.5, 8.75, 9)
    assert (block["touched_index"], block["dead_index"]) == (-1, -1)


def test_a_bearish_block_mirrors_it() -> None:
    """The upper wick of a swing high that swept buy-side liquidity."""
    bars: list[Drawn] = [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in SWEEP]
    (block,) = blocks_of(*bars, direction=-1)
    assert (block["formed_index"], block["confirmed_index"]) == (3, 5)
    assert (block["bottom"], block["top"], block["middle"], block["pool_price"]) == (10.5, 12, 11.25, 11)
    assert blocks_of(*bars) == []


def test_the_body_begins_at_the_open_of_an_up_close() -> None:
    """The lower end of the body, whichever it is."""
    (block,) = blocks_of(*with_bars({3: (9.2, 10.6, 8, 9.5)}))
    assert (block["bottom"], block["top"]) == (8, 9.2)


def test_a_bar_without_a_wick_leaves_a_zone_without_height() -> None:
    """It opened at its low."""
    (block,) = blocks_of(*with_bars({3: (8, 10.6, 8, 9.5)}))
    assert (block["bottom"], block["top"], block["middle"]) == (8, 8, 8)


@pytest.mark.parametrize(
    ("sweeper", "count"),
    [
        pytest.param((10.2, 10.6, 8, 9.01), 1, id="a close above the pool"),
        pytest.param((10.2, 10.6, 8, 9), 0, id="a close at the pool is not back inside"),
        pytest.param((10.2, 10.6, 9, 9.5), 0, id="a low at the pool does not take it"),
    ],
)
def test_the_bar_must_sweep(sweeper: Drawn, count: int) -> None:
    """Take the pool and close back."""
    assert len(blocks_of(*with_bars({3: sweeper, 4: (9.5, 10, 9.1, 9.9)}))) == count


def test_a_pool_that_an_earlier_bar_took_does_not_count() -> None:
    """Bar 2 swept it; bar 3 is the swing."""
    assert blocks_of(*with_bars({2: (9.8, 10.5, 8.9, 10.2)})) == []


@pytest.mark.parametrize(("back_at", "count"), [(4, 1), (5, 1), (6, 0)])
def test_a_slow_sweep_counts_until_the_swing_is_confirmed(back_at: int, count: int) -> None:
    """Four reclaim bars: a close back inside on bar 5 is in time, on bar 6 it is too late."""
    closes = {index: 9.5 if index >= back_at else 8.9 for index in (3, 4, 5, 6)}
    bars: list[Drawn] = [*SWEEP[:3], *((9.2, 10, 8 if index == 3 else 8.5, close) for index, close in closes.items())]
    assert len(blocks_of(*bars, reclaim_bars=4)) == count


def test_of_several_pools_the_deepest_is_named() -> None:
    """Lows of 9 and then 9.2, taken by one bar that closed back above the deeper one, or above both."""
    before: list[Drawn] = [*SWEEP[:3], (10.2, 10.5, 9.2, 9.9), (9.9, 10.4, 9.4, 10.2)]
    for close in (9.1, 9.5):
        (block,) = blocks_of(*before, (10.2, 10.6, 8, close), *SWEEP[4:])
        assert (block["formed_index"], block["pool_price"]) == (5, 9)


def test_life_begins_after_confirmation_and_a_dead_block_stays() -> None:
    """Bar 4 came too early; bar 7 reaches the body's edge; a close at the low does not kill, one below does."""
    later: list[Drawn] = [(10.4, 10.5, 9.6, 10), (10, 10, 9.5, 9.7), (9.7, 9.7, 8, 8), (8, 8.2, 7.9, 7.9)]
    (block,) = [row for row in blocks_of(*SWEEP, *later) if row["formed_index"] == 3]
    assert (block["touched_index"], block["dead_index"]) == (7, 9)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_too_few_bars_hold_no_block(count: int) -> None:
    """No swing is confirmed yet."""
    assert blocks_of(*SWEEP[:count]) == []
