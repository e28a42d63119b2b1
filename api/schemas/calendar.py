"""The economic calendar on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Answer, Currency, Profile, Query, QueryMoment, Symbol, Time

CalendarImpact = Literal["high", "medium", "low", "holiday"]
_KNOWN = "Whether the calendar knows all that is scheduled in the span asked about; where it does not, `why` says so."


class CalendarQuery(Query):
    """Which events."""

    since: QueryMoment | None = Field(default=None, description="Default: now.")
    until: QueryMoment | None = Field(default=None, description="Exclusive, at most 366 days on. Default: 7 days on.")
    currency: list[Currency] = Field(default=[], max_length=20, description="One of these; default: every one.")
    impact: list[CalendarImpact] = Field(default=[], max_length=4, description="One of these; default: every one.")
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class PairCalendarQuery(Query):
    """Around which moment."""

    at: QueryMoment | None = Field(default=None, description="Default: now.")
    impact: list[CalendarImpact] = Field(default=[], max_length=4, description="One of these; default: every one.")
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class RiskCheckQuery(Query):
    """Which market, when, and by which profile."""

    symbol: Symbol
    at: QueryMoment | None = Field(default=None, description="Default: now.")
    profile: Profile | None = Field(
        default=None, description="The profile that judges. Default: the owner's own, or `strict`."
    )


class EconomicEvent(Answer):
    """One scheduled event."""

    id: str = Field(description="The same for the same event in every reading.", examples=["7e63ea6872879b84"])
    time: Time = Field(description="When it is due; of an event without a time of day, when its day begins.")
    all_day: bool = Field(description="Whether no time of day is known: it may come at any moment of its day.")
    ends: Time | None = Field(description="When the day of such an event is over.")
    currency: str = Field(description="`ALL` for an event that concerns every market.", examples=["USD"])
    impact: CalendarImpact
    title: str = Field(examples=["Non-Farm Employment Change"])


class UpcomingEvent(EconomicEvent):
    """One scheduled event, as seen from a moment."""

    minutes_until: float = Field(description="Negative once it is past; 0 all through an event without a time of day.")


class Coverage(Answer):
    """What the calendar knows, and since when."""

    known: bool = Field(description=_KNOWN)
    why: str | None = Field(examples=["no economic calendar is configured"])
    source: str = Field(examples=["calendar.csv"])
    covers_from: Time | None = Field(description="From when on the source knows what is scheduled.")
    covers_until: Time | None = Field(description="Up to when, exclusive.")
    loaded_at: Time | None
    age_seconds: int | None = Field(description="How old the reading is.")
    problem: str | None = Field(description="Why this is an older reading than it should be, or none at all.")


class EventList(Coverage):
    """The events of a span, earliest first."""

    since: Time
    until: Time
    total: int
    count: int
    items: list[EconomicEvent]


class PairEvents(Coverage):
    """Events of an instrument's currencies: those to come, the next first, then those past, the last first."""

    symbol: str
    at: Time
    currencies: list[str] = Field(examples=[["EUR", "USD"]])
    total: int
    count: int
    items: list[UpcomingEvent]


class RiskCheck(Coverage):
    """What rule 8.4 says of a moment."""

    symbol: str
    at: Time
    profile: str
    status: Literal["clear", "blocked", "unknown"] = Field(
        description="`blocked` where the rule is not met; `unknown` where it cannot be judged, which never means clear."
    )
    kind: Literal["gate", "warning", "score"] = Field(
        description="What the rule is in this profile: a `gate` forbids the trade, a `warning` only makes it smaller."
    )
    sentence: str
    window_minutes: float = Field(description="How far from a high-impact event a trade must stay.", examples=[60])
    size_factor: float | None = Field(description="By what a warning multiplies the risk inside the window.")
    nearest_event: UpcomingEvent | None = Field(description="The nearest event of high impact, past or to come.")
    minutes_to_event: float | None = Field(description="To that event, either way.", examples=[42.5])
    bank_holiday: str | None = Field(examples=["Christmas Day"])
    clears_at: Time | None = Field(description="From when on the rule is met again, where that is known.")
