"""What the clock says, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Answer, Query, QueryMoment, Symbol, Time


class ClockQuery(Query):
    """Which market's clock, and when."""

    symbol: Symbol = "EURUSD"
    at: QueryMoment | None = Field(default=None, description="Default: now.")


class ActiveWindow(Answer):
    """A window of the New York clock that is under way."""

    name: str = Field(examples=["london"])
    kind: Literal["kill_zone", "silver_bullet", "macro", "session"]
    start: Time
    end: Time
    trade: bool = Field(description="False for a window in which one stays out (lunch).")


class NextKillZone(Answer):
    """The next kill zone to open."""

    name: str = Field(examples=["new_york_am"])
    start: Time
    minutes_until: int = Field(ge=0)


class CurrentSession(Answer):
    """Whether the market is open, which day it is trading, and which windows are under way."""

    symbol: str
    at: Time
    new_york_time: str = Field(description="The same instant on the New York clock, with its offset.")
    trading_day_start: Time
    is_open: bool
    closed_reason: Literal["weekend", "bank_holiday", "daily_halt", "early_close"] | None
    bank_holiday: str | None
    sessions: list[str] = Field(description="The sessions under way.", examples=[["london"]])
    active: list[ActiveWindow]


class KillZoneStatus(Answer):
    """Whether this is a time to trade, and when the next one comes."""

    symbol: str
    at: Time
    new_york_time: str
    is_open: bool
    in_kill_zone: bool
    kill_zone: str | None = Field(examples=["london"])
    silver_bullet: str | None
    macro: str | None
    next_kill_zone: NextKillZone | None
