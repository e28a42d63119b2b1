"""Sessions on the New York clock: bounds to the minute, both clock changes, closures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import InvalidParameter
from tools.instruments import instrument
from tools.market_hours import bank_holiday
from tools.sessions import (
    KILL_ZONES,
    MACROS,
    SESSIONS,
    SILVER_BULLETS,
    Window,
    kill_zone_codes,
    kill_zone_windows,
    kill_zones_ahead,
    session_status,
)
from tools.trading_day import TradingDay, new_york_epoch

EURUSD, ES, BTC, GOLD = (instrument(symbol) for symbol in ("EURUSD", "ES", "BTCUSD", "XAUUSD"))
SHARE = replace(ES, symbol="SHARE", asset_class="equity", calendar="nyse", trading_day=TradingDay.NEW_YORK_00)


def at(text: str) -> int:
    """Read ``2024-01-05 14:30`` as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def shown(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M")


# Each line: the last minute outside and the first inside, then the last inside and the first outside, in UTC.
# Winter (New York UTC-5), the weeks of March in which only New York has changed, summer, and the week of late
# October in which only London has.
@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("asia", "2024-01-11 01:00", "2024-01-11 05:00"),
        ("london", "2024-01-11 07:00", "2024-01-11 10:00"),
        ("new_york_am", "2024-01-11 12:00", "2024-01-11 15:00"),
        ("london_close", "2024-01-11 15:00", "2024-01-11 17:00"),
        ("new_york_pm", "2024-01-11 18:30", "2024-01-11 21:00"),
        ("london", "2024-03-08 07:00", "2024-03-08 10:00"),  # both in winter time
        ("london", "2024-03-11 06:00", "2024-03-11 09:00"),  # New York has changed, London has not
        ("london", "2024-04-01 06:00", "2024-04-01 09:00"),  # both in summer time
        ("new_york_am", "2024-03-11 11:00", "2024-03-11 14:00"),
        ("asia", "2024-07-09 00:00", "2024-07-09 04:00"),
        ("london", "2024-10-28 06:00", "2024-10-28 09:00"),  # London has changed back, New York has not
        ("london", "2024-11-04 07:00", "2024-11-04 10:00"),  # both in winter time
        ("new_york_pm", "2024-10-31 17:30", "2024-10-31 20:00"),
        ("asia", "2024-03-11 00:00", "2024-03-11 04:00"),  # Sunday evening after the spring change
        ("asia", "2024-11-04 01:00", "2024-11-04 05:00"),  # Sunday evening after the autumn change
    ],
)
def test_kill_zone_bounds_to_the_minute(name: str, begins: str, ends: str) -> None:
    start, end = at(begins), at(ends)

    assert session_status(start, EURUSD).kill_zone == name
    assert session_status(start - 60, EURUSD).kill_zone != name
    assert session_status(end - 1, EURUSD).kill_zone == name
    assert session_status(end, EURUSD).kill_zone != name
    assert (name, start, end) in kill_zone_windows(start, end, "forex")


def test_own_kill_zones_take_the_place_of_the_profile_s() -> None:
    own = (Window("mine", time(3), time(4)), Window("stay_out", time(4), time(5), trade=False))

    inside, outside = (session_status(at(f"2024-01-11 {clock}"), EURUSD, own) for clock in ("08:30", "09:30"))
    assert (inside.kill_zone, outside.kill_zone) == ("mine", None)
    assert [window.name for window in outside.active if window.kind == "kill_zone"] == ["stay_out"]
    assert outside.next_kill_zone is not None
    assert shown(outside.next_kill_zone.start) == "2024-01-12 08:00"
    assert session_status(at("2024-01-11 08:30"), EURUSD).kill_zone == "london"


def test_an_own_kill_zone_may_run_past_midnight() -> None:
    own = (Window("night", time(22), time(1)),)
    named = [session_status(at(moment), EURUSD, own).kill_zone for moment in ("2024-01-11 02:59", "2024-01-11 05:59")]
    assert named == [None, "night"]


def test_the_trading_day_ends_where_the_next_one_begins() -> None:
    status = session_status(at("2024-03-08 12:00"), EURUSD)
    assert (shown(status.trading_day_start), shown(status.trading_day_end)) == ("2024-03-07 22:00", "2024-03-08 22:00")
    sunday = session_status(at("2024-03-10 12:00"), EURUSD)  # the clocks went forward that morning
    assert (shown(sunday.trading_day_start), shown(sunday.trading_day_end)) == ("2024-03-09 22:00", "2024-03-10 21:00")


