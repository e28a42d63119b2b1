"""Fact-only charts: displacement and market structure shifts, with what each may lack."""

from collections.abc import Iterator, Mapping
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Said, chart_case, clock, path, steady, windows_of

_DISPLACEMENT: Final = frozenset({"displacement"})
_SHIFT: Final = frozenset({"mss"})
_GAP: Final = frozenset({"fair_value_gap"})

TURN: Final[list[Bar]] = [
    *path(0, (-24, 6), (-6, 6), (-18, 4), (-12, 3), (-23, 3)),  # low -25 on 5, high -11 on 18, falling since 20
    (-23, -20, -29, -24),  # 22 sweeps -25
    (-24, -19, -25, -20),
    (-20, -5, -21, -6),  # 24 closes over -11 with a body of 14
    (-6, 0, -8, -1),  # 25 leaves a gap from -19 to -8
    (-1, 2, -6, 1),
    (1, 3, -2, 0),
]
SWEPT, SHIFTED, GAP_KNOWN = 22, 24, 25


def cases() -> tuple[Case, ...]:
    """Draw them."""
    return (*_displacements(), *_shifts(), *_no_shifts())


def _displacements() -> Iterator[Case]:
    drawn: tuple[tuple[str, Bar, bool, str], ...] = (
        ("exactly-enough", (0, 15, 0, 15), True, "a body of 15 ticks is exactly 1.5 times that, and it closes at its "
         "end"),
        ("outer-third", (0, 24, -3, 16), True,
         "a body of 16 ticks is more than 1.5 times that, and its close lies 8 of 27 ticks from its end"),
        ("body-too-small", (0, 14, 0, 14), False, "a body of 14 ticks is less than 1.5 times that"),
        ("closed-in-the-middle", (0, 25, -1, 16), False,
         "a body of 16 ticks is large enough, but its close lies 9 of 26 ticks from its end, beyond the outer third"),
    )  # fmt: skip
    for name, bar, positive, why in drawn:
        for pen, start in ((Pen("NQ"), "2024-03-13T13:30:00Z"), (Pen("BTCUSD", -1), "2024-11-13T14:30:00Z")):
            candles = pen.candles([*steady(16, 0, 10), bar], "5m", start)
            found = (pen.event(candles, "displacement", "bullish", 16, 16),) if positive else ()
            yield chart_case(
                f"facts.displacement.{name}.{pen.slant}",
                f"The bars before {clock(candles, 16)} are 10 ticks high, so their average true range is 10; {why}: "
                f"from {pen.said(bar[0])} to {pen.said(bar[3])} it {'is' if positive else 'is no'} displacement.",
                None, "positive" if positive else "negative", windows_of(candles), pen, definition="displacement",
                said=Said(found, complete={candles.timeframe: _DISPLACEMENT}),
            )  # fmt: skip
    pen = Pen("ES")
    candles = pen.candles([*steady(12, 0, 10), (0, 40, 0, 40)], "5m", "2024-03-13T13:30:00Z")
    yield chart_case(
        "facts.displacement.too-early",
        f"{clock(candles, 12)} runs from {pen.said(0)} to {pen.said(40)}, but only 12 bars stand before it and the "
        "average true range is undefined before 14: a fact that needs it is not made.",
        None, "negative", windows_of(candles), pen, definition="displacement",
        said=Said(complete={candles.timeframe: _DISPLACEMENT}),
    )  # fmt: skip


def _turn(changes: Mapping[int, Bar]) -> list[Bar]:
    return [changes.get(index, bar) for index, bar in enumerate(TURN)]


