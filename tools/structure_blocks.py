"""Breakers and mitigation blocks: the candle that a later break of structure turned into support or resistance."""

from dataclasses import dataclass, fields
from typing import ClassVar, TypeVar

import numpy as np

from tools.candles import Candles
from tools.crossings import first_returns
from tools.facts import (
    BULLISH,
    NONE,
    BoolArray,
    DirectionArray,
    Facts,
    FloatArray,
    IntArray,
    Scope,
    by_confirmation,
)
from tools.order_blocks import Zone
from tools.spans import last_lowest
from tools.structure import StructureBreaks
from tools.swings import HIGH, LOW, Swings

_Kind = TypeVar("_Kind", bound="StructureBlocks")


@dataclass(frozen=True, slots=True, eq=False)
class StructureBlocks(Facts):
    """Blocks left by the breaks of one scope, drawn on their candle and confirmed by the break, never earlier.

    Attributes:
        direction: int8, shape (m,): that of the break.
        top: float64, the chosen zone's upper edge; `bottom` its lower.
        range_top: the candle's high; `range_bottom` its low.
        middle: the middle of the candle's body.
        swing_index: int64: the bar of the swing that broke.
        extreme_index: the last of the lowest bars (highest for a bearish block) after that swing, up to the break.
        prior_index: the last opposite swing before the one that broke.
        scope: that of the breaks.
        touched_index: first bar after confirmation that reached the near edge of the zone.
        dead_index: first that closed beyond the far side of the candle's range; a dead block stays on record.
    """

    LIFE: ClassVar[tuple[str, ...]] = ("touched_index", "dead_index")
    NAMED_BY: ClassVar[tuple[str, ...]] = ("direction", "swing_index")

    direction: DirectionArray
    top: FloatArray
    bottom: FloatArray
    range_top: FloatArray
    range_bottom: FloatArray
    middle: FloatArray
    swing_index: IntArray
    extreme_index: IntArray
    prior_index: IntArray
    scope: Scope
    touched_index: IntArray
    dead_index: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Breakers(StructureBlocks):
    """Blocks whose extreme went beyond the swing before: liquidity was taken. Columns as `StructureBlocks`."""

    KIND: ClassVar[str] = "breaker"


@dataclass(frozen=True, slots=True, eq=False)
class MitigationBlocks(StructureBlocks):
    """Blocks whose extreme held the swing before: a failure swing. Columns as `StructureBlocks`."""

    KIND: ClassVar[str] = "mitigation_block"


def detect_structure_blocks(
    candles: Candles, swings: Swings, breaks: StructureBreaks, *, zone: Zone = "body"
) -> tuple[Breakers, MitigationBlocks]:
    """Find the breaker or the mitigation block of every structure break.

    At a bullish break at t of the swing high B, with A the last swing low formed before B and C the last of the lowest
    bars in ``(B, t]``: the last up-close candle in ``(A, B]``. It is a breaker when ``L[C] < L[A]``, else a mitigation
    block; without A or such a candle there is neither. Bearish mirrors it. Source: ICT breaker and mitigation block.

    Args:
        candles: bars, shape (n,).
        swings: the swings of one scope on the same bars.
        breaks: the breaks of those swings.
        zone: ``body`` is the candle's open to its close, ``range`` its low to its high.

    Returns:
        Breakers and mitigation blocks, each ordered by confirmation; empty where no break left one.
    """
    rows, formed, prior = _candles_before(candles, swings, breaks)
    order = by_confirmation(breaks.confirmed_index[rows], formed)
    rows, formed, prior = rows[order], formed[order], prior[order]
    way, confirmed, swing = breaks.direction[rows], breaks.confirmed_index[rows], breaks.swing_index[rows]
    is_bullish = way == BULLISH
    extreme = _extremes_after(candles, is_bullish, swing, confirmed, breaks.origin_index[rows])
    opened, closed = candles.open[formed], candles.close[formed]
    range_top, range_bottom = candles.high[formed], candles.low[formed]
    body_top, body_bottom = np.maximum(opened, closed), np.minimum(opened, closed)
    top, bottom = (body_top, body_bottom) if zone == "body" else (range_top, range_bottom)
    near, beyond = np.where(is_bullish, top, bottom), np.where(is_bullish, range_bottom, range_top)
    touched, dead = first_returns(candles, way, confirmed, reached=(near,), beyond=beyond)
    blocks = StructureBlocks(
        formed, confirmed, way, top, bottom, range_top, range_bottom, (body_top + body_bottom) / 2, swing, extreme,
        prior, breaks.scope, touched, dead,
    )  # fmt: skip
    took_liquidity = np.where(
        is_bullish, candles.low[extreme] < candles.low[prior], candles.high[extreme] > candles.high[prior]
    )
    return _of_kind(Breakers, blocks, took_liquidity), _of_kind(MitigationBlocks, blocks, ~took_liquidity)


def _candles_before(candles: Candles, swings: Swings, breaks: StructureBreaks) -> tuple[IntArray, IntArray, IntArray]:
    """Return ``(break, candle, prior)``: the rows of the breaks that left a block, its candle, the swing before."""
    n, swing, is_bullish = len(candles), breaks.swing_index, breaks.direction == BULLISH
    rising, falling = candles.close > candles.open, candles.close < candles.open
    candle = np.where(is_bullish, _last_with(rising)[swing], _last_with(falling)[swing])
    swing_lows, swing_highs = (_marked(n, swings.formed_index[swings.side == side]) for side in (LOW, HIGH))
    before = np.maximum(swing - 1, 0)  # a swing has bars before it
    prior = np.where(is_bullish, _last_with(swing_lows)[before], _last_with(swing_highs)[before])
    rows = np.flatnonzero((prior != NONE) & (candle > prior))
    return rows, candle[rows], prior[rows]


def _marked(bar_count: int, bars: IntArray) -> BoolArray:
    marks = np.zeros(bar_count, dtype=np.bool_)
    marks[bars] = True
    return marks


def _last_with(holds: BoolArray) -> IntArray:
    """Return, at each bar, the last bar up to it for which something holds, or `NONE`."""
    return np.maximum.accumulate(np.where(holds, np.arange(len(holds)), NONE))


def _extremes_after(
    candles: Candles, is_bullish: BoolArray, swing: IntArray, t: IntArray, origin: IntArray
) -> IntArray:
    """Return the last of the lowest bars in ``(swing, t]``: the leg's origin, unless that is the swing's own bar."""
    extreme = origin.copy()
    for chosen, depths in ((is_bullish, candles.low), (~is_bullish, -candles.high)):
        at_swing = np.flatnonzero(chosen & (origin == swing))
        extreme[at_swing] = last_lowest(depths, swing[at_swing] + 1, t[at_swing] + 1)
    return extreme


def _of_kind(kind: type[_Kind], blocks: StructureBlocks, rows: BoolArray) -> _Kind:
    chosen = blocks.select(rows)
    return kind(**{column.name: getattr(chosen, column.name) for column in fields(chosen)})
