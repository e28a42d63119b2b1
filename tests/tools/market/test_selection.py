"""Choosing bars: closed by a moment, the newest, the one under way."""

import pytest

from tools.candles import Candles
from tools.errors import InvalidParameter, NoCandles
from tools.market.selection import check_limit, closed_by, joined, newest_bars, require_some
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

START = 1_704_153_600  # 2024-01-02 00:00 UTC, ten quarters of an hour
TIME = [START + 900 * bar for bar in range(10)]
PRICE = [float(bar) for bar in range(1, 11)]
QUARTERS = Candles.from_columns(
    {
        "time": TIME,
        "open": PRICE,
        "high": [price + 0.5 for price in PRICE],
        "low": [price - 0.5 for price in PRICE],
        "close": PRICE,
        "volume": PRICE,
    },
    Timeframe.M15,
)


def newest(base: Candles, *, limit: int = 9, include_current: bool) -> Candles:
    return newest_bars(base, Timeframe.H1, TradingDay.UTC_00, limit=limit, include_current=include_current)


@pytest.mark.parametrize(("seconds", "bars"), [(0, 0), (899, 0), (900, 1), (1799, 1), (1800, 2), (99_999, 10)])
def test_closed_by(seconds: int, bars: int) -> None:
    assert len(closed_by(QUARTERS, START + seconds)) == bars


def test_the_bar_under_way_is_what_has_closed_of_it() -> None:
    closed, with_current = (newest(QUARTERS, include_current=current) for current in (False, True))

    assert closed.close.tolist() == [4, 8]
    assert with_current.close.tolist() == [4, 8, 10]
    assert with_current.to_rows()[-1] == {
        "time": "2024-01-02T02:00:00Z", "open": 9, "high": 10.5, "low": 8.5, "close": 10, "volume": 19,
    }  # fmt: skip


def test_no_bar_is_under_way_where_the_last_is_complete() -> None:
    assert newest(QUARTERS[:8], include_current=True) == newest(QUARTERS[:8], include_current=False)


def test_the_limit_counts_the_bar_under_way() -> None:
    assert newest(QUARTERS, limit=2, include_current=True).close.tolist() == [8, 10]
    assert newest(QUARTERS, limit=1, include_current=False).close.tolist() == [8]
    assert len(newest(QUARTERS[:0], include_current=True)) == 0


def test_joined_is_the_opposite_of_slicing() -> None:
    assert joined([QUARTERS[:3], QUARTERS[3:7], QUARTERS[7:]]) == QUARTERS


def test_refusals() -> None:
    with pytest.raises(InvalidParameter, match="limit is 0"):
        check_limit(0)
    with pytest.raises(NoCandles, match="EURUSD has no 15m bar closed by 2024-01-02T00:00:00Z"):
        require_some(QUARTERS[:0], "EURUSD", START)
