"""Charts of rules 6.1 and 6.4: the optimal trade entry of the dealing range, and of the leg that shifted structure."""

from collections.abc import Sequence
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, trending
from evals.suites.textbook.marks import Event, Marks, Trade, Zone
from evals.suites.textbook.shift_chart import SHIFT, enlarged, redrawn, walked
from rulebook.verdict import Outcome

_START: Final = "2026-05-13 00:00"
_DOWN: Final = -1
_RANGE: Final[Zone] = ("dealing_range", "bullish", (495, 595), 31, None, 36)


def cases() -> tuple[Case, ...]:
    """Return the charts, positives of each rule first."""
    return (*_of_the_range(), *_waiting(), *_of_the_shift())


def _entering(edge: int, opening: int = 520) -> list[Bar]:
    """Draw the shift five times as tall, its dealing range 495 to 595, with a gap from `opening` to `edge`."""
    sweep = (min(515, opening), opening, 495, 510)
    return redrawn({31: sweep, 33: (565, 585, edge, 580), 34: (580, 595, 560, 565)}, bars=enlarged(SHIFT, 5))


def _of_the_range() -> tuple[Case, ...]:
    return (
        _ote(
            "exactly-at-the-shallow-edge", "positive", _entering(533), Pen("NQ"),
            "The range runs from [495] to [595], the limit waits at the gap's edge [533]: 62 of 100 ticks given back, "
            "the first that is optimal.",
        ),
        _ote(
            "at-seventy", "positive", _entering(525), Pen("GBPUSD", _DOWN),
            "An entry at [525] gives back 70 of the range's 100 ticks from [595], between 62 and 79.",
        ),
        _ote(
            "exactly-at-the-deep-edge", "positive", _entering(516, 512), Pen("ES"),
            "The limit at [516] gives back 79 of the 100 ticks between [495] and [595]: the last that is optimal.",
        ),
        _ote(
            "one-tick-too-shallow", "negative", _entering(534), Pen("NQ"),
            "The limit at [534] gives back 61 of the 100 ticks between [595] and [495]: one tick short of the zone.",
        ),
        _ote(
            "one-tick-too-deep", "negative", _entering(515, 512), Pen("ES"),
            "The limit at [515] gives back 80 of 100 ticks: a tick past the zone, which ends at [516].",
        ),
        _ote(
            "half-way-only", "negative", _entering(543), Pen("XAUUSD", _DOWN),
            "From [595] to the limit at [543] is 52 of 100 ticks: about half-way, where nothing is cheap yet.",
        ),
    )  # fmt: skip


def _ote(name: str, polarity: Polarity, bars: Sequence[Bar], pen: Pen, why: str) -> Case:
    in_time: Outcome = "pass" if pen.instrument.kill_zones == "forex" else "fail"  # the shift of 08:15, before 08:30
    marks = Marks(zones=(_RANGE,), rules={"6.3": "pass", "6.5": in_time})
    definition = "OTE, dealing range"
    return walked(f"6.1-{name}", "6.1", polarity, why, bars, _START, pen, definition, marks=marks, size=400)


def _waiting() -> tuple[Case, ...]:
    """Draw dealing ranges 100 ticks tall that price comes back in, no other model in sight."""
    shallow, half, deep = trending(100, 49, 0.4), trending(100, 49, 0.5), trending(100, 49, 0.75)
    return (
        _own(
            "sweet-spot-waits", "positive", half, Pen(), (71, 88), None,
            "The impulse from [50] ended in the {high|low} of [150] at @24; price is back at [100] and the sweet spot, "
            "70.5 percent of the way back, still waits.",
        ),
        _own(
            "sweet-spot-waits-bearish", "positive", shallow, Pen("USDJPY", _DOWN), (61, 78), None,
            "Of the range from [40] to [140] price has given back 40 ticks; the optimal trade entry from [78] to [61] "
            "lies ahead, untouched.",
        ),
        _own(
            "sweet-spot-traded", "negative", deep, Pen(), (96, 113), "not_evaluated",
            "Of the range from [75] to [175] the sweet spot, 70.5 percent of the way back, traded on the way to "
            "[100]: it is no longer offered, and no other entry stands to be placed.",
        ),
    )  # fmt: skip


