"""Liquidity pools: the level, who made it, when it was taken, and whether that was a sweep or a run."""

from typing import Final

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, draw_at, flat
from tests.tools.reference.bars import Row
from tools.candles import Candles
from tools.liquidity import POOL_KINDS, SESSION_NAMES, detect_liquidity_pools
from tools.swings import detect_swings
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

PEAK: Final[list[Drawn]] = [(10, 10, 9, 9), (9, 12, 9, 10), (10, 10, 9, 10)]
"""A swing high of 12, confirmed by bar 2."""


def pools_of(
    candles: Candles,
    kind: str,
    side: int = 1,
    *,
    reclaim_bars: int = 1,
    trading_day: TradingDay = TradingDay.NEW_YORK_17,
    kill_zones: str = "forex",
) -> list[Row]:
    """Return the pools of one kind (a session's by its name) and side, by swings with one bar a side."""
    swings = detect_swings(candles, left=1, right=1)
    pools = detect_liquidity_pools(
        candles,
        internal=swings,
        external=swings,
        trading_day=trading_day,
        kill_zones=kill_zones,
        reclaim_bars=reclaim_bars,
    )
    rows = rows_of(pools)
    for row in rows:
        row["kind"] = SESSION_NAMES[row["session"]] if row["session"] >= 0 else POOL_KINDS[row["kind"]]
    return [row for row in rows if row["kind"] == kind and row["side"] == side]


def fate(pool: Row) -> tuple[int, int, int]:
    """Return where a pool was taken, swept and run."""
    return pool["taken_index"], pool["swept_index"], pool["run_index"]


def upside_down(bars: list[Drawn]) -> list[Drawn]:
    """Mirror bars about 10."""
    return [(20 - o, 20 - low, 20 - high, 20 - c) for o, high, low, c in bars]


FATES = [
    pytest.param([(10, 12, 10, 11)], 1, (-1, -1, -1), id="a high at the price takes nothing"),
    pytest.param([(10, 12.5, 10, 11)], 1, (3, 3, -1), id="a close back below is a sweep on that bar"),
    pytest.param([(10, 12.5, 10, 12)], 1, (3, -1, 3), id="a close at the price is not back below"),
    pytest.param([(10, 12.5, 10, 12.5)], 1, (3, -1, 3), id="a close above is a run"),
    pytest.param(
        [(10, 12.5, 10, 12.5), (12, 12.5, 10, 11)], 1, (3, -1, 3), id="a later close back is too late for one bar"
    ),
    pytest.param([(10, 12.5, 10, 12.5), (12, 12.5, 10, 11)], 2, (3, 4, -1), id="within two bars, that one counted"),
    pytest.param([(10, 12.5, 10, 12.5)], 2, (3, -1, -1), id="neither is known before the last of them"),
    pytest.param([(10, 12.5, 10, 12.5)] * 2, 2, (3, -1, 4), id="a run is confirmed at the last of them"),
    pytest.param([(10, 13, 10, 13)] * 3 + [(13, 13, 10, 10)], 3, (3, -1, 5), id="three bars without a close back"),
]


@pytest.mark.parametrize(("bars", "reclaim_bars", "expected"), FATES)
def test_what_becomes_of_a_swing_high(bars: list[Drawn], reclaim_bars: int, expected: tuple[int, int, int]) -> None:
    """Taken, then swept or run."""
    pool = pools_of(draw(*PEAK, *bars), "swing", reclaim_bars=reclaim_bars)[0]
    assert (pool["price"], pool["formed_index"], pool["confirmed_index"]) == (12, 1, 2)
    assert fate(pool) == expected


@pytest.mark.parametrize(("bars", "reclaim_bars", "expected"), FATES)
def test_what_becomes_of_a_swing_low(bars: list[Drawn], reclaim_bars: int, expected: tuple[int, int, int]) -> None:
    """The same table upside down."""
    pool = pools_of(draw(*upside_down([*PEAK, *bars])), "swing", -1, reclaim_bars=reclaim_bars)[0]
    assert (pool["price"], fate(pool)) == (8, expected)


def hills(*peaks: float, valley: float = 100) -> Candles:
    """Draw sixteen dojis eight high, then one-bar peaks parted by two low bars."""
    bars = [bar for peak in peaks for bar in ((100, peak, 100, 100), (valley, valley, 99, valley), (100, 100, 99, 100))]
    return draw(*[(100.0, 104.0, 96.0, 100.0)] * 16, *bars)


def equals_of(candles: Candles) -> list[tuple[float, int, int, int]]:
    """Return (price, members, confirming bar, superseding bar) of the buy-side equal pools after the quiet bars."""
    return [
        (row["price"], row["members"], row["confirmed_index"], row["superseded_index"])
        for row in pools_of(candles, "equal")
        if row["confirmed_index"] > 16
    ]


