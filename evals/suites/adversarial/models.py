"""Near misses of the entry models: turtle soup, sweep to gap, silver bullet, displaced gap and optimal trade entry."""

from functools import partial
from typing import Final

from evals.cases.case import Case, Chart
from evals.suites.adversarial.hourly_bias import tick_pairs, under
from evals.suites.textbook.drawing import Bar, Pen, path, steady, trending
from evals.suites.textbook.standing_setup import AFTERWARDS, setup_bars

_SWEEP_ENDS, _DISPLACING = 48, 48
"""Of the standing setup: how many bars it has up to the one after the sweep, and the displacement."""
_HOURLY_LEG: Final = 200
_TURTLE_BARS: Final = 20
_LATE_EVENING: Final = "2024-05-14T21:00-04:00"
"""From here on the displacement of the standing setup opens at 09:00, later by a quarter for each bar before."""


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    return (*_turtle_soups(), *_gaps(), *_retracements())


def _turtle_soups() -> tuple[Case, ...]:
    return (
        *tick_pairs("turtle-extreme", "6.7", _swept, (-6, -5),
                    ("The low at [-6] goes below the twenty lows at [-5] and the bar closes above them.",
                     "The low at [-5] touches the twenty lows before it and sweeps none.")),
        *tick_pairs("turtle-close", "6.7", _closed, (-4, -5),
                    ("The close at [-4] is back above the swept low at [-5], where the limit then waits.",
                     "The close lies on the swept low at [-5] and not back above it.")),
        *tick_pairs("turtle-bars", "6.7", _after_older_low, (_TURTLE_BARS + 1, _TURTLE_BARS),
                    ("The farther low at [-8] lies 21 bars back, so the extreme of twenty bars is [-5] and was swept.",
                     "The farther low at [-8] lies 20 bars back and is the extreme, which [-6] did not reach.")),
    )  # fmt: skip


def _quiet(*last: Bar) -> list[Bar]:
    return [*steady(40, 0, 10), *last]


def _swept(pen: Pen, low: int) -> Chart:
    return under(pen, _quiet((0, 4, low, 2)), trending(0, _HOURLY_LEG))


def _closed(pen: Pen, close: int) -> Chart:
    return under(pen, _quiet((0, 4, -6, close)), trending(0, _HOURLY_LEG))


def _after_older_low(pen: Pen, back: int) -> Chart:
    bars = _quiet((0, 4, -6, 2))
    bars[-1 - back] = (0, 5, -8, 0)
    return under(pen, bars, trending(0, _HOURLY_LEG))


def _gaps() -> tuple[Case, ...]:
    body = "The gap's middle body of {} ticks is {} than one and a half times the ATR of about 6.5 before it."
    return (
        *tick_pairs("gap-displaced", "6.2", _displaced, (75, 76),
                    (body.format(10, "more"), body.format(9, "less"))),
        *tick_pairs("sweep-to-gap", "6.3", _late_gap, (18, 19),
                    ("The gap's middle bar comes 20 bars after the sweep, the last that belongs to it.",
                     "The gap's middle bar comes 21 bars after the sweep, which has ended by then.")),
        *tick_pairs("silver-bullet-begins", "6.3", _silver_bullet, (4, 3),
                    ("The gap's middle bar opens at 10:00 New York, with the silver bullet, which needs no more.",
                     "The gap's middle bar opens at 09:45 New York, before the silver bullet, and displaces nothing.")),
        *tick_pairs("silver-bullet-ends", "6.3", _silver_bullet, (6, 7),
                    ("The gap's last bar opens at 10:45 New York, the last quarter of the silver bullet.",
                     "The gap's last bar opens at 11:00 New York, when the silver bullet has ended.")),
    )  # fmt: skip


def _displaced(pen: Pen, opened: int) -> Chart:
    bars = setup_bars()
    bars[_DISPLACING] = (opened, 86, 66, 85)
    return under(pen, bars, trending(100, _HOURLY_LEG))


def _late_gap(pen: Pen, waits: int) -> Chart:
    bars = setup_bars()
    waiting = [(68, 70, 66, 68)] * waits
    return under(pen, [*bars[:_SWEEP_ENDS], *waiting, *bars[_SWEEP_ENDS:]], trending(100, _HOURLY_LEG))


def _silver_bullet(pen: Pen, before: int) -> Chart:
    """Draw the standing setup without displacement, some quarters later than it is."""
    bars = setup_bars(afterwards=AFTERWARDS[:2])
    bars[_DISPLACING] = (76, 86, 66, 85)
    still: list[Bar] = [(104, 105, 103, 104)] * before
    return under(pen, [*still, *bars], trending(112, _HOURLY_LEG), start=_LATE_EVENING)


def _retracements() -> tuple[Case, ...]:
    return tick_pairs(
        "sweet-spot-traded", "6.1", partial(_retraced, -50), (9, 7),
        ("The low at [9] stops a tick above the 70.5 percent of the range from [-51] to [149], so its limit waits.",
         "The low at [7] goes a tick below the 70.5 percent of the range from [-51] to [149]; no other entry waits."),
        outside="not_evaluated",
    )  # fmt: skip


def _retraced(low: int, pen: Pen, reached: int) -> Chart:
    """Draw a dealing range of 200 ticks above a low, and a pullback into it."""
    bars = path(low - 99, (low + 99, 8), (low, 6), (low + 198, 11), (40, 6))
    return under(pen, [*bars, (40, 42, reached, 30)], trending(low - 99, 500))
