"""Charts of rules 5.1 to 5.3: the half of the dealing range, fresh fair value gaps, balanced price ranges."""

from collections.abc import Sequence
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, leg, path, steady, trending
from evals.suites.textbook.marks import Marks, Zone
from evals.suites.textbook.shift_chart import SHIFT, redrawn, walked
from rulebook.verdict import Outcome

_START: Final = "2026-05-13 00:00"
_DOWN: Final = -1


def cases() -> tuple[Case, ...]:
    """Return the charts, positives of each rule first."""
    return (*_halves(), *_gaps(), *_balanced())


def _halves() -> tuple[Case, ...]:
    quarter, three_quarters = trending(100, 39), trending(139, 39, 0.25)
    dealt = _range((81, 161))
    return (
        _half(
            "discount", "positive", quarter, Pen(),
            "The dealing range runs from [79] to [159]; [100] lies 26 % up, deep in {discount|premium}: the half to "
            "{buy|sell} in.",
            _range((79, 159)),
        ),
        _half(
            "premium-under-a-bearish-bias", "positive", quarter, Pen("GBPUSD", _DOWN),
            "Between [159] and [79] price stands at [100], past the middle of [119] on the {discount|premium} side, "
            "where the {bullish|bearish} bias wants it.",
            _range((79, 159)),
        ),
        _half(
            "exactly-past-the-band", "positive", _closing_at(119), Pen("NQ"),
            "Of the range from [81] to [161] the close at [119] gives 47.5 %: exactly 2.5 beyond equilibrium, and "
            "exactly is enough.",
            dealt,
        ),
        _half(
            "one-tick-inside-the-band", "negative", _closing_at(120), Pen("NQ"),
            "Of the range from [81] to [161] the close at [120] gives 48.75 %, 1.25 beyond equilibrium: one tick short "
            "of the band's edge.",
            dealt,
        ),
        _half(
            "premium-under-a-bullish-bias", "negative", three_quarters, Pen(),
            "The dealing range runs from [80] to [160]; [139] lies at 74 %: a {bullish|bearish} bias would {buy|sell} "
            "in the wrong half.",
            _range((80, 160)),
        ),
        _half(
            "discount-under-a-bearish-bias", "negative", three_quarters, Pen("XAUUSD", _DOWN),
            "Price at [139] stands in the far half of the range from [80] to [160]; {buying|selling} there is too "
            "late.",
            _range((80, 160)),
        ),
        _half(
            "no-range-yet", "negative", path(100, (160, 31)), Pen(),
            "Thirty-one bars rise from [100] to [160] without one external swing: there is no dealing range to halve.",
            Marks(complete=("dealing_range",)), "not_evaluated",
        ),
    )  # fmt: skip


def _range(edges: tuple[int, int]) -> Marks:
    return Marks(zones=(("dealing_range", "bullish", edges, 14, None, 30),), complete=("dealing_range",))


def _closing_at(close: int) -> list[Bar]:
    """Draw the retracement of a dealing range from 81 to 161 to a last close."""
    bars = trending(102, 39)
    opened, high, low, _ = bars[-1]
    return [*bars[:-1], (opened, max(high, close + 1), min(low, close), close)]


def _half(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    why: str,
    marks: Marks,
    outcome: Outcome | None = None,
) -> Case:
    definition = "dealing range, premium and discount"
    return walked(
        f"5.1-{name}", "5.1", polarity, why, bars, _START, pen, definition, marks=marks, outcome=outcome, size=300
    )


def _gaps() -> tuple[Case, ...]:
    meeting, by_a_tick = {33: (113, 117, 104, 116)}, {33: (113, 117, 105, 116)}
    deep, filled = (114, 115, 105, 113), (114, 115, 104, 113)
    long_ago = [*SHIFT, *path(114, *[(end, 2) for end in (116, 114) * 10]), *path(114, (116, 2))]
    return (
        _gap(
            "fresh", "positive", SHIFT, Pen(),
            "The {low|high} of @33 at [107] lies beyond the {high|low} of @31 at [104]; nothing has come back below "
            "[111] since: the gap is fresh.",
            (104, 107), 33,
        ),
        _gap(
            "fresh-bearish", "positive", SHIFT, Pen("ES", _DOWN),
            "Between [104] (@31) and [107] (@33) nothing traded on the way {up|down}, and no bar has returned to it.",
            (104, 107), 33,
        ),
        _gap(
            "one-tick-wide", "positive", redrawn(by_a_tick), Pen("NQ"),
            "The {low|high} of @33 at [105] clears the {high|low} of @31 at [104] by one tick: a gap of the least size "
            "is a gap.",
            (104, 105), 33,
        ),
        _gap(
            "beyond-its-middle-but-not-filled", "positive", redrawn({}, [deep]), Pen("GBPUSD", _DOWN),
            "@37 came back to [105], past the middle of the gap, but its far edge at [104] was not reached: it is not "
            "filled.",
            (104, 107), 33,
        ),
        _gap(
            "older-than-the-strict-lookback-when-relaxed", "positive", long_ago, Pen(),
            "The gap from [104] to [107] was confirmed at @33, 45 bars ago and within the relaxed eighty; nothing has "
            "filled it.",
            (104, 107), 33, profile="relaxed",
        ),
        _gap(
            "wicks-meet", "negative", redrawn(meeting), Pen(),
            "The {low|high} of @33 at [104] touches the {high|low} of @31 at [104]: wicks that meet leave no gap.",
        ),
        _gap(
            "filled", "negative", redrawn({}, [filled]), Pen("USDJPY"),
            "@37 traded at [104], the far edge of the gap from [104] to [107]: reached is filled.",
            (104, 107), 33, until=37,
        ),
        _gap(
            "only-against-the-bias", "negative", redrawn(meeting), Pen("XAUUSD", _DOWN),
            "The fall to [101] left gaps against the bias alone; with it @33 reaches back to [104] and leaves none.",
        ),
        _gap(
            "older-than-the-lookback", "negative", long_ago, Pen(),
            "The gap from [104] to [107] was confirmed at @33, 45 bars ago: forty is as far as the strict rule looks.",
            (104, 107), 33,
        ),
    )  # fmt: skip


