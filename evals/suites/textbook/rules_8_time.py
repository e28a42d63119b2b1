"""Charts of group 8: kill zones, session levels, macros and news on the New York clock, across every clock change."""

from functools import partial
from typing import Any, Final

from agent.analysis.request import CalendarEvent
from evals.cases.case import Case
from evals.suites.textbook.drawing import Pen, Polarity
from evals.suites.textbook.moments import moment_case, seconds_of
from tools.timeframes import Timeframe

_NQ, _ES, _BTC, _JPY = (Pen(symbol) for symbol in ("NQ", "ES", "BTCUSD", "USDJPY"))
_Row = tuple[str, str, str, Polarity, dict[str, Any]]
"""The end of the id, the moment, why, and what else differs."""

_KILL_ZONES: Final[tuple[_Row, ...]] = (
    ("london-opens-before-spring", "2024-03-08T02:00-05:00",
     "New York is on winter time, so 07:00 UTC is 02:00 there and London's kill zone [02:00, 05:00) has just begun.",
     "positive", {}),
    ("london-opens-between-the-spring-changes", "2024-03-11T02:00-04:00",
     "New York changed its clock on 10 March and London not before the 31st, yet the window stands on New York's "
     "clock: 06:00 UTC is 02:00 there.", "positive", {}),
    ("london-opens-after-both-spring-changes", "2024-04-02T02:00-04:00",
     "Both cities are on summer time and 06:00 UTC is 02:00 in New York, the first minute of the London kill zone.",
     "positive", {}),
    ("london-opens-between-the-autumn-changes", "2024-10-28T02:00-04:00",
     "London went back on 27 October and New York not before 3 November, so 06:00 UTC is still 02:00 in New York.",
     "positive", {}),
    ("london-opens-in-winter-again", "2024-11-04T02:00-05:00",
     "New York went back on 3 November, so on the 4th 02:00 there is 07:00 UTC, where London's window begins.",
     "positive", {}),
    ("asia-at-its-last-minute", "2024-05-14T23:59-04:00",
     "Asia's kill zone is [20:00, 24:00) and 23:59 is the last minute of it.", "positive", {}),
    ("index-morning-at-half-past-eight", "2024-05-15T08:30-04:00",
     "On the index clock New York's morning begins at 08:30, the minute asked about.", "positive", {"pen": _NQ}),
    ("five-oclock-between-the-spring-changes", "2024-03-11T05:00-04:00",
     "09:00 UTC is 05:00 in New York since the 10th, and the window [02:00, 05:00) is over; a clock fixed at UTC-5 "
     "would read 04:00.", "negative", {}),
    ("six-utc-before-spring", "2024-03-08T01:00-05:00",
     "06:00 UTC on 8 March is 01:00 in New York, an hour before London's kill zone and after Asia's.", "negative", {}),
    ("five-oclock-between-the-autumn-changes", "2024-10-28T05:00-04:00",
     "London's own clock went back on the 27th, but in New York it is 05:00 and the half-open window has ended.",
     "negative", {}),
    ("six-utc-in-winter-again", "2024-11-04T01:00-05:00",
     "06:00 UTC is 01:00 in New York once its clock went back, between Asia's end at 24:00 and London at 02:00.",
     "negative", {}),
    ("midnight-ends-asia", "2024-05-15T00:00-04:00",
     "Asia's kill zone ends at 24:00 and its end does not belong to it.", "negative", {}),
    ("between-london-close-and-afternoon", "2024-05-15T12:30-04:00",
     "London close ended at 12:00 and New York's afternoon begins at 13:30.", "negative", {}),
    ("index-lunch", "2024-05-15T12:15-04:00",
     "12:15 lies in the index lunch of 12:00 to 13:00, a window in which one stays out.", "negative", {"pen": _NQ}),
    ("index-before-half-past-eight", "2024-05-15T08:15-04:00",
     "A pair would be in New York's morning since 07:00, but on the index clock it begins at 08:30.", "negative",
     {"pen": _NQ}),
    ("independence-day", "2024-07-04T08:00-04:00",
     "08:00 lies in the clock's New York morning, but the fourth of July is a bank holiday, closed all day.",
     "negative", {}),
    ("saturday-morning", "2024-05-18T03:00-04:00",
     "03:00 would be London's kill zone, but it is Saturday and the week ended on Friday at 17:00.", "negative", {}),
    ("early-close-before-independence-day", "2024-07-03T14:00-04:00",
     "Index futures closed early at 13:15, so at 14:00 the afternoon's window finds the market closed.", "negative",
     {"pen": _ES}),
)  # fmt: skip

