"""Labels and finds paired one to one, so that as many labels as possible are met and the pairs lie as near as can be.

Source: the assignment problem (H. W. Kuhn, 1955), solved by ``scipy.optimize.linear_sum_assignment``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from tools.facts import FloatArray

BoolArray = npt.NDArray[np.bool_]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of labels and finds, each by its place in what was matched.

    Attributes:
        hits: pairs of a label and the find that meets it.
        look_ahead: pairs of a label and the find that would have met it, had it not been known too early: the label is
            missed and the find is false.
        missed: labels without a pair.
        beside: finds without a pair.
    """

    hits: tuple[Pair, ...]
    look_ahead: tuple[Pair, ...]
    missed: tuple[int, ...]
    beside: tuple[int, ...]

    def counts(self, *, exhaustive: bool) -> list[int]:
        """Return hits, false finds, missed labels, and how many of these were known too early.

        Args:
            exhaustive: every instance is labelled, so that whatever lies beside the labels is false.
        """
        ahead = len(self.look_ahead)
        return [len(self.hits), ahead + len(self.beside) * exhaustive, ahead + len(self.missed), ahead]


def rest_matched(matched: Matching, near: BoolArray, ahead: BoolArray, nearness: FloatArray) -> dict[int, int]:
    """Return for labels that are missed the find that comes nearest, of those that meet no other label.

    Args:
        matched: what was missed, what lies beside.
        near: shape (labels, finds): whether the find comes near.
        ahead: as in `match`.
        nearness: likewise.
    """
    early = dict(matched.look_ahead)
    rows, columns = list(matched.missed), list(matched.beside)
    rest = np.ix_(rows, columns)
    found = match(near[rest], ahead[rest], nearness[rest])
    return early | {rows[row]: columns[column] for row, column in (*found.hits, *found.look_ahead)}


def match(near: BoolArray, ahead: BoolArray, nearness: FloatArray) -> Matching:
    """Pair labels and finds: first whatever is a hit, then of what is left whatever was known too early.

    Args:
        near: shape (labels, finds): whether the find lies where the label wants it.
        ahead: likewise: whether it was known before the label could be.
        nearness: likewise, 0 to 1: of as many pairs those with the greatest sum are taken.
    """
    labels, finds = near.shape
    hits = assign(near & ~ahead, nearness)
    free_labels = sorted(set(range(labels)) - {label for label, _ in hits})
    free_finds = sorted(set(range(finds)) - {find for _, find in hits})
    rest = np.ix_(free_labels, free_finds)
    early = [(free_labels[row], free_finds[column]) for row, column in assign((near & ahead)[rest], nearness[rest])]
    early_labels, early_finds = {label for label, _ in early}, {find for _, find in early}
    return Matching(
        hits=tuple(hits),
        look_ahead=tuple(early),
        missed=tuple(row for row in free_labels if row not in early_labels),
        beside=tuple(column for column in free_finds if column not in early_finds),
    )


def assign(allowed: BoolArray, nearness: FloatArray) -> list[Pair]:
    """Return as many allowed pairs as there can be, each row and column once, of those the nearest in sum.

    Args:
        allowed: shape (rows, columns).
        nearness: likewise, 0 to 1.
    """
    if not allowed.any():
        return []
    worth = np.where(allowed, min(allowed.shape) + 1 + nearness, 0.0)  # one pair more outweighs all nearness
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if allowed[row, column]]
