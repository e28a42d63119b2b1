"""Fact-only charts: swings and breaks of structure, with their near misses."""

from collections.abc import Iterator
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Said, chart_case, clock, windows_of
from tools.candles import Candles

_SWINGS: Final = frozenset({"internal_swing"})
_BREAKS: Final = frozenset({"internal_bos", "internal_choch"})
_EXTERNAL: Final = frozenset({"external_swing"})

_PEAK: Final[list[Bar]] = [
    (0, 3, -1, 2), (2, 5, 1, 4), (4, 9, 3, 6), (6, 8, 4, 5), (5, 6, 2, 3),
    (3, 4, 1, 2), (2, 3, 0, 1), (1, 2, -1, 0), (0, 1, -2, -1), (-1, 0, -3, -2),
]  # fmt: skip
"""A high of 9 on bar 2 with falling highs after it; no low has two higher lows after it."""

_FALL_AND_TURN: Final[list[Bar]] = [
    (20, 21, 17, 18), (18, 19, 14, 15), (15, 16, 10, 12), (12, 15, 11, 14), (14, 18, 13, 17),
    (17, 18, 12, 13), (13, 14, 8, 9), (9, 10, 4, 5), (5, 9, 4, 8), (8, 12, 7, 11),
    (11, 12, 7, 8), (8, 9, 5, 6), (6, 11, 5, 10),
]  # fmt: skip
"""Low 10 on bar 2, high 18 on bar 4, a close of 9 below that low on bar 6, low 4 on bar 7, high 12 on bar 9."""


def cases() -> tuple[Case, ...]:
    """Draw them."""
    return (*_swings(), *_external_swings(), *_breaks(), *_changes())


def _changed(bars: list[Bar], **changes: Bar) -> list[Bar]:
    """Replace bars, each named ``b`` and its number."""
    return [changes.get(f"b{index}", bar) for index, bar in enumerate(bars)]


def _swing(name: str, pen: Pen, bars: list[Bar], at: int | None, start: str, why: str, *, positive: bool) -> Case:
    """Make a chart on which the only internal swing, a high if upright, stands on bar `at`."""
    candles = pen.candles(bars, "15m", start)
    found = () if at is None else (pen.event(candles, "internal_swing", "bearish", at, at + 2, bars[at][1]),)
    times = [clock(candles, index) for index in range(len(bars))]
    sentence = why.format(t=times, end=pen.word("high", "low"), beyond=pen.word("above", "below"),
                          p=[pen.said(bar[1]) for bar in bars])  # fmt: skip
    return chart_case(
        f"facts.swing.{name}.{pen.slant}", sentence, None, "positive" if positive else "negative", windows_of(candles),
        pen, definition="swing", said=Said(found, complete={candles.timeframe: _SWINGS}),
    )  # fmt: skip


def _swings() -> Iterator[Case]:
    morning, evening = "2024-03-06T13:00:00Z", "2024-07-10T18:00:00Z"
    for pen, start in ((Pen("EURUSD"), morning), (Pen("NQ", -1), evening)):
        yield _swing(
            "confirmed", pen, _PEAK, 2, start,
            "The {end} of {t[2]} at {p[2]} stands {beyond} the two before it ({p[0]}, {p[1]}) and the two after it "
            "({p[3]}, {p[4]}), so it is a swing {end}, known at the close of {t[4]} and not before.",
            positive=True,
        )  # fmt: skip
    for pen, start in ((Pen("XAUUSD"), evening), (Pen("USDJPY", -1), morning)):
        yield _swing(
            "first-of-equals", pen, _changed(_PEAK, b3=(6, 9, 4, 5)), 2, start,
            "{t[2]} and {t[3]} reach {p[2]} both; of equal {end}s the first wins, so the swing {end} is drawn on "
            "{t[2]} and {t[3]} is none.",
            positive=True,
        )  # fmt: skip
    for pen, start in ((Pen("BTCUSD"), evening), (Pen("GBPUSD", -1), morning)):
        yield _swing(
            "outdone", pen, _changed(_PEAK, b4=(5, 10, 2, 3)), 4, start,
            "The {end} of {t[2]} at {p[2]} is outdone by {t[4]} at {p[4]}, within the two bars after it, so it is no "
            "swing {end}; {t[4]} is one, known at the close of {t[6]}.",
            positive=False,
        )  # fmt: skip
    edge = [(-6 + i, -5 + i, -8 + i, -6 + i) for i in range(8)] + [(2, 9, 0, 6), (6, 8, 4, 5)]
    for pen, start in ((Pen("EURUSD"), evening), (Pen("ES", -1), morning)):
        yield _swing(
            "at-the-edge", pen, edge, None, start,
            "The {end} of {t[8]} at {p[8]} has one bar after it, {t[9]}, and a swing needs two to be confirmed: at "
            "the end of the chart it is not a swing {end} yet, and none is invented.",
            positive=False,
        )  # fmt: skip
    first = [(9, 12, 8, 9), *_PEAK[3:], *[(-2 - i, -1 - i, -4 - i, -3 - i) for i in range(3)]]
    for pen, start in ((Pen("GBPUSD"), morning), (Pen("BTCUSD", -1), evening)):
        yield _swing(
            "first-bar", pen, first, None, start,
            "{t[0]} has the most extreme {end}, {p[0]}, but no bars before it: nobody knows whether it turned there, "
            "so no swing {end} is invented at the start of the chart.",
            positive=False,
        )  # fmt: skip


