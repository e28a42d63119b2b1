"""Inverse fair value gaps: a bearish gap closed through from below supports from then on."""

from tests.tools.reference.bars import NOT_YET, Bar, Row, upside_down
from tests.tools.reference.zones import turned, with_life


def inverse_gaps(bars: list[Bar], gaps: list[Row]) -> list[Row]:
    """Return every inverted gap of `gaps` as a zone of the other direction."""
    return _bullish(bars, gaps) + turned(_bullish(upside_down(bars), turned(gaps)))


def _bullish(bars: list[Bar], gaps: list[Row]) -> list[Row]:
    found = []
    for gap in gaps:
        if gap["direction"] == 1 or gap["inverted_index"] == NOT_YET:
            continue
        zone = {
            "direction": 1,
            "formed_index": gap["formed_index"],
            "confirmed_index": gap["inverted_index"],
            "top": gap["top"],
            "bottom": gap["bottom"],
            "gap_index": gap["confirmed_index"],
        }
        row = with_life(bars, zone)
        row["dead_index"] = row.pop("inverted_index")
        found.append(row)
    return found
