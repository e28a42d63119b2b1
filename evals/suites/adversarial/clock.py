"""Near misses of the clock: kill zones, macros, news, halts, holidays and how old the candles are, by the second."""

from datetime import datetime
from typing import Any, Final

from agent.analysis.request import CalendarEvent
from evals.cases.case import Case, Chart
from evals.suites.adversarial.near_miss import Judged, rule_pair
from evals.suites.textbook.drawing import Pen, windows_of
from evals.suites.textbook.moments import bars_until, seconds_of
from rulebook.verdict import Outcome
from tools.timeframes import DAY, Timeframe
from tools.trading_day import NEW_YORK

_WEDNESDAY: Final = "2024-05-15"
_PAIR, _INDEX, _COIN = "EURUSD", "NQ", "BTCUSD"
# variant, symbol, New York date, bound, whether the window begins or ends there
_KILL_ZONES: Final = (
    ("asia-begins", _PAIR, _WEDNESDAY, "20:00", "begins"),
    ("asia-ends", _PAIR, _WEDNESDAY, "00:00", "ends"),
    ("london-begins", _PAIR, _WEDNESDAY, "02:00", "begins"),
    ("london-ends", _PAIR, _WEDNESDAY, "05:00", "ends"),
    ("new-york-am-begins", _PAIR, _WEDNESDAY, "07:00", "begins"),
    ("london-close-ends", _PAIR, _WEDNESDAY, "12:00", "ends"),
    ("new-york-pm-begins", _PAIR, _WEDNESDAY, "13:30", "begins"),
    ("new-york-pm-ends", _PAIR, _WEDNESDAY, "16:00", "ends"),
    ("index-am-begins", _INDEX, _WEDNESDAY, "08:30", "begins"),
    ("index-lunch-begins", _INDEX, _WEDNESDAY, "12:00", "ends"),
    ("index-pm-begins", _INDEX, _WEDNESDAY, "13:30", "begins"),
    ("london-begins-before-spring", _PAIR, "2024-03-08", "02:00", "begins"),
    ("london-begins-between-the-spring-changes", _PAIR, "2024-03-11", "02:00", "begins"),
    ("london-ends-between-the-spring-changes", _PAIR, "2024-03-29", "05:00", "ends"),
    ("london-begins-after-spring", _PAIR, "2024-04-01", "02:00", "begins"),
    ("london-begins-between-the-autumn-changes", _PAIR, "2024-10-28", "02:00", "begins"),
    ("london-ends-between-the-autumn-changes", _PAIR, "2024-11-01", "05:00", "ends"),
    ("london-begins-in-winter", _PAIR, "2024-11-04", "02:00", "begins"),
    ("london-begins-on-the-day-of-spring", _COIN, "2024-03-10", "02:00", "begins"),
    ("london-ends-on-the-day-of-spring", _COIN, "2024-03-10", "05:00", "ends"),
    ("london-begins-on-the-day-of-autumn", _COIN, "2024-11-03", "02:00", "begins"),
    ("london-ends-on-the-day-of-autumn", _COIN, "2024-11-03", "05:00", "ends"),
)  # fmt: skip
_MACROS: Final = (
    ("02:33", "03:00"), ("04:03", "04:30"), ("08:50", "09:10"), ("09:50", "10:10"), ("10:50", "11:10"),
    ("11:50", "12:10"), ("13:10", "13:40"), ("15:15", "15:45"),
)  # fmt: skip
# variant, symbol, the first second outside or inside, which of them it is, why
_MARKET: Final = (
    ("week-ends", _PAIR, "2024-05-17T17:00-04:00", "ends", "the week of a pair ends on Friday at 17:00"),
    ("week-begins", _PAIR, "2024-05-19T17:00-04:00", "begins", "the week of a pair begins on Sunday at 17:00"),
    ("week-begins-after-spring", _PAIR, "2024-03-10T17:00-04:00", "begins",
     "the clock went forward that morning and the week begins at 17:00 summer time"),
    ("halt-begins", "ES", "2024-05-15T17:00-04:00", "ends", "index futures halt from 17:00 to 18:00"),
    ("halt-ends", "ES", "2024-05-15T18:00-04:00", "begins", "index futures halt from 17:00 to 18:00"),
    ("closes-early", "ES", "2024-07-03T13:15-04:00", "ends", "on the eve of Independence Day futures close at 13:15"),
    ("holiday-begins", _PAIR, "2024-11-27T17:00-05:00", "ends", "the trading day of Thanksgiving begins at 17:00"),
    ("holiday-ends", _PAIR, "2024-11-28T17:00-05:00", "begins", "the trading day of Thanksgiving ends at 17:00"),
)  # fmt: skip
_SIZES: Final = {"strict": (60, 1), "relaxed": (30, 3)}
"""Minutes to stay from news, and bars that may be missing, by profile."""


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    zones = [_window("kill-zone", name, "8.1", symbol, _moment(day, bound), how)
             for name, symbol, day, bound, how in _KILL_ZONES]  # fmt: skip
    macros = [
        _window("macro", f"{bound.replace(':', '')}-{how}", "8.3", _PAIR, _moment(_WEDNESDAY, bound), how)
        for span in _MACROS
        for bound, how in zip(span, ("begins", "ends"), strict=True)
    ]
    market = [_market("9.2", *row) for row in _MARKET]
    news = [
        pair
        for profile, (minutes, _) in _SIZES.items()
        for pair in (_news(profile, minutes, 1), _news(profile, minutes, -1))
    ]
    missing = [_missing(profile, bars) for profile, (_, bars) in _SIZES.items()]
    holidays = [_market("8.4", *row) for row in _MARKET if row[0].startswith("holiday")]
    others = (_stale_calendar(), _session_over(), _day_left(), _candle_length())
    return tuple(case for pair in (*zones, *macros, *market, *news, *missing, *holidays, *others) for case in pair)


