"""Resampling: complete bars only, anchored to the UTC hour or to the trading day."""

from datetime import datetime
from typing import Any

import pytest

from tests.tools.hand_drawn import draw, draw_at, flat, line
from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.resample import closed_by, last_close, resample
from tools.timeframes import Timeframe
from tools.times import iso_utc
from tools.trading_day import TradingDay

NEW_YORK_17, UTC_00 = TradingDay.NEW_YORK_17, TradingDay.UTC_00


def opens_of(candles: Candles) -> list[str]:
    """Return the bars' opening times as text."""
    return [iso_utc(at) for at in candles.time.tolist()]


def quiet(start: str, bars: int, timeframe: Timeframe = Timeframe.H1) -> Candles:
    """Draw bars that do not move, without a gap."""
    return draw(*flat(bars, 10), timeframe=timeframe, start=start)


def test_a_higher_bar_holds_the_first_open_the_extremes_the_last_close_and_all_volume() -> None:
    """Four quarters of an hour."""
    bars: dict[str, Any] = {
        "open": [10, 12, 11, 9],
        "high": [12, 15, 12, 10],
        "low": [9, 11, 8, 9],
        "close": [12, 11, 9, 10],
    }
    times = ["2024-01-10T12:00:00Z", "2024-01-10T12:15:00Z", "2024-01-10T12:30:00Z", "2024-01-10T12:45:00Z"]
    hour = resample(Candles.from_columns({"time": times, "volume": [1, 2, 3, 4], **bars}, "15m"), Timeframe.H1, UTC_00)
    assert opens_of(hour) == ["2024-01-10T12:00:00Z"]
    assert [getattr(hour, name).tolist() for name in ("open", "high", "low", "close", "volume")] == [
        [10],
        [15],
        [8],
        [10],
        [10],
    ]


@pytest.mark.parametrize(("bars", "complete"), [(3, 0), (4, 1), (5, 1), (7, 1), (8, 2)])
def test_a_bar_exists_only_once_it_is_complete(bars: int, complete: int) -> None:
    """The fourth quarter's close completes the hour; three quarters do not."""
    assert len(resample(quiet("2024-01-10T12:00:00Z", bars, Timeframe.M15), Timeframe.H1, UTC_00)) == complete


def test_a_bar_that_opens_at_or_after_the_end_completes_it_too() -> None:
    """The last quarters are missing, as before a weekend; the next bar comes two days later."""
    early = [("2024-01-12T21:00:00Z", (10.0, 11.0, 9.0, 10.0)), ("2024-01-12T21:15:00Z", (10.0, 12.0, 9.0, 10.0))]
    assert len(resample(draw_at(*early, timeframe=Timeframe.M15), Timeframe.H1, NEW_YORK_17)) == 0
    for reopening in ("2024-01-12T22:00:00Z", "2024-01-14T22:00:00Z"):
        later = draw_at(*early, (reopening, (10, 10, 10, 10)), timeframe=Timeframe.M15)
        assert opens_of(resample(later, Timeframe.H1, NEW_YORK_17)) == ["2024-01-12T21:00:00Z"]


