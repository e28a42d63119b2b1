"""Two runs held against each other: flips, p values by hand and against libraries, and what cannot be compared."""

import json
from math import comb
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from evals.scoring.comparison import compare, mcnemar_p, permutation_p
from evals.scoring.metric import Metric, f1_of
from evals.scoring.summary import PASSED
from tools.errors import InvalidParameter


def run(passes: str, *, pinned: frozenset[int] = frozenset()) -> list[dict[str, Any]]:
    """Return a run's rows: one a letter, ``+`` where it passes."""
    return [
        {
            "suite": "s", "case": f"c{place:03}", "digest": f"d{place}", "pinned": place in pinned, "tags": {},
            "slices": {}, "passed": letter == "+", "score": {}, "error": None,
        }
        for place, letter in enumerate(passes)
    ]  # fmt: skip


def test_flips_by_name() -> None:
    told = compare(run("++--+"), run("+-+--", pinned=frozenset({4})))
    assert (told.lost, told.gained, told.pinned_lost) == (("s/c001", "s/c004"), ("s/c002",), ("s/c004",))
    assert (told.passed.a.value, told.passed.b.value) == (0.6, 0.4)
    assert told.passed.difference.value == pytest.approx(-0.2)


@pytest.mark.parametrize(("lost", "gained"), [(0, 0), (1, 0), (0, 6), (2, 7), (5, 5), (30, 12)])
def test_mcnemar_is_the_sign_test_of_the_flips(lost: int, gained: int) -> None:
    """Of n flips k one way: twice the chance of at most min(k, n − k) heads in n tosses."""
    flips = lost + gained
    tail = sum(comb(flips, heads) for heads in range(min(lost, gained) + 1)) / 2**flips
    assert mcnemar_p(lost, gained) == pytest.approx(min(1.0, 2 * tail))
    if flips:
        assert mcnemar_p(lost, gained) == pytest.approx(mcnemar([[9, lost], [gained, 4]], exact=True).pvalue)


def test_permutations_of_few_flips_are_exact() -> None:
    """Six lost of eight cases: two of the 64 ways to hand them out are so one-sided."""
    a, b = (np.array([[float(letter == "+"), 1.0] for letter in letters]) for letters in ("++++++++", "------++"))
    assert permutation_p(PASSED, a, b, 1) == pytest.approx(2 / 64)
    assert permutation_p(PASSED, a, a, 1) == 1.0
    assert permutation_p(PASSED, a[:1], b[:1], 1) == 1.0


def test_permutations_of_many_cases_against_scipys() -> None:
    """A score that is a plain mean, where scipy's own test of paired samples says the same."""
    rng = np.random.default_rng(3)
    a, b = rng.random(40) < 0.5, rng.random(40) < 0.75
    theirs = stats.permutation_test(
        (a.astype(float), b.astype(float)), lambda x, y, axis: np.mean(y, axis=axis) - np.mean(x, axis=axis),
        permutation_type="samples", vectorized=True, n_resamples=9_999, rng=np.random.default_rng(5),
    ).pvalue  # fmt: skip
    stacked = [np.stack([one.astype(float), np.ones(40)], axis=1) for one in (a, b)]
    ours = permutation_p(PASSED, stacked[0], stacked[1], 7)
    assert ours == pytest.approx(theirs, abs=4 * (theirs * (1 - theirs) / 9_999) ** 0.5)


