"""Agreement of labellers: Krippendorff's α of decisions, biases and rules.

Source: K. Krippendorff, Content Analysis (2018), chapter 12, the nominal metric.
"""

from collections.abc import Sequence
from typing import Any, Final

import krippendorff
import numpy as np

from agent.labels import Labels
from evals.cases.case import Case
from tools.facts import FloatArray

AGREED_ON: Final = ("decision", "bias", "rules")


def labelled_twice(case: Case) -> dict[str, list[list[str | None]]] | None:
    """Return what each labeller says of each thing that two of them speak of; nothing with one labeller.

    Returns:
        For each of `AGREED_ON` one list a thing: each labeller's word in order, None where one does not speak of it.
    """
    if len(case.labellings) < 2:
        return None
    said = [_said(one.labels) for one in case.labellings]
    named: dict[str, list[list[str | None]]] = {}
    for name in AGREED_ON:
        things = sorted({thing for one in said for thing in one[name]})
        units = [[one[name].get(thing) for one in said] for thing in things]
        named[name] = [unit for unit in units if sum(word is not None for word in unit) > 1]
    return named


def krippendorff_alpha(units: Sequence[Sequence[str | None]]) -> float | None:
    """Return the nominal α of things that several labellers speak of; None where they know fewer than two words.

    Args:
        units: for each thing each labeller's word, None where one does not speak of it.
    """
    words = sorted({word for unit in units for word in unit if word is not None})
    if len(words) < 2:
        return None
    counts = [[sum(said == word for said in unit) for word in words] for unit in units]
    return float(krippendorff.alpha(value_counts=np.array(counts), level_of_measurement="nominal"))


def coincidences(units: Sequence[Sequence[str | None]], words: Sequence[str]) -> FloatArray:
    """Return the coincidence matrix of some things, which adds up over cases; shape (words, words)."""
    total = np.zeros((len(words), len(words)))
    for unit in units:
        counts = np.array([sum(said == word for said in unit) for word in words], dtype=float)
        total += (np.outer(counts, counts) - np.diag(counts)) / max(counts.sum() - 1, 1)
    return total


def alpha_of(matrices: FloatArray) -> FloatArray:
    """Return α of coincidence matrices, shape (…, words, words); NaN where one word only was said."""
    total = matrices.sum(axis=(-2, -1))
    each = matrices.sum(axis=-1)
    agreed = np.trace(matrices, axis1=-2, axis2=-1)
    expected = total**2 - (each**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(expected > 1e-9, 1 - (total - 1) * (total - agreed) / expected, np.nan))


def _said(labels: Labels) -> dict[str, dict[str, Any]]:
    return {
        "decision": {} if labels.decision is None else {"": labels.decision.status},
        "bias": dict(labels.bias),
        "rules": dict(labels.rules),
    }
