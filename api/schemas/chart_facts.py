"""The facts of a chart, one row each, on the wire: every column of every kind.

A bar is named by its position among the bars read (``…_index``) and by when it opened (``…_at``). A step of a fact's
life is null until it has happened.
"""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer

Direction = Literal["bullish", "bearish"]
Scope = Annotated[Literal["internal", "external"], Field(description="Which swings it belongs to.")]
Price = Annotated[float, Field(description="In the quote currency.")]
Index = Annotated[int, Field(ge=0, description="Position of a bar, counted from 0.")]
At = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="When that bar opened, UTC.")]

PoolKind = Literal["swing", "equal", "previous_day", "previous_week", "previous_month", "session"]
SessionName = Annotated[
    str, Field(description="The session whose extreme the pool is, `-` for any other pool.", examples=["london"])
]


class Fact(Answer):
    """What every fact says."""

    id: str = Field(description="Its lasting name.", examples=["fvg:15m:bullish:2024-01-10T12:15:00Z"])
    direction: Direction
    formed_index: Index = Field(description="The bar it is drawn on.")
    formed_at: At
    confirmed_index: Index = Field(description="The bar at whose close it became knowable.")
    confirmed_at: At


class Level(Fact):
    """A fact at one price."""

    price: Price


class Zone(Fact):
    """A fact between two prices; of a bullish one the near edge is the top and the far edge the bottom."""

    top: Price
    bottom: Price
    middle: Price
    touched_index: Index | None = Field(description="The first bar after confirmation that reached the near edge.")
    touched_at: At | None


class Gap(Zone):
    """A zone that lives as a fair value gap does."""

    ce_index: Index | None = Field(description="The first bar that reached the middle, the consequent encroachment.")
    ce_at: At | None
    filled_index: Index | None = Field(description="The first bar that reached the far edge.")
    filled_at: At | None
    inverted_index: Index | None = Field(description="The first close beyond the far edge.")
    inverted_at: At | None


class FairValueGapFact(Gap):
    """Three bars of which the first and the third do not meet."""

    displaced: bool = Field(description="Whether the middle candle displaced price in the gap's direction.")


class InverseGapFact(Zone):
    """A fair value gap that price closed through; it works the other way from then on."""

    gap_index: Index = Field(description="The bar that confirmed the gap.")
    gap_at: At
    ce_index: Index | None = Field(description="The first bar that reached the middle.")
    ce_at: At | None
    dead_index: Index | None = Field(description="The first close back beyond the far edge.")
    dead_at: At | None


class BalancedRangeFact(Gap):
    """The overlap of a bullish and a bearish fair value gap."""

    earlier_index: Index = Field(description="The bar that confirmed the earlier gap.")
    earlier_at: At


class VolumeImbalanceFact(Gap):
    """Two bars whose bodies leave a space between them while their wicks meet."""


class OpeningGapFact(Gap):
    """The space between the last close before the daily or weekly halt and the next open."""

    kind: Literal["ndog", "nwog"] = Field(description="New day or new week opening gap.")
    dropped_index: Index | None = Field(description="The bar from which it is no longer one of the last few.")
    dropped_at: At | None


class OrderBlockFact(Zone):
    """The last run of opposing candles before the leg that broke structure."""

    scope: Scope
    first_index: Index = Field(description="The first candle of the run.")
    first_at: At
    range_top: Price
    range_bottom: Price
    has_gap: bool = Field(description="Whether the leg left a fair value gap.")
    mitigated_index: Index | None = Field(description="The first bar that reached the mean threshold.")
    mitigated_at: At | None
    broken_index: Index | None = Field(description="The first close beyond the run's range.")
    broken_at: At | None


class StructureBlockFact(Zone):
    """A breaker or a mitigation block."""

    scope: Scope
    range_top: Price
    range_bottom: Price
    swing_index: Index = Field(description="The swing that broke.")
    swing_at: At
    extreme_index: Index = Field(description="The extreme between that swing and its break.")
    extreme_at: At
    prior_index: Index = Field(description="The opposite swing before the one that broke.")
    prior_at: At
    dead_index: Index | None = Field(description="The first close beyond the far side of the candle's range.")
    dead_at: At | None


class RejectionBlockFact(Zone):
    """The wick of a swing whose bar swept liquidity."""

    pool_price: Price = Field(description="The most extreme of the pools it swept.")
    dead_index: Index | None = Field(description="The first close beyond the wick.")
    dead_at: At | None


class SwingFact(Level):
    """A swing high or low."""

    scope: Scope
    side: Literal["high", "low"]
    degree: Literal["short", "intermediate", "long"]
    intermediate_index: Index | None = Field(description="The bar at whose close it was known to be intermediate.")
    intermediate_at: At | None
    long_index: Index | None = Field(description="The bar at whose close it was known to be long-term.")
    long_at: At | None


class StructureBreakFact(Level):
    """A close beyond a swing: a break of structure with the trend, a change of character against it."""

    scope: Scope
    type: Literal["BOS", "CHoCH"]
    swing_index: Index = Field(description="The swing that broke; `price` is its price.")
    swing_at: At
    origin_index: Index = Field(description="The origin of the leg that broke it.")
    origin_at: At


