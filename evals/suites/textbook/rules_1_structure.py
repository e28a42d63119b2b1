"""Charts for rules 1.2, 1.2.1, 1.2.2 and 1.2.3: structure and the bias, somewhere to go, the hour, and the day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from agent.labels import DecisionLabel
from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, mirrored, path, trending, windows_of
from evals.suites.textbook.facts_shift import TURN
from evals.suites.textbook.rules_1_bias import QUIET
from evals.suites.textbook.turning_night import AUTUMN, SPRING, SUMMER, TURNED, WINTER, Mark, night, night_case, redrawn

_RISING: Final = path(0, (12, 6), (4, 4), (20, 8), (10, 6), (16, 8))
_UNTURNED: Final = redrawn({24: (-20, -5, -21, -11)}, path(-11, (-18, 6), (-12, 5)), 25)
"""The night without the shift: bar 24 closes on -11 and price falls back."""
_SHIFT: Final = ("internal_choch", "bullish", 24, 24, -11)
_DOWN: Final = ("internal_bos", "bearish", 20, 20, -19)
_HOURLY_SHIFT: Final[Mark] = ("mss", "bullish", 24, 25, -33)
_NO_GAP: Final[dict[int, Bar]] = {25: (-6, 0, -19, -1)}
_NEW_HIGHS: Final = path(0, (12, 9))
_TRIPLED: Final[list[Bar]] = [(3 * o, 3 * high, 3 * low, 3 * c) for o, high, low, c in TURN]
_DEEP: Final[list[Bar]] = [(o - 54, high - 54, low - 54, c - 54) for o, high, low, c in QUIET]


def cases() -> tuple[Case, ...]:
    """Draw them."""
    return (*_aligned(), *_somewhere_to_go(), *_with_the_days(), *_after_the_hour(), *_within_the_day())


def _aligned() -> Iterator[Case]:
    definition = "structure break"
    for pen, start in ((Pen("EURUSD"), WINTER), (Pen("GBPUSD", -1), SUMMER)):
        yield night_case(
            "1.2", "turned", "positive", pen, TURNED, start,
            "The hours above trend {up}; {t[20]} closed at {c[20]} {below} the swing at {p-19}, but {t[24]} closed at "
            "{c[24]} {above} {p-11} and nothing broke since: structure runs {up} like the bias.",
            definition, events=(_DOWN, _SHIFT),
        )  # fmt: skip
    yield night_case(
        "1.2", "rising", "positive", Pen("USDJPY"), _RISING, AUTUMN,
        "{t[14]} closes at {c[14]} {above} the swing {high} of {t[5]} at {h[5]}, a break of structure {up}, the way "
        "of the {bullish} bias of the hours and days above.",
        definition, events=(("internal_bos", "bullish", 14, 14, 13),),
    )  # fmt: skip
    for pen, start in ((Pen("XAUUSD"), "2024-03-05T23:00:00Z"), (Pen("EURUSD", -1), SPRING)):
        yield night_case(
            "1.2", "unturned", "negative", pen, _UNTURNED, start,
            "{t[20]} closed at {c[20]} {below} the swing {low} of {t[15]} at {p-19}; {t[24]} reached {h[24]} but "
            "closed on {p-11} and not {above} it, so structure still runs {down} under a {bullish} bias.",
            definition, events=(_DOWN,), decided_by="2.3",
        )  # fmt: skip
    yield night_case(
        "1.2", "no-break-yet", "negative", Pen("GBPUSD"), QUIET, WINTER,
        "From {t[0]} to {end} price stays between {p-5} and {p7} and closes beyond no swing: structure has no trend "
        "yet, and none is made up.",
        definition, outcome="not_evaluated",
    )  # fmt: skip


def _somewhere_to_go() -> Iterator[Case]:
    definition = "liquidity pool and FVG"
    yield night_case(
        "1.2.1", "pool-and-gap", "positive", Pen("EURUSD"), TURNED, SPRING,
        "The external {high} of {t[27]} at {h[27]} is untaken {above} {now} and the gap {p-19} to {p-8} of {t[24]} is "
        "not filled: price can go to either.",
        definition, gaps=(("bullish", (-19, -8), 24, None),),
    )  # fmt: skip
    yield night_case(
        "1.2.1", "pool-only", "positive", Pen("USDJPY", -1), redrawn(_NO_GAP), SUMMER,
        "{t[25]} came back to {l[25]}, so no gap was left, but the external {high} of {t[27]} at {h[27]} rests "
        "untaken {above} {now}: one pool ahead is enough.",
        definition,
    )  # fmt: skip
    yield night_case(
        "1.2.1", "gap-only", "positive", Pen("GBPUSD"), redrawn({}, _NEW_HIGHS), WINTER,
        "{end} closes at {now}, the most extreme close of the night, with no old {high} left {above} it; the gap "
        "{p-19} to {p-8} of {t[24]}, inside the range from {p-29} to {p13}, is open: one gap is enough.",
        definition, gaps=(("bullish", (-19, -8), 24, None),),
    )  # fmt: skip
    for pen, start in ((Pen("EURUSD"), AUTUMN), (Pen("XAUUSD", -1), "2024-07-09T22:00:00Z")):
        yield night_case(
            "1.2.1", "nowhere", "negative", pen, redrawn(_NO_GAP, _NEW_HIGHS), start,
            "{end} closes at {now} with no old {high} left {above} it, and {t[25]} had come back to {l[25]}, so the "
            "shift left no gap either: the range has nothing to deliver to.",
            definition,
        )  # fmt: skip
    pen = Pen("NQ", -1)
    yield night_case(
        "1.2.1", "no-side", "negative", pen, QUIET, WINTER,
        "Eight hours up to {end} are too few for a bias of the hours above, so nothing is ahead of {now}: which pool "
        "or gap would do cannot be said.",
        definition, windows=windows_of(pen.candles(QUIET, "15m", "2024-09-11T08:00:00Z")), outcome="not_evaluated",
        decided_by="1.1",
    )  # fmt: skip


def _with_the_days() -> Iterator[Case]:
    yield night_case(
        "1.2.2", "with-the-days", "positive", Pen("EURUSD"), TURNED, SUMMER,
        "Days and hours trend {up} alike, and the bias is {bullish} at {now}: no trade against the highest trend, so "
        "no hourly shift is asked for.",
        "MSS and daily bias",
    )  # fmt: skip
    for pen, start in ((Pen("GBPUSD"), WINTER), (Pen("USDJPY", -1), SPRING)):
        yield night_case(
            "1.2.2", "no-hourly-shift", "negative", pen, TURNED, start,
            "The days trend {down} and only the hours {up}, so a bias of hours and {discount} at {now} is against the "
            "highest trend; the hourly chart made its way without a raid and has not shifted: the shift of {t[24]} on "
            "15m does not count for it.",
            "MSS and daily bias", windows=night(pen, TURNED, start, way=-1),
        )  # fmt: skip
    for pen, start in ((Pen("GBPUSD"), WINTER), (Pen("USDJPY", -1), SPRING)):
        case = night_case(
            "1.2.2", "relaxed-only-warns", "negative", pen, TURNED, start,
            "The night that is a trade with the days, under days that trend {down}: without an hourly shift the bias "
            "at {now} is against them, of which the relaxed profile only warns, so it is a trade all the same.",
            "MSS and daily bias", windows=night(pen, TURNED, start, way=-1), profile="relaxed",
        )  # fmt: skip
        labels = replace(case.labels, decision=DecisionLabel("TRADE_NOW", "6.4"))
        yield replace(case, labellings=(replace(case.labellings[0], labels=labels),))


def _after_the_hour() -> Iterator[Case]:
    """The hours turn as the night does, three times as large; price then waits about -54 for eight hours."""
    drawn = (
        ("hourly-shift", "positive", 5, Pen("EURUSD"), "2024-03-07T05:00:00Z"),
        ("hourly-shift", "positive", 5, Pen("XAUUSD", -1), "2024-07-11T04:00:00Z"),
        ("hourly-shift-is-old", "negative", 12, Pen("EURUSD"), "2024-03-07T05:00:00Z"),
    )  # fmt: skip
    for name, polarity, fall, pen, start in drawn:
        hourly = [*_TRIPLED, *path(0, (-54, fall))]
        daily = mirrored(trending(-hourly[0][0], 800, wick=120))
        base = pen.candles(_DEEP, "15m", start)
        bars = fall + 10  # from the gap's bar 25 to the last hour
        yield night_case(
            "1.2.2", name, "positive" if polarity == "positive" else "negative", pen, _DEEP, start,
            "The days trend {down}; the hours swept {p-75}, closed {above} {p-33} and left a gap, a shift {up} "
            + f"{bars} hourly bars before the last at " + "{now}: "
            + ("within 20 bars the reversal has shown itself first." if polarity == "positive" else
               "more than 20 bars ago, it says nothing any more, and a trade {up} is against the days."),
            "MSS and daily bias", windows=pen.ladder(base, hourly, daily), hourly=(_HOURLY_SHIFT,),
        )  # fmt: skip


def _within_the_day() -> Iterator[Case]:
    drawn = (
        ("morning", Pen("NQ"), "15m", "2024-03-13T07:00:00Z", 0,
         "15m entries at {end} UTC, with {now} in the New York morning: both the candle and the hours left of the day "
         "allow a trade that is closed within it."),
        ("an-hour", Pen("USDJPY", -1), "1h", "2024-10-29T05:00:00Z", 0,
         "Entries on exactly an hour, the longest candle allowed, at {now}; the last bar opened at {end} UTC and eight "
         "hours of the day are left."),
        ("half-an-hour-left", Pen("EURUSD"), "15m", "2024-03-06T13:30:00Z", 0,
         "The last bar opened at {end} UTC and closed at 16:30 New York at {now}: exactly 30 minutes before the day "
         "ends, "
         "which is enough."),
    )  # fmt: skip
    for name, pen, timeframe, start, later, why in drawn:
        yield _timed(name, pen, timeframe, start, later, why, positive=True)
    drawn = (
        ("four-hours", Pen("EURUSD"), "4h", "2024-02-27T22:00:00Z", 0,
         "At {now} the finest chart given is of four hours (the last bar opened at {end} UTC): an entry on it is "
         "another "
         "method."),
        ("29-minutes-left", Pen("EURUSD"), "15m", "2024-03-06T13:30:00Z", 60,
         "The last bar opened at {end} UTC and it is 16:31 New York now, at {now}: 29 minutes before the day ends are "
         "too "
         "few."),
        ("a-quarter-left", Pen("GBPUSD", -1), "15m", "2024-07-10T12:45:00Z", 0,
         "The last bar opened at {end} UTC and closed at 16:45 New York in summer at {now}: a quarter of an hour "
         "before "
         "the day ends is too little."),
    )  # fmt: skip
    for name, pen, timeframe, start, later, why in drawn:
        yield _timed(name, pen, timeframe, start, later, why, positive=False)


def _timed(name: str, pen: Pen, timeframe: str, start: str, later: int, why: str, *, positive: bool) -> Case:
    candles = pen.candles(QUIET, timeframe, start)
    closed = int(datetime.fromisoformat(start).timestamp()) + len(QUIET) * candles.timeframe.seconds
    return night_case(
        "1.2.3", name, "positive" if positive else "negative", pen, QUIET, start, why, "sessions and trading day",
        windows=windows_of(candles), as_of=closed + later,
    )  # fmt: skip
