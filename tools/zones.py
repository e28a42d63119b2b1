"""Zones that price may come back to: their columns and the steps of their lives."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.candles import Candles
from tools.crossings import first_returns
from tools.facts import BULLISH, DirectionArray, Facts, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Zones(Facts):
    """Zones that live as a fair value gap does; of a bullish one the near edge is the top and the far edge the bottom.

    Attributes:
        direction: int8, shape (m,).
        top: float64, shape (m,), the upper edge; `bottom` the lower; `middle` the consequent encroachment.
        touched_index: int64: first bar after confirmation that reached the near edge.
        ce_index: first that reached the middle.
        filled_index: first that reached the far edge.
        inverted_index: first that closed beyond the far edge.
    """

    LIFE: ClassVar[tuple[str, ...]] = ("touched_index", "ce_index", "filled_index", "inverted_index")

    direction: DirectionArray
    top: FloatArray
    bottom: FloatArray
    middle: FloatArray
    touched_index: IntArray
    ce_index: IntArray
    filled_index: IntArray
    inverted_index: IntArray


def zone_life(
    candles: Candles,
    direction: DirectionArray,
    top: FloatArray,
    bottom: FloatArray,
    middle: FloatArray,
    confirmed: IntArray,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return ``(touched, ce, filled, inverted)`` of zones, each the first bar after confirmation, or `NONE`.

    Price reaches an edge or the middle by a wick, from the zone's near side; it inverts the zone by a close beyond the
    far edge.

    Args:
        candles: bars, shape (n,).
        direction: int8, shape (m,).
        top: float64, shape (m,); so are `bottom` and `middle`.
        bottom: the lower edge.
        middle: the consequent encroachment.
        confirmed: int64, shape (m,): the bar after which each life begins.
    """
    is_bullish = direction == BULLISH
    near, far = np.where(is_bullish, top, bottom), np.where(is_bullish, bottom, top)
    touched, ce, filled, inverted = first_returns(
        candles, direction, confirmed, reached=(near, middle, far), beyond=far
    )
    return touched, ce, filled, inverted
