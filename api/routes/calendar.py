"""The economic calendar: what is scheduled, for which market, and what the news rule makes of it."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query

from agent.calendar_window import concerns, read_window
from agent.news_check import check_news
from api.calendar_document import coverage, event_row, seen_event_row
from api.schemas.calendar import (
    CalendarQuery,
    EventList,
    PairCalendarQuery,
    PairEvents,
    RiskCheck,
    RiskCheckQuery,
)
from api.schemas.problems import problems
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute
from tools.economic_calendar.port import ScheduledEvent
from tools.errors import InvalidParameter
from tools.instruments import instrument
from tools.timeframes import DAY
from tools.times import LATEST, iso_utc

router = APIRouter(route_class=StrictRoute, tags=["calendar"])
_USUAL_SPAN: Final = 7 * DAY
_LONGEST_SPAN: Final = 366 * DAY


@router.get("/calendar", responses=problems(400))
async def list_events(query: Annotated[CalendarQuery, Query()], context: ContextDep, owner_id: OwnerDep) -> EventList:
    """List scheduled events, earliest first; without a calendar nothing is known, and the answer says so."""
    now = context.clock()
    since = now if query.since is None else query.since
    until = min(since + _USUAL_SPAN, LATEST) if query.until is None else query.until
    if until - since > _LONGEST_SPAN:
        raise InvalidParameter(
            f"until: {(until - since) // DAY} days after since", field="until", expected="at most 366 days after since",
            got=iso_utc(until),
        )  # fmt: skip
    reading = await context.service.calendar.events(since, until)
    found = [
        one
        for one in reading.events
        if (not query.currency or one.currency in query.currency) and (not query.impact or one.impact in query.impact)
    ]
    page = found[query.offset : query.offset + query.limit]
    return EventList.model_validate(
        {
            **coverage(reading, reading.why_unknown(since, until), now),
            "since": iso_utc(since),
            "until": iso_utc(until),
            "total": len(found),
            "count": len(page),
            "items": [event_row(one) for one in page],
        }
    )


@router.get("/calendar/pair/{symbol}", responses=problems(400, 404))
async def list_pair_events(
    symbol: str, query: Annotated[PairCalendarQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> PairEvents:
    """List the events of an instrument's currencies, a day back and seven ahead; those to come stand first."""
    market, now = instrument(symbol), context.clock()
    at = now if query.at is None else query.at
    reading = await read_window(context.service.calendar, at)
    wanted = [
        one for one in reading.events if concerns(one, market) and (not query.impact or one.impact in query.impact)
    ]
    ordered = _upcoming_first(wanted, at)
    page = ordered[query.offset : query.offset + query.limit]
    return PairEvents.model_validate(
        {
            **coverage(reading, reading.why_unknown(at, at + 1), now),
            "symbol": market.symbol,
            "at": iso_utc(at),
            "currencies": sorted(market.currencies),
            "total": len(ordered),
            "count": len(page),
            "items": [seen_event_row(one, at) for one in page],
        }
    )


@router.get("/calendar/risk-check", responses=problems(400, 404, 422, 503))
async def check_news_risk(
    query: Annotated[RiskCheckQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> RiskCheck:
    """Tell what the news rule says of a moment: clear, blocked and until when, or unknown and why."""
    market, now = instrument(query.symbol), context.clock()
    at = now if query.at is None else query.at
    rulebook = await context.service.desk.rulebook(query.profile, owner_id=owner_id)
    check = await check_news(context.service.calendar, market, at, rulebook)
    return RiskCheck.model_validate(
        {
            **coverage(check.reading, check.why_unknown, now),
            "symbol": market.symbol,
            "at": iso_utc(at),
            "profile": rulebook.profile,
            "status": check.status,
            "kind": check.kind,
            "sentence": check.sentence,
            "window_minutes": check.window_minutes,
            "size_factor": check.size_factor,
            "nearest_event": None if check.nearest is None else seen_event_row(check.nearest, at),
            "minutes_to_event": None if check.minutes is None else abs(check.minutes),
            "bank_holiday": check.bank_holiday,
            "clears_at": None if check.clears_at is None else iso_utc(check.clears_at),
        }
    )


def _upcoming_first(events: Sequence[ScheduledEvent], at: int) -> list[ScheduledEvent]:
    coming = [one for one in events if one.nearest_to(at) >= at]
    past = [one for one in events if one.nearest_to(at) < at]
    return [*coming, *reversed(past)]
