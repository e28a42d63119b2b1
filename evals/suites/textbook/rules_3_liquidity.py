"""Charts for rules 3.1 to 3.5: pools on both sides, equal highs ahead, inducement, the raid, and the void."""

from collections.abc import Iterator
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, path, windows_of
from evals.suites.textbook.rules_1_bias import QUIET
from evals.suites.textbook.turning_night import AUTUMN, SPRING, SUMMER, TURNED, WINTER, Gap, Mark, night_case, redrawn

_SWEPT: Final[Mark] = ("sweep", "bullish", 22, 22, -25)
_RUN: Final[Mark] = ("run", "bearish", 22, 22, -25)
_VOID: Final[Gap] = ("bearish", (-18, -1), 8, None)
_BEHIND: Final[Gap] = ("bullish", (21, 38), 8, None)
_CLIMB: Final = path(0, (32, 32))
_EQUALS: Final = redrawn({}, path(0, (-8, 4), (2, 4), (-6, 5)))
"""Price falls from the high of 3 on bar 27, comes back to 3 on bar 35, and falls again."""
_LATE_SUMMER: Final = "2024-07-09T22:00:00Z"
"""18:00 New York, when gold and futures open."""

_Drawn = tuple[str, Polarity, list[Bar], Pen, str, str]


def cases() -> tuple[Case, ...]:
    """Draw them."""
    return (*_both_sides(), *_equals(), *_inducements(), *_raids(), *_voids(), *_no_side())


def _both_sides() -> Iterator[Case]:
    swings = path(0, (12, 8), (-12, 8), (4, 8), (-6, 8))
    drawn: tuple[_Drawn, ...] = (
        ("both", "positive", TURNED, Pen("EURUSD"), AUTUMN,
         "Buy-side and sell-side liquidity both rest: the external {high} of {t[27]} at {h[27]} {above} {now}, and "
         "the low "
         "extreme of the night, {p-29} of {t[22]}, {below} it."),
        ("both", "positive", TURNED, Pen("XAUUSD", -1), _LATE_SUMMER,
         "The external {high} of {t[27]} at {h[27]} rests {above} {now} and the extreme of the raid of {t[22]}, "
         "{p-29}, "
         "{below} it: liquidity on both sides."),
        ("two-swings", "positive", swings, Pen("GBPUSD"), WINTER,
         "Neither the external {high} of {t[7]} at {h[7]} nor the external {low} of {t[15]} at {l[15]} was traded "
         "through, "
         "and {now} lies between them."),
        ("nothing-above", "negative", _CLIMB, Pen("EURUSD"), SPRING,
         "Every bar from {t[0]} to {end} makes a new {high}, up to {now}: no old {high} is left {above} price, so "
         "nothing "
         "rests there."),
        ("nothing-above", "negative", _CLIMB, Pen("GBPUSD", -1), SUMMER,
         "Every bar from {t[0]} to {end} makes a new {high}, up to {now}: no old {high} is left {above} price, so "
         "nothing "
         "rests there."),
        ("taken", "negative", [*swings, *path(-6, (16, 14))], Pen("USDJPY"), WINTER,
         "The external {high} of {t[7]} at {h[7]} was traded through by the last bars, which closed at {now} as the "
         "extreme of the night: {low}s rest {below}, nothing {above}."),
    )  # fmt: skip
    for name, polarity, bars, pen, start, why in drawn:
        yield night_case("3.1", name, polarity, pen, bars, start, why, "liquidity pool", size=120)


def _equals() -> Iterator[Case]:
    definition = "liquidity pool, equal"
    level: Mark = ("equal_highs", "bearish", 35, 37, 3)
    for pen, start in ((Pen("EURUSD"), WINTER), (Pen("USDJPY", -1), SUMMER)):
        yield night_case(
            "3.2", "equal-ahead", "positive", pen, _EQUALS, start,
            "The swing {high}s of {t[27]} and {t[35]} both stop at {p3} with nothing beyond between them, and {now} "
            "lies {below} them: untaken equal {high}s ahead of a {bullish} bias.",
            definition, events=(level,),
        )  # fmt: skip
    wide = [(10 * o, 10 * high, 10 * low, 10 * c) for o, high, low, c in _EQUALS]
    wide[35] = (wide[35][0], 34, *wide[35][2:])
    yield night_case(
        "3.2", "nearly-equal-ahead", "positive", Pen("GBPUSD"), wide, SPRING,
        "The swing {high}s of {t[27]} at {p30} and {t[35]} at {h[35]} lie four ticks apart, less than a tenth of an "
        "average true range of 50 to 60, and {now} lies {below} them: equal {high}s ahead.",
        definition, events=(("equal_highs", "bearish", 35, 37, 34),), size=600,
    )  # fmt: skip
    spike: list[Bar] = [*_EQUALS[:38], (_EQUALS[37][3], 5, -4, -3), *path(-3, (-9, 4))]
    apart = [*_EQUALS[:35], (_EQUALS[34][3], 4, -1, 2), *_EQUALS[36:]]
    drawn: tuple[_Drawn, ...] = (
        ("taken", "negative", spike, Pen("EURUSD"), AUTUMN,
         "The equal {high}s of {t[27]} and {t[35]} at {p3} were traded through by {t[38]}, which reached {h[38]}: "
         "nothing "
         "equal rests ahead of {now} any more."),
        ("one-tick-apart", "negative", apart, Pen("GBPUSD", -1), WINTER,
         "The swing {high}s of {t[27]} at {p3} and {t[35]} at {h[35]} lie a tick apart, more than a tenth of an "
         "average "
         "true range between 4 and 6: they are not equal."),
        ("one-high-only", "negative", TURNED, Pen("USDJPY"), SPRING,
         "The only untaken swing {high} ahead of {now} is that of {t[27]} at {h[27]}: one {high} is a pool, but equal "
         "{high}s need "
         "two."),
    )  # fmt: skip
    for name, polarity, bars, pen, start, why in drawn:
        events = (level,) if name == "taken" else ()
        yield night_case("3.2", name, polarity, pen, bars, start, why, definition, events=events)


