"""Bias: what was said of each timeframe and of the walk; whoever labels ``unclear`` judges nobody."""

from typing import Final

from agent.labels import Labels
from evals.scoring.parts import Judged
from evals.subjects.found import Found

UNCLEAR: Final = "unclear"


def score_bias(labels: Labels, found: Found) -> Judged:
    """Hold each labelled bias against the one that was found.

    Returns:
        ``pairs``: where, what it is, and what was found (None where nothing was); ``unclear``: how many are not judged.
        Nothing where no bias is labelled.
    """
    if not labels.bias:
        return Judged()
    pairs = [[where, bias, found.bias.get(where)] for where, bias in sorted(labels.bias.items()) if bias != UNCLEAR]
    failures = [
        f"expected a {bias} bias on {where}; found {got or 'none'}" for where, bias, got in pairs if got != bias
    ]
    return Judged({"pairs": pairs, "unclear": len(labels.bias) - len(pairs)}, failures)
