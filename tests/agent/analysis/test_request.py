"""Requests: what is refused, and the canonical form they are kept in."""

from dataclasses import replace

import numpy as np
import pytest

from agent.analysis.discipline import Discipline
from agent.analysis.request import AnalysisRequest, CalendarEvent, default_as_of, inputs_hash
from tests.agent.analysis.market import NOW, demo_candles, request_of
from tools.candles import Candles
from tools.errors import DataError, InvalidCandles, InvalidParameter, TooFewCandles
from tools.risk_methods import RiskPlan
from tools.timeframes import Timeframe
from tools.times import iso_utc, parse_time
from tools.trading_day import TradingDay


@pytest.fixture(scope="module")
def bars() -> Candles:
    """Give 100 bars of the demo market."""
    return demo_candles("EURUSD", Timeframe.M15, until=NOW, bars=100)


@pytest.mark.parametrize(
    ("change", "error", "field", "index"),
    [
        ({"account_balance": 0.0}, InvalidParameter, "account_balance", None),
        ({"account_balance": float("nan")}, InvalidParameter, "account_balance", None),
        ({"account_balance": float("inf")}, InvalidParameter, "account_balance", None),
        ({"risk_pct": -1.0}, InvalidParameter, "risk_pct", None),
        ({"risk_pct": 101.0}, InvalidParameter, "risk_pct", None),
        ({"quote_to_account_rate": 0.0}, InvalidParameter, "quote_to_account_rate", None),
        ({"discipline": Discipline(trades_this_session=-1)}, InvalidParameter, "discipline.trades_this_session", None),
        ({"plan": RiskPlan("fixed", -1.0)}, InvalidParameter, "plan.risk_pct", None),
        ({"mode": "YOLO"}, InvalidParameter, "mode", None),
        ({"windows": {}}, TooFewCandles, "timeframe_bars", None),
    ],
)
def test_a_part_out_of_range_is_refused(
    bars: Candles, change: dict[str, object], error: type[DataError], field: str, index: int | None
) -> None:
    with pytest.raises(error) as caught:
        replace(request_of(bars), **change).check()  # type: ignore[arg-type]
    assert (caught.value.field, caught.value.index) == (field, index)
    assert caught.value.expected
    assert caught.value.got


def test_fewer_bars_than_an_analysis_needs_are_refused(bars: Candles) -> None:
    with pytest.raises(TooFewCandles, match=r"timeframe_bars\.15m has 29 bars, fewer than 30"):
        request_of(bars[-29:]).check()


def test_a_bar_from_the_future_of_as_of_is_named(bars: Candles) -> None:
    with pytest.raises(InvalidCandles, match="in the future of as_of") as caught:
        request_of(bars, as_of=int(bars.time[60])).check()
    assert (caught.value.field, caught.value.index) == ("timeframe_bars.15m", 60)


def test_an_unfinished_last_bar_is_named(bars: Candles) -> None:
    with pytest.raises(InvalidCandles, match="is unfinished") as caught:
        request_of(bars, as_of=int(bars.time[-1]) + 60).check()
    assert caught.value.index == 99


def test_an_unfinished_bar_of_a_higher_timeframe_is_named(bars: Candles) -> None:
    hours = demo_candles("EURUSD", Timeframe.H1, until=int(bars.end[-1]), bars=40)
    with pytest.raises(InvalidCandles) as caught:
        request_of(bars[:-2], windows={Timeframe.M15: bars[:-2], Timeframe.H1: hours}).check()
    assert caught.value.field == "timeframe_bars.1h"


def test_inputs_and_windows_rebuild_the_same_request(bars: Candles) -> None:
    calendar = (CalendarEvent(int(bars.time[-1]), "USD", "high", "Nonfarm payrolls"),)
    request = request_of(
        bars,
        calendar=calendar,
        discipline=Discipline(trades_this_session=1),
        quote_to_account_rate=1.5,
        plan=RiskPlan("fixed", 1.0),
        mode="SIMULATION",
        is_past=True,
    ).check()
    rebuilt = AnalysisRequest.from_inputs(request.to_inputs(), request.window_bytes())
    assert rebuilt == request
    assert inputs_hash(rebuilt.to_inputs()) == inputs_hash(request.to_inputs())


def test_an_altered_window_is_refused(bars: Candles) -> None:
    request = request_of(bars)
    ((sha256, payload),) = request.window_bytes().items()
    with pytest.raises(InvalidCandles, match="altered"):
        AnalysisRequest.from_inputs(request.to_inputs(), {sha256: payload[:-1] + b"\x01"})


def test_whole_and_broken_spellings_of_a_number_are_one_input(bars: Candles) -> None:
    whole, broken = request_of(bars, account_balance=10_000), request_of(bars, account_balance=10_000.0)
    assert inputs_hash(whole.to_inputs()) == inputs_hash(broken.to_inputs())


def test_the_decision_is_made_when_the_last_bar_closes_also_over_a_clock_change(bars: Candles) -> None:
    assert default_as_of({Timeframe.M15: bars}, TradingDay.NEW_YORK_17) == int(bars.end[-1])
    one = np.ones(1)
    opened = parse_time("2024-03-03T22:00:00Z")  # a Sunday, 17:00 in New York; the week is an hour shorter
    week = Candles.from_arrays(Timeframe.W1, np.array([opened]), one, one, one, one, one)
    assert iso_utc(default_as_of({Timeframe.W1: week}, TradingDay.NEW_YORK_17)) == "2024-03-10T21:00:00Z"
    assert iso_utc(default_as_of({Timeframe.W1: week}, TradingDay.UTC_00)) == "2024-03-10T22:00:00Z"
