"""What the news rule says of a moment, and when it will say otherwise."""

import math
from dataclasses import dataclass
from typing import Final, Literal

from agent.analysis.nodes.news import NEWS_RULE, minutes_to_event
from agent.analysis.request import AnalysisRequest
from agent.calendar_window import NEWS_MINUTES, concerns, events_of, read_window, why_unknown
from rulebook.book import Rulebook
from rulebook.facts import Fact
from rulebook.judge import judge_rule
from rulebook.schema import Rule
from tools.economic_calendar.port import CalendarReading, EconomicCalendar, ScheduledEvent
from tools.errors import InvalidParameter
from tools.instruments import Instrument
from tools.sessions import session_status

Status = Literal["clear", "blocked", "unknown"]
_STATUSES: Final[dict[str, Status]] = {"pass": "clear", "fail": "blocked"}
_MOST_STEPS: Final = 100
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class NewsCheck:
    """Rule 8.4 at one moment.

    Attributes:
        status: ``clear`` where the rule is met, ``blocked`` where it is not, ``unknown`` where it cannot be judged.
        kind: what the rule is in this profile: a ``gate`` forbids the trade, a ``warning`` only makes it smaller.
        sentence: the rule's own, or why it cannot be judged.
        why_unknown: why the calendar does not tell what is scheduled around the moment; None where it does.
        window_minutes: how far from a high-impact event a trade must stay.
        size_factor: by what a warning multiplies the risk inside the window; None where the profile has none.
        nearest: the high-impact event nearest to the moment, of the day before and the seven after; None if none.
        minutes: from the moment to it, negative once it is past.
        bank_holiday: name of the trading day's bank holiday, or None.
        clears_at: epoch second from which on the rule is met again; None unless blocked, or where that is unknown.
        reading: the calendar's, which this rests on.
    """

    status: Status
    kind: str
    sentence: str
    why_unknown: str | None
    window_minutes: float
    size_factor: float | None
    nearest: ScheduledEvent | None
    minutes: float | None
    bank_holiday: str | None
    clears_at: int | None
    reading: CalendarReading


async def check_news(calendar: EconomicCalendar, instrument: Instrument, at: int, rulebook: Rulebook) -> NewsCheck:
    """Judge rule 8.4 at epoch second `at`, from the facts a decision of that moment would have.

    Raises:
        InvalidParameter: the rulebook has no rule 8.4.
        InvalidCalendar, SourceUnavailable: as the calendar does; one behind a cache never does.
    """
    rule = next((one for one in rulebook.rules if one.id == NEWS_RULE), None)
    if rule is None:
        raise InvalidParameter(
            f"the rulebook of profile {rulebook.profile!r} has no rule {NEWS_RULE}", field="profile",
            expected=f"a profile with rule {NEWS_RULE}", got=rulebook.profile,
        )  # fmt: skip
    window = _parameter(rule, "window_minutes")
    minutes = NEWS_MINUTES if window is None else window
    reading = await read_window(calendar, at)
    why = why_unknown(reading, at, minutes)
    holiday = session_status(at, instrument).bank_holiday
    facts = {
        "session.bank_holiday": Fact(holiday is not None),
        "news.minutes_to_event": _minutes_fact(reading, instrument, at) if why is None else Fact.unknown(why),
    }
    verdict = judge_rule(rule, facts, rulebook.facts)
    status = _STATUSES.get(verdict.outcome, "unknown")
    nearest = _nearest(reading, instrument, at)
    return NewsCheck(
        status=status,
        kind=rule.kind,
        sentence=verdict.sentence,
        why_unknown=why,
        window_minutes=minutes,
        size_factor=_parameter(rule, "size_factor") if rule.kind == "warning" else None,
        nearest=nearest,
        minutes=None if nearest is None else (nearest.nearest_to(at) - at) / _MINUTE,
        bank_holiday=holiday,
        clears_at=_clears_at(reading, instrument, at, minutes) if status == "blocked" else None,
        reading=reading,
    )


def _minutes_fact(reading: CalendarReading, instrument: Instrument, at: int) -> Fact:
    seen = events_of(reading, instrument, at)
    return minutes_to_event(
        AnalysisRequest(instrument.symbol, instrument, {}, None, None, at, calendar=seen)  # as a walk would be given it
    )


def _parameter(rule: Rule, name: str) -> float | None:
    value = next((one.value for one in rule.parameters if one.name == name), None)
    return None if value is None or isinstance(value, str) else float(value)


def _high(reading: CalendarReading, instrument: Instrument) -> list[ScheduledEvent]:
    return [one for one in reading.events if one.impact == "high" and concerns(one, instrument)]


def _nearest(reading: CalendarReading, instrument: Instrument, at: int) -> ScheduledEvent | None:
    return min(
        _high(reading, instrument),
        key=lambda one: (abs(one.nearest_to(at) - at), one.order()),
        default=None,
    )


def _clears_at(reading: CalendarReading, instrument: Instrument, at: int, minutes: float) -> int | None:
    """Return when the last of the windows and holidays that follow one another from `at` on is over."""
    reach = math.ceil(minutes * _MINUTE)
    events, moment = _high(reading, instrument), at
    for _ in range(_MOST_STEPS):
        session = session_status(moment, instrument)
        inside = [one for one in events if abs(one.nearest_to(moment) - moment) < minutes * _MINUTE]
        if session.bank_holiday is not None:
            moment = session.trading_day_end
        elif inside:
            moment = max(one.time if one.ends is None else one.ends for one in inside) + reach
        else:
            return moment if why_unknown(reading, moment, minutes) is None else None
    return None
