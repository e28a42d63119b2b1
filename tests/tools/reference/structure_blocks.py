"""Breakers and mitigation blocks: the last up-close candle on the way to the swing high that broke."""

from tests.tools.reference.bars import Bar, Row, first_bar, upside_down, upside_down_rows

_PRICES = ("top", "bottom", "range_top", "range_bottom", "middle")


def structure_blocks(
    bars: list[Bar], swings: list[Row], breaks: list[Row], zone: str = "body"
) -> tuple[list[Row], list[Row]]:
    """Return the breakers and the mitigation blocks of both directions with their life."""
    found = _bullish(bars, _swings_of(swings, -1), _breaks_of(breaks, 1), zone)
    turned = _bullish(upside_down(bars), _swings_of(swings, 1), _breaks_of(breaks, -1), zone)
    for row in upside_down_rows(turned, _PRICES):
        row["top"], row["bottom"] = row["bottom"], row["top"]
        row["range_top"], row["range_bottom"] = row["range_bottom"], row["range_top"]
        found.append(row)
    return [row for row in found if row["took_liquidity"]], [row for row in found if not row["took_liquidity"]]


def _swings_of(swings: list[Row], side: int) -> list[int]:
    return [row["formed_index"] for row in swings if row["side"] == side]


def _breaks_of(breaks: list[Row], direction: int) -> list[Row]:
    return [row for row in breaks if row["direction"] == direction]


def _bullish(bars: list[Bar], swing_lows: list[int], breaks: list[Row], zone: str) -> list[Row]:
    found = []
    for broken in breaks:
        b, t = broken["swing_index"], broken["confirmed_index"]
        lows_before = [low for low in swing_lows if low < b]
        if not lows_before:
            continue
        a = max(lows_before)
        up_closes = [index for index in range(a + 1, b + 1) if bars[index].close > bars[index].open]
        if not up_closes:
            continue
        lowest = min(bar.low for bar in bars[b + 1 : t + 1])
        c = max(index for index in range(b + 1, t + 1) if bars[index].low == lowest)
        took_liquidity = bars[c].low < bars[a].low
        found.append(
            {
                **_block(bars, up_closes[-1], t, zone),
                "swing_index": b,
                "extreme_index": c,
                "prior_index": a,
                "took_liquidity": took_liquidity,
            }
        )
    return found


def _block(bars: list[Bar], candle: int, t: int, zone: str) -> Row:
    body_top, body_bottom = bars[candle].close, bars[candle].open
    range_top, range_bottom = bars[candle].high, bars[candle].low
    top, bottom = (body_top, body_bottom) if zone == "body" else (range_top, range_bottom)
    return {
        "direction": 1,
        "formed_index": candle,
        "confirmed_index": t,
        "top": top,
        "bottom": bottom,
        "range_top": range_top,
        "range_bottom": range_bottom,
        "middle": (body_top + body_bottom) / 2,
        "touched_index": first_bar(bars, t, lambda bar: bar.low <= top),
        "dead_index": first_bar(bars, t, lambda bar: bar.close < range_bottom),
    }
