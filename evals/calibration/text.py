"""A calibration for a terminal: what it was fitted on, and what it was worth elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.calibration import Calibration


def text(calibration: Calibration) -> str:
    """Return the calibration as lines of text."""
    return "\n".join(_lines(calibration)) + "\n"


def _lines(calibration: Calibration) -> Iterator[str]:
    fitted, reported = calibration.fitted_on, calibration.reported_on
    yield f"calibration {calibration.version} of rulebook {calibration.rulebook_hash}"
    yield f"  fitted on    {fitted['n']} trades, {fitted['won']} won, {fitted['from']} to {fitted['to']}"
    yield f"  calendar     {fitted['calendar']}"
    yield f"  reported on  {reported['n']} trades, {reported['won']} won, {reported['from']} to {reported['to']}"
    yield "  knots        " + "  ".join(f"{strength:g}→{won:g}" for strength, won in calibration.knots)
    for title, name in (("before", "brier_before"), ("after", "brier_after"), ("gain", "brier_gain")):
        yield f"  Brier {title:<7}{reported[name]:.4f}{_interval(reported[f'{name}_interval'])}"
    for title in ("before", "after"):
        yield f"  reliability {title}: said, won (for independent trades)"
        yield from (_bin(one) for one in reported[f"reliability_{title}"])


def _interval(ends: list[float] | None) -> str:
    return " (too few days for an interval)" if ends is None else f" ({ends[0]:.4f} to {ends[1]:.4f})"


def _bin(one: Mapping[str, Any]) -> str:
    won = one["won"]
    return f"    {one['confidence']:.3f}  {won['value']:.3f} ({won['low']:.3f} to {won['high']:.3f}), {won['n']} trades"
