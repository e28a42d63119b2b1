"""Permission: what a decision may lead to under the owner's trading mode; the service itself sends no order."""

from typing import Any, Final

EMERGENCY_STOP: Final = "EMERGENCY_STOP"
ANALYSIS_ONLY: Final = "ANALYSIS_ONLY"
SIMULATION: Final = "SIMULATION"
APPROVAL_REQUIRED: Final = "APPROVAL_REQUIRED"
SEMI_AUTO: Final = "SEMI_AUTO"
FULL_AUTO: Final = "FULL_AUTO"
MODES: Final = (EMERGENCY_STOP, ANALYSIS_ONLY, SIMULATION, APPROVAL_REQUIRED, SEMI_AUTO, FULL_AUTO)
"""The trading modes, the most careful first."""

_EXECUTED: Final = {SEMI_AUTO: ("high_conviction",), FULL_AUTO: ("auto_eligible", "high_conviction")}


def permission(
    mode: str | None,
    status: str,
    action: str,
    stopped: str | None = None,
    *,
    simulated: bool = False,
    is_past: bool = False,
) -> dict[str, Any]:
    """Return what may be done: ``{"mode", "may", "because"}``, `may` one of nothing, simulate, ask and execute.

    Args:
        mode: one of `MODES`, or None where nobody keeps one.
        status: of the decision.
        action: of the decision.
        stopped: why trading is stopped altogether; empty or None where it is not.
        simulated: whether the candles are made up; they are traded in simulation at most.
        is_past: whether the chart ended long before it was asked about; nothing is traded on it.
    """
    may, because = ("nothing", stopped) if stopped else _may(mode, status, action)
    if may != "nothing" and is_past:
        may, because = "nothing", "the chart ends long before it was asked about"
    elif may in ("ask", "execute") and simulated:
        may, because = "simulate", "the candles are simulated"
    return {"mode": mode, "may": may, "because": because}


def _may(mode: str | None, status: str, action: str) -> tuple[str, str]:
    if mode == EMERGENCY_STOP:
        return "nothing", "the emergency stop is on"
    if status != "TRADE_NOW":
        return "nothing", f"the decision is {status}"
    if action in ("no_trade", "wait"):
        return "nothing", f"the confidence is too low: the action is {action}"
    if mode is None or mode == ANALYSIS_ONLY:
        return "nothing", "no trading mode is set" if mode is None else f"the mode is {mode}"
    if mode == SIMULATION:
        return "simulate", f"the mode is {mode}"
    if action in _EXECUTED.get(mode, ()):
        return "execute", f"the mode {mode} executes what is {action}"
    return "ask", f"the mode {mode} asks before what is {action}"
