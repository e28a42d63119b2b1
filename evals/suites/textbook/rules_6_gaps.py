"""Charts of rules 6.2 and 6.3: the gap that displacement left, and the one that followed a sweep."""

from collections.abc import Sequence
from typing import Any, Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity
from evals.suites.textbook.marks import Event, Marks, Trade, Zone
from evals.suites.textbook.shift_chart import SHIFT, redrawn, walked
from tools.timeframes import Timeframe

_START: Final = "2026-05-13 00:00"
_DOWN: Final = -1
_IDLE: Final[list[Bar]] = [(102, 104, 101, 103), (103, 104, 101, 102), (102, 104, 101, 103)]
_SMALL: Final[list[Bar]] = [
    (102, 108, 102, 106), (106, 110, 105, 109), (109, 111, 107, 110), (110, 112, 108, 109), (109, 111, 108, 110),
]  # fmt: skip
"""A rise in small candles that leaves the gap 104 to 105 after a bar with its high at 104."""
_HELD_LOW: Final = {31: (103, 104, 101, 103)}
_RUN: Final = {31: (103, 104, 99, 100), 32: (100, 114, 100, 113)}


def cases() -> tuple[Case, ...]:
    """Return the charts, positives of each rule first."""
    return (*_displaced(), *_after_sweeps(), *_silver_bullets())


def _gap(edges: tuple[int, int] = (104, 107), known: int = 33, until: int | None = None) -> tuple[Zone, ...]:
    return (("fair_value_gap", "bullish", edges, known - 1, until, known),)


def _displaced() -> tuple[Case, ...]:
    displacement: Event = ("displacement", "bullish", 32, 32, None)
    small, long_wick = [*SHIFT[:32], *_SMALL], {32: (102, 120, 102, 113)}
    back, stopped = (114, 114, 107, 112), (112, 112, 98, 99)
    return (
        _fvg(
            "gap-of-displacement", "positive", SHIFT, Pen(),
            "@32 ran from [102] to [113], more than twice the ATR of about 4.7, and closed a tick from its end; its "
            "gap with the edge [107] was not entered.",
            Marks(events=(displacement,), zones=_gap(), complete=("displacement",)),
        ),
        _fvg(
            "no-sweep-is-asked-for", "positive", redrawn(_HELD_LOW), Pen("NQ"),
            "Nothing was swept, @31 held [101] to the tick, but displacement left the gap from [104] to [107] all the "
            "same.",
            Marks(events=(displacement,), zones=_gap(), rules={"6.3": "fail"}),
        ),
        _fvg(
            "gap-of-displacement-bearish", "positive", SHIFT, Pen("XAUUSD", _DOWN),
            "The body from [102] to [113] at @32 is displacement {up|down}, the limit at [107] has not traded.",
            Marks(events=(displacement,), zones=_gap()),
        ),
        _fvg(
            "gap-without-displacement", "negative", small, Pen(),
            "The gap from [104] to [105] is there and fresh, but the body of @32 is 4 ticks where one and a half ATR "
            "are 7.",
            Marks(zones=_gap((104, 105)), rules={"5.2": "pass"}, complete=("displacement",)),
        ),
        _fvg(
            "close-outside-the-outer-third", "negative", redrawn(long_wick), Pen("GBPUSD", _DOWN),
            "@32 is large, yet it closed at [113] of [102] to [120], 7 of 18 ticks from its end: not in the outer "
            "third, so no displacement.",
            Marks(zones=_gap(), complete=("displacement",)),
        ),
        _fvg(
            "entry-traded", "negative", redrawn({}, [back]), Pen("ES"),
            "@37 came back to [107], the near edge of the gap: the limit has traded and the setup is stale.",
            Marks(zones=_gap(), rules={"5.2": "pass"}),
        ),
        _fvg(
            "stop-hit-since", "negative", redrawn({}, [back, stopped]), Pen("USDJPY", _DOWN),
            "@37 traded at [107] and @38 at [98], beyond the three candles' extreme of [99]: entered and stopped.",
            Marks(zones=_gap(until=38)),
        ),
        _fvg(
            "wicks-meet", "negative", redrawn({33: (113, 117, 104, 116)}), Pen("NQ"),
            "@32 is displacement, but @33 reached back to [104], the {high|low} of @31: it left no gap to enter.",
            Marks(events=(displacement,)),
        ),
    )  # fmt: skip


def _fvg(name: str, polarity: Polarity, bars: Sequence[Bar], pen: Pen, why: str, marks: Marks) -> Case:
    definition = "setups, FVG 6.2"
    return walked(f"6.2-{name}", "6.2", polarity, why, bars, _START, pen, definition, marks=marks)


