"""Order blocks: the run of opposite candles before the leg, confirmed by the break and never earlier."""

from typing import Final

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw
from tests.tools.reference.bars import Row
from tools.imbalances import detect_fair_value_gaps
from tools.order_blocks import OrderBlocks, Zone, detect_order_blocks
from tools.structure import detect_structure_breaks
from tools.swings import detect_swings

LEG: Final[list[Drawn]] = [
    (10, 11, 9.5, 10.5),
    (10.5, 13, 10, 12.5),  # the swing high at 13 that will break
    (12.5, 12.75, 11, 11.5),  # the run begins
    (11.5, 11.8, 9, 10),  # and ends: the last down close; its low is the leg's origin
    (10, 11.5, 9.8, 11.4),
    (11.4, 14, 11.3, 14),  # breaks 13
]
GAPPED: Final[list[Drawn]] = [*LEG[:4], (10, 11, 9.8, 11), (11, 13, 11, 12.9), (12.9, 15, 12, 15)]
"""The same with a gap between 11 and 12, confirmed by the breaking bar."""


def blocks_of(*bars: Drawn, zone: Zone = "body", need_gap: bool = True) -> OrderBlocks:
    """Return the blocks of one-bar swings."""
    candles = draw(*bars)
    breaks = detect_structure_breaks(candles, detect_swings(candles, left=1, right=1))
    return detect_order_blocks(candles, breaks, detect_fair_value_gaps(candles), zone=zone, need_gap=need_gap)


def bullish(blocks: OrderBlocks) -> list[Row]:
    """Return the bullish rows."""
    return [row for row in rows_of(blocks) if row["direction"] == 1]


def upside_down(*bars: Drawn) -> list[Drawn]:
    """Mirror bars about 10."""
    return [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in bars]


def test_a_block_is_the_run_of_down_closes_before_the_leg() -> None:
    """Drawn on its last candle, confirmed by the break, from the lowest close to the first open."""
    (block,) = bullish(blocks_of(*GAPPED))
    assert (block["first_index"], block["formed_index"], block["confirmed_index"]) == (2, 3, 6)
    assert (block["bottom"], block["top"], block["middle"]) == (10, 12.5, 11.25)
    assert (block["range_bottom"], block["range_top"]) == (9, 12.75)
    assert block["has_gap"] is True


def test_a_bearish_block_mirrors_it() -> None:
    """The run of up closes before a leg down."""
    rows = [row for row in rows_of(blocks_of(*upside_down(*GAPPED))) if row["direction"] == -1]
    assert [(row["first_index"], row["formed_index"], row["confirmed_index"]) for row in rows] == [(2, 3, 6)]
    assert [(row["bottom"], row["top"], row["middle"]) for row in rows] == [(7.5, 10, 8.75)]
    assert [(row["range_bottom"], row["range_top"]) for row in rows] == [(7.25, 11)]


def test_without_a_gap_in_the_leg_there_is_no_block_unless_none_is_asked_for() -> None:
    """The flag says which it is."""
    assert bullish(blocks_of(*LEG)) == []
    (block,) = bullish(blocks_of(*LEG, need_gap=False))
    assert (block["formed_index"], block["confirmed_index"], block["has_gap"]) == (3, 5, False)


def test_a_gap_that_the_origin_itself_confirmed_is_not_of_the_leg() -> None:
    """The swing's own bar gapped up and is the leg's origin; nothing after it left a gap."""
    bars: list[Drawn] = [(10, 10, 9, 10), (10, 14, 10, 14), (15, 16, 13, 14), (14, 15, 13.5, 15), (15, 17, 14, 17)]
    (block,) = bullish(blocks_of(*bars, need_gap=False))
    assert (block["formed_index"], block["confirmed_index"], block["has_gap"]) == (2, 4, False)


def test_the_zone_is_the_body_or_the_whole_range() -> None:
    """The mean threshold stays the middle of the body zone."""
    (block,) = bullish(blocks_of(*GAPPED, zone="range"))
    assert (block["bottom"], block["top"], block["middle"]) == (9, 12.75, 11.25)


def test_the_run_reaches_back_past_the_swing() -> None:
    """The swing's own bar and the one before it closed down too: the run starts with them."""
    bars = [
        (10, 10, 9, 10),
        (12, 12, 11, 11.8),
        (12.5, 13, 11, 12),
        (12, 12.75, 11, 11.5),
        (11.5, 11.8, 9, 10),
        *GAPPED[4:],
    ]
    (block,) = bullish(blocks_of(*bars))
    assert (block["first_index"], block["formed_index"], block["top"]) == (1, 4, 12)


def test_a_doji_is_no_down_close() -> None:
    """It ends the run where it stands between two down closes."""
    bars = [*GAPPED[:3], (11.5, 12, 11, 11.5), *GAPPED[3:]]
    (block,) = bullish(blocks_of(*bars))
    assert (block["first_index"], block["formed_index"], block["top"]) == (4, 4, 11.5)


def test_no_down_close_no_block() -> None:
    """A leg whose pullback held only dojis has nothing to draw."""
    bars = [(o, high, low, max(o, c)) for o, high, low, c in GAPPED]
    assert bullish(blocks_of(*bars, need_gap=False)) == []


def test_life_begins_after_the_break_and_a_broken_block_stays() -> None:
    """Touched at 12.5, mitigated at 11.25, broken by a close below 9; all on record."""
    later = [
        (15, 15, 12.6, 14),
        (14, 14, 12.5, 13),
        (13, 13, 11.25, 12),
        (12, 12, 8, 9),
        (9, 9, 8.5, 8.9),
        (9, 20, 9, 20),
    ]
    (block,) = [row for row in bullish(blocks_of(*GAPPED, *later)) if row["formed_index"] == 3]
    assert (block["touched_index"], block["mitigated_index"], block["broken_index"]) == (8, 9, 11)


def test_of_two_breaks_that_share_their_last_candle_the_first_wins() -> None:
    """Bar 3 breaks 11 and is itself the high of 14 that bar 5 breaks: one block, confirmed by the first break."""
    bars: list[Drawn] = [
        (10, 10, 10, 10),
        (10, 11, 9, 10.5),
        (10.5, 10.6, 9.9, 10.2),
        (13, 14, 8, 12.5),
        (12.5, 13, 12, 13),
        (13, 15, 13, 15),
    ]
    rows = bullish(blocks_of(*bars, need_gap=False))
    assert [(row["first_index"], row["formed_index"], row["confirmed_index"]) for row in rows] == [(2, 3, 3)]
