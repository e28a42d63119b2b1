"""The market data port: one suite for every adapter."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd
import pytest

from tests.tools.candle_checks import assert_keeps_the_rules
from tools.candles import Candles
from tools.errors import InvalidParameter, NoCandles, UnknownSymbol
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.market.files import FilesMarketData
from tools.market.port import MarketData
from tools.market.selection import closed_by, joined
from tools.market.simulator import simulated_minutes, week_of
from tools.resample import resample
from tools.timeframes import Timeframe

T = TypeVar("T")
NOW: Final = 1_717_600_500  # Wednesday 2024-06-05 15:15 UTC, inside an hour, a day, a week and a month
SYMBOL: Final = "EURUSD"
WEEKS: Final = 6


def recorded_minutes() -> Candles:
    """The last weeks of one simulated market up to `NOW`: what both adapters are to serve."""
    last = week_of(NOW, instrument(SYMBOL))
    minutes = joined([simulated_minutes(11, SYMBOL, week) for week in range(last - WEEKS + 1, last + 1)])
    return closed_by(minutes, NOW)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds those minutes as a Parquet file."""
    minutes = recorded_minutes()
    made = tmp_path_factory.mktemp("candles")
    names = ("time", "open", "high", "low", "close", "volume")
    pd.DataFrame({name: getattr(minutes, name) for name in names}).to_parquet(made / "EURUSD_1m.parquet")
    return made


@pytest.fixture(params=["files", "demo"])
def source(request: pytest.FixtureRequest, folder: Path) -> MarketData:
    if request.param == "files":
        return FilesMarketData(folder)
    return DemoMarketData(11, clock=lambda: NOW)


def asked(answer: Awaitable[T]) -> T:
    async def waited() -> T:
        return await answer

    return asyncio.run(waited())


Ask = Callable[..., Candles]


@pytest.fixture
def candles(source: MarketData) -> Ask:
    def ask(
        timeframe: Timeframe, *, symbol: str = SYMBOL, limit: int = 50, until: int | None = None, current: bool = False
    ) -> Candles:
        return asked(source.candles(symbol, timeframe, limit=limit, until=until, include_current=current))

    return ask


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_bars_are_what_the_minutes_make(candles: Ask, timeframe: Timeframe) -> None:
    limit = 4 if timeframe.is_intraday else 3 if timeframe is Timeframe.D1 else 1
    expected = resample(recorded_minutes(), timeframe, instrument(SYMBOL).trading_day)

    assert candles(timeframe, limit=limit) == expected[-limit:]


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_bars_are_valid_closed_and_no_more_than_asked_for(candles: Ask, timeframe: Timeframe) -> None:
    bars = candles(timeframe, limit=3)

    assert_keeps_the_rules(bars)
    assert bars.timeframe is timeframe
    assert 1 <= len(bars) <= 3
    assert bars.end[-1] <= NOW


@pytest.mark.parametrize("timeframe", [Timeframe.M1, Timeframe.M15, Timeframe.H4, Timeframe.D1])
@pytest.mark.parametrize("ago", [0, 59, 3_600, 86_400, 3 * 86_400, 9 * 86_400])
def test_an_earlier_moment_knows_the_same_bars_and_fewer(candles: Ask, timeframe: Timeframe, ago: int) -> None:
    later = candles(timeframe, limit=15_000 if timeframe is Timeframe.M1 else 1_000 if timeframe.is_utc_aligned else 60)
    earlier = candles(timeframe, limit=15, until=NOW - ago)

    assert earlier == later[: int((later.end <= NOW - ago).sum())][-15:]


@pytest.mark.parametrize(
    "timeframe", [Timeframe.M5, Timeframe.H1, Timeframe.H4, Timeframe.D1, Timeframe.W1, Timeframe.MO1]
)
@pytest.mark.parametrize("ago", [0, 60 * 7, 86_400 + 60 * 11])
def test_the_bar_under_way_holds_the_minutes_closed_by_then(candles: Ask, timeframe: Timeframe, ago: int) -> None:
    until = NOW - ago
    closed = candles(timeframe, limit=5, until=until)
    bars = candles(timeframe, limit=6, until=until, current=True)
    minutes = closed_by(recorded_minutes(), until)

    unfinished = int(bars.time[-1]) > int(closed.time[-1])
    assert (bars[:-1] if unfinished else bars)[-len(closed) :] == closed
    if unfinished:
        within = minutes[int((minutes.time < bars.time[-1]).sum()) :]
        assert bars.open[-1] == within.open[0]
        assert (bars.high[-1], bars.low[-1]) == (within.high.max(), within.low.min())
        assert bars.close[-1] == within.close[-1]


def test_a_moment_beyond_the_source_is_its_end(candles: Ask) -> None:
    assert candles(Timeframe.M15, until=NOW + 86_400) == candles(Timeframe.M15)


@pytest.mark.parametrize("timeframe", [Timeframe.M5, Timeframe.W1])
def test_a_limit_beyond_all_history_is_answered_with_what_there_is(candles: Ask, timeframe: Timeframe) -> None:
    bars = candles(timeframe, limit=10**12)

    assert_keeps_the_rules(bars)
    assert bars.end[-1] <= NOW


def test_the_limit_counts_from_the_newest(candles: Ask) -> None:
    many = candles(Timeframe.M15, limit=80)

    assert len(many) == 80
    assert candles(Timeframe.M15, limit=7) == many[-7:]


def test_spellings_of_a_symbol_mean_the_same_market(candles: Ask, source: MarketData) -> None:
    assert candles(Timeframe.H1, symbol="oanda:eur/usd") == candles(Timeframe.H1)
    assert asked(source.instrument("eur/usd")).symbol == SYMBOL
    assert SYMBOL in asked(source.symbols())


def test_the_same_question_has_the_same_answer_also_at_the_same_time(source: MarketData) -> None:
    async def together() -> list[Candles]:
        questions = (source.candles(SYMBOL, Timeframe.M15, limit=100) for _ in range(8))
        return await asyncio.gather(*questions)

    answers = asyncio.run(together())
    assert len({answer.sha256 for answer in answers}) == 1


@pytest.mark.parametrize("symbol", ["NOPE", "", "../EURUSD_1m", "/etc/passwd", "EURUSD_1m.parquet", "..", "\0"])
def test_an_unknown_symbol_is_refused(candles: Ask, symbol: str) -> None:
    with pytest.raises(UnknownSymbol) as caught:
        candles(Timeframe.M15, symbol=symbol)
    assert caught.value.field == "symbol"


def test_a_moment_before_the_first_bar_has_no_candles(candles: Ask) -> None:
    with pytest.raises(NoCandles, match="EURUSD has no 1D bar closed by 1990-01-01"):
        candles(Timeframe.D1, until=631_152_000)
    with pytest.raises(NoCandles):
        candles(Timeframe.M1, until=631_152_000, current=True)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(candles: Ask, limit: int) -> None:
    with pytest.raises(InvalidParameter, match="at least 1 bar"):
        candles(Timeframe.M15, limit=limit)


def test_health_says_what_answered(source: MarketData) -> None:
    health = asked(source.health())

    assert (health.name, health.ok) == (source.name, True)
    assert health.detail
    assert 0 <= health.latency_ms < 60_000
