"""Charts of rules 6.5 to 6.7: the 2022 model, the power of three entry, turtle soup."""

from collections.abc import Sequence
from typing import Any, Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity
from evals.suites.textbook.marks import Event, Marks, Trade, Zone
from evals.suites.textbook.shift_chart import FALL, SHIFT, redrawn, walked

_LONDON, _MORNING = "2026-05-12 19:00", "2026-05-12 23:00"
_MIDNIGHT: Final = "2026-05-13 00:00"
_DOWN: Final = -1
_SWEPT: Final[Event] = ("sweep", "bullish", 31, 31, 101)
_SHIFTED: Final[Event] = ("mss", "bullish", 32, 33, 109)
_GAP: Final[Zone] = ("fair_value_gap", "bullish", (104, 107), 32, None, 33)
_HELD: Final = {31: (103, 104, 101, 103)}
_ENTERED: Final[list[Bar]] = [(114, 114, 107, 112)]
_STOPPED: Final[list[Bar]] = [*_ENTERED, (112, 112, 98, 99)]
_ABOVE: Final[list[Bar]] = [(114, 117, 113, 116), (116, 117, 113, 115)]


def cases() -> tuple[Case, ...]:
    """Return the charts, positives of each rule first."""
    return (*_models(), *_not_models(), *_power_of_three(), *_turtle_soups())


def _offered(*targets: int) -> Marks:
    trade = Trade(107, 99, 33, targets, "6.5")
    return Marks(
        events=(_SWEPT, _SHIFTED), zones=(_GAP,), complete=("mss",), decision=("TRADE_NOW", "6.5"), trade=trade
    )


def _models() -> tuple[Case, ...]:
    return (
        _model(
            "london", "positive", SHIFT, Pen(), _LONDON,
            "In London @31 swept [101] to [99], @32 shifted structure through [109], and the gap with the edge [107] "
            "in the {lower|upper} half of [99] to [118] was not entered.",
            _offered(131),
        ),
        _model(
            "new-york-bearish", "positive", SHIFT, Pen("GBPUSD", _DOWN), _MORNING,
            "After 07:00 New York price raided [101], closed {up|down} through [109] with displacement and left the "
            "limit at [107], toward the pools at [123] and [131].",
            _offered(123, 131),
        ),
        _model(
            "index-morning", "positive", SHIFT, Pen("NQ"), "2026-05-13 01:00",
            "The index morning runs from 08:30 to 11:00: the sweep of @31, the shift of @32 and the gap of @33 all lie "
            "in it, the entry at [107] waits.",
            _offered(131),
            account_balance=100_000.0,
        ),
        _model(
            "london-bearish-gold", "positive", SHIFT, Pen("XAUUSD", _DOWN), "2026-05-12 18:00",
            "London had begun when @32 shifted structure {up|down} after the raid of @31; the gap's edge at [107] has "
            "not traded since @33.",
            _offered(124, 131),
        ),
        _model(
            "afternoon", "positive", SHIFT, Pen(), "2026-05-13 06:00",
            "The New York afternoon began at 13:30: @31 sweeps, @32 shifts, @33 leaves the gap, and nobody was filled "
            "at [107] yet.",
            Marks(events=(_SWEPT, _SHIFTED), zones=(_GAP,)),
        ),
    )  # fmt: skip


