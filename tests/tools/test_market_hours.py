"""When markets are closed, and how many bars the open market had time for."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.instruments import Instrument, instrument
from tools.market_hours import bank_holiday, bank_holiday_at, bars_of_open_market, closed_reason, open_mask, opens_at
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

ACME = Instrument("ACME", "equity", 0.01, 1.0, 1.0, None, "USD", TradingDay.NEW_YORK_00, "index")
EVERY_CALENDAR = (*(instrument(symbol) for symbol in ("EURUSD", "ES", "6E", "CL", "BTCUSD")), ACME)


def market(symbol: str) -> Instrument:
    return ACME if symbol == "ACME" else instrument(symbol)


def at(text: str) -> int:
    """Read ``2024-01-05 14:30`` as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def quotes(moment: int, one: Instrument) -> bool:
    return bool(open_mask(np.array([moment], dtype=np.int64), one)[0])


# UTC; New York is five hours behind in winter and four in summer.
@pytest.mark.parametrize(
    ("symbol", "moment", "reason"),
    [
        ("ES", "2024-11-29 18:14", None),
        ("ES", "2024-11-29 18:15", "early_close"),  # the Friday after Thanksgiving, 13:15
        ("ES", "2024-11-29 21:59", "early_close"),
        ("ES", "2024-11-29 22:00", "weekend"),
        ("6E", "2024-11-29 18:15", "early_close"),
        ("CL", "2024-11-29 18:44", None),
        ("CL", "2024-11-29 18:45", "early_close"),
        ("ACME", "2024-11-29 21:59", None),  # extended hours to 17:00 on a day that ends early
        ("ACME", "2024-11-29 22:00", "early_close"),
        ("ACME", "2024-11-30 00:59", "early_close"),
        ("ACME", "2024-11-30 01:00", "daily_halt"),  # after 20:00, where every day ends
        ("ACME", "2024-11-30 05:00", "weekend"),
        ("EURUSD", "2024-11-29 18:15", None),
        ("BTCUSD", "2024-11-29 18:15", None),
        ("ES", "2024-07-03 17:14", None),
        ("ES", "2024-07-03 17:15", "early_close"),
        ("ES", "2024-07-03 20:59", "early_close"),
        ("ES", "2024-07-03 21:00", "bank_holiday"),  # the trading day of the 4th has begun
        ("GC", "2024-07-03 17:15", None),  # energy and metals trade that afternoon
        ("EURUSD", "2024-07-03 21:00", "bank_holiday"),
        ("ES", "2024-12-24 18:14", None),
        ("ES", "2024-12-24 18:15", "early_close"),
        ("ES", "2024-12-24 22:00", "bank_holiday"),
        ("ES", "2024-12-25 22:30", "daily_halt"),
        ("ES", "2024-12-25 23:00", None),
        ("ES", "2024-11-28 15:00", "bank_holiday"),
        ("ES", "2024-11-28 18:30", "bank_holiday"),  # Thanksgiving's own early close is within its holiday
        ("ES", "2024-11-28 23:00", None),
        ("GC", "2024-03-29 15:00", "bank_holiday"),  # Good Friday
        ("ACME", "2024-03-29 15:00", "bank_holiday"),
        ("EURUSD", "2024-03-29 15:00", None),
    ],
)
def test_holidays_and_early_closes(symbol: str, moment: str, reason: str | None) -> None:
    assert closed_reason(at(moment), market(symbol)) == reason


@pytest.mark.parametrize("symbol", ["ES", "6E", "CL", "GC"])
@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2024-03-07 21:59", None),
        ("2024-03-07 22:00", "daily_halt"),
        ("2024-03-07 22:59", "daily_halt"),
        ("2024-03-07 23:00", None),
        ("2024-03-08 22:00", "weekend"),
        ("2024-03-10 20:59", "weekend"),  # the Sunday of the spring change: everything an hour earlier in UTC
        ("2024-03-10 21:00", "daily_halt"),
        ("2024-03-10 22:00", None),
        ("2024-03-11 20:59", None),
        ("2024-03-11 21:00", "daily_halt"),
        ("2024-03-11 22:00", None),
        ("2024-10-31 21:30", "daily_halt"),
        ("2024-11-01 21:00", "weekend"),
        ("2024-11-03 21:59", "weekend"),  # the Sunday of the autumn change: an hour later again
        ("2024-11-03 22:00", "daily_halt"),
        ("2024-11-03 23:00", None),
        ("2024-11-04 22:30", "daily_halt"),
    ],
)
def test_futures_halt_from_17_to_18_new_york_across_both_clock_changes(
    symbol: str, moment: str, reason: str | None
) -> None:
    assert closed_reason(at(moment), market(symbol)) == reason
    assert quotes(at(moment), market(symbol)) == (reason is None)


