"""The 00:00, 08:30 and 09:30 New York opens of a trading day: each None until the bar that shows it has closed."""

from datetime import UTC, datetime

import pytest

from tools.candles import Candles
from tools.sessions import OpeningPrices, opening_prices
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay


def at(text: str) -> int:
    """Read ``2024-01-05 14:30`` as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def candles(timeframe: Timeframe, *bars: tuple[str, float]) -> Candles:
    times = [at(moment) for moment, _ in bars]
    prices = [price for _, price in bars]
    return Candles.from_columns(dict.fromkeys(("open", "high", "low", "close"), prices) | {"time": times}, timeframe)


DAY = candles(
    Timeframe.M15,
    ("2024-01-11 04:45", 1.0), ("2024-01-11 05:00", 2.0), ("2024-01-11 05:15", 3.0),
    ("2024-01-11 13:15", 4.0), ("2024-01-11 13:30", 5.0), ("2024-01-11 14:45", 6.0),
    ("2024-01-11 23:00", 7.0),
)  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2024-01-11 05:00", OpeningPrices(None, None, None)),
        ("2024-01-11 05:14", OpeningPrices(None, None, None)),  # the bar of 00:00 has not closed
        ("2024-01-11 05:15", OpeningPrices(2.0, None, None)),
        ("2024-01-11 13:45", OpeningPrices(2.0, 5.0, None)),
        ("2024-01-11 14:45", OpeningPrices(2.0, 5.0, None)),  # no bar at 09:30: the first after it counts
        ("2024-01-11 15:00", OpeningPrices(2.0, 5.0, 6.0)),
        ("2024-01-11 21:59", OpeningPrices(2.0, 5.0, 6.0)),
        ("2024-01-11 22:00", OpeningPrices(None, None, None)),  # the next trading day knows nothing yet
        ("2024-01-12 04:00", OpeningPrices(None, None, None)),  # 23:00 UTC is before its midnight
        ("2024-01-10 21:00", OpeningPrices(None, None, None)),
    ],
)
def test_opening_prices_are_known_when_their_bar_has_closed(moment: str, expected: OpeningPrices) -> None:
    assert opening_prices(DAY, at(moment)) == expected


def test_opening_prices_need_no_later_bars() -> None:
    for bars in range(len(DAY)):
        moment = int(DAY.end[bars])
        assert opening_prices(DAY, moment) == opening_prices(DAY[: bars + 1], moment)


def test_bars_too_coarse_to_show_the_time_show_no_price() -> None:
    hours = candles(Timeframe.H1, ("2024-01-11 05:00", 2.0), ("2024-01-11 13:00", 4.0), ("2024-01-11 14:00", 5.0))

    assert opening_prices(hours, at("2024-01-11 20:00")) == OpeningPrices(2.0, None, None)


def test_a_day_without_bars_after_the_time_has_no_open() -> None:
    assert opening_prices(DAY[:3], at("2024-01-11 20:00")) == OpeningPrices(2.0, None, None)
    assert opening_prices(DAY[:0], at("2024-01-11 20:00")) == OpeningPrices(None, None, None)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (1, OpeningPrices(2.0, 5.0, 6.0)),  # begins at midnight
        (2, OpeningPrices(None, 5.0, 6.0)),  # at 00:15
        (4, OpeningPrices(None, 5.0, 6.0)),  # at 08:30
        (5, OpeningPrices(None, None, None)),  # at 09:45
    ],
)
def test_candles_that_begin_after_the_time_do_not_know_its_price(first: int, expected: OpeningPrices) -> None:
    assert opening_prices(DAY[first:], at("2024-01-11 21:59")) == expected


def test_opening_prices_of_a_utc_day_are_new_yorks_clock_times_in_it() -> None:
    assert opening_prices(DAY, at("2024-01-11 23:30"), TradingDay.UTC_00) == OpeningPrices(2.0, 5.0, 6.0)
