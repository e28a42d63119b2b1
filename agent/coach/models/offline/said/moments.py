"""Speaking of the clock, the calendar, the mode, and whether a session is worth waiting for."""

from typing import Final

from agent.coach.models.offline.conversation import Row
from agent.coach.models.offline.said.decisions import changes_told
from agent.coach.models.offline.said.fill import bare, duration, missing, new_york, say, spoken
from agent.coach.models.offline.said.freshness import TRADE
from agent.coach.models.offline.said.kill_zones import worth_waiting, zones
from agent.coach.models.offline.turn import Turn

_OF_THE_CLOCK: Final = ("session.", "news.")
_STOPPED: Final = "EMERGENCY_STOP"
_MOST_EVENTS: Final = 5


def clock(turn: Turn) -> list[str]:
    """Say the time, whether the market is open, and which kill zone is or comes next."""
    told = turn.told("session_now")
    if told is None:
        return missing(turn, "session_now")
    return [" ".join([*_market(told), *zones(turn, told)])]


def mode(turn: Turn) -> list[str]:
    """Say the mode."""
    told = turn.told("session_now")
    if told is None:
        return missing(turn, "session_now")
    return [" ".join([*say("mode_stopped" if told.get("mode") == _STOPPED else "mode", told), *say("mode_why")])]


def then(turn: Turn) -> list[str]:
    """Say which kill zone was open when a decision was taken."""
    if turn.told("explain_decision") is None:
        return missing(turn, "explain_decision")
    row, decision = turn.row("explain_decision", "session"), turn.decision or {}
    zone, wall = spoken(row.get("kill_zone")), new_york(row.get("new_york_time"))
    return say("then" if zone else "then_none", decision, kill_zone=zone, new_york_time=wall)


def waiting(turn: Turn) -> list[str]:
    """Say whether time is what the decision lacks, and when the next kill zone opens."""
    told = turn.told("session_now")
    if told is None:
        return missing(turn, "session_now")
    times = [" ".join([*_market(told), *zones(turn, told)])]
    if turn.told("why_not") is None:
        return [*times, *say("wait_clock_only")]
    decision, changes = turn.decision or {}, turn.rows("why_not", "changes")
    if decision.get("status") == TRADE:
        return [*say("wait_trade", decision), *times]
    again, alone = say("wait_again", symbol=decision.get("symbol")), worth_waiting(turn, told)
    if not changes:
        sentence = (turn.told("why_not") or {}).get("sentence")
        return [" ".join([*say("wait_nothing", sentence=sentence), *alone]), *times, *again]
    others = [one for one in changes if not str(one.get("fact")).startswith(_OF_THE_CLOCK)]
    verdict = "wait_time_only" if not others else "wait_in_part" if len(others) < len(changes) else "wait_no"
    said = say(verdict, changes=_capital(changes_told(others or changes)))
    return [" ".join([*said, *(alone if others else [])]), *times, *again]


def calendar(turn: Turn) -> list[str]:
    """Say which events lie ahead, and what the news rule says of them."""
    told = turn.told("economic_events")
    if told is None:
        return missing(turn, "economic_events")
    rule = turn.row("economic_events", "news_rule")
    verdict = say("news_rule", rule, sentence=bare(rule.get("sentence")))
    rows = turn.rows("economic_events", "events")[:_MOST_EVENTS]
    if rows:
        return ["\n".join([*say("events", told), *(line for row in rows for line in _event(row))]), *verdict]
    if told.get("known") is False:
        return [*say("events_unknown", told, why_unknown=bare(told.get("why_unknown"))), *verdict]
    return [*say("no_events", told), *verdict]


def _market(told: Row) -> list[str]:
    wall = new_york(told.get("new_york_time"))
    if told.get("market_open"):
        shown = say("clock_open", told, new_york_time=wall)
    else:
        reason = spoken(told.get("closed_reason"))
        shown = say("clock_shut", told, new_york_time=wall, closed_reason=reason) or say(
            "clock_closed", told, new_york_time=wall
        )
        shown += say(
            "market_opens", told, symbol=told.get("symbol"), until=duration(told.get("minutes_until_market_opens"))
        )
    return [*shown, *say("holiday", bank_holiday=spoken(told.get("bank_holiday")))]


def _event(row: Row) -> list[str]:
    if row.get("all_day"):
        return say("event_all_day", row, time=str(row.get("time"))[:10])
    minutes = row.get("minutes_until")
    is_past = isinstance(minutes, int | float) and minutes < 0
    return say("event_past" if is_past else "event", row, until=duration(minutes))


def _capital(text: str | None) -> str | None:
    return None if text is None else text[:1].upper() + text[1:]
