"""One reading of everything on one timeframe."""

from functools import cached_property
from typing import Any, Final

import numpy as np

from tools.balanced_ranges import BalancedRanges, detect_balanced_ranges
from tools.candles import Candles
from tools.chart_document import document_of
from tools.chart_parameters import DEFAULTS, ChartParameters
from tools.dealing_range import DealingRange, dealing_range_at
from tools.delivery_changes import DeliveryChanges, detect_delivery_changes
from tools.displacement import Displacements, average_true_range, detect_displacements
from tools.errors import InvalidParameter
from tools.facts import Facts, FloatArray
from tools.imbalances import FairValueGaps, detect_fair_value_gaps
from tools.instruments import Instrument
from tools.inverse_gaps import InverseGaps, detect_inverse_gaps
from tools.judas import JudasSwings, detect_judas_swings
from tools.liquidity import LiquidityPools, detect_liquidity_pools
from tools.opening_gaps import OpeningGaps, detect_opening_gaps
from tools.order_blocks import OrderBlocks, detect_order_blocks
from tools.power_of_three import PowerOfThree, power_of_three_at
from tools.rejection_blocks import RejectionBlocks, detect_rejection_blocks
from tools.resample import closed_by, last_close
from tools.setups import Setups, detect_setups
from tools.smt import Divergences, check_companion, detect_smt
from tools.structure import StructureBreaks, detect_structure_breaks
from tools.structure_blocks import Breakers, MitigationBlocks, detect_structure_blocks
from tools.structure_shift import MarketStructureShifts, detect_market_structure_shifts
from tools.sweeps import Sweeps, detect_sweeps
from tools.swings import Swings, detect_swings
from tools.volume_imbalances import VolumeImbalances, detect_volume_imbalances

__all__ = ["Chart", "ChartParameters", "read_chart"]

_TABLES: Final = (
    "internal_swings", "external_swings", "internal_breaks", "external_breaks", "displacements",
    "fair_value_gaps", "inverse_gaps", "balanced_ranges", "volume_imbalances", "opening_gaps",
    "order_blocks", "external_order_blocks", "breakers", "mitigation_blocks", "rejection_blocks",
    "liquidity_pools", "sweeps", "market_structure_shifts", "cisd", "smt", "judas_swings", "setups",
)  # fmt: skip


