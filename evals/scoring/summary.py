"""Many cases: every score with its interval, overall, by suite, by slice and by kind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from evals.scoring import classes
from evals.scoring.estimates import Places, all_metrics, clusters_of, columns_of, estimates, share_of, silent_families
from evals.scoring.intervals import LEVEL, RESAMPLES, Estimate
from evals.scoring.judged_metrics import JUDGED, OUTCOMES
from evals.scoring.matched_metrics import event_metrics, zone_metrics
from evals.scoring.metric import Metric, Parts, share
from evals.scoring.reliability import reliability

SEED: Final = 20_240_105
PASSED: Final = share("passed", lambda parts: (float(parts["passed"]), 1.0))
HEADLINE: Final = (
    "passed",
    "events.f1_at_0",
    "events.look_ahead",
    "zones.f1_at_90",
    "bias.balanced_accuracy",
    "bias.mcc",
    "rules.balanced_accuracy",
    "rules.mcc",
    "decisions.trade_now.f1",
    "decisions.mcc",
    "decisions.false_trades_per_100",
    "decisions.right_for_the_right_reason",
    "setups.entry_atr",
    "coach.pass_all",
)
"""What a report opens with, and what two runs are compared by."""
Row = Mapping[str, Any]


def summarise(rows: Iterable[Row], *, seed: int = SEED) -> dict[str, Any]:
    """Return the scores of a run.

    Args:
        rows: the rows of its result file, in any order.
        seed: of the bootstrap.

    Returns:
        Strict JSON values. ``overall`` holds every score as ``{value, low, high, n, clusters}`` and, where there is
        none, a ``reason``; ``slices`` those that their cases are labelled for; ``kinds`` the scores of each kind of
        event and zone; ``rules`` those of each rule; ``confusion`` what was taken for what; ``calibration`` how often
        trades offered with some confidence won; ``headline`` of each main score the end of its interval that flatters
        least. None of these holds a case whose labels are what its chart was meant to show (`is_of_intent`): those
        have the group ``intent``, None where there are none. ``suites`` are of all cases. A case that ended in an error
        has not passed and adds nothing to other scores; ``errors`` counts them.
    """
    ordered = sorted(rows, key=name_of)
    parts = parts_of(ordered)
    by_intent = np.array([is_of_intent(row) for row in ordered], dtype=bool)
    defined, intended = np.flatnonzero(~by_intent), np.flatnonzero(by_intent)
    scores = _Scores(ordered, parts, seed)
    overall = scores.of(defined, all_of_them=True)
    kept, told, mine = (
        [ordered[place] for place in defined],
        [parts[place] for place in defined],
        scores.clusters[defined],
    )
    return {
        "level": LEVEL,
        "resamples": RESAMPLES,
        "seed": seed,
        "overall": overall,
        "headline": {name: _worst(overall[name], scores.metrics[name]) for name in HEADLINE},
        "intent": scores.of(intended) if len(intended) else None,
        "suites": scores.grouped(_places(ordered, lambda row: {"suite": row["suite"]}).get("suite", {})),
        "slices": {
            name: scores.grouped({value: defined[places] for value, places in values.items()})
            for name, values in _places(kept, _slices).items()
        },
        "kinds": {family: _by_kind(family, told, mine, seed) for family in ("events", "zones")},
        "rules": _by_rule(told, mine, seed),
        "confusion": {name: _confusion(said, known, told) for name, known, said in JUDGED},
        "calibration": _calibration(told, mine, seed),
        "not_looked_for": _not_looked_for(parts),
        "unclear": sum(one["bias"]["unclear"] for one in parts if "bias" in one),
    }


class _Scores:
    """The scores of any of some cases, all from one table."""

    def __init__(self, rows: Sequence[Row], parts: Sequence[Parts], seed: int) -> None:
        self.metrics = {metric.name: metric for metric in (PASSED, *all_metrics(parts))}
        self.clusters = clusters_of(rows)
        self._rows, self._parts, self._seed = rows, parts, seed
        self._columns = columns_of(tuple(self.metrics.values()), parts)

    def of(self, places: Places, *, all_of_them: bool = False) -> dict[str, Any]:
        """Return those that the cases at some places are labelled for, or all there are."""
        chosen = [one for one in self._columns if all_of_them or one.speaks[places].any()]
        made = estimates(chosen, self._parts, places, self.clusters, self._seed)
        errors = sum(self._rows[place]["error"] is not None for place in places.tolist())
        return {"cases": len(places), "errors": errors, **{name: one.to_dict() for name, one in made.items()}}

    def grouped(self, groups: Mapping[str, Sequence[int] | Places]) -> dict[str, Any]:
        """Return those of each group of places, by its name."""
        return {name: self.of(np.array(groups[name], dtype=np.int64)) for name in sorted(groups)}


def is_of_intent(row: Row) -> bool:
    """Tell whether a case is labelled by what its chart was meant to show, and not by what the definitions see in it.

    Heavy noise may undo what was planted and draw what was not. Such labels test whether a subject reads through it:
    they are worth a score, and no part of the one that says how well the definitions are kept.
    """
    tags = row.get("tags") or {}
    return tags.get("noise") == "heavy" or tags.get("labels") == "intent"


def name_of(row: Row) -> str:
    """Return what a case is called among those of all suites."""
    return f"{row['suite']}/{row['case']}"


def parts_of(rows: Sequence[Row]) -> list[Parts]:
    """Return what each row adds to scores; of an error only that the case has not passed."""
    return [{**(row["score"] or {}), "passed": bool(row["passed"])} for row in rows]


def _worst(score: Mapping[str, Any], metric: Metric) -> float | None:
    end: float | None = score["low"] if metric.is_better_high else score["high"]
    return end


def _slices(row: Row) -> dict[str, str]:
    return {**row["slices"], **row["tags"]}


def _places(rows: Sequence[Row], of: Any) -> dict[str, dict[str, list[int]]]:
    """Return where each value of each slice stands, both in alphabetical order."""
    found: dict[str, dict[str, list[int]]] = {}
    for place, row in enumerate(rows):
        for name, value in of(row).items():
            found.setdefault(name, {}).setdefault(value, []).append(place)
    return dict(sorted(found.items()))


def _by_kind(family: str, parts: Sequence[Parts], clusters: Places, seed: int) -> dict[str, Any]:
    kinds = sorted({part["kind"] for one in parts for part in one.get(family, ())})
    made = {}
    for kind in kinds:
        mine = [[part for part in one.get(family, ()) if part["kind"] == kind] for one in parts]
        listed = [{family: chosen} for chosen in mine if chosen]
        scores = (event_metrics if family == "events" else zone_metrics)(lambda one: one[family])
        told = np.array([bool(chosen) for chosen in mine])
        of_kind = estimates(columns_of(scores, listed), listed, np.arange(len(listed)), clusters[told], seed)
        made[kind] = {
            "cases": len(listed),
            "labelled": sum(part["labelled"] for chosen in mine for part in chosen),
            **{name.partition(".")[2]: one.to_dict() for name, one in of_kind.items()},
        }
    return made


def _by_rule(parts: Sequence[Parts], clusters: Places, seed: int) -> dict[str, Any]:
    said: dict[str, list[tuple[int, classes.Said]]] = {}
    for place, one in enumerate(parts):
        for rule, true, found in one.get("rules", ()):
            said.setdefault(rule, []).append((place, (true, found)))
    silent = "rules" in silent_families(parts)
    made = {}
    for rule, placed in sorted(said.items()):
        pairs = [pair for _, pair in placed]
        if silent:
            accuracy = Estimate.unknown("the subject judges no rule", len(pairs))
        else:
            accuracy = share_of(
                [true == found for true, found in pairs], clusters[[place for place, _ in placed]], seed
            )
        confusion = classes.as_document(classes.confusion(pairs, OUTCOMES), OUTCOMES)
        made[rule] = {"accuracy": accuracy.to_dict(), "confusion": confusion}
    return made


def _confusion(said: Any, known: classes.Classes, parts: Sequence[Parts]) -> dict[str, Any]:
    return classes.as_document(classes.confusion([pair for one in parts for pair in said(one)], known), known)


def _calibration(parts: Sequence[Parts], clusters: Places, seed: int) -> dict[str, Any]:
    places = [place for place, one in enumerate(parts) if "calibration" in one]
    known, mine = [parts[place]["calibration"] for place in places], clusters[places]
    won = [one["won"] for one in known]

    def share(chosen: Places) -> Estimate:
        return share_of([won[place] for place in chosen], mine[chosen], seed)

    return reliability([one["confidence"] for one in known], won, share=share)


def _not_looked_for(parts: Sequence[Parts]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for one in parts:
        for kinds in one.get("not_looked_for", {}).values():
            counted.update(kinds)
    return dict(sorted(counted.items()))
