"""A score over many cases: what each case adds to it, and how it is made of the sum."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from evals.scoring.intervals import Bounds
from tools.facts import FloatArray

Parts = Mapping[str, Any]
"""A case's `evals.scoring.score.CaseScore.parts`."""
Counts = Callable[[Parts], Sequence[float] | None]
SHARE: Final[Bounds] = (0.0, 1.0)
DISTANCE: Final[Bounds] = (0.0, None)


@dataclass(frozen=True, slots=True)
class Metric:
    """One score.

    Attributes:
        name: what it is of, and what it is: ``events.f1_at_0``.
        counts: what a case's parts add to it; None where they say nothing of it.
        measure: the score of sums of counts, shape (…, counts) to (…); NaN where they leave it undefined.
        undefined: why it then cannot be told.
        bounds: what it can be.
        point: the score of the parts themselves, where a library makes it.
        is_better_high: whether more is better.
        is_share: whether the counts are successes and trials.
    """

    name: str
    counts: Counts
    measure: Callable[[FloatArray], FloatArray]
    undefined: str
    bounds: Bounds = SHARE
    point: Callable[[Sequence[Parts]], float | None] | None = None
    is_better_high: bool = True
    is_share: bool = False


def share(name: str, counts: Counts, undefined: str = "no such case", *, is_better_high: bool = True) -> Metric:
    """Return a score of successes among trials."""
    return Metric(name, counts, ratio_of, undefined, is_better_high=is_better_high, is_share=True)


def mean(name: str, counts: Counts, bounds: Bounds, *, is_better_high: bool = False) -> Metric:
    """Return a mean of measured values, of which a case adds the sum and the number."""
    return Metric(
        name, counts, ratio_of, "nothing that was found can be measured", bounds, is_better_high=is_better_high
    )


def f1_of(sums: FloatArray) -> FloatArray:
    """Return F1 of hits, false finds and missed labels; shape (…, 3) to (…)."""
    return ratio(2 * sums[..., 0], 2 * sums[..., 0] + sums[..., 1] + sums[..., 2])


def precision_of(sums: FloatArray) -> FloatArray:
    """Return the share of hits among all finds; shape (…, 3) to (…)."""
    return ratio(sums[..., 0], sums[..., 0] + sums[..., 1])


def ratio_of(sums: FloatArray) -> FloatArray:
    """Return the first count by the second; shape (…, 2) to (…)."""
    return ratio(sums[..., 0], sums[..., 1])


def ratio(over: FloatArray, under: FloatArray) -> FloatArray:
    """Return a ratio, NaN where nothing stands below."""
    return np.asarray(np.where(under > 0, over / np.where(under > 0, under, 1), np.nan))
