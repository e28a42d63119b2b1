"""Where charts come from: the newest bars of a market by the service's clock, and charts that are already there."""

import asyncio
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest

from agent.analysis.reading import Reading
from agent.coach.toolbox.charts import FixedCharts, MarketCharts, known_instrument
from rulebook.loader import load_rulebook
from tests.agent.analysis.market import DEMO, NOW, demo_candles, request_of
from tests.agent.coach.toolbox.coached import asked, chart_of, minutes_of, random_candles
from tools.chart import Chart, ChartParameters
from tools.errors import InvalidParameter, NoCandles, SourceUnavailable, UnknownSymbol
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.market.files import FilesMarketData
from tools.timeframes import Timeframe
from tools.times import parse_time

M15: Final = Timeframe.M15
EARLIER: Final = NOW - 3 * 86_400


def read(
    charts: Any, symbol: str, timeframe: Timeframe, as_of: int | None = None, companion: str | None = None
) -> Chart:
    chart = asyncio.run(charts(symbol, timeframe, as_of, companion))
    assert isinstance(chart, Chart)
    return chart


def test_a_market_gives_the_newest_bars_closed_by_the_clock() -> None:
    chart = read(MarketCharts(DEMO, clock=lambda: NOW, bars=300), "eur/usd", M15)
    assert chart.candles == demo_candles("EURUSD", M15, until=NOW, bars=300)
    assert chart.instrument == instrument("EURUSD")
    assert chart.companion is None


def test_as_of_is_the_same_as_having_asked_then() -> None:
    now = read(MarketCharts(DEMO, clock=lambda: NOW), "NQ", M15, EARLIER, "ES")
    then = read(MarketCharts(DemoMarketData(7, clock=lambda: EARLIER), clock=lambda: EARLIER), "NQ", M15, None, "ES")
    assert now.candles.end[-1] <= EARLIER
    assert now.companion is not None
    assert now.companion.end[-1] <= EARLIER
    assert now.to_dict() == then.to_dict()


def test_a_recorded_source_shows_nothing_after_the_clock(tmp_path: Path) -> None:
    bars = demo_candles("EURUSD", M15, until=NOW)
    columns = {name: getattr(bars, name) for name in ("time", "open", "high", "low", "close", "volume")}
    pd.DataFrame(columns).to_parquet(tmp_path / "EURUSD_15m.parquet")
    clock = int(bars.end[-50])
    charts = MarketCharts(FilesMarketData(tmp_path), clock=lambda: clock)
    assert read(charts, "EURUSD", M15).candles == bars[:-49]
    assert read(charts, "EURUSD", M15, clock - 900).candles == bars[:-50]


def test_a_moment_to_come_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="yet to come; leave it out"):
        read(MarketCharts(DEMO, clock=lambda: NOW), "EURUSD", M15, NOW + 1)


def test_a_market_is_read_by_the_parameters_given() -> None:
    parameters = ChartParameters(reclaim_bars=3)
    assert read(MarketCharts(DEMO, clock=lambda: NOW, parameters=parameters), "ES", M15).parameters == parameters


def test_what_the_market_refuses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownSymbol):
        read(MarketCharts(DEMO, clock=lambda: NOW), "NOSUCH", M15)
    with pytest.raises(UnknownSymbol):
        read(MarketCharts(DEMO, clock=lambda: NOW), "EURUSD", M15, None, "NOSUCH")
    with pytest.raises(SourceUnavailable):
        read(MarketCharts(FilesMarketData(tmp_path / "gone"), clock=lambda: NOW), "EURUSD", M15)


def test_both_adapters_know_their_instruments() -> None:
    found = asyncio.run(MarketCharts(DEMO, clock=lambda: NOW).instrument("NQ1!"))
    assert found == asyncio.run(known_instrument("NQ=F")) == instrument("NQ")
    fixed = FixedCharts([chart_of(random_candles(5), "NQ")])
    assert asyncio.run(fixed.instrument("NQ1!")) == found
    with pytest.raises(UnknownSymbol, match="there are charts of NQ"):
        asyncio.run(fixed.instrument("ES"))


def test_a_fixed_chart_is_given_as_it_is() -> None:
    chart = chart_of(random_candles(40))
    assert read(FixedCharts([chart]), "EUR/USD", Timeframe.M5) is chart


