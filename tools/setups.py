"""Setups: an entry, a stop and what would prove them wrong, offered only while they are fresh."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tools.candles import Candles
from tools.crossings import first_returns
from tools.displacement import average_true_range
from tools.facts import NONE, DirectionArray, Facts, FloatArray, IntArray, Words
from tools.imbalances import FairValueGaps
from tools.judas import JudasSwings
from tools.liquidity import LiquidityPools
from tools.setup_drafts import Drafts, sweeps_of
from tools.setup_models import (
    displaced_gaps,
    gaps_after_sweeps,
    gaps_in_breakers,
    gaps_of_judas_swings,
    gaps_of_shifts,
    retracements_of_shifts,
    retracements_of_swings,
    turtle_soups,
)
from tools.structure import StructureBreaks
from tools.structure_blocks import Breakers
from tools.structure_shift import MarketStructureShifts
from tools.swings import Swings

(
    ICT_2022, SWEEP_DISPLACEMENT_GAP, SHIFT_AND_OTE, OTE, DISPLACED_GAP, POWER_OF_THREE, TURTLE_SOUP, SILVER_BULLET,
    UNICORN,
) = range(9)  # fmt: skip
MODELS: Final = {
    ICT_2022: "ict_2022_model",
    SWEEP_DISPLACEMENT_GAP: "sweep_displacement_fvg",
    SHIFT_AND_OTE: "mss_ote",
    OTE: "ote",
    DISPLACED_GAP: "fvg",
    POWER_OF_THREE: "power_of_three",
    TURTLE_SOUP: "turtle_soup",
    SILVER_BULLET: "silver_bullet",
    UNICORN: "unicorn",
}
MODEL_NAMES: Final = {
    ICT_2022: "2022 model",
    SWEEP_DISPLACEMENT_GAP: "Sweep, displacement, fair value gap",
    SHIFT_AND_OTE: "Market structure shift and optimal trade entry",
    OTE: "Optimal trade entry",
    DISPLACED_GAP: "Fair value gap",
    POWER_OF_THREE: "Power of three",
    TURTLE_SOUP: "Turtle soup",
    SILVER_BULLET: "Silver bullet",
    UNICORN: "Unicorn",
}
MODEL_RULES: Final = {
    ICT_2022: "6.5",
    SWEEP_DISPLACEMENT_GAP: "6.3",
    SHIFT_AND_OTE: "6.4",
    OTE: "6.1",
    DISPLACED_GAP: "6.2",
    POWER_OF_THREE: "6.6",
    TURTLE_SOUP: "6.7",
    SILVER_BULLET: "6.3",
    UNICORN: "6.5",
}
"""The rule of the rulebook about a model: a silver bullet is a gap after a sweep, a unicorn one after a sweep and a
shift of structure."""
STOP_BUFFER_ATR: Final = 0.1
SWEEP_TO_GAP_BARS: Final = 20
TURTLE_SOUP_BARS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Setups(Facts):
    """Setups of every model, drawn on the bar that completed them (an optimal trade entry on the swing that did).

    A model makes at most one setup of a direction on a bar, so the two and the time name it.

    Attributes:
        direction: int8, shape (m,).
        model: int8: a key of `MODELS`.
        entry: float64: the limit price, in the quote currency.
        stop: float64: beyond `invalidation` by the buffer.
        invalidation: float64: the swept extreme or the leg's origin itself, beyond which the idea is wrong.
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
    invalidation: FloatArray
    origin_index: IntArray
    gap_index: IntArray
    entered_index: IntArray
    stopped_index: IntArray

    def fresh(self) -> "Setups":
        """Return the setups whose entry has not traded and whose stop was not hit since they were confirmed."""
        return self.select((self.entered_index == NONE) & (self.stopped_index == NONE))


