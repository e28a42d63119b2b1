"""The variants a command line asks for: every profile with every combination of the values it lists."""

import itertools
from collections.abc import Sequence
from pathlib import Path

from evals.assignments import assignments, tuning
from evals.outcomes.deciding import Variant


def variants_of(profiles: Sequence[str], grids: Sequence[str]) -> tuple[Variant, ...]:
    """Return every profile with every combination of values.

    Args:
        profiles: shipped names, or files that exist.
        grids: each ``RULE.PARAMETER=VALUE[,VALUE…]``, such as ``7.2.minimum=2,2.5,3``.

    Raises:
        InvalidParameter: one is not written so, or names a parameter twice.
    """
    axes = assignments(grids, takes_lists=True)
    chosen = list(itertools.product(*(one.values for one in axes)))
    return tuple(
        Variant(_profile(profile), tuning(zip(axes, values, strict=True))) for profile in profiles for values in chosen
    )


def _profile(said: str) -> str | Path:
    return Path(said) if Path(said).is_file() else said
