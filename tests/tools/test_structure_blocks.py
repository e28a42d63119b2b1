"""Breakers and mitigation blocks: the last candle with the break, before the swing that broke."""

from typing import Final

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw
from tests.tools.reference.bars import Row
from tools.order_blocks import Zone
from tools.structure import detect_structure_breaks
from tools.structure_blocks import detect_structure_blocks
from tools.swings import detect_swings

BREAK: Final[list[Drawn]] = [
    (10, 11, 9.5, 10.5),
    (10, 10.2, 9, 9.5),  # A, the swing low of 9
    (9.5, 12, 9.4, 11.8),  # the last up close up to B
    (12.5, 13, 11.5, 12),  # B, the swing high that will break
    (12, 12.2, 8, 8.5),  # C, below A
    (8.5, 14, 8.4, 13.5),  # breaks 13
]
AT_THE_LOW: Final[Drawn] = (12, 12.2, 9, 9.2)
"""A bar C that only reaches A."""


def blocks_of(*bars: Drawn, zone: Zone = "body", direction: int = 1) -> tuple[list[Row], list[Row]]:
    """Return the breakers and the mitigation blocks of one direction and one-bar swings."""
    candles = draw(*bars)
    swings = detect_swings(candles, left=1, right=1)
    tables = detect_structure_blocks(candles, swings, detect_structure_breaks(candles, swings), zone=zone)
    breakers, mitigations = ([row for row in rows_of(table) if row["direction"] == direction] for table in tables)
    return breakers, mitigations


def upside_down(*bars: Drawn) -> list[Drawn]:
    """Mirror bars about 10."""
    return [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in bars]


def with_bars(changes: dict[int, Drawn]) -> list[Drawn]:
    """Return the drawing with some of its bars changed."""
    return [changes.get(index, bar) for index, bar in enumerate(BREAK)]


def test_a_breaker_is_the_last_up_close_before_the_high_that_broke() -> None:
    """Drawn on its candle, confirmed by the break, with the bars it rests on."""
    (breaker,), mitigations = blocks_of(*BREAK)
    assert mitigations == []
    assert (breaker["formed_index"], breaker["confirmed_index"]) == (2, 5)
    assert (breaker["prior_index"], breaker["swing_index"], breaker["extreme_index"]) == (1, 3, 4)
    assert (breaker["bottom"], breaker["top"], breaker["middle"]) == (9.5, 11.8, 10.65)
    assert (breaker["range_bottom"], breaker["range_top"]) == (9.4, 12)
    assert (breaker["touched_index"], breaker["dead_index"]) == (-1, -1)


def test_a_bearish_breaker_mirrors_it() -> None:
    """The last down close before the low that broke."""
    (breaker,), mitigations = blocks_of(*upside_down(*BREAK), direction=-1)
    assert mitigations == []
    assert (breaker["formed_index"], breaker["confirmed_index"]) == (2, 5)
    assert (breaker["prior_index"], breaker["swing_index"], breaker["extreme_index"]) == (1, 3, 4)
    assert (breaker["bottom"], breaker["top"]) == (8.2, 10.5)
    assert (breaker["range_bottom"], breaker["range_top"]) == (8, 10.6)


@pytest.mark.parametrize(("low", "is_breaker"), [(8.99, True), (9, False), (9.3, False)])
def test_without_a_lower_low_it_is_a_mitigation_block(low: float, is_breaker: bool) -> None:
    """The low must be below the one before; reaching it is a failure swing."""
    breakers, mitigations = blocks_of(*with_bars({4: (12, 12.2, low, 9.4), 5: (9.4, 14, 9.35, 13.5)}))
    assert (len(breakers), len(mitigations)) == (1, 0) if is_breaker else (0, 1)
    (block,) = breakers or mitigations
    assert (block["formed_index"], block["confirmed_index"], block["extreme_index"]) == (2, 5, 4)