class StructureShiftFact(Level):
    """A change of character that swept liquidity, displaced price and left a gap."""

    scope: Scope
    type: Literal["MSS"]
    swing_index: Index = Field(description="The swing that broke; `price` is its price.")
    swing_at: At
    origin_index: Index = Field(description="The origin of the leg that broke it.")
    origin_at: At
    displacement_index: Index = Field(description="The leg's first displacement candle.")
    displacement_at: At
    gap_index: Index | None = Field(description="The bar that confirmed the first gap the leg left.")
    gap_at: At | None
    sweep_index: Index | None = Field(description="The close that swept the latest pool the leg took.")
    sweep_at: At | None
    pool_index: Index | None = Field(description="The bar that pool is drawn on.")
    pool_at: At | None
    pool_price: Price | None


StructureFact = Annotated[StructureBreakFact | StructureShiftFact, Field(discriminator="type")]
"""A row of the structure breaks; its `type` says which."""


class DisplacementFact(Fact):
    """A candle of unusual body that closes near its extreme."""

    body_atr: float | None = Field(description="Its body in ATR; null where the ATR before it is zero.")


class PoolFact(Level):
    """A level beyond which stops rest."""

    side: Literal["buy_side", "sell_side"]
    kind: PoolKind
    session: SessionName
    members: int = Field(ge=1, description="How many swings made an equal pool, else 1.")
    bars: int = Field(ge=1, description="How many bars its period had; 1 for swings and equal levels.")
    complete: bool = Field(description="Whether the bars reach back to the start of its period.")
    taken_index: Index | None = Field(description="The first bar that traded beyond it.")
    taken_at: At | None
    swept_index: Index | None = Field(description="The close back inside that made it a sweep.")
    swept_at: At | None
    run_index: Index | None = Field(description="The bar by which no such close had come: a run.")
    run_at: At | None
    superseded_index: Index | None = Field(description="The bar from which a larger equal pool stands for it.")
    superseded_at: At | None
    outcome: Literal["sweep", "run"] | None = Field(description="Null while it has proved to be neither.")


class SweepFact(Level):
    """A pool that was taken and closed back inside; drawn on the bar that took it, known at the close back."""

    side: Literal["buy_side", "sell_side"] = Field(description="The pool's side; the sweep points the other way.")
    kind: PoolKind
    session: SessionName
    pool_index: Index = Field(description="The bar the pool is drawn on.")
    pool_at: At
    pool_id: str


class DeliveryChangeFact(Level):
    """A close beyond the open of the run of opposing candles that made the latest extreme."""

    first_index: Index = Field(description="The run's first candle; `price` is its open.")
    first_at: At
    extreme_index: Index = Field(description="The candle that made the extreme.")
    extreme_at: At


class DivergenceFact(Level):
    """Two correlated markets swing together, and only one of them makes a new extreme."""

    first_price: Price
    first_index: Index = Field(description="This market's first swing; it is drawn on the second.")
    first_at: At
    companion_price: Price = Field(description="The companion's second swing.")
    companion_first_price: Price
    companion_at: At
    companion_first_at: At
    led_by: Literal["this", "companion"] = Field(description="Who made the new extreme.")


class JudasSwingFact(Level):
    """An early move beyond the day's open that takes liquidity and is reversed by a structure shift."""

    opening: Literal["00:00", "08:30"] = Field(description="Which opening price it went beyond, New York time.")
    open_price: Price
    shift_index: Index = Field(description="The market structure shift that reversed it.")
    shift_at: At
    pool_index: Index = Field(description="The last pool it took.")
    pool_at: At
    pool_price: Price


class Target(Answer):
    """A pool ahead of a setup."""

    price: Price
    reward: float = Field(ge=0, description="What it pays, in multiples of what is risked from entry to stop.")
    pool_id: str = Field(description="The pool's id among the liquidity pools.")


class SetupFact(Fact):
    """An entry to wait for, what would prove it wrong, and where it runs to."""

    model: str = Field(examples=["ict_2022_model"])
    name: str = Field(examples=["2022 model"])
    rule: str | None = Field(description="The rule of the rulebook about its model.", examples=["6.5"])
    is_fresh: bool = Field(description="Whether it still waits: neither its entry nor its stop has traded.")
    targets: list[Target] = Field(
        description="The pools ahead of it as they stood when it was confirmed, nearest first."
    )
    entry: Price = Field(description="The limit price.")
    stop: Price = Field(description="Beyond the invalidation by a buffer.")
    invalidation: Price = Field(description="The extreme beyond which the idea is wrong.")
    origin_index: Index = Field(description="The bar of that extreme.")
    origin_at: At
    gap_index: Index | None = Field(description="The bar that confirmed the gap that is entered.")
    gap_at: At | None
    entered_index: Index | None = Field(description="The first bar after confirmation that traded at the entry.")
    entered_at: At | None
    stopped_index: Index | None = Field(description="The first bar after confirmation that traded at the stop.")
    stopped_at: At | None
