"""Tools of the clock: what the session is now, and what the economic calendar has in store."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from langchain_core.tools import BaseTool

from agent.analysis.nodes.news import NEWS_RULE
from agent.calendar_window import concerns
from agent.coach.own_zones import own_zones
from agent.coach.phases import phase_of
from agent.coach.toolbox.chart_tool import chart_tool
from agent.coach.toolbox.compact import compact, fitted_answer, plain_text
from agent.coach.toolbox.decision_arguments import ClockArguments, EventArguments
from agent.coach.toolbox.ports import OwnersDesk, RecordedRuns
from agent.news_check import NewsCheck, check_news
from tools.economic_calendar.port import EconomicCalendar, ScheduledEvent
from tools.errors import UnknownSymbol
from tools.instruments import Instrument
from tools.market.port import MarketData
from tools.market_hours import opens_at
from tools.sessions import NextKillZone, SessionStatus, kill_zones_ahead, session_status
from tools.times import LATEST, iso_utc
from tools.trading_day import NEW_YORK

Row = dict[str, Any]

_USUAL_SYMBOL: Final = "EURUSD"
_SESSION_SAYS: Final = (
    "What the clock says now: New York time, market open or why not, phase of the day, kill zone under way with the "
    "minutes left, when each kill zone opens next, the macro, and the trading mode. Default symbol: that of the newest "
    "decision."
)
_EVENTS_SAYS: Final = (
    "Scheduled economic events of a market's currencies, from an hour ago to some hours ahead, and what the news rule "
    "says now. known false: nobody knows what is scheduled; that is never the same as nothing."
)
_NEWS_OUTCOME: Final = {"clear": "pass", "blocked": "fail", "unknown": "not_evaluated"}
_HOUR: Final = 3600
_TITLE: Final = 120


def clock_tools(
    runs: RecordedRuns,
    desk: OwnersDesk,
    market: MarketData,
    calendar: EconomicCalendar,
    clock: Callable[[], int],
    *,
    owner_id: str,
) -> list[BaseTool]:
    """Return the tools that read the clock and the calendar.

    Args:
        runs: names the market of the newest decision.
        desk: the owner's mode, and their own kill zones where their profile has some.
        market: knows the instruments.
        calendar: what is scheduled.
        clock: UTC epoch seconds.
        owner_id: whose desk and decisions.
    """
    read = _Clock(runs, desk, market, calendar, clock, owner_id)
    return [
        chart_tool("session_now", _SESSION_SAYS, ClockArguments, read.session),
        chart_tool("economic_events", _EVENTS_SAYS, EventArguments, read.events),
    ]


class _Clock:
    def __init__(
        self,
        runs: RecordedRuns,
        desk: OwnersDesk,
        market: MarketData,
        calendar: EconomicCalendar,
        clock: Callable[[], int],
        owner_id: str,
    ) -> None:
        self._runs = runs
        self._desk = desk
        self._market = market
        self._calendar = calendar
        self._clock = clock
        self._owner_id = owner_id

    async def session(self, wanted: ClockArguments) -> str:
        now = self._clock()
        market = await self._usual_market() if wanted.symbol is None else await self._market.instrument(wanted.symbol)
        windows = own_zones((await self._desk.judged(self._owner_id)).rulebook)
        status = session_status(now, market, windows)
        state = await self._desk.state(self._owner_id)
        return fitted_answer(
            {
                "tool": "session_now",
                "symbol": plain_text(market.symbol, 40),
                "now": compact(iso_utc(now), 0),
                "new_york_time": compact(status.new_york_time.isoformat(), 0),
                "market_open": status.is_open,
                "closed_reason": status.closed_reason,
                "bank_holiday": status.bank_holiday,
                **_opening(status, now, market),
                "phase": phase_of(status, now, market, windows),
                "kill_zone": status.kill_zone,
                "minutes_left": _minutes_left(status, now),
                "next_kill_zone": _next(status.next_kill_zone),
                "kill_zones_ahead": [_ahead(one) for one in kill_zones_ahead(now, market, windows)],
                "silver_bullet": status.silver_bullet,
                "macro": status.macro,
                "mode": state.mode,
            },
            ["kill_zones_ahead"],
        )

    async def events(self, wanted: EventArguments) -> str:
        now = self._clock()
        market = await self._market.instrument(wanted.symbol)
        since, until = now - _HOUR, min(now + wanted.hours * _HOUR, LATEST)
        reading = await self._calendar.events(since, until)
        why = reading.why_unknown(now, until)
        rows = [_event(one, now) for one in reading.events if concerns(one, market)]
        return fitted_answer(
            {
                "tool": "economic_events",
                "symbol": plain_text(market.symbol, 40),
                "now": compact(iso_utc(now), 0),
                "until": compact(iso_utc(until), 0),
                "known": why is None,
                "why_unknown": why,
                "source": reading.source,
                "currencies": sorted(market.currencies),
                "news_rule": await self._news_rule(market, now),
                "total": len(rows),
                "events": rows,
            },
            ["events"],
        )

    async def _news_rule(self, market: Instrument, now: int) -> Row | None:
        rulebook = (await self._desk.judged(self._owner_id)).rulebook
        if rulebook is None or all(rule.id != NEWS_RULE for rule in rulebook.rules):
            return None
        return _news_row(await check_news(self._calendar, market, now, rulebook), rulebook.rule(NEWS_RULE).name)

    async def _usual_market(self) -> Instrument:
        newest = await self._runs.decisions(owner_id=self._owner_id, limit=1)
        try:
            return await self._market.instrument(newest.items[0].symbol if newest.items else _USUAL_SYMBOL)
        except UnknownSymbol:  # a market its caller described; nobody else knows its clock
            return await self._market.instrument(_USUAL_SYMBOL)


def _minutes_left(status: SessionStatus, now: int) -> int | None:
    ends = [one.end for one in status.active if one.kind == "kill_zone" and one.name == status.kill_zone]
    return math.ceil((ends[0] - now) / 60) if ends else None


def _next(following: NextKillZone | None) -> Row | None:
    if following is None:
        return None
    start = compact(iso_utc(following.start), 0)
    return {"name": plain_text(following.name, 60), "start": start, "minutes_until": following.minutes_until}


def _ahead(opening: NextKillZone) -> Row:
    there = datetime.fromtimestamp(opening.start, NEW_YORK)
    return {
        "name": plain_text(opening.name, 60),
        "start": compact(iso_utc(opening.start), 0),
        "start_new_york": f"{there:%H:%M}",
        "minutes_until": opening.minutes_until,
    }


def _opening(status: SessionStatus, now: int, market: Instrument) -> Row:
    """Return when a closed market opens; nothing of an open one."""
    if status.is_open:
        return {}
    opens = opens_at(now, market)
    return {"market_opens": compact(iso_utc(opens), 0), "minutes_until_market_opens": math.ceil((opens - now) / 60)}


def _event(event: ScheduledEvent, now: int) -> Row:
    return {
        "id": event.id,
        "title": plain_text(event.title, _TITLE),
        "time": compact(iso_utc(event.time), 0),
        "all_day": event.is_all_day,
        "currency": plain_text(event.currency, 10),
        "impact": event.impact,
        "minutes_until": round((event.nearest_to(now) - now) / 60),
    }


def _news_row(check: NewsCheck, name: str) -> Row:
    return {
        "rule": NEWS_RULE,
        "name": plain_text(name, 60),
        "outcome": _NEWS_OUTCOME[check.status],
        "sentence": check.sentence,
        "window_minutes": check.window_minutes,
        "clears_at": None if check.clears_at is None else compact(iso_utc(check.clears_at), 0),
    }
