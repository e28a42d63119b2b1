"""Scores with their 95 % intervals: Wilson's for shares of independent cases, the bootstrap's for everything pooled.

Clusters of cases are what is drawn again, whole: the events of one chart depend on each other, and so do charts made
from one story. Percentiles are corrected for bias and skewness (BCa), and taken further out where there are few
clusters, as Student's t is wider than the normal: plain ones miss the truth twice as often as they claim with ten of
them. Sources: E. B. Wilson (1927), by statsmodels; B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993),
chapter 14; T. C. Hesterberg, What Teachers Should Know About the Bootstrap (2015), the expanded percentile interval.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tools.facts import FloatArray

LEVEL: Final = 0.95
RESAMPLES: Final = 1_000
DIGITS: Final = 6
"""Decimals that are written: far below any interval, and above what the order of a sum may change."""
Bounds = tuple[float, float | None] | None
"""The least and the greatest value a score can have; None where it has neither."""
_KEPT: Final = 32
_SUMS_KEPT: Final = 64
_SHARES_KEPT: Final = 4_096
_EXACT_WHOLE: Final = 2**24
"""Up to here single precision holds every whole number."""
_EXACT: Final = 9
"""Decimals beyond which a difference is the noise of binary fractions."""
_FLATTEST: Final = 0.05
"""What the correction for skewness divides by at least: below it the end lies beyond every resample anyway."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One score.

    Attributes:
        value: the score; None where it cannot be told, and then `reason` says why.
        low: lower end of its 95 % interval; None where there is no interval.
        high: likewise the upper end.
        n: how much it rests on: trials of a share with Wilson's interval, cases otherwise.
        clusters: in how many clusters these lie, which is what the interval rests on; None where that is not asked.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None
    clusters: int | None = None

    @classmethod
    def unknown(cls, reason: str, n: int = 0) -> "Estimate":
        """Return a score that cannot be told, with the reason."""
        return cls(None, None, None, n, reason)

    def to_dict(self) -> dict[str, Any]:
        """Return its fields as strict JSON values, ``clusters`` and ``reason`` where there are such."""
        written: dict[str, Any] = {
            name: None if number is None else round(number, DIGITS) + 0.0
            for name, number in (("value", self.value), ("low", self.low), ("high", self.high))
        }
        beside = {"clusters": self.clusters, "reason": self.reason}
        return {**written, "n": self.n, **{name: one for name, one in beside.items() if one is not None}}


@lru_cache(maxsize=_SHARES_KEPT)
def wilson(successes: int, trials: int) -> Estimate:
    """Return a share of independent trials with Wilson's interval."""
    if trials == 0:
        return Estimate.unknown("no trial")
    low, high = proportion_confint(successes, trials, alpha=1 - LEVEL, method="wilson")
    return Estimate(successes / trials, max(float(low), 0.0), min(float(high), 1.0), trials)


@lru_cache(maxsize=_KEPT)
def resamples(units: int, seed: int) -> npt.NDArray[np.float32]:
    """Return how often each unit is drawn in each resample; shape (RESAMPLES, units), rows add up to `units`."""
    drawn = np.random.default_rng([seed, units]).integers(0, units, size=(RESAMPLES, units))
    drawn += np.arange(RESAMPLES)[:, None] * units
    counts = np.bincount(drawn.ravel(), minlength=RESAMPLES * units).reshape(RESAMPLES, units)
    return counts.astype(np.float32)


def resampled(counts: FloatArray, seed: int) -> FloatArray:
    """Return the sums of some units' counts in each resample; shape (units, counts) to (RESAMPLES, counts).

    Whole numbers are summed in single precision, which is exact as far as they go and takes half the time.
    """
    is_exact = (counts == np.rint(counts)).all(axis=0) & (np.abs(counts).max(axis=0) * len(counts) < _EXACT_WHOLE)
    sums = np.empty((RESAMPLES, counts.shape[1]))
    for kind, columns in ((np.float32, is_exact), (np.float64, ~is_exact)):
        if columns.any():
            kept = np.ascontiguousarray(counts[:, columns].astype(kind))
            sums[:, columns] = _resampled(kept.tobytes(), kept.dtype.name, kept.shape[1], seed)
    return sums


