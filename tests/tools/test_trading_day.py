"""Where days, weeks and months begin, through both clock changes of New York."""

from datetime import date, datetime, time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.reference.clock import day_starts_at, period_of, trading_date
from tests.tools.strategies import REPEATABLE
from tools.trading_day import (
    TradingDay,
    day_ordinals,
    day_start,
    month_ordinals,
    new_york_clock,
    new_york_epoch,
    next_month,
    trading_day_start,
    week_ordinals,
)

NEW_YORK_17, UTC_00, NEW_YORK_00 = TradingDay.NEW_YORK_17, TradingDay.UTC_00, TradingDay.NEW_YORK_00


def second(text: str) -> int:
    """Return the epoch second of an ISO time."""
    return int(datetime.fromisoformat(text).timestamp())


STARTS = [
    (NEW_YORK_17, "2024-01-10T21:59:59Z", "2024-01-09T22:00:00Z"),
    (NEW_YORK_17, "2024-01-10T22:00:00Z", "2024-01-10T22:00:00Z"),
    (NEW_YORK_17, "2024-07-10T20:59:59Z", "2024-07-09T21:00:00Z"),
    (NEW_YORK_17, "2024-07-10T21:00:00Z", "2024-07-10T21:00:00Z"),
    # spring forward, Sunday 10 March 2024 at 02:00: that trading day is 23 hours long
    (NEW_YORK_17, "2024-03-10T20:59:59Z", "2024-03-09T22:00:00Z"),
    (NEW_YORK_17, "2024-03-10T21:00:00Z", "2024-03-10T21:00:00Z"),
    # fall back, Sunday 3 November 2024 at 02:00: 25 hours
    (NEW_YORK_17, "2024-11-03T21:59:59Z", "2024-11-02T21:00:00Z"),
    (NEW_YORK_17, "2024-11-03T22:00:00Z", "2024-11-03T22:00:00Z"),
    (NEW_YORK_00, "2024-03-10T04:59:59Z", "2024-03-09T05:00:00Z"),
    (NEW_YORK_00, "2024-03-11T03:59:59Z", "2024-03-10T05:00:00Z"),
    (NEW_YORK_00, "2024-11-04T04:59:59Z", "2024-11-03T04:00:00Z"),
    (UTC_00, "2024-03-10T23:59:59Z", "2024-03-10T00:00:00Z"),
    (UTC_00, "2024-03-11T00:00:00Z", "2024-03-11T00:00:00Z"),
]


@pytest.mark.parametrize(("trading_day", "at", "start"), STARTS)
def test_a_trading_day_starts(trading_day: TradingDay, at: str, start: str) -> None:
    """The last second before a day's start belongs to the day before."""
    assert trading_day_start(np.array([second(at)]), trading_day).tolist() == [second(start)]


def test_a_day_from_17_is_named_by_the_date_on_which_it_ends() -> None:
    """Sunday 17:00 opens Monday, the first day of the week."""
    sunday_evening = np.array([second("2024-01-14T22:00:00Z")])
    monday = date(2024, 1, 15).toordinal()
    assert day_ordinals(sunday_evening, NEW_YORK_17).tolist() == [monday]
    assert week_ordinals(day_ordinals(sunday_evening, NEW_YORK_17)).tolist() == [monday]
    assert week_ordinals(day_ordinals(sunday_evening - 1, NEW_YORK_17)).tolist() == [monday - 7]


@pytest.mark.parametrize(
    ("name", "following"), [((2024, 1, 31), (2024, 2, 1)), ((2024, 2, 1), (2024, 3, 1)), ((2023, 12, 5), (2024, 1, 1))]
)
def test_months(name: tuple[int, int, int], following: tuple[int, int, int]) -> None:
    """A month starts with its first day and ends with the next one's."""
    ordinal = date(*name).toordinal()
    assert month_ordinals(np.array([ordinal])).tolist() == [date(*name).replace(day=1).toordinal()]
    assert next_month(ordinal) == date(*following).toordinal()


def test_the_new_york_clock_through_both_changes() -> None:
    """01:59 is followed by 03:00 in March, and by 01:00 again in November."""
    texts = [
        "2024-03-10T06:59:00Z",
        "2024-03-10T07:00:00Z",
        "2024-11-03T05:59:00Z",
        "2024-11-03T06:00:00Z",
        "2024-11-03T07:00:00Z",
    ]
    minutes, days = new_york_clock(np.array([second(text) for text in texts]))
    assert minutes.tolist() == [119, 180, 119, 60, 120]
    assert {date.fromordinal(day) for day in days.tolist()} == {date(2024, 3, 10), date(2024, 11, 3)}


def test_of_a_time_shown_twice_the_first_is_meant() -> None:
    """01:30 on 3 November 2024 is 05:30 UTC, and an hour later again."""
    assert new_york_epoch(date(2024, 11, 3), time(1, 30)) == second("2024-11-03T05:30:00Z")


def test_no_times_no_days() -> None:
    """Empty in, empty out."""
    assert trading_day_start(np.empty(0, dtype=np.int64), NEW_YORK_17).tolist() == []


MOMENTS = st.integers(second("2007-01-01T00:00:00Z"), second("2040-01-01T00:00:00Z"))


@REPEATABLE
@given(moments=st.lists(MOMENTS, min_size=1, max_size=30), trading_day=st.sampled_from(TradingDay))
def test_days_weeks_and_months_are_those_of_a_calendar(moments: list[int], trading_day: TradingDay) -> None:
    """Compared with one datetime at a time."""
    days = day_ordinals(np.array(moments), trading_day)
    assert days.tolist() == [trading_date(at, trading_day).toordinal() for at in moments]
    assert [day_start(int(day), trading_day) for day in days] == [
        day_starts_at(trading_date(at, trading_day), trading_day) for at in moments
    ]
    weeks = [day_start(int(day), trading_day) for day in week_ordinals(days)]
    months = [day_start(int(day), trading_day) for day in month_ordinals(days)]
    assert weeks == [period_of(at, "previous_week", trading_day)[0] for at in moments]
    assert months == [period_of(at, "previous_month", trading_day)[0] for at in moments]
