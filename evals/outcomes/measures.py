"""What the trades of one variant come to."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from evals.outcomes.deciding import Decided
from evals.outcomes.intervals import Figure, FloatArray, by_day, mean_by_day
from evals.outcomes.orders import ENDED
from evals.outcomes.sharpe import sharpe_ratio
from evals.outcomes.trading import Trade

_SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_PLACES: Final = 4
_R, _WON = 0, 1
"""Columns of the rows that figures are taken of."""


def closed(trades: Sequence[Trade]) -> list[Trade]:
    """Return the trades that were filled and closed by their own rules, in the order of their ends."""
    ended = [one for one in trades if one.fate.result in ENDED]
    return sorted(ended, key=lambda one: one.fate.ended)


def returns_of(trades: Sequence[Trade]) -> list[float]:
    """Return the R of closed trades, in the order of their ends."""
    return [one.fate.r for one in closed(trades) if one.fate.r is not None]


def measure(decisions: Sequence[Decided], trades: Sequence[Trade], days: Sequence[int], *, seed: int) -> dict[str, Any]:
    """Return the counts and figures of one variant as plain JSON values.

    A win is a trade whose first target came before its stop; one that was closed by time is none. A position that is
    held when the candles end counts as filled and nowhere else. Trades of one day hang together, so every interval,
    that of the hit rate too, draws whole days (`evals.outcomes.intervals`): those with a trade, and of the daily Sharpe
    ratio all that were walked. The drawdown's tells what such days come to in other orders and mixtures; a history as
    long as the measured one is drawn. The expectancy without the best trade tells whether one trade carries the others.

    Args:
        decisions: all of them.
        trades: all orders.
        days: the ordinal of every trading day that was walked; days without a trade earn 0.
        seed: of the bootstrap.
    """
    ended, results = closed(trades), Counter(one.fate.result for one in trades)
    rows = np.array([(one.fate.r or 0.0, one.fate.result == "target") for one in ended], dtype=np.float64).reshape(
        -1, 2
    )
    figures = by_day(rows, [one.day for one in ended], _OF_TRADES, seed=seed)
    daily = dict.fromkeys(days, 0.0)
    for one in ended:
        daily[one.day] = daily.get(one.day, 0.0) + (one.fate.r or 0.0)
    earned = np.array(list(daily.values()) if ended else [], dtype=np.float64).reshape(-1, 1)
    by_days = by_day(earned, list(daily) if ended else [], {"sharpe_per_day": _SHARPE}, seed=seed)
    return {
        "decisions": len(decisions),
        "statuses": dict(sorted(Counter(one.status for one in decisions).items())),
        "orders": len(trades),
        "unfilled": dict(sorted(Counter(one.fate.reason for one in trades if one.fate.reason is not None).items())),
        "fills": len(trades) - results["not_filled"],
        "wins": results["target"],
        "losses": results["stop"],
        "timed_out": results["time"],
        "still_open": results["open"],
        "total_r": round(float(rows[:, _R].sum()), _PLACES),
        **_extremes(rows[:, _R], [one.day for one in ended], seed),
        "mae_r": _quantiles([one.fate.mae_r for one in ended]),
        "mfe_r": _quantiles([one.fate.mfe_r for one in ended]),
        **{name: one.to_dict() for name, one in {**figures, **by_days}.items()},
    }


def _extremes(returns: FloatArray, days: Sequence[int], seed: int) -> dict[str, Any]:
    """Return the largest win and loss, None where there is none, and what the others come to without the best."""
    best = int(returns.argmax()) if len(returns) else 0
    others = np.delete(returns, best).tolist() if len(returns) else []
    without = mean_by_day(others, [*days[:best], *days[best + 1 :]], seed=seed)
    return {
        "largest_win_r": round(max(returns.tolist()), _PLACES) if (returns > 0).any() else None,
        "largest_loss_r": round(min(returns.tolist()), _PLACES) if (returns < 0).any() else None,
        "expectancy_without_best_r": without.to_dict(),
    }


def max_drawdown(returns: Sequence[float] | FloatArray) -> float:
    """Return the deepest fall of the running sum of R below its highest point so far, which begins at 0."""
    run = np.concatenate(([0.0], np.cumsum(returns)))
    return float((np.maximum.accumulate(run) - run).max())


def profit_factor(returns: FloatArray) -> float:
    """Return what was won over what was lost; infinite where nothing was lost."""
    lost = -float(returns[returns < 0].sum())
    return float(returns[returns > 0].sum()) / lost if lost else float("inf")


def _sharpe(returns: FloatArray) -> float:
    """Return the Sharpe ratio; without spread it is infinite, with the sign of the mean, and 0 where nothing came."""
    found = sharpe_ratio(returns.tolist())
    if found is not None:
        return found
    mean = float(returns.mean())
    return float(np.copysign(np.inf, mean)) if mean else 0.0


def _quantiles(values: Sequence[float | None]) -> dict[str, float] | None:
    known = [one for one in values if one is not None]
    if not known:
        return None
    found = np.quantile(known, _SHARES).tolist()
    return {f"{share:.0%}": round(one, _PLACES) for share, one in zip(_SHARES, found, strict=True)}


_SHARPE: Final = Figure(lambda rows: _sharpe(rows[:, _R]), infinite="all results are the same")
_OF_TRADES: Final[dict[str, Figure]] = {
    "hit_rate": Figure(lambda rows: float(rows[:, _WON].mean()), (0.0, 1.0)),
    "expectancy_r": Figure(lambda rows: float(rows[:, _R].mean())),
    "profit_factor": Figure(lambda rows: profit_factor(rows[:, _R]), (0.0, None), infinite="nothing was lost"),
    "max_drawdown_r": Figure(lambda rows: max_drawdown(rows[:, _R]), (0.0, None)),
    "sharpe_per_trade": _SHARPE,
}
