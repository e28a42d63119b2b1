"""Each setup model by hand: what it enters, what proves it wrong, and the edges of its every condition."""

from dataclasses import replace
from typing import Any, Final

import pytest

from tests.tools.hand_drawn import NOON, Drawn, draw, draw_at, flat
from tests.tools.setup_tables import gap, sell_side, table
from tools.candles import Candles
from tools.facts import NONE
from tools.imbalances import FairValueGaps
from tools.judas import JudasSwings
from tools.liquidity import LiquidityPools
from tools.setup_drafts import Drafts, sweeps_of
from tools.setup_models import (
    displaced_gaps,
    gaps_after_sweeps,
    gaps_in_breakers,
    gaps_of_judas_swings,
    gaps_of_shifts,
    retracements_of_shifts,
    retracements_of_swings,
    turtle_soups,
)
from tools.structure import StructureBreaks
from tools.structure_blocks import Breakers
from tools.structure_shift import MarketStructureShifts
from tools.swings import Swings
from tools.timeframes import Timeframe

DIP: Final = [(5.0, 6.0, 4.0, 5.0), (5.0, 6.0, 3.0, 5.0), (5.0, 6.0, 4.0, 5.0)]


def rows(drafts: Drafts) -> list[tuple[Any, ...]]:
    """Return drafts as tuples ``(formed, confirmed, direction, entry, invalidation, origin, gap)``, sorted."""
    return sorted(zip(*(column.tolist() for column in drafts), strict=True))


def upside_down(candles: Candles) -> Candles:
    """Mirror prices about 10."""
    opened, high, low, close = (20 - column for column in (candles.open, candles.low, candles.high, candles.close))
    return replace(candles, open=opened, high=high, low=low, close=close)


def test_turtle_soup_a_bar_below_the_low_of_the_bars_before_closes_above_it() -> None:
    candles = draw(*DIP, (4, 5, 2, 4))
    assert rows(turtle_soups(candles, 3)) == [(3, 3, 1, 3.0, 2.0, 3, NONE)]
    assert rows(turtle_soups(upside_down(candles), 3)) == [(3, 3, -1, 17.0, 18.0, 3, NONE)]


@pytest.mark.parametrize("bar", [(4, 5, 3, 4), (4, 5, 2, 3), (4, 5, 2, 2.5)])
def test_turtle_soup_reaching_the_low_or_closing_at_is_not_enough(bar: Drawn) -> None:
    assert rows(turtle_soups(draw(*DIP, bar), 3)) == []


def test_turtle_soup_the_bars_before_are_counted_exactly() -> None:
    candles = draw((5, 6, 1, 5), *DIP, (4, 5, 2, 4))
    assert rows(turtle_soups(candles, 3)) == [(4, 4, 1, 3.0, 2.0, 4, NONE)]
    assert rows(turtle_soups(candles, 4)) == []
    assert rows(turtle_soups(draw(*DIP), 3)) == []


def test_turtle_soup_an_outside_bar_that_closes_inside_does_both_ways() -> None:
    found = rows(turtle_soups(draw(*DIP, (5, 9, 2, 5)), 3))
    assert found == [(3, 3, -1, 6.0, 9.0, 3, NONE), (3, 3, 1, 3.0, 2.0, 3, NONE)]


@pytest.mark.parametrize("bars", [1, 2, 5, 7, 8, 20])
def test_turtle_soup_windows_of_any_length(bars: int) -> None:
    lows = [10 - index % 3 - index / 100 for index in range(bars)]
    candles = draw(*[(12, 13, low, 12) for low in lows], (12, 13, min(lows) - 1, 12))
    assert rows(turtle_soups(candles, bars))[-1] == (bars, bars, 1, min(lows), min(lows) - 1, bars, NONE)


def test_gap_is_wrong_below_its_three_candles() -> None:
    candles = draw((2, 3, 1, 3), (3, 9, 2, 9), (9, 10, 6, 9))
    assert rows(displaced_gaps(candles, gap(2, 6, 3))) == [(2, 2, 1, 6.0, 1.0, 0, 2)]
    turned = gap(2, 17, 14, direction=-1)
    assert rows(displaced_gaps(upside_down(candles), turned)) == [(2, 2, -1, 14.0, 19.0, 0, 2)]


def test_gap_of_equal_lows_the_last_is_the_origin() -> None:
    candles = draw((2, 3, 1, 3), (3, 9, 1, 9), (9, 10, 6, 9))
    assert rows(displaced_gaps(candles, gap(2, 6, 3))) == [(2, 2, 1, 6.0, 1.0, 1, 2)]


