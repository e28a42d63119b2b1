"""One reading of everything on one timeframe."""

from dataclasses import dataclass
from typing import Any

from tools.candles import Candles
from tools.dealing_range import DealingRange, dealing_range_at
from tools.displacement import DISPLACEMENT_ATR, Displacements, average_true_range, detect_displacements
from tools.facts import Facts, FloatArray
from tools.imbalances import FairValueGaps, detect_fair_value_gaps
from tools.instruments import Instrument
from tools.liquidity import RECLAIM_BARS, TOLERANCE_ATR, LiquidityPools, detect_liquidity_pools
from tools.order_blocks import OrderBlocks, Zone, detect_order_blocks
from tools.setups import STOP_BUFFER_ATR, SWEEP_TO_GAP_BARS, Setups, detect_setups
from tools.structure import BreakBy, StructureBreaks, detect_structure_breaks
from tools.structure_shift import MarketStructureShifts, detect_market_structure_shifts
from tools.swings import EXTERNAL_BARS, INTERNAL_BARS, Swings, detect_swings
from tools.times import iso_utc


@dataclass(frozen=True, slots=True)
class ChartParameters:
    """Every choice a reading depends on; the defaults are this project's definitions.

    Attributes:
        internal_bars: bars a side of an internal swing; `external_bars` of an external one.
        break_by: what breaks structure, ``close`` or ``wick``.
        displacement_k: least displacement body, in ATR.
        gap_minimum_atr: least height of a fair value gap, in ATR.
        block_zone: an order block's zone, ``body`` or ``range``; `block_needs_gap`: only blocks whose leg left a gap.
        equal_tolerance_atr: how near equal highs are, in ATR.
        reclaim_bars: bars within which a close back inside makes a sweep.
        shift_needs_sweep: whether a market structure shift needs a sweep; `shift_needs_gap` a gap.
        stop_buffer_atr: distance of a stop beyond its extreme, in ATR.
        sweep_to_gap_bars: how long after a sweep a displacement gap still belongs to it, in bars.
    """

    internal_bars: int = INTERNAL_BARS
    external_bars: int = EXTERNAL_BARS
    break_by: BreakBy = "close"
    displacement_k: float = DISPLACEMENT_ATR
    gap_minimum_atr: float = 0.0
    block_zone: Zone = "body"
    block_needs_gap: bool = True
    equal_tolerance_atr: float = TOLERANCE_ATR
    reclaim_bars: int = RECLAIM_BARS
    shift_needs_sweep: bool = True
    shift_needs_gap: bool = True
    stop_buffer_atr: float = STOP_BUFFER_ATR
    sweep_to_gap_bars: int = SWEEP_TO_GAP_BARS


DEFAULTS = ChartParameters()


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Every fact of one timeframe, as known at the close of its last bar; see each tool for its columns.

    `atr` is the average true range at each bar, shape (n,), NaN before 14 bars.
    """

    candles: Candles
    atr: FloatArray
    internal_swings: Swings
    external_swings: Swings
    internal_breaks: StructureBreaks
    external_breaks: StructureBreaks
    displacements: Displacements
    fair_value_gaps: FairValueGaps
    order_blocks: OrderBlocks
    liquidity_pools: LiquidityPools
    market_structure_shifts: MarketStructureShifts
    setups: Setups
    dealing_range: DealingRange | None

    @property
    def tables(self) -> dict[str, Facts]:
        """Each columnar kind of fact by its name."""
        return {name: value for name in self.__dataclass_fields__ if isinstance(value := getattr(self, name), Facts)}

    def as_of(self, t: int) -> "Chart":
        """Return the reading as it stood at the close of bar `t`; equal to reading ``candles[: t + 1]``."""
        known: dict[str, Any] = {name: facts.as_of(t) for name, facts in self.tables.items()}
        dealing = dealing_range_at(self.candles, self.external_swings, self.external_breaks, t) if t >= 0 else None
        return Chart(candles=self.candles[: t + 1], atr=self.atr[: t + 1], dealing_range=dealing, **known)

    def to_dict(self) -> dict[str, Any]:
        """Return the reading JSON-ready: a list of rows for each kind, and the dealing range or null."""
        rows: dict[str, Any] = {name: facts.rows(self.candles) for name, facts in self.tables.items()}
        dealing = self.dealing_range.to_dict(self.candles) if self.dealing_range else None
        as_of = iso_utc(int(self.candles.end[-1])) if len(self.candles) else None
        return {"timeframe": self.candles.timeframe, "as_of": as_of, "dealing_range": dealing, **rows}


def read_chart(candles: Candles, instrument: Instrument, parameters: ChartParameters = DEFAULTS) -> Chart:
    """Read every fact of one timeframe; cost grows linearly with the bars.

    Args:
        candles: closed bars of one timeframe, shape (n,); none gives an empty reading.
        instrument: whose trading day and kill zones bound the days and sessions.
        parameters: the choices, by default this project's definitions.
    """
    chosen = parameters
    atr = average_true_range(candles)
    inner, outer = chosen.internal_bars, chosen.external_bars
    internal = detect_swings(candles, left=inner, right=inner, scope="internal")
    external = detect_swings(candles, left=outer, right=outer, scope="external")
    internal_breaks = detect_structure_breaks(candles, internal, by=chosen.break_by)
    external_breaks = detect_structure_breaks(candles, external, by=chosen.break_by)
    displacements = detect_displacements(candles, k=chosen.displacement_k, atr=atr)
    gaps = detect_fair_value_gaps(
        candles, minimum_atr=chosen.gap_minimum_atr, displacement_k=chosen.displacement_k, atr=atr
    )
    blocks = detect_order_blocks(
        candles, internal_breaks, gaps, zone=chosen.block_zone, need_gap=chosen.block_needs_gap
    )
    pools = detect_liquidity_pools(
        candles,
        internal=internal,
        external=external,
        trading_day=instrument.trading_day,
        kill_zones=instrument.kill_zones,
        tolerance_atr=chosen.equal_tolerance_atr,
        reclaim_bars=chosen.reclaim_bars,
        atr=atr,
    )
    shifts = detect_market_structure_shifts(
        candles,
        internal_breaks,
        pools,
        gaps,
        displacements,
        need_sweep=chosen.shift_needs_sweep,
        need_gap=chosen.shift_needs_gap,
    )
    setups = detect_setups(
        candles,
        shifts,
        pools,
        gaps,
        stop_buffer_atr=chosen.stop_buffer_atr,
        sweep_to_gap_bars=chosen.sweep_to_gap_bars,
        atr=atr,
    )
    last = len(candles) - 1
    dealing = dealing_range_at(candles, external, external_breaks, last) if len(candles) else None
    return Chart(
        candles, atr, internal, external, internal_breaks, external_breaks, displacements, gaps, blocks, pools, shifts,
        setups, dealing,
    )  # fmt: skip