def _moment(day: str, clock: str) -> int:
    return int(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=NEW_YORK).timestamp())


def _told(second: int) -> str:
    return datetime.fromtimestamp(second, NEW_YORK).strftime("%H:%M:%S")


def _chart(symbol: str, at: int, fed_until: int, frame: Timeframe = Timeframe.M15, **other: Any) -> Chart:
    pen = Pen(symbol)
    return Chart(instrument=pen.instrument, windows=windows_of(bars_until(pen, fed_until, frame)), as_of=at, **other)


def _edge(bound: int, how: str, is_inside: bool) -> int:
    """Return the last second before a bound, or the bound: a window holds its beginning and not its end."""
    return bound if is_inside == (how == "begins") else bound - 1


def _outcome(is_inside: bool) -> Outcome:
    return "pass" if is_inside else "fail"


def _window(threshold: str, variant: str, rule: str, symbol: str, bound: int, how: str) -> tuple[Case, Case]:
    def judge(is_inside: bool) -> Judged:
        at = _edge(bound, how, is_inside)
        held = "inside" if is_inside else "outside"
        why = f"The window {how} at {_told(bound)} New York, half-open, so {_told(at)} lies {held} of it."
        return Judged(_chart(symbol, at, bound - 1), _outcome(is_inside), why)

    return rule_pair(threshold, variant, rule, judge)


def _market(rule: str, variant: str, symbol: str, bound: str, how: str, because: str) -> tuple[Case, Case]:
    second = seconds_of(bound)

    def judge(is_inside: bool) -> Judged:
        at = _edge(second, how, is_inside)
        calendar = () if rule == "8.4" else None
        word = "may be traded" if is_inside else "may not"
        return Judged(
            _chart(symbol, at, second - 1, calendar=calendar), _outcome(is_inside),
            f"At {_told(at)} New York the market {word}: {because}.",
        )  # fmt: skip

    return rule_pair("market-hours" if rule == "9.2" else "bank-holiday", variant, rule, judge)


