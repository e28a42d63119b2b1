"""Rejection blocks: the lower wick of a swing low whose bar swept sell-side liquidity."""

from tests.tools.reference.bars import NOT_YET, Bar, Row, first_bar, upside_down, upside_down_rows

_PRICES = ("top", "bottom", "middle", "pool_price")


def rejection_blocks(bars: list[Bar], swings: list[Row], pools: list[Row]) -> list[Row]:
    """Return the blocks of both directions with their life."""
    bullish = _bullish(bars, _of(swings, -1), _of(pools, -1))
    above = [{**pool, "price": -pool["price"]} for pool in _of(pools, 1)]
    bearish = upside_down_rows(_bullish(upside_down(bars), _of(swings, 1), above), _PRICES)
    for row in bearish:
        row["top"], row["bottom"] = row["bottom"], row["top"]
    return bullish + bearish


def _of(rows: list[Row], side: int) -> list[Row]:
    return [row for row in rows if row["side"] == side]


def _bullish(bars: list[Bar], swing_lows: list[Row], sell_side: list[Row]) -> list[Row]:
    found = []
    for swing in swing_lows:
        i, confirmed = swing["formed_index"], swing["confirmed_index"]
        swept = [
            pool["price"]
            for pool in sell_side
            if pool["taken_index"] == i and pool["swept_index"] != NOT_YET and i <= pool["swept_index"] <= confirmed
        ]
        if not swept:
            continue
        bottom, top = bars[i].low, min(bars[i].open, bars[i].close)
        found.append(
            {
                "direction": 1,
                "formed_index": i,
                "confirmed_index": confirmed,
                "top": top,
                "bottom": bottom,
                "middle": (top + bottom) / 2,
                "pool_price": min(swept),
                "touched_index": first_bar(bars, confirmed, lambda bar, level=top: bar.low <= level),
                "dead_index": first_bar(bars, confirmed, lambda bar, level=bottom: bar.close < level),
            }
        )
    return found
