"""Liquidity pools: where stops rest, when they were taken, and whether that was a sweep or a run."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.crossings import first_above
from tools.displacement import average_true_range
from tools.equal_levels import equal_levels
from tools.facts import NONE, BoolArray, DirectionArray, Facts, FloatArray, IntArray, Words
from tools.levels import (
    BUY_SIDE,
    EQUAL,
    POOL_KINDS,
    PREVIOUS_DAY,
    PREVIOUS_MONTH,
    PREVIOUS_WEEK,
    SELL_SIDE,
    SESSION,
    SESSION_NAMES,
    SWING,
    Levels,
    join_levels,
    levels_of_swings,
)
from tools.period_levels import period_levels
from tools.swings import Swings
from tools.trading_day import TradingDay

__all__ = [
    "BUY_SIDE",
    "EQUAL",
    "POOL_KINDS",
    "PREVIOUS_DAY",
    "PREVIOUS_MONTH",
    "PREVIOUS_WEEK",
    "RECLAIM_BARS",
    "RUN",
    "SELL_SIDE",
    "SESSION",
    "SESSION_NAMES",
    "SWEEP",
    "SWING",
    "TOLERANCE_ATR",
    "LiquidityPools",
    "detect_liquidity_pools",
]

TOLERANCE_ATR: Final = 0.1
RECLAIM_BARS: Final = 1
SWEEP, RUN = range(2)


@dataclass(frozen=True, slots=True, eq=False)
class LiquidityPools(Facts):
    """Liquidity pools of every kind, drawn on the bar that made the level.

    Attributes:
        side: int8, shape (m,): `BUY_SIDE` above highs, `SELL_SIDE` below lows.
        kind: int8: a key of `POOL_KINDS`.
        session: int8: index into `SESSION_NAMES` for a session's pool, else -1.
        price: float64: the level.
        members: int64: how many swings made an equal pool, else 1.
        bars: int64: how many bars the period had (1 for swing and equal pools).
        complete: bool: the chart holds a bar that opened at or before the period's start (true for swings).
        taken_index: first bar that traded beyond the price.
        swept_index: the close back inside within the reclaim bars, which makes it a sweep.
        run_index: the last of the reclaim bars without such a close, which makes it a run.
        superseded_index: the confirmation of a larger equal pool that took this one's place.
    """

    KIND: ClassVar[str] = "pool"
    LIFE: ClassVar[tuple[str, ...]] = ("taken_index", "swept_index", "run_index", "superseded_index")
    NAMED_BY: ClassVar[tuple[str, ...]] = ("kind", "session", "side")
    DERIVED: ClassVar[tuple[str, ...]] = ("direction", "outcome")
    WORDS: ClassVar[Words] = {
        **Facts.WORDS,
        "side": {BUY_SIDE: "buy_side", SELL_SIDE: "sell_side"},
        "kind": POOL_KINDS,
        "session": {NONE: "-", **dict(enumerate(SESSION_NAMES))},
        "outcome": {NONE: None, SWEEP: "sweep", RUN: "run"},
    }

    side: DirectionArray
    kind: DirectionArray
    session: DirectionArray
    price: FloatArray
    members: IntArray
    bars: IntArray
    complete: BoolArray
    taken_index: IntArray
    swept_index: IntArray
    run_index: IntArray
    superseded_index: IntArray

    @property
    def direction(self) -> DirectionArray:
        """The way price goes to take it: up to buy-side liquidity, down to sell-side."""
        return self.side

    @property
    def outcome(self) -> DirectionArray:
        """What taking it proved to be: `SWEEP`, `RUN`, or `NONE` while it has proved neither."""
        proved = np.where(self.swept_index != NONE, SWEEP, np.where(self.run_index != NONE, RUN, NONE))
        return proved.astype(np.int8)

    def kind_name(self, row: int) -> str:
        """Return what a pool is: a name of `POOL_KINDS`, with the session's own name for a session's."""
        if self.session[row] != NONE:
            return f"{SESSION_NAMES[self.session[row]]}_session"
        return POOL_KINDS[int(self.kind[row])]

    def untaken(self) -> "LiquidityPools":
        """Return the pools that still rest: neither taken nor superseded."""
        return self.select((self.taken_index == NONE) & (self.superseded_index == NONE))


def detect_liquidity_pools(
    candles: Candles,
    *,
    internal: Swings,
    external: Swings,
    trading_day: TradingDay,
    kill_zones: str | None,
    tolerance_atr: float = TOLERANCE_ATR,
    reclaim_bars: int = RECLAIM_BARS,
    atr: FloatArray | None = None,
) -> LiquidityPools:
    """Find every pool of liquidity and what became of it.

    `swing`: each external swing. `equal`: two or more internal swings each within ``tolerance_atr · ATR[t]`` of the
    newest, t being the newest's confirmation, with no bar between above the higher of the two plus the tolerance.
    `previous_day`, `previous_week`, `previous_month` and `session`: the extremes of the period's bars, confirmed at the
    first bar that opens at or after its end, which may itself take them. A pool is taken at the first later bar beyond
    its price; it was swept if a close within `reclaim_bars`, that bar included, is back inside, else it was run.
    Source: ICT buy-side and sell-side liquidity, equal highs and lows, stop hunts.

    Args:
        candles: bars, shape (n,).
        internal: internal swings on the same bars, for equal pools.
        external: external swings on the same bars.
        trading_day: where days, weeks and months begin.
        kill_zones: name of the kill-zone profile whose windows are the sessions (bars of one hour and shorter); None
            for no session pools.
        tolerance_atr: how near equal highs are, in ATR.
        reclaim_bars: bars within which a close must come back, at least 1.
        atr: the bars' `average_true_range`, where the caller has it already.

    Returns:
        Pools ordered by confirmation.
    """
    parts = [
        levels_of_swings(SWING, external.side, external.price, external.formed_index, external.confirmed_index),
        *period_levels(candles, trading_day, kill_zones),
    ]
    if len(internal):
        known_atr = average_true_range(candles) if atr is None else atr
        parts.append(equal_levels(candles, internal, tolerance_atr * known_atr))
    return _with_life(candles, join_levels(parts), reclaim_bars)


def _with_life(candles: Candles, levels: Levels, reclaim_bars: int) -> LiquidityPools:
    levels = levels.select(np.lexsort((levels.side, levels.session, levels.kind, levels.formed, levels.confirmed)))
    taken = np.empty(len(levels.side), dtype=np.int64)
    for side, extremes in ((BUY_SIDE, candles.high), (SELL_SIDE, -candles.low)):
        rows = np.flatnonzero(levels.side == side)
        taken[rows] = first_above(extremes, side * levels.price[rows], levels.watched_from[rows])
    swept, run = _outcomes(candles, levels.side, levels.price, taken, reclaim_bars)
    return LiquidityPools(
        levels.formed, levels.confirmed, levels.side, levels.kind, levels.session, levels.price, levels.members,
        levels.bars, levels.complete, taken, swept, run, levels.superseded,
    )  # fmt: skip


def _outcomes(
    candles: Candles, side: DirectionArray, price: FloatArray, taken: IntArray, reclaim_bars: int
) -> tuple[IntArray, IntArray]:
    """Return the bars at which each taken pool proved swept, or run; `NONE` where it has proved neither."""
    swept = np.full(len(taken), NONE, dtype=np.int64)
    row = np.flatnonzero(taken != NONE)
    bar, sign = taken[row], side[row].astype(np.float64)
    level = sign * price[row]
    for _ in range(reclaim_bars):
        is_back = sign * candles.close[bar] < level
        swept[row[is_back]] = bar[is_back]
        on = np.flatnonzero(~is_back & (bar + 1 < len(candles)))
        row, bar, sign, level = row[on], bar[on] + 1, sign[on], level[on]
    last = taken + reclaim_bars - 1
    run = np.where((taken != NONE) & (swept == NONE) & (last < len(candles)), last, NONE)
    return swept, run
