"""Near misses of the trader's record: trades, losses, pauses and drawdown, each by one step of its unit."""

from dataclasses import replace
from typing import Any, Final, NamedTuple

from evals.cases.case import Case, Chart
from evals.suites.adversarial.near_miss import Judged, rule_pair
from evals.suites.textbook.drawing import Pen, windows_of
from evals.suites.textbook.moments import bars_until, seconds_of
from evals.suites.textbook.rules_9_discipline import CLEAN

_AT: Final = seconds_of("2024-05-15T10:00-04:00")


class _Limit(NamedTuple):
    """One limit of a profile: the field of the record, the values on either side, and how a sentence says them."""

    threshold: str
    rule: str
    profile: str
    field: str
    inside: Any
    outside: Any
    said: str


_LIMITS: Final = (
    _Limit("trades-a-day", "7.6", "strict", "trades_today", 2, 3, "trades were taken today and three are allowed"),
    _Limit("trades-a-day", "7.6", "relaxed", "trades_today", 4, 5, "trades were taken today and five are allowed"),
    _Limit("losses-in-a-row", "7.6", "strict", "losses_in_row", 1, 2, "losses in a row where a trade may follow one"),
    _Limit("losses-in-a-row", "7.6", "relaxed", "losses_in_row", 2, 3, "losses in a row where a trade may follow two"),
    _Limit("minutes-since-loss", "7.6", "strict", "minutes_since_loss", 30.0, 29.99,
           "minutes since the last loss of a pause of 30"),
    _Limit("minutes-since-loss", "7.6", "relaxed", "minutes_since_loss", 15.0, 14.99,
           "minutes since the last loss of a pause of 15"),
    _Limit("daily-loss", "7.6", "strict", "daily_loss_pct", 3.0, 3.01,
           "percent lost today where 3 end the day's trades"),
    _Limit("daily-loss", "7.6", "relaxed", "daily_loss_pct", 5.0, 5.01,
           "percent lost today where 5 end the day's trades"),
    _Limit("drawdown", "7.6", "strict", "drawdown_pct", 10.0, 10.01, "percent of drawdown where 10 are the deepest"),
    _Limit("drawdown", "7.6", "relaxed", "drawdown_pct", 15.0, 15.01, "percent of drawdown where 15 are the deepest"),
    _Limit("trades-a-session", "9.3", "strict", "trades_this_session", 0, 1,
           "trades were taken this session and one is allowed"),
    _Limit("trades-a-session", "9.3", "relaxed", "trades_this_session", 1, 2,
           "trades were taken this session and two are allowed"),
)  # fmt: skip


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    return tuple(case for limit in _LIMITS for case in _pair(limit))


def _pair(limit: _Limit) -> tuple[Case, Case]:
    pen = Pen()
    windows = windows_of(bars_until(pen, _AT))

    def judge(is_inside: bool) -> Judged:
        value = limit.inside if is_inside else limit.outside
        record = replace(CLEAN, **{limit.field: value})
        chart = Chart(instrument=pen.instrument, windows=windows, as_of=_AT, discipline=record, profile=limit.profile)
        verdict = "it may be taken" if is_inside else "it may not"
        return Judged(chart, "pass" if is_inside else "fail", f"{value:g} {limit.said}: {verdict}.")

    return rule_pair(limit.threshold, limit.profile, limit.rule, judge)
