"""Liquidity pools: where stops rest above highs and below lows, and what became of them."""

import math
from collections.abc import Callable, Mapping
from datetime import time
from functools import partial

from tests.tools.reference.bars import NOT_YET, Bar, Row, upside_down, upside_down_rows
from tests.tools.reference.clock import period_of, session_of
from tests.tools.reference.displacement import average_true_range

_DAY, _HOUR = 86_400, 3_600
_LONGEST = {"previous_day": _DAY, "previous_week": 7 * _DAY, "previous_month": 30 * _DAY}
Sessions = Mapping[str, tuple[time, time]]


def liquidity_pools(
    bars: list[Bar],
    internal: list[Row],
    external: list[Row],
    *,
    timeframe_seconds: int,
    trading_day: str,
    sessions: Sessions,
    tolerance_atr: float = 0.1,
    reclaim_bars: int = 1,
) -> list[Row]:
    """Return the pools of both sides with their life."""

    def one_side(of_bars: list[Bar], side: int) -> list[Row]:
        sign = float(side)
        inner = [{**row, "price": sign * row["price"]} for row in internal if row["side"] == side]
        outer = [{**row, "price": sign * row["price"]} for row in external if row["side"] == side]
        pools = _swing_pools(outer) + _equal_pools(of_bars, inner, tolerance_atr)
        pools += _period_pools(of_bars, timeframe_seconds, trading_day, sessions)
        for pool in pools:
            _live(of_bars, pool, reclaim_bars)
        return pools

    below = upside_down_rows(one_side(upside_down(bars), -1), ["price"], side="side")
    return one_side(bars, 1) + below


def _pool(kind: str, price: float, confirmed: int, **more: object) -> Row:
    return {"side": 1, "kind": kind, "price": price, "confirmed_index": confirmed, "superseded_index": NOT_YET, **more}


def _swing_pools(external: list[Row]) -> list[Row]:
    return [
        _pool("swing", row["price"], row["confirmed_index"], life_from=row["confirmed_index"] + 1, members=1)
        for row in external
    ]


def _equal_pools(bars: list[Bar], internal: list[Row], tolerance_atr: float) -> list[Row]:
    atr = average_true_range(bars)
    swings = sorted(internal, key=lambda row: int(row["formed_index"]))
    pools: list[Row] = []
    for position, newest in enumerate(swings):
        t = newest["confirmed_index"]
        if math.isnan(atr[t]):
            continue
        tolerance = tolerance_atr * atr[t]
        equals = [older for older in swings[:position] if _are_equal(bars, older, newest, tolerance)]
        if not equals:
            continue
        members = {row["formed_index"] for row in equals} | {newest["formed_index"]}
        for earlier in pools:
            if earlier["newest"] in members and earlier["superseded_index"] == NOT_YET:
                earlier["superseded_index"] = t
        price = max(row["price"] for row in [*equals, newest])
        more = {"life_from": t + 1, "members": len(members), "newest": newest["formed_index"]}
        pools.append(_pool("equal", price, t, **more))
    return pools


def _are_equal(bars: list[Bar], older: Row, newest: Row, tolerance: float) -> bool:
    ceiling = max(older["price"], newest["price"]) + tolerance
    between = bars[older["formed_index"] + 1 : newest["formed_index"]]
    is_near = abs(older["price"] - newest["price"]) <= tolerance
    return is_near and not any(bar.high > ceiling for bar in between)


def _period_pools(bars: list[Bar], timeframe_seconds: int, trading_day: str, sessions: Sessions) -> list[Row]:
    pools: list[Row] = []
    for kind, longest in _LONGEST.items():
        if timeframe_seconds <= longest:
            pools += _pools_of(bars, kind, partial(period_of, kind=kind, trading_day=trading_day))
    if timeframe_seconds <= _HOUR:
        for name, window in sessions.items():
            pools += _pools_of(bars, f"session_{name}", partial(session_of, window=window))
    return pools


def _pools_of(bars: list[Bar], kind: str, period_at: Callable[[int], tuple[int, int] | None]) -> list[Row]:
    inside: dict[tuple[int, int], list[int]] = {}
    for index, bar in enumerate(bars):
        period = period_at(bar.time)
        if period is not None:
            inside.setdefault(period, []).append(index)
    pools = []
    for (start, end), indexes in inside.items():
        later = [index for index in range(len(bars)) if bars[index].time >= end]
        if later:
            price = max(bars[index].high for index in indexes)
            complete = any(bar.time <= start for bar in bars)
            more = {"life_from": later[0], "bars": len(indexes), "complete": complete}
            pools.append(_pool(kind, price, later[0], **more))
    return pools


def _live(bars: list[Bar], pool: Row, reclaim_bars: int) -> None:
    """Fill in where the pool was taken, and whether that was a sweep or a run."""
    pool["taken_index"] = pool["swept_index"] = pool["run_index"] = NOT_YET
    for taken in range(pool["life_from"], len(bars)):
        if bars[taken].high > pool["price"]:
            pool["taken_index"] = taken
            break
    else:
        return
    last = taken + reclaim_bars - 1
    for index in range(taken, min(last + 1, len(bars))):
        if bars[index].close < pool["price"]:
            pool["swept_index"] = index
            return
    if last < len(bars):
        pool["run_index"] = last
