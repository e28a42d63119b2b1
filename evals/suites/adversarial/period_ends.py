"""Near misses at the ends of days, weeks and sessions: the very bar that makes their extremes known may take them.

A finished period's extremes are known from the open of the first bar at or after its end, so that bar itself can take
one of them and close back. In every drawing nothing else is there to be taken: the period's extreme stands too close
to its end to be a swing, or the highs fall and the lows rise from bar to bar.
"""

from functools import partial
from typing import Final

from evals.cases.case import Case
from evals.suites.adversarial.near_miss import Drawing, Event, Zone, fact_pairs
from evals.suites.textbook.drawing import Bar, steady
from tools.timeframes import Timeframe

_HIGH, _BEFORE_END = 7, 8
"""The period's high, in ticks, and the bar that makes it: the last but one of the period."""
_CONFIRMING: Final = 10
_WEEKS: Final = 8
_POOLS: Final = "sweep run"


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    pair = "EURUSD"
    day, night = "2024-05-14T16:50-04:00", "2024-05-14T23:50-04:00"
    taken = partial(fact_pairs, kinds=_POOLS, definition="previous day, week, month and session pools", symbol=pair)
    return (
        *taken("day-taken-at-its-end", draw=partial(_taken, "day", "17:00"), start=day),
        *taken("day-closed-back-at-its-end", draw=partial(_closed_back, "day", "17:00"), start=day),
        *taken("session-taken-at-its-end", draw=partial(_taken, "Asia session", "00:00"), start=night),
        *taken("session-closed-back-at-its-end", draw=partial(_closed_back, "Asia session", "00:00"), start=night),
        *taken("week-taken-at-its-end", draw=_week, start="2024-05-05T17:00-04:00", timeframe=Timeframe.W1),
        *fact_pairs("rejection-swept-when-confirmed", "rejection_block", _swept_when_confirmed,
                    definition="rejection block, sweep", parameters={"reclaim_bars": 3}),
    )  # fmt: skip


def _period(last: Bar) -> list[Bar]:
    """Draw the ten minutes that end a period, the bar that makes it known, and three quiet ones."""
    bars = steady(_CONFIRMING, 0, 10)
    bars[_BEFORE_END] = (0, _HIGH, -5, 0)
    return [*bars, last, *steady(3, 0, 4)]


def _event(kind: str) -> tuple[Event, ...]:
    way = "bearish" if kind == "sweep" else "bullish"
    return (Event(kind, way, _CONFIRMING, _CONFIRMING, _HIGH),)  # type: ignore[arg-type]  # one of the two


def _taken(period: str, ends: str, is_inside: bool) -> Drawing:
    bars = _period((0, _HIGH + is_inside, -2, 0))
    if is_inside:
        return Drawing(
            bars,
            f"The {period} ended at {ends} with a high of [7]; the very bar that opens then goes a tick above it, to "
            "[8], and closes back at [0].",
            _event("sweep"),
        )
    return Drawing(
        bars, f"The {period} ended at {ends} with a high of [7], which the bar that opens then only touches."
    )


def _closed_back(period: str, ends: str, is_inside: bool) -> Drawing:
    bars = _period((0, _HIGH + 2, -2, _HIGH - is_inside))
    if is_inside:
        return Drawing(
            bars,
            f"The bar that opens at {ends}, with the end of the {period}, takes its high of [7] and closes back below "
            "it, at [6].",
            _event("sweep"),
        )
    return Drawing(
        bars,
        f"The bar that opens at {ends}, with the end of the {period}, takes its high of [7] and closes on it, not back "
        "below it: a run.",
        _event("run"),
    )


def _week(is_inside: bool) -> Drawing:
    """Draw weeks each inside the one before, and a last one that goes a tick beyond the one before it, or to it."""
    bars: list[Bar] = [(0, 30 - 2 * week, 2 * week - 30, 0) for week in range(_WEEKS)]
    high = bars[-1][1]
    bars.append((0, high + is_inside, 2 * _WEEKS - 30, 0))
    if is_inside:
        return Drawing(
            bars,
            "The last week makes the one before it known, with a high of [16], and itself goes a tick above that and "
            "closes back at [0].",
            (Event("sweep", "bearish", _WEEKS, _WEEKS, high),),
        )
    return Drawing(bars, "The last week only touches the high of the week before it at [16].")


def _swept_when_confirmed(is_inside: bool) -> Drawing:
    close = -19 if is_inside else -20
    bars = steady(14, 0, 10)
    bars[8] = (0, 5, -20, 0)
    bars += [(0, 3, -24, -21), (-21, -19, -23, -21), (-21, -12, -22, close)]
    if is_inside:
        return Drawing(
            bars,
            "The bar that confirms the swing low at [-24] is the last of three that may close back above the pool at "
            "[-20], and does, at [-19].",
            zones=(Zone("rejection_block", "bullish", -24, -21, 14, 16),),
        )
    return Drawing(
        bars, "The bar that confirms the swing low at [-24] closes on the pool at [-20], which is run and not swept."
    )