@pytest.mark.parametrize(
    ("moment", "kill_zone", "active"),
    [
        ("2024-01-11 13:29", None, ()),
        ("2024-01-11 13:30", "new_york_am", ("new_york_am",)),
        ("2024-01-11 15:30", "new_york_am", ("new_york_am", "london_close")),
        ("2024-01-11 16:00", "london_close", ("london_close",)),
        ("2024-01-11 17:00", None, ("lunch",)),
        ("2024-01-11 17:59", None, ("lunch",)),
        ("2024-01-11 18:00", None, ()),
    ],
)
def test_the_index_profile_has_its_own_morning_and_an_untraded_lunch(
    moment: str, kill_zone: str | None, active: Sequence[str]
) -> None:
    status = session_status(at(moment), ES)

    assert status.kill_zone == kill_zone
    assert tuple(window.name for window in status.active if window.kind == "kill_zone") == active


@pytest.mark.parametrize(
    ("moment", "silver_bullet", "macro"),
    [
        ("2024-01-11 07:32", None, None),
        ("2024-01-11 07:33", None, "macro_0233"),
        ("2024-01-11 08:00", "silver_bullet_03", None),
        ("2024-01-11 09:03", None, "macro_0403"),
        ("2024-01-11 13:50", None, "macro_0850"),
        ("2024-01-11 14:10", None, None),
        ("2024-01-11 14:50", None, "macro_0950"),
        ("2024-01-11 15:09", "silver_bullet_10", "macro_0950"),
        ("2024-01-11 15:50", "silver_bullet_10", "macro_1050"),
        ("2024-01-11 16:50", None, "macro_1150"),
        ("2024-01-11 18:39", None, "macro_1310"),
        ("2024-01-11 18:40", None, None),
        ("2024-01-11 19:00", "silver_bullet_14", None),
        ("2024-01-11 20:44", None, "macro_1515"),
        ("2024-01-11 20:45", None, None),
    ],
)
def test_silver_bullets_and_macros(moment: str, silver_bullet: str | None, macro: str | None) -> None:
    status = session_status(at(moment), EURUSD)

    assert (status.silver_bullet, status.macro) == (silver_bullet, macro)


@pytest.mark.parametrize(
    ("symbol", "moment", "reason"),
    [
        ("EURUSD", "2024-01-05 21:59", None),  # Friday 16:59 in New York
        ("EURUSD", "2024-01-05 22:00", "weekend"),
        ("EURUSD", "2024-01-06 15:00", "weekend"),
        ("EURUSD", "2024-01-07 21:59", "weekend"),
        ("EURUSD", "2024-01-07 22:00", None),
        (
            "EURUSD",
            "2024-03-10 20:59",
            "weekend",
        ),  # the Sunday of the spring change opens an hour earlier in UTC
        ("EURUSD", "2024-03-10 21:00", None),
        ("EURUSD", "2024-11-03 21:59", "weekend"),
        ("EURUSD", "2024-11-03 22:00", None),
        ("EURUSD", "2024-01-09 22:30", None),  # forex has no daily halt
        ("ES", "2024-01-09 21:59", None),
        ("ES", "2024-01-09 22:00", "daily_halt"),
        ("ES", "2024-01-09 22:59", "daily_halt"),
        ("ES", "2024-01-09 23:00", None),
        ("ES", "2024-01-07 22:30", "daily_halt"),  # Sunday 17:30: the week opens at 18:00
        ("ES", "2024-01-07 23:00", None),
        ("ES", "2024-01-05 22:00", "weekend"),
        ("BTCUSD", "2024-01-06 15:00", None),
        ("BTCUSD", "2024-12-25 15:00", None),
        ("EURUSD", "2024-12-24 21:59", None),
        ("EURUSD", "2024-12-24 22:00", "bank_holiday"),  # Christmas Day's trading day has begun
        ("EURUSD", "2024-12-25 21:59", "bank_holiday"),
        ("EURUSD", "2024-12-25 22:00", None),
        ("EURUSD", "2024-10-14 15:00", "bank_holiday"),  # Columbus Day: quoted, not traded
        ("EURUSD", "2024-03-29 15:00", None),  # Good Friday is no bank holiday in the United States
        ("ES", "2024-03-29 15:00", "bank_holiday"),
        ("ES", "2024-11-29 18:14", None),
        ("ES", "2024-11-29 18:15", "early_close"),  # the Friday after Thanksgiving ends at 13:15
        ("EURUSD", "2024-11-29 18:15", None),
        ("EURUSD", "2021-12-31 15:00", None),  # a Saturday's holiday is not moved to Friday by the banks
        ("EURUSD", "2023-01-02 15:00", "bank_holiday"),  # a Sunday's is moved to Monday
    ],
)
def test_closures(symbol: str, moment: str, reason: str | None) -> None:
    status = session_status(at(moment), instrument(symbol))

    assert status.closed_reason == reason
    assert status.is_open == (reason is None)
    if reason:
        assert status.kill_zone is None
        assert status.active == ()


