"""Candles drawn by hand, a few bars at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tools.candles import Candles
from tools.timeframes import Timeframe

NOON: Final = "2024-01-10T12:00:00Z"
Drawn = tuple[float, float, float, float]


def draw(*bars: Drawn, timeframe: Timeframe = Timeframe.H1, start: str = NOON) -> Candles:
    """Draw bars one after the other, each ``(open, high, low, close)``."""
    first = int(datetime.fromisoformat(start).timestamp())
    columns = {name: [bar[place] for bar in bars] for place, name in enumerate(("open", "high", "low", "close"))}
    times = [first + index * timeframe.seconds for index in range(len(bars))]
    return Candles.from_columns({"time": times, **columns}, timeframe)


def draw_at(*bars: tuple[str, Drawn], timeframe: Timeframe = Timeframe.H1) -> Candles:
    """Draw bars at stated times, each ``(time, (open, high, low, close))``."""
    columns = {name: [bar[place] for _, bar in bars] for place, name in enumerate(("open", "high", "low", "close"))}
    return Candles.from_columns({"time": [time for time, _ in bars], **columns}, timeframe)


def line(*closes: float) -> list[Drawn]:
    """Draw a price path without wicks: each bar opens where the last one closed; the first does not move."""
    opens = (closes[0], *closes)
    return [(o, max(o, c), min(o, c), c) for o, c in zip(opens, closes, strict=False)]


def flat(count: int, price: float) -> list[Drawn]:
    """Draw bars that do not move."""
    return [(price, price, price, price)] * count


def steady(count: int, price: float, height: float) -> list[Drawn]:
    """Draw dojis of one height about one price: their ATR is that height."""
    return [(price, price + height / 2, price - height / 2, price)] * count


def with_highs(highs: Sequence[float]) -> Candles:
    """Draw bars of which only the highs matter."""
    return draw(*[(1, high, 1, 1) for high in highs])


def with_lows(lows: Sequence[float]) -> Candles:
    """Draw bars of which only the lows matter."""
    return draw(*[(99, 99, low, 99) for low in lows])
