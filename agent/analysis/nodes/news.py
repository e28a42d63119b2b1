"""The calendar: how far the nearest event is that could run the stops."""

from typing import Final

from agent.analysis.request import AnalysisRequest
from rulebook.facts import Evidence, Fact
from tools.timeframes import DAY
from tools.times import iso_utc

NEWS_RULE: Final = "8.4"
FARTHEST_EVENT_MINUTES: Final = 1440.0


def minutes_to_event(request: AnalysisRequest) -> Fact:
    """Return the minutes to the nearest high-impact event of the instrument's currencies, either way, at most a day."""
    if request.calendar is None:
        return Fact.unknown("no economic calendar is known")
    if request.calendar and max(event.time for event in request.calendar) < request.as_of - DAY:
        return Fact.unknown("the economic calendar ends more than a day before the decision")
    currencies = request.instrument.currencies
    events = [event for event in request.calendar if event.impact == "high" and event.currency.upper() in currencies]
    if not events:
        return Fact(FARTHEST_EVENT_MINUTES)
    nearest = min(events, key=lambda event: (abs(event.time - request.as_of), event.time, event.title))
    minutes = min(abs(nearest.time - request.as_of) / 60, FARTHEST_EVENT_MINUTES)
    at = iso_utc(nearest.time)
    return Fact(minutes, (Evidence(f"event:{nearest.currency}:{at}", "calendar_event", at, None),))
