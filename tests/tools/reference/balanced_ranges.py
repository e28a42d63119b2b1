"""Balanced price ranges: a bullish gap over a bearish one, both of the last few bars."""

from tests.tools.reference.bars import Bar, Row, upside_down
from tests.tools.reference.zones import turned, with_life


def balanced_ranges(bars: list[Bar], gaps: list[Row], window: int = 20) -> list[Row]:
    """Return every overlap of two opposite gaps, as a zone of the later one's direction."""
    return _bullish(bars, gaps, window) + turned(_bullish(upside_down(bars), turned(gaps), window))


def _bullish(bars: list[Bar], gaps: list[Row], window: int) -> list[Row]:
    found = []
    for later in gaps:
        for earlier in gaps:
            bars_between = later["confirmed_index"] - earlier["confirmed_index"]
            if later["direction"] != 1 or earlier["direction"] != -1 or not 0 < bars_between <= window:
                continue
            top, bottom = min(later["top"], earlier["top"]), max(later["bottom"], earlier["bottom"])
            if top > bottom:
                zone = {
                    "direction": 1,
                    "formed_index": later["formed_index"],
                    "confirmed_index": later["confirmed_index"],
                    "earlier_index": earlier["confirmed_index"],
                    "top": top,
                    "bottom": bottom,
                }
                found.append(with_life(bars, zone))
    return found
