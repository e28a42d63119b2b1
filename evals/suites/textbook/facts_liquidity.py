"""Fact-only charts: sweeps and runs, equal highs and lows, with their near misses."""

from collections.abc import Iterator
from typing import Final

from agent.labels import EventLabel
from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Said, chart_case, clock, path, windows_of

_TAKEN: Final = frozenset({"sweep", "run"})
_EQUAL: Final = frozenset({"equal_highs", "equal_lows"})

_LOW: Final[list[Bar]] = path(0, (-24, 6), (-6, 6), (-20, 4))
"""The external swing low of -25 on bar 5, confirmed on bar 10; price stands at -20 after bar 15."""


def cases() -> tuple[Case, ...]:
    """Draw them."""
    return (*_takings(), *_equals(), *_unequals())


def _takings() -> Iterator[Case]:
    drawn: tuple[tuple[str, list[Bar], str | None, str], ...] = (
        ("back-at-once", [(-20, -19, -29, -23), (-23, -18, -24, -19)], "+sweep",
         "{t[16]} trades {below} it to {l[16]} and closes back at {c[16]}: the stops were hunted, a sweep"),
        ("one-tick-through", [(-20, -19, -26, -22), (-22, -18, -23, -19)], "+sweep",
         "{t[16]} reaches one tick {below} it, {l[16]}, which takes it, and closes back at {c[16]}: a sweep"),
        ("closed-beyond", [(-20, -19, -29, -27), (-27, -20, -28, -21)], "-run",
         "{t[16]} trades {below} it and closes at {c[16]}, still {below} it: a run, which the close of {t[17]} back at "
         "{c[17]} makes no sweep, for it must come with the bar that took it"),
        ("closed-on-it", [(-20, -19, -29, -25), (-25, -20, -26, -21)], "-run",
         "{t[16]} trades {below} it and closes exactly on it, which is not back inside: a run"),
        ("only-touched", [(-20, -19, -25, -23), (-23, -18, -24, -19)], None,
         "{t[16]} stops exactly on it at {l[16]}: a pool is taken by trading through it, so it still rests"),
    )  # fmt: skip
    starts = ("2024-03-06T08:10:00Z", "2024-08-07T08:10:00Z")
    for name, tail, kind, why in drawn:
        for pen, start in ((Pen("EURUSD"), starts[0]), (Pen("XAUUSD", -1), starts[1])):
            bars = [*_LOW, *tail]
            candles = pen.candles(bars, "1m", start)
            found: tuple[EventLabel, ...] = ()
            if kind is not None:
                found = (pen.event(candles, kind[1:], "bullish" if kind[0] == "+" else "bearish", 16, 16, -25),)
            sentence = why.format(
                t=[clock(candles, index) for index in range(len(bars))], l=[pen.said(bar[2]) for bar in bars],
                c=[pen.said(bar[3]) for bar in bars], below=pen.word("below", "above"),
            )  # fmt: skip
            yield chart_case(
                f"facts.{kind[1:] if kind else 'sweep'}.{name}.{pen.slant}",
                f"{pen.word('Sell', 'Buy')}-side liquidity rests {pen.word('below the low', 'above the high')} of "
                f"{clock(candles, 5)} at {pen.said(-25)}, an external swing; {sentence}.",
                None, "positive" if kind == "+sweep" else "negative", windows_of(candles), pen,
                definition="liquidity pool", said=Said(found, complete={candles.timeframe: _TAKEN}),
            )  # fmt: skip


def _tops(second: int, between: int = 6) -> list[Bar]:
    """Draw bars 10 high with a high of 30 on bar 15 and one of `second` on bar 19, and `between` on bar 17.

    The average true range is 10 up to the first high and within a tenth of 10 and 13 after it: a tenth is over one
    tick and under two.
    """
    even: list[Bar] = [(20, 25, 15, 20)] * 15
    return [
        *even, (20, 30, 20, 25), (25, 27, 17, 20), (20, between, 16, 20), (20, 26, 16, 22),
        (22, second, 18, 24), (24, 26, 16, 20), (20, 24, 14, 18), (18, 22, 12, 16),
    ]  # fmt: skip


def _equals() -> Iterator[Case]:
    for second, name in ((30, "same-price"), (29, "one-tick-lower"), (31, "one-tick-higher")):
        for pen, start in ((Pen("NQ"), "2024-03-06T17:05:00Z"), (Pen("BTCUSD", -1), "2024-11-20T03:10:00Z")):
            candles = pen.candles(_tops(second, 26), "1m", start)
            end = pen.word("high", "low")
            found = (pen.event(candles, "equal_highs", "bearish", 19, 21, max(30, second)),)
            yield chart_case(
                f"facts.equal-levels.{name}.{pen.slant}",
                f"The swing {end}s of {clock(candles, 15)} at {pen.said(30)} and {clock(candles, 19)} at "
                f"{pen.said(second)} lie at most a tenth of the average true range apart, which is a little over 10 "
                f"ticks, with no bar between them beyond: equal {end}s, known at {clock(candles, 21)}.",
                None, "positive", windows_of(candles), pen, definition="liquidity pool, equal",
                said=Said(found, complete={candles.timeframe: _EQUAL}),
            )  # fmt: skip


def _unequals() -> Iterator[Case]:
    for second, name in ((28, "two-ticks-lower"), (32, "two-ticks-higher")):
        for pen, start in ((Pen("ES"), "2024-03-06T17:05:00Z"), (Pen("NQ", -1), "2024-07-17T16:05:00Z")):
            candles = pen.candles(_tops(second, 26), "1m", start)
            end = pen.word("high", "low")
            yield chart_case(
                f"facts.equal-levels.{name}.{pen.slant}",
                f"The swing {end}s of {clock(candles, 15)} at {pen.said(30)} and {clock(candles, 19)} at "
                f"{pen.said(second)} lie two ticks apart, more than a tenth of an average true range of about 10: "
                f"they "
                "are not equal.",
                None, "negative", windows_of(candles), pen, definition="liquidity pool, equal",
                said=Said(complete={candles.timeframe: _EQUAL}),
            )  # fmt: skip
    for pen, start in ((Pen("GBPUSD"), "2024-03-06T17:05:00Z"), (Pen("USDJPY", -1), "2024-07-17T16:05:00Z")):
        candles = pen.candles(_tops(30, 34), "1m", start)
        end = pen.word("high", "low")
        yield chart_case(
            f"facts.equal-levels.bar-between.{pen.slant}",
            f"{clock(candles, 15)} and {clock(candles, 19)} both stop at {pen.said(30)}, but {clock(candles, 17)} "
            f"went to {pen.said(34)} between them and cleared what rested there, so these are no equal {end}s.",
            None, "negative", windows_of(candles), pen, definition="liquidity pool, equal",
            said=Said(complete={candles.timeframe: _EQUAL}),
        )  # fmt: skip