def _inducements() -> Iterator[Case]:
    taken = redrawn({}, path(0, (-4, 3), (8, 3), (-8, 6)))
    standing = redrawn({}, path(0, (-4, 3), (8, 3), (-3, 6)))
    touched = redrawn({}, path(0, (-4, 3), (8, 3), (-4, 6)))
    drawn: tuple[_Drawn, ...] = (
        ("taken", "positive", taken, Pen("EURUSD"), WINTER,
         "Inside the leg from {p-29} of {t[22]} to {h[33]} of {t[33]} stands the swing {low} of {t[30]} at {l[30]}; "
         "the fall "
         "to {now} traded through it, so the early traders are out."),
        ("taken", "positive", taken, Pen("GBPUSD", -1), SPRING,
         "Inside the leg from {p-29} of {t[22]} to {h[33]} of {t[33]} stands the swing {low} of {t[30]} at {l[30]}; "
         "the way "
         "back to {now} traded through it, so the early traders are out."),
        ("one-tick-through", "positive", [*touched[:-1], (-2, -1, -6, -3)], Pen("USDJPY"), SUMMER,
         "{end} reaches {p-6}, one tick {below} the swing {low} of {t[30]} at {l[30]} inside the leg up to {h[33]}: "
         "their "
         "stops were hit."),
        ("standing", "negative", standing, Pen("EURUSD"), AUTUMN,
         "The only swing {low} inside the leg from {p-29} to {h[33]} is that of {t[30]} at {l[30]}, and price has "
         "come back "
         "to {l[39]} at most: the early traders are still in."),
        ("standing", "negative", standing, Pen("USDJPY", -1), WINTER,
         "The only swing {low} inside the leg from {p-29} to {h[33]} is that of {t[30]} at {l[30]}, and price has "
         "come back "
         "to {l[39]} at most: the early traders are still in."),
        ("touched", "negative", touched, Pen("GBPUSD"), SUMMER,
         "{end} stops at {l[39]}, exactly on the swing {low} of {t[30]} inside the leg up to {h[33]}: stops lie "
         "beyond a "
         "{low}, not on it."),
    )  # fmt: skip
    for name, polarity, bars, pen, start, why in drawn:
        yield night_case(
            "3.3", name, polarity, pen, bars, start, why, "dealing range and swing", leg=((-29, 9), 22),
            events=(("internal_swing", "bullish", 30, 32, -5),),
        )  # fmt: skip
    yield night_case(
        "3.3", "no-swing-inside", "negative", Pen("XAUUSD"), TURNED, "2024-03-05T23:00:00Z",
        "The leg from {p-29} of {t[22]} to {h[27]} of {t[27]} runs without a swing {low} inside it: there are no "
        "early traders to speak of.",
        "dealing range and swing", outcome="not_evaluated",
    )  # fmt: skip


