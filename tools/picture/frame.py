"""Where things stand: bars to the right, prices upwards."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.candles import Candles
from tools.instruments import Instrument
from tools.picture.ticks import decimals_of, price_step
from tools.times import parse_time

MARGIN: Final = 128.0
"""Room to the right of the last bar, for what is still alive and its names."""
WIDEST_STEP: Final = 24.0
_AIR: Final = 0.07
_PRICE_EVERY: Final = 46.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's scales; its origin is its upper left corner.

    Attributes:
        candles: every bar of the chart.
        width: of the plot, in units of the picture; so is `height`.
        first: the first visible bar.
        step: width of one bar.
        low: price at the lower edge; `high` at the upper.
        tick: the market's smallest step.
        interval: distance of the prices on the axis.
        decimals: decimals of a price.
    """

    candles: Candles
    width: float
    height: float
    first: int
    step: float
    low: float
    high: float
    tick: float
    interval: float
    decimals: int

    @property
    def count(self) -> int:
        """How many bars are visible."""
        return len(self.candles) - self.first

    @property
    def ends(self) -> float:
        """Where the last bar ends and the margin begins."""
        return self.width - MARGIN

    def edge(self, bar: float) -> float:
        """Return the left edge of a bar, within the plot."""
        return min(self.width, max(0.0, self.ends - (len(self.candles) - bar) * self.step))

    def x(self, bar: float) -> float:
        """Return the middle of a bar; of one before the visible ones, the plot's left edge."""
        return self.edge(bar + 0.5) if bar >= self.first else 0.0

    def until(self, bar: int | None) -> float:
        """Return the middle of the bar at which something ended, the plot's right edge while it has not."""
        return self.width if bar is None else self.x(bar)

    def y(self, price: float) -> float:
        """Return the height of a price, measured downwards; it may lie outside the plot."""
        return (self.high - price) / (self.high - self.low) * self.height

    def holds(self, bottom: float, top: float) -> bool:
        """Tell whether any price of ``[bottom, top]`` is visible."""
        return top >= self.low and bottom <= self.high

    def tag(self, value: float) -> str:
        """Write a price to the tick, as the axis does."""
        return f"{value:.{self.decimals}f}"

    def price(self, value: float) -> str:
        """Write a price as its market does, with one more decimal where it stands between two ticks."""
        written = f"{value:.{self.decimals + 1}f}"
        return written[:-1].removesuffix(".") if written.endswith("0") else written


def frame_of(
    candles: Candles, instrument: Instrument, last_bars: int, size: tuple[float, float], wanted: list[float]
) -> Frame:
    """Fit the last bars into a plot, with the `wanted` prices where they lie within one height of the bars'."""
    width, height = size
    first = max(0, len(candles) - last_bars)
    low, high = _prices(candles[first:], instrument.tick_size, wanted)
    tick = instrument.tick_size
    interval = price_step(high - low, max(1, int(height / _PRICE_EVERY)), tick)
    decimals = max(decimals_of(tick), decimals_of(interval))
    step = min(WIDEST_STEP, (width - MARGIN) / max(1, len(candles) - first))
    return Frame(candles, width, height, first, step, low, high, tick, interval, decimals)


def _prices(visible: Candles, tick: float, wanted: list[float]) -> tuple[float, float]:
    if not len(visible):
        return 0.0, 1.0
    low, high = float(visible.low.min()), float(visible.high.max())
    # Prices that do not move still need a scale: a few ticks, or a share of a price far smaller than its tick.
    reach = max(high - low, min(10 * tick, high / 100))
    near = [price for price in wanted if low - reach <= price <= high + reach]
    low, high = min(low, *near, low), max(high, *near, high)
    air = _AIR * max(high - low, reach)
    return low - air, high + air


def bar_from(candles: Candles, second: int) -> int:
    """Return the first bar that opens at or after an epoch second, the number of bars if none does."""
    return int(np.searchsorted(candles.time, second))


def bar_holding(candles: Candles, at: str) -> int:
    """Return the bar under way at an ISO time, the first or the last one where none was; 0 without bars."""
    return max(0, int(np.searchsorted(candles.time, parse_time(at), side="right")) - 1)