def _own(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    edges: tuple[int, int],
    outcome: Outcome | None,
    why: str,
) -> Case:
    marks = Marks(zones=(("ote", "bullish", edges, 14, None, 30),), complete=("ote",))
    definition = "OTE, setups 6.1"
    return walked(
        f"6.1-{name}", "6.1", polarity, why, bars, _START, pen, definition, marks=marks, outcome=outcome, size=400
    )


def _of_the_shift() -> tuple[Case, ...]:
    shift: Event = ("mss", "bullish", 32, 33, 109)
    touched, sweet, stopped = (114, 114, 105, 112), (114, 114, 104, 112), (112, 112, 98, 99)
    unbroken: dict[int, Bar] = {
        32: (101, 109, 101, 109), 33: (109, 109, 106, 108), 34: (108, 109, 107, 108), 35: (108, 109, 107, 109),
        36: (109, 109, 107, 108),
    }  # fmt: skip
    small: dict[int, Bar] = {32: (102, 108, 102, 106), 33: (106, 110, 105, 109), 34: (109, 112, 107, 111)}
    return (
        _mss(
            "sweet-spot-not-reached", "positive", SHIFT, Pen(),
            "@32 closed through [109] and shifted structure; 70.5 % of the leg from [99] to [117] is a little above "
            "[104], where price has not been since.",
            Marks(events=(shift,), complete=("mss",)),
        ),
        _mss(
            "sweet-spot-not-reached-bearish", "positive", SHIFT, Pen("NQ", _DOWN),
            "The close at [113] (@32) beyond [109] shifted structure {up|down}; price has not come back beyond [107].",
            Marks(events=(shift,), complete=("mss",)),
        ),
        _mss(
            "offered-once-the-gap-was-entered", "positive", redrawn({}, [touched]), Pen(),
            "@37 came back to [105]: the gap's limit at [107] has traded, the sweet spot at 70.5 % of [99] to [117] "
            "has not, so this model is the one offered.",
            Marks(
                events=(shift,), rules={"6.5": "fail", "6.3": "fail"}, decision=("TRADE_NOW", "6.4"),
                trade=Trade(117 - 0.705 * 18, 99, 33, (123,), "6.4"),
            ),
            start="2026-05-12 23:00",
        ),
        _mss(
            "sweet-spot-traded", "negative", redrawn({}, [sweet]), Pen(),
            "@37 traded at [104], past 70.5 % of the leg from [99] to [117]: the entry has traded, the setup is stale.",
            Marks(events=(shift,)),
        ),
        _mss(
            "stop-hit-since", "negative", redrawn({}, [sweet, stopped]), Pen("GBPUSD", _DOWN),
            "After the entry traded @38 went beyond the leg's origin of [99] to [98]: stopped.",
            Marks(events=(shift,)),
        ),
        _mss(
            "no-close-through", "negative", redrawn(unbroken), Pen("ES"),
            "Sweep, displacement and gap are there, but the best close is [109], the very price of the lower "
            "{high|low}: structure has not shifted.",
            Marks(complete=("mss",), rules={"6.3": "pass"}),
        ),
        _mss(
            "shift-without-displacement", "negative", redrawn(small), Pen("XAUUSD"),
            "The close at [111] broke [109] after a sweep, but in candles of 5 ticks and less: a change of character "
            "and no more.",
            Marks(complete=("mss", "displacement"), rules={"2.3": "fail"}),
        ),
        _mss(
            "shift-without-a-sweep", "negative", redrawn({31: (103, 104, 101, 103)}), Pen("USDJPY", _DOWN),
            "@32 broke [109] with displacement, but @31 held [101] to the tick: no liquidity was swept within the leg.",
            Marks(events=(("internal_choch", "bullish", 32, 32, 109),), complete=("mss",)),
        ),
    )  # fmt: skip


def _mss(
    name: str, polarity: Polarity, bars: Sequence[Bar], pen: Pen, why: str, marks: Marks, start: str = _START
) -> Case:
    definition = "MSS, OTE, setups 6.4"
    return walked(f"6.4-{name}", "6.4", polarity, why, bars, start, pen, definition, marks=marks)