def test_gap_needs_displacement() -> None:
    candles = draw((2, 3, 1, 3), (3, 9, 2, 9), (9, 10, 6, 9))
    assert rows(displaced_gaps(candles, gap(2, 6, 3, displaced=False))) == []


AFTER_SWEEP_RISE: Final = [(5.0, 6.0, 2.0, 5.0), (4.0, 5.0, 3.0, 4.0), (5.0, 6.0, 4.0, 5.0), (6.0, 9.0, 5.0, 9.0)]
AFTER_SWEEP_CANDLES: Final = draw(*AFTER_SWEEP_RISE, (9, 10, 7, 9))


def after_sweep_drafts(pools: LiquidityPools, within: int = 20) -> list[tuple[Any, ...]]:
    found, _ = gaps_after_sweeps(AFTER_SWEEP_CANDLES, gap(4, 7, 6), sweeps_of(pools, 5), within)
    return rows(found)


def test_after_sweep_is_wrong_below_the_extreme_since_the_bar_that_took_the_pool() -> None:
    assert after_sweep_drafts(sell_side(2, 2)) == [(4, 4, 1, 7.0, 4.0, 2, 4)]
    assert after_sweep_drafts(sell_side(1, 1)) == [(4, 4, 1, 7.0, 3.0, 1, 4)]
    assert after_sweep_drafts(sell_side(0, 0)) == [(4, 4, 1, 7.0, 2.0, 0, 4)]
    assert after_sweep_drafts(sell_side(0, 2)) == [(4, 4, 1, 7.0, 2.0, 0, 4)]  # closed back two bars later


def test_after_sweep_of_pools_swept_by_one_close_the_first_taken_counts() -> None:
    for taken in ([0, 2], [2, 0]):
        both = table(LiquidityPools, side=[-1, -1], taken_index=taken, swept_index=[2, 2])
        assert after_sweep_drafts(both) == after_sweep_drafts(sell_side(0, 2))


def test_after_sweep_the_sweep_comes_before_the_displacement() -> None:
    assert after_sweep_drafts(sell_side(3, 3)) == []


def test_after_sweep_the_last_sweep_counts() -> None:
    both = table(LiquidityPools, side=[-1, -1], taken_index=[0, 2], swept_index=[0, 2])
    assert after_sweep_drafts(both) == after_sweep_drafts(sell_side(2, 2))


def test_after_sweep_a_sweep_of_its_own_side_does_not() -> None:
    assert after_sweep_drafts(sell_side(2, 2, side=1)) == []
    assert after_sweep_drafts(sell_side(2, NONE)) == []


def test_after_sweep_is_soon_enough_up_to_the_last_bar() -> None:
    assert len(after_sweep_drafts(sell_side(1, 1), within=2)) == 1
    assert after_sweep_drafts(sell_side(1, 1), within=1) == []


def test_after_sweep_a_bearish_gap_follows_a_sweep_of_buy_side() -> None:
    turned, pools = gap(4, 14, 13, direction=-1), sell_side(2, 2, side=1)
    found, _ = gaps_after_sweeps(upside_down(AFTER_SWEEP_CANDLES), turned, sweeps_of(pools, 5), 20)
    assert rows(found) == [(4, 4, -1, 13.0, 16.0, 2, 4)]
    found, _ = gaps_after_sweeps(upside_down(AFTER_SWEEP_CANDLES), turned, sweeps_of(sell_side(2, 2), 5), 10_000)
    assert rows(found) == []


def silver_bullet_found(*times: str, timeframe: Timeframe = Timeframe.M15, **of_gap: Any) -> int:
    """Count the silver bullets of three bars at these times, the first of which swept a pool."""
    bars = ((2.0, 3.0, 1.0, 3.0), (3.0, 9.0, 2.0, 9.0), (9.0, 10.0, 6.0, 9.0))
    candles = draw_at(*zip(times, bars, strict=True), timeframe=timeframe)
    _, bullets = gaps_after_sweeps(candles, gap(2, 6, 3, **of_gap), sweeps_of(sell_side(0, 0), 3), 20)
    assert set(rows(bullets)) <= {(2, 2, 1, 6.0, 1.0, 0, 2)}
    return len(bullets.entry)


