"""Candles drawn by hand: one tuple (open, high, low, close) a bar, prices in whole points."""

from typing import Final

from tools.candles import Candles
from tools.instruments import Instrument
from tools.trading_day import TradingDay

POINTS: Final = Instrument("TEST", "index_future", 1.0, 10.0, 1.0, None, "USD", TradingDay.NEW_YORK_17, "index")
FIRST: Final = 1_704_873_600  # Wednesday 2024-01-10, 08:00 UTC
Bar = tuple[float, float, float, float]


def candles(*bars: Bar) -> Candles:
    """Return 15-minute candles."""
    rows = [{"t": FIRST + 900 * at, "o": bar[0], "h": bar[1], "l": bar[2], "c": bar[3]} for at, bar in enumerate(bars)]
    return Candles.from_rows(rows, "15m")


def mirrored(*bars: Bar) -> Candles:
    """Return the same candles upside down, around 100."""
    return candles(*((200 - o, 200 - low, 200 - high, 200 - c) for o, high, low, c in bars))
