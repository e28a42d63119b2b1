"""The dashboard's liquidity: where stops rest, which of it is stacked, and yesterday's and last week's extremes."""

from typing import Final, Literal

import numpy as np

from api.schemas.dashboard import Levels, Liquidity, LiquidityLevel, LiquidityStack
from tools.candles import Candles
from tools.chart import Chart
from tools.displacement import average_true_range
from tools.facts import NONE
from tools.instruments import Instrument
from tools.liquidity import (
    BUY_SIDE,
    EQUAL,
    SELL_SIDE,
    SWING,
    LiquidityPools,
    detect_liquidity_pools,
)
from tools.times import iso_utc

RELATIVE_TOLERANCE_ATR: Final = 0.3
STACK_ATR: Final = 0.5
MOST_LEVELS: Final = 20
_SIDES: Final[tuple[tuple[int, Literal["buy", "sell"]], ...]] = ((BUY_SIDE, "buy"), (SELL_SIDE, "sell"))


def draw_liquidity(chart: Chart, instrument: Instrument) -> Liquidity:
    """Draw equal, relatively equal and external levels, at most 20 of each, newest first, and the stacks."""
    candles, pools = chart.candles, chart.liquidity_pools
    relative = detect_liquidity_pools(
        candles,
        internal=chart.internal_swings,
        external=chart.external_swings,
        trading_day=instrument.trading_day,
        kill_zones=instrument.kill_zones,
        tolerance_atr=RELATIVE_TOLERANCE_ATR,
    )
    return Liquidity(
        equal_highs=_levels(pools, EQUAL, BUY_SIDE, candles),
        equal_lows=_levels(pools, EQUAL, SELL_SIDE, candles),
        external_highs=_levels(pools, SWING, BUY_SIDE, candles),
        external_lows=_levels(pools, SWING, SELL_SIDE, candles),
        relative_equal_highs=_levels(relative, EQUAL, BUY_SIDE, candles),
        relative_equal_lows=_levels(relative, EQUAL, SELL_SIDE, candles),
        stacks=_stacks(pools, candles),
    )


def draw_levels(day: Candles | None, week: Candles | None) -> Levels:
    """Draw the extremes of the last completed day and week, each a single bar, or None where the source has none."""
    return Levels(
        prev_day_high=None if day is None else float(day.high[-1]),
        prev_day_low=None if day is None else float(day.low[-1]),
        weekly_high=None if week is None else float(week.high[-1]),
        weekly_low=None if week is None else float(week.low[-1]),
    )


def _levels(pools: LiquidityPools, kind: int, side: int, candles: Candles) -> list[LiquidityLevel]:
    chosen = (pools.kind == kind) & (pools.side == side) & (pools.superseded_index == NONE)
    return [
        LiquidityLevel(
            price=float(pools.price[row]),
            time=iso_utc(int(candles.time[pools.formed_index[row]])),
            confirmed_at=iso_utc(int(candles.time[pools.confirmed_index[row]])),
            taken=bool(pools.taken_index[row] != NONE),
            swept=bool(pools.swept_index[row] != NONE),
        )
        for row in np.flatnonzero(chosen)[::-1][:MOST_LEVELS].tolist()
    ]


def _stacks(pools: LiquidityPools, candles: Candles) -> list[LiquidityStack]:
    """Group the distinct untaken prices of each side, from the lowest up, each group no taller than half an ATR."""
    atr = average_true_range(candles)
    if not len(atr) or not np.isfinite(atr[-1]):
        return []
    resting = pools.untaken()
    stacks: list[LiquidityStack] = []
    for code, side in _SIDES:
        group: list[float] = []
        for price in [*np.unique(resting.price[resting.side == code]).tolist(), np.inf]:
            if group and price - group[0] > STACK_ATR * atr[-1]:
                if len(group) > 1:
                    stacks.append(LiquidityStack(side=side, low=group[0], high=group[-1], count=len(group)))
                group = []
            group.append(price)
    return stacks