def _news(profile: str, minutes: int, way: int) -> tuple[Case, Case]:
    """Build the pair of an event `minutes` away, behind (1) or ahead (-1), or a second nearer."""
    at = _moment(_WEDNESDAY, "08:30")
    fed = at - 2 * 3600

    def judge(is_inside: bool) -> Judged:
        away = minutes * 60 - (0 if is_inside else 1)
        event = CalendarEvent(at - way * away, "USD", "high", "CPI")
        far = "exactly" if is_inside else "a second less than"
        where = "behind" if way > 0 else "ahead"
        return Judged(
            _chart(_PAIR, at, fed, calendar=(event,), profile=profile), _outcome(is_inside),
            f"The dollar's event lies {far} {minutes} minutes {where}, and {profile} stays {minutes} away.",
        )  # fmt: skip

    return rule_pair("news-minutes", f"{profile}-{'after' if way > 0 else 'before'}", "8.4", judge)


def _missing(profile: str, bars: int) -> tuple[Case, Case]:
    fed = _moment(_WEDNESDAY, "09:00")

    def judge(is_inside: bool) -> Judged:
        at = fed + (bars + 1) * Timeframe.M15.seconds - (1 if is_inside else 0)
        count = bars if is_inside else bars + 1
        return Judged(
            _chart(_PAIR, at, fed, profile=profile), _outcome(is_inside),
            f"The candles end at 09:00 and it is {_told(at)}: {count} whole bars are missing, {profile} allows {bars}.",
        )  # fmt: skip

    return rule_pair("bars-missing", profile, "9.2", judge)


def _stale_calendar() -> tuple[Case, Case]:
    at = _moment(_WEDNESDAY, "09:00")

    def judge(is_inside: bool) -> Judged:
        event = CalendarEvent(at - DAY - (0 if is_inside else 1), "USD", "high", "CPI")
        if is_inside:
            why = "The last event known lies exactly a day back, so the calendar still speaks of today."
            return Judged(_chart(_PAIR, at, at, calendar=(event,)), "pass", why)
        why = "The last event known lies a second more than a day back: what today holds is not known."
        return Judged(_chart(_PAIR, at, at, calendar=(event,)), "not_evaluated", why)

    return rule_pair("calendar-age", "day", "8.4", judge)


def _session_over() -> tuple[Case, Case]:
    at = _moment(_WEDNESDAY, "00:15")

    def judge(is_inside: bool) -> Judged:
        fed = at if is_inside else at - Timeframe.M15.seconds
        why = (
            "The bar that opened at 00:00, Asia's end, has closed, and with it Asia's levels are known."
            if is_inside
            else "The last bar opened at 23:45, before Asia's end, so its levels are not known yet."
        )
        return Judged(_chart(_PAIR, at, fed), _outcome(is_inside), why)

    return rule_pair("session-levels", "asia", "8.2", judge)


def _day_left() -> tuple[Case, Case]:
    bound = _moment(_WEDNESDAY, "16:30")

    def judge(is_inside: bool) -> Judged:
        at = bound if is_inside else bound + 1
        left = "exactly thirty minutes" if is_inside else "a second less than thirty minutes"
        return Judged(
            _chart(_PAIR, at, bound), _outcome(is_inside), f"The day ends at 17:00 and {left} of it are left."
        )

    return rule_pair("minutes-left", "strict", "1.2.3", judge)


def _candle_length() -> tuple[Case, Case]:
    at = _moment(_WEDNESDAY, "08:00")

    def judge(is_inside: bool) -> Judged:
        frame = Timeframe.H1 if is_inside else Timeframe.H2
        why = f"An entry on bars of {frame.seconds // 60} minutes, where sixty are the most of an intraday entry."
        return Judged(_chart(_PAIR, at, at, frame), _outcome(is_inside), why)

    return rule_pair("candle-length", "strict", "1.2.3", judge)