def test_two_highs_within_a_tenth_of_the_atr_are_equal() -> None:
    """The ATR is near 10 here: 120 and 120.5 are one pool at the higher, confirmed with the newer."""
    assert equals_of(hills(120, 120.5)) == [(120.5, 2, 20, -1)]
    assert equals_of(hills(120.5, 120)) == [(120.5, 2, 20, -1)]


def test_two_highs_further_apart_are_not() -> None:
    """Two points is more than a tenth of the ATR."""
    assert equals_of(hills(120, 122)) == []


def test_a_third_member_makes_a_pool_that_supersedes_the_smaller_one() -> None:
    """The pool of two is superseded at the bar that confirms the pool of three."""
    assert equals_of(hills(120, 120.5, 120.25)) == [(120.5, 2, 20, 23), (120.5, 3, 23, -1)]


def test_every_member_is_near_the_newest_not_near_each_other() -> None:
    """120 and 121.5 are too far apart; 120.75 is near both."""
    assert equals_of(hills(120, 121.5, 120.75)) == [(121.5, 3, 23, -1)]


def test_a_bar_above_them_in_between_parts_equal_highs() -> None:
    """The peak at 130 stands between the two at 120; that at 120.6 does not rise above the tolerance."""
    assert equals_of(hills(120, 130, 120)) == []
    assert (120.5, 3, 23, -1) in equals_of(hills(120, 120.5, 120))


def test_equal_highs_want_an_atr() -> None:
    """Before fourteen bars nothing says how near is equal."""
    assert pools_of(draw(*PEAK, *PEAK, *PEAK), "equal") == []


DAY: Final[list[tuple[str, Drawn]]] = [
    ("2024-01-09T21:00:00Z", (10, 30, 1, 10)),  # 16:00 in New York: the day before
    ("2024-01-09T22:00:00Z", (10, 12, 9, 10)),  # 17:00: the day begins
    ("2024-01-10T12:00:00Z", (10, 15, 8, 10)),
    ("2024-01-10T21:00:00Z", (10, 11, 7, 10)),  # 16:00: its last hour
]


def test_the_previous_day_runs_from_17_to_17_and_is_known_from_the_first_bar_after() -> None:
    """High 15 and low 7, three bars, complete."""
    candles = draw_at(*DAY, ("2024-01-10T22:00:00Z", (10, 10, 10, 10)))
    high, low = pools_of(candles, "previous_day")[-1], pools_of(candles, "previous_day", -1)[-1]
    assert (high["price"], high["formed_index"], high["confirmed_index"]) == (15, 2, 4)
    assert (low["price"], low["formed_index"], low["confirmed_index"]) == (7, 3, 4)
    assert (high["bars"], high["complete"], fate(high)) == (3, True, (-1, -1, -1))


def test_a_day_is_not_known_while_it_lasts() -> None:
    """Without a bar at or after its end there is only the day before."""
    assert [pool["price"] for pool in pools_of(draw_at(*DAY), "previous_day")] == [30]


def test_the_bar_that_opens_the_next_day_may_take_the_previous_one() -> None:
    """Known from that bar's open: taken and swept on the bar that confirms it."""
    candles = draw_at(*DAY, ("2024-01-10T22:00:00Z", (10, 16, 10, 12)))
    pool = pools_of(candles, "previous_day")[-1]
    assert (pool["confirmed_index"], fate(pool)) == (4, (4, 4, -1))


def test_the_first_day_of_a_chart_is_incomplete_unless_it_starts_with_it() -> None:
    """The chart's first bar opened an hour before that day ended."""
    candles = draw_at(*DAY, ("2024-01-10T22:00:00Z", (10, 10, 10, 10)))
    assert [(pool["bars"], pool["complete"]) for pool in pools_of(candles, "previous_day")] == [(1, False), (3, True)]
    from_its_start = draw_at(*DAY[1:], ("2024-01-10T22:00:00Z", (10, 10, 10, 10)))
    assert [(pool["bars"], pool["complete"]) for pool in pools_of(from_its_start, "previous_day")] == [(3, True)]


@pytest.mark.parametrize(
    ("trading_day", "prices"),
    [(TradingDay.UTC_00, [30]), (TradingDay.NEW_YORK_00, [30]), (TradingDay.NEW_YORK_17, [30, 15])],
)
def test_each_market_counts_its_own_days(trading_day: TradingDay, prices: list[float]) -> None:
    """At 23:00 UTC on the 10th neither the day in UTC nor that in New York is over."""
    candles = draw_at(*DAY, ("2024-01-10T23:00:00Z", (10, 10, 10, 10)))
    assert [pool["price"] for pool in pools_of(candles, "previous_day", trading_day=trading_day)] == prices


