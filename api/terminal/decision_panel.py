"""The decision: what, why, at which prices, how much, and the first thing that would have to change."""

from typing import Any, Final

from api.terminal.screen import Screen

STATUS_STYLES: Final = {"TRADE_NOW": "bold green", "WAIT": "bold yellow", "NO_TRADE": "bold red"}


def show_decision(
    screen: Screen, decision: dict[str, Any], first_change: str | None, *, decision_id: str | None
) -> None:
    """Print a decision in its wire form.

    Args:
        screen: where to print.
        decision: the wire form, with its run id.
        first_change: the sentence of the first change that would make it a trade; None where it is one.
        decision_id: its id in the audit.
    """
    style = STATUS_STYLES[decision["status"]]
    screen.rule(f"{decision['status']}  {decision['symbol']} at {decision['timestamp']}", style)
    screen.field("reason", decision["reason_short"])
    if first_change is not None:
        screen.field("first change", first_change, "bold")
    for warning in decision["warnings"]:
        screen.field("warning", warning, "yellow")
    _show_bias(screen, decision)
    if decision["setup"] is not None:
        _show_setup(screen, decision["setup"], decision["risk"])
    screen.field("confluence", f"{decision['confluence_score']:g} of 10")
    screen.field("confidence", f"{decision['confidence']:.2f} ({decision['confidence_basis']})")
    screen.field("action", decision["action"].replace("_", " "))
    screen.field("decision hash", decision["decision_hash"])
    screen.field("run", f"{decision['run_id']}  (ict explain)")
    if decision_id is not None:
        screen.field("decision", f"{decision_id}  (ict replay)")


def _show_bias(screen: Screen, decision: dict[str, Any]) -> None:
    bias, alignment = decision["htf_bias"], decision["ltf_alignment"]
    below = f"; {alignment['timeframe']} {alignment['alignment']}" if alignment["alignment"] else ""
    screen.field("bias", f"{bias['value']}{below}")


def _show_setup(screen: Screen, setup: dict[str, Any], risk: dict[str, Any] | None) -> None:
    counter = ", against the trend" if setup["is_counter_trend"] else ""
    screen.field("setup", f"{setup['name']}, {setup['direction']}{counter}", "bold")
    screen.field("entry", f"{_price(setup['entry_price'])} ({setup['entry_type']})")
    screen.field("stop", _price(setup["stop_loss"]))
    screen.field("targets", ", ".join(_price(one) for one in setup["take_profit"]) or "none")
    if risk is not None:
        screen.field("R:R", f"{risk['rr']:.2f}")
        screen.field("size", _size(risk))


def _size(risk: dict[str, Any]) -> str:
    money = f"{risk['risk_money']:,.2f} {risk['account_currency']} ({risk['risk_pct']:g}%)"
    if risk["position_size"] is None:
        return f"unknown: {risk['size_reason']}"
    why = f": {risk['size_reason']}" if risk["size_reason"] else ""
    return f"{risk['position_size']:g} contracts or lots, risking {money}{why}"


def _price(price: float) -> str:
    return f"{price:.10g}"
