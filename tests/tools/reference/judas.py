"""Judas swings: a false move beyond the opening price that takes a pool and is turned by a shift of structure."""

from datetime import datetime, time

from tests.tools.reference.bars import Bar, Row, upside_down, upside_down_rows
from tests.tools.reference.clock import NEW_YORK, new_york_second

_OPENINGS = (time(0, 0), time(8, 30))
_LONGEST_BAR = 3600


def judas_swings(
    bars: list[Bar], shifts: list[Row], pools: list[Row], until: time = time(10), bias: str | None = None
) -> list[Row]:
    """Return the Judas swings of both directions, or of the bias."""
    turned_shifts = [{**row, "direction": -row["direction"]} for row in shifts]
    turned_pools = upside_down_rows(pools, ["price"], side="side")
    bearish = _bullish(upside_down(bars), turned_shifts, turned_pools, until)
    found = [] if bias == "bearish" else _bullish(bars, shifts, pools, until)
    return found if bias == "bullish" else found + upside_down_rows(bearish, ["price", "open_price", "pool_price"])


def _bullish(bars: list[Bar], shifts: list[Row], pools: list[Row], until: time) -> list[Row]:
    found = []
    for shift in shifts:
        o, c = shift["origin_index"], shift["confirmed_index"]
        extreme, confirming = (datetime.fromtimestamp(bars[index].time, NEW_YORK) for index in (o, c))
        if shift["direction"] != 1 or bars[o].end - bars[o].time > _LONGEST_BAR:
            continue
        if extreme.time() >= until or extreme.date() != confirming.date():
            continue
        for code, clock in enumerate(_OPENINGS):
            b = opening_bar(bars, new_york_second(extreme.date(), clock))
            taken = [] if b is None else _taken(pools, b, o)
            if b is None or b > o or bars[o].low >= bars[b].open or not taken:
                continue
            last = max(row["taken_index"] for row in taken)
            pool = min(
                (row for row in taken if row["taken_index"] == last),
                key=lambda row: (row["price"], -row["formed_index"]),
            )
            found.append(
                {
                    "direction": 1,
                    "formed_index": o,
                    "confirmed_index": c,
                    "opening": code,
                    "open_price": bars[b].open,
                    "price": bars[o].low,
                    "shift_index": shift["formed_index"],
                    "pool_index": pool["formed_index"],
                    "pool_price": pool["price"],
                }
            )
            break
    return found


def opening_bar(bars: list[Bar], moment: int) -> int | None:
    """Return the first bar that opens at `moment` or later, if the bars reach back to it and none is open across it."""
    if any(bar.time < moment < bar.end for bar in bars) or not any(bar.time <= moment for bar in bars):
        return None
    return next((index for index, bar in enumerate(bars) if bar.time >= moment), None)


def _taken(pools: list[Row], first: int, last: int) -> list[Row]:
    return [row for row in pools if row["side"] == -1 and first <= row["taken_index"] <= last]
