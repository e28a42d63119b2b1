"""Charts for rules 2.1 to 2.4: external structure, the break with displacement, the shift, and the dealing range."""

from collections.abc import Iterator
from typing import Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, path
from evals.suites.textbook.rules_1_bias import QUIET
from evals.suites.textbook.turning_night import AUTUMN, SPRING, SUMMER, TURNED, WINTER, Mark, night_case, redrawn

_SWEPT: Final[Mark] = ("sweep", "bullish", 22, 22, -25)
_SHIFT: Final[Mark] = ("mss", "bullish", 24, 25, -11)
_CHANGE: Final[Mark] = ("internal_choch", "bullish", 24, 24, -11)
_ENDS: Final[dict[str, tuple[Mark, ...]]] = {
    "between-swings": (
        ("external_swing", "bearish", 7, 12, 13), ("external_swing", "bullish", 15, 20, -13),
    ),
    "one-end-only": (("external_swing", "bearish", 15, 20, 17),),
}  # fmt: skip
"""The external swings that a dealing range lies between, where no break has drawn it."""
_FALLEN: Final = redrawn({22: (-23, -22, -29, -27)}, path(-27, (-20, 6), (-26, 6), (-22, 4)), 23)
"""The night without the turn: bar 22 goes through -25 and closes beyond it, and price stays low."""
_SMALL: Final[dict[int, Bar]] = {
    23: (-24, -17, -24, -17), 24: (-17, -10, -17, -10), 25: (-10, -3, -10, -3), 26: (-3, 3, -3, 2),
}  # fmt: skip
"""Bodies of 7 ticks where an average true range is more than 5: between 1.0 and 1.5 of it."""


def cases() -> tuple[Case, ...]:
    """Draw them."""
    return (*_external(), *_displaced(), *_not_displaced(), *_shifted(), *_not_shifted(), *_ranges())


def _external() -> Iterator[Case]:
    definition = "structure break, external"
    for pen, start in ((Pen("EURUSD"), WINTER), (Pen("USDJPY", -1), AUTUMN)):
        yield night_case(
            "2.1", "turned", "positive", pen, TURNED, start,
            "The external {high} of {t[11]} at {p-5} stands out of five bars a side; {t[25]} closes {above} it at "
            "{c[25]}, so external structure runs {up} like the bias.",
            definition, events=(("external_bos", "bullish", 25, 25, -5),),
        )  # fmt: skip
    climb = path(0, (20, 8), (8, 6), (26, 11), (16, 8))
    yield night_case(
        "2.1", "climbing", "positive", Pen("GBPUSD"), climb, SUMMER,
        "{t[22]} closes at {c[22]} {above} the external {high} of {t[7]} at {p21}: a break of external structure "
        "{up}, the way of the bias, and the fall back to {now} breaks nothing.",
        definition, events=(("external_bos", "bullish", 22, 22, 21),),
    )  # fmt: skip
    for pen, start in ((Pen("EURUSD"), SPRING), (Pen("XAUUSD", -1), "2024-07-09T22:00:00Z")):
        yield night_case(
            "2.1", "fallen", "negative", pen, _FALLEN, start,
            "{t[22]} closes at {c[22]} {below} the external {low} of {t[5]} at {p-25}: external structure runs {down} "
            "on this chart, while days and hours keep the bias {bullish}.",
            definition, events=(("external_bos", "bearish", 22, 22, -25),), decided_by="2.3",
        )  # fmt: skip
    yield night_case(
        "2.1", "nothing-broken", "negative", Pen("GBPUSD", -1), QUIET, WINTER,
        "From {t[0]} to {end} no close lies beyond {p-5} or {p7}: no external swing was broken, so external structure "
        "has no trend to compare.",
        definition, outcome="not_evaluated",
    )  # fmt: skip


