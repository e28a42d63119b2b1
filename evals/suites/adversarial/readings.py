"""Near misses of what rules ask of bias, structure, liquidity and arrays: distances, depths, counts and lookbacks."""

from functools import partial
from typing import Final, NamedTuple

from evals.cases.case import Case, Chart
from evals.suites.adversarial.hourly_bias import tick_pairs, under
from evals.suites.adversarial.near_miss import Judged, rule_pair
from evals.suites.textbook.drawing import Bar, Pen, path, steady, trending
from evals.suites.textbook.standing_setup import setup_bars, setup_windows
from tools.resample import last_close
from tools.timeframes import Timeframe

_DISPLACING, _CONFIRMING = 48, 49
"""Bars of the standing setup."""
_HOURLY_LEG: Final = 499
"""Half the height of an hourly dealing range of 1000 ticks, its wicks apart."""
_SCALE: Final = 10


class _Lookback(NamedTuple):
    """A rule that looks back from the last bar: what it looks for, and the bar at which that became known.

    `counts_itself` says that the bar itself is one of those looked through, `displacing` that the displacement is
    another than the standing setup's.
    """

    threshold: str
    rule: str
    what: str
    known: int
    counts_itself: bool = False
    displacing: Bar | None = None


_LOOKBACKS: Final = (
    _Lookback("shift-lookback", "2.3", "shift of structure", 49),
    _Lookback("sweep-lookback", "3.4", "sweep", 46),
    _Lookback("gap-lookback", "5.2", "last fair value gap", 49),
    _Lookback("balanced-lookback", "5.3", "last balanced price range", 49),
    _Lookback("order-block-lookback", "5.4", "order block", 48, displacing=(68, 86, 68, 85)),
    _Lookback("breaker-lookback", "5.6", "breaker", 48),
    _Lookback("setup-lookback", "9.1", "last setup", 49),
    _Lookback("displacement-lookback", "2.2", "displacement", 48, counts_itself=True),
)
_LOOKBACK_BARS: Final = {"strict": 40, "relaxed": 80}


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    lookbacks = [
        case
        for one in _LOOKBACKS
        for profile, bars in _LOOKBACK_BARS.items()
        for case in _looking_back(one, profile, bars)
    ]
    return (*lookbacks, *_bias_and_range(), *_structure(), *_ahead())


def _looking_back(one: _Lookback, profile: str, most: int) -> tuple[Case, Case]:
    pen = Pen("ES")

    def judge(is_inside: bool) -> Judged:
        since = most if is_inside else most + 1
        waits = one.known + since - _CONFIRMING - (1 if one.counts_itself else 0)
        bars = setup_bars(afterwards=tuple(steady(waits, 88, 4)))
        bars[_DISPLACING] = one.displacing or bars[_DISPLACING]
        windows = setup_windows(pen, bars)
        at = last_close(windows[Timeframe.M15], pen.instrument.trading_day)
        chart = Chart(instrument=pen.instrument, windows=windows, as_of=at, profile=profile)
        counted = f"the {since}th bar back, itself counted" if one.counts_itself else f"{since} bars back"
        why = f"The {one.what} lies {counted}, and {profile} looks back {most}."
        return Judged(chart, "pass" if is_inside else "fail", why)

    return rule_pair(one.threshold, profile, one.rule, judge)


def _bias_and_range() -> tuple[Case, ...]:
    depth = "The close gives {} of 200 ticks back from the middle, and {} asks for {} percent of depth."
    return (
        *tick_pairs("equilibrium-band", "1.1", _near_equilibrium, (223, 225),
                ("The close stands at 47.4 percent of the hourly range, just outside the band of 2.5: votes count.",
                 "The close stands at 47.6 percent of the hourly range, just inside the band: neutral.")),
        *tick_pairs("right-half-depth", "5.1", partial(_in_range, "strict"), (43, 45),
                (depth.format(6, "strict", 2.5), depth.format(4, "strict", 2.5))),
        *tick_pairs("right-half-depth", "5.1", partial(_in_range, "relaxed"), (49, 50),
                (depth.format(0, "relaxed", 0), "The close stands a tick on the wrong side of the middle."), "relaxed"),
    )  # fmt: skip


def _near_equilibrium(pen: Pen, close: int) -> Chart:
    return under(pen, [*path(0, (215, 40)), (215, 230, 213, close)], trending(0, _HOURLY_LEG))


