"""What every zone shares: the steps of a bullish one's life, and the bearish side as the bullish one upside down."""

from collections.abc import Callable

from tests.tools.reference.bars import Bar, Row, first_bar, upside_down, upside_down_rows


def with_life(bars: list[Bar], zone: Row) -> Row:
    """Return a bullish zone with its middle and the bars that touched, reached, filled and inverted it."""
    top, bottom, t = zone["top"], zone["bottom"], zone["confirmed_index"]
    middle = (top + bottom) / 2
    return {
        **zone,
        "middle": middle,
        "touched_index": first_bar(bars, t, lambda bar: bar.low <= top),
        "ce_index": first_bar(bars, t, lambda bar: bar.low <= middle),
        "filled_index": first_bar(bars, t, lambda bar: bar.low <= bottom),
        "inverted_index": first_bar(bars, t, lambda bar: bar.close < bottom),
    }


def turned(zones: list[Row]) -> list[Row]:
    """Return zones as they look upside down: the other way, prices negated, the edges changed over."""
    rows = upside_down_rows(zones, ["top", "bottom", "middle"])
    for row in rows:
        row["top"], row["bottom"] = row["bottom"], row["top"]
    return rows


def both_ways(bars: list[Bar], bullish: Callable[[list[Bar]], list[Row]]) -> list[Row]:
    """Return what `bullish` finds, and what it finds upside down."""
    return bullish(bars) + turned(bullish(upside_down(bars)))
