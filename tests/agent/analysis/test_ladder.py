"""The ladder: which timeframe is read for what, and that it shifts up with a coarser base."""

import pytest

from agent.analysis.ladder import build_ladder
from tests.agent.analysis.market import NOW, demo_candles
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay


@pytest.mark.parametrize(
    ("base", "bias", "structure", "entry"),
    [
        ("1m", ["1D", "4h", "1h"], "15m", "5m"),
        ("5m", ["1D", "4h", "1h"], "15m", "5m"),
        ("15m", ["1D", "4h", "1h"], "15m", "15m"),
        ("30m", ["1D", "4h", "1h"], "30m", "30m"),
        ("1h", ["1W", "1D", "4h"], "1h", "1h"),
        ("4h", ["1mo", "1W", "1D"], "4h", "4h"),
        ("1D", ["1mo", "1W"], "1D", "1D"),
        ("1W", ["1W"], "1W", "1W"),  # weeks do not divide months
    ],
)
def test_the_ladder_shifts_with_the_base(base: str, bias: list[str], structure: str, entry: str) -> None:
    timeframe = Timeframe(base)
    windows = {timeframe: demo_candles("EURUSD", timeframe, until=NOW, bars=120)}
    used = build_ladder(windows, TradingDay.NEW_YORK_17).to_dict()
    assert (used["bias"], used["structure"], used["entry"]) == (bias, structure, entry)


def test_given_timeframes_are_used_as_they_are() -> None:
    windows = {
        timeframe: demo_candles("EURUSD", timeframe, until=NOW, bars=60) for timeframe in (Timeframe.M15, Timeframe.H4)
    }
    ladder = build_ladder(windows, TradingDay.NEW_YORK_17)
    assert ladder.bias[1] is windows[Timeframe.H4]
    assert ladder.resampled == (Timeframe.H1, Timeframe.D1)


def test_a_missing_timeframe_is_built_from_the_coarsest_below_it() -> None:
    windows = {
        timeframe: demo_candles("EURUSD", timeframe, until=NOW, bars=200) for timeframe in (Timeframe.M15, Timeframe.H1)
    }
    four_hours = build_ladder(windows, TradingDay.NEW_YORK_17).bias[1]
    assert int(four_hours.time[0]) <= int(windows[Timeframe.H1].time[0]) < int(windows[Timeframe.M15].time[0])
