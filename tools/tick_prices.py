"""Prices the market can quote: whole numbers of ticks, rounded the way that keeps a plan honest."""

from typing import Final

import numpy as np

GRID_NOISE: Final = 1e-6
"""Of a tick: what dividing two binary fractions may add to a price that lies on the grid."""


def on_grid(ticks: float, tick: float) -> float:
    """Return a whole number of ticks as a price, without the noise that multiplying by a binary fraction leaves."""
    return float(f"{ticks * tick:.12g}")


def on_tick(price: float, tick: float, way: int) -> float:
    """Return the tick at or behind a price: below it for a long, whose `way` is 1, above it for a short, -1.

    An entry is so rounded away from price, a stop away from the entry.
    """
    return on_grid(-way * float(np.ceil(-way * price / tick - GRID_NOISE)), tick)


def quoted(entry: float, stop: float, tick: float, way: int) -> tuple[float, float] | None:
    """Return entry and stop as the market quotes them, None where they are not two prices above 0, a tick apart."""
    on_ticks = on_tick(entry, tick, way), on_tick(stop, tick, way)
    return on_ticks if min(on_ticks) > 0 and way * (on_ticks[0] - on_ticks[1]) > 0 else None
