"""Judas swings: a false move beyond the day's opening price that takes liquidity and is then reversed."""

from dataclasses import dataclass
from datetime import date, time
from typing import ClassVar, Final, Literal

import numpy as np

from tools.candles import Candles
from tools.facts import BULLISH, DIRECTIONS, NONE, DirectionArray, Facts, FloatArray, IntArray, Words
from tools.liquidity import LiquidityPools
from tools.opening_bars import opening_bars
from tools.structure_shift import MarketStructureShifts
from tools.trading_day import new_york_clock, new_york_minute

MIDNIGHT, MORNING = range(2)
OPENINGS: Final = {MIDNIGHT: "00:00", MORNING: "08:30"}
JUDAS_UNTIL: Final = time(10, 0)
Bias = Literal["bullish", "bearish"]
_OPENING_MINUTES: Final = {MIDNIGHT: 0, MORNING: 8 * 60 + 30}
_WAYS: Final = {word: way for way, word in DIRECTIONS.items()}


@dataclass(frozen=True, slots=True, eq=False)
class JudasSwings(Facts):
    """Judas swings, drawn on the extreme of the false move, confirmed with the shift that reverses it.

    Attributes:
        direction: int8, shape (m,): the way of the reversal, so of the day; the false move went the other way.
        opening: int8: a key of `OPENINGS`, the opening price the move went beyond.
        open_price: float64: that price, in the quote currency.
        price: float64: the extreme of the false move.
        shift_index: int64: the bar the market structure shift is drawn on.
        pool_index: int64: the bar the last pool the move took is drawn on.
        pool_price: float64: that pool's price.
    """

    KIND: ClassVar[str] = "judas"
    NAMED_BY: ClassVar[tuple[str, ...]] = ("direction", "opening", "shift_index")
    WORDS: ClassVar[Words] = {**Facts.WORDS, "opening": OPENINGS}

    direction: DirectionArray
    opening: DirectionArray
    open_price: FloatArray
    price: FloatArray
    shift_index: IntArray
    pool_index: IntArray
    pool_price: FloatArray


def detect_judas_swings(
    candles: Candles,
    shifts: MarketStructureShifts,
    pools: LiquidityPools,
    until: time = JUDAS_UNTIL,
    bias: Bias | None = None,
) -> JudasSwings:
    """Find the false moves of each New York day.

    A bullish one is the origin of a bullish market structure shift, both on one New York date: its bar opens before
    `until` and trades below the day's 00:00 open (else its 08:30 open), and a bar from that open on, up to the origin,
    took a sell-side pool. Bearish mirrors it. An open that the bars do not show counts for nothing; see `opening_bars`.
    Source: ICT Judas swing.

    Args:
        candles: bars, shape (n,); longer than one hour have none.
        shifts: market structure shifts on the same bars.
        pools: every liquidity pool on the same bars.
        until: the New York minute before which the extreme's bar opens.
        bias: the day's bias, to keep only the swings that end with it; None keeps both directions.

    Returns:
        Judas swings ordered by confirmation, at most one a shift.
    """
    minute, day = new_york_clock(candles.time[shifts.origin_index])
    _, confirmed_day = new_york_clock(candles.time[shifts.confirmed_index])
    eligible = (minute < until.hour * 60 + until.minute) & (day == confirmed_day)
    if bias is not None:
        eligible &= shifts.direction == _WAYS[bias]
    rows = np.flatnonzero(eligible & candles.timeframe.is_utc_aligned)
    return _of_shifts(candles, shifts.select(rows), pools, day[rows])


def midnight_bar(candles: Candles, day: date) -> int | None:
    """Return the bar that shows the price at New York midnight of `day`, None where none does; see `opening_bars`."""
    bar = int(_opening_bars(candles, np.array([day.toordinal()]), MIDNIGHT)[0])
    return bar if bar < len(candles) else None


def _of_shifts(candles: Candles, shifts: MarketStructureShifts, pools: LiquidityPools, day: IntArray) -> JudasSwings:
    took = _last_taken(pools, shifts.origin_index, shifts.direction)
    shifts, day, took = shifts.select(took != NONE), day[took != NONE], took[took != NONE]
    origin, way = shifts.origin_index, shifts.direction
    extreme = np.where(way == BULLISH, candles.low[origin], candles.high[origin])
    opening, open_price = np.full(len(origin), NONE, dtype=np.int8), np.full(len(origin), np.nan)
    for code in reversed(OPENINGS):  # so that midnight, where both hold, has the last word
        first = _opening_bars(candles, day, code)
        price = candles.open[np.minimum(first, origin)]  # of no meaning where the origin stands before the opening
        holds = (way * extreme < way * price) & (first <= origin) & (pools.taken_index[took] >= first)
        opening[holds], open_price[holds] = code, price[holds]
    found = JudasSwings(
        origin, shifts.confirmed_index, way, opening, open_price, extreme, shifts.formed_index,
        pools.formed_index[took], pools.price[took],
    )  # fmt: skip
    order = np.lexsort((way, found.shift_index, origin, found.confirmed_index))
    return found.select(order[opening[order] != NONE])


def _opening_bars(candles: Candles, day: IntArray, opening: int) -> IntArray:
    """Return the bar that shows that opening price of each day; the number of bars where none does."""
    moments = np.array([new_york_minute(int(ordinal), _OPENING_MINUTES[opening]) for ordinal in day], dtype=np.int64)
    return opening_bars(candles, moments)


def _last_taken(pools: LiquidityPools, until: IntArray, way: DirectionArray) -> IntArray:
    """Return, for each bar, the row of the last pool against `way` taken by then, of several the most extreme one."""
    rows = np.full(len(until), NONE, dtype=np.int64)
    for side in DIRECTIONS:
        asked = np.flatnonzero(way == -side)
        taken = np.flatnonzero((pools.side == side) & (pools.taken_index != NONE))
        if not len(asked) or not len(taken):
            continue
        order = np.lexsort((pools.formed_index[taken], side * pools.price[taken], pools.taken_index[taken]))
        taken = taken[order]
        place = np.searchsorted(pools.taken_index[taken], until[asked], side="right") - 1
        rows[asked] = np.where(place >= 0, taken[place], NONE)
    return rows
