"""Markets, and the pen that writes whole ticks into their candles without a rounding that a platform could decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from evals.suites.textbook.drawing import Bar, Pen, mirrored, trending, windows_of
from tools.candles import Candles
from tools.timeframes import Timeframe

Bars = npt.NDArray[np.int64]
"""Open, high, low and close in ticks above the market's base price, upright, shape (n, 4)."""
# symbol: (base price in ticks, ticks in a unit of price, ticks in a unit of the stories)
_MARKETS: Final = {
    "EURUSD": (108_000, 100_000, 5),
    "GBPUSD": (127_000, 100_000, 6),
    "USDJPY": (150_000, 1_000, 8),
    "XAUUSD": (230_000, 100, 20),
    "NQ": (72_000, 4, 2),
    "ES": (21_000, 4, 1),
    "BTCUSD": (6_000_000, 100, 500),
}
_HOURLY_SIZE: Final = 480
"""Half the height of the hourly dealing range in units: a day of a story fits into its lower half."""
_FIRST_LIFT, _LIFT = -53, 37
_YEN_RATE: Final = 1 / 150


@dataclass(frozen=True, slots=True)
class Quill(Pen):
    """A pen that draws in the market's own ticks.

    Attributes:
        lift: ticks by which the drawing lies above the market's base price.
    """

    lift: int = 0

    @property
    def unit(self) -> int:
        """Ticks in a unit of the stories."""
        return _MARKETS[self.symbol][2]

    @property
    def rate(self) -> float | None:
        """What a unit of the quote currency is worth in dollars; None where it is the dollar."""
        return _YEN_RATE if self.instrument.quote_currency == "JPY" else None

    def price(self, ticks: float) -> float:
        """Return the price some ticks above the base, below it where the drawing is upside down."""
        base, whole, _ = _MARKETS[self.symbol]
        return (base + self.lift + self.way * ticks) / whole

    def said(self, ticks: int) -> str:
        """Return that price as a sentence writes it."""
        return f"{self.price(ticks):.10g}"

    def candles_at(self, bars: Sequence[Bar] | Bars, timeframe: Timeframe, times: Sequence[int]) -> Candles:
        """Write bars at stated epoch seconds."""
        base, whole, _ = _MARKETS[self.symbol]
        drawn = np.asarray(bars, dtype=np.int64).reshape(-1, 4)
        upright = drawn if self.way > 0 else drawn[:, [0, 2, 1, 3]]
        prices = (base + self.lift + self.way * upright) / whole
        columns = {name: prices[:, place].copy() for place, name in enumerate(("open", "high", "low", "close"))}
        return Candles.from_columns({"time": np.asarray(times, dtype=np.int64), **columns}, timeframe)


def quill(symbol: str, way: int, number: int) -> Quill:
    """Return the pen of one chart of many: each draws somewhere else, none about a round price."""
    lift = (_FIRST_LIFT + _LIFT * number + (way < 0)) * _MARKETS[symbol][2] + number
    return Quill(symbol, way, lift)


def laddered(pen: Quill, base: Candles, opened: int, *, against: bool = False) -> dict[Timeframe, Candles]:
    """Put the higher timeframes of a bias above a chart; see `evals.suites.textbook.shift_chart.ladder`.

    Args:
        pen: whose market it is.
        base: the chart, beginning on a full hour.
        opened: the tick it opened at: a quarter up the hourly dealing range, or a quarter down it.
        against: whether the bias is against the drawing.
    """
    windows, lower, end = [base], base, opened
    for times, frame in ((1, Timeframe.H1), (2, Timeframe.H4), (4, Timeframe.D1)):
        bars = _leaning(times * _HOURLY_SIZE * pen.unit, against)
        lower = pen.before(lower, [(o + end, high + end, low + end, c + end) for o, high, low, c in bars], frame)
        windows.append(lower)
        end += bars[0][0]
    return windows_of(*windows)


@cache
def _leaning(size: int, against: bool) -> tuple[Bar, ...]:
    """Return a trend that comes back to 0."""
    bars = trending(0, size)
    return tuple(mirrored(bars) if against else bars)
