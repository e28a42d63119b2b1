"""Balanced price ranges: two opposite gaps over the same prices, not too far apart in time."""

import numpy as np
import pytest

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, flat
from tools.balanced_ranges import BalancedRanges, detect_balanced_ranges
from tools.imbalances import FairValueGaps, detect_fair_value_gaps

RISE_AND_FALL: list[Drawn] = [(10, 11, 9, 10), (10, 14, 10, 14), (14, 15, 13, 14), (14, 14, 9, 9), (9, 10, 8, 9)]
"""A bullish gap between 11 and 13, confirmed on bar 2, and a bearish one between 10 and 13, on bar 4."""


def ranges_of(*gaps: tuple[int, int, float, float], window: int = 20) -> BalancedRanges:
    """Return the ranges of gaps stated as ``(direction, confirmed, bottom, top)``, on bars that never reach them."""
    direction, confirmed, bottom, top = zip(*gaps, strict=True)
    at, never = np.array(confirmed), np.full(len(gaps), -1)
    upper, lower = np.array(top, dtype=np.float64), np.array(bottom, dtype=np.float64)
    table = FairValueGaps(
        at - 1, at, np.array(direction, dtype=np.int8), upper, lower, (upper + lower) / 2, never > 0,
        never, never, never, never,
    )  # fmt: skip
    return detect_balanced_ranges(draw(*flat(60, 50)), table, window=window)


def test_a_range_is_where_two_gaps_overlap_and_belongs_to_the_later_one() -> None:
    """From the higher bottom to the lower top; direction and bars of the later gap."""
    candles = draw(*RISE_AND_FALL)
    (found,) = rows_of(detect_balanced_ranges(candles, detect_fair_value_gaps(candles)))
    assert (found["direction"], found["formed_index"], found["confirmed_index"], found["earlier_index"]) == (
        -1,
        3,
        4,
        2,
    )
    assert (found["bottom"], found["middle"], found["top"]) == (11, 12, 13)


def test_a_fall_and_a_rise_mirror_it() -> None:
    """The later gap is bullish, and so is the range."""
    candles = draw(*[(24 - o, 24 - low, 24 - h, 24 - c) for o, h, low, c in RISE_AND_FALL])
    (found,) = rows_of(detect_balanced_ranges(candles, detect_fair_value_gaps(candles)))
    assert (found["direction"], found["formed_index"], found["confirmed_index"], found["earlier_index"]) == (1, 3, 4, 2)
    assert (found["bottom"], found["middle"], found["top"]) == (11, 12, 13)


@pytest.mark.parametrize(
    ("bottom", "top", "zone"),
    [
        pytest.param(12, 15, [12, 13], id="overlapping above"),
        pytest.param(8, 12, [11, 12], id="overlapping below"),
        pytest.param(11.5, 12.5, [11.5, 12.5], id="inside"),
        pytest.param(8, 20, [11, 13], id="around"),
        pytest.param(13, 15, None, id="sharing an edge above"),
        pytest.param(8, 11, None, id="sharing an edge below"),
        pytest.param(14, 15, None, id="apart"),
    ],
)
def test_the_overlap_is_not_empty(bottom: float, top: float, zone: list[float] | None) -> None:
    """Gaps that only share an edge leave no range."""
    found = ranges_of((1, 5, 11, 13), (-1, 9, bottom, top))
    assert [*found.bottom.tolist(), *found.top.tolist()] == (zone or [])


def test_gaps_of_one_direction_make_no_range() -> None:
    """However much they overlap."""
    assert len(ranges_of((1, 5, 11, 13), (1, 9, 11, 13))) == 0


@pytest.mark.parametrize(("later", "count"), [(25, 1), (26, 0)])
def test_the_later_gap_comes_within_the_window(later: int, count: int) -> None:
    """Twenty bars after the earlier one is near enough, twenty-one is not."""
    assert len(ranges_of((1, 5, 11, 13), (-1, later, 11, 13))) == count


def test_a_window_of_other_length() -> None:
    """Three bars, and none."""
    gaps = (1, 5, 11, 13), (-1, 8, 11, 13)
    assert [len(ranges_of(*gaps, window=window)) for window in (0, 2, 3)] == [0, 0, 1]


def test_each_pair_is_a_range_of_its_own() -> None:
    """Two bullish gaps and two bearish ones: four ranges, ordered by the later gap and then by the earlier."""
    found = ranges_of((1, 3, 10, 20), (1, 5, 12, 18), (-1, 8, 11, 19), (-1, 9, 13, 17))
    assert found.confirmed_index.tolist() == [8, 8, 9, 9]
    assert found.earlier_index.tolist() == [3, 5, 3, 5]
    assert found.bottom.tolist() == [11, 12, 13, 13]
    assert found.top.tolist() == [19, 18, 17, 17]
    candles = draw(*flat(60, 50))
    names = [row["id"] for row in found.rows(candles)]
    assert len(set(names)) == 4
    assert names[0] == "bpr:1h:bearish:2024-01-10T15:00:00Z:2024-01-10T19:00:00Z"


def test_its_life_is_that_of_a_gap() -> None:
    """A bearish range between 11 and 13: touched at 11, CE at 12, filled at 13, inverted by a close above."""
    later: list[Drawn] = [(9, 11, 9, 10), (10, 12, 10, 11), (11, 13, 10, 13), (13, 14, 13, 13.5)]
    candles = draw(*RISE_AND_FALL, *later)
    found = rows_of(detect_balanced_ranges(candles, detect_fair_value_gaps(candles)))[0]
    assert [found[f"{step}_index"] for step in ("touched", "ce", "filled", "inverted")] == [5, 6, 7, 8]


@pytest.mark.parametrize("bars", [0, 1, 2, 3, 4])
def test_without_two_gaps_there_is_none(bars: int) -> None:
    """Down to no bars at all."""
    candles = draw(*RISE_AND_FALL)[:bars]
    assert len(detect_balanced_ranges(candles, detect_fair_value_gaps(candles))) == 0