_LEVELS: Final[tuple[_Row, ...]] = (
    ("asia-has-ended", "2024-05-15T01:00-04:00",
     "Asia ended at 00:00 and a bar has opened and closed since, so its high and its low are known.", "positive", {}),
    ("asia-and-london-before-new-york", "2024-05-15T07:30-04:00",
     "Asia ended at 00:00 and London at 05:00, so New York opens with four levels to raid.", "positive", {}),
    ("asia-of-the-week-of-the-spring-change", "2024-03-12T01:00-04:00",
     "The trading day began on Monday at 17:00 summer time and Asia's window ended at 00:00 of it, an hour ago.",
     "positive", {}),
    ("hourly-chart-at-noon", "2024-05-15T12:00-04:00",
     "Hourly bars still show sessions, and by 12:00 Asia's and London's have ended today.", "positive",
     {"frame": Timeframe.H1}),
    ("asia-under-way", "2024-05-14T22:00-04:00",
     "The trading day began at 17:00 and its first session, Asia from 20:00 on, is still under way at 22:00.",
     "negative", {}),
    ("day-just-begun", "2024-05-14T18:30-04:00",
     "The day began at 17:00, so the levels of New York's afternoon belong to yesterday and today has none.",
     "negative", {}),
    ("sunday-evening", "2024-05-19T19:30-04:00",
     "The week opened at 17:00 on Sunday and no session has ended in it.", "negative", {}),
    ("four-hour-bars", "2024-05-15T12:00-04:00",
     "Bars of 4 hours are too long to show that Asia ended at 00:00, so its levels cannot be known.", "negative",
     {"frame": Timeframe.H4, "outcome": "not_evaluated", "fed_until": "2024-05-15T09:00-04:00"}),
)  # fmt: skip

_MACROS: Final[tuple[_Row, ...]] = (
    ("ten-oclock", "2024-05-15T10:00-04:00", "10:00 New York lies in the macro [09:50, 10:10).", "positive", {}),
    ("first-minute-in-winter", "2024-11-04T09:50-05:00",
     "09:50 is the first minute of its macro, at 14:50 UTC since New York went back on the 3rd.", "positive", {}),
    ("first-minute-between-the-spring-changes", "2024-03-11T09:50-04:00",
     "09:50 in New York is 13:50 UTC from 10 March on, the first minute of its macro.", "positive", {}),
    ("london-macro", "2024-05-15T02:45-04:00",
     "02:45 New York lies in the macro [02:33, 03:00).", "positive", {"pen": _JPY}),
    ("last-hour", "2024-05-15T15:30-04:00",
     "15:30 New York lies in the macro [15:15, 15:45).", "positive", {"pen": _NQ}),
    ("half-past-ten", "2024-05-15T10:30-04:00",
     "The macro of 09:50 ended at 10:10 and that of 10:50 has not begun.", "negative", {}),
    ("ten-past-ten", "2024-05-15T10:10-04:00",
     "The end of [09:50, 10:10) does not belong to it.", "negative", {}),
    ("twenty-past-four-between-the-spring-changes", "2024-03-11T16:20-04:00",
     "20:20 UTC is 16:20 in New York since the 10th, past the macro [15:15, 15:45); a clock fixed at UTC-5 would "
     "still be in it.", "negative", {}),
    ("saturday-at-ten", "2024-05-18T10:00-04:00",
     "The clock says 10:00, but on Saturday the market is closed and no window is under way.", "negative", {}),
    ("christmas-at-ten", "2024-12-25T10:00-05:00",
     "The clock says 10:00, but Christmas Day is a bank holiday and nothing is under way.", "negative", {}),
)  # fmt: skip


