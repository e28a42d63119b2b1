"""The Sharpe ratio, and what is left of it once every trial is counted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.stats import kurtosis, norm, skew  # type: ignore[import-untyped]

LEAST_TRADES: Final = 10
_PLACES: Final = 4
_LEAST_SPREAD: Final = 1e-12  # of returns with two values alone it may be nought, and rounding takes it below


def sharpe_ratio(returns: Sequence[float]) -> float | None:
    """Return mean over standard deviation, of one period; None of fewer than two, or of equal ones."""
    if len(returns) < 2 or max(returns) == min(returns):
        return None
    return float(np.mean(returns) / np.std(returns, ddof=1))


def expected_maximum(trials: int, variance: float) -> float:
    """Return the highest Sharpe ratio to be expected of trials that are worth nothing.

    Bailey & López de Prado (2014), "The deflated Sharpe ratio": √V · ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))),
    with γ of Euler and Mascheroni; 0 of a single trial.

    Args:
        trials: N, independent ones.
        variance: V, of their Sharpe ratios.
    """
    if trials < 2:
        return 0.0
    ends = norm.ppf(1 - 1 / trials), norm.ppf(1 - 1 / (trials * math.e))
    return float(math.sqrt(variance) * ((1 - np.euler_gamma) * ends[0] + np.euler_gamma * ends[1]))


def probability_above(sharpe: float, benchmark: float, *, periods: int, skewness: float, kurtosis: float) -> float:
    """Return the probability that the true Sharpe ratio lies above a benchmark; of the same source.

    Args:
        sharpe: as measured, of one period; likewise the benchmark.
        benchmark: 0, or `expected_maximum`; then it is the deflated Sharpe ratio.
        periods: how many were measured.
        skewness: of the returns.
        kurtosis: of the returns; 3 of normal ones.
    """
    spread = max(1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe**2, _LEAST_SPREAD)
    return float(norm.cdf((sharpe - benchmark) * math.sqrt(periods - 1) / math.sqrt(spread)))


@dataclass(frozen=True, slots=True)
class Trials:
    """Everything that was tried.

    Attributes:
        variants: how many were walked.
        before: how many are said to have been tried earlier.
        variance: of the walked variants' different Sharpe ratios; None where there are fewer than two. A variant that
            trades as another does tells nothing of how they spread, and would shrink it.
    """

    variants: int
    before: int
    variance: float | None

    @property
    def total(self) -> int:
        """How many in all."""
        return self.variants + self.before

    @classmethod
    def of(cls, sharpes: Sequence[float | None], before: int) -> "Trials":
        """Count the trials of some variants, each by its Sharpe ratio, and those before."""
        known = sorted({one for one in sharpes if one is not None})
        return cls(len(sharpes), before, float(np.var(known, ddof=1)) if len(known) > 1 else None)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        variance = None if self.variance is None else round(self.variance, 6)
        return {"variants": self.variants, "before": self.before, "total": self.total, "variance": variance}


def deflated(returns: Sequence[float], trials: Trials) -> dict[str, Any]:
    """Return the deflated Sharpe ratio of a variant's trades, and all it was computed from.

    The variance is the variants', and at least 1 / (n − 1), that of the Sharpe ratio of as many worthless trades (A. W.
    Lo 2002: (1 + SR² / 2) / n). For the paper's is that between independent trials, which differ by the error of
    measuring them even where their true ratios are one; and variants walked over the same candles share most trades,
    so that theirs may be next to nothing. Without that floor a walk of variants that are alike would take the
    benchmark to 0, however many trials are counted.
    """
    sharpe = sharpe_ratio(returns)
    if sharpe is None or len(returns) < LEAST_TRADES:
        reason = f"{len(returns)} closed trades tell no moments: it takes {LEAST_TRADES} of different results"
        return {"value": None, "reason": reason}
    least = 1 / (len(returns) - 1)
    variance = max(trials.variance or 0.0, least)
    benchmark = expected_maximum(trials.total, variance)
    third, fourth = float(skew(returns)), float(kurtosis(returns, fisher=False))
    value = probability_above(sharpe, benchmark, periods=len(returns), skewness=third, kurtosis=fourth)
    figures = {"value": value, "expected_maximum": benchmark, "skewness": third, "kurtosis": fourth}
    return {name: round(figure, _PLACES) for name, figure in figures.items()} | {
        "trials": trials.total,
        "variance_from": "the variants" if variance > least else "worthless trades",
        "reason": None,
    }
