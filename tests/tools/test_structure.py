"""Structure breaks: only the latest swing of each side is watched, and it breaks once."""

from typing import Any

from tests.tools.comparison import rows_of
from tests.tools.hand_drawn import Drawn, draw, line
from tools.structure import BreakBy, StructureBreaks, detect_structure_breaks
from tools.swings import detect_swings

Found = list[tuple[str, int, int, int]]


def breaks_of(*bars: Drawn, by: BreakBy = "close", width: int = 1) -> StructureBreaks:
    """Return the breaks of swings with one bar a side."""
    candles = draw(*bars)
    return detect_structure_breaks(candles, detect_swings(candles, left=width, right=width), by=by)


def story(breaks: StructureBreaks) -> Found:
    """Return (name, breaking bar, swing's bar, leg origin) of each break."""
    return [(name_of(row), row["formed_index"], row["swing_index"], row["origin_index"]) for row in rows_of(breaks)]


def name_of(row: dict[str, Any]) -> str:
    """Return BOS or CHoCH with its direction."""
    return f"{'choch' if row['type'] else 'bos'} {'up' if row['direction'] == 1 else 'down'}"


def test_the_first_break_is_a_bos_and_the_turn_a_choch() -> None:
    """Up through 12, down through 11, down through 10.5, up through 11.5."""
    path = line(10, 11, 12, 11.5, 11, 12, 13, 12, 10.5, 11, 11.5, 10.8, 10, 11, 12)
    assert story(breaks_of(*path)) == [
        ("bos up", 6, 2, 5),
        ("choch down", 8, 4, 7),
        ("bos down", 12, 8, 8),
        ("choch up", 14, 10, 13),
    ]


def test_a_break_is_confirmed_on_its_own_bar_with_the_swings_price() -> None:
    """Formed and confirmed are the breaking bar; the price is the swing's, not the close."""
    row = rows_of(breaks_of(*line(10, 12, 11, 13)))[0]
    assert (row["formed_index"], row["confirmed_index"], row["price"]) == (3, 3, 12.0)


def test_a_close_at_the_swing_is_no_break() -> None:
    """Only a close beyond it is."""
    assert story(breaks_of(*line(10, 12, 11, 12))) == []


def test_a_swing_breaks_once() -> None:
    """A broken swing is consumed: higher closes say nothing until another swing is confirmed."""
    assert story(breaks_of(*line(10, 12, 11, 13, 14, 15, 16))) == [("bos up", 3, 1, 1)]


def test_a_newer_swing_replaces_an_unbroken_one() -> None:
    """After the lower high at 12 is confirmed, the high at 15 is watched no longer: it never breaks."""
    path = line(10, 12.5, 15, 13, 11, 11.5, 12, 11.8, 13, 16)
    assert story(breaks_of(*path)) == [("bos up", 8, 6, 6)]


def test_a_swing_confirmed_on_a_bar_replaces_the_old_one_before_that_bars_close_is_tested() -> None:
    """The close at 13 is above the old high of 12, but on that very bar the high at 14 takes its place."""
    path = [(10, 10, 10, 10), (10, 12, 10, 11), (11, 11, 11, 11), (11, 14, 11, 11), (11, 13.5, 11, 13)]
    assert story(breaks_of(*path)) == []


def test_a_wick_breaks_only_by_wick() -> None:
    """A high beyond the swing with a close below it."""
    path = [*line(10, 12, 11), (11, 13, 11, 11)]
    assert story(breaks_of(*path)) == []
    assert story(breaks_of(*path, by="wick")) == [("bos up", 3, 1, 1)]


def test_a_leg_starts_at_the_last_of_equal_lows() -> None:
    """Two lows of 9 between the swing and the break: the later one is the origin."""
    path = [*line(10, 12), (12, 12, 9, 11), (11, 11, 9, 11), (11, 11.5, 10, 11), (11, 13, 11, 13)]
    assert story(breaks_of(*path))[-1] == ("bos up", 5, 1, 3)


BOTH_SIDES = [*line(10, 12, 8, 10)]
"""A high of 12 (bar 1) and a low of 8 (bar 2), both watched from bar 3 on."""


def test_an_up_bar_that_breaks_both_sides_dipped_first() -> None:
    """Down first (BOS, the trend being unset), then up (CHoCH)."""
    assert story(breaks_of(*BOTH_SIDES, (10, 13, 7, 11), by="wick")) == [("bos down", 4, 2, 4), ("choch up", 4, 1, 4)]


def test_a_down_bar_that_breaks_both_sides_rose_first() -> None:
    """Up first, then down."""
    assert story(breaks_of(*BOTH_SIDES, (10, 13, 7, 9), by="wick")) == [("bos up", 4, 1, 4), ("choch down", 4, 2, 4)]


def test_a_doji_that_breaks_both_sides_went_to_the_nearer_side_first() -> None:
    """From 11 the high is nearer, both the swing's and the bar's own; from 9 the low."""
    near_high = breaks_of(*line(10, 12, 8, 10), (11, 13, 7, 11), by="wick")
    near_low = breaks_of(*line(10, 12, 8, 10), (9, 13, 7, 9), by="wick")
    assert [name for name, *_ in story(near_high)] == ["bos up", "choch down"]
    assert [name for name, *_ in story(near_low)] == ["bos down", "choch up"]


def test_no_swings_no_breaks() -> None:
    """A straight line up breaks nothing, for there is nothing to break."""
    assert story(breaks_of(*line(*range(10, 20)))) == []
