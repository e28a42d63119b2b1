"""Scores of classes against scikit-learn's."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, matthews_corrcoef

from evals.scoring.classes import as_document, balanced_accuracies, confusion, matthews_correlations

CLASSES = ("bullish", "bearish", "neutral")
said = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from((*CLASSES, None, "unclear"))), min_size=1, max_size=30
)


@given(said)
def test_against_scikit_learn(pairs: list[tuple[str, str | None]]) -> None:
    matrix = confusion(pairs, CLASSES)
    true = [one for one, _ in pairs]
    found = [one if one in CLASSES else "none" for _, one in pairs]
    balanced, correlated = float(balanced_accuracies(matrix)), float(matthews_correlations(matrix))
    if len(set(true)) < 2:
        assert np.isnan(balanced)
        assert np.isnan(correlated)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it warns of classes that were found and are never true
        assert balanced == pytest.approx(balanced_accuracy_score(true, found))
    assert correlated == pytest.approx(matthews_corrcoef(true, found))


def test_by_hand() -> None:
    """Of four bullish three are found, of two bearish one; MCC of two classes = (3·1 − 1·1) / √(4·4·2·2) = ¼."""
    pairs = [("bullish", "bullish")] * 3 + [("bullish", "bearish"), ("bearish", "bearish"), ("bearish", "bullish")]
    matrix = confusion(pairs, CLASSES)
    assert as_document(matrix, CLASSES) == {
        "classes": ["bullish", "bearish", "neutral", "none"],
        "rows": [[3, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    }
    assert balanced_accuracies(matrix) == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert matthews_correlations(matrix) == pytest.approx(1 / 4)


def test_many_confusions_at_once() -> None:
    stack = np.stack([confusion([("bullish", "bullish"), ("bearish", "neutral")], CLASSES), np.zeros((4, 4))])
    assert balanced_accuracies(stack)[0] == 0.5
    assert np.isnan(balanced_accuracies(stack)[1])
    assert np.isnan(matthews_correlations(stack)[1])