def _not_models() -> tuple[Case, ...]:
    premium: dict[int, Bar] = {
        31: (103, 110, 99, 102), 33: (113, 117, 112, 116), 34: (116, 118, 114, 115), 35: (115, 117, 113, 116),
        36: (116, 118, 114, 115),
    }  # fmt: skip
    filled: list[Bar] = [(114, 114, 103, 112)]
    return (
        _model(
            "outside-every-kill-zone", "negative", SHIFT, Pen(), "2026-05-13 04:00",
            "The shift of @32 and its gap of @33 lie between 12:00 and 13:30, when forex has no kill zone: no "
            "2022 model, and nothing to do but wait.",
            Marks(events=(_SWEPT, _SHIFTED), zones=(_GAP,), decision=("WAIT", "8.1")),
        ),
        _model(
            "shift-before-the-kill-zone", "negative", redrawn({}, [*_ABOVE, *_ABOVE[:1]]), Pen("GBPUSD", _DOWN),
            "2026-05-13 04:00",
            "It is the New York afternoon now, but sweep and shift came at @31 and @32, outside of every kill zone.",
            Marks(events=(_SWEPT, _SHIFTED), rules={"8.1": "pass"}),
        ),
        _model(
            "gap-in-the-wrong-half", "negative", redrawn(premium), Pen(), _LONDON,
            "The gap from [110] to [112] lies whole beyond the middle of the range from [99] to [118]: an entry in "
            "{premium|discount}, the half to {sell|buy} in.",
            Marks(
                events=(_SWEPT, _SHIFTED), zones=(("fair_value_gap", "bullish", (110, 112), 32, None, 33),),
                rules={"5.1": "fail"},
            ),
        ),
        _model(
            "entry-traded", "negative", redrawn({}, _ENTERED), Pen("NQ"), "2026-05-13 01:00",
            "@37 traded at [107]: the limit at the gap's edge is filled, and one that comes late chases it.",
            Marks(events=(_SWEPT, _SHIFTED), zones=(_GAP,), complete=("mss",)),
        ),
        _model(
            "stop-hit-since", "negative", redrawn({}, _STOPPED), Pen(), _MORNING,
            "@37 filled the limit at [107], @38 traded at [98] beyond the swept extreme of [99]: over.",
            Marks(
                events=(_SWEPT, _SHIFTED), rules={"6.2": "fail", "6.3": "fail", "6.4": "fail", "6.7": "fail"},
                decision=("WAIT", "9.1"),
            ),
        ),
        _model(
            "gap-filled", "negative", redrawn({}, filled), Pen("USDJPY", _DOWN), _LONDON,
            "@37 traded through the whole gap from [107] to [104]: there is nothing left to enter.",
            Marks(zones=(("fair_value_gap", "bullish", (104, 107), 32, 37, 33),), rules={"6.4": "fail"}),
        ),
        _model(
            "nothing-swept", "negative", redrawn(_HELD), Pen("GBPUSD"), _LONDON,
            "@31 held [101] to the tick: the break of [109] that follows swept nothing first and is no shift of the "
            "model.",
            Marks(complete=("mss", "sweep"), decision=("WAIT", "2.3")),
        ),
    )  # fmt: skip


def _model(
    name: str, polarity: Polarity, bars: Sequence[Bar], pen: Pen, start: str, why: str, marks: Marks, **chart: Any
) -> Case:
    definition = "setups, 2022 model 6.5"
    return walked(f"6.5-{name}", "6.5", polarity, why, bars, start, pen, definition, marks=marks, **chart)


def _power_of_three() -> tuple[Case, ...]:
    judas: Event = ("judas_swing", "bullish", 31, 33, 99)
    pause: Bar = (103, 104, 102, 103)
    at_ten = [*FALL, pause, *SHIFT[31:]]
    return (
        _judas(
            "distribution-to-join", "positive", SHIFT, Pen(), _MIDNIGHT,
            "From the midnight open of [112] price went to [99] (@31), took [101] and was reversed by the shift known "
            "at @33; the limit at [107] joins it.",
            Marks(events=(judas, _SHIFTED), complete=("judas_swing",), rules={"4.2": "pass"}),
        ),
        _judas(
            "distribution-in-london", "positive", SHIFT, Pen("GBPUSD", _DOWN), _LONDON,
            "The Judas swing of @31 went beyond the midnight open to [99] and was reversed before 10:00; the gap's "
            "edge at [107] waits.",
            Marks(events=(judas,), complete=("judas_swing",)),
        ),
        _judas(
            "last-quarter-before-ten", "positive", SHIFT, Pen("NQ"), "2026-05-13 02:00",
            "The false move ended at @31, before 10:00, beyond the 08:30 open of [106] and through [101]: still a "
            "Judas swing.",
            Marks(events=(judas,), complete=("judas_swing",)),
        ),
        _judas(
            "false-move-at-ten", "negative", at_ten, Pen("NQ"), "2026-05-13 02:00",
            "The false move to [99] came at @32: at ten o'clock it is too late for a Judas swing, so no power of "
            "three.",
            Marks(complete=("judas_swing",), rules={"6.5": "pass"}),
        ),
        _judas(
            "false-move-before-midnight", "negative", SHIFT, Pen(), "2026-05-12 16:00",
            "The raid to [99] opened at @31, before midnight; the day that begins at 00:00 has had no false move of "
            "its own.",
            Marks(complete=("judas_swing",)),
        ),
        _judas(
            "still-accumulates", "negative", SHIFT[:31], Pen("XAUUSD", _DOWN), _MIDNIGHT,
            "Up to @30 nothing beyond [101] has traded: no false move, no shift, no distribution to join.",
            Marks(complete=("judas_swing",), rules={"4.2": "fail"}),
        ),
        _judas(
            "entry-traded", "negative", redrawn({}, _ENTERED), Pen("USDJPY"), _MIDNIGHT,
            "The day distributes, but @37 traded at the limit of [107]: the train has been boarded.",
            Marks(events=(judas,), rules={"4.2": "pass"}),
        ),
    )  # fmt: skip


