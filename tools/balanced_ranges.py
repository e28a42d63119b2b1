"""Balanced price ranges: where a bullish and a bearish fair value gap overlap."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.facts import IntArray
from tools.imbalances import FairValueGaps
from tools.zones import Zones, zone_life

WINDOW_BARS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class BalancedRanges(Zones):
    """Balanced price ranges, drawn and confirmed with the later of their two gaps, whose direction they have.

    Attributes:
        earlier_index: int64, shape (m,): the bar that confirmed the earlier gap, which runs the other way.
    """

    KIND: ClassVar[str] = "bpr"
    NAMED_BY: ClassVar[tuple[str, ...]] = ("direction", "earlier_index")

    earlier_index: IntArray


def detect_balanced_ranges(candles: Candles, gaps: FairValueGaps, *, window: int = WINDOW_BARS) -> BalancedRanges:
    """Find every overlap of a bullish and a bearish fair value gap: from the higher bottom to the lower top.

    Gaps that only share an edge do not overlap, and a gap may be part of several ranges.

    Args:
        candles: bars, shape (n,).
        gaps: fair value gaps on the same bars.
        window: how many bars after the earlier gap the later one may be confirmed, at most.

    Returns:
        Ranges ordered by confirmation, those of one later gap by their earlier gap, each with its life. Source: ICT
        balanced price range.
    """
    earlier, later = _pairs(gaps, window)
    top = np.minimum(gaps.top[earlier], gaps.top[later])
    bottom = np.maximum(gaps.bottom[earlier], gaps.bottom[later])
    meets = top > bottom
    earlier, later, top, bottom = earlier[meets], later[meets], top[meets], bottom[meets]
    direction, confirmed, middle = gaps.direction[later], gaps.confirmed_index[later], (top + bottom) / 2
    life = zone_life(candles, direction, top, bottom, middle, confirmed)
    formed, began = gaps.formed_index[later], gaps.confirmed_index[earlier]
    return BalancedRanges(formed, confirmed, direction, top, bottom, middle, *life, began)


def _pairs(gaps: FairValueGaps, window: int) -> tuple[IntArray, IntArray]:
    """Return the rows of all pairs of opposite gaps, earlier and later, ordered by the later, then by the earlier.

    Gaps are ordered by confirmation and no two are confirmed on one bar, so a row before another is the earlier gap.
    """
    rows = np.arange(len(gaps))
    count = rows - np.searchsorted(gaps.confirmed_index, gaps.confirmed_index - window)
    later = np.repeat(rows, count)
    place = np.arange(len(later)) - np.repeat(np.cumsum(count) - count, count)
    earlier = later - np.repeat(count, count) + place
    opposite = gaps.direction[earlier] != gaps.direction[later]
    return earlier[opposite], later[opposite]
