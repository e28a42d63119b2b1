"""Scores of what is judged: bias, rules, decisions, setups, and the agreement of labellers."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from agent.labels import BIASES
from evals.scoring import agreement, classes
from evals.scoring.bias import UNCLEAR
from evals.scoring.metric import DISTANCE, Metric, Parts, f1_of, mean, ratio_of, share
from tools.facts import FloatArray

TRADE: Final = "TRADE_NOW"
STATUSES: Final = (TRADE, "WAIT", "NO_TRADE")
BIAS_CLASSES: Final = tuple(bias for bias in BIASES if bias != UNCLEAR)
OUTCOMES: Final = ("pass", "fail", "not_evaluated", "error")
_Said = Callable[[Parts], Sequence[classes.Said]]


def bias_said(parts: Parts) -> list[classes.Said]:
    """Return each labelled bias of a case with the one found."""
    return [(true, found) for _, true, found in parts["bias"]["pairs"]] if "bias" in parts else []


def rules_said(parts: Parts) -> list[classes.Said]:
    """Return each labelled outcome of a rule with the one it came to."""
    return [(true, found) for _, true, found in parts.get("rules", ())]


def decision_said(parts: Parts) -> list[classes.Said]:
    """Return the labelled status with the one decided."""
    return [(parts["decision"]["expected"], parts["decision"]["found"])] if "decision" in parts else []


JUDGED: Final[tuple[tuple[str, classes.Classes, _Said], ...]] = (
    ("bias", BIAS_CLASSES, bias_said),
    ("rules", OUTCOMES, rules_said),
    ("decisions", STATUSES, decision_said),
)
"""What is judged by class: its name, its classes, and what a case says of it."""


def class_metrics() -> Iterable[Metric]:
    """Yield accuracy, balanced accuracy and Matthews' correlation of bias, rules and decisions."""
    one = "the labels know fewer than two classes"
    for name, known, said in JUDGED:
        confused = partial(_confused, said, known)
        size = len(known) + 1
        yield share(f"{name}.accuracy", partial(_right, said))
        balanced, correlated = (
            partial(_shaped, of, size) for of in (classes.balanced_accuracies, classes.matthews_correlations)
        )
        yield Metric(f"{name}.balanced_accuracy", confused, balanced, one)
        yield Metric(f"{name}.mcc", confused, correlated, one, bounds=(-1.0, 1.0))


def decision_metrics() -> Iterable[Metric]:
    """Yield precision, recall and F1 of each status, false trades per 100 charts without one, and the right reason."""
    for status in STATUSES:
        name, matched = f"decisions.{status.lower()}", partial(_decided, status)
        yield share(f"{name}.precision", partial(_picked, matched, (0, 1)), f"{status} was never decided")
        yield share(f"{name}.recall", partial(_picked, matched, (0, 2)), f"{status} is nowhere labelled")
        yield Metric(f"{name}.f1", matched, f1_of, f"{status} is neither labelled nor decided")
    yield Metric(
        "decisions.false_trades_per_100", _falsely_traded, lambda sums: 100 * ratio_of(sums),
        "every chart is labelled as one to trade", bounds=(0.0, 100.0), is_better_high=False, is_share=True,
    )  # fmt: skip
    yield share("decisions.right_for_the_right_reason", _reasoned)


def setup_metrics() -> Iterable[Metric]:
    """Yield how often a setup was offered as labelled, and how far its prices lie off."""
    for name in ("offered", "direction", "rule"):
        yield share(f"setups.{name}", partial(_flag, name))
    for what in ("entry", "stop", "targets"):
        for unit in ("ticks", "atr"):
            yield mean(f"setups.{what}_{unit}", partial(_distances, unit, what), DISTANCE)


def agreement_metrics() -> Iterable[Metric]:
    """Yield the labellers' α of decisions, biases and rules."""
    for name, words in (("decision", STATUSES), ("bias", BIASES), ("rules", OUTCOMES)):
        yield Metric(
            f"agreement.{name}_alpha",
            partial(_coincided, name, words),
            partial(_shaped, agreement.alpha_of, len(words)),
            "the labellers know fewer than two words",
            bounds=(-1.0, 1.0),
            point=partial(_alpha, name),
        )


def _shaped(of: Callable[[FloatArray], FloatArray], size: int, sums: FloatArray) -> FloatArray:
    return of(sums.reshape(*sums.shape[:-1], size, size))


def _confused(said: _Said, known: classes.Classes, parts: Parts) -> Sequence[float] | None:
    pairs = said(parts)
    if not pairs:
        return None
    matrix, places = np.zeros((len(known) + 1,) * 2), {name: place for place, name in enumerate(known)}
    for true, found in pairs:
        matrix[places[true], places.get(found or classes.NONE, len(known))] += 1
    counted: list[float] = matrix.ravel().tolist()
    return counted


def _right(said: _Said, parts: Parts) -> Sequence[float] | None:
    pairs = said(parts)
    return (sum(true == found for true, found in pairs), len(pairs)) if pairs else None


def _decided(status: str, parts: Parts) -> Sequence[float] | None:
    """Return whether a status was rightly decided, falsely decided, or missed."""
    for true, found in decision_said(parts):
        return (
            float(true == found == status),
            float(true != status and found == status),
            float(true == status and found != status),
        )
    return None


def _picked(counts: Callable[[Parts], Sequence[float] | None], places: tuple[int, int], parts: Parts) -> Any:
    counted = counts(parts)
    return None if counted is None else (counted[places[0]], counted[places[0]] + counted[places[1]])


def _falsely_traded(parts: Parts) -> Sequence[float] | None:
    for true, found in decision_said(parts):
        return None if true == TRADE else (float(found == TRADE), 1.0)
    return None


def _reasoned(parts: Parts) -> Sequence[float] | None:
    decision = parts.get("decision")
    if decision is None or decision["reason"] is None:
        return None
    return float(decision["expected"] == decision["found"] and decision["reason"]), 1.0


def _flag(name: str, parts: Parts) -> Sequence[float] | None:
    setup = parts.get("setup")
    return None if setup is None or setup[name] is None else (float(setup[name]), 1.0)


def _distances(unit: str, what: str, parts: Parts) -> Sequence[float] | None:
    setup = parts.get("setup")
    values = None if setup is None or setup[unit] is None else setup[unit][what]
    return (sum(values), len(values)) if values else None


def _coincided(name: str, words: Sequence[str], parts: Parts) -> Sequence[float] | None:
    units = parts["agreement"][name] if "agreement" in parts else ()
    if not units:
        return None
    counted: list[float] = agreement.coincidences(units, words).ravel().tolist()
    return counted


def _alpha(name: str, rows: Sequence[Parts]) -> float | None:
    return agreement.krippendorff_alpha([unit for parts in rows for unit in parts["agreement"][name]])
