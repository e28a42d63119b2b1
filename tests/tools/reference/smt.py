"""SMT divergence: two consecutive lows in each of two markets, and only one market's second low is the lower."""

from itertools import pairwise

from tests.tools.reference.bars import Bar, Row, upside_down, upside_down_rows

_PRICES = ("price", "first_price", "companion_price", "companion_first_price")


def divergences(
    bars: list[Bar], swings: list[Row], others: list[Bar], other_swings: list[Row], align: int = 2
) -> list[Row]:
    """Return the divergences of both directions."""
    turned = upside_down_rows(swings, ["price"], side="side"), upside_down_rows(other_swings, ["price"], side="side")
    bearish = _bullish(upside_down(bars), turned[0], upside_down(others), turned[1], align)
    return _bullish(bars, swings, others, other_swings, align) + upside_down_rows(bearish, _PRICES)


def _bullish(bars: list[Bar], swings: list[Row], others: list[Bar], other_swings: list[Row], align: int) -> list[Row]:
    moments = sorted({bar.time for bar in bars} | {bar.time for bar in others})
    place = {moment: position for position, moment in enumerate(moments)}
    found = []
    for first, second in pairwise(_lows(swings)):
        for other_first, other_second in pairwise(_lows(other_swings)):
            l1, l2 = bars[first["formed_index"]], bars[second["formed_index"]]
            m1, m2 = others[other_first["formed_index"]], others[other_second["formed_index"]]
            if abs(place[l1.time] - place[m1.time]) > align or abs(place[l2.time] - place[m2.time]) > align:
                continue
            if (l2.low < l1.low) == (m2.low < m1.low):
                continue
            confirms = others[other_second["confirmed_index"]].time
            seen = [index for index, bar in enumerate(bars) if bar.time >= confirms]
            if not seen:
                continue
            found.append(
                {
                    "direction": 1,
                    "formed_index": second["formed_index"],
                    "confirmed_index": max(second["confirmed_index"], seen[0]),
                    "price": l2.low,
                    "first_price": l1.low,
                    "first_index": first["formed_index"],
                    "companion_price": m2.low,
                    "companion_first_price": m1.low,
                    "companion_at": m2.time,
                    "companion_first_at": m1.time,
                    "led_by": 1 if l2.low < l1.low else -1,
                }
            )
    return found


def _lows(swings: list[Row]) -> list[Row]:
    return sorted((row for row in swings if row["side"] == -1), key=lambda row: int(row["formed_index"]))