def _after_sweeps() -> tuple[Case, ...]:
    sweep: Event = ("sweep", "bullish", 31, 31, 101)
    second = [(114, 114, 105, 106), (106, 108, 105, 107), (107, 118, 107, 117), (117, 120, 109, 118)]
    again = [(118, 119, 113, 115), (115, 118, 112, 117)]
    late, too_late = _delayed(19), _delayed(20)
    traded, stopped = (114, 114, 107, 112), (112, 112, 98, 99)
    return (
        _sequence(
            "sweep-then-gap", "positive", SHIFT, Pen(),
            "@31 swept [101] as far as [99] and closed back at [102], the next bar displaced price, @33 confirmed the "
            "gap with the edge [107]: the sequence stands.",
            Marks(events=(sweep,), zones=_gap()),
        ),
        _sequence(
            "sweep-then-gap-bearish", "positive", SHIFT, Pen("GBPUSD", _DOWN),
            "The raid on [101] ended at [99] (@31); displacement to [113] left a gap whose near edge, [107], waits.",
            Marks(events=(sweep,), zones=_gap()),
        ),
        _sequence(
            "second-gap-of-the-leg", "positive", redrawn({}, [*second, *again]), Pen("XAUUSD"),
            "The first gap was entered at [107] (@37), but @39 displaced again and @40 left [108] to [109], nine bars "
            "after the sweep of @31 and untouched: that one is offered.",
            Marks(
                events=(sweep,), zones=_gap((108, 109), 40), rules={"6.5": "fail"},
                decision=("TRADE_NOW", "6.3"), trade=Trade(109, 99, 40, (123, 131), "6.3"),
            ),
            start="2026-05-12 23:00",
        ),
        _sequence(
            "twenty-bars-after-the-sweep", "positive", late, Pen("ES"),
            "Between the sweep of @31 and the gap's middle candle lie exactly twenty bars, the most that still join "
            "the two.",
            Marks(events=(sweep,)),
        ),
        _sequence(
            "twenty-one-bars-after-the-sweep", "negative", too_late, Pen("ES"),
            "The gap's middle candle comes twenty-one bars after the sweep of @31: one bar too many to belong to it.",
            Marks(events=(sweep,), rules={"6.2": "pass"}),
        ),
        _sequence(
            "nothing-swept", "negative", redrawn(_HELD_LOW), Pen("NQ"),
            "@31 traded at [101] and not through it: resting liquidity that is only touched is not taken.",
            Marks(complete=("sweep",), rules={"6.2": "pass"}),
        ),
        _sequence(
            "run-and-not-a-sweep", "negative", redrawn(_RUN), Pen("USDJPY", _DOWN),
            "@31 took [101] and closed beyond it, at [100]: a run on liquidity that was not reclaimed on its bar.",
            Marks(events=(("run", "bearish", 31, 31, 101),), complete=("sweep",)),
        ),
        _sequence(
            "entry-traded", "negative", redrawn({}, [traded]), Pen("GBPUSD"),
            "@37 traded at [107], the near edge: whoever waited is in, and nobody else is offered it.",
            Marks(events=(sweep,), zones=_gap()),
        ),
        _sequence(
            "stop-hit-since", "negative", redrawn({}, [traded, stopped]), Pen("EURUSD", _DOWN),
            "@38 traded at [98], beyond the swept extreme of [99]: the idea was proved wrong after it was entered.",
            Marks(zones=_gap(until=38)),
        ),
    )  # fmt: skip


def _delayed(bars: int) -> list[Bar]:
    """Draw the displacement so many bars later than right after the sweep."""
    idle = [_IDLE[index % 2] for index in range(bars)]
    opened = idle[-1][3]
    return [*SHIFT[:32], *idle, (opened, 114, 102, 113), *SHIFT[33:]]


def _silver_bullets() -> tuple[Case, ...]:
    small = [*SHIFT[:32], *_SMALL]
    inside, outside = [*SHIFT[:32], *_IDLE[:2], *_SMALL], [*SHIFT[:32], *_IDLE, *_SMALL]
    early: dict[str, Any] = {"start": "2026-05-13 02:00"}
    five: dict[str, Any] = {"start": "2026-05-13 08:00", "frame": Timeframe.M5}
    return (
        _sequence(
            "silver-bullet", "positive", small, Pen("NQ"),
            "The sweep of @31 was followed by a gap whose middle and last candle, @32 and @33, both open between 10:00 "
            "and 11:00: a silver bullet needs no displacement.",
            Marks(zones=_gap((104, 105)), rules={"6.2": "fail"}), **early,
        ),
        _sequence(
            "silver-bullet-in-its-last-bar", "positive", inside, Pen("ES", _DOWN),
            "The gap is confirmed by the bar of @35, which closes as the hour from 10:00 ends: both of its candles "
            "opened inside.",
            Marks(zones=_gap((104, 105), 35)), **early,
        ),
        _sequence(
            "silver-bullet-on-five-minutes", "positive", inside, Pen(),
            "@34 and @35 are the last two 5m bars of the hour from 10:00; the gap they leave from [104] to [105] is a "
            "silver bullet's.",
            Marks(zones=_gap((104, 105), 35)), **five,
        ),
        _sequence(
            "small-candles-outside-the-hour", "negative", small, Pen("NQ"),
            "The gap of @32 came after a sweep but in small candles, and 08:00 is no silver bullet hour.",
            Marks(zones=_gap((104, 105)), rules={"6.2": "fail"}),
        ),
        _sequence(
            "confirmed-at-eleven", "negative", outside, Pen("ES", _DOWN),
            "The gap's middle candle opens at @35 but its last at @36, when the hour from 10:00 is over: half-open "
            "windows end before 11:00.",
            Marks(zones=_gap((104, 105), 36)), **early,
        ),
        _sequence(
            "confirmed-at-eleven-on-five-minutes", "negative", outside, Pen(),
            "@35 is the hour's last 5m bar, @36 the first after it: a gap that is confirmed by it is no silver "
            "bullet's.",
            Marks(zones=_gap((104, 105), 36)), **five,
        ),
    )  # fmt: skip


def _sequence(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    why: str,
    marks: Marks,
    start: str = _START,
    frame: Timeframe = Timeframe.M15,
) -> Case:
    definition = "setups, sweep to displacement to FVG 6.3, silver bullet"
    return walked(f"6.3-{name}", "6.3", polarity, why, bars, start, pen, definition, marks=marks, frame=frame)