def _displaced() -> Iterator[Case]:
    for pen, start in ((Pen("EURUSD"), SUMMER), (Pen("NQ", -1), "2024-03-05T23:00:00Z")):
        yield night_case(
            "2.2", "displaced", "positive", pen, TURNED, start,
            "{t[24]} runs from {p-20} to {c[24]}, a body of 14 where an average bar is between 5 and 6 ticks high, "
            "and closes five ticks {above} the swing at {p-11}: the break is one by body, with displacement.",
            "structure break and displacement", events=(_CHANGE, ("displacement", "bullish", 24, 24, None)),
        )  # fmt: skip
    yield night_case(
        "2.2", "moderate-relaxed", "positive", Pen("GBPUSD"), redrawn(_SMALL), WINTER,
        "{t[24]} closes at {c[24]} {above} the swing at {p-11} with a body of 7 ticks, more than 1.0 of an average "
        "true range between 5 and 6, which is enough where the profile is relaxed.",
        "structure break and displacement", profile="relaxed", events=(_CHANGE,),
    )  # fmt: skip


def _not_displaced() -> Iterator[Case]:
    definition = "structure break and displacement"
    yield night_case(
        "2.2", "moderate", "negative", Pen("EURUSD", -1), redrawn(_SMALL), SPRING,
        "{t[24]} closes at {c[24]} {above} the swing at {p-11} with a body of 7 ticks, and no larger one stands here: "
        "less than 1.5 of an average true range of more than 5.",
        definition, events=(_CHANGE,),
    )  # fmt: skip
    wide = [(5 * o, 5 * high, 5 * low, 5 * c) for o, high, low, c in TURNED]
    wide[24:26] = [(-100, -52, -105, -54), (-54, 0, -60, -5)]
    yield night_case(
        "2.2", "hardly-beyond", "negative", Pen("USDJPY"), wide, SUMMER,
        "{t[24]} closes at {c[24]}, one tick {above} the swing at {p-55}: with an average true range between 25 and "
        "30 ticks that is less than 0.05 of it, whatever its body of 46.",
        definition, events=(("internal_choch", "bullish", 24, 24, -55), ("displacement", "bullish", 24, 24, None)),
        size=300,
    )  # fmt: skip
    poked = redrawn({24: (-20, -5, -21, -11)}, path(-11, (-18, 6), (-12, 5)), 25)
    for pen, start in ((Pen("GBPUSD"), AUTUMN), (Pen("XAUUSD", -1), "2024-03-05T23:00:00Z")):
        yield night_case(
            "2.2", "wick", "negative", pen, poked, start,
            "{t[24]} pokes {above} the swing at {p-11} to {h[24]} and closes on it, nine ticks from where it opened "
            "and far from its end: neither a break by body nor displacement.",
            definition,
        )  # fmt: skip


def _shifted() -> Iterator[Case]:
    forty = redrawn({}, path(0, (-10, 5), (-2, 33)))
    drawn = (
        ("shifted", TURNED, Pen("EURUSD"), SPRING, "; {end} is eleven bars later"),
        ("shifted", TURNED, Pen("GBPUSD", -1), SUMMER, "; {end} is eleven bars later"),
        ("forty-bars-ago", forty, Pen("USDJPY", -1), WINTER, "; {end} is the fortieth bar after that, the last that "
         "counts"),
    )  # fmt: skip
    for name, bars, pen, start, when in drawn:
        yield night_case(
            "2.3", name, "positive", pen, bars, start,
            "{t[22]} swept the {low} of {t[5]} at {p-25}, {t[24]} changed character at {c[24]} with displacement and "
            "left "
            "the gap {p-19} to {p-8}, known with {t[25]}: a market structure shift {up}" + when + ".",
            "MSS", events=(_SWEPT, _SHIFT), gaps=(("bullish", (-19, -8), 24, None),),
        )  # fmt: skip


