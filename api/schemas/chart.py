"""What a chart's reading takes in, and what it answers."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidatorFunctionWrapHandler, WrapValidator

from api.schemas.analysis import Bars, InstrumentBody
from api.schemas.base import Answer, Body, Moment, Query, Symbol, Time
from api.schemas.chart_facts import (
    BalancedRangeFact,
    DeliveryChangeFact,
    Direction,
    DisplacementFact,
    DivergenceFact,
    FairValueGapFact,
    Index,
    InverseGapFact,
    JudasSwingFact,
    OpeningGapFact,
    OrderBlockFact,
    PoolFact,
    Price,
    RejectionBlockFact,
    SetupFact,
    StructureBlockFact,
    StructureFact,
    SweepFact,
    SwingFact,
    VolumeImbalanceFact,
)
from api.schemas.session import ActiveWindow, NextKillZone

Timeframe = Annotated[
    str, Field(description="In any spelling: `15m`, `15M`, `15min`, `M15`, `1H`, `daily`, …", examples=["15m"])
]


class _Parameters(BaseModel):
    """Every choice a reading depends on, with this project's definitions as defaults."""

    internal_bars: int = Field(default=2, ge=1, le=100, description="Bars a side of an internal swing.")
    external_bars: int = Field(default=5, ge=1, le=100, description="Bars a side of an external swing.")
    break_by: Literal["close", "wick"] = Field(default="close", description="What breaks structure.")
    displacement_k: float = Field(default=1.5, ge=0, le=100, description="Least displacement body, in ATR.")
    gap_minimum_atr: float = Field(default=0.0, ge=0, le=100, description="Least height of a fair value gap, in ATR.")
    balanced_window_bars: int = Field(
        default=20, ge=1, le=100, description="Most bars between the two gaps of a balanced price range."
    )
    opening_gaps_kept: int = Field(default=5, ge=1, le=1000, description="How many opening gaps of a kind are kept.")
    block_zone: Literal["body", "range"] = Field(default="body", description="What a block's zone is.")
    block_needs_gap: bool = Field(default=True, description="Whether only order blocks whose leg left a gap count.")
    equal_tolerance_atr: float = Field(default=0.1, ge=0, le=100, description="How near equal highs are, in ATR.")
    reclaim_bars: int = Field(default=1, ge=1, le=100, description="Bars within which a close back makes a sweep.")
    shift_needs_sweep: bool = Field(default=True, description="Whether a structure shift needs a sweep.")
    shift_needs_gap: bool = Field(default=True, description="Whether a structure shift needs a gap.")
    equilibrium_band: float = Field(
        default=2.5, ge=0, le=50, description="Half the width of equilibrium, in percent of the dealing range."
    )
    delivery_lookback_bars: int = Field(
        default=10, ge=1, le=1000, description="Bars whose extreme a change in the state of delivery turns from."
    )
    delivery_needs_sweep: bool = Field(
        default=False, description="Whether a change in the state of delivery needs a sweep."
    )
    divergence_align_bars: int = Field(
        default=2, ge=0, le=100, description="How far apart the swings of an SMT divergence may be, in bars."
    )
    judas_until: str = Field(
        default="10:00",
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="New York time before which a Judas swing makes its extreme.",
    )
    daily_bias: Direction | None = Field(default=None, description="Keeps only Judas swings that turn the day's way.")
    stop_buffer_atr: float = Field(
        default=0.1, ge=0, le=100, description="Distance of a stop beyond its extreme, in ATR."
    )
    sweep_to_gap_bars: int = Field(
        default=20, ge=0, le=100, description="How long after a sweep a gap still belongs to it."
    )
    turtle_soup_bars: int = Field(default=20, ge=1, le=1000, description="Bars whose extreme a turtle soup sweeps.")


class ChartParametersBody(_Parameters, Body):
    """The choices to read by; each is this project's definition where it is left out."""


class ChartParametersUsed(_Parameters, Answer):
    """The choices the chart was read by."""


class CompanionBody(Body):
    """The bars of the correlated market, with its name."""

    symbol: Symbol
    bars: Bars


