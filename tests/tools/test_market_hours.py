"""How many bars the open market had time for."""

from datetime import UTC, datetime

import pytest

from tools.instruments import Instrument, instrument
from tools.market_hours import bars_of_open_market
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

EQUITY = Instrument("ACME", "equity", 0.01, 1.0, 1.0, None, "USD", TradingDay.NEW_YORK_00, "index")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("symbol", "timeframe", "start", "end", "bars"),
    [
        ("EURUSD", "15m", "2024-01-10T14:00", "2024-01-10T14:00", 0),
        ("EURUSD", "15m", "2024-01-10T14:00", "2024-01-10T14:14", 0),
        ("EURUSD", "15m", "2024-01-10T14:00", "2024-01-10T15:00", 4),
        ("EURUSD", "1m", "2024-01-10T14:00", "2024-01-10T14:07", 7),
        ("EURUSD", "15m", "2024-01-12T22:00", "2024-01-14T22:00", 0),  # the weekend
        ("EURUSD", "15m", "2024-01-12T22:00", "2024-01-14T22:30", 2),
        ("ES", "15m", "2024-01-10T22:00", "2024-01-10T23:00", 0),  # the halt
        ("BTCUSD", "1h", "2024-01-12T22:00", "2024-01-14T22:00", 48),
        ("EURUSD", "1D", "2024-01-10T22:00", "2024-02-07T22:00", 20),
        ("ES", "1D", "2024-01-10T22:00", "2024-02-07T22:00", 20),
        ("ES", "1W", "2024-01-14T22:00", "2024-02-11T22:00", 4),
        ("ACME", "1D", "2024-01-11T05:00", "2024-02-08T05:00", 20),
        ("BTCUSD", "1D", "2024-01-10T00:00", "2024-01-20T00:00", 10),
        ("BTCUSD", "1W", "2024-01-08T00:00", "2024-01-29T00:00", 3),
        ("EURUSD", "4h", "2024-01-10T14:00", "2024-01-11T14:00", 6),
        ("EURUSD", "15m", "2024-01-10T15:00", "2024-01-10T14:00", 0),
    ],
)
def test_only_the_open_market_takes_time(symbol: str, timeframe: str, start: str, end: str, bars: int) -> None:
    market = EQUITY if symbol == "ACME" else instrument(symbol)
    assert bars_of_open_market(at(start), at(end), Timeframe(timeframe), market) == bars
