"""An owner's limits as parameters of the rules that hold them."""

from collections.abc import Mapping
from typing import Final

from agent.desk.settings import NO_LIMIT, RiskSettings
from rulebook.facts import Scalar

UNLIMITED: Final = 1_000_000
_WHOLE_PCT: Final = 100.0
_RISK, _DISCIPLINE, _SESSION = "7.1", "7.6", "9.3"


def tuning(risk: RiskSettings) -> dict[str, dict[str, Scalar]]:
    """Return what `rulebook.book.Rulebook.tuned` takes: the parameters an owner has set, by rule.

    A limit that is lifted becomes `UNLIMITED`, or 100 percent; one left to the profile is left out.
    """
    limits = risk.limits
    discipline: dict[str, Scalar] = {}
    if limits.trades_per_day is not None:
        discipline["maximum_trades_today"] = _count(limits.trades_per_day)
    if limits.cooldown is not None:
        rests = limits.cooldown == "session"
        discipline["cooldown_minutes"] = 0 if rests else limits.cooldown
        discipline["maximum_session_losses"] = 0 if rests else UNLIMITED
    if limits.losses_in_row is not None:
        discipline["maximum_losses_in_row"] = _count(limits.losses_in_row, 1)
    if limits.daily_loss_pct is not None:
        discipline["maximum_daily_loss_pct"] = _percent(limits.daily_loss_pct)
    if limits.drawdown_pct is not None:
        discipline["maximum_drawdown_pct"] = _percent(limits.drawdown_pct)
    found: Mapping[str, dict[str, Scalar]] = {
        _RISK: {} if risk.highest_pct is None else {"maximum": risk.highest_pct},
        _DISCIPLINE: discipline,
        _SESSION: {} if limits.trades_per_session is None else {"maximum_trades": _count(limits.trades_per_session)},
    }
    return {rule: values for rule, values in found.items() if values}


def _count(value: int | str, less: int = 0) -> int:
    """Return a count, `less` by one where the limit says what ends trading and the rule what a trade may follow."""
    return UNLIMITED if isinstance(value, str) else value - less


def _percent(value: float | str) -> float:
    return _WHOLE_PCT if value == NO_LIMIT or isinstance(value, str) else value
