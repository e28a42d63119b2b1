"""Runs, comparisons and gates in words, for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
import orjson

from evals.runs.gate import GateAnswer
from evals.runs.results import Results
from evals.scoring.comparison import Comparison, ScoreComparison, compare
from evals.scoring.estimates import all_metrics, clusters_of, columns_of, estimates
from evals.scoring.intervals import Estimate
from evals.scoring.summary import HEADLINE, PASSED, SEED, is_of_intent, name_of, parts_of

_MOST: Final = 30
"""How many failed cases are named; the result file has them all."""
_WIDTH: Final = 160


def told_run(results: Results) -> str:
    """Return how many cases of each suite passed, what every main score is at least, and what failed."""
    return _text(_run_lines(results))


def _run_lines(results: Results) -> Iterator[str]:
    for suite, rows in groupby(results.rows, key=lambda row: str(row["suite"])):
        yield f"{suite}: {_passed(list(rows))}"
    if len(results.suites) > 1:
        yield f"all: {_passed(results.rows)}"
    if results.rows:
        yield from _headline_lines([row for row in results.rows if not is_of_intent(row)])
        yield from _headline_lines([row for row in results.rows if is_of_intent(row)], "intent, ")
    failed = [row for row in results.rows if not row["passed"]]
    for row in failed[:_MOST]:
        yield _short(f"failed {name_of(row)}: {_why(row)}")
    if len(failed) > _MOST:
        yield f"and {len(failed) - _MOST} more; --out FILE.jsonl holds them all"


def _passed(rows: Sequence[Mapping[str, Any]]) -> str:
    errors = sum(row["error"] is not None for row in rows)
    return f"{sum(row['passed'] for row in rows)} of {len(rows)} passed" + (f", {errors} in error" if errors else "")


def _headline_lines(rows: Sequence[Mapping[str, Any]], group: str = "") -> Iterator[str]:
    """Yield every main score by the end of its interval that flatters least."""
    parts = parts_of(rows)
    metrics = {metric.name: metric for metric in (PASSED, *all_metrics(parts)) if metric.name in HEADLINE}
    columns = columns_of(tuple(metrics.values()), parts)
    for name, score in estimates(columns, parts, np.arange(len(rows)), clusters_of(rows), SEED).items():
        if score.value is not None:
            word, worst = ("least", score.low) if metrics[name].is_better_high else ("most", score.high)
            bound = "" if worst is None else f"at {word} {worst:.3f}, "
            yield f"{group}{name}: {bound}{score.value:.3f} over {_told_size(score)}"


def _told_size(score: Estimate) -> str:
    is_alone = score.clusters is None or score.clusters == score.n
    return str(score.n) if is_alone else f"{score.n} cases in {score.clusters} clusters"


def _why(row: Mapping[str, Any]) -> str:
    return str(row["error"]) if row["error"] is not None else "; ".join(row["failures"])


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs held against each other.

    Attributes:
        comparison: of the cases that both have, byte for byte.
        why: of each lost case, why it fails now.
        left_out: what is not compared, by the reason.
    """

    comparison: Comparison
    why: Mapping[str, str]
    left_out: Mapping[str, Sequence[str]]


def compared(before: Results, after: Results) -> Compared:
    """Hold a run against an earlier one.

    Raises:
        InvalidParameter: they have no case in common.
    """
    comparison = compare(before.rows, after.rows, shared_only=True)
    a, b = ({name_of(row): row for row in one.rows} for one in (before, after))
    left_out = {
        "in the first run only": sorted(a.keys() - b.keys()),
        "in the second run only": sorted(b.keys() - a.keys()),
        "changed in between": sorted(name for name in a.keys() & b.keys() if a[name]["digest"] != b[name]["digest"]),
    }
    return Compared(comparison, {name: _why(b[name]) for name in comparison.lost}, left_out)


def told_comparison(found: Compared, *, as_json: bool) -> str:
    """Return it as lines for people, or as one JSON document."""
    if as_json:
        document = {**found.comparison.to_dict(), "why": dict(found.why), "left_out": dict(found.left_out)}
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode() + "\n"
    return _text(_comparison_lines(found))


def _comparison_lines(found: Compared) -> Iterator[str]:
    one = found.comparison
    yield f"{one.cases} cases: {len(one.lost)} lost, {len(one.gained)} won, exact McNemar p = {one.mcnemar_p:.3g}"
    if one.clusters < one.cases:
        yield f"these flips lie in {one.flipped_clusters} of the {one.clusters} clusters of cases"
    for group, scores in (("", one.scores), ("intent, ", one.intent)):
        for name, score in scores.items():
            if score.a.value is not None or score.b.value is not None:
                yield f"{group}{name}: {_told_score(score)}"
    for name in one.lost:
        yield _short(f"lost {name}{' (pinned)' if name in one.pinned_lost else ''}: {found.why[name]}")
    yield from (f"won {name}" for name in one.gained)
    for reason, names in found.left_out.items():
        if names:
            yield _short(f"not compared, {reason}: {len(names)}: {', '.join(names)}")


def _told_score(score: ScoreComparison) -> str:
    p = "" if score.p is None else f", permutation p = {score.p:.3g}"
    return f"{_estimate(score.a)} → {_estimate(score.b)}, difference {_estimate(score.difference, sign='+')}{p}"


def _estimate(one: Any, sign: str = "") -> str:
    if one.value is None:
        return "unknown"
    return f"{one.value:{sign}.3f}" + ("" if one.low is None else f" [{one.low:{sign}.3f}, {one.high:{sign}.3f}]")


def told_gate(answer: GateAnswer) -> str:
    """Return whether the gate is open, why not, and what else changed."""
    state = "shut" if answer.failures else "open"
    return _text(
        iter((f"gate {state}: {answer.compared} cases compared", *map(_short, answer.failures), *answer.notes))
    )


def _short(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
