"""Scores of groups of cases, all from one table of what each case adds to each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evals.scoring.coach_metrics import coach_metrics
from evals.scoring.intervals import Estimate, bootstrapped, resampled, summed_by, wilson
from evals.scoring.judged_metrics import agreement_metrics, class_metrics, decision_metrics, setup_metrics
from evals.scoring.matched_metrics import event_metrics, zone_metrics
from evals.scoring.metric import Counts, Metric, Parts, share
from tools.facts import FloatArray

Places = npt.NDArray[np.int64]
SIBLINGS: Final = ("scenario", "threshold")
"""Tags by which cases are siblings, the first that a case has."""
_SILENT: Final = {
    "bias": "the subject says no bias",
    "rules": "the subject judges no rule",
    "decisions": "the subject decides nothing",
    "setups": "the subject decides nothing",
    "coach": "the subject answers nothing",
}


@dataclass(frozen=True, slots=True)
class Column:
    """What each case adds to one score.

    Attributes:
        counts: shape (cases, counts), zeros where a case says nothing of it.
        speaks: shape (cases,), whether it does.
        silence: why the score cannot be told of this subject at all; None where it can.
    """

    metric: Metric
    counts: FloatArray
    speaks: npt.NDArray[np.bool_]
    silence: str | None = None


def all_metrics(rows: Sequence[Parts]) -> tuple[Metric, ...]:
    """Return every score that the parts of some cases may be made into."""
    repeats = max((parts["coach"]["repeats"] for parts in rows if "coach" in parts), default=0)
    return (
        *event_metrics(lambda parts: parts.get("events", ())),
        *zone_metrics(lambda parts: parts.get("zones", ())),
        *class_metrics(),
        *decision_metrics(),
        *setup_metrics(),
        *coach_metrics(repeats),
        *agreement_metrics(),
    )


def columns_of(metrics: Sequence[Metric], rows: Sequence[Parts]) -> tuple[Column, ...]:
    """Return what each case adds to each score.

    A subject that never decides anything, to take one example, is not told that it decides badly: its scores of
    decisions cannot be told.
    """
    silent = silent_families(rows)
    tables: dict[Counts, tuple[FloatArray, npt.NDArray[np.bool_]]] = {}  # several scores are made of the same counts
    for metric in metrics:
        if metric.counts not in tables:
            tables[metric.counts] = _table(metric.counts, rows)
    families = [metric.name.partition(".")[0] for metric in metrics]
    return tuple(
        Column(metric, *tables[metric.counts], _SILENT[family] if family in silent else None)
        for metric, family in zip(metrics, families, strict=True)
    )


def silent_families(rows: Sequence[Parts]) -> frozenset[str]:
    """Return what is labelled and the subject never once speaks of, as scores are named."""
    spoken = {
        "bias": [found for parts in rows if "bias" in parts for _, _, found in parts["bias"]["pairs"]],
        "rules": [found for parts in rows for _, _, found in parts.get("rules", ())],
        "decisions": [parts["decision"]["found"] for parts in rows if "decision" in parts],
        "coach": [parts["coach"]["answered"] or None for parts in rows if "coach" in parts],
    }
    silent = {name for name, found in spoken.items() if found and all(one is None for one in found)}
    return frozenset(silent | ({"setups"} if "decisions" in silent else set()))


def clusters_of(rows: Iterable[Mapping[str, Any]]) -> Places:
    """Return the number of each row's cluster, by the first row of each; shape (rows,).

    Charts made from one story or about one threshold are siblings: mirrored, with more noise, or a tick apart. What one
    of them says of a subject the others say again, so the tag that names them, of whatever suite, is the cluster.
    """
    numbers: dict[tuple[str, str], int] = {}
    return np.array([numbers.setdefault(_cluster(row), len(numbers)) for row in rows], dtype=np.int64)


def _cluster(row: Mapping[str, Any]) -> tuple[str, str]:
    tags = row.get("tags") or {}
    tag = next((name for name in SIBLINGS if name in tags), None)
    return (f"{row['suite']}/", row["case"]) if tag is None else (tag, tags[tag])


def estimates(
    columns: Sequence[Column], rows: Sequence[Parts], places: Places, clusters: Places, seed: int
) -> dict[str, Estimate]:
    """Return each score of some cases by its name.

    Args:
        columns: what each case adds to each.
        rows: the parts of all cases.
        places: which of them are meant.
        clusters: the cluster of every case of `rows`.
        seed: of the bootstrap.
    """
    made: dict[str, Estimate] = {}
    drawn = []
    for column in columns:
        known = _without_draws(column, rows, places, clusters)
        if isinstance(known, Estimate):
            made[column.metric.name] = known
        else:
            drawn.append(known)
    made |= _drawn(drawn, seed)
    return {column.metric.name: made[column.metric.name] for column in columns}


def share_of(right: Sequence[bool], clusters: Places, seed: int) -> Estimate:
    """Return how many of some single trials were right, at least one of them.

    Args:
        right: whether each was; shape (trials,).
        clusters: of each.
        seed: of the bootstrap.
    """
    rows = [{"right": one} for one in right]
    metric = share("right", lambda parts: (float(parts["right"]), 1.0))
    return estimates(columns_of([metric], rows), rows, np.arange(len(rows)), clusters, seed)["right"]


@dataclass(frozen=True, slots=True)
class _Pooled:
    """A score whose interval is still to be drawn.

    Attributes:
        cases: how many cases add to it.
        who: the clusters they lie in, as bytes: scores of the same clusters are drawn together.
        counts: shape (clusters, counts).
    """

    metric: Metric
    value: float
    cases: int
    who: bytes
    counts: FloatArray


def _without_draws(column: Column, rows: Sequence[Parts], places: Places, clusters: Places) -> Estimate | _Pooled:
    """Return a score that takes no bootstrap, or what it is drawn from."""
    chosen = places[column.speaks[places]]
    if column.silence is not None:
        return Estimate.unknown(column.silence, len(chosen))
    if not len(chosen):
        return Estimate.unknown("no case tells of it")
    metric, counts = column.metric, column.counts[chosen]
    value = _value(metric, counts, rows, chosen)
    if value is None:
        return Estimate.unknown(metric.undefined, len(chosen))
    adds = counts.any(axis=1)  # a case that adds nothing makes no score surer
    counts, mine = counts[adds], clusters[chosen[adds]]
    who = np.unique(mine)
    if metric.is_share and len(who) == len(mine) and _are_single_trials(counts):
        shared = _scaled(wilson(*(round(float(total)) for total in counts.sum(axis=0))), metric)
        return replace(shared, clusters=len(who))
    return _Pooled(metric, value, len(mine), who.tobytes(), summed_by(mine, counts))


def _drawn(pooled: Sequence[_Pooled], seed: int) -> dict[str, Estimate]:
    """Return scores with their intervals, those of the same clusters from one product of draws and counts."""
    together: dict[bytes, list[_Pooled]] = {}
    for one in pooled:
        together.setdefault(one.who, []).append(one)
    made = {}
    for ones in together.values():
        sums = resampled(np.concatenate([one.counts for one in ones], axis=1), seed)
        begin = 0
        for one in ones:
            end = begin + one.counts.shape[1]
            made[one.metric.name] = _interval(one, sums[:, begin:end])
            begin = end
    return made


def _interval(one: _Pooled, sums: FloatArray) -> Estimate:
    measure, units = one.metric.measure, len(one.counts)
    left_out = measure(one.counts.sum(axis=0) - one.counts)
    told = bootstrapped(one.value, measure(sums), units, one.metric.bounds, left_out)
    return replace(told, n=one.cases, clusters=units)


def _table(counts: Counts, rows: Sequence[Parts]) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    added = [counts(parts) for parts in rows]
    width = max((len(one) for one in added if one is not None), default=1)
    silent = (0.0,) * width
    table = np.array([silent if one is None else one for one in added], dtype=float).reshape(-1, width)
    return table, np.array([one is not None for one in added], dtype=bool)


def _value(metric: Metric, counts: FloatArray, rows: Sequence[Parts], chosen: Places) -> float | None:
    if metric.point is not None:
        return metric.point([rows[place] for place in chosen.tolist()])
    value = float(metric.measure(counts.sum(axis=0)))
    return value if np.isfinite(value) else None


def _are_single_trials(counts: FloatArray) -> bool:
    """Return whether every case is one trial or none, so that trials are independent."""
    return bool((counts[:, 1] <= 1).all() and np.isin(counts[:, 0], (0, 1)).all())


def _scaled(one: Estimate, metric: Metric) -> Estimate:
    most = 1.0 if metric.bounds is None or metric.bounds[1] is None else metric.bounds[1]
    value, low, high = (None if number is None else number * most for number in (one.value, one.low, one.high))
    return Estimate(value, low, high, one.n, one.reason)
