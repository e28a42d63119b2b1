"""Near misses of when and where a 2022 model counts, and of the opening price from which a false move is told.

The model is the standing setup's: bar 49 confirms its shift and gap. The fall to the London low closed below an
external low, so the dealing range runs from the London high of 108 ticks to the swept low of 56: its middle is 82.
"""

from functools import partial
from typing import Final, NamedTuple

from evals.cases.case import Case, Chart
from evals.suites.adversarial.near_miss import WAYS, Drawing, Event, Judged, drawn_way, fact_pairs, rule_pair
from evals.suites.textbook.drawing import Bar, Pen, windows_of
from evals.suites.textbook.shift_chart import GAP, SHIFT, SWEEP, ladder
from evals.suites.textbook.standing_setup import setup_bars
from tools.resample import last_close
from tools.timeframes import Timeframe

_BEFORE_GAP, _CONFIRMING = 47, 49
"""Of the standing setup: the bar from whose high its gap begins, and the one whose low ends it."""
_ABOVE_BREAKER: Final[Bar] = (65, 76, 64, 68)
"""In place of the former: the gap then begins over the breaker, so that no unicorn waits in their overlap."""
_STILL: Final[Bar] = (100, 101, 99, 100)
_DIPPING: Final[Bar] = (100, 101, 50, 100)
"""The first bar: a low that the night does not reach, so that it breaks no low of the hours above it."""
_HOURLY_LEG: Final = 480
"""Half the height of the hourly dealing range in ticks: the night lies in its lower half."""
_MIDDLE: Final = 82
_PAIR, _INDEX, _FUTURE = "EURUSD", "NQ", "ES"
_IN_THE_MORNING: Final = ("2024-05-14T20:00-04:00", 3)
"""A chart whose shift is confirmed by the bar of 09:00, in the morning of an index."""
_EXTREME: Final = 99
"""The tick to which the shift's raid goes, from an open of 112."""


class _Bound(NamedTuple):
    """A bound of a kill zone.

    Attributes:
        variant: what is bounded.
        symbol: whose market.
        start: when the chart begins.
        still: of the inside and the outside, how many quarters go by before the standing setup is drawn.
        opens: when the bar that confirms opens then, on the clock of New York.
        because: why the one lies inside and the other does not.
    """

    variant: str
    symbol: str
    start: str
    still: tuple[int, int]
    opens: tuple[str, str]
    because: tuple[str, str]


BOUNDS: Final = (
    _Bound("asia-begins", _PAIR, "2024-05-14T07:00-04:00", (3, 2), ("20:00", "19:45"),
           ("with Asia", "a quarter before Asia")),
    _Bound("asia-ends", _PAIR, "2024-05-14T11:00-04:00", (2, 3), ("23:45", "00:00"),
           ("in Asia's last quarter", "when Asia has ended")),
    _Bound("london-begins", _PAIR, "2024-05-14T13:00-04:00", (3, 2), ("02:00", "01:45"),
           ("with London", "a quarter before London")),
    _Bound("london-ends", _PAIR, "2024-05-14T16:00-04:00", (2, 3), ("04:45", "05:00"),
           ("in London's last quarter", "when London has ended")),
    _Bound("forex-morning-begins", _PAIR, "2024-05-14T18:00-04:00", (3, 2), ("07:00", "06:45"),
           ("with the New York morning", "a quarter before the New York morning")),
    _Bound("forex-close-ends", _PAIR, "2024-05-14T23:00-04:00", (2, 3), ("11:45", "12:00"),
           ("in the last quarter of the London close", "when the London close, which follows the morning, has ended")),
    _Bound("forex-afternoon-begins", _PAIR, "2024-05-15T00:00-04:00", (5, 4), ("13:30", "13:15"),
           ("with the afternoon", "a quarter before the afternoon")),
    _Bound("forex-afternoon-ends", _PAIR, "2024-05-15T03:00-04:00", (2, 3), ("15:45", "16:00"),
           ("in the afternoon's last quarter", "when the afternoon has ended")),
    _Bound("index-morning-begins", _INDEX, "2024-05-14T19:00-04:00", (5, 4), ("08:30", "08:15"),
           ("with the morning of an index", "a quarter before the morning of an index, in that of a pair")),
    _Bound("index-lunch-begins", _INDEX, "2024-05-14T23:00-04:00", (2, 3), ("11:45", "12:00"),
           ("in the last quarter of the London close", "with lunch, when an index is not traded")),
    _Bound("index-afternoon-begins", _INDEX, "2024-05-15T00:00-04:00", (5, 4), ("13:30", "13:15"),
           ("with the afternoon", "a quarter before the afternoon")),
)  # fmt: skip


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    times = [pair for bound in BOUNDS for way in WAYS for pair in _in_time(bound, way)]
    places = [
        pair
        for name, outside in (("model-half", _MIDDLE + 1), ("model-middle", _MIDDLE))
        for way in WAYS
        for pair in _in_place(name, way, outside)
    ]
    openings = partial(fact_pairs, kinds="judas_swing", definition="Judas swing, opening prices")
    return (
        *times,
        *places,
        *openings("judas-midnight", draw=partial(_judas, _MIDNIGHT), timeframe=Timeframe.M15),
        *openings("judas-morning", draw=partial(_judas, _MORNING), timeframe=Timeframe.M1),
        *(pair for way in WAYS for pair in _manipulation(way)),
    )


