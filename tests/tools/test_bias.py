"""The daily bias: its votes, their weights, and when it is neutral."""

import asyncio

import numpy as np
import pytest

from tools.bias import VOTES, BiasReading, bias_of_charts, read_bias
from tools.candles import Candles
from tools.chart import read_chart
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.resample import resample
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

EVEN = dict.fromkeys(VOTES, 1.0)
RISING = (10, 11, 12, 13, 14, 16, 15, 14, 13, 12, 10, 11, 12, 13, 14, 15, 17, 18)  # breaks 16.5 from 9.5


def bars(closes: tuple[float, ...], timeframe: Timeframe, start: int = 1_704_067_200) -> Candles:
    """Return bars of one point either side of their body, each opening at the last close."""
    close = np.array(closes, dtype=np.float64)
    opened = np.concatenate((close[:1], close[:-1]))
    time = start + np.arange(len(close)) * timeframe.seconds
    high, low = np.maximum(opened, close) + 0.5, np.minimum(opened, close) - 0.5
    return Candles.from_arrays(timeframe, time, opened, high, low, close, np.zeros(len(close)))


def votes_of(reading: BiasReading) -> dict[str, int | None]:
    return {vote.name: vote.direction for vote in reading.votes}


def test_each_timeframes_trend_votes_once() -> None:
    frames = [bars(RISING, timeframe) for timeframe in (Timeframe.H1, Timeframe.H4, Timeframe.D1)]
    reading = read_bias(frames, instrument("EURUSD"), 17.0, EVEN)
    assert [vote.name for vote in reading.votes] == list(VOTES)
    assert {votes_of(reading)[f"trend_{rank}"] for rank in ("lowest", "middle", "highest")} == {1}


def test_mirrored_prices_mirror_the_votes() -> None:
    up = [bars(RISING, timeframe) for timeframe in (Timeframe.H1, Timeframe.H4)]
    down = [bars(tuple(28 - close for close in RISING), timeframe) for timeframe in (Timeframe.H1, Timeframe.H4)]
    above, below = (
        read_bias(frames, instrument("EURUSD"), price, EVEN) for frames, price in ((up, 17.0), (down, 11.0))
    )
    assert above.score == pytest.approx(-(below.score or 0))
    assert {name: None if vote is None else -vote for name, vote in votes_of(above).items()} == votes_of(below)


def test_a_timeframe_without_a_break_has_no_vote_and_no_weight() -> None:
    frames = [bars(RISING, Timeframe.H1), bars(RISING[:6], Timeframe.H4)]
    reading = read_bias(frames, instrument("EURUSD"), 17.0, {"trend_lowest": 1.0, "trend_middle": 5.0})
    assert votes_of(reading)["trend_middle"] is None
    assert reading.score == 1.0
    assert reading.opposing_share == 0.0


def test_price_at_equilibrium_is_neutral_whatever_the_trend() -> None:
    frames = [bars(RISING, Timeframe.H1)]
    middle = (9.5 + 18.5) / 2
    at, away = (read_bias(frames, instrument("EURUSD"), price, {"trend_lowest": 1}) for price in (middle, 17.0))
    assert (at.near_equilibrium, at.strength) == (True, 0.0)
    assert (away.near_equilibrium, bool(away.strength)) == (False, True)


def test_premium_votes_down_and_discount_up() -> None:
    frames = [bars(RISING, Timeframe.H1)]
    place = [votes_of(read_bias(frames, instrument("EURUSD"), price, EVEN))["dealing_range"] for price in (10.5, 17.0)]
    assert place == [1, -1]


def test_nothing_known_is_no_score() -> None:
    reading = read_bias([bars(RISING[:3], Timeframe.H1)], instrument("EURUSD"), 12.0, EVEN)
    assert (reading.score, reading.strength, reading.lean) == (None, None, 0)


def test_the_draw_is_the_nearer_untaken_pool() -> None:
    closes = tuple(10 + (hour % 24 < 12) * 4 * np.sin(hour / 4) for hour in range(72))
    frames = [bars(tuple(map(float, closes)), Timeframe.H1)]
    reading = read_bias(frames, instrument("EURUSD"), float(closes[-1]), EVEN)
    draw = reading.votes[-1]
    assert draw.price is not None
    assert draw.kind is not None
    assert draw.kind.startswith(("previous_day", "previous_week"))
    assert (draw.direction == 1) == (draw.price > closes[-1])


def test_charts_cut_back_vote_as_their_first_bars_do() -> None:
    demo, market = DemoMarketData(7, clock=lambda: 1_790_000_000), instrument("EURUSD")
    base = asyncio.run(demo.candles("EURUSD", Timeframe.M15, limit=2000))
    ladder = [resample(base, rung, TradingDay.NEW_YORK_17) for rung in (Timeframe.H1, Timeframe.H4, Timeframe.D1)]
    charts = [read_chart(candles, market) for candles in ladder]
    for cut in (0, 1, 2, 3, 7, 20, 60, 150, 499):
        counts = [max(len(ladder[0]) - cut, 0), max(len(ladder[1]) - cut // 4, 0), max(len(ladder[2]) - cut // 24, 0)]
        frames = [candles[:count] for candles, count in zip(ladder, counts, strict=True)]
        for price in (float(base.close[-1]), float(base.close[100]), float(base.high.max()) + 1):
            assert bias_of_charts(charts, price, EVEN, counts) == read_bias(frames, market, price, EVEN)
