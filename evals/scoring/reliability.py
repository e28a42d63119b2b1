"""Reliability of a confidence: how often what was said with it came true, and its Brier score.

Sources: G. W. Brier (1950); A. H. Murphy and R. L. Winkler (1977), the reliability diagram.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import brier_score_loss  # type: ignore[import-untyped]

from evals.scoring.intervals import DIGITS, Estimate, wilson
from tools.errors import InvalidParameter

BINS: Final = 10


def reliability(
    confidences: Sequence[float],
    wins: Sequence[bool],
    bins: int = BINS,
    share: Callable[[npt.NDArray[np.intp]], Estimate] | None = None,
) -> dict[str, Any]:
    """Return the reliability curve and the Brier score of confidences.

    Args:
        confidences: 0 to 1 each.
        wins: whether each came true, as many.
        bins: how many equally wide bins there are, each without its upper end but for the last.
        share: returns how many of those at some places came true, where they are not independent.

    Returns:
        Strict JSON values: ``n``, ``brier`` (None with a ``reason`` where there is nothing), and ``bins``: each with
        its ends, the mean confidence, and the share that came true with its interval, Wilson's without `share`; empty
        bins are left out.

    Raises:
        InvalidParameter: there are not as many wins as confidences, or a confidence is outside 0 to 1.
    """
    said, won = np.asarray(confidences, dtype=float), np.asarray(wins, dtype=bool)
    if said.shape != won.shape or not ((said >= 0) & (said <= 1)).all():
        raise InvalidParameter(
            "confidences and wins do not fit together",
            field="confidences",
            expected=f"{len(won)} numbers from 0 to 1",
            got=f"{len(said)} numbers" + (f" from {said.min():g} to {said.max():g}" if len(said) else ""),
        )
    if not len(said):
        return {"n": 0, "brier": None, "reason": "no offered trade has an outcome", "bins": []}

    def independent(chosen: npt.NDArray[np.intp]) -> Estimate:
        return wilson(int(won[chosen].sum()), len(chosen))

    told = independent if share is None else share
    places = np.minimum((said * bins).astype(int), bins - 1)
    return {
        "n": len(said),
        "brier": round(float(brier_score_loss(won, said, labels=[False, True])), DIGITS),
        "bins": [
            {
                "from": round(place / bins, DIGITS),
                "to": round((place + 1) / bins, DIGITS),
                "confidence": round(float(said[places == place].mean()), DIGITS),
                "won": told(np.flatnonzero(places == place)).to_dict(),
            }
            for place in sorted(set(places.tolist()))
        ],
    }