def _external_swings() -> Iterator[Case]:
    rise = [(i, i + 2, i - 1, i + 1) for i in range(6)]
    for after, pens in ((5, (Pen("EURUSD"), Pen("NQ", -1))), (4, (Pen("XAUUSD"), Pen("EURUSD", -1)))):
        fall = [(6 - i, 7 - i, 4 - i, 5 - i) for i in range(after)]
        bars: list[Bar] = [*rise, (6, 10, 5, 6), *fall]
        for pen in pens:
            candles = pen.candles(bars, "1h", "2024-10-30T09:00:00Z")
            end = pen.word("high", "low")
            told = f"the {end} of {clock(candles, 6)} at {pen.said(10)} is the most extreme of its five bars before"
            found = (pen.event(candles, "external_swing", "bearish", 6, 11, 10),) if after == 5 else ()
            yield chart_case(
                f"facts.external-swing.{'five' if after == 5 else 'four'}-bars-after.{pen.slant}",
                f"External swings need five bars a side, and {told} and of all five after it, up to "
                f"{clock(candles, 11)}." if after == 5 else
                f"External swings need five bars a side; {told}, but only four bars stand after it, so it is internal.",
                None, "positive" if after == 5 else "negative", windows_of(candles), pen, definition="swing",
                said=Said(found, complete={candles.timeframe: _EXTERNAL}),
            )  # fmt: skip


def _break(
    name: str, pen: Pen, bars: list[Bar], found: tuple[tuple[str, int, int], ...], timeframe: str, start: str, why: str
) -> Case:
    """Make a chart with these breaks, ``(kind, bar, price broken)``, and no other; the way of each as upright."""
    candles: Candles = pen.candles(bars, timeframe, start)
    events = tuple(
        pen.event(candles, kind.lstrip("+-"), "bullish" if kind[0] == "+" else "bearish", at, at, price)
        for kind, at, price in found
    )
    sentence = why.format(
        t=[clock(candles, index) for index in range(len(bars))], o=[pen.said(one[0]) for one in bars],
        h=[pen.said(one[1]) for one in bars], l=[pen.said(one[2]) for one in bars],
        c=[pen.said(one[3]) for one in bars],
        high=pen.word("high", "low"), low=pen.word("low", "high"), above=pen.word("above", "below"),
        below=pen.word("below", "above"), up=pen.word("up", "down"), down=pen.word("down", "up"),
    )  # fmt: skip
    return chart_case(
        f"facts.break.{name}.{pen.slant}", sentence, None, "positive" if events else "negative", windows_of(candles),
        pen, definition="structure break", said=Said(events, complete={candles.timeframe: _BREAKS}),
    )  # fmt: skip


