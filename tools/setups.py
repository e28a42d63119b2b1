"""Setups: an entry, a stop and what would prove them wrong, offered only while they are fresh."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

import numpy as np

from tools.candles import Candles
from tools.crossings import first_below
from tools.dealing_range import OTE_SWEET_SPOT
from tools.displacement import average_true_range
from tools.facts import NONE, DirectionArray, Facts, FloatArray, IntArray, Words
from tools.imbalances import FairValueGaps
from tools.liquidity import LiquidityPools
from tools.structure_shift import MarketStructureShifts

ICT_2022, SWEEP_DISPLACEMENT_GAP, SHIFT_AND_OTE = range(3)
MODELS: Final = {
    ICT_2022: "ict_2022_model",
    SWEEP_DISPLACEMENT_GAP: "sweep_displacement_fvg",
    SHIFT_AND_OTE: "mss_ote",
}
MODEL_NAMES: Final = {
    ICT_2022: "2022 model",
    SWEEP_DISPLACEMENT_GAP: "Sweep, displacement, fair value gap",
    SHIFT_AND_OTE: "Market structure shift and optimal trade entry",
}
MODEL_RULES: Final = {ICT_2022: "6.5", SWEEP_DISPLACEMENT_GAP: "6.3", SHIFT_AND_OTE: "6.4"}
STOP_BUFFER_ATR: Final = 0.1
SWEEP_TO_GAP_BARS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Setups(Facts):
    """Setups of every model, drawn on the bar that completed them.

    Attributes:
        direction: int8, shape (m,).
        model: int8: a key of `MODELS`.
        entry: float64: the limit price, in the quote currency.
        stop: float64: beyond the swept extreme or the leg's origin, plus the buffer; also the invalidation point.
        origin_index: int64: the bar of that extreme.
        gap_index: int64: the confirmation of the gap that is entered, or `NONE`.
        entered_index: first bar after confirmation that traded at the entry.
        stopped_index: first bar after confirmation that traded at the stop.
    """

    KIND: ClassVar[str] = "setup"
    LIFE: ClassVar[tuple[str, ...]] = ("entered_index", "stopped_index")
    NAMED_BY: ClassVar[tuple[str, ...]] = ("model", "direction")
    WORDS: ClassVar[Words] = {**Facts.WORDS, "model": MODELS}

    direction: DirectionArray
    model: DirectionArray
    entry: FloatArray
    stop: FloatArray
    origin_index: IntArray
    gap_index: IntArray
    entered_index: IntArray
    stopped_index: IntArray

    def fresh(self) -> "Setups":
        """Return the setups whose entry has not traded and whose stop was not hit since they were confirmed."""
        return self.select((self.entered_index == NONE) & (self.stopped_index == NONE))


class _Draft(NamedTuple):
    formed: int
    confirmed: int
    direction: int
    model: int
    entry: float
    extreme: float
    origin: int
    gap: int


def detect_setups(
    candles: Candles,
    shifts: MarketStructureShifts,
    pools: LiquidityPools,
    gaps: FairValueGaps,
    *,
    stop_buffer_atr: float = STOP_BUFFER_ATR,
    sweep_to_gap_bars: int = SWEEP_TO_GAP_BARS,
    atr: FloatArray | None = None,
) -> Setups:
    """Find the setups of three models, each a limit order that price has yet to come back to.

    `2022 model` (rule 6.5): a market structure shift with its sweep and gap; entry at the near edge of that gap
    while it is neither filled nor inverted, stop beyond the leg's origin. `mss_ote` (6.4): the same shift; entry at the
    0.705 retracement of its leg.
    `sweep_displacement_fvg` (6.3): a gap left by displacement within `sweep_to_gap_bars` of a sweep of the opposite
    side; entry at its near edge, stop beyond the extreme since the sweep. Every stop has ``stop_buffer_atr · ATR``
    added, the ATR of the confirming bar. A setup needs the confirming close still on the far side of its entry.

    Args:
        candles: bars, shape (n,).
        shifts: market structure shifts on the same bars.
        pools: liquidity pools on the same bars.
        gaps: fair value gaps on the same bars.
        stop_buffer_atr: distance of the stop beyond its extreme, in ATR.
        sweep_to_gap_bars: how long after a sweep a displacement gap still belongs to it.
        atr: the bars' `average_true_range`, where the caller has it already.

    Returns:
        Setups ordered by confirmation, fresh and stale; see `Setups.fresh`.
    """
    drafts = [*_from_shifts(candles, shifts, gaps), *_from_sweeps(candles, pools, gaps, sweep_to_gap_bars)]
    known_atr = average_true_range(candles) if atr is None else atr
    kept: list[tuple[_Draft, float]] = []
    for draft in drafts:
        stop = draft.extreme - draft.direction * stop_buffer_atr * float(known_atr[draft.confirmed])
        ahead = draft.direction * (float(candles.close[draft.confirmed]) - draft.entry) > 0
        if ahead and draft.direction * (draft.entry - stop) > 0 and stop > 0:  # a NaN stop fails
            kept.append((draft, stop))
    kept.sort(key=lambda pair: (pair[0].confirmed, pair[0].model, pair[0].formed, -pair[0].direction))
    return _table(candles, kept)


def _still_open(gaps: FairValueGaps, gap: int, way: int, t: int) -> bool:
    """Tell whether the gap confirmed at bar `gap` was neither filled nor inverted by the close of bar `t`."""
    (row,) = np.flatnonzero((gaps.confirmed_index == gap) & (gaps.direction == way)).tolist()
    ends = (int(gaps.filled_index[row]), int(gaps.inverted_index[row]))
    return all(end == NONE or end > t for end in ends)


def _from_shifts(candles: Candles, shifts: MarketStructureShifts, gaps: FairValueGaps) -> Iterator[_Draft]:
    for row in range(len(shifts)):
        way, origin = int(shifts.direction[row]), int(shifts.origin_index[row])
        formed, confirmed, gap = (
            int(column[row]) for column in (shifts.formed_index, shifts.confirmed_index, shifts.gap_index)
        )
        near, far = (candles.low, candles.high) if way == 1 else (candles.high, candles.low)
        extreme = float(near[origin])
        leg = far[origin : confirmed + 1]
        end = float(leg.max() if way == 1 else leg.min())
        if gap != NONE and _still_open(gaps, gap, way, confirmed):
            yield _Draft(formed, confirmed, way, ICT_2022, float(near[gap]), extreme, origin, gap)
        entry = end - OTE_SWEET_SPOT * (end - extreme)
        yield _Draft(formed, confirmed, way, SHIFT_AND_OTE, entry, extreme, origin, gap)


def _from_sweeps(candles: Candles, pools: LiquidityPools, gaps: FairValueGaps, within: int) -> Iterator[_Draft]:
    for way in (1, -1):
        swept = np.sort(pools.swept_index[(pools.side == -way) & (pools.swept_index != NONE)])
        chosen = gaps.select((gaps.direction == way) & gaps.displaced)
        probe = candles.low if way == 1 else -candles.high
        near = chosen.top if way == 1 else chosen.bottom
        for row, confirmed in enumerate(chosen.confirmed_index.tolist()):
            middle = confirmed - 1
            place = int(np.searchsorted(swept, middle, side="left")) - 1  # the last sweep before the displacement
            if place < 0 or middle - int(swept[place]) > within:
                continue
            begin = max(int(swept[place]) - 1, 0)
            origin = confirmed - int(probe[begin : confirmed + 1][::-1].argmin())
            extreme = float(way * probe[origin])
            yield _Draft(
                confirmed, confirmed, way, SWEEP_DISPLACEMENT_GAP, float(near[row]), extreme, origin, confirmed
            )


def _table(candles: Candles, kept: list[tuple[_Draft, float]]) -> Setups:
    formed, confirmed, direction, model, origin, gap = (
        np.array([getattr(draft, name) for draft, _ in kept], dtype=np.int64)
        for name in ("formed", "confirmed", "direction", "model", "origin", "gap")
    )
    entry = np.array([draft.entry for draft, _ in kept], dtype=np.float64)
    stop = np.array([stop for _, stop in kept], dtype=np.float64)
    entered, stopped = (np.empty(len(kept), dtype=np.int64) for _ in range(2))
    for way, wick in ((1, candles.low), (-1, -candles.high)):
        rows = direction == way
        levels = way * np.concatenate((entry[rows], stop[rows]))
        after = np.tile(confirmed[rows] + 1, 2)
        entered[rows], stopped[rows] = np.split(first_below(wick, levels, after, or_equal=True), 2)
    ways, models = direction.astype(np.int8), model.astype(np.int8)
    return Setups(formed, confirmed, ways, models, entry, stop, origin, gap, entered, stopped)
