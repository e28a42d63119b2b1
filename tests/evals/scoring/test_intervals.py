"""Intervals against their libraries, by coverage, and where there is nothing to go by."""

import json

import numpy as np
import pytest
from scipy import stats

from evals.scoring.intervals import (
    RESAMPLES,
    Estimate,
    bootstrapped,
    ends,
    resampled,
    resamples,
    summed_by,
    unseen,
    wilson,
)
from evals.scoring.metric import f1_of, ratio_of
from tools.facts import FloatArray


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 1), (3, 10), (10, 10), (497, 1000)])
def test_wilson_against_scipy(successes: int, trials: int) -> None:
    expected = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    got = wilson(successes, trials)
    assert (got.low, got.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert got.n == trials


def test_every_resample_draws_as_many_cases_as_there_are() -> None:
    drawn = resamples(7, 3)
    assert drawn.shape == (RESAMPLES, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert (drawn == resamples(7, 3)).all()
    assert (drawn != resamples(7, 4)).any()


@pytest.mark.parametrize("factor", [1.0, 0.1, 1e7], ids=["whole", "fractions", "beyond single precision"])
def test_a_resample_is_the_sum_of_what_it_drew(factor: float) -> None:
    counts = factor * np.arange(12.0).reshape(6, 2)
    first = resamples(6, 3)[0]
    expected = sum(times * case for times, case in zip(first.tolist(), counts, strict=True))
    assert resampled(counts, 3)[0] == pytest.approx(expected, rel=1e-14)


def test_the_bootstrap_against_scipys() -> None:
    """Both estimate the same two quantiles from resamples of their own: within a tenth of the interval's width."""
    rng = np.random.default_rng(1)
    counts = np.stack([rng.poisson(4, 80), rng.poisson(6, 80)], axis=1).astype(float)
    drawn = ratio_of(resampled(counts, 5))
    ours = bootstrapped(float(ratio_of(counts.sum(axis=0))), drawn, 80, (0.0, 1.0))
    theirs = stats.bootstrap(
        (counts[:, 0], counts[:, 1]), lambda a, b, axis: a.sum(axis=axis) / b.sum(axis=axis), paired=True,
        method="percentile", n_resamples=4000, rng=np.random.default_rng(2),
    ).confidence_interval  # fmt: skip
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=width / 10)
    assert ours.high == pytest.approx(theirs.high, abs=width / 10)


def test_the_interval_of_f1_covers_it_as_often_as_it_says() -> None:
    """300 suites of 60 charts; each chart is easy or hard, and all its events with it.

    The standard error of a share of 300 is 1.3 points: 90 % lies four of them below the 95 that are claimed, 98.5 %
    nearly three above. Wilson's interval, which takes the events for independent, covers far less.
    """
    rng = np.random.default_rng(11)
    hard, labels, covered = rng.random((300, 60)) < 0.4, rng.poisson(5, (300, 60)) + 1, 0
    hits = rng.binomial(labels, np.where(hard, 0.3, 0.9))
    recall, covered_by_wilson = 0.4 * 0.3 + 0.6 * 0.9, 0
    truth = 2 * recall / (1 + recall)  # of a suite without false finds
    for suite in range(300):
        counts = np.stack([hits[suite], np.zeros(60), labels[suite] - hits[suite]], axis=1)
        one = bootstrapped(float(f1_of(counts.sum(axis=0))), f1_of(resampled(counts, suite)), 60, (0.0, 1.0))
        assert one.low is not None
        assert one.high is not None
        covered += one.low <= truth <= one.high
        pooled = wilson(int(hits[suite].sum()), int(labels[suite].sum()))
        assert pooled.low is not None
        assert pooled.high is not None
        covered_by_wilson += pooled.low <= recall <= pooled.high
    assert 0.90 <= covered / 300 <= 0.985
    assert covered_by_wilson / 300 < 0.85


@pytest.mark.parametrize(
    ("value", "cases", "bounds", "low", "high"),
    [
        (1.0, 20, (0.0, 1.0), 1 - unseen(20), 1.0),  # perfect: what twenty cases without a fault may hide
        (0.0, 20, (0.0, 1.0), 0.0, unseen(20)),
        (1.0, 20, (-1.0, 1.0), 1 - 2 * unseen(20), 1.0),
        (0.5, 1, (0.0, 1.0), 0.0, 1.0),  # one case says nothing of the spread
        (3.0, 1, (0.0, None), None, None),
        (3.0, 2, None, 3.0, 3.0),
    ],
)
def test_where_no_resample_differs(value, cases, bounds, low, high) -> None:  # type: ignore[no-untyped-def]
    got = bootstrapped(value, np.full(RESAMPLES, value), cases, bounds)
    assert (got.value, got.low, got.high) == pytest.approx((value, low, high))


def test_undefined_resamples_are_left_out() -> None:
    drawn = np.array([np.nan, 0.2, 0.4, np.nan])
    got = bootstrapped(0.3, drawn, 1_000, (0.0, 1.0))
    assert (got.low, got.high) == pytest.approx((0.205, 0.395), abs=1e-3)


def test_percentiles_are_expanded_as_hesterberg_says() -> None:
    """Of ten: t(0.025, 9) = 2.262, times √(10/9) = 2.384, below which 0.856 % of the normal lies; of 1,000: 2.49 %."""
    drawn = np.arange(10_001) / 10_000
    for units, tail in ((10, 0.00856), (1_000, 0.0248)):
        assert ends(0.5, drawn, units) == pytest.approx((tail, 1 - tail), abs=2e-4)


def test_bias_and_skewness_are_corrected_as_scipy_corrects_them() -> None:
    """With 5,000 charts the expansion is nothing, and what is left is BCa of a skewed mean."""
    rng = np.random.default_rng(4)
    values = rng.lognormal(0, 1.5, 5_000)
    counts = np.stack([values, np.ones(5_000)], axis=1)
    value, left_out = float(values.mean()), ratio_of(counts.sum(axis=0) - counts)
    corrected = np.array([ends(value, ratio_of(resampled(counts, seed)), 5_000, left_out) for seed in range(8)])
    plain = np.array([ends(value, ratio_of(resampled(counts, seed)), 5_000) for seed in range(8)])
    theirs = stats.bootstrap(
        (values,), np.mean, method="BCa", n_resamples=8_000, batch=500, rng=np.random.default_rng(2)
    ).confidence_interval
    width = theirs.high - theirs.low
    assert corrected.mean(axis=0) == pytest.approx((theirs.low, theirs.high), abs=0.03 * width)
    assert plain.mean(axis=0)[1] < theirs.high - 0.03 * width


@pytest.mark.parametrize("clusters", [10, 16, 30])
def test_the_interval_of_few_clusters_covers_as_often_as_it_says(clusters: int) -> None:
    """400 suites, each cluster easy or hard: a share of 400 has a standard error of 1.1 points.

    Plain percentiles cover 89 to 94 of 100 there, and the truth lies below their low end in up to 7.
    """
    rng = np.random.default_rng(clusters)

    def drawn(many: int) -> FloatArray:
        hard, labels = rng.random(many) < 0.4, rng.poisson(3, many) + 1
        hits, false = rng.binomial(labels, np.where(hard, 0.5, 0.95)), rng.poisson(np.where(hard, 1.0, 0.2))
        return np.stack([hits, false, labels - hits], axis=1).astype(float)

    truth, below, above = float(f1_of(drawn(1_000_000).sum(axis=0))), 0, 0
    for suite in range(400):
        counts = drawn(clusters)
        total = counts.sum(axis=0)
        low, high = ends(float(f1_of(total)), f1_of(resampled(counts, suite)), clusters, f1_of(total - counts))
        below, above = below + (truth < low), above + (truth > high)
    assert 0.92 <= 1 - (below + above) / 400 <= 0.985
    assert below / 400 <= 0.05


def test_counts_of_a_cluster_are_summed() -> None:
    counts = np.arange(10.0).reshape(5, 2)
    assert summed_by(np.array([3, 7, 3, 0, 7]), counts).tolist() == [[6, 7], [4, 6], [10, 12]]
    assert summed_by(np.array([0, 1, 2, 5, 9]), counts).tolist() == counts.tolist()


def test_documents_are_strict() -> None:
    told = Estimate.unknown("no case tells of it").to_dict()
    assert told == {"value": None, "low": None, "high": None, "n": 0, "reason": "no case tells of it"}
    assert wilson(0, 0).reason == "no trial"
    negative = Estimate(-0.0, -1e-12, 1 / 3, 3).to_dict()
    assert json.dumps(negative, allow_nan=False) == '{"value": 0.0, "low": 0.0, "high": 0.333333, "n": 3}'
