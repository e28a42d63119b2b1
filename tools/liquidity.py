"""Liquidity pools: where stops rest, when they were taken, and whether that was a sweep or a run."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.crossings import first_above
from tools.displacement import average_true_range
from tools.equal_levels import equal_levels
from tools.facts import NONE, BoolArray, DirectionArray, Facts, FloatArray, IntArray, Words
from tools.period_levels import Level, period_levels
from tools.session_windows import KILL_ZONES
from tools.swings import Swings
from tools.trading_day import TradingDay

BUY_SIDE: Final = 1
SELL_SIDE: Final = -1
SWING, EQUAL, PREVIOUS_DAY, PREVIOUS_WEEK, PREVIOUS_MONTH, SESSION = range(6)
POOL_KINDS: Final = {
    SWING: "swing",
    EQUAL: "equal",
    PREVIOUS_DAY: "previous_day",
    PREVIOUS_WEEK: "previous_week",
    PREVIOUS_MONTH: "previous_month",
    SESSION: "session",
}
SESSION_NAMES: Final = tuple(dict.fromkeys(window.name for zones in KILL_ZONES.values() for window in zones))
TOLERANCE_ATR: Final = 0.1
RECLAIM_BARS: Final = 1
SWEEP, RUN = range(2)
_KIND_CODES: Final = {name: code for code, name in POOL_KINDS.items()}


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
    levels: list[Level] = [
        Level("swing", side, price, formed, confirmed, confirmed + 1)
        for side, price, formed, confirmed in zip(
            external.side.tolist(),
            external.price.tolist(),
            external.formed_index.tolist(),
            external.confirmed_index.tolist(),
            strict=True,
        )
    ]
    if len(internal):
        known_atr = average_true_range(candles) if atr is None else atr
        levels += equal_levels(candles, internal, tolerance_atr * known_atr)
    levels += period_levels(candles, trading_day, kill_zones)
    return _with_life(candles, levels, reclaim_bars)


def _with_life(candles: Candles, levels: list[Level], reclaim_bars: int) -> LiquidityPools:
    formed, confirmed, watched, members, bars, superseded = (
        np.array([getattr(level, name) for level in levels], dtype=np.int64)
        for name in ("formed", "confirmed", "watched_from", "members", "bars", "superseded")
    )
    side, kind, session = (
        np.array(codes, dtype=np.int8)
        for codes in (
            [level.side for level in levels],
            [_KIND_CODES[level.kind] for level in levels],
            [SESSION_NAMES.index(level.session) if level.session else NONE for level in levels],
        )
    )
    price = np.array([level.price for level in levels], dtype=np.float64)
    complete = np.array([level.complete for level in levels], dtype=np.bool_)
    taken = np.where(
        side == BUY_SIDE,
        first_above(candles.high, np.where(side == BUY_SIDE, price, np.inf), watched),
        first_above(-candles.low, np.where(side == SELL_SIDE, -price, np.inf), watched),
    )
    swept, run = _outcomes(candles, side, price, taken, reclaim_bars)
    pools = LiquidityPools(
        formed, confirmed, side, kind, session, price, members, bars, complete, taken, swept, run, superseded
    )
    return pools.select(np.lexsort((side, session, kind, formed, confirmed)))


def _outcomes(
    candles: Candles, side: DirectionArray, price: FloatArray, taken: IntArray, reclaim_bars: int
) -> tuple[IntArray, IntArray]:
    """Return the bars at which each taken pool proved swept, or run; `NONE` where it has proved neither."""
    n = len(candles)
    swept = np.full(len(taken), NONE, dtype=np.int64)
    for offset in range(reclaim_bars):
        bar = taken + offset
        seen = (taken != NONE) & (bar < n) & (swept == NONE)
        back = side[seen] * candles.close[bar[seen]] < side[seen] * price[seen]
        swept[np.flatnonzero(seen)[back]] = bar[seen][back]
    last = taken + reclaim_bars - 1
    run = np.where((taken != NONE) & (swept == NONE) & (last < n), last, NONE)
    return swept, run
