"""Judas swings: beyond which opening, by when, taking what, and reversed on the same day; on 15-minute bars by hand."""

from collections.abc import Sequence
from datetime import date, time
from typing import Final

import numpy as np
import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw_at
from tools.candles import Candles
from tools.judas import Bias, JudasSwings, detect_judas_swings, midnight_bar
from tools.liquidity import LiquidityPools
from tools.structure_shift import MarketStructureShifts
from tools.timeframes import Timeframe

Pool = tuple[int, float, int, int]
"""Side, price, the bar it is drawn on, the bar that took it."""
Shift = tuple[int, int, int, int]
"""Direction, origin, the bar it is drawn on, the bar that confirmed it."""

LONDON: Final[tuple[tuple[str, Drawn], ...]] = (
    ("2024-01-10T04:45:00Z", (101, 102, 99, 100)),  # 23:45 in New York
    ("2024-01-10T05:00:00Z", (100, 101, 98, 99)),  # midnight: opens at 100
    ("2024-01-10T07:00:00Z", (99, 99, 95, 97)),
    ("2024-01-10T08:00:00Z", (97, 98, 93, 97)),  # 03:00: the extreme
    ("2024-01-10T08:15:00Z", (97, 104, 97, 103)),  # shifts structure
    ("2024-01-10T08:30:00Z", (103, 106, 102, 105)),  # and leaves a gap
)
SHIFT: Final[Shift] = (1, 3, 4, 5)
SELL_SIDE: Final[Pool] = (-1, 95.5, 0, 2)


