"""The chart reading of an existing dashboard, in its own camelCase shape."""

from typing import Final, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from api.schemas.base import Answer, Query, Symbol, Time

Interval = Literal["1min", "5min", "15min", "30min", "60min", "4h", "daily", "weekly", "monthly"]
Session = Literal["NY", "LDN"]
Direction = Literal["bullish", "bearish"]
MOST_BARS: Final = 5000


class DashboardQuery(Query):
    """Which chart."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_alias=True, validate_by_name=False)

    symbol: Symbol
    interval: Interval = "15min"
    lookback_bars: int = Field(default=500, gt=0, le=MOST_BARS, description="How many of the newest bars to read.")
    session: Session | None = Field(default=None, description="Show only New York's or only London's kill zones.")
    include_current_bar: bool = Field(default=False, description="Read the bar that has not closed yet, too.")


def _camel(name: str) -> str:
    return to_camel(name).replace("Choch", "ChoCh")


class _Camel(Answer):
    model_config = ConfigDict(alias_generator=_camel, validate_by_name=True)


class Meta(_Camel):
    """What was asked and what was read."""

    symbol: str
    interval: Interval
    lookback_bars: int
    bars_returned: int
    as_of: Time | None = Field(description="Close of the newest bar read.")
    source: str = Field(examples=["demo"])
    includes_current_bar: bool
    session: Session | None


class SwingPoint(_Camel):
    """A confirmed swing high or low."""

    price: float
    time: Time
    confirmed_at: Time
    scope: Literal["internal", "external"]


class Swings(_Camel):
    """At most 20 a side, newest first."""

    highs: list[SwingPoint]
    lows: list[SwingPoint]


class StructureEvent(_Camel):
    """A close beyond a swing: with the trend (BOS) or against it (CHoCH)."""

    type: Literal["BOS", "CHoCH"]
    direction: Direction
    price: float = Field(description="Price of the swing that was broken.")
    time: Time = Field(description="The bar whose close broke it.")
    swing_time: Time
    scope: Literal["internal", "external"]


class Structure(_Camel):
    """Trend and its breaks."""

    bias: Literal["bullish", "bearish", "neutral"] = Field(description="The external trend; neutral before any break.")
    last_bos_at: Time | None
    last_choch_at: Time | None
    swings: Swings
    events: list[StructureEvent] = Field(description="At most 20, newest first.")


class DealingRange(_Camel):
    """The range price is dealing in; above 50 percent is premium."""

    low: float
    high: float
    eq: float
    pd_percent: float


class OrderBlock(_Camel):
    """The last opposing candles before the leg that broke structure."""

    direction: Direction
    top: float
    bottom: float
    time: Time
    confirmed_at: Time
    touched: bool
    mitigated: bool
    broken: bool


class FairValueGap(_Camel):
    """A three-candle gap; `time` is its middle candle."""

    direction: Direction
    top: float
    bottom: float
    middle: float
    time: Time
    confirmed_at: Time
    touched: bool
    filled: bool
    inverted: bool


class LiquidityLevel(_Camel):
    """Stops resting beyond a price."""

    price: float
    time: Time
    confirmed_at: Time
    taken: bool
    swept: bool


class LiquidityStack(_Camel):
    """Untaken levels of one side that lie within half an ATR of each other."""

    side: Literal["buy", "sell"]
    low: float
    high: float
    count: int


class Liquidity(_Camel):
    """Where stops rest; newest first."""

    equal_highs: list[LiquidityLevel]
    equal_lows: list[LiquidityLevel]
    external_highs: list[LiquidityLevel]
    external_lows: list[LiquidityLevel]
    relative_equal_highs: list[LiquidityLevel] = Field(description="As equal highs, within 0.3 instead of 0.1 ATR.")
    relative_equal_lows: list[LiquidityLevel]
    stacks: list[LiquidityStack]


class KillZone(_Camel):
    """One kill zone of the trading day; `active` at the moment of asking."""

    name: str
    start: Time
    end: Time
    active: bool


class Sessions(_Camel):
    """The trading day's kill zones."""

    kill_zones: list[KillZone]


class Levels(_Camel):
    """Extremes of the last completed day and week; null where the bars do not reach back."""

    prev_day_high: float | None
    prev_day_low: float | None
    weekly_high: float | None
    weekly_low: float | None


class SmtSignal(_Camel):
    """A divergence between two correlated markets."""

    direction: Direction
    time: Time
    companion: str


class ChartReading(_Camel):
    """Every fact of one chart, as the dashboard draws it."""

    meta: Meta
    structure: Structure
    dealing_range: DealingRange | None
    order_blocks: list[OrderBlock] = Field(description="At most 20, newest first.")
    fvg: list[FairValueGap] = Field(description="At most 30, newest first.")
    liquidity: Liquidity
    sessions: Sessions
    levels: Levels
    smt_signals: list[SmtSignal] = Field(
        description="Empty here: a divergence needs the candles of a companion market, and this reads one market."
    )
