"""Scores and numbers in words."""

import re
from collections.abc import Mapping
from typing import Any, Final

FAMILIES: Final[Mapping[str, str]] = {
    "passed": "Cases",
    "events": "Events",
    "zones": "Zones",
    "bias": "Bias",
    "rules": "Rules",
    "decisions": "Decisions",
    "setups": "Setups",
    "coach": "Coach",
    "agreement": "Labellers",
}
"""What a score is of, by the part of its name before the dot, in the order of the report."""
_METRICS: Final[Mapping[str, str]] = {
    "passed": "passed",
    "look_ahead": "found before they could be known",
    "lag_bars": "mean lag, in bars",
    "price_ticks": "price off, in ticks",
    "overlap": "mean overlap (IoU)",
    "edge_ticks": "edges off, in ticks",
    "edge_atr": "edges off, in ATR",
    "balanced_accuracy": "balanced accuracy",
    "mcc": "Matthews’ correlation",
    "false_trades_per_100": "false trades per 100 charts without a trade",
    "right_for_the_right_reason": "right, and for the right reason",
    "direction": "right direction",
    "rule": "right rule",
    "tool_path": "right tools, in order",
    "grounded": "every claim supported",
    "must_say": "said what must be said",
    "must_not_say": "kept silent of what must not be said",
    "abstention": "abstained exactly when it should",
    "must_be_told": "the model was told what it must be",
    "pass_all": "passed in every repeat",
}
_PARTS: Final = (("exhaustive_f1", "F1 where every instance is labelled"), ("f1", "F1"))
_AT: Final = re.compile(r"(.+)_at_(\d+)")
_PASS: Final = re.compile(r"pass_(\d+)")


def score_title(name: str) -> str:
    """Return a score's name for a reader, such as ``Events: F1 at ±1 bars``."""
    family, _, metric = name.partition(".")
    return f"{FAMILIES.get(family, family)}: {metric_title(name)}" if metric else "Cases: passed"


def metric_title(name: str) -> str:
    """Return it without what it is of."""
    family, _, metric = name.partition(".")
    metric = metric or family
    status, dot, rest = metric.rpartition(".")
    if dot:
        return f"{status.upper()}, {_METRICS.get(rest, 'F1' if rest == 'f1' else rest)}"
    if found := _PASS.fullmatch(metric):
        return f"pass^{found[1]}"
    if found := _AT.fullmatch(metric):
        what = dict(_PARTS).get(found[1], found[1])
        return f"{what} at ±{found[2]} bars" if family == "events" else f"{what} at IoU ≥ 0.{found[2]}"
    for unit, words in (("_ticks", "in ticks"), ("_atr", "in ATR")):
        if family == "setups" and metric.endswith(unit):
            return f"{metric.removesuffix(unit)} off, {words}"
    if metric.endswith("_alpha"):
        return f"Krippendorff’s α of {metric.removesuffix('_alpha')}"
    return _METRICS.get(metric, metric.replace("_", " "))


def figure(value: float | None, digits: int = 3) -> str:
    """Write a number; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def interval(score: Mapping[str, Any]) -> str:
    """Write a score's interval; nothing where there is none."""
    if score["low"] is None:
        return ""
    return f"{figure(score['low'])} to {figure(score['high'])}"


def size(score: Mapping[str, Any]) -> str:
    """Write how many cases a score rests on, and in how many clusters they lie where these are fewer."""
    cases, clusters = score["n"], score.get("clusters")
    return f"{cases:,}" if clusters in (None, cases) else f"{cases:,} in {clusters:,} clusters"


def bound(worst: float | None, *, is_better_high: bool) -> str:
    """Write the end of a score's interval that flatters least, with the side of it the score lies on."""
    if worst is None:
        return "–"
    return f"{'≥' if is_better_high else '≤'} {figure(worst)}"