def pools_of(*pools: Pool) -> LiquidityPools:
    """Return swing pools known from their first bar on; one whose taking bar is -1 still rests."""
    count = len(pools)
    side, price, formed, taken = (np.array([pool[place] for pool in pools]) for place in range(4))
    ones, never = np.ones(count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    return LiquidityPools(
        formed.astype(np.int64), formed.astype(np.int64), side.astype(np.int8), np.zeros(count, dtype=np.int8),
        never.astype(np.int8), price.astype(np.float64), ones, ones, ones.astype(np.bool_), taken.astype(np.int64),
        taken.astype(np.int64), never, never,
    )  # fmt: skip


def shifts_of(*shifts: Shift) -> MarketStructureShifts:
    """Return shifts of which only direction, origin and the two bars matter."""
    way, origin, formed, confirmed = (np.array([row[n] for row in shifts], dtype=np.int64) for n in range(4))
    price = np.full(len(shifts), 100.0)
    return MarketStructureShifts(
        formed, confirmed, way.astype(np.int8), price, origin, origin, formed, confirmed, origin, origin, price
    )


def judas_of(
    candles: Candles,
    shifts: Sequence[Shift] = (SHIFT,),
    pools: Sequence[Pool] = (SELL_SIDE,),
    until: time = time(10),
    bias: Bias | None = None,
) -> JudasSwings:
    """Return the Judas swings of hand-made shifts and pools."""
    return detect_judas_swings(candles, shifts_of(*shifts), pools_of(*pools), until, bias)


def changed(**bars: Drawn) -> Candles:
    """Return the London morning with some bars, named ``bar_<index>``, drawn otherwise."""
    return draw_at(
        *[(at, bars.get(f"bar_{index}", bar)) for index, (at, bar) in enumerate(LONDON)], timeframe=Timeframe.M15
    )


def test_a_move_below_the_midnight_open_that_takes_a_pool_and_is_reversed() -> None:
    """Drawn on the extreme, confirmed with the shift; it names the opening and the pool."""
    (row,) = rows_of(judas_of(changed()))
    assert row == {
        "formed_index": 3, "confirmed_index": 5, "direction": 1, "opening": 0, "open_price": 100.0, "price": 93.0,
        "shift_index": 4, "pool_index": 0, "pool_price": 95.5,
    }  # fmt: skip


def test_a_move_above_the_open_mirrors_it() -> None:
    """Buy-side liquidity is taken, the day is bearish."""
    bars = [(at, (200 - o, 200 - low, 200 - high, 200 - c)) for at, (o, high, low, c) in LONDON]
    candles = draw_at(*bars, timeframe=Timeframe.M15)
    (row,) = rows_of(judas_of(candles, [(-1, 3, 4, 5)], [(1, 104.5, 0, 2)]))
    assert (row["direction"], row["open_price"], row["price"], row["pool_price"]) == (-1, 100.0, 107.0, 104.5)


def test_its_row_says_which_opening_and_its_name_is_its_own() -> None:
    """Two shifts from one extreme are two facts."""
    found = judas_of(changed(), [SHIFT, (1, 3, 5, 5)])
    rows = found.rows(changed())
    assert [row["id"] for row in rows] == [
        "judas:15m:bullish:00:00:2024-01-10T08:15:00Z:2024-01-10T08:00:00Z",
        "judas:15m:bullish:00:00:2024-01-10T08:30:00Z:2024-01-10T08:00:00Z",
    ]
    assert (rows[0]["opening"], rows[0]["shift_at"]) == ("00:00", "2024-01-10T08:15:00Z")


def test_rows_ascend_by_confirmation_then_by_extreme_and_shift() -> None:
    """Whatever the order of the shifts."""
    shifts = [(1, 2, 4, 5), (1, 3, 5, 5), (1, 2, 3, 5), (1, 3, 4, 4)]
    found = judas_of(changed(), shifts)
    rows = zip(found.confirmed_index.tolist(), found.formed_index.tolist(), found.shift_index.tolist(), strict=True)
    assert list(rows) == [(4, 3, 4), (5, 2, 3), (5, 2, 4), (5, 3, 5)]


@pytest.mark.parametrize(
    ("low", "holds"), [(99.5, True), (100, False), (100.5, False)], ids=["below", "at the open", "above"]
)
def test_the_extreme_lies_beyond_the_open(low: float, holds: bool) -> None:
    """Reaching the midnight open is not enough."""
    assert len(judas_of(changed(bar_3=(101, 102, low, 101)))) == holds


@pytest.mark.parametrize(
    ("pool", "holds"),
    [
        pytest.param((-1, 95.5, 0, 1), True, id="taken by the midnight bar"),
        pytest.param((-1, 95.5, 0, 3), True, id="taken by the extreme"),
        pytest.param((-1, 95.5, 0, 0), False, id="taken before midnight"),
        pytest.param((-1, 95.5, 0, 4), False, id="taken after the extreme"),
        pytest.param((-1, 95.5, 0, -1), False, id="never taken"),
        pytest.param((1, 95.5, 0, 2), False, id="of the other side"),
    ],
)
def test_a_pool_is_taken_between_the_open_and_the_extreme(pool: Pool, holds: bool) -> None:
    """Against the day's direction, by a bar from the opening bar to the extreme's."""
    assert len(judas_of(changed(), pools=[pool])) == holds


def test_no_pool_no_swing() -> None:
    """An empty table of pools, or of shifts."""
    assert len(judas_of(changed(), pools=[])) == 0
    assert len(judas_of(changed(), shifts=[])) == 0


def test_the_last_pool_is_named_and_of_several_at_once_the_most_extreme() -> None:
    """Bar 3 takes 94 and 93.5; 95.5 went earlier, 90 later."""
    pools = [(-1, 93.5, 1, 3), SELL_SIDE, (-1, 94, 2, 3), (-1, 90, 0, 5)]
    (row,) = rows_of(judas_of(changed(), pools=pools))
    assert (row["pool_index"], row["pool_price"]) == (1, 93.5)


@pytest.mark.parametrize(("until", "holds"), [(time(3, 0), False), (time(3, 1), True)])
def test_the_extreme_opens_before_the_hour(until: time, holds: bool) -> None:
    """Bar 3 opens at 03:00; the end is outside."""
    assert len(judas_of(changed(), until=until)) == holds


def test_the_extreme_before_midnight_belongs_to_the_day_before() -> None:
    """At 23:45 no morning of that day is left, whatever the hour."""
    assert len(judas_of(changed(), [(1, 0, 4, 5)], [(-1, 99.5, 0, 0)], until=time(23, 59))) == 0


def test_the_midnight_bar_itself_may_be_the_extreme() -> None:
    """It opens at 100, takes a pool and turns."""
    (row,) = rows_of(judas_of(changed(), [(1, 1, 4, 5)], [(-1, 98.5, 0, 1)]))
    assert (row["formed_index"], row["price"], row["open_price"]) == (1, 98.0, 100.0)


@pytest.mark.parametrize(("last", "holds"), [("2024-01-11T04:45:00Z", True), ("2024-01-11T05:00:00Z", False)])
def test_it_is_confirmed_on_the_same_date_in_new_york(last: str, holds: bool) -> None:
    """23:45 still is, midnight is not."""
    candles = draw_at(*LONDON[:5], (last, LONDON[5][1]), timeframe=Timeframe.M15)
    assert len(judas_of(candles)) == holds


def test_without_a_midnight_bar_the_first_after_it_shows_the_open() -> None:
    """The day opens at 02:00, at 99."""
    (row,) = rows_of(
        judas_of(draw_at(LONDON[0], *LONDON[2:], timeframe=Timeframe.M15), [(1, 2, 3, 4)], [(-1, 96, 0, 1)])
    )
    assert row["open_price"] == 99.0


def test_a_chart_that_begins_after_midnight_does_not_show_the_open() -> None:
    """Of 02:00 on there is no bar before, so its open is nobody's; from midnight on there need be none."""
    later = draw_at(*LONDON[2:], timeframe=Timeframe.M15)
    assert len(judas_of(later, [(1, 1, 2, 3)], [(-1, 96, 0, 1)])) == 0
    assert midnight_bar(later, date(2024, 1, 10)) is None
    whole = draw_at(*LONDON[1:], timeframe=Timeframe.M15)
    (row,) = rows_of(judas_of(whole, [(1, 2, 3, 4)], [(-1, 95.5, 0, 1)]))
    assert (row["open_price"], midnight_bar(whole, date(2024, 1, 10))) == (100.0, 0)


def test_a_chart_that_begins_after_midnight_still_shows_the_morning_open() -> None:
    """Its first bar is that of 08:15, the extreme lies below both its own open and that of 08:30."""
    candles = draw_at(*NEW_YORK[1:], timeframe=Timeframe.M15)
    (row,) = rows_of(judas_of(candles, [(1, 2, 3, 4)], [(-1, 106, 0, 2)]))
    assert (row["opening"], row["open_price"]) == (1, 110.0)


NEW_YORK: Final[tuple[tuple[str, Drawn], ...]] = (
    ("2024-01-10T05:00:00Z", (100, 101, 99, 100)),  # midnight: opens at 100
    ("2024-01-10T13:15:00Z", (111, 112, 109, 110)),  # 08:15
    ("2024-01-10T13:30:00Z", (110, 111, 107, 108)),  # 08:30: opens at 110
    ("2024-01-10T14:00:00Z", (108, 108, 103, 105)),  # 09:00: the extreme, still above midnight's 100
    ("2024-01-10T14:15:00Z", (105, 114, 105, 113)),
    ("2024-01-10T14:30:00Z", (113, 116, 112, 115)),
)


def test_a_move_that_spares_midnight_may_go_beyond_the_morning_open() -> None:
    """Below the 08:30 open, taking a pool since."""
    (row,) = rows_of(judas_of(draw_at(*NEW_YORK, timeframe=Timeframe.M15), pools=[(-1, 106, 0, 3)]))
    assert (row["opening"], row["open_price"], row["price"]) == (1, 110.0, 103.0)


@pytest.mark.parametrize(("taken", "holds"), [(2, True), (1, False)], ids=["at 08:30", "at 08:15"])
def test_the_morning_move_takes_its_own_pool(taken: int, holds: bool) -> None:
    """What went before 08:30 does not count for it."""
    candles = draw_at(*NEW_YORK, timeframe=Timeframe.M15)
    assert len(judas_of(candles, pools=[(-1, 109.5, 0, taken)])) == holds


def test_midnight_comes_first_where_both_opens_are_passed() -> None:
    """Below 100 and below 110."""
    bars = [*NEW_YORK[:3], (NEW_YORK[3][0], (108, 108, 97, 105)), *NEW_YORK[4:]]
    (row,) = rows_of(judas_of(draw_at(*bars, timeframe=Timeframe.M15), pools=[(-1, 106, 0, 3)]))
    assert (row["opening"], row["open_price"]) == (0, 100.0)


def test_hours_do_not_show_the_morning_open() -> None:
    """The bar of 08:00 spans 08:30; half hours show it."""
    times = ["05:00", "13:00", "14:00", "15:00", "16:00"]
    bars = [(f"2024-01-10T{at}:00Z", bar) for at, (_, bar) in zip(times, NEW_YORK[:1] + NEW_YORK[2:], strict=True)]
    shift, pool = (1, 2, 3, 4), (-1, 106, 0, 2)
    assert len(judas_of(draw_at(*bars, timeframe=Timeframe.H1), [shift], [pool])) == 0
    halves = [(at.replace("T13:00", "T13:30"), bar) for at, bar in bars]
    assert len(judas_of(draw_at(*halves, timeframe=Timeframe.M30), [shift], [pool])) == 1


@pytest.mark.parametrize(
    ("extreme", "opening", "holds"),
    [
        pytest.param("2024-03-10T13:45:00Z", "2024-03-10T05:00:00Z", True, id="09:45 after spring forward"),
        pytest.param("2024-03-10T14:00:00Z", "2024-03-10T05:00:00Z", False, id="10:00 after spring forward"),
        pytest.param("2024-03-10T13:45:00Z", "2024-03-10T12:30:00Z", True, id="08:30 after spring forward"),
        pytest.param("2024-11-03T14:45:00Z", "2024-11-03T04:00:00Z", True, id="09:45 after fall back"),
        pytest.param("2024-11-03T15:00:00Z", "2024-11-03T04:00:00Z", False, id="10:00 after fall back"),
        pytest.param("2024-11-03T14:45:00Z", "2024-11-03T13:30:00Z", True, id="08:30 after fall back"),
    ],
)
def test_the_new_york_clock_decides_on_the_days_it_changes(extreme: str, opening: str, holds: bool) -> None:
    """Midnight is before the change, 08:30 and 10:00 after it; the bar ahead of the opening opened elsewhere."""
    day = extreme[:10]
    before = f"{day}T03:45:00Z" if opening < f"{day}T06" else opening.replace(":30:", ":15:")
    bars: list[tuple[str, Drawn]] = [
        (before, (90, 91, 89, 90)),
        (opening, (100, 101, 99, 100)),
        (extreme, (99, 99, 95, 97)),
        (f"{day}T16:00:00Z", (97, 104, 97, 103)),
    ]
    rows = rows_of(judas_of(draw_at(*bars, timeframe=Timeframe.M15), [(1, 2, 3, 3)], [(-1, 96, 0, 2)]))
    assert [(row["open_price"], row["opening"]) for row in rows] == [(100.0, 0 if opening[11] == "0" else 1)] * holds


@pytest.mark.parametrize(("bias", "kept"), [(None, [1, -1]), ("bullish", [1]), ("bearish", [-1])])
def test_a_bias_keeps_the_swings_that_end_with_it(bias: Bias | None, kept: list[int]) -> None:
    """One of each way: bar 3 is low, bar 5 high."""
    shifts, pools = [SHIFT, (-1, 5, 5, 5)], [SELL_SIDE, (1, 105.5, 0, 5)]
    found = judas_of(changed(), shifts, pools, bias=bias)
    assert sorted(found.direction.tolist(), reverse=True) == kept


def test_bars_longer_than_an_hour_have_none() -> None:
    """Two hours are too long to show an opening."""
    hours: Sequence[tuple[str, Drawn]] = [
        (f"2024-01-10T{5 + 2 * at:02}:00:00Z", bar) for at, (_, bar) in enumerate(LONDON)
    ]
    assert len(judas_of(draw_at(*hours, timeframe=Timeframe.H2))) == 0


def test_no_bars_no_swings() -> None:
    """Empty candles give an empty table of the right types."""
    found = judas_of(changed()[:0], [], [])
    assert len(found) == 0
    assert (found.opening.dtype, found.price.dtype, found.pool_index.dtype) == (np.int8, np.float64, np.int64)