def cases() -> tuple[Case, ...]:
    """Draw every chart of the group."""
    clock = [
        moment_case(f"rule-{rule.replace('.', '-')}.{name}", why, rule, polarity, moment, **other)
        for rule, rows in (("8.1", _KILL_ZONES), ("8.2", _LEVELS), ("8.3", _MACROS))
        for name, moment, why, polarity, other in rows
    ]
    return (*clock, *_news())


def _event(moment: str, currency: str = "USD", impact: Any = "high", title: str = "CPI") -> CalendarEvent:
    return CalendarEvent(seconds_of(moment), currency, impact, title)


def _news() -> tuple[Case, ...]:
    case = partial(moment_case, definition="Sessions, bank holidays")
    at = "2024-05-15T08:30-04:00"
    cpi = (_event(at),)
    return (
        case("rule-8-4.nothing-scheduled",
             "The calendar is known and empty, and 15 May is a business day.", "8.4", "positive",
             "2024-05-15T10:00-04:00", calendar=()),
        case("rule-8-4.four-hours-after",
             "US consumer prices came out at 08:30 and it is 12:30, four hours after and far outside the hour.", "8.4",
             "positive", "2024-05-15T12:30-04:00", calendar=cpi),
        case("rule-8-4.exactly-an-hour-before",
             "At 07:30 the release of 08:30 is exactly sixty minutes away, which strict allows.", "8.4", "positive",
             "2024-05-15T07:30-04:00", calendar=cpi),
        case("rule-8-4.another-currency",
             "A Bank of Japan decision at 08:30, ten minutes ahead, moves neither the euro nor the dollar.",
             "8.4", "positive",
             "2024-05-15T08:20-04:00", calendar=(_event(at, "JPY", title="Policy rate"),)),
        case("rule-8-4.medium-impact",
             "The dollar's event at 08:30 is of medium impact and only high impact counts.", "8.4", "positive",
             "2024-05-15T08:20-04:00", calendar=(_event(at, impact="medium"),)),
        case("rule-8-4.three-quarters-of-an-hour-relaxed",
             "At 09:15 the release of 08:30 is 45 minutes past, outside the half hour that relaxed keeps.", "8.4",
             "positive", "2024-05-15T09:15-04:00", calendar=cpi, profile="relaxed"),
        case("rule-8-4.ten-minutes-before",
             "At 08:20 consumer prices of the quote currency are ten minutes ahead.", "8.4", "negative",
             "2024-05-15T08:20-04:00", calendar=cpi),
        case("rule-8-4.three-quarters-of-an-hour-after",
             "At 09:15 the release of 08:30 is 45 minutes past, inside strict's hour, which counts after as before.",
             "8.4", "negative", "2024-05-15T09:15-04:00", calendar=cpi),
        case("rule-8-4.the-base-currency-counts",
             "The European Central Bank speaks at 08:15 and moves the euro, the base of the pair, twenty minutes "
             "before the moment.", "8.4", "negative", "2024-06-06T08:35-04:00",
             calendar=(_event("2024-06-06T08:15-04:00", "EUR", title="ECB rate"),)),
        case("rule-8-4.a-coin-in-dollars",
             "Bitcoin is quoted in dollars, so payrolls at 08:30 are its news too, five minutes ahead.", "8.4",
             "negative", "2024-06-07T08:25-04:00", _BTC,
             calendar=(_event("2024-06-07T08:30-04:00", title="Payrolls"),)),
        case("rule-8-4.columbus-day",
             "14 October 2024 is Columbus Day: pairs quote, but the banks are away, whatever the empty calendar says.",
             "8.4", "negative", "2024-10-14T10:00-04:00", calendar=()),
        case("rule-8-4.no-calendar",
             "Nobody gave a calendar for 10:00 on 15 May 2024, and what is not known is not clear.", "8.4", "negative",
             "2024-05-15T10:00-04:00", calendar=None, outcome="not_evaluated"),
        case("rule-8-4.calendar-that-ended",
             "The last event known, of 15 May at 08:30, lies two days back, so the calendar says nothing of today.",
             "8.4", "negative",
             "2024-05-17T10:00-04:00", calendar=cpi, outcome="not_evaluated"),
    )  # fmt: skip
