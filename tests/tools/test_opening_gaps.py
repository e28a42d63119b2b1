"""Opening gaps: what lies between the last close before the halt and the first open after it, on New York's clock."""

from typing import Final

import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, draw_at
from tools.errors import InvalidParameter
from tools.opening_gaps import NDOG, NWOG, OpeningGaps, detect_opening_gaps
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

NEW_YORK_17, UTC_00, NEW_YORK_00 = TradingDay.NEW_YORK_17, TradingDay.UTC_00, TradingDay.NEW_YORK_00
AT_10: Final[Drawn] = (9, 12, 8, 10)
"""A bar that closes at 10."""
FROM_11: Final[Drawn] = (11, 13, 7, 10)
"""A bar that opens at 11 and closes at 10; after one like it, it leaves a gap between 10 and 11."""


def gaps_at(
    *times: str, timeframe: Timeframe = Timeframe.H1, trading_day: TradingDay = NEW_YORK_17
) -> list[tuple[str, str]]:
    """Return the kind and the bar's time of every gap of bars that each open a point above the last close."""
    candles = draw_at(*[(time, FROM_11) for time in times], timeframe=timeframe)
    rows = detect_opening_gaps(candles, trading_day).rows(candles)
    return [(row["kind"], row["confirmed_at"]) for row in rows]


def day_gap(before: Drawn, *after: Drawn, keep: int = 5) -> OpeningGaps:
    """Return the gaps of bars of which the second opens a trading day."""
    return detect_opening_gaps(draw(before, *after, start="2024-01-10T21:00:00Z"), NEW_YORK_17, keep=keep)


def test_a_bullish_gap_is_drawn_and_confirmed_on_the_first_bar_after_the_halt() -> None:
    """Between the last close and the first open; wicks do not matter."""
    (found,) = rows_of(day_gap(AT_10, (11, 13, 7, 12)))
    assert (found["kind"], found["direction"], found["formed_index"], found["confirmed_index"]) == (NDOG, 1, 1, 1)
    assert (found["bottom"], found["middle"], found["top"]) == (10, 10.5, 11)


def test_a_bearish_gap_opens_lower() -> None:
    """The last close is its top."""
    (found,) = rows_of(day_gap(AT_10, (8, 13, 7, 12)))
    assert (found["direction"], found["bottom"], found["middle"], found["top"]) == (-1, 8, 9, 10)


def test_an_open_at_the_last_close_leaves_no_gap() -> None:
    """Whatever the bar does afterwards."""
    assert len(day_gap(AT_10, (10, 13, 7, 12))) == 0


CLOCKS = [
    pytest.param(["2024-01-10T21:00Z", "2024-01-10T22:00Z"], [("ndog", "2024-01-10T22:00:00Z")], id="17:00 in winter"),
    pytest.param(["2024-07-10T20:00Z", "2024-07-10T21:00Z"], [("ndog", "2024-07-10T21:00:00Z")], id="17:00 in summer"),
    pytest.param(["2024-01-10T20:00Z", "2024-01-10T21:00Z"], [], id="16:00"),
    pytest.param(["2024-07-10T21:00Z", "2024-07-10T22:00Z"], [], id="18:00"),
    pytest.param(["2024-01-10T12:00Z", "2024-01-10T15:00Z"], [], id="a pause within a day"),
    pytest.param(
        ["2024-01-10T21:00Z", "2024-01-10T23:00Z"], [("ndog", "2024-01-10T23:00:00Z")], id="after the halt hour"
    ),
    pytest.param(["2024-01-09T15:00Z", "2024-01-11T15:00Z"], [("ndog", "2024-01-11T15:00:00Z")], id="over a holiday"),
    pytest.param(["2024-01-12T21:00Z", "2024-01-14T22:00Z"], [("nwog", "2024-01-14T22:00:00Z")], id="a weekend"),
    pytest.param(
        ["2024-01-10T21:00Z", "2024-01-16T15:00Z"], [("nwog", "2024-01-16T15:00:00Z")], id="days and a weekend"
    ),
    pytest.param(["2024-03-08T21:00Z", "2024-03-10T21:00Z"], [("nwog", "2024-03-10T21:00:00Z")], id="spring forward"),
    pytest.param(["2024-11-01T20:00Z", "2024-11-03T22:00Z"], [("nwog", "2024-11-03T22:00:00Z")], id="fall back"),
    pytest.param(["2024-03-07T21:00Z", "2024-03-07T22:00Z"], [("ndog", "2024-03-07T22:00:00Z")], id="Thursday before"),
    pytest.param(["2024-03-11T20:00Z", "2024-03-11T21:00Z"], [("ndog", "2024-03-11T21:00:00Z")], id="Monday after"),
    pytest.param(
        ["2024-01-12T21:00Z", "2024-01-12T22:00Z", "2024-01-14T21:00Z", "2024-01-14T22:00Z"],
        [("nwog", "2024-01-14T21:00:00Z")],
        id="late prints are Friday's, early ones Monday's",
    ),
]