def _raids() -> Iterator[Case]:
    definition = "liquidity pool, sweep"
    swept = "{t[22]} trades {below} the external {low} of {t[5]} at {p-25} to {l[22]} and closes back at {c[22]}: "
    untouched: dict[int, Bar] = {21: (-20, -19, -24, -23), 22: (-23, -20, -25, -24)}
    run: dict[int, Bar] = {22: (-23, -20, -29, -27), 23: (-27, -19, -28, -20)}
    forty, older = (redrawn({}, path(0, (-10, 5), (-2, count))) for count in (30, 31))
    drawn: tuple[_Drawn, ...] = (
        ("swept", "positive", TURNED, Pen("EURUSD"), SUMMER,
         swept + "the stops {below} were taken before the {rise}, fourteen bars ago."),
        ("swept", "positive", TURNED, Pen("NQ", -1), "2024-03-05T23:00:00Z",
         swept + "the stops {below} were taken before the {rise}, fourteen bars ago."),
        ("forty-bars-ago", "positive", forty, Pen("GBPUSD"), WINTER,
         swept + "{end} is the fortieth bar after it, the last for which that counts."),
        ("only-touched", "negative", redrawn(untouched), Pen("USDJPY"), WINTER,
         "{t[22]} stops at {l[22]}, exactly on the external {low} of {t[5]}, and turns: a pool is taken by trading "
         "through "
         "it, so nothing was swept."),
        ("run", "negative", redrawn(run), Pen("EURUSD", -1), SPRING,
         "{t[22]} trades through {p-25} to {l[22]} and closes beyond, at {c[22]}; {t[23]} comes back at {c[23]}, a "
         "bar late: "
         "that was a run and no sweep."),
        ("forty-one-bars-ago", "negative", older, Pen("GBPUSD"), AUTUMN,
         swept + "but {end} is the forty-first bar after it, and no newer raid stands behind the move."),
    )  # fmt: skip
    for name, polarity, bars, pen, start, why in drawn:
        events = {"run": (_RUN,), "only-touched": ()}.get(name, (_SWEPT,))
        waits = "2.3" if name in {"run", "only-touched"} else None  # without a sweep there is no shift
        yield night_case("3.4", name, polarity, pen, bars, start, why, definition, events=events, decided_by=waits)


def _void(tail: list[Bar]) -> list[Bar]:
    """Draw bar 8 falling from 0 to -20 and leaving the gap -18 to -2, then price below it."""
    return [*path(0, (3, 4), (0, 4)), (0, 1, -21, -20), (-20, -18, -23, -22), *path(-22, (-26, 6), (-21, 6)), *tail]


def _voids() -> Iterator[Case]:
    below, half = path(-21, (-25, 6), (-22, 6)), path(-21, (-12, 4), (-24, 8))
    filled = path(-21, (-2, 4), (-24, 12))
    behind = [(o + 20, high + 20, low + 20, c + 20) for o, high, low, c in _upside_down(_void(below))]
    drawn: tuple[_Drawn, ...] = (
        ("ahead", "positive", _void(below), Pen("EURUSD"), SPRING,
         "{t[8]} fell from {p0} to {p-20}, between the {low} of {t[7]} at {p-1} and the {high} of {t[9]} at {p-18} "
         "nothing "
         "traded both ways, and nothing has since: an open void {above} {now}."),
        ("ahead", "positive", _void(below), Pen("GBPUSD", -1), SUMMER,
         "{t[8]} left the gap from {p-1} to {p-18} between {t[7]} and {t[9]}, and price has not been back: an open "
         "void "
         "{above} {now} with a {bullish} bias."),
        ("half-filled", "positive", _void(half), Pen("USDJPY"), WINTER,
         "Price came back to {h[25]}, into the gap of {t[8]} from {p-18} to {p-1} but not through it: the void "
         "{above} {now} "
         "is not filled."),
        ("filled", "negative", _void(filled), Pen("EURUSD"), WINTER,
         "{t[25]} came back to {h[25]} and so filled the gap of {t[8]} from {p-18} to {p-1}: nothing is left {above} "
         "{now} to "
         "be drawn into."),
        ("filled", "negative", _void(filled), Pen("GBPUSD", -1), AUTUMN,
         "{t[25]} came back to {h[25]} and so filled the gap of {t[8]} from {p-18} to {p-1}: nothing is left {above} "
         "{now} to "
         "be drawn into."),
        ("behind", "negative", behind, Pen("USDJPY"), SPRING,
         "{t[8]} left an open gap from {p21} to {p38}, but {now} lies {above} it: for a {bullish} bias it is behind "
         "and not "
         "ahead."),
    )  # fmt: skip
    for name, polarity, bars, pen, start, why in drawn:
        gaps = {"behind": (_BEHIND,), "filled": ((*_VOID[:3], 25),)}.get(name, (_VOID,))
        yield night_case("3.5", name, polarity, pen, bars, start, why, "FVG", gaps=gaps)


def _upside_down(bars: list[Bar]) -> list[Bar]:
    return [(-o, -low, -high, -c) for o, high, low, c in bars]


def _no_side() -> Iterator[Case]:
    for rule, pen, start in (
        ("3.2", Pen("ES"), "2024-09-11T08:00:00Z"),
        ("3.4", Pen("NQ", -1), "2024-01-17T09:00:00Z"),
    ):
        yield night_case(
            rule, "no-side", "negative", pen, QUIET, start,
            "Eight hours up to {end} at {now} hold too few hours for a bias: with no side to take, nothing is ahead "
            "and nothing behind.",
            "daily bias", windows=windows_of(pen.candles(QUIET, "15m", start)), outcome="not_evaluated",
            decided_by="1.1",
        )  # fmt: skip