@pytest.mark.parametrize(
    ("symbol", "moment", "made"),
    [
        ("EURUSD", "2024-12-25 15:00", True),  # closed to us, but quoted
        ("ES", "2024-12-25 15:00", False),
        ("ES", "2024-11-28 17:59", True),  # Thanksgiving, up to 13:00
        ("ES", "2024-11-28 18:00", False),
        ("CL", "2024-11-28 19:29", True),
        ("CL", "2024-11-28 19:30", False),
        ("ES", "2023-04-07 13:14", True),  # a Good Friday with a labour report, up to 09:15
        ("ES", "2023-04-07 13:15", False),
        ("CL", "2023-04-07 13:14", False),
        ("ACME", "2024-11-28 15:00", False),
        ("BTCUSD", "2024-12-25 15:00", True),
    ],
)
def test_prices_are_made_on_some_bank_holidays(symbol: str, moment: str, made: bool) -> None:
    assert quotes(at(moment), market(symbol)) == made
    assert symbol == "BTCUSD" or closed_reason(at(moment), market(symbol)) == "bank_holiday"


def test_bank_holidays_are_the_banks_and_for_exchanges_theirs_too() -> None:
    days = (date(2024, 3, 29), date(2024, 10, 14), date(2026, 7, 3), date(2025, 1, 9))

    assert [bank_holiday(day, market("EURUSD")) for day in days] == [None, "Columbus Day", None, None]
    assert [bank_holiday(day, market("BTCUSD")) for day in days] == [None] * 4
    assert [bank_holiday(day, market("ACME")) for day in days] == [
        "Good Friday", "Columbus Day", "Independence Day (observed)",
        "National Day of Mourning for former President Jimmy Carter",
    ]  # fmt: skip
    assert bank_holiday_at(at("2024-03-28 21:00"), market("ES")) == "Good Friday"
    assert bank_holiday_at(at("2024-03-28 20:59"), market("ES")) is None


@pytest.mark.parametrize("one", EVERY_CALENDAR, ids=lambda one: one.calendar)
def test_outside_1970_to_2100_every_week_is_regular(one: Instrument) -> None:
    monday = at("2024-01-22 00:00")
    week = np.arange(monday, monday + 7 * 86_400, 900, dtype=np.int64)

    for weeks in (-30_000, -2_818, 4_020, 100_000):
        there = week + weeks * 7 * 86_400
        assert (open_mask(there, one) == open_mask(week, one)).all()
        for far, near in zip(there[::5].tolist(), week[::5].tolist(), strict=True):
            assert closed_reason(far, one) == closed_reason(near, one)
            assert opens_at(far, one) - far == opens_at(near, one) - near
    assert bank_holiday(date(2150, 12, 25), one) is None
    assert bars_of_open_market(-(10**10), -(10**9), Timeframe.H1, one) == 0


@pytest.mark.parametrize(
    ("symbol", "moment", "reason"),
    [
        ("EURUSD", "1970-01-01 00:00", "bank_holiday"),
        ("ES", "1970-01-01 00:00", "bank_holiday"),
        ("ES", "1970-01-02 15:00", None),
        ("EURUSD", "2099-12-25 15:00", "bank_holiday"),
        ("ES", "2099-11-27 18:15", "early_close"),
        ("ES", "2100-12-30 22:30", "daily_halt"),
        ("BTCUSD", "2100-12-25 15:00", None),
    ],
)
def test_the_first_and_the_last_known_year_have_holidays(symbol: str, moment: str, reason: str | None) -> None:
    assert closed_reason(at(moment), market(symbol)) == reason


def test_an_instrument_may_keep_another_calendar_than_its_class() -> None:
    always = Instrument("OTC", "equity", 0.01, 1.0, 1.0, None, "USD", TradingDay.NEW_YORK_00, "index", "always")
    future = Instrument("SPOT", "metal", 0.01, 1.0, 1.0, "XAU", "USD", TradingDay.NEW_YORK_17, "forex", "cme_fx")

    assert closed_reason(at("2024-01-06 15:00"), always) is None
    assert closed_reason(at("2024-01-09 22:30"), future) == "daily_halt"


@pytest.mark.parametrize(
    ("symbol", "moment", "opens"),
    [
        ("EURUSD", "2024-01-09 15:00", "2024-01-09 15:00"),
        ("EURUSD", "2024-01-05 22:00", "2024-01-07 22:00"),
        ("ES", "2024-01-05 22:00", "2024-01-07 23:00"),
        ("ES", "2024-01-09 22:10", "2024-01-09 23:00"),
        ("ES", "2024-12-24 18:15", "2024-12-25 23:00"),
        ("ACME", "2024-11-29 22:00", "2024-12-02 09:00"),
        ("BTCUSD", "2024-01-06 15:00", "2024-01-06 15:00"),
    ],
)
def test_opening_again(symbol: str, moment: str, opens: str) -> None:
    assert opens_at(at(moment), market(symbol)) == at(opens)


