"""One reading of everything on one timeframe."""

from functools import cached_property
from typing import Any, Final

from tools.candles import Candles
from tools.chart_document import document_of
from tools.chart_parameters import DEFAULTS, ChartParameters
from tools.dealing_range import DealingRange, dealing_range_at
from tools.displacement import Displacements, average_true_range, detect_displacements
from tools.facts import Facts, FloatArray
from tools.imbalances import FairValueGaps, detect_fair_value_gaps
from tools.instruments import Instrument
from tools.liquidity import LiquidityPools, detect_liquidity_pools
from tools.order_blocks import OrderBlocks, detect_order_blocks
from tools.setups import Setups, detect_setups
from tools.structure import StructureBreaks, detect_structure_breaks
from tools.structure_shift import MarketStructureShifts, detect_market_structure_shifts
from tools.swings import Swings, detect_swings

__all__ = ["Chart", "ChartParameters", "read_chart"]

_TABLES: Final = (
    "internal_swings", "external_swings", "internal_breaks", "external_breaks", "displacements", "fair_value_gaps",
    "order_blocks", "liquidity_pools", "market_structure_shifts", "setups",
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
    def order_blocks(self) -> OrderBlocks:
        """Order blocks of the internal scope."""
        return self._order_blocks(self.internal_breaks)

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
    def setups(self) -> Setups:
        """Setups of every model, fresh and stale."""
        return detect_setups(
            self.candles,
            self.market_structure_shifts,
            self.liquidity_pools,
            self.fair_value_gaps,
            stop_buffer_atr=self.parameters.stop_buffer_atr,
            sweep_to_gap_bars=self.parameters.sweep_to_gap_bars,
            atr=self.atr,
        )

    @cached_property
    def dealing_range(self) -> DealingRange | None:
        """The dealing range at the last bar, None while it cannot be known."""
        last = len(self.candles) - 1
        if last < 0:
            return None
        return dealing_range_at(self.candles, self.external_swings, self.external_breaks, last)

    @property
    def tables(self) -> dict[str, Facts]:
        """Each columnar kind of fact by its name."""
        return {name: getattr(self, name) for name in _TABLES}

    def as_of(self, t: int) -> "Chart":
        """Return the reading as it stood at the close of bar `t`; equal to reading ``candles[: t + 1]``."""
        companion = self.companion
        if companion is not None:
            end = self.candles.end[t] if t >= 0 else 0
            companion = companion[: int(companion.end.searchsorted(end, side="right"))]
        then = Chart(self.candles[: t + 1], self.instrument, self.parameters, companion)
        known = {name: facts.as_of(t) for name, facts in self.tables.items()}
        vars(then).update(known, atr=self.atr[: t + 1])
        return then

    def to_dict(self) -> dict[str, Any]:
        """Return the reading JSON-ready; see `tools.chart_document`."""
        return document_of(self)

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
    return Chart(candles, instrument, parameters, companion)