def _in_range(profile: str, pen: Pen, close: int) -> Chart:
    """Draw a dealing range from -51 to 149 ticks and a close in it."""
    bars = [*trending(0, 99), *path(0, (40, 4)), (40, 54, 38, close)]
    return under(pen, bars, trending(-149, 500), profile)


def _structure() -> tuple[Case, ...]:
    body = "The largest body of the leg is {} ticks, {} than {} times the ATR of about 6.5 before it."
    move = "Price moved {} ticks up from the first open, {} than {} of the ATR of about 10."
    return (
        *tick_pairs("break-body", "2.2", partial(_displacing, "strict"), (75, 76),
                (body.format(10, "more", "1.5"), body.format(9, "less", "1.5"))),
        *tick_pairs("break-body", "2.2", partial(_displacing, "relaxed"), (78, 79),
                (body.format(7, "more", "1.0"), body.format(6, "less", "1.0")), "relaxed"),
        *tick_pairs("break-distance", "2.2", _closing_beyond, (764, 763),
                ("The close at [764] lies 4 ticks beyond the high at [760], more than 0.05 of the ATR of about 71.",
                 "The close at [763] lies 3 ticks beyond the high at [760], less than 0.05 of the ATR of about 71.")),
        *tick_pairs("expansion-move", "4.1", partial(_expanding, "strict"), (11, 10),
                (move.format(11, "more", "1.0"), move.format(10, "less", "1.0"))),
        *tick_pairs("expansion-move", "4.1", partial(_expanding, "relaxed"), (6, 5),
                (move.format(6, "more", "0.5"), move.format(5, "less", "0.5")), "relaxed"),
    )  # fmt: skip


def _displacing(profile: str, pen: Pen, opened: int) -> Chart:
    bars = setup_bars()
    bars[_DISPLACING] = (opened, 86, 66, 85)
    windows = setup_windows(pen, bars)
    at = last_close(windows[Timeframe.M15], pen.instrument.trading_day)
    return Chart(instrument=pen.instrument, windows=windows, as_of=at, profile=profile)


def _closing_beyond(pen: Pen, close: int) -> Chart:
    """Draw the standing setup ten times as large, and where its displacement closes."""
    bars = [tuple(_SCALE * price for price in bar) for bar in setup_bars()]
    bars[_DISPLACING], bars[_CONFIRMING] = (620, 770, 620, close), (close, 890, 710, 880)
    return under(pen, [(o, h, low, c) for o, h, low, c in bars], trending(1000, 1200))


def _expanding(profile: str, pen: Pen, close: int) -> Chart:
    return under(pen, [*steady(47, 0, 10), (0, 12, -1, close)], trending(0, 200), profile)


def _ahead() -> tuple[Case, ...]:
    return (
        *tick_pairs("equal-highs-ahead", "3.2", _equal_highs, (28, 27),
                ("Highs of [30] and [28] lie within a tenth of the ATR of about 28 ticks and draw price on.",
                 "Highs of [30] and [27] differ by more than a tenth of the ATR of about 28 ticks.")),
        *tick_pairs("void-ahead", "3.5", _void, (-6, -5),
                ("The fall left a gap of one tick above price, from [-6] to [-5].",
                 "The bars around the fall touch at [-5], so it left no void.")),
        *tick_pairs("void-filled", "3.5", _void_refilled, (-6, -5),
                ("The bounce stops at [-6], a tick below the top of the gap, which stays open.",
                 "The bounce reaches the gap's top at [-5] and fills it.")),
    )  # fmt: skip


def _equal_highs(pen: Pen, second: int) -> Chart:
    bars = [*steady(31, 0, 26), (0, 30, -13, 0), *steady(4, 0, 26), (0, second, -13, 0), *steady(2, 0, 26)]
    return under(pen, bars, trending(0, 200))


def _void(pen: Pen, high: int) -> Chart:
    return under(pen, [*steady(40, 0, 10), (0, 1, -12, -10), (-10, high, -14, -12)], trending(0, 200))


def _void_refilled(pen: Pen, high: int) -> Chart:
    fallen = [*steady(40, 0, 10), (0, 1, -12, -10), (-10, -9, -14, -12)]
    return under(pen, [*fallen, (-12, high, -13, -11)], trending(0, 200))
