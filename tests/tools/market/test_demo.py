"""The simulated market: the same bars whichever window is asked for, and behaviour worth looking at."""

import asyncio
from itertools import pairwise
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.candle_checks import assert_keeps_the_rules
from tools.candles import Candles
from tools.instruments import instrument, known_instruments
from tools.market.demo import DemoMarketData
from tools.market.price_level import PriceLevel
from tools.market.selection import joined
from tools.market.simulator import simulated_days, simulated_minutes, week_of
from tools.market_hours import open_mask
from tools.resample import resample
from tools.sessions import kill_zone_windows
from tools.timeframes import Timeframe
from tools.trading_day import new_york_clock

NOW: Final = 1_717_600_500  # Wednesday 2024-06-05 15:15 UTC
SYMBOLS: Final = ("EURUSD", "USDJPY", "XAUUSD", "NQ", "6E", "BTCUSD")


def ask(symbol: str, timeframe: Timeframe, *, limit: int = 100, until: int = NOW, seed: int = 5) -> Candles:
    return asyncio.run(DemoMarketData(seed, clock=lambda: NOW).candles(symbol, timeframe, limit=limit, until=until))


def weeks(symbol: str, count: int, seed: int = 5) -> Candles:
    last = week_of(NOW, instrument(symbol))
    return joined([simulated_minutes(seed, symbol, week) for week in range(last - count, last)])


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SYMBOLS), st.integers(1_000_000_000, NOW), st.integers(1, 3000), st.integers(0, 100_000))
def test_a_minute_has_one_bar_whichever_window_is_asked_for(symbol: str, until: int, limit: int, later: int) -> None:
    bars = ask(symbol, Timeframe.M1, limit=limit, until=until)
    wider = ask(symbol, Timeframe.M1, limit=2 * limit + later // 60, until=min(NOW, until + later))

    known = {row["time"]: row for row in wider.to_rows()}
    assert all(known.get(row["time"], row) == row for row in bars.to_rows())
    assert set(bars.time.tolist()) <= set(wider.time.tolist())


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_week_does_not_depend_on_what_was_simulated_before(symbol: str) -> None:
    week = week_of(NOW, instrument(symbol))
    kept = simulated_minutes(5, symbol, week)
    simulated_minutes.cache_clear()

    assert simulated_minutes(5, symbol, week) == kept


def test_seeds_and_symbols_make_different_markets() -> None:
    week = week_of(NOW, instrument("EURUSD"))
    markets = [simulated_minutes(seed, symbol, week) for seed in (-1, 0, 1) for symbol in ("EURUSD", "GBPUSD")]

    assert len({market.sha256 for market in markets}) == 6


def test_nothing_after_the_clock_is_shown() -> None:
    assert ask("BTCUSD", Timeframe.M1, until=NOW + 10**7).end[-1] == NOW


@pytest.mark.parametrize("one", known_instruments(), ids=lambda one: one.symbol)
def test_every_instrument_has_valid_bars_on_its_grid_in_its_hours(one: object) -> None:
    market = instrument(getattr(one, "symbol", ""))
    minutes = simulated_minutes(5, market.symbol, week_of(NOW, market))

    assert_keeps_the_rules(minutes)
    assert open_mask(minutes.time, market).all()
    ticks = minutes.close / market.tick_size
    assert np.abs(ticks - np.rint(ticks)).max() < 1e-3
    assert np.exp(PriceLevel.of(5, market).center) / 4 < minutes.close[0] < np.exp(PriceLevel.of(5, market).center) * 4
    assert (minutes.volume > 0).all()


@pytest.mark.parametrize(
    ("symbol", "minutes_a_week"),
    [("EURUSD", 5 * 24 * 60), ("XAUUSD", 5 * 24 * 60), ("ES", 5 * 23 * 60), ("BTCUSD", 7 * 24 * 60)],
)
@pytest.mark.parametrize("at", [NOW, 1_710_000_000, 1_710_200_000, 1_730_600_000, 1_730_800_000])
def test_weeks_are_as_long_as_the_market_is_open_also_when_the_clocks_change(
    symbol: str, minutes_a_week: int, at: int
) -> None:
    assert len(simulated_minutes(5, symbol, week_of(at, instrument(symbol)))) == minutes_a_week


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_days_and_longer_bars_are_what_the_minutes_make(symbol: str) -> None:
    minutes, market = weeks(symbol, 12), instrument(symbol)
    until = int(minutes.end[-1])
    for timeframe, limit in ((Timeframe.D1, 40), (Timeframe.W1, 9), (Timeframe.MO1, 1)):
        expected = resample(minutes, timeframe, market.trading_day)
        assert ask(symbol, timeframe, limit=limit, until=until) == expected[-limit:]


@pytest.mark.parametrize("symbol", ["EURUSD", "BTCUSD"])
@pytest.mark.parametrize("timeframe", [Timeframe.D1, Timeframe.W1, Timeframe.MO1])
def test_a_long_bar_appears_with_the_minute_that_completes_it(symbol: str, timeframe: Timeframe) -> None:
    market = instrument(symbol)
    minutes = weeks(symbol, 10)
    for until in range(int(minutes.time[-7 * 1440]), int(minutes.end[-1]), 3 * 3600 + 60):
        seen = minutes[: int(np.searchsorted(minutes.end, until, side="right"))]
        expected = resample(seen, timeframe, market.trading_day)
        assert ask(symbol, timeframe, limit=1, until=until) == expected[-1:]


def test_weeks_join_without_a_jump_but_the_weekends_gap() -> None:
    week = week_of(NOW, instrument("BTCUSD"))
    first, second = (simulated_minutes(5, "BTCUSD", one) for one in (week, week + 1))
    forex = [simulated_minutes(5, "EURUSD", one) for one in range(week - 20, week)]
    gaps = [abs(after.open[0] / before.close[-1] - 1) for before, after in pairwise(forex)]

    assert second.open[0] == first.close[-1]
    assert 0 < np.median(gaps) < 0.004


def test_the_path_far_away_is_as_near_its_center() -> None:
    level = PriceLevel.of(5, instrument("EURUSD"))
    logarithms = [level.close(week) for week in (*range(0, 10_000, 37), 10**6, -(10**6))]

    assert max(abs(one - level.center) for one in logarithms) < 0.6
    steps = np.diff([level.close(week) for week in range(2000)])
    assert 0.7 < np.std(steps) / level.weekly_volatility < 1.3


def test_london_and_new_york_are_livelier_than_asia_and_lunch() -> None:
    for symbol, busy in (("EURUSD", (2, 5)), ("EURUSD", (8, 10)), ("NQ", (9.5, 11))):
        minutes = weeks(symbol, 12)
        clock, _ = new_york_clock(minutes.time)
        size = (minutes.high - minutes.low) / minutes.close

        def mean(start: float, end: float, clock: np.ndarray = clock, size: np.ndarray = size) -> float:
            return float(size[(clock >= start * 60) & (clock < end * 60)].mean())

        assert mean(*busy) > 1.5 * mean(20, 24)
        assert mean(*busy) > 1.3 * mean(12, 13)


@pytest.mark.parametrize("symbol", ["EURUSD", "NQ", "BTCUSD"])
def test_asias_extremes_are_run_and_closed_back_from_on_most_days(symbol: str) -> None:
    quarters = resample(weeks(symbol, 12), Timeframe.M15, instrument(symbol).trading_day)
    days = swept = 0
    for name, start, end in kill_zone_windows(int(quarters.time[0]), int(quarters.end[-1]), "forex"):
        first, after, until = np.searchsorted(quarters.time, [start, end, end + 8 * 3600])
        if name != "asia" or after - first < 10 or until - after < 20:
            continue
        high, low = quarters.high[first:after].max(), quarters.low[first:after].min()
        later = slice(after, until)
        above = (quarters.high[later] > high) & (quarters.close[later] < high)
        below = (quarters.low[later] < low) & (quarters.close[later] > low)
        days, swept = days + 1, swept + int(above.any() or below.any())

    assert days > 50
    assert swept > 0.6 * days


@pytest.mark.parametrize("symbol", ["EURUSD", "NQ", "BTCUSD"])
def test_gaps_and_displacement_are_as_common_as_in_real_candles(symbol: str) -> None:
    quarters = resample(weeks(symbol, 12), Timeframe.M15, instrument(symbol).trading_day)
    ranges = quarters.high - quarters.low
    average = np.convolve(ranges, np.ones(14) / 14, "valid")[:-1]
    displaced = np.abs(quarters.close - quarters.open)[14:] > 1.5 * average
    gaps = (quarters.low[2:] > quarters.high[:-2]) | (quarters.high[2:] < quarters.low[:-2])

    assert 0.02 < displaced.mean() < 0.1  # 0.05 in EURUSD's real quarters of an hour
    assert 0.1 < gaps.mean() < 0.3  # 0.21 there


def test_some_days_trend_and_some_range() -> None:
    days = joined([simulated_days(5, "EURUSD", week_of(NOW, instrument("EURUSD")) - back) for back in range(60, 0, -1)])
    share = np.abs(days.close - days.open) / (days.high - days.low)

    assert (share > 0.7).mean() > 0.15
    assert (share < 0.3).mean() > 0.15


def test_it_says_that_it_is_simulated() -> None:
    source = DemoMarketData(5, clock=lambda: NOW)
    health = asyncio.run(source.health())

    assert source.name == health.name == "demo"
    assert health.ok
    assert "simulated market, seed 5" in health.detail
    assert set(asyncio.run(source.symbols())) == {one.symbol for one in known_instruments()}