def _not_shifted() -> Iterator[Case]:
    slow = redrawn({}, path(0, (-10, 5), (-2, 34)))
    unswept: dict[int, Bar] = {21: (-20, -19, -24, -23), 22: (-23, -20, -25, -24)}
    drawn: tuple[tuple[str, list[Bar], Pen, str, str], ...] = (
        ("no-gap", redrawn({25: (-6, 0, -19, -1)}), Pen("EURUSD"), WINTER,
         "{t[24]} changed character at {c[24]} after the sweep of {p-25}, but {t[25]} came back to {l[25]}, where "
         "{t[23]} "
         "ended: without a gap it is no shift."),
        ("no-gap", redrawn({25: (-6, 0, -19, -1)}), Pen("USDJPY", -1), AUTUMN,
         "{t[24]} changed character at {c[24]} after the sweep of {p-25}, but {t[25]} came back to {l[25]}, where "
         "{t[23]} "
         "ended: without a gap it is no shift."),
        ("no-sweep", redrawn(unswept), Pen("GBPUSD"), SPRING,
         "{t[24]} changed character at {c[24]} and left a gap, but {t[22]} had stopped exactly on the {low} of {t[5]} "
         "at "
         "{p-25} and no stops were taken: it is no shift."),
        ("no-displacement", redrawn(_SMALL), Pen("EURUSD", -1), SUMMER,
         "{t[22]} swept {p-25} and {t[24]} changed character at {c[24]}, but in bodies of 7 ticks, less than 1.5 of an "
         "average true range of more than 5: without displacement it is no shift."),
        ("forty-one-bars-ago", slow, Pen("USDJPY"), WINTER,
         "The shift of {t[24]}, at {c[24]} after the sweep of {p-25}, was known with {t[25]}; {end} is the "
         "forty-first bar "
         "after that, so it says nothing any more."),
    )  # fmt: skip
    for name, bars, pen, start, why in drawn:
        events: tuple[Mark, ...] = (_CHANGE, _SHIFT) if name == "forty-one-bars-ago" else (_CHANGE,)
        yield night_case("2.3", name, "negative", pen, bars, start, why, "MSS", events=events, decided_by="2.3")


def _ranges() -> Iterator[Case]:
    apart = path(0, (12, 8), (-12, 8), (4, 8), (-6, 8))
    hill, climb = path(0, (16, 16), (3, 16)), path(0, (32, 32))
    drawn: tuple[tuple[str, Polarity, list[Bar], Pen, str, str], ...] = (
        ("after-a-break", "positive", TURNED, Pen("EURUSD"), AUTUMN,
         "{t[25]} closed at {c[25]} {above} the external {high} of {p-5}; the leg began at {p-29} with {t[22]} and has "
         "reached {h[27]}: that is the dealing range."),
        ("after-a-break", "positive", TURNED, Pen("XAUUSD", -1), "2024-07-09T22:00:00Z",
         "{t[25]} closed at {c[25]} {above} the external {high} of {p-5}; the leg began at {p-29} with {t[22]} and has "
         "reached {h[27]}: that is the dealing range."),
        ("between-swings", "positive", apart, Pen("GBPUSD"), SPRING,
         "Nothing is broken, but the external {high} of {t[7]} at {h[7]} and the external {low} of {t[15]} at {l[15]} "
         "are "
         "confirmed: {now} lies in the range between them."),
        ("one-way", "negative", climb, Pen("EURUSD"), WINTER,
         "From {t[0]} at {p0} to {end} at {now} price only goes {up}: no bar stands out of five a side, no swing is "
         "confirmed, and there is no range."),
        ("one-way", "negative", climb, Pen("USDJPY", -1), SPRING,
         "From {t[0]} at {p0} to {end} at {now} price only goes {up}: no bar stands out of five a side, no swing is "
         "confirmed, and there is no range."),
        ("one-end-only", "negative", hill, Pen("GBPUSD"), AUTUMN,
         "The external {high} of {t[15]} at {h[15]} is confirmed, but before it price only went {up} and after it, to "
         "{now}, only {down}: no external {low} is, so the range has one end."),
    )  # fmt: skip
    for name, polarity, bars, pen, start, why in drawn:
        yield night_case(
            "2.4", name, polarity, pen, bars, start, why, "dealing range", size=120,
            leg=((-29, 3), 22) if name == "after-a-break" else None,
            decided_by="2.4" if polarity == "negative" else None,
            events=_ENDS.get(name, ()),
            complete=frozenset({"external_swing"}) if polarity == "negative" else frozenset(),
        )  # fmt: skip
