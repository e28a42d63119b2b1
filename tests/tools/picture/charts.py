"""Charts to draw: real ones where there are any, and made ones for every edge."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tests.tools.hand_drawn import draw, flat, line
from tools.candles import Candles
from tools.chart import Chart, read_chart
from tools.instruments import Instrument, instrument
from tools.timeframes import Timeframe

EURUSD = instrument("EURUSD")
MONDAY = "2024-01-08T00:00:00Z"


def walk(bars: int, *, seed: int = 7, price: float = 1.1, share: float = 0.0006, start: str = MONDAY,
         timeframe: Timeframe = Timeframe.M15) -> Candles:  # fmt: skip
    """Draw a random walk: as many bars, each moving by about `share` of the price."""
    random = np.random.default_rng(seed)
    closes = price * np.exp(np.cumsum(random.normal(0, share, bars)))
    opens = np.concatenate(([price], closes[:-1])) * np.exp(random.normal(0, share / 6, bars))
    reach = np.abs(random.normal(0, share, (2, bars))) * closes
    highs, lows = np.maximum(opens, closes) + reach[0], np.minimum(opens, closes) - reach[1]
    rows = zip(opens.tolist(), highs.tolist(), lows.tolist(), closes.tolist(), strict=True)
    return draw(*rows, timeframe=timeframe, start=start)


def chart_of(candles: Candles, of: Instrument = EURUSD) -> Chart:
    """Read candles."""
    return read_chart(candles, of)


def named(symbol: str) -> Instrument:
    """Return an instrument of the caller's own naming."""
    return replace(EURUSD, symbol=symbol)


def edges() -> Mapping[str, Chart]:
    """Return the charts at the edge of what can be drawn."""
    up = line(*np.linspace(1.0, 1.2, 20).tolist())
    gap = [*up, *line(*np.linspace(90.0, 91.0, 20).tolist())]
    huge, tiny = walk(200, price=100_000.0), walk(200, price=0.00001)
    drawn: dict[str, Candles] = {
        "no bars": draw(),
        "one bar": draw((1.1, 1.2, 1.0, 1.15)),
        "one flat bar": draw((1.1, 1.1, 1.1, 1.1)),
        "two bars": draw((1.1, 1.2, 1.0, 1.15), (1.15, 1.3, 1.1, 1.2)),
        "flat prices": draw(*flat(120, 1.1)),
        "flat tiny prices": draw(*flat(20, 0.00001)),
        "one huge gap": draw(*gap),
        "huge prices": huge,
        "tiny prices": tiny,
        "hourly": walk(300, timeframe=Timeframe.H1),
        "four hours": walk(300, timeframe=Timeframe.H4, start="2024-01-07T22:00:00Z"),
        "daily": walk(300, timeframe=Timeframe.D1, start="2022-01-03T22:00:00Z"),
    }
    return {name: chart_of(candles) for name, candles in drawn.items()}


def shown_ids(chart: Chart, kinds: Sequence[str]) -> set[str]:
    """Return the ids of some lists of a chart's document."""
    document = chart.to_dict()
    return {row["id"] for kind in kinds for row in document[kind]}
