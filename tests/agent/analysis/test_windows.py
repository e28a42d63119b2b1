"""Windows of one request: closed to the second, and telling of one market."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from agent.analysis.windows import check_windows, refuse_unclosed
from tests.agent.analysis.market import NOW, demo_candles
from tools.candles import Candles
from tools.errors import InvalidCandles
from tools.resample import resample
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

DAY = TradingDay.NEW_YORK_17


@pytest.fixture(scope="module")
def quarters() -> Candles:
    """Give 400 bars of 15 minutes."""
    return demo_candles("EURUSD", Timeframe.M15, until=NOW, bars=400)


def check(quarters: Candles, higher: Candles) -> None:
    check_windows({Timeframe.M15: quarters, higher.timeframe: higher}, DAY, int(quarters.end[-1]))


@pytest.mark.parametrize("timeframe", [Timeframe.H1, Timeframe.H4, Timeframe.D1])
def test_what_the_lower_bars_resample_to_agrees_with_them(quarters: Candles, timeframe: Timeframe) -> None:
    check(quarters, resample(quarters, timeframe, DAY))


@pytest.mark.parametrize("factor", [100.0, 1.01, 0.99])
def test_bars_of_another_market_are_named(quarters: Candles, factor: float) -> None:
    hours = resample(quarters, Timeframe.H1, DAY)
    prices = {name: getattr(hours, name) * factor for name in ("open", "high", "low", "close")}
    with pytest.raises(InvalidCandles, match=r"timeframe_bars\.1h\[0\] runs from") as caught:
        check(quarters, replace(hours, **prices))
    assert caught.value.index == 0


def test_one_strange_bar_is_named(quarters: Candles) -> None:
    hours = resample(quarters, Timeframe.H1, DAY)
    prices = {name: getattr(hours, name).copy() for name in ("open", "high", "low", "close")}
    for column in prices.values():
        column[7] *= 1.05
    with pytest.raises(InvalidCandles) as caught:
        check(quarters, replace(hours, **prices))
    assert (caught.value.field, caught.value.index) == ("timeframe_bars.1h", 7)


def test_two_feeds_may_differ_a_little(quarters: Candles) -> None:
    hours = resample(quarters, Timeframe.H1, DAY)
    prices = {name: getattr(hours, name) * 1.0004 for name in ("open", "high", "low", "close")}
    check(quarters, replace(hours, **prices))


def test_a_higher_timeframe_that_stopped_is_refused(quarters: Candles) -> None:
    hours = resample(quarters, Timeframe.H1, DAY)
    check(quarters, hours[:-1])
    with pytest.raises(InvalidCandles, match="bars before"):
        check(quarters, hours[:-3])


@pytest.mark.parametrize(
    ("timeframe", "opens", "closes", "trading_day"),
    [
        ("2h", "2024-01-10T06:00", "2024-01-10T08:00", DAY),
        ("4h", "2024-01-10T22:00", "2024-01-11T02:00", DAY),
        ("1D", "2024-01-10T22:00", "2024-01-11T22:00", DAY),
        ("1D", "2024-01-10T00:00", "2024-01-11T00:00", DAY),  # a broker's own day
        ("1D", "2024-01-10T00:00", "2024-01-11T00:00", TradingDay.UTC_00),
        ("1W", "2024-03-03T22:00", "2024-03-10T21:00", DAY),  # an hour shorter
        ("1W", "2024-10-27T21:00", "2024-11-03T22:00", DAY),  # an hour longer
        ("1mo", "2023-10-31T21:00", "2023-11-30T22:00", DAY),
    ],
)
def test_a_bar_is_refused_up_to_the_second_before_it_closes(
    timeframe: str, opens: str, closes: str, trading_day: TradingDay
) -> None:
    start, end = (int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) for text in (opens, closes))
    one = np.ones(1)
    bar = Candles.from_arrays(Timeframe(timeframe), np.array([start]), one, one, one, one, one)
    refuse_unclosed(bar, trading_day, end, field="bars", moment="now")
    with pytest.raises(InvalidCandles, match="unfinished"):
        refuse_unclosed(bar, trading_day, end - 1, field="bars", moment="now")
