"""Swing highs and lows: higher than the bars before, at least as high as the bars after."""

from tests.tools.reference.bars import Bar, Row, upside_down, upside_down_rows


def swings(bars: list[Bar], left: int = 2, right: int = 2) -> list[Row]:
    """Return every swing of both sides."""
    lows = upside_down_rows(_swing_highs(upside_down(bars), left, right), ["price"], side="side")
    return _swing_highs(bars, left, right) + lows


def _swing_highs(bars: list[Bar], left: int, right: int) -> list[Row]:
    found = []
    for i in range(left, len(bars) - right):
        higher_than_before = all(bars[i].high > bars[j].high for j in range(i - left, i))
        not_below_after = all(bars[i].high >= bars[j].high for j in range(i + 1, i + right + 1))
        if higher_than_before and not_below_after:
            found.append({"side": 1, "formed_index": i, "confirmed_index": i + right, "price": bars[i].high})
    return found
