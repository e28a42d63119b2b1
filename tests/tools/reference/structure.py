"""The structure machine: watch the latest confirmed swing of each side; a close beyond it is a break."""

from tests.tools.reference.bars import Bar, Row, upside_down


def structure_breaks(bars: list[Bar], swings: list[Row], by: str = "close") -> list[Row]:
    """Return every break of one scope in the order in which they happened."""
    found: list[Row] = []
    watched: dict[int, Row | None] = {1: None, -1: None}
    trend = 0
    for t, bar in enumerate(bars):
        for swing in swings:
            if swing["confirmed_index"] == t:
                watched[swing["side"]] = swing
        for direction in _order_of_sides(bar, watched, trend):
            swing_watched = watched[direction]
            if swing_watched is None or not _beyond(bar, swing_watched["price"], direction, by):
                continue
            found.append(
                {
                    "direction": direction,
                    "type": int(trend == -direction),
                    "formed_index": t,
                    "confirmed_index": t,
                    "swing_index": swing_watched["formed_index"],
                    "price": swing_watched["price"],
                    "origin_index": leg_origin(bars, swing_watched["formed_index"], t, direction),
                }
            )
            trend = direction
            watched[direction] = None
    return found


def leg_origin(bars: list[Bar], s: int, t: int, direction: int) -> int:
    """Return the last bar with the lowest low in [s, t] (the highest high for a bearish break)."""
    legs = bars if direction == 1 else upside_down(bars)
    lowest = min(bar.low for bar in legs[s : t + 1])
    return max(index for index in range(s, t + 1) if legs[index].low == lowest)


def _beyond(bar: Bar, price: float, direction: int, by: str) -> bool:
    if direction == 1:
        return (bar.close if by == "close" else bar.high) > price
    return (bar.close if by == "close" else bar.low) < price


def _order_of_sides(bar: Bar, watched: dict[int, Row | None], trend: int) -> tuple[int, int]:
    """An up bar dipped first, a down bar rose first, a doji went first to the swing nearer to its open."""
    if bar.close > bar.open:
        return -1, 1
    if bar.close < bar.open:
        return 1, -1
    above, below = watched[1], watched[-1]
    if above is None or below is None:
        return 1, -1
    up, down = abs(above["price"] - bar.open), abs(below["price"] - bar.open)
    if up == down:  # the tools' choice where ICT.md names none: against the trend
        return (-1, 1) if trend == 1 else (1, -1)
    return (1, -1) if up < down else (-1, 1)