def _judas(name: str, polarity: Polarity, bars: Sequence[Bar], pen: Pen, start: str, why: str, marks: Marks) -> Case:
    definition = "Judas swing, power of three 6.6"
    return walked(f"6.6-{name}", "6.6", polarity, why, bars, start, pen, definition, marks=marks)


def _turtle_soups() -> tuple[Case, ...]:
    beyond: dict[int, Bar] = {31: (103, 104, 99, 100), 32: (100, 114, 100, 113)}
    at_level: dict[int, Bar] = {31: (103, 104, 99, 101), 32: (102, 114, 102, 113)}
    by_a_tick: dict[int, Bar] = {31: (103, 104, 100, 102)}
    back: list[Bar] = [(114, 114, 103, 104), (104, 106, 102, 105), (105, 107, 103, 104)]
    return (
        _soup(
            "swept-and-back", "positive", SHIFT, Pen(),
            "The {low|high} of the twenty bars before @31 is [101]; it traded to [99] and closed back at [102], and "
            "[101] was not seen since.",
            Marks(events=(_SWEPT,)),
        ),
        _soup(
            "swept-and-back-bearish", "positive", SHIFT, Pen("ES", _DOWN),
            "@31 went two ticks beyond the twenty-bar extreme of [101] and closed inside again at [102]: the break "
            "failed.",
            Marks(events=(_SWEPT,)),
        ),
        _soup(
            "by-one-tick", "positive", redrawn(by_a_tick), Pen("NQ"),
            "@31 traded at [100], one tick through the twenty-bar {low|high} of [101], and closed at [102]: one tick "
            "is through.",
            Marks(events=(_SWEPT,)),
        ),
        _soup(
            "offered-when-relaxed", "positive", redrawn({}, back), Pen(),
            "Gap and sweet spot traded at @37, the failed break's level of [101] has not: a relaxed trader is offered "
            "the turtle soup.",
            Marks(
                events=(_SWEPT,), rules={"6.5": "fail", "6.4": "fail", "6.3": "fail"},
                decision=("TRADE_NOW", "6.7"), trade=Trade(101, 99, 31, (118,), "6.7"),
            ),
            start=_MORNING, profile="relaxed",
        ),
        _soup(
            "closes-beyond", "negative", redrawn(beyond), Pen(),
            "@31 took the twenty-bar {low|high} of [101] but closed at [100]: the break held on its bar, there is no "
            "soup.",
            Marks(complete=("sweep",)),
        ),
        _soup(
            "closes-at-the-level", "negative", redrawn(at_level), Pen("ES"),
            "@31 closed at [101], the very level it had broken: back at it is not back inside.",
            Marks(complete=("sweep",)),
        ),
        _soup(
            "touched-only", "negative", redrawn(_HELD), Pen("XAUUSD", _DOWN),
            "@31 traded at [101] and not beyond it: an extreme that is only touched was not broken.",
            Marks(complete=("sweep",)),
        ),
        _soup(
            "entry-traded", "negative", redrawn({32: (102, 114, 101, 113)}), Pen("GBPUSD"),
            "@32 dipped to [101] before it ran: the limit at the broken level has traded, the setup is stale.",
            Marks(events=(_SWEPT,), rules={"6.5": "pass"}),
        ),
    )  # fmt: skip


def _soup(
    name: str,
    polarity: Polarity,
    bars: Sequence[Bar],
    pen: Pen,
    why: str,
    marks: Marks,
    start: str = _MIDNIGHT,
    profile: str = "strict",
) -> Case:
    definition = "setups, turtle soup 6.7"
    return walked(
        f"6.7-{name}", "6.7", polarity, why, bars, start, pen, definition, marks=marks, profile=profile
    )  # fmt: skip