@pytest.mark.parametrize(
    ("times", "count"),
    [
        (("14:45", "15:00", "15:15"), 1),  # 10:00 in New York
        (("14:30", "14:45", "15:00"), 0),  # 09:45
        (("15:15", "15:30", "15:45"), 1),
        (("15:30", "15:45", "16:00"), 0),  # 11:00 is outside
        (("08:00", "08:15", "08:30"), 1),  # 03:00
        (("18:45", "19:00", "19:15"), 1),  # 14:00
        (("17:00", "17:15", "17:30"), 0),
    ],
)
def test_silver_bullet_both_bars_open_inside_one_window(times: tuple[str, ...], count: int) -> None:
    assert silver_bullet_found(*(f"2024-01-10T{time}:00Z" for time in times)) == count


def test_silver_bullet_needs_no_displacement() -> None:
    times = ("2024-01-10T14:45:00Z", "2024-01-10T15:00:00Z", "2024-01-10T15:15:00Z")
    assert silver_bullet_found(*times, displaced=False) == 1


@pytest.mark.parametrize(("day", "count"), [("2024-03-08", 0), ("2024-03-11", 1), ("2024-11-04", 0)])
def test_silver_bullet_the_clock_is_new_yorks(day: str, count: int) -> None:
    assert silver_bullet_found(*(f"{day}T{time}:00Z" for time in ("13:45", "14:00", "14:15"))) == count


def test_silver_bullet_windows_of_two_days_are_not_one() -> None:
    assert silver_bullet_found("2024-01-10T15:00:00Z", "2024-01-10T15:15:00Z", "2024-01-11T15:30:00Z") == 0
    assert silver_bullet_found("2024-01-10T08:00:00Z", "2024-01-10T08:15:00Z", "2024-01-10T15:00:00Z") == 0


def test_silver_bullet_bars_are_no_longer_than_a_quarter_of_an_hour() -> None:
    times = ("2024-01-10T14:30:00Z", "2024-01-10T15:00:00Z", "2024-01-10T15:30:00Z")
    assert silver_bullet_found(*times, timeframe=Timeframe.M30) == 0
    assert silver_bullet_found(*times, timeframe=Timeframe.M15) == 1


OTE_LEG: Final = [
    (10.0, 12.0, 10.0, 11.0),
    (11.0, 15.0, 11.0, 14.0),
    (14.0, 20.0, 13.0, 19.0),
    (19.0, 19.5, 16.0, 17.0),
]


def ote_found(*bars: Drawn, confirmed: int = 3, formed: int = 2, **of_break: Any) -> list[tuple[Any, ...]]:
    """Draft from one swing and from breaks, by default one bullish break at bar 1 of a leg from bar 0."""
    candles = draw(*bars)
    price = float(candles.high[formed])
    swings = table(Swings, formed_index=[formed], confirmed_index=[confirmed], side=[1], price=[price])
    told = {"confirmed_index": [1], "direction": [1], "origin_index": [0]} | of_break
    return rows(retracements_of_swings(candles, swings, table(StructureBreaks, **told)))


def test_ote_enters_at_the_sweet_spot_of_an_impulse_that_ended() -> None:
    assert ote_found(*OTE_LEG) == [(2, 3, 1, 20 - 0.705 * 10, 10.0, 0, NONE)]


def test_ote_the_bearish_side_mirrors_it() -> None:
    candles = upside_down(draw(*OTE_LEG))
    swings = table(Swings, formed_index=[2], confirmed_index=[3], side=[-1], price=[0])
    breaks = table(StructureBreaks, confirmed_index=[1], direction=[-1], origin_index=[0])
    assert rows(retracements_of_swings(candles, swings, breaks)) == [(2, 3, -1, 0.705 * 10, 10.0, 0, NONE)]


def test_ote_of_equal_highs_the_first_is_the_end() -> None:
    low, second, third, last = OTE_LEG
    assert ote_found(low, (11, 20, 11, 14), third, last) == []
    assert ote_found((10, 20, 10, 11), second, third, last) == []  # even where it is the origin's own bar
    assert len(ote_found(low, (11, 19.9, 11, 14), third, last)) == 1
    assert len(ote_found(low, second, third, (19, 20, 16, 17))) == 1


def test_ote_a_higher_high_before_the_origin_does_not_matter() -> None:
    bars = ((30.0, 30.0, 20.0, 20.0), *OTE_LEG)
    assert len(ote_found(*bars, formed=3, confirmed=4, origin_index=[1])) == 1
    assert ote_found(*bars, formed=3, confirmed=4, origin_index=[0]) == []