def _gap(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    why: str,
    edges: tuple[int, int] | None = None,
    known: int = 0,
    until: int | None = None,
    profile: str = "strict",
) -> Case:
    zones: tuple[Zone, ...] = ()
    if edges is not None:
        zones = (("fair_value_gap", "bullish", edges, known - 1, until, known),)
    return walked(
        f"5.2-{name}", "5.2", polarity, why, bars, _START, pen, "FVG", marks=Marks(zones=zones), profile=profile
    )  # fmt: skip


def _balanced() -> tuple[Case, ...]:
    after = leg(112, 110, 2)
    dips = [(110, 111, 103, 109)]
    return (
        _bpr(
            "overlap", "positive", _both_ways(4), Pen(),
            "The fall left a gap from [103] to [108] (known at @11), the rise one from [103] to [107] (known at @17): "
            "both cover [103] to [107].",
            (103, 107), 17,
        ),
        _bpr(
            "overlap-bearish", "positive", _both_ways(6), Pen("GBPUSD", _DOWN),
            "Price was delivered both ways between [103] and [107] within eight bars; the later gap, known at @19, "
            "runs with the bias.",
            (103, 107), 19,
        ),
        _bpr(
            "exactly-twenty-bars-apart", "positive", _both_ways(18), Pen("ES"),
            "The gaps were confirmed at bars 11 and 31: twenty bars apart, the last that still makes a balanced range.",
            (103, 107), 31,
        ),
        _bpr(
            "half-filled", "positive", [*_both_ways(4), *after, (110, 111, 104, 109)], Pen("USDJPY"),
            "The range from [103] to [107] was entered down to [104] and still is not filled: its far edge is [103].",
            (103, 107), 17,
        ),
        _bpr(
            "twenty-one-bars-apart", "negative", _both_ways(19), Pen("ES"),
            "The gaps were confirmed at bars 11 and 32: twenty-one bars apart, one more than the window of twenty.",
        ),
        _bpr(
            "shared-edge-only", "negative", _both_ways(4, step=5), Pen(),
            "The first gap ends at [108] where the second, [108] to [112], begins: gaps that share an edge do not "
            "overlap.",
        ),
        _bpr(
            "filled", "negative", [*_both_ways(4), *after, *dips], Pen("XAUUSD", _DOWN),
            "The range from [103] to [107] was filled when @33 traded back to [103].",
            (103, 107), 17, 33,
        ),
        _bpr(
            "against-the-bias", "negative", _overturned(), Pen(),
            "The later of the two gaps, known at @17, runs {down|up}: the balanced range from [104] to [108] is one to "
            "{sell|buy} from.",
        ),
    )  # fmt: skip


def _both_ways(between: int, step: int = 0) -> list[Bar]:
    """Draw a fall that leaves the gap 103 to 108, some dojis, and a rise whose gap begins at 103 plus a step."""
    fall = [*steady(10, 110, 4), (110, 110, 101, 101), (101, 103, 99, 101)]
    low = 101 + step
    rise = [(low, low + 10, low, low + 9), (low + 9, low + 12, low + 6, low + 11)]
    quiet = leg(101, low, between, wick=2) if step else steady(between, 101, 4)
    tail = steady(30, low + 11, 4)
    drawn = [*fall, *quiet, *rise]
    return [*drawn, *tail[: max(13, 30 - len(drawn))]]


def _overturned() -> list[Bar]:
    """Draw the same the other way round: the rise first, then the fall, the bias unmoved."""
    rise = [*steady(10, 101, 4), (101, 110, 101, 110), (110, 112, 108, 110)]
    fall = [(110, 110, 102, 102), (102, 104, 100, 101)]
    return [*rise, *steady(4, 110, 4), *fall, *steady(13, 101, 4)]


def _bpr(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    why: str,
    edges: tuple[int, int] | None = None,
    known: int = 0,
    until: int | None = None,
) -> Case:
    zones: tuple[Zone, ...] = ()
    if edges is not None:
        zones = (("balanced_range", "bullish", edges, known - 1, until, known),)
    elif name == "against-the-bias":
        zones = (("balanced_range", "bearish", (104, 108), 16, None, 17),)
    marks = Marks(zones=zones, complete=("balanced_range",))
    return walked(f"5.3-{name}", "5.3", polarity, why, bars, _START, pen, "BPR, window 20", marks=marks)