def model_chart(pen: Pen, start: str, still: int, entry: int | None = None) -> Chart:
    """Draw the standing setup some quarters later, under hours and days that trend its way.

    Args:
        pen: whose market, and which way up.
        start: when the chart begins, on a full hour.
        still: how many quarters go by before the setup, at least one; its shift is known by the bar that opens twelve
            and a quarter hours after them.
        entry: where its gap is entered, in ticks, if the gap is to be the model's only entry.
    """
    bars = setup_bars()
    if entry is not None:
        opened, high, _, close = bars[_CONFIRMING]
        bars[_BEFORE_GAP], bars[_CONFIRMING] = _ABOVE_BREAKER, (opened, high, entry, close)
    base = pen.candles([_DIPPING, *[_STILL] * (still - 1), *bars], Timeframe.M15, start)
    windows = ladder(pen, base, _STILL[0], _HOURLY_LEG)
    return Chart(instrument=pen.instrument, windows=windows, as_of=last_close(base, pen.instrument.trading_day))


def _in_time(bound: _Bound, way: int) -> tuple[Case, Case]:
    pen = Pen(bound.symbol, way)

    def judge(is_inside: bool) -> Judged:
        side = 0 if is_inside else 1
        why = f"The bar that confirms the shift opens at {bound.opens[side]} New York, {bound.because[side]}."
        return Judged(model_chart(pen, bound.start, bound.still[side]), "pass" if is_inside else "fail", why)

    return rule_pair("model-time", f"{bound.variant}-{pen.slant}", "6.5", judge)


def _in_place(threshold: str, way: int, outside: int) -> tuple[Case, Case]:
    pen = Pen(_FUTURE, way)
    half = pen.word("discount, where one buys", "premium, where one sells")
    beyond = "on the middle itself, in neither half" if outside == _MIDDLE else f"a tick past it, out of {half}"

    def judge(is_inside: bool) -> Judged:
        entry = _MIDDLE - 1 if is_inside else outside
        where = f"a tick short of it, in {half}" if is_inside else beyond
        why = f"The range from [56] to [108] has a middle, and the gap is entered at [{entry}]: {where}."
        chart = model_chart(pen, *_IN_THE_MORNING, entry)
        return Judged(chart, "pass" if is_inside else "fail", drawn_way(pen, why))

    return rule_pair(threshold, f"strict-{pen.slant}", "6.5", judge)


class _Opening(NamedTuple):
    """An opening price: when the chart begins that shows it and the one that does not, and how they are said."""

    starts: tuple[str, str]
    said: tuple[str, str]


_MIDNIGHT: Final = _Opening(("2024-05-15T00:00-04:00", "2024-05-15T00:15-04:00"), ("00:00", "00:15"))
_MORNING: Final = _Opening(("2024-05-15T08:30-04:00", "2024-05-15T08:31-04:00"), ("08:30", "08:31"))


def _shown(is_inside: bool) -> list[Bar]:
    """Draw the shift, on the outside without its first bar: the rest opens at the same times."""
    return list(SHIFT if is_inside else SHIFT[1:])


def _judas(opening: _Opening, is_inside: bool) -> Drawing:
    if is_inside:
        why = f"The chart begins at {opening.said[0]} New York with the open of [112], beyond which the raid went."
        return Drawing(_shown(True), why, (Event("judas_swing", "bullish", SWEEP, GAP, _EXTREME),),
                       start=opening.starts[0])  # fmt: skip
    why = (
        f"The chart begins at {opening.said[1]} New York: what the raid went beyond at {opening.said[0]} is not known."
    )
    return Drawing(_shown(False), why, start=opening.starts[1])


def _manipulation(way: int) -> tuple[Case, Case]:
    """Build the pair of the day's stage after the raid and before anything reversed it."""
    pen = Pen(_PAIR, way)

    def judge(is_inside: bool) -> Judged:
        side = 0 if is_inside else 1
        base = pen.candles(_shown(is_inside)[: SWEEP + 1 - side], Timeframe.M15, _MIDNIGHT.starts[side])
        chart = Chart(
            instrument=pen.instrument, windows=windows_of(base), as_of=last_close(base, pen.instrument.trading_day)
        )
        if is_inside:
            why = "The chart shows the open of 00:00 New York, and the raid beyond it took a pool: manipulation."
            return Judged(chart, "pass", why)
        why = "The chart begins at 00:15 New York, so the day's open and what a move means against it are not known."
        return Judged(chart, "not_evaluated", why)

    return rule_pair("stage-midnight", pen.slant, "4.2", judge)