@lru_cache(maxsize=_SUMS_KEPT)
def _resampled(counts: bytes, kind: str, width: int, seed: int) -> FloatArray:
    """Sum once what a slice that is the whole is made of as well."""
    table = np.frombuffer(counts, dtype=kind).reshape(-1, width)
    return np.asarray(resamples(len(table), seed) @ table, dtype=float)


def summed_by(clusters: npt.NDArray[np.int64], counts: FloatArray) -> FloatArray:
    """Return the sums of the counts of each cluster's cases; shapes (cases,), (cases, counts) to (clusters, counts)."""
    order = np.argsort(clusters, kind="stable")
    begins = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    if len(begins) == len(counts):
        return counts[order]
    return np.asarray(np.add.reduceat(counts[order], begins, axis=0), dtype=float)


def ends(value: float, drawn: FloatArray, units: int, left_out: FloatArray | None = None) -> tuple[float, float]:
    """Return the two ends of the interval of a score, which always hold the score itself.

    Args:
        value: the score.
        drawn: its resampled values, shape (at least 1,), finite.
        units: how many are drawn in each resample, at least 2.
        left_out: the score without each unit in turn, shape (units,), NaN where that leaves it undefined; with it the
            ends are corrected for bias and skewness, else they are expanded percentiles.
    """
    out = float(special.stdtrit(units - 1, (1 + LEVEL) / 2)) * np.sqrt(units / (units - 1))
    z = np.array([-out, out])
    if left_out is not None:
        z = _corrected(z, value, drawn, left_out[np.isfinite(left_out)])
    low, high = np.quantile(drawn, special.ndtr(z))
    return min(float(low), value), max(float(high), value)


def _corrected(z: FloatArray, value: float, drawn: FloatArray, left_out: FloatArray) -> FloatArray:
    """Move standard normal quantiles by the bias of the resamples and the acceleration of the score."""
    below = (np.mean(drawn < value) + np.mean(drawn <= value)) / 2
    bias = float(special.ndtri(np.clip(below, 1 / len(drawn), 1 - 1 / len(drawn))))
    apart = left_out.mean() - left_out if left_out.size else np.zeros(1)
    spread = float(np.sum(apart**2)) ** 1.5
    acceleration = float(np.sum(apart**3)) / (6 * spread) if spread > 0 else 0.0
    return np.asarray(bias + (bias + z) / np.maximum(1 - acceleration * (bias + z), _FLATTEST))


def bootstrapped(
    value: float, drawn: FloatArray, units: int, bounds: Bounds, left_out: FloatArray | None = None
) -> Estimate:
    """Return a score with the interval of its resampled values.

    Where every unit is perfect (or none is right at all) no resample differs, and a bootstrap would claim certainty.
    Then the open end is Wilson's for as many units without a fault, stretched over what the score can be. One unit
    alone says nothing of the spread: its interval is all that the score can be.

    Args:
        value: the score.
        drawn: its resampled values, shape (RESAMPLES,), NaN where a resample leaves it undefined.
        units: how many there are of what is drawn: cases, clusters of them, or days.
        bounds: what the score can be.
        left_out: see `ends`.
    """
    value, known = round(value, _EXACT), np.round(drawn[np.isfinite(drawn)], _EXACT)
    if units > 1 and known.size and np.ptp(known) > 0:
        return Estimate(value, *ends(value, known, units, left_out), units)
    if bounds is None or bounds[1] is None:
        return Estimate(value, None, None, units) if units < 2 else Estimate(value, value, value, units)
    return _without_spread(value, units, bounds[0], bounds[1])


def unseen(units: int) -> float:
    """Return the greatest share, by Wilson's interval, of a fault that none of some units has."""
    return wilson(0, units).high or 0.0


def _without_spread(value: float, units: int, least: float, most: float) -> Estimate:
    if least < value < most:
        return Estimate(value, least, most, units) if units < 2 else Estimate(value, value, value, units)
    hidden = (most - least) * unseen(units)
    return (
        Estimate(value, most - hidden, most, units) if value == most else Estimate(value, least, hidden + least, units)
    )
