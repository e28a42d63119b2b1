"""Breaks of structure and changes of character: one machine per scope, watching one swing on each side."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from tools.candles import Candles
from tools.facts import (
    BEARISH,
    BULLISH,
    DirectionArray,
    Facts,
    FloatArray,
    IntArray,
    Scope,
    Words,
    by_confirmation,
)
from tools.spans import last_lowest
from tools.swings import HIGH, LOW, Swings

BreakBy = Literal["close", "wick"]

BOS, CHOCH, MSS = range(3)
BREAK_TYPES: Final = {BOS: "BOS", CHOCH: "CHoCH", MSS: "MSS"}


@dataclass(frozen=True, slots=True, eq=False)
class StructureBreaks(Facts):
    """Breaks of one scope, in the order they happened; formed and confirmed on the breaking bar.

    Attributes:
        direction: int8, shape (m,).
        type: int8, shape (m,): `BOS`, a break of structure, or `CHOCH`, a change of character (against the trend).
        swing_index: int64, shape (m,): the bar of the swing that broke.
        price: float64, shape (m,): that swing's price.
        origin_index: int64, shape (m,): the leg's origin, the last bar with the lowest low (highest high) since the
            swing.
        scope: that of the swings.
    """

    KIND: ClassVar[str] = "break"
    WORDS: ClassVar[Words] = {**Facts.WORDS, "type": BREAK_TYPES}

    direction: DirectionArray
    type: DirectionArray
    swing_index: IntArray
    price: FloatArray
    origin_index: IntArray
    scope: Scope

    def trend(self) -> int:
        """Return the trend after the last break: `BULLISH`, `BEARISH`, or 0 before any."""
        return int(self.direction[-1]) if len(self) else 0


def detect_structure_breaks(candles: Candles, swings: Swings, *, by: BreakBy = "close") -> StructureBreaks:
    """Find every break of the watched swing highs and lows.

    Only the latest confirmed swing of each side is watched; a newly confirmed one replaces it, at its confirming bar
    and before that bar's close is tested. The first close beyond it is the break: BOS with the trend or before there is
    one, CHoCH against it. A swing breaks once. Where one bar breaks both sides, an up bar is taken to have gone down
    first, a down bar up first, a doji to the nearer side first (of two equally near, the one against the trend).
    Source: ICT market structure, break by body.

    Args:
        candles: bars, shape (n,).
        swings: the swings of one scope on the same bars.
        by: ``close`` needs a close beyond the swing, ``wick`` only a high or low.

    Returns:
        Breaks in order; empty where no watched swing broke.
    """
    up_probe, down_probe = (candles.close, candles.close) if by == "close" else (candles.high, candles.low)
    up_bar, up_swing = _first_breaks(swings.select(swings.side == HIGH), up_probe, 1.0)
    down_bar, down_swing = _first_breaks(swings.select(swings.side == LOW), down_probe, -1.0)
    bar = np.concatenate((up_bar, down_bar))
    swing = np.concatenate((up_swing, down_swing))
    direction = np.repeat(np.array([BULLISH, BEARISH], dtype=np.int8), (len(up_bar), len(down_bar)))
    price = np.where(direction == BULLISH, candles.high[swing], candles.low[swing])
    order = by_confirmation(bar, bar)
    order = _order_within_bars(candles, order, bar, direction, price)
    bar, swing, direction, price = bar[order], swing[order], direction[order], price[order]
    kind = np.full(len(bar), BOS, dtype=np.int8)
    kind[1:][direction[1:] != direction[:-1]] = CHOCH
    origins = _leg_origins(candles, swing, bar, direction)
    return StructureBreaks(bar, bar, direction, kind, swing, price, origins, swings.scope)


def _first_breaks(watched: Swings, probe: FloatArray, sign: float) -> tuple[IntArray, IntArray]:
    """Return the breaking bar and the broken swing's bar, for swings of one side watched one after the other."""
    if not len(watched):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    confirmed = watched.confirmed_index
    lasts = np.diff(np.append(confirmed, len(probe)))  # how many bars each is watched
    beyond = np.flatnonzero(sign * probe[confirmed[0] :] > np.repeat(sign * watched.price, lasts))
    swing = np.searchsorted(confirmed, confirmed[0] + beyond, side="right") - 1
    is_first = np.ones(len(swing), dtype=np.bool_)
    is_first[1:] = swing[1:] != swing[:-1]
    return confirmed[0] + beyond[is_first], watched.formed_index[swing[is_first]]


def _order_within_bars(
    candles: Candles, order: IntArray, bar: IntArray, direction: DirectionArray, price: FloatArray
) -> IntArray:
    """Put the two breaks of one bar into the order in which that bar is taken to have made them."""
    order = order.copy()
    twins = np.flatnonzero(bar[order][1:] == bar[order][:-1])
    for place in twins.tolist():
        pair = order[place : place + 2]
        trend = int(direction[order[place - 1]]) if place else 0
        first = _first_direction(candles, int(bar[pair[0]]), pair, direction, price, trend)
        if direction[pair[0]] != first:
            order[place : place + 2] = pair[::-1]
    return order


def _first_direction(
    candles: Candles, t: int, pair: IntArray, direction: DirectionArray, price: FloatArray, trend: int
) -> int:
    body = candles.close[t] - candles.open[t]
    if body:
        return BEARISH if body > 0 else BULLISH
    away = np.abs(price[pair] - candles.open[t])
    if away[0] != away[1]:
        return int(direction[pair[np.argmin(away)]])
    return -trend if trend else BULLISH


def _leg_origins(candles: Candles, swing: IntArray, bar: IntArray, direction: DirectionArray) -> IntArray:
    origins = np.empty(len(bar), dtype=np.int64)
    for way, lows in ((BULLISH, candles.low), (BEARISH, -candles.high)):
        rows = np.flatnonzero(direction == way)
        origins[rows] = last_lowest(lows, swing[rows], bar[rows] + 1)
    return origins