MOMENTS = st.integers(0, 4_102_444_799) | st.integers(at("2023-01-01"), at("2026-12-31"))


@given(st.lists(MOMENTS | st.integers(-(10**11), 10**11), max_size=50), st.sampled_from(EVERY_CALENDAR))
def test_the_mask_of_many_is_the_mask_of_each(times: list[int], one: Instrument) -> None:
    together = open_mask(np.array(times, dtype=np.int64), one)

    assert together.tolist() == [quotes(moment, one) for moment in times]


@given(MOMENTS, st.sampled_from(EVERY_CALENDAR))
def test_what_may_be_traded_is_quoted_and_opens_at_once(moment: int, one: Instrument) -> None:
    opens = opens_at(moment, one)

    assert (closed_reason(moment, one) is None) == (opens == moment)
    assert closed_reason(opens, one) is None
    assert quotes(opens, one)
    assert opens == moment or closed_reason(opens - 1, one) is not None
    assert opens - moment < 10 * 86_400


@given(MOMENTS, st.integers(0, 5_000), st.sampled_from(EVERY_CALENDAR))
def test_minutes_are_counted_as_the_mask_shows_them(moment: int, minutes: int, one: Instrument) -> None:
    start = moment - moment % 60
    mask = open_mask(start + 60 * np.arange(minutes, dtype=np.int64), one)

    assert bars_of_open_market(start, start + 60 * minutes, Timeframe.M1, one) == mask.sum()


@pytest.mark.parametrize(
    ("symbol", "timeframe", "start", "end", "bars"),
    [
        ("EURUSD", "15m", "2024-01-10T14:00", "2024-01-10T14:00", 0),
        ("EURUSD", "15m", "2024-01-10T14:00", "2024-01-10T14:14", 0),
        ("EURUSD", "15m", "2024-01-10T14:00", "2024-01-10T15:00", 4),
        ("EURUSD", "1m", "2024-01-10T14:00", "2024-01-10T14:07", 7),
        ("EURUSD", "15m", "2024-01-12T22:00", "2024-01-14T22:00", 0),  # the weekend
        ("EURUSD", "15m", "2024-01-12T22:00", "2024-01-14T22:30", 2),
        ("ES", "15m", "2024-01-10T22:00", "2024-01-10T23:00", 0),  # the halt
        ("ES", "15m", "2024-11-29T18:00", "2024-11-29T22:00", 1),  # an early close
        ("ES", "15m", "2024-12-24T18:15", "2024-12-25T23:00", 0),  # and Christmas Day after it
        ("BTCUSD", "1h", "2024-01-12T22:00", "2024-01-14T22:00", 48),
        ("EURUSD", "1D", "2024-01-10T22:00", "2024-02-07T22:00", 20),
        ("EURUSD", "1D", "2024-01-10T22:00", "2024-02-07T21:59", 19),
        ("EURUSD", "1D", "2024-01-11T00:00", "2024-01-12T00:00", 1),  # daily bars of another clock
        ("ES", "1D", "2024-01-10T22:00", "2024-02-07T22:00", 20),
        ("ES", "1D", "2024-11-24T22:00", "2024-11-29T22:00", 5),  # two of them short
        ("ES", "1D", "2024-12-22T22:00", "2024-12-27T22:00", 4),  # none on Christmas Day
        ("ES", "1W", "2024-01-14T22:00", "2024-02-11T22:00", 4),
        ("ES", "1W", "2024-12-22T22:00", "2024-12-29T22:00", 1),
        ("EURUSD", "1mo", "2024-01-31T22:00", "2024-02-29T22:00", 1),
        ("EURUSD", "1mo", "2024-01-31T22:00", "2024-02-29T21:00", 0),
        ("ACME", "1D", "2024-01-11T05:00", "2024-02-08T05:00", 19),  # none on Martin Luther King Day
        ("BTCUSD", "1D", "2024-01-10T00:00", "2024-01-20T00:00", 10),
        ("BTCUSD", "1W", "2024-01-08T00:00", "2024-01-29T00:00", 3),
        ("BTCUSD", "1mo", "2024-01-01T00:00", "2024-03-01T00:00", 2),
        ("EURUSD", "4h", "2024-01-10T14:00", "2024-01-11T14:00", 6),
        ("EURUSD", "15m", "2024-01-10T15:00", "2024-01-10T14:00", 0),
    ],
)
def test_only_the_open_market_takes_time(symbol: str, timeframe: str, start: str, end: str, bars: int) -> None:
    assert bars_of_open_market(at(start), at(end), Timeframe(timeframe), market(symbol)) == bars


@pytest.mark.parametrize("one", EVERY_CALENDAR, ids=lambda one: one.calendar)
def test_no_times_have_no_mask(one: Instrument) -> None:
    assert open_mask(np.empty(0, dtype=np.int64), one).shape == (0,)
