"""What an analysis takes in: candles, account, calendar and, for a market nobody knows, its instrument."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    SkipValidation,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from agent.analysis.discipline import NEVER_MINUTES
from api.schemas.base import Body, Currency, Moment, Profile, Symbol
from tools.instruments import AssetClass, Calendar, KillZoneProfile

Price = Annotated[float, Field(gt=0, le=1e12)]


class Bar(Body):
    """One closed bar with long names. `time` is when it opened; high and low enclose open and close."""

    time: Moment
    open: Price = Field(examples=[1.0921])
    high: Price = Field(examples=[1.0934])
    low: Price = Field(examples=[1.0917])
    close: Price = Field(examples=[1.0930])
    volume: float | None = Field(default=None, ge=0, examples=[812])


class ShortBar(Body):
    """One closed bar with short names."""

    t: Moment
    o: Price = Field(examples=[1.0921])
    h: Price = Field(examples=[1.0934])
    l: Price = Field(examples=[1.0917])  # noqa: E741  the wire's name for the low
    c: Price = Field(examples=[1.0930])
    v: float | None = Field(default=None, ge=0, examples=[812])


class BarColumns(Body):
    """Bars as columns of one length, with long names: the compact form for many bars."""

    time: list[Moment]
    open: list[Price]
    high: list[Price]
    low: list[Price]
    close: list[Price]
    volume: list[float | None] | None = None


class ShortBarColumns(Body):
    """Bars as columns of one length, with short names."""

    t: list[Moment]
    o: list[Price]
    h: list[Price]
    l: list[Price]  # noqa: E741  the wire's name for the low
    c: list[Price]
    v: list[float | None] | None = None


# Documented, but not validated here: the tools check whole columns at once and name the first bad bar.
Bars = Annotated[SkipValidation[list[Bar | ShortBar] | BarColumns | ShortBarColumns], Field(title="Bars")]


class CalendarEvent(Body):
    """One scheduled event of the economic calendar."""

    time: Moment
    currency: Currency
    impact: Literal["high", "medium", "low"]
    title: str = Field(max_length=300, examples=["Non-Farm Employment Change"])


class InstrumentBody(Body):
    """A market of the caller's own, for a symbol the service does not know."""

    symbol: Symbol | None = Field(default=None, description="What to call it. Default: the request's symbol.")
    asset_class: AssetClass
    tick_size: float = Field(
        ge=1e-9, le=1e6, description="Smallest price step, in the quote currency.", examples=[0.01]
    )
    contract_size: float = Field(ge=1e-6, le=1e9, description="Units of the base in one contract or lot.", examples=[1])
    size_step: float = Field(ge=1e-9, le=1e9, description="Smallest step of a position, in contracts.", examples=[1])
    base_currency: Currency | None = None
    quote_currency: Currency = "USD"
    trading_day: Literal["new_york_17", "utc_00", "new_york_00"]
    kill_zones: KillZoneProfile
    calendar: Calendar | None = Field(
        default=None, description="What closes it and when. Default: the usual one of its asset class."
    )


class DisciplineBody(Body):
    """What the trader did before; what is left out is read off the ledger, or unknown where no account is set."""

    trades_this_session: int | None = Field(
        default=None, ge=0, le=1_000_000, description="Trades taken in the kill zone under way, else in the day."
    )
    trades_today: int | None = Field(default=None, ge=0, le=1_000_000)
    losses_this_session: int | None = Field(default=None, ge=0, le=1_000_000)
    losses_in_row: int | None = Field(default=None, ge=0, le=1_000_000)
    minutes_since_loss: float | None = Field(
        default=None, ge=0, le=NEVER_MINUTES, description="525600 where there was no loss."
    )
    daily_loss_pct: float | None = Field(default=None, ge=0, le=100)
    drawdown_pct: float | None = Field(default=None, ge=0, le=100)
    stopped: str | None = Field(
        default=None,
        max_length=400,
        description="Why trading is stopped, empty where it is not. A stop of the service's own holds all the same.",
    )


class AnalyzeBody(Body):
    """Candles of one market and the account that would trade it; what is left out comes from the owner's settings."""

    symbol: Symbol
    timeframe_bars: dict[str, Bars] = Field(
        min_length=1,
        max_length=13,
        description="Closed bars by timeframe, oldest first. A timeframe may be spelt `15m`, `15M`, `15min`, `1H`, "
        "`60min`, `1D`, `daily`, …; missing higher timeframes are resampled from the finest.",
    )
    account_balance: float | None = Field(
        default=None,
        gt=0,
        le=1e15,
        description="Left out, it is the balance of the account that is set (`PUT /config/account`) as of `as_of`.",
        examples=[10_000],
    )
    risk_pct: float | None = Field(
        default=None,
        gt=0,
        le=100,
        description="Percent of the balance at risk in one trade. Left out, the risk settings size the trade, or 1.",
        examples=[1.0],
    )
    as_of: Moment | None = Field(
        default=None,
        description="Nothing after this moment is known. Default: the close of the finest last bar.",
    )
    economic_calendar: list[CalendarEvent] | None = Field(
        default=None,
        max_length=10_000,
        description="Without it the news rule cannot be evaluated, and says so.",
    )
    profile: Profile | None = Field(
        default=None,
        description="The rulebook profile that judges. Left out, it is the owner's own, else `strict`.",
        examples=["strict"],
    )
    simulated: bool = Field(
        default=False, description="Whether the candles are made up; the decision carries the mark and a warning."
    )
    instrument: InstrumentBody | None = Field(default=None, description="Needed where the symbol is unknown.")
    account_currency: Currency | None = Field(
        default=None, description="Of `account_balance`, and only beside it. Default: USD.", examples=["USD"]
    )
    quote_to_account_rate: float | None = Field(
        default=None, gt=0, le=1e12, description="Account currency units for one unit of the quote currency."
    )
    trades_this_session: int | None = Field(
        default=None,
        ge=0,
        le=10_000,
        description="The same as `discipline.trades_this_session`.",
    )
    discipline: DisciplineBody | None = None


def _or_its_faults(value: Any, validate: ValidatorFunctionWrapHandler) -> AnalyzeBody | ValidationError:
    try:
        read: AnalyzeBody = validate(value)
    except ValidationError as faults:
        return faults
    return read


BatchItem = Annotated[AnalyzeBody, WrapValidator(_or_its_faults)]


class BatchBody(BaseModel):
    """Up to 100 analyses; each is judged by itself, and a faulty one spoils no other."""

    model_config = {"extra": "forbid"}

    items: list[BatchItem] = Field(min_length=1, max_length=100)