def test_a_market_nobody_knows_is_found_by_its_own_name() -> None:
    known = chart_of(random_candles(40))
    own = type(known.instrument)("Corn", "equity", 0.25, 50.0, 1.0, None, "USD", known.instrument.trading_day, "index")
    chart = Chart(known.candles, own, known.parameters, None)
    assert read(FixedCharts([chart]), " corn", Timeframe.M5) is chart


def test_a_fixed_chart_is_cut_back_to_what_had_closed() -> None:
    chart = chart_of(random_candles(40), companion=random_candles(40, seed=2))
    end = int(chart.candles.end[20])
    for as_of in (end, end + 1, int(chart.candles.end[21]) - 1):
        assert read(FixedCharts([chart]), "EURUSD", Timeframe.M5, as_of).to_dict() == chart.as_of(20).to_dict()
    assert len(read(FixedCharts([chart]), "EURUSD", Timeframe.M5, end - 1).candles) == 20
    assert read(FixedCharts([chart]), "EURUSD", Timeframe.M5, end + 10**6).to_dict() == chart.to_dict()


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("2025-10-26T21:00:00Z", "2025-11-02T22:00:00Z"),  # an hour longer
        ("2026-03-01T22:00:00Z", "2026-03-08T21:00:00Z"),  # an hour shorter
    ],
)
def test_a_week_with_a_clock_change_is_not_known_before_it_is_over(opened: str, closed: str) -> None:
    over = parse_time(closed)
    charts = FixedCharts([chart_of(demo_candles("EURUSD", Timeframe.W1, until=over + 30 * 86_400, bars=20))])
    then = read(charts, "EURUSD", Timeframe.W1, over)
    assert then.candles.time[-1] == parse_time(opened)
    assert then.to_dict()["as_of"] == closed
    assert asked(then, "read_session")["as_of"] == minutes_of(closed)
    assert read(charts, "EURUSD", Timeframe.W1, over - 1).candles.time[-1] < parse_time(opened)


def test_a_companion_is_another_of_the_charts() -> None:
    ours, theirs = (demo_candles(symbol, M15, until=NOW) for symbol in ("EURUSD", "GBPUSD"))
    charts = FixedCharts([chart_of(ours), chart_of(theirs, "GBPUSD")])
    assert read(charts, "EURUSD", M15, None, "gbpusd").to_dict() == chart_of(ours, companion=theirs).to_dict()
    as_of = int(ours.end[-100])
    then = read(charts, "EURUSD", M15, as_of, "GBPUSD")
    assert then.to_dict() == chart_of(ours, companion=theirs).as_of(len(ours) - 100).to_dict()
    assert len(then.to_dict()["smt"]) > 0


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (
            ("GBPUSD", Timeframe.M5, None, None),
            UnknownSymbol,
            "symbol: there is no chart of 'GBPUSD' here; .* of EURUSD",
        ),
        (("EURUSD", Timeframe.M5, None, "ES"), UnknownSymbol, "companion: there is no chart of 'ES' here"),
        (("EURUSD", Timeframe.H1, None, None), NoCandles, "no 1h chart of 'EURUSD' here; there is one of 5m"),
        (("EURUSD", Timeframe.M5, 1, None), NoCandles, "no 5m bar of EURUSD had closed by 1970"),
    ],
)
def test_what_is_not_there_is_said(arguments: tuple[Any, ...], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        read(FixedCharts([chart_of(random_candles(40))]), *arguments)


def test_no_charts_and_no_bars_are_said() -> None:
    with pytest.raises(UnknownSymbol, match="there are charts of no market"):
        read(FixedCharts([]), "EURUSD", M15)
    with pytest.raises(NoCandles):
        read(FixedCharts([chart_of(random_candles(1)[:0])]), "EURUSD", Timeframe.M5, NOW)


def test_a_stored_run_shows_the_charts_its_walk_looked_at() -> None:
    request = request_of(demo_candles("EURUSD", Timeframe.M5, until=NOW, bars=3000))
    reading = Reading(request, load_rulebook("strict"))
    charts = FixedCharts.of_reading(reading)
    ladder = reading.ladder
    for candles in (*ladder.bias, ladder.structure, ladder.entry):
        assert read(charts, "EURUSD", candles.timeframe) is reading.chart(candles)
