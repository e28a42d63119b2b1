"""Charts for rules 1.1, 1.1.1 and 1.1.2: the votes of the higher timeframes, how they cancel, and whether they held.

One scene with changes: 31 hours of an hourly uptrend whose dealing range runs from -21 to 61 ticks, 32 quiet quarters
of an hour about 0, and days above them that trend with the hours, against them, or not at all. Too few four-hour bars
stand there for an external swing, so that vote is unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.labels import Bias, DecisionLabel
from evals.cases.case import Case
from evals.suites.textbook.drawing import (
    Bar,
    Pen,
    Polarity,
    Said,
    chart_case,
    mirrored,
    path,
    steady,
    trending,
    windows_of,
)
from rulebook.verdict import Outcome
from tools.timeframes import Timeframe

QUIET: Final = path(0, (6, 8), (-4, 8), (4, 8), (0, 8))
"""Eight hours about 0 in quarters, no internal swing of which is closed beyond."""
_RISES: Final = [*QUIET[:24], *path(4, (0, 4), (34, 4))]
"""The same, but in the last hour price leaves the discount of the hourly range for its premium."""
_SIZE: Final = 40
_DAILY_SIZE: Final = 400
_DAILY_WICK: Final = 60  # half a daily step and more, so that the days leave no gaps to be drawn to
_HOURS_OF_A_DAY, _GAP_TOP = 24, 90
"""How many of the hours make the one day that has finished; where the gap of the days ends."""
_WINTER, _SPRING, _SUMMER = "2024-03-06T05:00:00Z", "2024-03-13T04:00:00Z", "2024-07-10T04:00:00Z"
"""The last close is 08:00 New York, inside its kill zone; in spring New York has changed its clocks and London not."""


@dataclass(frozen=True, slots=True)
class _Scene:
    name: str
    rule: str
    polarity: Polarity
    pen: Pen
    why: str
    start: str = _WINTER
    depth: float = 0.75
    days: int = 1
    bars: tuple[Bar, ...] = tuple(QUIET)
    profile: str = "strict"
    bias: Bias | None = None
    outcome: Outcome | None = None
    decided_by: str | None = None


_AGREED: Final = (
    "{Days} and hours trend {up} (votes of 1 and 2) and {now} lies in the {discount} of the hourly range {low} to "
    "{high} (1); the previous day's {side} at {pdl} is the nearest draw and alone votes the other way: "
)
_AGAINST: Final = (
    "The hours trend {up} (a vote of 2) and {now} lies in the {discount} of the range {low} to {high} (1), but the "
    "days trend {down} (1) and the nearest draw, the previous day's {side} at {pdl}, votes {down} too (1): "
)
_NO_DAYS: Final = (
    "The days broke no swing and have no vote; the hours trend {up} (2) and {now} is in the {discount} of {low} to "
    "{high} (1) against the draw of the previous day's {side} at {pdl} (1): "
)
_PREMIUM: Final = (
    "Days and hours trend {up} (1 and 2), but {now} lies in the {premium} of the hourly range {low} to {high} (1) and "
    "the nearest draw, the previous day's {side} at {pdl}, votes {down} (1): "
)
_MIDDLE: Final = (
    "{now} is the middle of the hourly range {low} to {high}: at equilibrium there is no side to take, though days "
    "and hours trend {up}, so "
)
_SCENES: Final = (
    _Scene("agreed", "1.1", "positive", Pen("EURUSD"), _AGREED + "a net 3 of 5, more than 0.34", bias="bullish"),
    _Scene("agreed", "1.1", "positive", Pen("XAUUSD", -1), _AGREED + "a net 3 of 5, more than 0.34", _SUMMER,
           bias="bearish"),
    _Scene("no-days", "1.1", "positive", Pen("BTCUSD"), _NO_DAYS + "a net 2 of the 4 known, more than 0.34",
           _SPRING, days=0, bias="bullish"),
    _Scene("weak-relaxed", "1.1", "positive", Pen("USDJPY", -1), _AGAINST + "a net 1 of 5 is exactly the relaxed 0.2",
           _SPRING, days=-1, profile="relaxed", bias="bearish"),
    _Scene("days-against", "1.1", "negative", Pen("GBPUSD"), _AGAINST + "a net 1 of 5 is less than "
    "0.34", _SPRING, days=-1,
           bias="neutral", decided_by="1.1"),
    _Scene("late", "1.1", "negative", Pen("EURUSD", -1), _PREMIUM + "a net 1 of 5 is less than 0.34", _SUMMER, 0.25,
           bias="neutral", decided_by="1.1"),
    _Scene("equilibrium", "1.1", "negative", Pen("USDJPY"), _MIDDLE + "the bias is neutral", _SPRING, 0.5,
           bias="neutral", decided_by="1.1"),
    _Scene("equilibrium", "1.1", "negative", Pen("BTCUSD", -1), _MIDDLE + "the bias is neutral", _WINTER, 0.5,
           bias="neutral", decided_by="1.1"),
    _Scene("one-against", "1.1.1", "positive", Pen("GBPUSD"), _AGREED + "1 of 5 against is at most 0.34", _SUMMER),
    _Scene("one-of-four", "1.1.1", "positive", Pen("EURUSD", -1), _NO_DAYS + "1 of 4 against is at most "
    "0.34", _SPRING, days=0),
    _Scene("two-relaxed", "1.1.1", "positive", Pen("XAUUSD"), _AGAINST + "2 of 5 against is at most the relaxed "
    "half", _SPRING,
           days=-1, profile="relaxed"),
    _Scene("two-of-five", "1.1.1", "negative", Pen("XAUUSD"), _AGAINST + "2 of 5 against is more than "
    "0.34", _SPRING, days=-1,
           decided_by="1.1.1"),
    _Scene("two-of-five", "1.1.1", "negative", Pen("USDJPY", -1), _AGAINST + "2 of 5 against is more than "
    "0.34", days=-1,
           decided_by="1.1.1"),
    _Scene("late", "1.1.1", "negative", Pen("GBPUSD"), _PREMIUM + "2 of 5 against is more than 0.34", _SUMMER, 0.25,
           decided_by="1.1.1"),
    _Scene("held", "1.1.2", "positive", Pen("EURUSD"), _AGREED + "so they stood at 07:00 New York already, when the "
    "kill "
           "zone began at {then}, in the same half"),
    _Scene("held", "1.1.2", "positive", Pen("GBPUSD", -1), _AGREED + "so they stood at 07:00 New York already, when "
    "the "
           "kill zone began at {then}, in the same half", _SUMMER),
    _Scene("other-half-same-side", "1.1.2", "positive", Pen("USDJPY"), "At 07:00 New York all but the draw, the "
        "previous "
           "day's {side} at {pdl}, voted {up}; at {now} price has reached the other half of {low} to {high}, but days "
           "and hours (3) still outweigh the half and the draw (2)", _SPRING, bars=tuple(_RISES)),
    _Scene("turned", "1.1.2", "negative", Pen("EURUSD"), "At 07:00 New York hours and half (3) outweighed days and "
        "draw "
           "(2); at {now} price has reached the other half of {low} to {high}, so now only the hours vote {up}, 2 of "
           "5: "
           "within the kill zone the bias has turned", days=-1, bars=tuple(_RISES)),
    _Scene("turned", "1.1.2", "negative", Pen("XAUUSD", -1), "At 07:00 New York hours and half (3) outweighed days and "
           "draw (2); at {now} price has reached the other half of {low} to {high}, so now only the hours vote {up}, "
           "2 of "
           "5: within the kill zone the bias has turned", _SUMMER, days=-1, bars=tuple(_RISES)),
)  # fmt: skip


def cases() -> tuple[Case, ...]:
    """Draw them."""
    return (*(_drawn(scene) for scene in _SCENES), *_gaps_of_days(), *_unknown())


def _drawn(scene: _Scene) -> Case:
    pen, low = scene.pen, -round((1 - scene.depth) * 2 * _SIZE)
    hourly = trending(0, _SIZE, scene.depth)
    daily = {
        1: trending(hourly[0][0], _DAILY_SIZE, wick=_DAILY_WICK),
        -1: mirrored(trending(-hourly[0][0], _DAILY_SIZE, wick=_DAILY_WICK)),
        0: steady(31, hourly[0][0], 60),
    }[scene.days]
    base = pen.candles(scene.bars, "15m", scene.start)
    why = scene.why.format(
        Days="The days" if scene.days else "No days", up=pen.word("up", "down"), down=pen.word("down", "up"),
        now=pen.said(scene.bars[-1][3]), then=pen.said(scene.bars[27][3]), low=pen.said(low - 1),
        high=pen.said(low + 2 * _SIZE + 1), pdl=pen.said(low - _SIZE - 1), side=pen.word("low", "high"),
        discount=pen.word("discount", "premium"), premium=pen.word("premium", "discount"),
    )  # fmt: skip
    return chart_case(
        f"rule.{scene.rule}.{scene.name}.{pen.symbol.lower()}.{pen.slant}", f"{why}.", scene.rule, scene.polarity,
        pen.ladder(base, hourly, daily), pen, definition="daily bias", outcome=scene.outcome, profile=scene.profile,
        said=Said(
            bias={
                **({} if scene.bias is None else {"htf": scene.bias}),
                Timeframe.H1.value: pen.slant,
                Timeframe.D1.value: "neutral" if not scene.days else Pen(way=pen.way * scene.days).slant,
            },
            decision=None if scene.decided_by is None else DecisionLabel("WAIT", scene.decided_by),
        ),
    )  # fmt: skip


def _gaps_of_days() -> Iterator[Case]:
    """Draw the votes of the premium with a gap of the days above price, which the last finished day touches or not."""
    hourly = trending(0, _SIZE, 0.25)
    finished = hourly[:_HOURS_OF_A_DAY]
    reached, low = max(bar[1] for bar in finished), min(bar[2] for bar in hourly)
    draw: tuple[tuple[Pen, bool], ...] = (
        (Pen("EURUSD"), False), (Pen("USDJPY", -1), False), (Pen("GBPUSD"), True), (Pen("XAUUSD", -1), True),
    )  # fmt: skip
    for pen, touched in draw:
        edge = reached if touched else reached + 1
        daily = trending(hourly[0][0], _DAILY_SIZE, wick=_DAILY_WICK)
        daily[-3] = (*daily[-3][:2], _GAP_TOP, daily[-3][3])
        daily[-1] = (daily[-1][0], edge, *daily[-1][2:])
        base = pen.candles(QUIET, "15m", _WINTER)
        up, down, end = pen.word("up", "down"), pen.word("down", "up"), pen.word("low", "high")
        told = (
            f"the last finished day reached {pen.said(reached)}, its edge, so that what draws price next is the "
            f"previous day's {end} at {pen.said(low)}, a vote {down}: a net 1 of 5 is less than 0.34"
            if touched
            else f"the last finished day stopped at {pen.said(reached)}, a tick short of it, so that it still draws "
            f"price, a vote {up}: a net 3 of 5 is more than 0.34"
        )
        yield chart_case(
            f"rule.1.1.gap-of-days-{'touched' if touched else 'untouched'}.{pen.symbol.lower()}.{pen.slant}",
            f"Days and hours trend {up} (1 and 2) and {pen.said(0)} lies in the {pen.word('premium', 'discount')} (1 "
            f"against); of the gap that the days left from {pen.said(edge)} to {pen.said(_GAP_TOP)} {told}.",
            "1.1", "negative" if touched else "positive", pen.ladder(base, hourly, daily), pen,
            definition="daily bias, draw on liquidity",
            said=Said(bias={"htf": "neutral" if touched else pen.slant, Timeframe.D1.value: pen.slant}),
        )  # fmt: skip


def _unknown() -> Iterator[Case]:
    for rule, pen in (("1.1", Pen("NQ")), ("1.1.1", Pen("ES", -1))):
        base = pen.candles(QUIET, "15m", "2024-09-11T08:00:00Z")
        yield chart_case(
            f"rule.{rule}.nothing-above.{pen.symbol.lower()}.{pen.slant}",
            f"Eight hours about {pen.said(0)} hold eight hourly bars, too few for an external swing, and no finished "
            f"day: "
            "no vote is known, so there is no bias to judge and the walk waits.",
            rule, "negative", windows_of(base), pen, definition="daily bias", outcome="not_evaluated",
            said=Said(bias={"htf": "neutral"}, decision=DecisionLabel("WAIT", rule)),
        )  # fmt: skip
    pen = Pen("GBPUSD", -1)
    base = pen.candles(QUIET, "5m", "2024-09-11T11:00:00Z")
    yield chart_case(
        f"rule.1.1.2.after-the-start.gbpusd.{pen.slant}",
        f"The chart begins at 07:00 New York at {pen.said(0)}, the start of the kill zone: no "
        f"bar "
        "had closed by then, so nobody can say how the votes stood.",
        "1.1.2", "negative", pen.ladder(base, trending(0, _SIZE)), pen, definition="daily bias",
        outcome="not_evaluated",
    )  # fmt: skip