def test_after_a_weekend_the_previous_day_is_friday_and_the_previous_week_the_one_before() -> None:
    """On Sunday at 17:00 New York both the day and the week are new; the week before last is not meant."""
    candles = draw_at(
        ("2024-01-05T20:00:00Z", (10, 40, 9, 10)),  # the week before last
        ("2024-01-10T12:00:00Z", (10, 20, 9, 10)),  # Wednesday
        ("2024-01-12T12:00:00Z", (10, 15, 9, 10)),  # Friday
        ("2024-01-14T22:00:00Z", (10, 10, 10, 10)),  # Sunday 17:00
    )
    assert pools_of(candles, "previous_day")[-1]["price"] == 15
    weeks = pools_of(candles, "previous_week")
    assert [(pool["price"], pool["confirmed_index"], pool["bars"]) for pool in weeks] == [(40, 1, 1), (20, 3, 2)]


def test_a_month_ends_with_its_last_trading_day() -> None:
    """17:00 New York on 31 January belongs to February."""
    candles = draw_at(
        ("2024-01-31T21:00:00Z", (10, 20, 9, 10)),
        ("2024-01-31T22:00:00Z", (10, 30, 9, 10)),
        ("2024-02-29T22:00:00Z", (10, 10, 10, 10)),
    )
    months = pools_of(candles, "previous_month")
    assert [(pool["price"], pool["confirmed_index"]) for pool in months] == [(20, 1), (30, 2)]


LONDON: Final[list[tuple[str, Drawn]]] = [
    ("2024-01-10T06:45:00Z", (10, 30, 1, 10)),  # 01:45 in New York
    ("2024-01-10T07:00:00Z", (10, 12, 9, 10)),  # 02:00: London opens
    ("2024-01-10T09:45:00Z", (10, 14, 8, 10)),  # 04:45: its last quarter
    ("2024-01-10T10:00:00Z", (10, 40, 1, 10)),  # 05:00: half-open, no longer inside
]


def test_a_session_is_half_open_and_known_from_the_first_bar_after_it() -> None:
    """London 02:00 to 05:00: high 14, low 8; the bar at 05:00 takes both."""
    candles = draw_at(*LONDON, timeframe=Timeframe.M15)
    (high,), (low,) = pools_of(candles, "london"), pools_of(candles, "london", -1)
    assert (high["price"], high["bars"], high["complete"], fate(high)) == (14, 2, True, (3, 3, -1))
    assert (low["price"], low["confirmed_index"], fate(low)) == (8, 3, (3, 3, -1))


def test_a_session_is_not_known_while_it_lasts() -> None:
    """Its last quarter has closed, but no bar has opened at its end."""
    assert pools_of(draw_at(*LONDON[:3], timeframe=Timeframe.M15), "london") == []


def test_sessions_follow_new_york_through_its_clock_change() -> None:
    """Before 10 March 2024 London opens at 07:00 UTC, after it at 06:00."""
    candles = draw_at(
        ("2024-03-08T06:00:00Z", (10, 11, 9, 10)),
        ("2024-03-08T07:00:00Z", (10, 12, 9, 10)),
        ("2024-03-11T06:00:00Z", (10, 13, 9, 10)),
        ("2024-03-11T09:00:00Z", (10, 14, 9, 10)),
    )
    assert [pool["price"] for pool in pools_of(candles, "london")] == [12, 13]


def test_index_futures_have_their_own_morning() -> None:
    """08:30 to 11:00 there, 07:00 to 10:00 in forex."""
    candles = draw_at(
        ("2024-01-10T12:00:00Z", (10, 11, 9, 10)),  # 07:00
        ("2024-01-10T13:30:00Z", (10, 12, 9, 10)),  # 08:30
        ("2024-01-10T15:30:00Z", (10, 13, 9, 10)),  # 10:30
        ("2024-01-10T16:30:00Z", (10, 10, 9, 10)),  # 11:30
        timeframe=Timeframe.M30,
    )
    assert [pool["price"] for pool in pools_of(candles, "new_york_am")] == [12]
    assert [pool["price"] for pool in pools_of(candles, "new_york_am", kill_zones="index")] == [13]


@pytest.mark.parametrize(
    ("timeframe", "bars", "kinds"),
    [
        (Timeframe.H1, 60 * 24, {"session", "previous_day", "previous_week", "previous_month"}),
        (Timeframe.H4, 60 * 6, {"previous_day", "previous_week", "previous_month"}),
        (Timeframe.D1, 60, {"previous_day", "previous_week", "previous_month"}),
        (Timeframe.W1, 20, {"previous_week", "previous_month"}),
        (Timeframe.MO1, 20, {"previous_month"}),
    ],
)
def test_a_period_shorter_than_a_bar_has_no_pools(timeframe: Timeframe, bars: int, kinds: set[str]) -> None:
    """Sessions up to 1h, days up to 1D, weeks up to 1W."""
    candles = draw(*flat(bars, 10), timeframe=timeframe)
    pools = detect_liquidity_pools(
        candles,
        internal=detect_swings(candles),
        external=detect_swings(candles, left=5, right=5),
        trading_day=TradingDay.NEW_YORK_17,
        kill_zones="forex",
    )
    assert {POOL_KINDS[kind] for kind in pools.kind.tolist()} == kinds
