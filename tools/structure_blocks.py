"""Breakers and mitigation blocks: the candle that a later break of structure turned into support or resistance."""

from dataclasses import dataclass, fields
from typing import ClassVar, TypeVar

import numpy as np

from tools.candles import Candles
from tools.crossings import first_below
from tools.extremes import lowest_bars
from tools.facts import (
    BEARISH,
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
from tools.structure import StructureBreaks
from tools.swings import Swings

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
    parts = [_found(candles, swings, breaks, way) for way in (BULLISH, BEARISH)]
    columns = np.concatenate(parts, axis=1)
    columns = columns[:, by_confirmation(columns[1], columns[0])]
    formed, confirmed, direction, swing, extreme, prior, beyond_prior = columns
    way = direction.astype(np.int8)
    opened, closed = candles.open[formed], candles.close[formed]
    range_top, range_bottom = candles.high[formed], candles.low[formed]
    body_top, body_bottom = np.maximum(opened, closed), np.minimum(opened, closed)
    top, bottom = (body_top, body_bottom) if zone == "body" else (range_top, range_bottom)
    touched, dead = block_life(
        candles,
        way,
        near=np.where(way == BULLISH, top, bottom),
        beyond=np.where(way == BULLISH, range_bottom, range_top),
        confirmed=confirmed,
    )
    blocks = StructureBlocks(
        formed, confirmed, way, top, bottom, range_top, range_bottom, (body_top + body_bottom) / 2, swing, extreme,
        prior, breaks.scope, touched, dead,
    )  # fmt: skip
    took_liquidity = beyond_prior == 1
    return _of_kind(Breakers, blocks, took_liquidity), _of_kind(MitigationBlocks, blocks, ~took_liquidity)


def block_life(
    candles: Candles, direction: DirectionArray, *, near: FloatArray, beyond: FloatArray, confirmed: IntArray
) -> tuple[IntArray, IntArray]:
    """Return ``(touched, dead)`` of blocks: the first bar after confirmation each happened on, or `NONE`.

    Args:
        candles: bars, shape (n,).
        direction: int8, shape (m,).
        near: float64, shape (m,): the edge that a wick touches, the top of a bullish block.
        beyond: float64, shape (m,): the level beyond which a close kills the block.
        confirmed: int64, shape (m,).
    """
    touched, dead = np.empty(len(direction), dtype=np.int64), np.empty(len(direction), dtype=np.int64)
    for way in (BULLISH, BEARISH):
        rows = direction == way
        wick = candles.low if way == BULLISH else -candles.high
        after = confirmed[rows] + 1
        touched[rows] = first_below(wick, way * near[rows], after, or_equal=True)
        dead[rows] = first_below(way * candles.close, way * beyond[rows], after)
    return touched, dead


def _found(candles: Candles, swings: Swings, breaks: StructureBreaks, way: int) -> IntArray:
    """Return one direction's blocks as integer columns, shape (7, m)."""
    rows = np.flatnonzero(breaks.direction == way)
    swing, t = breaks.swing_index[rows], breaks.confirmed_index[rows]
    opposite = np.sort(swings.formed_index[swings.side == -way])
    before = np.searchsorted(opposite, swing) - 1
    candle = _last_with(way * (candles.close - candles.open) > 0)[swing]
    prior = np.append(opposite, NONE)[before]  # of no swing before, place -1, it reads NONE
    kept = (prior != NONE) & (candle > prior)
    swing, t, candle, prior = swing[kept], t[kept], candle[kept], prior[kept]
    depths = candles.low if way == BULLISH else -candles.high
    extreme = _extremes_after(depths, swing, t, breaks.origin_index[rows[kept]])
    beyond_prior = depths[extreme] < depths[prior]
    return np.stack((candle, t, np.full(len(t), way), swing, extreme, prior, beyond_prior.astype(np.int64)))


def _last_with(holds: BoolArray) -> IntArray:
    """Return, at each bar, the last bar up to it for which something holds, or `NONE`."""
    return np.maximum.accumulate(np.where(holds, np.arange(len(holds)), NONE))


def _extremes_after(depths: FloatArray, swing: IntArray, t: IntArray, origin: IntArray) -> IntArray:
    """Return the last of the lowest bars in ``(swing, t]``: the leg's origin, unless that is the swing's own bar."""
    extreme = origin.copy()
    at_swing = np.flatnonzero(origin == swing)
    extreme[at_swing] = lowest_bars(depths, swing[at_swing] + 1, t[at_swing])
    return extreme


def _of_kind(kind: type[_Kind], blocks: StructureBlocks, rows: BoolArray) -> _Kind:
    chosen = blocks.select(rows)
    return kind(**{column.name: getattr(chosen, column.name) for column in fields(chosen)})
