"""What of a calendar one decision looks at, and what the news rule says of it, to the minute."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from agent.calendar_window import calendar_for, economic_calendar
from agent.news_check import NewsCheck, check_news
from agent.settings import Settings
from rulebook.book import Rulebook
from rulebook.loader import load_rulebook
from tests.clock_changes import CITIES, DAYS, Day
from tools.economic_calendar.files import FileCalendar
from tools.economic_calendar.none import NoCalendar
from tools.economic_calendar.port import EconomicCalendar
from tools.errors import InvalidParameter
from tools.instruments import instrument
from tools.times import iso_utc, parse_time

AT: Final = parse_time("2024-01-10T12:00:00Z")
HEADING: Final = "# covers 2024-01-01 to 2024-01-31\ntime,currency,impact,event\n"
ZONES: Final = {"new_york": "America/New_York", "london": "Europe/London", "utc": "UTC"}
HIGH: Final = "2024-01-10T13:30:00Z,USD,high,CPI\n"


def file_calendar(folder: Path, rows: str, *, heading: str = HEADING, zone: str = "UTC") -> EconomicCalendar:
    path = folder / "calendar.csv"
    path.write_text(heading + rows)
    return FileCalendar(path, time_zone=zone, clock=lambda: AT)


def seen(calendar: EconomicCalendar, symbol: str = "EURUSD", as_of: int = AT) -> list[tuple[str, str, str, str]] | None:
    events = asyncio.run(calendar_for(calendar, instrument(symbol), as_of))
    return None if events is None else [(iso_utc(one.time), one.currency, one.impact, one.title) for one in events]


def checked(calendar: EconomicCalendar, at: int, rulebook: Rulebook, symbol: str = "EURUSD") -> NewsCheck:
    return asyncio.run(check_news(calendar, instrument(symbol), at, rulebook))


@pytest.fixture(scope="module")
def strict() -> Rulebook:
    return load_rulebook("strict")


@pytest.fixture(scope="module")
def relaxed() -> Rulebook:
    return load_rulebook("relaxed")


def test_a_decision_sees_its_own_currencies_a_day_back_and_seven_ahead_in_order(tmp_path: Path) -> None:
    rows = (
        "2024-01-09T11:59:59Z,USD,high,too early\n2024-01-09T12:00:00Z,USD,high,first\n"
        "2024-01-17T12:00:00Z,EUR,high,late\n2024-01-17T11:59:59Z,EUR,high,last\n2024-01-10T13:30:00Z,USD,low,b\n2024-01-10T13:30:00Z,USD,high,c\n"
        "2024-01-10T13:30:00Z,USD,high,a\n2024-01-10T13:30:00Z,EUR,medium,d\n2024-01-10T13:30:00Z,JPY,high,other\n"
    )
    assert seen(file_calendar(tmp_path, rows)) == [
        ("2024-01-09T12:00:00Z", "USD", "high", "first"),
        ("2024-01-10T13:30:00Z", "EUR", "medium", "d"),
        ("2024-01-10T13:30:00Z", "USD", "high", "a"),
        ("2024-01-10T13:30:00Z", "USD", "high", "c"),
        ("2024-01-10T13:30:00Z", "USD", "low", "b"),
        ("2024-01-17T11:59:59Z", "EUR", "high", "last"),
    ]


@pytest.mark.parametrize(
    ("symbol", "currency"), [("EURUSD", "USD"), ("NQ", "USD"), ("BTCUSDT", "USD"), ("EURJPY", "JPY")]
)
def test_an_event_of_every_currency_concerns_every_market(tmp_path: Path, symbol: str, currency: str) -> None:
    calendar = file_calendar(tmp_path, "2024-01-10T13:30:00Z,All,high,Summit\n")
    assert seen(calendar, symbol) == [("2024-01-10T13:30:00Z", currency, "high", "Summit")]


@pytest.mark.parametrize(
    ("as_of", "time"),
    [
        ("2024-01-09T22:00:00Z", "2024-01-10T05:00:00Z"),
        ("2024-01-10T12:00:00Z", "2024-01-10T12:00:00Z"),
        ("2024-01-11T05:30:00Z", "2024-01-11T05:00:00Z"),
    ],
)
def test_an_event_without_a_time_of_day_stands_at_the_moment_nearest_to_the_decision(
    tmp_path: Path, as_of: str, time: str
) -> None:
    calendar = file_calendar(tmp_path, "2024-01-10,USD,high,Summit\n", zone="America/New_York")
    assert seen(calendar, as_of=parse_time(as_of)) == [(time, "USD", "high", "Summit")]


def test_a_holiday_is_seen_with_low_impact(tmp_path: Path) -> None:
    calendar = file_calendar(tmp_path, "2024-01-15,USD,holiday,Day off\n")
    assert seen(calendar) == [("2024-01-15T00:00:00Z", "USD", "low", "Day off")]


@pytest.mark.parametrize(
    ("as_of", "is_known"),
    [
        ("2024-01-01T00:59:59Z", False), ("2024-01-01T01:00:00Z", True), ("2024-01-31T23:00:00Z", True),
        ("2024-01-31T23:00:01Z", False), ("2024-02-10T00:00:00Z", False), ("1970-01-01T00:00:00Z", False),
        ("2099-12-31T23:59:59Z", False),
    ],
)  # fmt: skip
def test_near_and_beyond_the_ends_of_the_calendar_nothing_is_known(tmp_path: Path, as_of: str, is_known: bool) -> None:
    assert (seen(file_calendar(tmp_path, ""), as_of=parse_time(as_of)) == []) == is_known
    assert (seen(file_calendar(tmp_path, ""), as_of=parse_time(as_of)) is None) != is_known


def test_no_calendar_knows_nothing(strict: Rulebook) -> None:
    assert seen(NoCalendar()) is None
    check = checked(NoCalendar(), AT, strict)
    assert (check.status, check.why_unknown, check.nearest) == (
        "unknown", "no economic calendar is configured", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "status"),
    [(-61, "clear"), (-60, "clear"), (-59, "blocked"), (-1, "blocked"), (0, "blocked"), (59, "blocked"), (60, "clear")],
)
@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.day))
def test_the_window_opens_and_closes_on_the_minute_across_clock_changes(
    tmp_path: Path, strict: Rulebook, day: Day, city: str, minutes: int, status: str
) -> None:
    event = day.second("08:30")
    wall = day.wall(event, city)
    heading = "# covers 2024-01-01 to 2025-12-31\ndate,time,currency,impact,event\n"
    calendar = file_calendar(tmp_path, f"{wall:%Y-%m-%d,%H:%M},USD,High,Payrolls\n", heading=heading, zone=ZONES[city])
    check = checked(calendar, event + minutes * 60, strict)

    assert (check.status, check.minutes) == (status, -minutes)
    assert check.clears_at == (event + 3600 if status == "blocked" else None)


@pytest.mark.parametrize(("minutes", "status"), [(-30, "clear"), (-29, "blocked"), (29, "blocked"), (30, "clear")])
def test_a_profile_brings_its_own_window(tmp_path: Path, relaxed: Rulebook, minutes: int, status: str) -> None:
    check = checked(file_calendar(tmp_path, HIGH), parse_time("2024-01-10T13:30:00Z") + minutes * 60, relaxed)
    assert (check.status, check.window_minutes) == (status, 30)


def test_windows_that_follow_one_another_clear_together(tmp_path: Path, strict: Rulebook) -> None:
    rows = HIGH + "2024-01-10T15:00:00Z,EUR,high,Speech\n2024-01-10T17:00:00Z,USD,high,Minutes\n"
    check = checked(file_calendar(tmp_path, rows), parse_time("2024-01-10T13:00:00Z"), strict)
    assert iso_utc(check.clears_at or 0) == "2024-01-10T16:00:00Z"  # 17:00 is an hour away, and that is enough


def test_a_bank_holiday_blocks_whatever_the_calendar_and_clears_with_the_trading_day(
    tmp_path: Path, strict: Rulebook
) -> None:
    at = parse_time("2024-01-15T15:00:00Z")
    check = checked(file_calendar(tmp_path, ""), at, strict)
    assert (check.status, check.bank_holiday) == ("blocked", "Martin Luther King Jr. Day")
    assert iso_utc(check.clears_at or 0) == "2024-01-15T22:00:00Z"
    unknown = checked(NoCalendar(), at, strict)
    assert (unknown.status, unknown.clears_at) == ("blocked", None)


@pytest.mark.parametrize(("currency", "impact"), [("JPY", "high"), ("USD", "medium"), ("USD", "holiday")])
def test_other_markets_and_lesser_news_block_nothing(
    tmp_path: Path, strict: Rulebook, currency: str, impact: str
) -> None:
    calendar = file_calendar(tmp_path, f"2024-01-10T12:00:00Z,{currency},{impact},x\n")
    assert checked(calendar, AT, strict).status == "clear"


def test_an_event_without_a_time_of_day_blocks_its_day_and_the_window_around(tmp_path: Path, strict: Rulebook) -> None:
    calendar = file_calendar(tmp_path, "2024-01-10,USD,high,Summit\n")
    for at, status in (
        ("2024-01-09T23:00:00Z", "clear"), ("2024-01-09T23:01:00Z", "blocked"), ("2024-01-10T12:00:00Z", "blocked"),
        ("2024-01-11T00:59:00Z", "blocked"), ("2024-01-11T01:00:00Z", "clear"),
    ):  # fmt: skip
        check = checked(calendar, parse_time(at), strict)
        assert check.status == status, at
        assert check.clears_at == (parse_time("2024-01-11T01:00:00Z") if status == "blocked" else None)


def settings(**given: object) -> Settings:
    return Settings(Path("data"), lambda: AT, "1", **given)  # type: ignore[arg-type]


def test_the_settings_choose_the_calendar(tmp_path: Path) -> None:
    assert seen(economic_calendar(settings())) is None
    path = tmp_path / "calendar.csv"
    later = economic_calendar(settings(calendar_file=path, calendar_time_zone="America/New_York"))
    assert seen(later) is None
    path.write_text(HEADING + "2024-01-10 08:30,USD,high,CPI\n")
    assert seen(later) == [("2024-01-10T13:30:00Z", "USD", "high", "CPI")]
    for wrong in ({"calendar_file": tmp_path / "c.xls"}, {"calendar_file": path, "calendar_time_zone": "Mars"}):
        with pytest.raises(InvalidParameter):
            economic_calendar(settings(**wrong))