def test_equities_are_open_for_the_extended_hours_of_weekdays() -> None:
    expected = {"2024-01-11 08:59": "daily_halt", "2024-01-11 09:00": None, "2024-01-12 00:59": None,
                "2024-01-12 01:00": "daily_halt", "2024-01-13 15:00": "weekend"}  # fmt: skip

    assert {moment: session_status(at(moment), SHARE).closed_reason for moment in expected} == expected


def test_bank_holidays_have_names() -> None:
    assert session_status(at("2024-12-25 15:00"), EURUSD).bank_holiday == "Christmas Day"
    assert session_status(at("2024-03-29 15:00"), ES).bank_holiday == "Good Friday"
    assert session_status(at("2024-12-25 15:00"), BTC).bank_holiday is None
    assert bank_holiday(datetime(2024, 7, 4, tzinfo=UTC).date(), GOLD) == "Independence Day"


@pytest.mark.parametrize(
    ("symbol", "moment", "name", "start", "minutes"),
    [
        ("EURUSD", "2024-01-11 06:59", "london", "2024-01-11 07:00", 1),
        (
            "EURUSD",
            "2024-01-11 07:00",
            "new_york_am",
            "2024-01-11 12:00",
            300,
        ),  # the one under way is not next
        ("EURUSD", "2024-01-11 06:30", "london", "2024-01-11 07:00", 30),
        ("EURUSD", "2024-01-05 20:59", "asia", "2024-01-08 01:00", 3121),  # over the weekend
        ("EURUSD", "2024-03-09 12:00", "asia", "2024-03-11 00:00", 2160),  # over the clock change
        ("EURUSD", "2024-12-24 21:00", "asia", "2024-12-26 01:00", 1680),  # over Christmas Day
        ("ES", "2024-01-11 16:59", "new_york_pm", "2024-01-11 18:30", 91),  # lunch is not offered
        ("ES", "2024-07-03 17:00", "asia", "2024-07-05 00:00", 1860),  # over an early close and the 4th
        ("BTCUSD", "2024-01-06 12:00", "london_close", "2024-01-06 15:00", 180),
    ],
)
def test_next_kill_zone(symbol: str, moment: str, name: str, start: str, minutes: int) -> None:
    upcoming = session_status(at(moment), instrument(symbol)).next_kill_zone

    assert upcoming is not None
    assert (upcoming.name, shown(upcoming.start), upcoming.minutes_until) == (name, start, minutes)


@pytest.mark.parametrize(
    ("symbol", "moment", "ahead"),
    [
        ("EURUSD", "2024-01-11 12:00", "london_close 15:00, new_york_pm 18:30, asia 01:00, london 07:00, "
         "new_york_am 12:00"),
        ("ES", "2024-01-11 17:30", "new_york_pm 18:30, asia 01:00, london 07:00, new_york_am 13:30, "
         "london_close 15:00"),
        ("EURUSD", "2024-01-13 12:00", "asia 01:00, london 07:00, new_york_am 12:00, london_close 15:00, "
         "new_york_pm 18:30"),
    ],
)  # fmt: skip
def test_every_kill_zone_that_may_be_traded_lies_ahead_once(symbol: str, moment: str, ahead: str) -> None:
    told = kill_zones_ahead(at(moment), instrument(symbol))

    assert ", ".join(f"{one.name} {shown(one.start)[-5:]}" for one in told) == ahead
    assert told[0] == session_status(at(moment), instrument(symbol)).next_kill_zone
    assert all(one.minutes_until * 60 == one.start - at(moment) for one in told)


def test_the_kill_zones_ahead_of_a_weekend_are_those_of_the_day_after_it() -> None:
    told = kill_zones_ahead(at("2024-01-12 20:00"), EURUSD)  # Monday the 15th is Martin Luther King's day

    assert [shown(one.start)[:10] for one in told] == ["2024-01-16"] * 5


def test_a_day_without_its_kill_zone_is_passed_over() -> None:
    told = {one.name: shown(one.start) for one in kill_zones_ahead(at("2024-11-28 23:30"), ES)}

    assert told["new_york_am"] == "2024-11-29 13:30"
    assert told["new_york_pm"] == "2024-12-02 18:30"  # the day after Thanksgiving ends before it


def test_a_traders_own_kill_zones_lie_ahead_in_place_of_the_markets() -> None:
    own = (Window("tea", time(15), time(16)), Window("lunch", time(12), time(13), trade=False))

    told = kill_zones_ahead(at("2024-01-11 20:30"), EURUSD, own)

    assert [(one.name, shown(one.start)) for one in told] == [("tea", "2024-01-12 20:00")]
    assert kill_zones_ahead(at("2024-01-11 20:30"), EURUSD, ()) == ()