def test_ote_the_swing_lies_after_the_origin() -> None:
    assert ote_found(*OTE_LEG, origin_index=[2]) == []
    assert ote_found(*OTE_LEG, origin_index=[3]) == []


def test_ote_the_last_break_known_at_its_confirmation_counts() -> None:
    assert len(ote_found(*OTE_LEG, confirmed_index=[3])) == 1
    assert ote_found(*OTE_LEG, confirmed_index=[4]) == []
    two = {"confirmed_index": [1, 3], "origin_index": [0, 1]}
    assert ote_found(*OTE_LEG, **two, direction=[1, -1]) == []
    assert ote_found(*OTE_LEG, **two, direction=[-1, 1]) == [(2, 3, 1, 20 - 0.705 * 9, 11.0, 1, NONE)]
    twins = {"confirmed_index": [1, 1], "origin_index": [1, 0]}
    assert len(ote_found(*OTE_LEG, **twins, direction=[-1, 1])) == 1


def shifts_of(*confirmed: int, **columns: list[Any]) -> MarketStructureShifts:
    """Make bullish shifts formed at bar 3 with their origin at bar 1."""
    count = len(confirmed)
    told = {"direction": [1] * count, "formed_index": [3] * count, "origin_index": [1] * count}
    return table(MarketStructureShifts, confirmed_index=list(confirmed), **told | columns)


SHIFT_CANDLES: Final = draw((5, 6, 4, 5), (4, 5, 2, 4), (4, 7, 4, 7), (8, 12, 8, 11), (11, 11.5, 9, 10))


def test_shift_the_2022_model_enters_the_near_edge_of_its_gap() -> None:
    found = gaps_of_shifts(SHIFT_CANDLES, shifts_of(3, gap_index=[3]), gap(3, 8, 5))
    assert rows(found) == [(3, 3, 1, 8.0, 2.0, 1, 3)]


@pytest.mark.parametrize(("filled", "count"), [(NONE, 1), (5, 1), (4, 0)])
def test_shift_the_gap_is_open_at_the_confirmation(filled: int, count: int) -> None:
    found = gaps_of_shifts(SHIFT_CANDLES, shifts_of(4, gap_index=[3]), gap(3, 8, 5, filled_index=filled))
    assert len(found.entry) == count


def test_shift_without_a_gap_there_is_only_the_retracement() -> None:
    shifts = shifts_of(3, gap_index=[NONE])
    assert rows(gaps_of_shifts(SHIFT_CANDLES, shifts, gap(3, 8, 5))) == []
    assert rows(retracements_of_shifts(SHIFT_CANDLES, shifts)) == [(3, 3, 1, 12 - 0.705 * 10, 2.0, 1, NONE)]


def test_shift_a_bearish_retracement() -> None:
    found = retracements_of_shifts(upside_down(SHIFT_CANDLES), shifts_of(4, direction=[-1], gap_index=[3]))
    assert rows(found) == [(3, 4, -1, 8 + 0.705 * 10, 18.0, 1, 3)]


POWER_OF_THREE_JUDAS: Final = table(
    JudasSwings, formed_index=[1], confirmed_index=[4], direction=[1], price=[2], shift_index=[3]
)


@pytest.mark.parametrize(("filled", "count"), [(NONE, 1), (5, 1), (4, 0)])
def test_power_of_three_enters_the_gap_of_the_shift_while_it_is_open(filled: int, count: int) -> None:
    shifts = shifts_of(4, gap_index=[4])
    found = gaps_of_judas_swings(shifts, gap(4, 9, 7, filled_index=filled), POWER_OF_THREE_JUDAS)
    assert rows(found) == [(3, 4, 1, 9.0, 2.0, 1, 4)] * count


def test_power_of_three_a_shift_without_a_gap_gives_none() -> None:
    assert rows(gaps_of_judas_swings(shifts_of(4, gap_index=[NONE]), gap(4, 9, 7), POWER_OF_THREE_JUDAS)) == []


def test_power_of_three_the_shift_is_the_one_of_its_direction() -> None:
    shifts = shifts_of(3, 4, direction=[-1, 1], gap_index=[NONE, 4])
    assert len(gaps_of_judas_swings(shifts, gap(4, 9, 7), POWER_OF_THREE_JUDAS).entry) == 1
    shifts = shifts_of(3, 4, direction=[-1, 1], gap_index=[4, NONE])
    assert rows(gaps_of_judas_swings(shifts, gap(4, 9, 7), POWER_OF_THREE_JUDAS)) == []


