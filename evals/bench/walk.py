"""Random walks as candles, for benchmarks: the same ones on every machine."""

from typing import Final

import numpy as np

from tools.candles import Candles
from tools.timeframes import Timeframe

_BEGINS: Final = 1_672_704_000  # 2023-01-03 00:00 UTC
_TICK: Final = 0.00001
_SEED: Final = 20230103


def random_walk(bars: int, *, seed: int = _SEED) -> Candles:
    """Return 15-minute bars of a driftless walk near 1.10, in whole ticks, weekends left out."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0.0, 12.0, bars).round()
    close = 110_000 + np.cumsum(steps - (np.cumsum(steps) > 40_000))
    opened = np.concatenate(([110_000.0], close[:-1])) + chance.integers(-1, 2, bars)
    high = np.maximum(opened, close) + chance.integers(0, 12, bars)
    low = np.minimum(opened, close) - chance.integers(0, 12, bars)
    slots = np.arange(bars, dtype=np.int64)
    week, slot = np.divmod(slots, 5 * 96)
    time = _BEGINS + week * 7 * 86_400 + slot * 900
    prices = (np.round(column * _TICK, 5) for column in (opened, high, low, close))
    return Candles.from_columns(
        dict(zip(("time", "open", "high", "low", "close"), (time, *prices), strict=True)), Timeframe.M15
    )