def _breaks() -> Iterator[Case]:
    dip: list[Bar] = [*_PEAK[:7], (1, 6, 0, 5), (5, 9, 4, 8), (8, 11, 7, 10), (10, 13, 9, 12)]
    # the swing low of bar 6 or 7 at 0 is confirmed with bar 8; nothing closes below it
    for pen, start in ((Pen("EURUSD"), "2024-03-12T07:00:00Z"), (Pen("NQ", -1), "2024-11-05T14:00:00Z")):
        yield _break(
            "close-beyond", pen, dip, (("+internal_bos", 9, 9),), "5m", start,
            "The swing {high} of {t[2]} at {h[2]} is confirmed at {t[4]}; {t[8]} only touches it, and {t[9]} is the "
            "first to close {above} it, at {c[9]}: with no trend before, a break of structure.",
        )  # fmt: skip
    touch = [*dip[:9], (8, 12, 7, 9), (9, 10, 6, 7)]
    for pen, start in ((Pen("XAUUSD"), "2024-06-12T12:30:00Z"), (Pen("ES", -1), "2024-01-17T15:00:00Z")):
        yield _break(
            "wick-only", pen, touch, (), "5m", start,
            "{t[9]} pokes through the swing {high} of {t[2]} ({h[2]}) to {h[9]} but closes at {c[9]}, on the level "
            "and not {above} it: a wick is no break, and neither is a close exactly on the swing.",
        )  # fmt: skip
    replaced: list[Bar] = [
        *_PEAK[:7], (1, 4, 0, 3), (3, 6, 2, 4), (4, 5, 1, 2), (2, 4, 1, 3), (3, 8, 2, 7), (7, 11, 6, 10),
        (10, 11, 8, 9),
    ]  # fmt: skip
    for pen, start in ((Pen("USDJPY"), "2024-03-06T00:00:00Z"), (Pen("BTCUSD", -1), "2024-08-14T09:00:00Z")):
        yield _break(
            "newer-swing-replaces", pen, replaced, (("+internal_bos", 11, 6),), "15m", start,
            "The {high} of {t[8]} at {h[8]}, confirmed at {t[10]}, replaces the one of {t[2]} at {h[2]}: the close of "
            "{t[11]} at {c[11]} breaks it, and the close of {t[12]} {above} {h[2]} breaks nothing, for nobody watches "
            "that one any more.",
        )  # fmt: skip
    for pen, start in ((Pen("GBPUSD"), "2024-04-03T08:00:00Z"), (Pen("USDJPY", -1), "2024-10-02T01:00:00Z")):
        again: list[Bar] = [*dip[:10], (10, 11, 7, 8), (8, 12, 7, 11), (11, 14, 10, 13)]
        yield _break(
            "once-only", pen, again, (("+internal_bos", 9, 9),), "15m", start,
            "The close of {t[9]} at {c[9]} breaks the swing {high} of {t[2]} ({h[2]}) and uses it up; {t[10]} closes "
            "back {below} it and {t[11]} {above} it again at {c[11]}, which is no second break.",
        )  # fmt: skip


def _changes() -> Iterator[Case]:
    down = ("-internal_bos", 6, 10)
    turn: list[Bar] = [*_FALL_AND_TURN, (10, 15, 9, 14), (14, 16, 12, 15)]
    for pen, start in ((Pen("EURUSD"), "2024-03-27T08:00:00Z"), (Pen("BTCUSD", -1), "2024-12-04T16:00:00Z")):
        yield _break(
            "change-of-character", pen, turn, (down, ("+internal_choch", 13, 12)), "15m", start,
            "{t[6]} closed {below} the swing {low} of {t[2]} ({l[2]}), so the trend is {down}; the close of {t[13]} "
            "at {c[13]} {above} the swing {high} of {t[9]} ({h[9]}) goes against it: a change of character.",
        )  # fmt: skip
    on: list[Bar] = [*_FALL_AND_TURN[:12], (6, 7, 2, 3), (3, 4, 0, 1)]
    for pen, start in ((Pen("NQ"), "2024-05-08T14:00:00Z"), (Pen("XAUUSD", -1), "2024-02-14T09:00:00Z")):
        yield _break(
            "continuation", pen, on, (down, ("-internal_bos", 12, 4)), "15m", start,
            "After the break of {t[6]} the trend is {down}; the close of {t[12]} at {c[12]} beyond the next swing "
            "{low} ({l[7]} at {t[7]}) goes the same way, a break of structure and no change of character.",
        )  # fmt: skip
    held: list[Bar] = [*_FALL_AND_TURN, (10, 14, 8, 12), (12, 13, 8, 9)]
    for pen, start in ((Pen("ES"), "2024-09-11T13:30:00Z"), (Pen("GBPUSD", -1), "2024-01-31T12:00:00Z")):
        yield _break(
            "no-change-on-a-wick", pen, held, (down,), "15m", start,
            "The trend is {down} since {t[6]}; {t[13]} reaches {h[13]}, {above} the swing {high} of {t[9]} ({h[9]}), "
            "but closes at {c[13]}, exactly on it, so character has not changed.",
        )  # fmt: skip
