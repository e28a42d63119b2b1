"""Charts of what may be done: one setup that stands, and who asks about it, under which mode, when and of what candles.

The bars of the standing setup give a TRADE_NOW in every one of them but the last few; the status is the market's, and
permission is the owner's. No chart here differs from another in a price unless its sentence says so.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from agent.analysis.permission import (
    ANALYSIS_ONLY,
    APPROVAL_REQUIRED,
    EMERGENCY_STOP,
    FULL_AUTO,
    SEMI_AUTO,
    SIMULATION,
)
from agent.labels import DecisionLabel
from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, Said, chart_case
from evals.suites.textbook.rules_9_discipline import CLEAN
from evals.suites.textbook.standing_setup import AFTERWARDS, setup_bars, setup_windows

_LARGE: Final = 100_000.0
_TAKEN: Final = DecisionLabel("TRADE_NOW", "6.3")
_GRADED: Final = "the limit at [80] waits and the rules hold by more than 0.7 and less than 0.9, auto_eligible"
_RELAXED: Final = (
    "the limit at [80] waits and the nearest pools at [100] and [118] pay 1.52 for one, so that relaxed rules hold by "
    "more than 0.5 and less than 0.7, manual_approval"
)
_PAST: Final = "the chart ends long before it was asked about"


def cases() -> tuple[Case, ...]:
    """Draw every chart."""
    return (*_of_modes(), *_held_back(), *_stopped(), *_by_hand(), *_without_a_trade())


def _asked(
    name: str,
    why: str,
    polarity: Polarity,
    *,
    decision: DecisionLabel = _TAKEN,
    bars: list[Bar] | None = None,
    pen: Pen | None = None,
    **chart: Any,
) -> Case:
    """Make a case of the standing setup; positive is where more may be done than look."""
    pen = pen or Pen("ES")
    windows = setup_windows(pen, setup_bars() if bars is None else bars)
    given = {"account_balance": _LARGE, "discipline": CLEAN, **chart}
    return chart_case(
        f"acting.{name}", _priced(pen)(why), None, polarity, windows, pen, definition="Setups, trading modes",
        said=Said(decision=decision), group="acting", **given,
    )  # fmt: skip


def _priced(pen: Pen) -> Callable[[str], str]:
    def write(why: str) -> str:
        for ticks in (54, 80, 100, 118):
            why = why.replace(f"[{ticks}]", pen.said(ticks))
        return why

    return write


def _of_modes() -> tuple[Case, ...]:
    """Ask about the same setup under every mode, of a live chart."""
    down = Pen("ES", -1)
    return (
        _asked("nobody-keeps-a-mode", f"TRADE_NOW: {_GRADED}; but without a trading mode nothing may be done.",
               "negative", mode=None),
        _asked("emergency-stop", f"TRADE_NOW: {_GRADED}; but the mode EMERGENCY_STOP lets nothing be done.",
               "negative", mode=EMERGENCY_STOP),
        _asked("analysis-only", f"TRADE_NOW: {_GRADED}; the mode ANALYSIS_ONLY looks and lets nothing be done.",
               "negative", mode=ANALYSIS_ONLY, pen=down),
        _asked("simulation", f"TRADE_NOW: {_GRADED}; the mode SIMULATION lets it be simulated, whatever its grade.",
               "positive", mode=SIMULATION),
        _asked("approval-required", f"TRADE_NOW: {_GRADED}; the mode APPROVAL_REQUIRED asks before each order.",
               "positive", mode=APPROVAL_REQUIRED),
        _asked("semi-auto-asks", f"TRADE_NOW: {_GRADED}; SEMI_AUTO executes high_conviction alone, so it asks.",
               "positive", mode=SEMI_AUTO, pen=down),
        _asked("full-auto-executes", f"TRADE_NOW: {_GRADED}, which FULL_AUTO executes.", "positive", mode=FULL_AUTO),
        _asked("full-auto-executes-short", f"TRADE_NOW: {_GRADED}, which FULL_AUTO executes on the short side too.",
               "positive", mode=FULL_AUTO, pen=down),
    )  # fmt: skip


def _held_back() -> tuple[Case, ...]:
    """Ask about candles that are made up, and about a chart of long ago."""
    made_up = "the candles are simulated, and those are traded in simulation at most"
    return (
        _asked("full-auto-on-simulated-candles", f"TRADE_NOW, which FULL_AUTO would execute: {_GRADED}; but {made_up}.",
               "positive", mode=FULL_AUTO, simulated=True),
        _asked("semi-auto-on-simulated-candles", f"TRADE_NOW, of which SEMI_AUTO would ask: {_GRADED}; but {made_up}.",
               "positive", mode=SEMI_AUTO, simulated=True, pen=Pen("ES", -1)),
        _asked("approval-on-simulated-candles",
               f"TRADE_NOW, of which APPROVAL_REQUIRED would ask: {_GRADED}; but {made_up}.", "positive",
               mode=APPROVAL_REQUIRED, simulated=True),
        _asked("analysis-only-on-simulated-candles",
               f"TRADE_NOW: {_GRADED}; simulated candles raise no permission, and ANALYSIS_ONLY has none to give.",
               "negative", mode=ANALYSIS_ONLY, simulated=True),
        _asked("simulation-of-the-past", f"TRADE_NOW then: {_GRADED}; but {_PAST}, so nothing is even simulated.",
               "negative", mode=SIMULATION, is_past=True),
        _asked("full-auto-of-the-past", f"TRADE_NOW then: {_GRADED}; but {_PAST}, so nothing is executed.",
               "negative", mode=FULL_AUTO, is_past=True),
        _asked("simulated-and-past", f"TRADE_NOW then: {_GRADED}; {_PAST}, which weighs more than that its candles "
               "are simulated: nothing may be done.", "negative", mode=FULL_AUTO, simulated=True, is_past=True),
    )  # fmt: skip


def _stopped() -> tuple[Case, ...]:
    """Ask about it while trading is stopped: no mode, not even simulation, is asked any more."""
    stop = DecisionLabel("NO_TRADE", "7.6.1")
    return tuple(
        _asked(f"stopped-{mode.lower().replace('_', '-')}",
               f"The limit at [80] waits, but the trader pulled the stop: NO_TRADE, and {mode} may do nothing.",
               "negative", decision=stop, mode=mode, discipline=replace(CLEAN, stopped="pulled by hand"))
        for mode in (FULL_AUTO, SIMULATION, EMERGENCY_STOP)
    )  # fmt: skip


def _by_hand() -> tuple[Case, ...]:
    """Ask about a trade of the lower grade, which no mode executes."""
    bars = setup_bars(near=100, far=118)
    asked: tuple[tuple[str, bool, Polarity, str], ...] = (
        (SIMULATION, False, "positive", "SIMULATION lets it be simulated"),
        (APPROVAL_REQUIRED, False, "positive", "APPROVAL_REQUIRED asks first"),
        (SEMI_AUTO, False, "positive", "SEMI_AUTO executes high_conviction alone, so it asks"),
        (FULL_AUTO, False, "positive", "FULL_AUTO executes from auto_eligible on, so it asks"),
        (FULL_AUTO, True, "negative", f"but {_PAST}, so nothing may be done"),
    )
    return tuple(
        _asked(
            f"by-hand-{mode.lower().replace('_', '-')}{'-of-the-past' if past else ''}",
            f"TRADE_NOW: {_RELAXED}; {does}.",
            polarity,
            bars=bars,
            mode=mode,
            profile="relaxed",
            is_past=past,
        )
        for mode, past, polarity, does in asked
    )


def _without_a_trade() -> tuple[Case, ...]:
    """Ask about it where there is nothing to take, or nothing to take it with."""
    gone = setup_bars(afterwards=(*AFTERWARDS[:3], (88, 89, 54, 84)))
    return (
        _asked("full-auto-waits", "The last bar fell to [54], through entry and stop: no setup stands, the decision "
               "is WAIT, and FULL_AUTO does nothing of itself.", "negative", bars=gone, mode=FULL_AUTO,
               decision=DecisionLabel("WAIT", "9.1")),
        _asked("full-auto-refuses", "The limit at [80] waits, but five percent is more than the two that a trade may "
               "risk: the decision is NO_TRADE and FULL_AUTO may do nothing.", "negative", risk_pct=5.0,
               mode=FULL_AUTO, decision=DecisionLabel("NO_TRADE", "7.1")),
    )  # fmt: skip
