"""The sizing plan as it stood at a moment: the owner's method, and what it needs to know of the ledger."""

from collections.abc import Sequence
from math import fsum
from statistics import fmean
from typing import Any, Final

from agent.desk.ledger import Ledger
from agent.desk.settings import RiskSettings
from tools.risk_methods import Method, RiskPlan

MEAN_OF_TRADES: Final = 10
"""Closed trades over which the equity curve's mean is taken; with fewer it is unknown."""
_DECIMALS: Final = 6
_MOST_SESSION_PCT: Final = 100.0


def plan_of(risk: RiskSettings, ledger: Ledger | None, session: int, at: int, *, allowed_pct: float) -> RiskPlan:
    """Return the plan.

    Args:
        risk: the owner's settings.
        ledger: account and trades; None where no account is known, and then nothing of it is.
        session: when the session under way began, UTC epoch seconds.
        at: the moment; nothing after it counts.
        allowed_pct: the most a trade may risk by the rulebook that judges (rule 7.1); the plan's highest where the
            owner sets none.
    """
    return RiskPlan(
        method=risk.method,
        risk_pct=risk.risk_pct,
        highest_pct=allowed_pct if risk.highest_pct is None else risk.highest_pct,
        session_cap_pct=risk.session_cap_pct,
        reduced_factor=risk.reduced_factor,
        **({} if ledger is None else _known(risk.method, ledger, session, at)),
    )


def _known(method: Method, ledger: Ledger, session: int, at: int) -> dict[str, Any]:
    """Return what the method needs to know, and nothing else: a long ledger takes its time."""
    if method == "half_kelly":
        return _record(ledger, at)
    if method == "session_cap":
        return {"session_risk_pct": _sum([one.risk_pct for one in ledger.opened_within(session, at)])}
    if method == "equity_curve":
        return {"equity_above_mean": _is_above_mean(ledger, at)}
    return {}


def _record(ledger: Ledger, at: int) -> dict[str, Any]:
    results = [one.result_r for one in ledger.closed_until(at) if one.result_r is not None]
    wins, losses = [one for one in results if one > 0], [-one for one in results if one < 0]
    return {
        "win_rate": round(len(wins) / len(results), _DECIMALS) if results else None,
        "payoff": round(fmean(wins) / fmean(losses), _DECIMALS) if wins and losses else None,
        "closed_trades": len(results),
    }


def _sum(risks: Sequence[float | None]) -> float | None:
    known = [one for one in risks if one is not None]
    return min(round(sum(known), _DECIMALS), _MOST_SESSION_PCT) if len(known) == len(risks) else None


def _is_above_mean(ledger: Ledger, at: int) -> bool | None:
    equity = ledger.equity_after(at, MEAN_OF_TRADES)
    return None if len(equity) < MEAN_OF_TRADES else equity[-1] * len(equity) >= fsum(equity)