def _named_or_bare(given: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    return validate(given) if isinstance(given, dict) and "bars" in given else given


Companion = Annotated[CompanionBody, WrapValidator(_named_or_bare, json_schema_input_type=CompanionBody | Bars)]
"""A `CompanionBody`, or bare bars as they came."""


class ChartBody(Body):
    """Closed bars of one market on one timeframe; every ICT fact in them is read."""

    symbol: Symbol
    timeframe: Timeframe
    bars: Bars = Field(description="Closed bars, oldest first, one by one or in columns; none give an empty reading.")
    companion: Companion | None = Field(
        default=None,
        description="Bars of a correlated market on the same timeframe, for SMT divergences: as `bars`, or "
        "`{symbol, bars}`.",
    )
    parameters: ChartParametersBody = Field(default_factory=ChartParametersBody)
    instrument: InstrumentBody | None = Field(default=None, description="Needed where the symbol is unknown.")
    as_of: Moment | None = Field(
        default=None, description="Read the chart as it stood then: bars that close after it are left out."
    )


class OptimalTradeEntry(Answer):
    """The retracement in which to enter with the range's direction."""

    top: Price
    bottom: Price
    sweet_spot: Price
    retracement: float = Field(description="How much of the range the last close has given back, 0 to 1.")
    dead_index: Index | None = Field(description="The first bar beyond the range's origin, which ends the entry.")
    dead_at: Time | None


class DealingRangeState(Answer):
    """The range price is dealing in at the last close."""

    id: str
    low: Price
    high: Price
    equilibrium: Price
    low_index: Index
    low_at: Time
    high_index: Index
    high_at: Time
    break_index: Index | None = Field(description="The external break it comes from.")
    break_at: Time | None
    direction: Direction | None = Field(description="Null before any external break.")
    pd_percent: float = Field(description="Where the last close stands: 0 at the low, 100 at the high.")
    half: Literal["premium", "equilibrium", "discount"]
    ote: OptimalTradeEntry | None


class AccumulationRange(Answer):
    """Between which prices the day accumulated."""

    high: Price
    low: Price
    first_index: Index
    last_index: Index
    start: Time
    end: Time


class PowerOfThreeState(Answer):
    """The day's stage at the last close."""

    id: str | None
    stage: Literal["accumulation", "manipulation", "distribution", "unknown"]
    direction: Direction | None = Field(description="The way the day is delivered.")
    day: date | None = Field(description="The day in New York.")
    accumulation: AccumulationRange | None
    open_price: Price | None = Field(description="The midnight open.")
    judas_id: str | None = Field(description="The Judas swing a distribution began with.")
    reason: str | None = Field(description="Why the stage is unknown.")


class OpeningPrices(Answer):
    """The day's opening prices; null where the bars do not show them."""

    true_day_open: Price | None = Field(description="At midnight in New York.")
    open_0830: Price | None
    open_0930: Price | None


class SessionState(Answer):
    """What the New York clock says at the last close."""

    at: Time
    new_york_time: str = Field(description="The same instant on the New York clock, with its offset.")
    trading_day_start: Time
    is_open: bool
    closed_reason: str | None
    bank_holiday: str | None
    kill_zone: str | None
    silver_bullet: str | None
    macro: str | None
    active: list[ActiveWindow]
    next_kill_zone: NextKillZone | None
    opening_prices: OpeningPrices


class ChartDocument(Answer):
    """Every fact of the chart as known at the close of its last bar; the rows of a list ascend by confirmation."""

    symbol: str
    timeframe: str = Field(examples=["15m"])
    bars: int = Field(ge=0, description="How many bars were read.")
    as_of: Time | None = Field(description="The last bar's close; null without bars.")
    parameters: ChartParametersUsed
    swings: list[SwingFact]
    structure_breaks: list[StructureFact]
    displacements: list[DisplacementFact]
    fair_value_gaps: list[FairValueGapFact]
    inverse_gaps: list[InverseGapFact]
    balanced_ranges: list[BalancedRangeFact]
    volume_imbalances: list[VolumeImbalanceFact]
    opening_gaps: list[OpeningGapFact]
    order_blocks: list[OrderBlockFact]
    breakers: list[StructureBlockFact]
    mitigation_blocks: list[StructureBlockFact]
    rejection_blocks: list[RejectionBlockFact]
    liquidity_pools: list[PoolFact]
    sweeps: list[SweepFact]
    cisd: list[DeliveryChangeFact]
    smt: list[DivergenceFact] = Field(description="Empty without a companion.")
    judas_swings: list[JudasSwingFact]
    setups: list[SetupFact]
    dealing_range: DealingRangeState | None = Field(description="Null while it cannot be known.")
    power_of_three: PowerOfThreeState
    session: SessionState | None = Field(description="Null without bars.")


class RunChartQuery(Query):
    """Which of a run's timeframes to draw."""

    timeframe: Timeframe | None = Field(default=None, description="Default: the one the entry was looked for on.")
