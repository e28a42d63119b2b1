"""What the New York clock says."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.schemas.problems import problems
from api.schemas.session import (
    ActiveWindow,
    ClockQuery,
    CurrentSession,
    KillZoneStatus,
    NextKillZone,
)
from api.state import ContextDep
from api.strict_route import StrictRoute
from tools.instruments import Instrument, instrument
from tools.sessions import SessionStatus, session_status
from tools.times import iso_utc

router = APIRouter(route_class=StrictRoute, tags=["session"], responses=problems(400, 404))
ClockQueryDep = Annotated[ClockQuery, Query()]


@router.get("/session/current")
async def current_session(query: ClockQueryDep, context: ContextDep) -> CurrentSession:
    """Tell whether the market is open, which trading day it is, and which windows are under way."""
    market, at = instrument(query.symbol), context.clock() if query.at is None else query.at
    return _session(market, at, session_status(at, market))


@router.get("/killzone/status")
async def kill_zone_status(query: ClockQueryDep, context: ContextDep) -> KillZoneStatus:
    """Tell whether a kill zone is under way, and when the next one opens."""
    market, at = instrument(query.symbol), context.clock() if query.at is None else query.at
    return _kill_zone(market, at, session_status(at, market))


def _session(market: Instrument, at: int, status: SessionStatus) -> CurrentSession:
    windows = [
        ActiveWindow.model_validate(
            {
                "name": one.name,
                "kind": one.kind,
                "start": iso_utc(one.start),
                "end": iso_utc(one.end),
                "trade": one.trade,
            }
        )
        for one in status.active
    ]
    return CurrentSession.model_validate(
        {
            "symbol": market.symbol,
            "at": iso_utc(at),
            "new_york_time": status.new_york_time.isoformat(),
            "trading_day_start": iso_utc(status.trading_day_start),
            "is_open": status.is_open,
            "closed_reason": status.closed_reason,
            "bank_holiday": status.bank_holiday,
            "sessions": [one.name for one in windows if one.kind == "session"],
            "active": windows,
        }
    )


def _kill_zone(market: Instrument, at: int, status: SessionStatus) -> KillZoneStatus:
    following = status.next_kill_zone
    return KillZoneStatus(
        symbol=market.symbol,
        at=iso_utc(at),
        new_york_time=status.new_york_time.isoformat(),
        is_open=status.is_open,
        in_kill_zone=status.kill_zone is not None,
        kill_zone=status.kill_zone,
        silver_bullet=status.silver_bullet,
        macro=status.macro,
        next_kill_zone=None
        if following is None
        else NextKillZone(name=following.name, start=iso_utc(following.start), minutes_until=following.minutes_until),
    )
