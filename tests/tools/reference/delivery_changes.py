"""Changes in the state of delivery: the close above the first open of the run of down closes that made the low."""

from tests.tools.reference.bars import NOT_YET, Bar, Row, upside_down, upside_down_rows


def delivery_changes(bars: list[Bar], pools: list[Row], lookback: int = 10, need_sweep: bool = False) -> list[Row]:
    """Return the changes of both directions."""
    below, above = ([pool for pool in pools if pool["side"] == side] for side in (-1, 1))
    bearish = upside_down_rows(_bullish(upside_down(bars), above, lookback, need_sweep), ["price"])
    return _bullish(bars, below, lookback, need_sweep) + bearish


def _bullish(bars: list[Bar], sell_side: list[Row], lookback: int, need_sweep: bool) -> list[Row]:
    found: list[Row] = []
    changed = set()  # first candles of runs whose delivery has changed, with a sweep or without
    for t in range(lookback - 1, len(bars)):
        extreme = _extreme(bars, t, lookback)
        if extreme == NOT_YET:
            continue
        first = extreme
        while first > 0 and bars[first - 1].close < bars[first - 1].open:
            first -= 1
        if first in changed or not bars[t].close > bars[first].open:
            continue
        changed.add(first)
        if not need_sweep or any(_is_swept(pool, first, t) for pool in sell_side):
            found.append(
                {
                    "direction": 1,
                    "formed_index": t,
                    "confirmed_index": t,
                    "price": bars[first].open,
                    "first_index": first,
                    "extreme_index": extreme,
                }
            )
    return found


def _extreme(bars: list[Bar], t: int, lookback: int) -> int:
    """Return the latest down-close bar among those with the lowest low of the last bars, or `NOT_YET` without one."""
    window = range(t - lookback + 1, t + 1)
    lowest = min(bars[index].low for index in window)
    return max(
        (index for index in window if bars[index].low == lowest and bars[index].close < bars[index].open),
        default=NOT_YET,
    )


def _is_swept(pool: Row, first: int, t: int) -> bool:
    return bool(first <= pool["taken_index"] <= t and pool["swept_index"] != NOT_YET and pool["swept_index"] <= t)
