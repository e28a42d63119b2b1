"""Inverse fair value gaps: gaps that price closed through, which from then on work the other way."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tools.candles import Candles
from tools.facts import NONE, DirectionArray, Facts, FloatArray, IntArray, by_confirmation
from tools.imbalances import FairValueGaps
from tools.zones import zone_life


@dataclass(frozen=True, slots=True, eq=False)
class InverseGaps(Facts):
    """Inverse fair value gaps, drawn where their gap is and confirmed by the close that inverted it.

    Attributes:
        direction: int8, shape (m,), the opposite of the gap's.
        top: float64, shape (m,), the gap's upper edge; `bottom` its lower; `middle` its consequent encroachment.
        gap_index: int64: the bar that confirmed the gap.
        touched_index: first bar after confirmation that came back to the near edge (of a bullish one the top).
        ce_index: first that reached the middle.
        dead_index: first that closed back beyond the far edge; a zone flips once and never again.
    """

    KIND: ClassVar[str] = "inverse_gap"
    LIFE: ClassVar[tuple[str, ...]] = ("touched_index", "ce_index", "dead_index")

    direction: DirectionArray
    top: FloatArray
    bottom: FloatArray
    middle: FloatArray
    gap_index: IntArray
    touched_index: IntArray
    ce_index: IntArray
    dead_index: IntArray


def detect_inverse_gaps(candles: Candles, gaps: FairValueGaps) -> InverseGaps:
    """Find every fair value gap that was inverted: its zone with the polarity flipped.

    Args:
        candles: bars, shape (n,).
        gaps: fair value gaps on the same bars.

    Returns:
        Inverse gaps ordered by confirmation, those of one close by the bar drawn on; empty where no gap was closed
        through. Source: ICT inverse (inversion) fair value gap.
    """
    inverted = np.flatnonzero(gaps.inverted_index != NONE)
    rows = inverted[by_confirmation(gaps.inverted_index[inverted], gaps.formed_index[inverted])]
    flipped = gaps.select(rows)
    confirmed, direction = flipped.inverted_index, -flipped.direction
    top, bottom, middle = flipped.top, flipped.bottom, flipped.middle
    touched, ce, _, dead = zone_life(candles, direction, top, bottom, middle, confirmed)
    return InverseGaps(
        flipped.formed_index, confirmed, direction, top, bottom, middle, flipped.confirmed_index, touched, ce, dead
    )
