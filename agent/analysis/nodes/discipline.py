"""Discipline: what was traded and lost before this decision, as facts; what nobody said is unknown."""

from agent.analysis.discipline import Discipline
from rulebook.facts import Fact

UNSAID = "nobody says what was traded"


def discipline_facts(state: Discipline) -> dict[str, Fact]:
    """Return the trader's state as facts; the trade numbers count this trade as taken."""
    return {
        "discipline.session_trade_number": _next(state.trades_this_session),
        "discipline.day_trade_number": _next(state.trades_today),
        "discipline.session_losses": _known(state.losses_this_session),
        "discipline.losses_in_row": _known(state.losses_in_row),
        "discipline.minutes_since_loss": _known(state.minutes_since_loss),
        "discipline.daily_loss_pct": _known(state.daily_loss_pct),
        "discipline.drawdown_pct": _known(state.drawdown_pct),
    }


def stop_fact(state: Discipline) -> Fact:
    """Return whether trading is stopped altogether; why stands among the inputs and in the decision's permission."""
    return Fact.unknown("nobody says whether it is") if state.stopped is None else Fact(bool(state.stopped))


def _known(value: float | None) -> Fact:
    return Fact.unknown(UNSAID) if value is None else Fact(value)


def _next(taken: int | None) -> Fact:
    return _known(None if taken is None else taken + 1)