def test_the_zone_is_the_body_or_the_whole_range() -> None:
    """The middle stays that of the body."""
    (breaker,), _ = blocks_of(*BREAK, zone="range")
    assert (breaker["bottom"], breaker["top"], breaker["middle"]) == (9.4, 12, 10.65)


def test_the_candle_of_the_high_itself_counts() -> None:
    """B closed up."""
    (breaker,), _ = blocks_of(*with_bars({3: (12, 13, 11.5, 12.5)}))
    assert (breaker["formed_index"], breaker["bottom"], breaker["top"]) == (3, 12, 12.5)


def test_the_candle_of_the_low_before_does_not_count() -> None:
    """A closed up, and after it nothing did up to B."""
    assert blocks_of(*with_bars({1: (9.2, 10.2, 9, 9.5), 2: (11.8, 12, 9.4, 9.6)})) == ([], [])


def test_a_doji_is_no_up_close() -> None:
    """Between A and B there are only a doji and a down close."""
    assert blocks_of(*with_bars({2: (11, 12, 9.4, 11)})) == ([], [])


def test_without_a_swing_low_before_there_is_no_block() -> None:
    """The first bar is no swing."""
    assert blocks_of(*BREAK[1:]) == ([], [])


def test_a_swing_low_on_the_bar_of_the_high_is_not_before_it() -> None:
    """One wide bar is both swings."""
    assert blocks_of((10, 11, 9, 10), (10, 14, 8, 10.5), (10.5, 11, 9, 10), (10, 15, 9.9, 14.5)) == ([], [])


def test_the_extreme_comes_after_the_high_and_is_the_last_of_equals() -> None:
    """B's own low of 8 does not count; of the lows of 9 after it the later is taken, and it does not go below A."""
    wide: list[Drawn] = [*BREAK[:3], (12.5, 13, 8, 12), AT_THE_LOW, (9.2, 12, 9, 11.9), (11.9, 14, 11, 13.5)]
    breakers, (block,) = blocks_of(*wide)
    assert breakers == []
    assert (block["swing_index"], block["extreme_index"], block["confirmed_index"]) == (3, 5, 6)


def test_life_begins_after_the_break_and_a_dead_block_stays() -> None:
    """The breaking bar's own wick is no touch; reaching the top is; a close at the range's low does not kill."""
    later: list[Drawn] = [
        (13.5, 13.6, 11.9, 13),
        (13, 13, 11.8, 12),
        (12, 12, 9.4, 9.4),
        (9.4, 9.5, 9, 9.3),
    ]
    (breaker,), _ = blocks_of(*BREAK, *later)
    assert (breaker["touched_index"], breaker["dead_index"]) == (7, 9)


def test_two_highs_may_leave_the_same_candle_and_are_told_apart_by_name() -> None:
    """Bar 5 breaks 13 and is itself the high of 15 that bar 7 breaks; nothing closed up in between."""
    bars: list[Drawn] = [
        *BREAK[:4],
        (12, 12.5, 11, 11.5),
        (14.5, 15, 10.5, 14),
        (14, 14.5, 10, 12),
        (12, 16, 11.9, 15.5),
    ]
    candles = draw(*bars)
    swings = detect_swings(candles, left=1, right=1)
    _, blocks = detect_structure_blocks(candles, swings, detect_structure_breaks(candles, swings))
    rows = blocks.rows(candles)
    assert [(row["formed_index"], row["swing_index"], row["confirmed_index"]) for row in rows] == [(2, 3, 5), (2, 5, 7)]
    assert [row["id"] for row in rows] == [
        "mitigation_block:1h:internal:bullish:2024-01-10T15:00:00Z:2024-01-10T14:00:00Z",
        "mitigation_block:1h:internal:bullish:2024-01-10T17:00:00Z:2024-01-10T14:00:00Z",
    ]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_bars_hold_no_block(count: int) -> None:
    """Nothing broke."""
    assert blocks_of(*BREAK[:count]) == ([], [])
