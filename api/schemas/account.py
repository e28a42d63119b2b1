"""Trades on the wire, and how a trader stands by them."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Answer, Body, Moment, Query, QueryMoment, RunId, Symbol, Time

Direction = Literal["long", "short"]


class OpenTradeBody(Body):
    """A trade that was taken."""

    symbol: Symbol
    direction: Direction
    opened_at: Moment
    risk_pct: float | None = Field(
        default=None, gt=0, le=100, description="Percent of the balance it risks.", examples=[1.0]
    )
    run_id: RunId | None = Field(default=None, description="The analysis it came from.")
    client_id: str | None = Field(
        default=None,
        pattern=r"^[!-~]{1,100}$",
        description="An id of your own: sending the same trade again under it records nothing twice.",
        examples=["broker-4711"],
    )


class CloseTradeBody(Body):
    """How a trade ended: by its profit, or by its result in R."""

    closed_at: Moment
    pnl: float | None = Field(
        default=None, ge=-1e15, le=1e15, description="In the account currency, negative for a loss.", examples=[-98.5]
    )
    result_r: float | None = Field(
        default=None,
        ge=-1e6,
        le=1e6,
        description="In multiples of its risk; needs the trade's `risk_pct` and an account.",
        examples=[2.1],
    )


class Trade(Answer):
    """One trade as it is recorded."""

    trade_id: str = Field(examples=["9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43"])
    client_id: str | None
    symbol: str
    direction: Direction
    status: Literal["open", "closed"]
    opened_at: Time
    closed_at: Time | None
    risk_pct: float | None
    pnl: float | None
    result_r: float | None = Field(description="null while it is open, and where the risk is not known.")
    run_id: str | None


class TradesQuery(Query):
    """Which trades, and which page of them."""

    symbol: Symbol | None = None
    status: Literal["open", "closed"] | None = None
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class TradeList(Answer):
    """Trades, the latest opened first."""

    total: int
    count: int
    items: list[Trade]


class DisciplineQuery(Query):
    """For which market's day and session, and when."""

    symbol: Symbol = "EURUSD"
    at: QueryMoment | None = Field(default=None, description="Default: now.")


class DisciplineState(Answer):
    """How the trader stands at a moment: what an analysis of that moment would be given. Nulls are unknown."""

    symbol: str
    at: Time
    balance: float | None
    trades_this_session: int | None
    trades_today: int | None
    losses_this_session: int | None
    losses_in_row: int | None
    minutes_since_loss: float | None = Field(description="525600 where there was no loss.")
    daily_loss_pct: float | None
    drawdown_pct: float | None
