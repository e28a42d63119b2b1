"""Near misses of what is offered: the size, the reward, the stop, partials, freshness and where an entry lies."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from agent.labels import DecisionLabel
from evals.cases.case import Case, Chart
from evals.suites.adversarial.near_miss import WAYS, Judged, drawn_way, rule_pair
from evals.suites.textbook.drawing import Bar, Pen, path, steady, trending, windows_of
from evals.suites.textbook.moments import seconds_of
from evals.suites.textbook.standing_setup import AFTERWARDS, START, setup_bars, setup_windows
from tools.resample import last_close
from tools.timeframes import Timeframe

_LARGE: Final = 100_000.0
_ES, _NQ = Pen("ES"), Pen("NQ")
_LUNCH: Final = seconds_of("2024-05-15T12:00-04:00")
_ASIA: Final = seconds_of("2024-05-15T20:00-04:00")
_OFFERED: Final = "6.3"
"""The rule of the setup that stands: its shift of 07:15 comes before an index's morning, so it is no 2022 model."""
_LEG: Final = 99
"""Half the height of a dealing range of 200 ticks, its wicks apart."""


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    return (*_sizes(), *_rewards(), *_stops_and_targets(), *_entries(), *_confluence())


def _offer(bars: list[Bar], pen: Pen, **chart: Any) -> Chart:
    windows = setup_windows(pen, bars)
    base = windows[Timeframe.M15]
    given = {"account_balance": _LARGE, "as_of": last_close(base, pen.instrument.trading_day), **chart}
    return Chart(instrument=pen.instrument, windows=windows, **given)


def _pair(
    threshold: str,
    variant: str,
    rule: str,
    chart_of: Callable[[Any], Chart],
    values: tuple[Any, Any],
    why: tuple[str, str],
    *,
    decides: bool = False,
) -> tuple[Case, Case]:
    """Make a pair of two values, the inside first, and the sentence of each.

    `decides` says that nothing else stands against the trade, so that the rule alone makes the decision.
    """

    def judge(is_inside: bool) -> Judged:
        place = 0 if is_inside else 1
        decision = DecisionLabel("TRADE_NOW", _OFFERED) if is_inside else DecisionLabel("NO_TRADE", rule)
        return Judged(
            chart_of(values[place]), "pass" if is_inside else "fail", why[place], decision if decides else None
        )

    return rule_pair(threshold, variant, rule, judge)


def _both_ways(
    threshold: str,
    rule: str,
    bars_of: Callable[[Any], list[Bar]],
    values: tuple[Any, Any],
    why: tuple[str, str],
    *,
    decides: bool = False,
    **chart: Any,
) -> tuple[Case, ...]:
    """Make a pair of two drawings, upright and upside down; the sentences are the upright one's, see `drawn_way`."""

    def chart_of(pen: Pen, value: Any) -> Chart:
        return _offer(bars_of(value), pen, **chart)

    return tuple(
        case
        for pen in (Pen("ES", way) for way in WAYS)
        for case in _pair(threshold, pen.slant, rule, partial(chart_of, pen), values, _told(pen, why), decides=decides)
    )


def _told(pen: Pen, why: tuple[str, str]) -> tuple[str, str]:
    return drawn_way(pen, why[0]), drawn_way(pen, why[1])


def _sizes() -> tuple[Case, ...]:
    bars = setup_bars()
    return (
        *_pair("risk-minimum", "fixed", "7.1",
               lambda percent: _offer(bars, _ES, risk_pct=percent, account_balance=1_000_000.0), (0.5, 0.49),
               ("Half a percent at full size is the least a trade may risk.",
                "0.49 percent is a hundredth less than the half percent a trade must be worth.")),
        *_pair("risk-maximum", "fixed", "7.1", lambda percent: _offer(bars, _ES, risk_pct=percent), (2.0, 2.01),
               ("Two percent is the most a trade may risk.", "2.01 percent is a hundredth over the two allowed."),
               decides=True),
        *_pair("one-contract", "es", "7.1", lambda balance: _offer(bars, _ES, account_balance=balance),
               (31_250.0, 31_249.99),
               ("One percent of 31,250.00 is 312.50, what one contract loses over 25 ticks of 12.50.",
                "One percent of 31,249.99 falls short of the 312.50 of one contract, and sizes round down."),
               decides=True),
        *_pair("one-contract", "nq", "7.1", lambda balance: _offer(bars, _NQ, account_balance=balance),
               (12_500.0, 12_499.99),
               ("One percent of 12,500.00 is 125.00, what one contract loses over 25 ticks of 5.",
                "One percent of 12,499.99 falls short of the 125.00 of one contract, and sizes round down."),
               decides=True),
    )  # fmt: skip


