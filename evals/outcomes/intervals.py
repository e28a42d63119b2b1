"""Intervals at 95 % that draw whole trading days, and an honest nothing where there is too little to say.

What happened on one day hangs together, and so do neighbouring days: whole days are drawn, in blocks of random length
(D. N. Politis and J. P. Romano 1994), the cube root of their number on average. Ends are percentiles of 2,000 draws,
expanded as in `evals.scoring.intervals` for the number of such blocks: these are what is drawn independently.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from arch.bootstrap import StationaryBootstrap

from evals.scoring.intervals import LEVEL, Bounds, Estimate, bootstrapped, ends

LEAST_DAYS: Final = 10
"""Days below which no bootstrap is made: resampling a handful only repeats it."""
_REPEATS: Final = 2_000
_EXACT: Final = 9
"""Decimals beyond which a difference is the noise of binary fractions."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of some rows.

    Attributes:
        of: takes rows, at least one, and returns it; infinite where it divides by nothing, and never NaN.
        bounds: the least and the greatest it can be; None where it has neither.
        infinite: why it is infinite, where it is.
    """

    of: Callable[[FloatArray], float]
    bounds: Bounds = None
    infinite: str = "it is infinite"


def mean_by_day(values: Sequence[float], days: Sequence[int], *, seed: int, bounds: Bounds = None) -> Estimate:
    """Return a mean with its interval by days.

    Args:
        values: shape (n,).
        days: the day of each.
        seed: the same seed gives the same interval.
        bounds: what the mean can be.
    """
    rows = np.asarray(values, dtype=np.float64)[:, None]
    return by_day(rows, days, {"mean": Figure(lambda drawn: float(drawn[:, 0].mean()), bounds)}, seed=seed)["mean"]


def by_day(rows: FloatArray, days: Sequence[int], figures: Mapping[str, Figure], *, seed: int) -> dict[str, Estimate]:
    """Return figures of some rows with intervals from the same draws of whole days.

    Where no draw differs, the interval of a figure with two bounds is that of `bootstrapped` for as many days; others
    have none. Nor has one of which more than one draw in forty is infinite at an end. `n` counts days.

    Args:
        rows: shape (n, columns), in the order of time.
        days: the day of each row.
        figures: by their names.
        seed: the same seed gives the same intervals.
    """
    if not len(rows):
        return {name: Estimate.unknown("there is nothing to measure") for name in figures}
    told, place = np.unique(np.asarray(days), return_inverse=True)
    whole = {name: figure.of(rows) for name, figure in figures.items()}
    if len(told) < LEAST_DAYS:
        reason = f"{len(told)} days with any are too few for an interval: it takes {LEAST_DAYS}"
        return {name: _bare(value, figures[name], len(told), reason) for name, value in whole.items()}
    table = _table(rows, place, len(told))

    def drawn_figures(drawn: FloatArray) -> FloatArray:
        flat = drawn.reshape(-1, rows.shape[1])
        kept = flat[~np.isnan(flat[:, 0])]
        return np.array([figure.of(kept) for figure in figures.values()])

    draws = StationaryBootstrap(_block(len(told)), table, seed=seed).apply(drawn_figures, _REPEATS)
    return {
        name: _estimate(value, figures[name], draws[:, at], len(told)) for at, (name, value) in enumerate(whole.items())
    }


def _block(days: int) -> int:
    """Return how many days a block has on average."""
    return max(1, round(float(np.cbrt(days))))


def _table(rows: FloatArray, place: npt.NDArray[np.intp], days: int) -> FloatArray:
    """Return the rows of each day side by side, filled up with NaN; shape (days, most rows of a day, columns)."""
    counts = np.bincount(place, minlength=days)
    table = np.full((days, int(counts.max()), rows.shape[1]), np.nan)
    order = np.argsort(place, kind="stable")
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    table[place[order], within] = rows[order]
    return table


def _estimate(value: float, figure: Figure, draws: FloatArray, days: int) -> Estimate:
    tail = (1 - LEVEL) / 2
    if not np.isfinite(value) or max(np.mean(draws == np.inf), np.mean(draws == -np.inf)) > tail:
        return _bare(value, figure, days, f"in more than one draw of days in forty {figure.infinite}")
    finite = draws[np.isfinite(draws)]
    if np.ptp(np.round(finite, _EXACT)) > 0:
        kept = np.clip(draws, finite.min(), finite.max())
        return Estimate(value, *ends(value, kept, round(days / _block(days))), days)
    if figure.bounds is None or figure.bounds[1] is None:
        return _bare(value, figure, days, "every draw of days gives the same: there is no spread to tell it from")
    return bootstrapped(value, finite, days, figure.bounds)


def _bare(value: float, figure: Figure, days: int, reason: str) -> Estimate:
    """Return a figure without its interval, an infinite one as none."""
    if not np.isfinite(value):
        return Estimate.unknown(figure.infinite, days)
    return Estimate(value, None, None, days, reason)
