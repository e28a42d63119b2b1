"""The market and the calendar of a case: its own windows and events, up to the clock and no further."""

import asyncio
from dataclasses import replace
from functools import cache

import pytest

from agent.analysis.request import CalendarEvent
from evals.cases.case import Chart
from evals.subjects.case_market import CaseCalendar, CaseMarket
from evals.suites.coach.record import FOLDER, chart_of
from evals.suites.coach.sheets import read_sheets
from tools.errors import InvalidParameter, NoCandles, UnknownSymbol
from tools.timeframes import Timeframe


@cache
def chart() -> Chart:
    return chart_of(read_sheets(FOLDER).charts["model-2022"])


def market(at: int | None = None) -> CaseMarket:
    return CaseMarket((chart(),), lambda: chart().as_of if at is None else at)


def test_candles_are_the_charts_own() -> None:
    for timeframe, candles in chart().windows.items():
        found = asyncio.run(market().candles("eur/usd", timeframe, limit=1000))
        assert found.sha256 == candles.sha256


def test_no_bar_closes_after_the_clock_or_the_moment_asked_for() -> None:
    earlier = chart().as_of - 3600
    by_clock = asyncio.run(market(earlier).candles("EURUSD", Timeframe.M15, limit=1000))
    asked = asyncio.run(market().candles("EURUSD", Timeframe.M15, limit=1000, until=earlier))
    assert by_clock.sha256 == asked.sha256
    assert int(by_clock.time[-1]) + Timeframe.M15.seconds == earlier


def test_the_newest_are_given_and_other_timeframes_built() -> None:
    last = asyncio.run(market().candles("EURUSD", Timeframe.M15, limit=2))
    assert last.close.tolist() == chart().base.close[-2:].tolist()
    built = asyncio.run(market().candles("EURUSD", Timeframe.M30, limit=1))
    assert int(built.time[-1]) + Timeframe.M30.seconds <= chart().as_of
    assert built.close[-1] == chart().base.close[-1]


def test_another_market_has_an_instrument_and_no_candles() -> None:
    assert asyncio.run(market().instrument("xau/usd")).symbol == "XAUUSD"
    with pytest.raises(NoCandles, match="no candles of XAUUSD"):
        asyncio.run(market().candles("xau/usd", Timeframe.M15, limit=1))
    with pytest.raises(UnknownSymbol):
        asyncio.run(market().instrument("WHATEVER"))
    with pytest.raises(InvalidParameter):
        asyncio.run(market().candles("EURUSD", Timeframe.M15, limit=0))
    assert asyncio.run(market().symbols()) == ("EURUSD",)
    assert asyncio.run(market().health()).ok


def test_a_calendar_that_nobody_has_is_unknown() -> None:
    reading = asyncio.run(CaseCalendar((replace(chart(), calendar=None),)).events(0, 1))
    assert reading.events == ()
    assert reading.why_unknown(0, 1) is not None


def test_a_calendar_knows_its_days_and_no_others() -> None:
    at = chart().as_of
    event = CalendarEvent(at + 600, "USD", "high", "CPI m/m")
    calendar = CaseCalendar((replace(chart(), calendar=(event,)),))
    reading = asyncio.run(calendar.events(at, at + 3600))
    assert [(one.time, one.title) for one in reading.events] == [(at + 600, "CPI m/m")]
    assert reading.why_unknown(at, at + 3600) is None
    assert reading.why_unknown(at, at + 30 * 86_400) is not None
    assert asyncio.run(calendar.events(at + 3600, at + 7200)).events == ()
    assert asyncio.run(calendar.revision()) == asyncio.run(calendar.revision())