def _rewards() -> tuple[Case, ...]:
    relaxed: dict[str, Any] = {"profile": "relaxed", "calendar": ()}
    return (
        *_both_ways("reward-ratio", "7.2", lambda far: setup_bars(far=far), (130, 129),
                    ("The farthest pool lies 50 ticks ahead and the stop 25 behind: exactly two for one.",
                     "The farthest pool lies 49 ticks ahead and the stop 25 behind: a tick short of two for one."),
                    decides=True),
        *_both_ways("reward-ratio-with-confluence", "7.2", lambda far: setup_bars(near=100, far=far), (118, 117),
                    ("38 ticks for 25 are more than one and a half, which nine points of confluence allow.",
                     "37 ticks for 25 are less than one and a half, too little at any confluence."), **relaxed),
        *_pair("high-confluence", "relaxed", "7.2",
               lambda at: _offer(setup_bars(near=100, far=118), _ES, profile="relaxed", calendar=None, as_of=at),
               (_LUNCH - 1, _LUNCH),
               ("A second before lunch the kill zone makes the eighth point, at which 1.52 for one is enough.",
                "At lunch no kill zone is open, and with seven points two for one is asked.")),
        *_both_ways("first-target", "7.4", lambda near: setup_bars(near=near), (105, 104),
                    ("The first pool lies 25 ticks ahead, as far as the stop behind.",
                     "The first pool lies 24 ticks ahead and the stop 25 behind.")),
        *_both_ways("two-targets", "7.4", lambda near: setup_bars(near=near, far=150), (129, 130),
                    ("The nearest pool pays 49 ticks for 25, so the way goes on to a second target.",
                     "The nearest pool pays two for one by itself and is the only target.")),
        *_both_ways("breakeven", "7.5", lambda far: setup_bars(near=98, far=far), (105, 104),
                    ("The farthest pool lies 25 ticks ahead, where the stop would go to the entry.",
                     "The farthest pool lies 24 ticks ahead, a tick before break-even.")),
    )  # fmt: skip


def _stops_and_targets() -> tuple[Case, ...]:
    def grown(count: int) -> list[Bar]:
        return setup_bars(near=120, far=150, afterwards=(*AFTERWARDS, *steady(count, 100, 30)))

    return _both_ways(
        "stop-beyond", "7.3", grown, (11, 12),
        ("After eleven bars of 30 ticks the ATR is still less than 20, so the stop's one tick is 0.05 of it.",
         "After twelve bars of 30 ticks the ATR is more than 20, and the stop's one tick is less than 0.05 of it."),
    )  # fmt: skip


def _entries() -> tuple[Case, ...]:
    def fallen(low: int) -> list[Bar]:
        return setup_bars(afterwards=(*AFTERWARDS[:3], (88, 89, low, 84)))

    return (
        *_both_ways("entry-traded", "9.1", fallen, (66, 65),
                    ("The low at [66] stops above the last limit, the retracement of 70.5 percent.",
                     "The low at [65] goes below the last limit, the retracement of 70.5 percent.")),
        *_retracements("ote-shallow-edge", 204, (79, 81),
                       ("The limit gives back 125 of 200 ticks, deeper than the 62 percent of the shallow edge.",
                        "The limit gives back 123 of 200 ticks, short of the 62 percent of the shallow edge.")),
        *_retracements("ote-deep-edge", 238, (81, 79),
                       ("The limit gives back 157 of 200 ticks, within the 79 percent of the deep edge.",
                        "The limit gives back 159 of 200 ticks, beyond the 79 percent of the deep edge.")),
        *_retracements("ote-no-golden-ratio", 210, (79, 80),
                       ("The limit gives back 131 of 210 ticks, deeper than the 62 percent of the shallow edge.",
                        "The limit gives back 130 of 210 ticks, 61.9 percent: past 0.618 and short of 0.62."), 104),
    )  # fmt: skip


def _retracements(
    threshold: str, high: int, entries: tuple[int, int], why: tuple[str, str], half: int = _LEG
) -> tuple[Case, ...]:
    return tuple(
        case
        for pen in (Pen("ES", way) for way in WAYS)
        for case in _pair(threshold, pen.slant, "6.1", partial(_retraced, pen, high, half), entries, _told(pen, why))
    )


def _retraced(pen: Pen, high: int, half: int, entry: int) -> Chart:
    """Draw a dealing range and, inside its pullback, a shift of structure whose gap is entered; `half` as `_LEG`."""
    low = high - 2 * half - 1
    bars = [
        *path(low - half, (low + half, 8), (low, 6), (high - 1, 11), (high - 60, 5), (high - 54, 3)),
        *path(high - 54, (62, 10), (75, 4), (64, 5)),
        (64, 67, 56, 65), (65, 70, 64, 68), (68, 86, 66, 85), (85, 89, entry, 88),
        *AFTERWARDS,
    ]  # fmt: skip
    base = pen.candles(bars, Timeframe.M15, START)
    windows = windows_of(base, pen.before(base, trending(low - half, 400), Timeframe.H1))
    return Chart(instrument=pen.instrument, windows=windows, as_of=last_close(base, pen.instrument.trading_day))


def _confluence() -> tuple[Case, ...]:
    stale = setup_bars(afterwards=tuple(steady(38, 88, 4)))
    return _pair(
        "confluence-points", "strict", "10", lambda at: _offer(stale, _ES, calendar=None, as_of=at),
        (_ASIA, _ASIA - 1),
        ("Bias two, structure one, arrays two and, from 20:00 on, the kill zone's one: six points of ten.",
         "A second before Asia the bias's two, structure's one and the arrays' two are five points of ten."),
    )  # fmt: skip