class Chart:
    """Every fact of one timeframe, as known at the close of its last bar; each is found when first asked for.

    Attributes:
        candles: the closed bars read, shape (n,).
        instrument: whose trading day and kill zones bound the days and sessions.
        parameters: the choices the definitions leave.
        companion: bars of a correlated market on the same timeframe, or None.
    """

    def __init__(
        self, candles: Candles, instrument: Instrument, parameters: ChartParameters, companion: Candles | None
    ) -> None:
        """Take what is to be read; nothing is computed yet."""
        self.candles = candles
        self.instrument = instrument
        self.parameters = parameters
        self.companion = companion

    @cached_property
    def atr(self) -> FloatArray:
        """The average true range at each bar, shape (n,), NaN before 14 bars."""
        return average_true_range(self.candles)

    @cached_property
    def internal_swings(self) -> Swings:
        """Swings of `internal_bars` a side."""
        bars = self.parameters.internal_bars
        return detect_swings(self.candles, left=bars, right=bars, scope="internal")

    @cached_property
    def external_swings(self) -> Swings:
        """Swings of `external_bars` a side."""
        bars = self.parameters.external_bars
        return detect_swings(self.candles, left=bars, right=bars, scope="external")

    @cached_property
    def internal_breaks(self) -> StructureBreaks:
        """Breaks of internal swings."""
        return detect_structure_breaks(self.candles, self.internal_swings, by=self.parameters.break_by)

    @cached_property
    def external_breaks(self) -> StructureBreaks:
        """Breaks of external swings."""
        return detect_structure_breaks(self.candles, self.external_swings, by=self.parameters.break_by)

    @cached_property
    def displacements(self) -> Displacements:
        """Displacement candles."""
        return detect_displacements(self.candles, k=self.parameters.displacement_k, atr=self.atr)

    @cached_property
    def fair_value_gaps(self) -> FairValueGaps:
        """Fair value gaps."""
        chosen = self.parameters
        return detect_fair_value_gaps(
            self.candles, minimum_atr=chosen.gap_minimum_atr, displacement_k=chosen.displacement_k, atr=self.atr
        )

    @cached_property
    def inverse_gaps(self) -> InverseGaps:
        """Fair value gaps that were closed through."""
        return detect_inverse_gaps(self.candles, self.fair_value_gaps)

    @cached_property
    def balanced_ranges(self) -> BalancedRanges:
        """Overlaps of bullish and bearish fair value gaps."""
        return detect_balanced_ranges(self.candles, self.fair_value_gaps, window=self.parameters.balanced_window_bars)

    @cached_property
    def volume_imbalances(self) -> VolumeImbalances:
        """Bodies that gap while the wicks meet."""
        return detect_volume_imbalances(self.candles)

    @cached_property
    def opening_gaps(self) -> OpeningGaps:
        """New day and new week opening gaps; the last few of each are kept."""
        return detect_opening_gaps(self.candles, self.instrument.trading_day, keep=self.parameters.opening_gaps_kept)

    @cached_property
    def order_blocks(self) -> OrderBlocks:
        """Order blocks of the internal scope."""
        return self._order_blocks(self.internal_breaks)

    @cached_property
    def external_order_blocks(self) -> OrderBlocks:
        """Order blocks of the external scope."""
        return self._order_blocks(self.external_breaks)

    @cached_property
    def breakers(self) -> Breakers:
        """Breakers of the internal scope."""
        return self._structure_blocks[0]

    @cached_property
    def mitigation_blocks(self) -> MitigationBlocks:
        """Mitigation blocks of the internal scope."""
        return self._structure_blocks[1]

    @cached_property
    def rejection_blocks(self) -> RejectionBlocks:
        """Wicks of internal swings that swept liquidity."""
        return detect_rejection_blocks(self.candles, self.internal_swings, self.liquidity_pools)

    @cached_property
    def liquidity_pools(self) -> LiquidityPools:
        """Liquidity pools of every kind."""
        return detect_liquidity_pools(
            self.candles,
            internal=self.internal_swings,
            external=self.external_swings,
            trading_day=self.instrument.trading_day,
            kill_zones=self.instrument.kill_zones,
            tolerance_atr=self.parameters.equal_tolerance_atr,
            reclaim_bars=self.parameters.reclaim_bars,
            atr=self.atr,
        )

    @cached_property
    def sweeps(self) -> Sweeps:
        """Pools that were taken and closed back inside."""
        return detect_sweeps(self.liquidity_pools)

    @cached_property
    def market_structure_shifts(self) -> MarketStructureShifts:
        """Market structure shifts of the internal scope."""
        return detect_market_structure_shifts(
            self.candles,
            self.internal_breaks,
            self.liquidity_pools,
            self.fair_value_gaps,
            self.displacements,
            need_sweep=self.parameters.shift_needs_sweep,
            need_gap=self.parameters.shift_needs_gap,
        )

    @cached_property
    def cisd(self) -> DeliveryChanges:
        """Changes in the state of delivery."""
        chosen = self.parameters
        return detect_delivery_changes(
            self.candles,
            self.liquidity_pools,
            lookback=chosen.delivery_lookback_bars,
            need_sweep=chosen.delivery_needs_sweep,
        )

    @cached_property
    def smt(self) -> Divergences:
        """Divergences from the companion; none without one."""
        companion, bars = self.companion, self.parameters.internal_bars
        theirs = None if companion is None else detect_swings(companion, left=bars, right=bars)
        return detect_smt(
            self.candles, self.internal_swings, companion, theirs, align=self.parameters.divergence_align_bars
        )

    @cached_property
    def judas_swings(self) -> JudasSwings:
        """False moves of the morning, reversed by a shift."""
        chosen = self.parameters
        return detect_judas_swings(
            self.candles,
            self.market_structure_shifts,
            self.liquidity_pools,
            until=chosen.judas_until,
            bias=chosen.daily_bias,
        )

    @cached_property
    def setups(self) -> Setups:
        """Setups of every model, fresh and stale."""
        chosen = self.parameters
        return detect_setups(
            self.candles,
            shifts=self.market_structure_shifts,
            pools=self.liquidity_pools,
            gaps=self.fair_value_gaps,
            external_swings=self.external_swings,
            external_breaks=self.external_breaks,
            breakers=self.breakers,
            judas=self.judas_swings,
            stop_buffer_atr=chosen.stop_buffer_atr,
            sweep_to_gap_bars=chosen.sweep_to_gap_bars,
            turtle_soup_bars=chosen.turtle_soup_bars,
            atr=self.atr,
        )

    @cached_property
    def dealing_range(self) -> DealingRange | None:
        """The dealing range at the last bar, None while it cannot be known."""
        last = len(self.candles) - 1
        if last < 0:
            return None
        return dealing_range_at(self.candles, self.external_swings, self.external_breaks, last)

    @cached_property
    def power_of_three(self) -> PowerOfThree:
        """The stage of the day at the last bar."""
        last = len(self.candles) - 1
        until = self.parameters.judas_until
        return power_of_three_at(self.candles, self.judas_swings, self.liquidity_pools, last, until)

    @property
    def tables(self) -> dict[str, Facts]:
        """Each columnar kind of fact by its name."""
        return {name: getattr(self, name) for name in _TABLES}

    def as_of(self, t: int) -> "Chart":
        """Return the reading as it stood at the close of bar `t`; equal to reading ``candles[: t + 1]``.

        Args:
            t: bar index below n; -1 is before every bar, and gives an empty reading.

        Raises:
            InvalidParameter: there is no such bar.
        """
        if isinstance(t, bool) or not isinstance(t, int | np.integer) or not -1 <= t < len(self.candles):
            expected = f"a bar index from -1 (before all) to {len(self.candles) - 1}"
            got = repr(t)[:80]
            raise InvalidParameter(f"t: expected {expected}, got {got}", field="t", expected=expected, got=got)
        companion = self.companion
        if companion is not None:
            day = self.instrument.trading_day
            companion = closed_by(companion, day, last_close(self.candles[: t + 1], day)) if t >= 0 else companion[:0]
        then = Chart(self.candles[: t + 1], self.instrument, self.parameters, companion)
        known = {name: facts.as_of(t) for name, facts in self.tables.items()}
        vars(then).update(known, atr=self.atr[: t + 1])
        return then

    def to_dict(self) -> dict[str, Any]:
        """Return the reading JSON-ready; see `tools.chart_document`."""
        return document_of(self)

    @cached_property
    def _structure_blocks(self) -> tuple[Breakers, MitigationBlocks]:
        return detect_structure_blocks(
            self.candles, self.internal_swings, self.internal_breaks, zone=self.parameters.block_zone
        )

    def _order_blocks(self, breaks: StructureBreaks) -> OrderBlocks:
        chosen = self.parameters
        return detect_order_blocks(
            self.candles, breaks, self.fair_value_gaps, zone=chosen.block_zone, need_gap=chosen.block_needs_gap
        )


def read_chart(
    candles: Candles,
    instrument: Instrument,
    parameters: ChartParameters = DEFAULTS,
    companion: Candles | None = None,
) -> Chart:
    """Read every fact of one timeframe; cost grows linearly with the bars.

    Args:
        candles: closed bars of one timeframe, shape (n,); none gives an empty reading.
        instrument: whose trading day and kill zones bound the days and sessions.
        parameters: the choices, by default this project's definitions.
        companion: bars of a correlated market on the same timeframe, for SMT divergences; None makes none.

    Raises:
        InvalidParameter: the companion's timeframe is another one.
    """
    if companion is not None:
        check_companion(candles, companion)
    return Chart(candles, instrument, parameters, companion)
