"""Quarter-hours under an hourly trend, so that a rule has a direction to ask about, and pairs of them."""

from collections.abc import Callable
from functools import partial

from evals.cases.case import Case, Chart
from evals.suites.adversarial.near_miss import WAYS, Judged, drawn_way, rule_pair
from evals.suites.textbook.drawing import Bar, Pen, windows_of
from evals.suites.textbook.standing_setup import START
from rulebook.verdict import Outcome
from tools.resample import last_close
from tools.timeframes import Timeframe

Build = Callable[[Pen, int], Chart]
"""Draws one side of a pair, upright or upside down, from the number in which the sides differ."""


def tick_pairs(
    threshold: str,
    rule: str,
    build: Build,
    values: tuple[int, int],
    why: tuple[str, str],
    profile: str = "strict",
    outside: Outcome = "fail",
) -> tuple[Case, ...]:
    """Make a pair upright and one upside down.

    Args:
        threshold: as `near_miss`; likewise `rule`.
        rule: the rule, which passes inside.
        build: draws a side.
        values: what it is drawn with, the inside first.
        why: one sentence for each as of the upright drawing, see `drawn_way`.
        profile: the profile the variant is named for; `build` chooses it.
        outside: what the rule comes to outside.
    """

    def judge(pen: Pen, is_inside: bool) -> Judged:
        place = 0 if is_inside else 1
        return Judged(build(pen, values[place]), "pass" if is_inside else outside, drawn_way(pen, why[place]))

    return tuple(
        case
        for pen in (Pen("ES", way) for way in WAYS)
        for case in rule_pair(threshold, f"{profile}-{pen.slant}", rule, partial(judge, pen))
    )


def under(pen: Pen, bars: list[Bar], hourly: list[Bar], profile: str = "strict", start: str = START) -> Chart:
    """Put quarter-hours under an hourly uptrend that ends where they begin."""
    base = pen.candles(bars, Timeframe.M15, start)
    windows = windows_of(base, pen.before(base, hourly, Timeframe.H1))
    at = last_close(base, pen.instrument.trading_day)
    return Chart(instrument=pen.instrument, windows=windows, as_of=at, profile=profile)
