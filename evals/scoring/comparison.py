"""Two runs over the same cases: what flipped, and whether the difference is more than chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from scipy.stats import permutation_test  # type: ignore[import-untyped]
from statsmodels.stats.contingency_tables import mcnemar  # type: ignore[import-untyped]

from evals.scoring.estimates import Column, Places, all_metrics, clusters_of, columns_of, estimates
from evals.scoring.intervals import DIGITS, LEVEL, Estimate, ends, resampled, summed_by, unseen
from evals.scoring.metric import Metric, Parts
from evals.scoring.summary import HEADLINE, PASSED, SEED, Row, is_of_intent, name_of, parts_of
from tools.errors import InvalidParameter
from tools.facts import FloatArray

PERMUTATIONS: Final = 9_999
_BATCH_NUMBERS: Final = 2_000_000
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class ScoreComparison:
    """One score of both runs over the same cases.

    Attributes:
        a: of the first run, the one compared with.
        b: of the second.
        difference: b − a, its interval from resampled clusters of pairs.
        p: two-sided p of permuting whole clusters; None where the difference cannot be told.
        is_better_high: whether a positive difference is a gain.
    """

    a: Estimate
    b: Estimate
    difference: Estimate
    p: float | None
    is_better_high: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return it as strict JSON values."""
        return {
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "difference": self.difference.to_dict(),
            "p": None if self.p is None else round(self.p, DIGITS),
            "is_better_high": self.is_better_high,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run held against an earlier one, case by case.

    Attributes:
        cases: how many both have.
        lost: cases that passed before and do not now, as ``suite/case``, in alphabetical order.
        gained: cases that pass now and did not before.
        pinned_lost: those of `lost` that are pinned in either run.
        clusters: in how many clusters of siblings all cases lie.
        flipped_clusters: in how many of them those of `lost` and `gained` lie.
        passed: the pass rates of all cases.
        mcnemar_p: exact McNemar p of the flips, which takes each for independent: read it beside `flipped_clusters`.
        scores: every headline score, ``passed`` among them, of the cases that are labelled by the definitions.
        intent: likewise of those that are labelled by what their charts were meant to show; empty without any.
    """

    cases: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    pinned_lost: tuple[str, ...]
    clusters: int
    flipped_clusters: int
    passed: ScoreComparison
    mcnemar_p: float
    scores: Mapping[str, ScoreComparison]
    intent: Mapping[str, ScoreComparison]

    def to_dict(self) -> dict[str, Any]:
        """Return it as strict JSON values."""
        return {
            "level": LEVEL,
            "cases": self.cases,
            "lost": list(self.lost),
            "gained": list(self.gained),
            "pinned_lost": list(self.pinned_lost),
            "clusters": self.clusters,
            "flipped_clusters": self.flipped_clusters,
            "passed": self.passed.to_dict(),
            "mcnemar_p": round(self.mcnemar_p, DIGITS),
            "scores": {name: one.to_dict() for name, one in self.scores.items()},
            "intent": {name: one.to_dict() for name, one in self.intent.items()},
        }


def compare(a_rows: Iterable[Row], b_rows: Iterable[Row], *, shared_only: bool = False, seed: int = SEED) -> Comparison:
    """Hold the rows of one run against those of an earlier one.

    Args:
        a_rows: the earlier run's, in any order.
        b_rows: the later run's.
        shared_only: compare the cases that both have, byte for byte, and leave out the others.
        seed: of the bootstrap and the permutations.

    Raises:
        InvalidParameter: the runs are not over the same cases, a case is in one of them twice, or nothing is left.
    """
    names, first, second = _paired(a_rows, b_rows, shared_only)
    before, after = ([bool(row["passed"]) for row in rows] for rows in (first, second))
    lost = [place for place in range(len(names)) if before[place] and not after[place]]
    gained = [place for place in range(len(names)) if after[place] and not before[place]]
    both = [{**a, **b} for a, b in zip(first, second, strict=True)]  # a baseline keeps no tags
    clusters = clusters_of(both)
    pairs = _Pairs(parts_of(first), parts_of(second), clusters, seed)
    by_intent = np.array([is_of_intent(row) for row in both])
    scores = pairs.compared(np.flatnonzero(~by_intent))
    return Comparison(
        cases=len(names),
        lost=tuple(names[place] for place in lost),
        gained=tuple(names[place] for place in gained),
        pinned_lost=tuple(names[place] for place in lost if first[place]["pinned"] or second[place]["pinned"]),
        clusters=len(np.unique(clusters)),
        flipped_clusters=len(np.unique(clusters[[*lost, *gained]])),
        passed=pairs.compared(np.arange(len(names)), (PASSED,))[PASSED.name]
        if by_intent.any()
        else scores[PASSED.name],
        mcnemar_p=mcnemar_p(len(lost), len(gained)),
        scores=scores,
        intent=pairs.compared(np.flatnonzero(by_intent)) if by_intent.any() else {},
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What each case adds to scores in either run."""

    a: Sequence[Parts]
    b: Sequence[Parts]
    clusters: Places
    seed: int

    def compared(self, places: Places, metrics: Sequence[Metric] | None = None) -> dict[str, ScoreComparison]:
        """Return the main scores, or other ones, of the cases at some places."""
        a, b = ([rows[place] for place in places.tolist()] for rows in (self.a, self.b))
        chosen = metrics or [one for one in (PASSED, *all_metrics([*a, *b])) if one.name in HEADLINE]
        columns = columns_of(chosen, a), columns_of(chosen, b)
        mine, everywhere = self.clusters[places], np.arange(len(places))
        alone = [estimates(ones, rows, everywhere, mine, self.seed) for ones, rows in zip(columns, (a, b), strict=True)]
        return {
            one.metric.name: _compared(
                one, other, (alone[0][one.metric.name], alone[1][one.metric.name]), mine, self.seed
            )
            for one, other in zip(*columns, strict=True)
        }


def mcnemar_p(lost: int, gained: int) -> float:
    """Return the exact two-sided McNemar p of some flips; 1 where nothing flipped."""
    if not lost + gained:
        return 1.0
    return min(float(mcnemar([[0, lost], [gained, 0]], exact=True).pvalue), 1.0)


def permutation_p(metric: Metric, a: FloatArray, b: FloatArray, seed: int) -> float | None:
    """Return how often a score would differ at least so much, were it chance which run a unit's result belongs to.

    Exact where there are few differing units, else from `PERMUTATIONS` random ones.

    Args:
        metric: the score.
        a: what each unit that is exchanged whole, a case or a cluster of them, adds to it in one run; shape
            (units, counts).
        b: likewise in the other.
        seed: of the random ones.

    Returns:
        The two-sided p; None where the score of either run is undefined.
    """
    if not np.isfinite(metric.measure(np.stack([a.sum(axis=0), b.sum(axis=0)]))).all():
        return None
    differ = (a != b).any(axis=1)
    cases = int(differ.sum())
    if cases < 2:
        return 1.0  # which run a single difference belongs to says nothing of its size
    same, either = a[~differ].sum(axis=0), np.concatenate([a[differ], b[differ]])

    def statistic(x: Any, y: Any, axis: int) -> FloatArray:
        sums = (same + either[np.moveaxis(side, axis, -1).astype(np.int64)].sum(axis=-2) for side in (x, y))
        in_a, in_b = (metric.measure(one) for one in sums)
        return np.nan_to_num(in_b - in_a)

    result = permutation_test(
        (np.arange(cases), np.arange(cases) + cases),
        statistic,
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=max(_BATCH_NUMBERS // either.size, 1),
        rng=np.random.default_rng(seed),
    )
    return min(float(result.pvalue), 1.0)


def _compared(a: Column, b: Column, alone: tuple[Estimate, Estimate], clusters: Places, seed: int) -> ScoreComparison:
    high = a.metric.is_better_high
    untold = next((one.reason for one in alone if one.reason is not None), None)
    if untold is not None:
        return ScoreComparison(*alone, Estimate.unknown(untold), None, high)
    chosen = (a.counts.any(axis=1) | b.counts.any(axis=1)) & (a.speaks | b.speaks)
    first, second = (summed_by(clusters[chosen], one.counts[chosen]) for one in (a, b))
    p = permutation_p(a.metric, first, second, seed)
    difference = replace(_difference(a.metric, first, second, seed), n=int(chosen.sum()), clusters=len(first))
    return ScoreComparison(*alone, difference, p, high)


def _difference(metric: Metric, a: FloatArray, b: FloatArray, seed: int) -> Estimate:
    """Return b − a with the interval of resampled pairs; where none differs, with what so many pairs may hide."""
    units, measure = len(a), metric.measure
    whole = a.sum(axis=0), b.sum(axis=0)
    value = float(measure(whole[1]) - measure(whole[0]))
    drawn = measure(resampled(b, seed)) - measure(resampled(a, seed))
    known = drawn[np.isfinite(drawn)]
    if units > 1 and known.size and np.ptp(known) > 0:
        left_out = measure(whole[1] - b) - measure(whole[0] - a)
        return Estimate(value, *ends(value, known, units, left_out), units)
    if metric.bounds is None or metric.bounds[1] is None:
        return Estimate(value, None, None, units) if units < 2 else Estimate(value, value, value, units)
    width = metric.bounds[1] - metric.bounds[0]
    hidden = width * unseen(units)
    return Estimate(value, max(value - hidden, -width), min(value + hidden, width), units)


def _paired(a_rows: Iterable[Row], b_rows: Iterable[Row], shared_only: bool) -> tuple[list[str], list[Row], list[Row]]:
    a, b = _by_name(a_rows, "a"), _by_name(b_rows, "b")
    shared = sorted(a.keys() & b.keys())
    changed = [name for name in shared if a[name]["digest"] != b[name]["digest"]]
    if not shared_only:
        _check_same(a.keys() ^ b.keys(), "is in one of the two runs only", "are in one of the two runs only")
        _check_same(changed, "was changed between the two runs", "were changed between the two runs")
    names = [name for name in shared if name not in set(changed)]
    if not names:
        raise InvalidParameter(
            "the two runs have no case in common", field="rows", expected="the same cases", got="none"
        )
    return names, [a[name] for name in names], [b[name] for name in names]


def _by_name(rows: Iterable[Row], run: str) -> dict[str, Row]:
    named: dict[str, Row] = {}
    for row in rows:
        name = name_of(row)
        if name in named:
            raise InvalidParameter(f"run {run} holds case {name} twice", field=run, expected="each case once", got=name)
        named[name] = row
    return named


def _check_same(names: Iterable[str], one: str, many: str) -> None:
    listed = sorted(names)
    if not listed:
        return
    shown = ", ".join(listed[:_SHOWN]) + (f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else "")
    said = f"{shown} {one if len(listed) == 1 else many}"
    raise InvalidParameter(
        f"{said}: the runs cannot be compared case by case", field="rows", expected="the same cases", got=shown
    )
