"""Scores of classes, such as bullish, bearish and neutral: confusion, balanced accuracy, Matthews' correlation.

The formulas work on many confusions at once, for the bootstrap; tests hold them against scikit-learn's. Sources: K. H.
Brodersen et al. (2010), balanced accuracy; J. Gorodkin (2004), Matthews' correlation of several classes.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from sklearn.metrics import confusion_matrix  # type: ignore[import-untyped]

from tools.facts import FloatArray

NONE: Final = "none"
"""What stands in a confusion where nothing was found, or nothing that is a class."""
Classes = tuple[str, ...]
Said = tuple[str, str | None]
"""What is true, and what was found."""


def confusion(said: Sequence[Said], classes: Classes) -> FloatArray:
    """Return how often each class was found as which; shape (classes + 1, classes + 1), the last is `NONE`."""
    if not said:
        return np.zeros((len(classes) + 1,) * 2)
    places, none = {name: place for place, name in enumerate(classes)}, len(classes)
    true = [places[one] for one, _ in said]
    found = [places.get(one or NONE, none) for _, one in said]
    return np.asarray(confusion_matrix(true, found, labels=range(none + 1)), dtype=float)


def balanced_accuracies(matrices: FloatArray) -> FloatArray:
    """Return the mean over the true classes of how often each was found, shape (…, k, k) to (…); NaN below two."""
    true = matrices.sum(axis=-1)
    present = true > 0
    right = np.diagonal(matrices, axis1=-2, axis2=-1) / np.where(present, true, 1)
    classes = present.sum(axis=-1)
    return np.asarray(np.where(classes > 1, right.sum(axis=-1) / np.maximum(classes, 1), np.nan))


def matthews_correlations(matrices: FloatArray) -> FloatArray:
    """Return Matthews' correlation of confusions, −1 to 1, shape (…, k, k) to (…).

    It is 0 where only one class was ever found, and NaN where only one is true.
    """
    true, found = matrices.sum(axis=-1), matrices.sum(axis=-2)
    total = true.sum(axis=-1)
    shared = np.trace(matrices, axis1=-2, axis2=-1) * total - (true * found).sum(axis=-1)
    of_true, of_found = total**2 - (true**2).sum(axis=-1), total**2 - (found**2).sum(axis=-1)
    spread = np.sqrt(of_true) * np.sqrt(of_found)
    known = np.where(spread > 0, shared / np.where(spread > 0, spread, 1), 0.0)
    return np.asarray(np.where(of_true > 0, known, np.nan))


def as_document(matrix: FloatArray, classes: Classes) -> dict[str, Any]:
    """Return a confusion as JSON values: its classes, and a row for each that is true."""
    return {"classes": [*classes, NONE], "rows": matrix.astype(int).tolist()}