@pytest.mark.parametrize(("times", "expected"), CLOCKS)
def test_which_bar_is_the_first_after_the_halt(times: list[str], expected: list[tuple[str, str]]) -> None:
    """The first that opens at or after 17:00 New York; on a Sunday it opens the week."""
    assert gaps_at(*times) == expected


def test_equities_count_by_the_calendar_day() -> None:
    """From a Thursday's close to a Friday's open, and from there to Monday's."""
    times = "2024-01-11T20:00Z", "2024-01-12T14:00Z", "2024-01-12T20:00Z", "2024-01-15T14:00Z"
    assert gaps_at(*times, trading_day=NEW_YORK_00) == [
        ("ndog", "2024-01-12T14:00:00Z"),
        ("nwog", "2024-01-15T14:00:00Z"),
    ]


def test_a_market_that_never_halts_has_none() -> None:
    """Not even after a pause over days."""
    assert gaps_at("2024-01-10T21:00Z", "2024-01-10T22:00Z", "2024-01-16T00:00Z", trading_day=UTC_00) == []


def test_daily_bars_show_days_and_weeks() -> None:
    """Bars from 17:00 New York: Friday's closes the week, Sunday evening's opens the next."""
    times = "2024-01-10T22:00Z", "2024-01-11T22:00Z", "2024-01-14T22:00Z", "2024-01-15T22:00Z"
    assert gaps_at(*times, timeframe=Timeframe.D1) == [
        ("ndog", "2024-01-11T22:00:00Z"),
        ("nwog", "2024-01-14T22:00:00Z"),
        ("ndog", "2024-01-15T22:00:00Z"),
    ]


def test_daily_bars_that_run_through_the_halt_do_not_show_it() -> None:
    """From 00:00 UTC: two hours of trading follow 17:00 before the bar closes. Only over the weekend nothing does."""
    times = "2024-01-11T00:00Z", "2024-01-12T00:00Z", "2024-01-14T00:00Z", "2024-01-15T00:00Z", "2024-01-16T00:00Z"
    assert gaps_at(*times, timeframe=Timeframe.D1) == [("nwog", "2024-01-14T00:00:00Z")]


def test_four_hour_bars_that_run_through_the_halt_do_not_show_it() -> None:
    """A bar from 15:00 to 19:00 New York closes after the halt; one from 13:00 to 17:00 closes at it."""
    assert gaps_at("2024-01-10T20:00Z", "2024-01-11T00:00Z", timeframe=Timeframe.H4) == []
    assert gaps_at("2024-01-10T18:00Z", "2024-01-10T22:00Z", timeframe=Timeframe.H4) == [
        ("ndog", "2024-01-10T22:00:00Z")
    ]