def test_a_zone_the_market_opens_into_begins_with_the_market() -> None:
    upcoming = session_status(at("2024-01-11 08:00"), SHARE).next_kill_zone

    assert upcoming is not None
    assert (upcoming.name, shown(upcoming.start)) == ("london", "2024-01-11 09:00")


def test_status_tells_the_new_york_time_and_the_trading_day() -> None:
    status = session_status(at("2024-07-09 21:30"), EURUSD)

    assert status.new_york_time.isoformat() == "2024-07-09T17:30:00-04:00"
    assert shown(status.trading_day_start) == "2024-07-09 21:00"
    assert shown(session_status(at("2024-07-09 21:30"), BTC).trading_day_start) == "2024-07-09 00:00"


def test_spring_forward_skips_an_hour_of_the_windows() -> None:
    windows = kill_zone_windows(at("2024-03-10 05:00"), at("2024-03-10 21:00"), "forex")

    assert [(name, shown(start), shown(end)) for name, start, end in windows] == [
        (
            "london",
            "2024-03-10 07:00",
            "2024-03-10 09:00",
        ),  # 02:00 does not exist: from 03:00, two hours long
        ("new_york_am", "2024-03-10 11:00", "2024-03-10 14:00"),
        ("london_close", "2024-03-10 14:00", "2024-03-10 16:00"),
        ("new_york_pm", "2024-03-10 17:30", "2024-03-10 20:00"),
    ]
    macros = {session_status(second, BTC).macro for second in range(at("2024-03-10 06:00"), at("2024-03-10 08:00"), 60)}
    assert macros == {None}  # 02:33 to 03:00 does not exist that day


def test_autumn_back_repeats_no_window() -> None:
    windows = kill_zone_windows(at("2024-11-03 04:00"), at("2024-11-03 15:00"), "forex")

    assert [(name, shown(start), shown(end)) for name, start, end in windows] == [
        ("london", "2024-11-03 07:00", "2024-11-03 10:00"),
        ("new_york_am", "2024-11-03 12:00", "2024-11-03 15:00"),
    ]


@pytest.mark.parametrize("profile", list(KILL_ZONES))
@pytest.mark.parametrize("day", ["2024-01-11", "2024-03-10", "2024-07-10", "2024-11-03"])
def test_codes_and_windows_tell_the_same_minute_by_minute(profile: str, day: str) -> None:
    first = at(f"{day} 00:00")
    minutes = np.arange(first, first + 2 * 86_400, 60, dtype=np.int64)
    codes = kill_zone_codes(minutes, profile)
    windows = kill_zone_windows(first, int(minutes[-1]) + 60, profile)

    for minute, code in zip(minutes.tolist(), codes.tolist(), strict=True):
        inside = [name for name, start, end in windows if start <= minute < end]
        assert (KILL_ZONES[profile][code].name if code >= 0 else None) == (inside[0] if inside else None)


@given(
    start=st.integers(0, 4_000_000_000),
    length=st.integers(1, 40 * 86_400),
    profile=st.sampled_from(list(KILL_ZONES)),
)
def test_windows_overlap_the_range_and_ascend(start: int, length: int, profile: str) -> None:
    windows = kill_zone_windows(start, start + length, profile)

    assert [begins for _, begins, _ in windows] == sorted(begins for _, begins, _ in windows)
    assert all(begins < start + length and ends > start and begins < ends for _, begins, ends in windows)
    half = start + length // 2
    parts = {*kill_zone_windows(start, half, profile), *kill_zone_windows(half, start + length, profile)}
    assert parts == set(windows)


def test_an_empty_range_has_no_windows_and_no_codes() -> None:
    assert kill_zone_windows(100, 100, "forex") == []
    assert len(kill_zone_codes(np.empty(0, dtype=np.int64), "index")) == 0


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="write one of forex, index"):
        kill_zone_windows(0, 1, "tokyo")


def test_windows_crossing_midnight_hold_both_sides() -> None:
    asia = SESSIONS[0]

    assert [bool(asia.holds(minute)) for minute in (1139, 1140, 1439, 0, 179, 180)] == [
        False, True, True, True, True, False,
    ]  # fmt: skip
    assert len(SILVER_BULLETS) == 3
    assert len(MACROS) == 8


def test_a_window_to_stay_out_of_wins_over_one_to_trade_in() -> None:
    own = (Window("am", time(8), time(11)), Window("hole", time(8, 40), time(8, 50), trade=False))
    found = {}
    for minute in (39, 40, 49, 50):
        at = new_york_epoch(date(2024, 3, 12), time(8, minute))
        status = session_status(at, instrument("EURUSD"), own)
        found[minute] = status.kill_zone
        assert status.session_start == (status.trading_day_start if status.kill_zone is None else at - minute * 60)
    assert found == {39: "am", 40: None, 49: None, 50: "am"}
