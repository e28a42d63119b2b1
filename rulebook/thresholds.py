"""Thresholds as a profile resolved them: whether each comparison can be made with its own."""

from __future__ import annotations

from rulebook.conditions import Comparison, wrong_value


def ordered(lower: object, upper: object) -> bool:
    """Say whether two thresholds of a `between` stand in order; anything but two numbers passes."""
    if isinstance(lower, bool | str) or isinstance(upper, bool | str):
        return True
    if not isinstance(lower, int | float) or not isinstance(upper, int | float):
        return True
    return lower <= upper


def threshold_fault(comparison: Comparison) -> tuple[str, str] | None:
    """Return what is wrong with a comparison's threshold and what to write instead, or None."""
    threshold = comparison.threshold
    if comparison.operator.takes == "two" and isinstance(threshold, tuple) and not ordered(*threshold):
        ends = f"{threshold[0]} is above {threshold[1]}"
        return f"between's thresholds are out of order ({ends})", "write the lower one first"
    if comparison.spec.type == "text" and isinstance(threshold, str):
        wrong = wrong_value(comparison.spec, threshold)
        if wrong:
            return wrong, f"write one of {', '.join(comparison.spec.values or ())}"
    return None