def test_weekly_bars_show_weeks_through_a_clock_change() -> None:
    """The week of spring forward is an hour short, and its bar still closes where the next one opens."""
    times = "2024-02-25T22:00Z", "2024-03-03T22:00Z", "2024-03-10T21:00Z", "2024-03-17T21:00Z"
    assert gaps_at(*times, timeframe=Timeframe.W1) == [
        ("nwog", "2024-03-03T22:00:00Z"),
        ("nwog", "2024-03-10T21:00:00Z"),
        ("nwog", "2024-03-17T21:00:00Z"),
    ]


def test_months_show_nothing() -> None:
    """No halt is to be seen between them."""
    assert gaps_at("2024-01-01T00:00Z", "2024-02-01T00:00Z", timeframe=Timeframe.MO1) == []


def test_its_life_is_that_of_a_gap() -> None:
    """Between 10 and 11: touched at 11, CE at 10.5, filled at 10, inverted by a close below; not on its own bar."""
    later: list[Drawn] = [(12, 13, 11, 12), (12, 13, 10.5, 12), (12, 13, 10, 10), (10, 10, 9, 9.5)]
    (found,) = rows_of(day_gap(AT_10, (11, 13, 7, 12), *later))
    assert [found[f"{step}_index"] for step in ("touched", "ce", "filled", "inverted")] == [2, 3, 4, 5]


def test_a_gap_is_dropped_when_so_many_of_its_kind_came_after_it() -> None:
    """With two kept: a week's gap does not drop a day's, nor does an open at the last close."""
    opens = (10, 11, 11, 10, 11, 11, 11)
    days = ("08", "09", "10", "11", "14", "15", "16")  # from Monday evening; the 14th is a Sunday
    bars = [(f"2024-01-{day}T22:00Z", (o, 13, 7, 10)) for day, o in zip(days, opens, strict=True)]
    found = detect_opening_gaps(draw_at(*bars, timeframe=Timeframe.D1), NEW_YORK_17, keep=2)
    assert found.kind.tolist() == [NDOG, NDOG, NWOG, NDOG, NDOG]
    assert found.confirmed_index.tolist() == [1, 2, 4, 5, 6]
    assert found.dropped_index.tolist() == [5, 6, -1, -1, -1]
    weeks = [(f"2024-01-{day:02}T22:00Z", FROM_11) for day in (7, 14, 21, 28)]
    by_week = detect_opening_gaps(draw_at(*weeks, timeframe=Timeframe.W1), NEW_YORK_17, keep=1)
    assert by_week.kind.tolist() == [NWOG] * 3
    assert by_week.dropped_index.tolist() == [2, 3, -1]


def test_five_are_kept() -> None:
    """The sixth drops the first."""
    weeks = [(f"2024-{day}T22:00Z", FROM_11) for day in ("01-07", "01-14", "01-21", "01-28", "02-04", "02-11", "02-18")]
    found = detect_opening_gaps(draw_at(*weeks, timeframe=Timeframe.W1), NEW_YORK_17)
    assert found.dropped_index.tolist() == [6, -1, -1, -1, -1, -1]


def test_it_is_named_by_kind_direction_and_time() -> None:
    """As a row says it."""
    candles = draw(AT_10, FROM_11, start="2024-01-10T21:00:00Z")
    row = detect_opening_gaps(candles, NEW_YORK_17).row(0, candles)
    assert row["id"] == "opening_gap:1h:ndog:bullish:2024-01-10T22:00:00Z"
    assert (row["kind"], row["direction"], row["dropped_index"], row["dropped_at"]) == ("ndog", "bullish", None, None)


@pytest.mark.parametrize("bars", [0, 1])
def test_fewer_than_two_bars_leave_none(bars: int) -> None:
    """Nothing is known of a first bar's day before it."""
    assert len(detect_opening_gaps(draw(FROM_11)[:bars], NEW_YORK_17)) == 0


def test_at_least_one_is_kept() -> None:
    """Keeping none is refused."""
    with pytest.raises(InvalidParameter, match="keep"):
        day_gap(AT_10, FROM_11, keep=0)
