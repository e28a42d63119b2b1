"""Order blocks: the last opposite run of candles before the leg that broke structure."""

from tests.tools.reference.bars import Bar, Row, first_bar, upside_down, upside_down_rows

_PRICES = ("top", "bottom", "range_top", "range_bottom", "middle")


def order_blocks(
    bars: list[Bar], breaks: list[Row], gaps: list[Row], zone: str = "body", need_gap: bool = True
) -> list[Row]:
    """Return the blocks of both directions with their life."""
    bullish = _bullish(bars, _of(breaks, 1), _of(gaps, 1), zone, need_gap)
    bearish = []
    for row in upside_down_rows(_bullish(upside_down(bars), _of(breaks, -1), _of(gaps, -1), zone, need_gap), _PRICES):
        row["top"], row["bottom"] = row["bottom"], row["top"]
        row["range_top"], row["range_bottom"] = row["range_bottom"], row["range_top"]
        bearish.append(row)
    return bullish + bearish


def _of(rows: list[Row], direction: int) -> list[Row]:
    return [row for row in rows if row["direction"] == direction]


def _bullish(bars: list[Bar], breaks: list[Row], gaps: list[Row], zone: str, need_gap: bool) -> list[Row]:
    found: dict[int, Row] = {}
    for broken in sorted(breaks, key=lambda row: int(row["confirmed_index"])):
        s, o, t = broken["swing_index"], broken["origin_index"], broken["confirmed_index"]
        down_closes = [index for index in range(s, o + 1) if bars[index].close < bars[index].open]
        has_gap = any(o < gap["confirmed_index"] <= t for gap in gaps)
        if down_closes and down_closes[-1] not in found:  # of several breaks the first wins, with or without a gap
            found[down_closes[-1]] = _block(bars, down_closes[-1], t, has_gap, zone)
    return [block for block in found.values() if block["has_gap"] or not need_gap]


def _block(bars: list[Bar], last: int, t: int, has_gap: bool, zone: str) -> Row:
    first = last
    while first > 0 and bars[first - 1].close < bars[first - 1].open:
        first -= 1
    run = bars[first : last + 1]
    body_top, body_bottom = run[0].open, min(bar.close for bar in run)
    range_top, range_bottom = max(bar.high for bar in run), min(bar.low for bar in run)
    middle = (body_top + body_bottom) / 2
    top, bottom = (body_top, body_bottom) if zone == "body" else (range_top, range_bottom)
    return {
        "direction": 1,
        "formed_index": last,
        "first_index": first,
        "confirmed_index": t,
        "top": top,
        "bottom": bottom,
        "range_top": range_top,
        "range_bottom": range_bottom,
        "middle": middle,
        "has_gap": has_gap,
        "touched_index": first_bar(bars, t, lambda bar: bar.low <= top),
        "mitigated_index": first_bar(bars, t, lambda bar: bar.low <= middle),
        "broken_index": first_bar(bars, t, lambda bar: bar.close < range_bottom),
    }