@pytest.mark.parametrize("seed", range(8))
def test_permutations_of_a_pooled_score_against_every_swap(seed: int) -> None:
    """F1 of six charts, one of them alike in both runs: all 64 ways to hand the two results of each to the two runs."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 9, (6, 3)).astype(float), rng.integers(0, 9, (6, 3)).astype(float)
    a[5] = b[5] = [0, 0, 40]
    metric = Metric("f1", lambda parts: None, f1_of, "nothing")
    differences = []
    for swap in range(64):
        swapped = np.array([bool(swap >> chart & 1) for chart in range(6)])[:, None]
        first, second = np.where(swapped, b, a), np.where(swapped, a, b)
        differences.append(float(f1_of(second.sum(axis=0)) - f1_of(first.sum(axis=0))))
    told, eps = np.array(differences), 1e-12
    one_sided = min(np.mean(told <= told[0] + eps), np.mean(told >= told[0] - eps))
    assert permutation_p(metric, a, b, 1) == pytest.approx(min(1.0, 2 * one_sided))
    assert permutation_p(metric, a * 0, b, 1) is None


def test_a_run_against_itself_differs_in_nothing() -> None:
    rows = run("+-" * 30)
    told = compare(rows, list(reversed(rows)))
    assert (told.lost, told.gained, told.mcnemar_p, told.passed.p) == ((), (), 1.0, 1.0)
    difference = told.passed.difference
    assert difference.low is not None
    assert difference.high is not None
    assert difference.low < 0 < difference.high  # what sixty pairs may hide


def told_as(rows: list[dict[str, Any]], tags: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{**row, "tags": one} for row, one in zip(rows, tags, strict=True)]


def test_siblings_change_sides_together() -> None:
    """Thirty of sixty lost, all of one story of two: one flip that says nothing, however many charts show it."""
    stories = [{"scenario": "ab"[place % 2]} for place in range(60)]
    a, b = run("+" * 60), run("+-" * 30)
    alone, told = compare(a, b), compare(told_as(a, stories), told_as(b, stories))
    assert (alone.clusters, alone.flipped_clusters, told.clusters, told.flipped_clusters) == (60, 30, 2, 1)
    assert alone.passed.p == pytest.approx(2 / 9_999, abs=1e-3)
    assert told.passed.p == 1.0
    assert told.mcnemar_p == alone.mcnemar_p < 1e-8
    assert (told.passed.difference.n, told.passed.difference.clusters) == (60, 2)
    assert told.passed.difference.high == 0.0
    assert alone.passed.difference.high is not None
    assert alone.passed.difference.high < -0.3
    kept = [{name: value for name, value in row.items() if name != "tags"} for row in a]  # as a baseline keeps them
    assert compare(kept, told_as(b, stories)) == told


def test_six_stories_lost_are_exact() -> None:
    stories = [{"scenario": str(place // 5)} for place in range(40)]
    told = compare(told_as(run("+" * 40), stories), told_as(run("-" * 30 + "+" * 10), stories))
    assert (told.flipped_clusters, told.passed.p) == (6, pytest.approx(2 / 64))


def test_cases_labelled_by_intent_are_compared_apart() -> None:
    heavy = [{"noise": "heavy"} if place < 5 else {} for place in range(20)]
    told = compare(told_as(run("+" * 20), heavy), told_as(run("-" * 5 + "+" * 15), heavy))
    assert (told.scores["passed"].a.n, told.scores["passed"].difference.value) == (15, 0.0)
    assert told.intent["passed"].difference.value == -1.0
    assert told.passed.difference.value == -0.25
    assert compare(run("+-"), run("+-")).intent == {}


def test_the_interval_of_a_difference_holds_its_value_and_its_sign() -> None:
    """Twenty of sixty lost: the standard error of the paired difference is √(⅓·⅔/60) = 0.061."""
    told = compare(run("+" * 60), run("-" * 20 + "+" * 40)).passed.difference
    assert told.value == pytest.approx(-1 / 3)
    assert told.low == pytest.approx(-1 / 3 - 1.96 * 0.061, abs=0.03)
    assert told.high == pytest.approx(-1 / 3 + 1.96 * 0.061, abs=0.03)


def test_documents_are_strict_and_do_not_depend_on_order() -> None:
    a, b = run("++--+" * 4), run("+-+--" * 4)
    document = json.dumps(compare(a, b).to_dict(), allow_nan=False)
    assert json.dumps(compare(a[::-1], b[::-1]).to_dict(), allow_nan=False) == document
    assert json.loads(document)["scores"]["events.f1_at_0"]["difference"]["reason"] == "no case tells of it"


@pytest.mark.parametrize(
    ("b", "message"),
    [
        (run("+-")[:1], "s/c001 is in one of the two runs only"),
        (run("+-+--------"), "s/c002, s/c003, s/c004, s/c005, s/c006 and 4 more are in one of the two runs only"),
        ([{**one, "digest": "another"} for one in run("+-")], "s/c000, s/c001 were changed between the two runs"),
        ([*run("+-"), run("+")[0]], "run b holds case s/c000 twice"),
    ],
)
def test_runs_over_other_cases_are_refused(b: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        compare(run("+-"), b)


def test_what_both_have_may_be_compared_when_asked_for() -> None:
    changed = {**run("+--")[1], "digest": "another"}
    told = compare(run("+++"), [run("---")[0], changed, *run("----")[3:]], shared_only=True)
    assert (told.cases, told.lost) == (1, ("s/c000",))
    with pytest.raises(InvalidParameter, match="no case in common"):
        compare(run("+"), [], shared_only=True)
