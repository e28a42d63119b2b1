"""Losses that can hardly be chance: by the flips of cases, and by each headline score."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from evals.scoring.comparison import ScoreComparison, compare
from evals.scoring.summary import PASSED

FLIPS_P: Final = 0.05
"""Below this exact McNemar p more losses than gains are a loss."""
SCORE_P: Final = 0.01
"""Below this paired permutation p a worse headline score is one: of a dozen, each is asked for more."""


def significant_losses(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each significant loss.

    Args:
        before: rows of the baseline.
        after: rows of the run, of the same cases.
    """
    if not before:
        return
    found = compare(before, after)
    if len(found.lost) > len(found.gained) and found.mcnemar_p < FLIPS_P:
        where = (
            f", in {found.flipped_clusters} of {found.clusters} clusters of siblings"
            if found.clusters < found.cases
            else ""
        )
        yield (
            f"{len(found.lost)} cases that passed now fail and {len(found.gained)} that failed now pass{where}, which "
            f"is no chance (exact McNemar p = {found.mcnemar_p:.2g}): {', '.join(found.lost)}"
        )
    scores = {**found.scores, **{f"intent, {name}": one for name, one in found.intent.items()}}
    for name, score in scores.items():
        if not name.endswith(PASSED.name) and _is_loss(score):
            yield (
                f"{name} went from {score.a.value:.3f} to {score.b.value:.3f}, which is no chance "
                f"(permutation p = {score.p:.2g})"
            )


def _is_loss(score: ScoreComparison) -> bool:
    gain = score.difference.value
    if gain is None or score.p is None:
        return score.a.value is not None and score.b.value is None
    return score.p < SCORE_P and (gain < 0 if score.is_better_high else gain > 0)