UNICORN_CANDLES: Final = draw(*flat(2, 9), (8, 8, 3, 4), *flat(5, 9), start=NOON)
UNICORN_SWEPT: Final = sell_side(2, 2)


def unicorn_found(
    gaps: FairValueGaps, pools: LiquidityPools = UNICORN_SWEPT, *, top: float = 8
) -> list[tuple[Any, ...]]:
    """Draft from a bullish breaker 6 to 8: its swing is bar 1, its extreme bar 2, its break bar 5."""
    told = {"direction": 1, "top": top, "bottom": 6, "swing_index": 1, "extreme_index": 2, "confirmed_index": 5}
    breakers = table(Breakers, **{name: [value] for name, value in told.items()})
    return rows(gaps_in_breakers(UNICORN_CANDLES, breakers, gaps, sweeps_of(pools, len(UNICORN_CANDLES))))


def test_unicorn_enters_the_near_edge_of_the_overlap() -> None:
    assert unicorn_found(gap(4, 7, 5)) == [(5, 5, 1, 7.0, 3.0, 2, 4)]
    assert unicorn_found(gap(4, 9, 7)) == [(5, 5, 1, 8.0, 3.0, 2, 4)]


def test_unicorn_edges_that_meet_do_not_overlap() -> None:
    assert unicorn_found(gap(4, 10, 8)) == []
    assert unicorn_found(gap(4, 6, 5)) == []
    assert len(unicorn_found(gap(4, 6.5, 5))) == 1
    assert unicorn_found(gap(4, 7, 5), top=6) == []  # a body without height has no overlap


@pytest.mark.parametrize(("confirmed", "at"), [(3, None), (4, 5), (5, 5), (6, 6), (7, None)])
def test_unicorn_the_middle_of_the_gap_lies_after_the_extreme_up_to_the_break(confirmed: int, at: int | None) -> None:
    assert [row[1] for row in unicorn_found(gap(confirmed, 7, 5))] == ([] if at is None else [at])


@pytest.mark.parametrize(("filled", "count"), [(NONE, 1), (6, 1), (5, 0)])
def test_unicorn_the_gap_is_open_at_the_confirmation(filled: int, count: int) -> None:
    assert len(unicorn_found(gap(4, 7, 5, filled_index=filled))) == count


@pytest.mark.parametrize(
    ("pool", "count"),
    [((1, 2, -1), 0), ((2, 2, -1), 1), ((5, 5, -1), 1), ((5, 6, -1), 0), ((2, NONE, -1), 0), ((2, 2, 1), 0)],
)
def test_unicorn_liquidity_was_swept_between_swing_and_break(pool: tuple[int, int, int], count: int) -> None:
    assert len(unicorn_found(gap(4, 7, 5), sell_side(*pool))) == count


def test_unicorn_of_many_pools_one_is_enough() -> None:
    pools = table(LiquidityPools, side=[-1, -1, 1], taken_index=[3, 0, 4], swept_index=[3, 4, 4])
    assert len(unicorn_found(gap(4, 7, 5), pools)) == 1


def test_unicorn_the_first_gap_that_overlaps_is_the_one() -> None:
    three = {"direction": [1, -1, 1, 1], "formed_index": [3, 4, 4, 5], "confirmed_index": [4, 5, 5, 6]}
    gaps = table(FairValueGaps, **three, top=[12, 8, 7, 8], bottom=[11, 6, 5, 6])
    assert unicorn_found(gaps) == [(5, 5, 1, 7.0, 3.0, 2, 5)]
    filled = table(FairValueGaps, **three, top=[7, 8, 7, 8], bottom=[5, 6, 5, 6], filled_index=[5, NONE, NONE, NONE])
    assert unicorn_found(filled) == []


def test_unicorn_a_bearish_breaker_mirrors_it() -> None:
    told = {"direction": -1, "top": 14, "bottom": 12, "swing_index": 1, "extreme_index": 2, "confirmed_index": 5}
    breakers = table(Breakers, **{name: [value] for name, value in told.items()})
    pools, turned = sell_side(2, 2, side=1), gap(4, 15, 13, direction=-1)
    candles = upside_down(UNICORN_CANDLES)
    found = gaps_in_breakers(candles, breakers, turned, sweeps_of(pools, len(candles)))
    assert rows(found) == [(5, 5, -1, 13.0, 17.0, 2, 4)]