def _shifts() -> Iterator[Case]:
    drawn = (
        (Pen("EURUSD"), "1m", "2024-03-06T08:10:00Z"), (Pen("XAUUSD", -1), "1m", "2024-07-10T13:05:00Z"),
        (Pen("NQ"), "1m", "2024-11-06T14:35:00Z"), (Pen("USDJPY", -1), "5m", "2024-03-21T06:00:00Z"),
    )  # fmt: skip
    for pen, timeframe, start in drawn:
        candles = pen.candles(TURN, timeframe, start)
        events = (
            pen.event(candles, "sweep", "bullish", SWEPT, SWEPT, -25),
            pen.event(candles, "internal_choch", "bullish", SHIFTED, SHIFTED, -11),
            pen.event(candles, "displacement", "bullish", SHIFTED, SHIFTED),
            pen.event(candles, "mss", "bullish", SHIFTED, GAP_KNOWN, -11),
        )
        gap = pen.zone(candles, "fair_value_gap", "bullish", (-19, -8), SHIFTED, None, GAP_KNOWN)
        yield chart_case(
            f"facts.mss.{pen.symbol.lower()}.{pen.slant}",
            f"{clock(candles, SWEPT)} takes the {pen.word('low', 'high')} of {clock(candles, 5)} at {pen.said(-25)} "
            f"and closes back at {pen.said(-24)}; {clock(candles, SHIFTED)} closes at {pen.said(-6)} beyond the swing "
            f"{pen.word('high', 'low')} at {pen.said(-11)} against the trend, with a body of 14 ticks, and leaves a "
            f"gap from {pen.said(-19)} to {pen.said(-8)} known at {clock(candles, GAP_KNOWN)}: only then is it a "
            f"market "
            "structure shift.",
            None, "positive", windows_of(candles), pen, definition="MSS",
            said=Said(events, (gap,), complete={candles.timeframe: _SHIFT}),
        )  # fmt: skip


def _no_shifts() -> Iterator[Case]:
    drawn: tuple[tuple[str, dict[int, Bar], str], ...] = (
        ("no-gap", {25: (-6, 0, -19, -1)},
         "{t[25]} comes back to {p19}, the end of {t[23]}: no gap is left, so the change of character of {t[24]} at "
         "{c[24]} is no shift"),
        ("no-sweep", {21: (-20, -19, -24, -23), 22: (-23, -20, -25, -24)},
         "{t[22]} stops at {p25}, exactly on the swing of {t[5]}, and takes nothing: the change of character of "
         "{t[24]} "
         "at {c[24]} follows no raid and is no shift"),
        ("run-not-sweep", {22: (-23, -20, -29, -27), 23: (-27, -19, -28, -20)},
         "{t[22]} goes through the swing of {t[5]} at {p25} and closes beyond it, at {c[22]}: a run and no sweep, so "
         "the "
         "change of character of {t[24]} is no shift"),
        ("no-displacement", {23: (-24, -17, -24, -17), 24: (-17, -10, -17, -10), 25: (-10, -3, -10, -3),
                             26: (-3, 3, -3, 2)},
         "the leg up to {t[24]} has bodies of 7 ticks, not 1.5 times the average true range of more than 5: the change "
         "of character at {c[24]}, though it leaves a gap, is no shift"),
        ("wick-only", {24: (-20, -5, -21, -11)},
         "{t[24]} reaches beyond {p11} and closes at {c[24]}, exactly on it: character has not changed, so nothing has "
         "shifted"),
    )  # fmt: skip
    for name, changes, why in drawn:
        for pen, start in ((Pen("GBPUSD"), "2024-02-07T08:10:00Z"), (Pen("ES", -1), "2024-10-09T14:10:00Z")):
            bars = _turn(changes)
            candles = pen.candles(bars, "1m", start)
            change = (pen.event(candles, "internal_choch", "bullish", SHIFTED, SHIFTED, -11),)
            sentence = why.format(
                t=[clock(candles, index) for index in range(len(bars))], c=[pen.said(bar[3]) for bar in bars],
                p11=pen.said(-11), p19=pen.said(-19), p25=pen.said(-25),
            )  # fmt: skip
            yield chart_case(
                f"facts.mss.{name}.{pen.slant}",
                f"A shift takes a sweep, a change of character, displacement and a gap: {sentence}.",
                None, "negative", windows_of(candles), pen, definition="MSS",
                said=Said(() if name == "wick-only" else change, complete={candles.timeframe: _SHIFT}),
            )  # fmt: skip
