"""Market structure shifts: a change of character is one only with its sweep, its displacement and its gap."""

from typing import Any, Final

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, steady
from tests.tools.reference.bars import Row
from tools.displacement import detect_displacements
from tools.imbalances import detect_fair_value_gaps
from tools.liquidity import detect_liquidity_pools
from tools.structure import detect_structure_breaks
from tools.structure_shift import detect_market_structure_shifts
from tools.swings import detect_swings
from tools.trading_day import TradingDay

SHIFT: Final[dict[int, Drawn]] = {
    16: (100, 100, 98, 99),
    17: (99, 99, 92, 93),  # a low of 92
    18: (93, 96, 93, 95),
    19: (95, 95, 90, 91),  # breaks it: the trend is down; itself a low of 90, where sell-side liquidity rests
    20: (91, 94, 91, 93),
    21: (93, 96, 92, 95),  # the high of 96 that will break
    22: (95, 95, 91, 92),
    23: (92, 92, 88, 91),  # takes 90 and closes back above: a sweep, and the leg's origin
    24: (91, 101, 91, 101),  # breaks 96 against the trend with a body of 10, the ATR being near 5
    25: (101, 103, 99, 102),  # leaves a gap between 92 and 99, drawn on bar 24
}


def shifts_of(
    *, reclaim_bars: int = 1, upside_down: bool = False, changes: dict[int, Drawn], **needs: Any
) -> list[Row]:
    """Return the shifts after sixteen quiet bars, with some of the bars changed."""
    bars = [*steady(16, 100, 6), *({**SHIFT, **changes}).values()]
    if upside_down:
        bars = [(200 - o, 200 - low, 200 - high, 200 - c) for o, high, low, c in bars]
    candles = draw(*bars)
    swings = detect_swings(candles, left=1, right=1)
    pools = detect_liquidity_pools(
        candles,
        internal=swings,
        external=swings,
        trading_day=TradingDay.NEW_YORK_17,
        kill_zones="forex",
        reclaim_bars=reclaim_bars,
    )
    breaks, gaps = detect_structure_breaks(candles, swings), detect_fair_value_gaps(candles)
    return rows_of(detect_market_structure_shifts(candles, breaks, pools, gaps, detect_displacements(candles), **needs))


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_shift_is_drawn_on_its_change_of_character_and_confirmed_with_its_gap(upside_down: bool) -> None:
    """Formed on bar 24, confirmed on bar 25, and it says what it rests on; the bearish one mirrors it."""
    (shift,) = shifts_of(changes={}, upside_down=upside_down)
    assert shift["direction"] == (-1 if upside_down else 1)
    assert (shift["formed_index"], shift["confirmed_index"], shift["swing_index"]) == (24, 25, 21)
    assert (shift["origin_index"], shift["displacement_index"], shift["gap_index"]) == (23, 24, 25)
    assert (shift["sweep_index"], shift["pool_index"]) == (23, 19)
    assert (shift["price"], shift["pool_price"]) == ((104, 110) if upside_down else (96, 90))


UNSWEPT: Final[dict[int, Drawn]] = {23: (92, 92, 90, 91)}
UNDISPLACED: Final[dict[int, Drawn]] = {24: (91, 97, 91, 97), 25: (97, 99, 93, 98)}
UNGAPPED: Final[dict[int, Drawn]] = {25: (101, 103, 92, 102)}
RUN: Final[dict[int, Drawn]] = {23: (92, 92, 88, 89), 24: (89, 101, 89, 101)}
WITH_THE_TREND: Final[dict[int, Drawn]] = {19: (95, 95, 90, 93), 20: (93, 94, 91, 93)}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(UNSWEPT, id="the pool's price was reached and not passed"),
        pytest.param(UNDISPLACED, id="no displacement"),
        pytest.param(UNGAPPED, id="no gap"),
        pytest.param(RUN, id="the pool was run, not swept"),
        pytest.param(WITH_THE_TREND, id="a break of structure, no change of character"),
    ],
)
def test_each_part_is_needed(changes: dict[int, Drawn]) -> None:
    """Take one away and it is no shift."""
    assert shifts_of(changes=changes) == []


def test_a_sweep_is_not_needed_where_none_is_asked_for() -> None:
    """It then names no pool."""
    (shift,) = shifts_of(changes=UNSWEPT, need_sweep=False)
    assert (shift["confirmed_index"], shift["sweep_index"], shift["pool_index"]) == (25, -1, -1)
    assert shift["pool_price"] is None


@pytest.mark.parametrize("changes", [UNGAPPED, {}], ids=["no gap", "a gap that comes a bar later"])
def test_a_gap_is_not_waited_for_where_none_is_asked_for(changes: dict[int, Drawn]) -> None:
    """Confirmed with its change of character, whatever the bar after leaves."""
    (shift,) = shifts_of(changes=changes, need_gap=False)
    assert (shift["confirmed_index"], shift["gap_index"]) == (24, -1)


def test_more_bars_to_reclaim_make_a_sweep_of_a_run() -> None:
    """Bar 23 closes below 90, bar 24 back above it: a sweep within two bars, in time for the break."""
    (shift,) = shifts_of(changes=RUN, reclaim_bars=2)
    assert (shift["confirmed_index"], shift["sweep_index"]) == (25, 24)


def test_a_pool_swept_before_the_leg_does_not_count() -> None:
    """The sweep stands before the swing that breaks."""
    before: dict[int, Drawn] = {20: (91, 94, 89.5, 93), 23: (92, 92, 90, 91)}
    assert shifts_of(changes=before) == []