@pytest.mark.parametrize(
    ("start", "trading_day", "expected"),
    [
        ("2024-01-09T22:00:00Z", NEW_YORK_17, ["22:00", "02:00", "06:00", "10:00", "14:00", "18:00"]),
        ("2024-07-09T21:00:00Z", NEW_YORK_17, ["21:00", "01:00", "05:00", "09:00", "13:00", "17:00"]),
        ("2024-01-10T00:00:00Z", UTC_00, ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"]),
    ],
)
def test_four_hour_bars_count_from_the_trading_day(start: str, trading_day: TradingDay, expected: list[str]) -> None:
    """17:00 New York in winter and in summer, and midnight UTC."""
    bars = resample(quiet(start, 24), Timeframe.H4, trading_day)
    assert [text[11:16] for text in opens_of(bars)] == expected


def test_the_short_day_in_march_has_a_short_last_block() -> None:
    """23 hours from Saturday 17:00 make five blocks of four hours and one of three."""
    bars = resample(quiet("2024-03-09T22:00:00Z", 23 + 4), Timeframe.H4, NEW_YORK_17)
    assert [text[5:16] for text in opens_of(bars)] == [
        "03-09T22:00", "03-10T02:00", "03-10T06:00", "03-10T10:00", "03-10T14:00", "03-10T18:00", "03-10T21:00",
    ]  # fmt: skip


@pytest.mark.parametrize(("start", "hours"), [("2024-03-09T22:00:00Z", 23), ("2024-11-02T21:00:00Z", 25)])
def test_a_short_last_block_is_complete_with_its_day(start: str, hours: int) -> None:
    """It does not wait for four hours it never has."""
    before = resample(quiet(start, hours - 1), Timeframe.H4, NEW_YORK_17)
    assert len(resample(quiet(start, hours), Timeframe.H4, NEW_YORK_17)) == len(before) + 1


def test_the_long_day_in_november_has_a_block_of_one_hour() -> None:
    """25 hours make six blocks of four hours and one of one; none reaches into the next day."""
    bars = resample(quiet("2024-11-02T21:00:00Z", 25 + 4), Timeframe.H4, NEW_YORK_17)
    assert [text[5:16] for text in opens_of(bars)][-3:] == ["11-03T17:00", "11-03T21:00", "11-03T22:00"]


def test_days_are_23_and_25_hours_long_at_the_clock_changes() -> None:
    """Each is complete with the hour that ends it."""
    for start, hours in (("2024-03-09T22:00:00Z", 23), ("2024-11-02T21:00:00Z", 25), ("2024-01-09T22:00:00Z", 24)):
        assert len(resample(quiet(start, hours - 1), Timeframe.D1, NEW_YORK_17)) == 0
        assert opens_of(resample(quiet(start, hours), Timeframe.D1, NEW_YORK_17)) == [start]


def test_a_week_opens_on_sunday_at_17_and_is_complete_a_week_later() -> None:
    """Friday's last hour does not complete it; Sunday's first does."""
    week = quiet("2024-01-07T22:00:00Z", 5 * 24)
    assert len(resample(week, Timeframe.W1, NEW_YORK_17)) == 0
    rows = [*week.to_rows(), {**week.to_rows()[-1], "time": "2024-01-14T22:00:00Z"}]
    assert opens_of(resample(Candles.from_rows(rows, "1h"), Timeframe.W1, NEW_YORK_17)) == ["2024-01-07T22:00:00Z"]


def test_a_crypto_week_starts_on_monday_in_utc() -> None:
    """Seven days from Monday 00:00."""
    assert opens_of(resample(quiet("2024-01-08T00:00:00Z", 7 * 24), Timeframe.W1, UTC_00)) == ["2024-01-08T00:00:00Z"]


def test_months_have_their_own_length() -> None:
    """February 2024 has 29 days; March is not over."""
    bars = resample(quiet("2024-02-01T00:00:00Z", 29 + 30, Timeframe.D1), Timeframe.MO1, UTC_00)
    assert opens_of(bars) == ["2024-02-01T00:00:00Z"]
    assert bars.end.tolist() == [int(datetime.fromisoformat("2024-03-01T00:00:00Z").timestamp())]


def test_a_month_from_17_ends_with_its_last_trading_day() -> None:
    """It opens on the last evening of the month before and never closes early, but for an hour of a clock change."""
    months = resample(quiet("2023-12-31T22:00:00Z", 24 * 400), Timeframe.MO1, NEW_YORK_17)
    assert len(months) == 13
    off = months.end[:-1] - months.time[1:]
    assert abs(off).max() <= 3600


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("2025-03-02T22:00:00Z", "2025-03-09T21:00:00Z"),  # an hour shorter: clocks go forward in New York
        ("2025-10-26T21:00:00Z", "2025-11-02T22:00:00Z"),  # an hour longer
        ("2025-11-02T22:00:00Z", "2025-11-09T22:00:00Z"),
    ],
)
def test_a_week_closes_where_the_next_begins(opened: str, closed: str) -> None:
    """Seven days of the New York clock later, not of seconds."""
    weeks = resample(quiet("2025-01-05T22:00:00Z", 24 * 7 * 50), Timeframe.W1, NEW_YORK_17)
    over = int(datetime.fromisoformat(closed).timestamp())
    then = closed_by(weeks, NEW_YORK_17, over)
    assert opens_of(then)[-1] == opened
    assert last_close(then, NEW_YORK_17) == over
    assert closed_by(weeks, NEW_YORK_17, over - 1) == then[:-1]
    assert closed_by(then, NEW_YORK_17, over + 10**9) == then


def test_before_the_first_close_nothing_had_closed() -> None:
    """Nor had anything of no bars."""
    bars = quiet("2024-01-10T12:00:00Z", 3)
    assert closed_by(bars, UTC_00, int(bars.time[0])) == bars[:0]
    assert closed_by(bars[:0], UTC_00, 10**10) == bars[:0]


def test_the_own_timeframe_is_given_back_as_it_is() -> None:
    """Nothing to do."""
    base = quiet("2024-01-10T12:00:00Z", 5)
    assert resample(base, Timeframe.H1, NEW_YORK_17) == base


@pytest.mark.parametrize(
    ("base", "wanted"), [(Timeframe.H1, Timeframe.M15), (Timeframe.M10, Timeframe.M15), (Timeframe.W1, Timeframe.MO1)]
)
def test_what_cannot_be_built_is_refused(base: Timeframe, wanted: Timeframe) -> None:
    """A shorter timeframe, or one the base does not divide."""
    with pytest.raises(InvalidParameter) as caught:
        resample(quiet("2024-01-10T12:00:00Z", 5, base), wanted, NEW_YORK_17)
    assert caught.value.field == "timeframe"


def test_no_bars_make_no_bars() -> None:
    """Empty in, empty out, of the timeframe asked for."""
    empty = resample(draw(), Timeframe.D1, NEW_YORK_17)
    assert (len(empty), empty.timeframe) == (0, Timeframe.D1)


def test_volume_and_extremes_do_not_leak_between_bars() -> None:
    """A path up and down again: each hour has its own extremes."""
    hours = resample(draw(*line(10, 11, 12, 13, 12, 11, 10, 9), timeframe=Timeframe.M15), Timeframe.H1, UTC_00)
    assert list(
        zip(hours.open.tolist(), hours.high.tolist(), hours.low.tolist(), hours.close.tolist(), strict=True)
    ) == [
        (10, 13, 10, 13),
        (13, 13, 9, 9),
    ]
