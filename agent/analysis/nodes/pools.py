"""Pools and voids: what rests on either side of the last close of the structure timeframe, and what lies ahead."""

import numpy as np

from agent.analysis.observation import NO_LEAN, all_unknown, evidence_of
from agent.analysis.reading import Reached
from rulebook.facts import Fact
from tools.chart import Chart
from tools.facts import NONE, BoolArray
from tools.imbalances import FairValueGaps
from tools.liquidity import (
    BUY_SIDE,
    EQUAL,
    PREVIOUS_DAY,
    PREVIOUS_MONTH,
    PREVIOUS_WEEK,
    SELL_SIDE,
    SESSION,
    SWING,
    LiquidityPools,
)

_EXTERNAL = (SWING, PREVIOUS_DAY, PREVIOUS_WEEK, PREVIOUS_MONTH)
_AHEAD = ("liquidity.equal_pools", "range.external_targets", "liquidity.voids_ahead")


def pool_facts(chart: Chart, lean: int, day_start: int, since: Reached) -> dict[str, Fact]:
    """Count the pools above and below, and those with the lean ahead; of each the nearest is the evidence.

    Args:
        chart: of the structure timeframe.
        lean: +1, -1, or 0 for neither.
        day_start: epoch second at which the trading day of the decision began.
        since: how far the base bars went that are newer than the chart: a pool they traded through rests no more.
    """
    pools, price = chart.liquidity_pools, float(chart.candles.close[-1])
    traded = np.where(pools.side == BUY_SIDE, since.high > pools.price, since.low < pools.price)
    resting = (pools.taken_index == NONE) & (pools.superseded_index == NONE) & ~traded
    facts = {
        "liquidity.pools_above": _count(chart, pools, resting & (pools.side == BUY_SIDE) & (pools.price > price)),
        "liquidity.pools_below": _count(chart, pools, resting & (pools.side == SELL_SIDE) & (pools.price < price)),
        "session.levels": _session_levels(chart, pools, day_start),
    }
    if not lean:
        return {**facts, **all_unknown(_AHEAD, NO_LEAN)}
    ahead = resting & (pools.side == lean) & (lean * (pools.price - price) > 0)
    return {
        **facts,
        "liquidity.equal_pools": _count(chart, pools, ahead & (pools.kind == EQUAL)),
        "range.external_targets": _count(chart, pools, ahead & np.isin(pools.kind, _EXTERNAL)),
        "liquidity.voids_ahead": _voids_ahead(chart, lean, price, since),
    }


def _count(chart: Chart, pools: LiquidityPools, wanted: BoolArray) -> Fact:
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return Fact(0)
    nearest = int(rows[np.abs(pools.price[rows] - chart.candles.close[-1]).argmin()])
    return Fact(len(rows), (evidence_of(pools, nearest, chart.candles, float(pools.price[nearest])),))


def open_gaps(gaps: FairValueGaps, since: Reached) -> BoolArray:
    """Tell which gaps are not filled, by newer base bars either."""
    far_edge = np.where(gaps.direction > 0, gaps.bottom, gaps.top)
    is_open: BoolArray = (gaps.filled_index == NONE) & ~since.back_to(gaps.direction, far_edge)
    return is_open


def _voids_ahead(chart: Chart, lean: int, price: float, since: Reached) -> Fact:
    gaps = chart.fair_value_gaps
    near = gaps.bottom if lean > 0 else gaps.top
    rows = np.flatnonzero(open_gaps(gaps, since) & (lean * (near - price) > 0))
    if not len(rows):
        return Fact(0)
    row = int(rows[(lean * near[rows]).argmin()])
    return Fact(len(rows), (evidence_of(gaps, row, chart.candles, float(near[row])),))


def _session_levels(chart: Chart, pools: LiquidityPools, day_start: int) -> Fact:
    candles = chart.candles
    if not candles.timeframe.is_utc_aligned:
        return Fact.unknown(f"{candles.timeframe} bars are too long to show sessions")
    today = int(np.searchsorted(candles.time, day_start))
    rows = np.flatnonzero((pools.kind == SESSION) & (pools.confirmed_index >= today))
    latest = (evidence_of(pools, row, candles, float(pools.price[row])) for row in rows[-2:].tolist())
    return Fact(len(rows), tuple(latest))