def detect_setups(
    candles: Candles,
    *,
    shifts: MarketStructureShifts,
    pools: LiquidityPools,
    gaps: FairValueGaps,
    external_swings: Swings,
    external_breaks: StructureBreaks,
    breakers: Breakers,
    judas: JudasSwings,
    stop_buffer_atr: float = STOP_BUFFER_ATR,
    sweep_to_gap_bars: int = SWEEP_TO_GAP_BARS,
    turtle_soup_bars: int = TURTLE_SOUP_BARS,
    atr: FloatArray | None = None,
) -> Setups:
    """Find the setups of nine models, each a limit order that price has yet to come back to.

    - `2022 model` (rule 6.5): a market structure shift with its sweep and gap; entry at the near edge of that gap while
      it is neither filled nor inverted, stop beyond the leg's origin. The bare pattern: its time (a kill zone) and its
      place (the right half of the dealing range) are asked where a rulebook judges it. `mss_ote` (6.4): the same shift;
      entry at the 0.705 retracement of its leg.
    - `sweep_displacement_fvg` (6.3): a gap left by displacement within `sweep_to_gap_bars` of a sweep of the opposite
      side; entry at its near edge, stop beyond the extreme since the bar that took the pool. `silver_bullet`: such a
      gap, displaced or not, made inside a silver-bullet hour of New York, on bars of up to 15 minutes.
    - `ote` (6.1): the 0.705 retracement of the dealing range, once a confirmed external swing has ended its impulse;
      stop beyond its origin.
    - `fvg` (6.2): a gap left by displacement; entry at its near edge, stop beyond its three candles.
    - `power_of_three` (6.6): a Judas swing whose shift left a gap that is still open; entry at its near edge, stop
      beyond the Judas swing.
    - `turtle_soup` (6.7): a bar beyond the extreme of the `turtle_soup_bars` before it that closes back inside; entry
      at that extreme, stop beyond the bar.
    - `unicorn`: a breaker whose leg swept liquidity and left a gap that overlaps it; entry at the near edge of the
      overlap, stop beyond the leg's extreme. The bare pattern, as of the 2022 model.

    Every stop has ``stop_buffer_atr · ATR`` added, the ATR of the confirming bar. A setup needs the confirming close
    still on the far side of its entry. Source: ICT, the models by their own names.

    Args:
        candles: bars, shape (n,).
        shifts: market structure shifts on the same bars.
        pools: liquidity pools on the same bars.
        gaps: fair value gaps on the same bars, those of `shifts` among them.
        external_swings: external swings on the same bars.
        external_breaks: their structure breaks.
        breakers: breakers on the same bars.
        judas: Judas swings of `shifts`.
        stop_buffer_atr: distance of the stop beyond its extreme, in ATR.
        sweep_to_gap_bars: how long after a sweep a gap's middle bar still belongs to it.
        turtle_soup_bars: the bars whose extreme turtle soup sweeps, at least 1.
        atr: the bars' `average_true_range`, where the caller has it already.

    Returns:
        Setups ordered by confirmation, then by model, fresh and stale; see `Setups.fresh`. None before 14 bars.
    """
    sweeps = sweeps_of(pools, len(candles))
    after_sweeps, silver_bullets = gaps_after_sweeps(candles, gaps, sweeps, sweep_to_gap_bars)
    drafts = {
        ICT_2022: gaps_of_shifts(candles, shifts, gaps),
        SWEEP_DISPLACEMENT_GAP: after_sweeps,
        SHIFT_AND_OTE: retracements_of_shifts(candles, shifts),
        OTE: retracements_of_swings(candles, external_swings, external_breaks),
        DISPLACED_GAP: displaced_gaps(candles, gaps),
        POWER_OF_THREE: gaps_of_judas_swings(shifts, gaps, judas),
        TURTLE_SOUP: turtle_soups(candles, turtle_soup_bars),
        SILVER_BULLET: silver_bullets,
        UNICORN: gaps_in_breakers(candles, breakers, gaps, sweeps),
    }
    model = np.repeat(np.array(list(drafts), dtype=np.int8), [len(draft.entry) for draft in drafts.values()])
    joined = Drafts(*(np.concatenate(column) for column in zip(*drafts.values(), strict=True)))
    known_atr = average_true_range(candles) if atr is None else atr
    return _table(candles, model, joined, stop_buffer_atr * known_atr)


def _table(candles: Candles, model: DirectionArray, drafts: Drafts, buffer: FloatArray) -> Setups:
    """Set the stops, keep what price has yet to come back to, and follow it."""
    stop = drafts.invalidation - drafts.direction * buffer[drafts.confirmed]
    is_ahead = drafts.direction * (candles.close[drafts.confirmed] - drafts.entry) > 0
    is_behind = drafts.direction * (drafts.entry - stop) > 0  # a stop that is NaN fails
    kept = np.flatnonzero(is_ahead & is_behind & (stop > 0))
    last_first = (-drafts.direction[kept], drafts.formed[kept], model[kept], drafts.confirmed[kept])
    rows = kept[np.lexsort(last_first)]  # no two rows share all four
    direction, entry, confirmed = drafts.direction[rows], drafts.entry[rows], drafts.confirmed[rows]
    entered, stopped = first_returns(candles, direction, confirmed, reached=(entry, stop[rows]))
    return Setups(
        drafts.formed[rows], confirmed, direction, model[rows], entry, stop[rows], drafts.invalidation[rows],
        drafts.origin[rows], drafts.gap[rows], entered, stopped,
    )  # fmt: skip
