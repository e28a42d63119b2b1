"""The gate in a copy of the code, in a process of its own: ``python -m evals.regressions.gating ROOT BASELINE SUITE…``.

It is `evals.runs.gate` and stops at the first pinned case that is lost: one is enough to keep the gate shut. What
nothing of the kind stops has run whole, and the gate's last word counts, significant losses among it.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import orjson

from evals.regressions.copies import PACKAGES
from evals.runs.baseline import Baseline, projected, read_baseline
from evals.runs.choosing import Choice, load
from evals.runs.crew import Judged, Work
from evals.runs.gate import gate
from evals.runs.results import Results
from evals.runs.runner import RunOptions, run
from evals.runs.worker import Alone
from tools.errors import DataError, RulebookError

Key = tuple[str, str]
LOST: Final = "pinned case lost"
ERRED: Final = "case errs"
OTHERS: Final = "other cases"
WORSE: Final = "significant loss"
REFUSED: Final = "code refuses"
HOW: Final = (LOST, ERRED, OTHERS, WORSE, REFUSED)
"""What shuts the gate: a pinned case, a case that ends in an error, cases that are missing or not the baseline's, a
loss among those that are not pinned; or the code does, which cannot load its rules or a suite as it was sealed."""
_SHOWN: Final = 3


def main(root: str, baseline: str, *suites: str) -> None:
    """Print as JSON what stops this code: ``{"stopped", "how", "suite", "cases", "failures", "loaded"}``.

    Raises:
        InvalidResults: the baseline cannot be read, of which nothing can be said.
    """
    _must_be_loaded_from(Path(root))
    before = read_baseline(Path(baseline))
    try:
        told = gated(before, suites)
    except (DataError, RulebookError) as problem:  # where the command would end with a status of its own
        told = {"stopped": True, "how": REFUSED, "suite": None, "cases": 0, "failures": [f"refused: {problem}"]}
    loaded = sorted(name for name in sys.modules if name.split(".")[0] in PACKAGES)
    sys.stdout.write(orjson.dumps({**told, "loaded": loaded}).decode())


def gated(baseline: Baseline, suites: Sequence[str]) -> dict[str, Any]:
    """Run suites one after the other, and hold each against its part of a baseline, then all against those parts.

    Raises:
        DataError, RulebookError: a suite cannot be loaded, or the subject cannot be made.
    """
    rows: list[Mapping[str, Any]] = []
    seals: dict[str, str] = {}
    results: Results | None = None
    for suite in suites:
        crew = _UntilLost({(row["suite"], row["case"]): row for row in baseline.rows})
        made = run([suite], Choice(), load, RunOptions(crew))
        rows += made.rows
        seals |= made.suites
        results = Results(made.subject, seals, tuple(rows))
        if crew.lost:
            return _told(_judged(baseline, results), results, suite)
    assert results is not None
    return _told(replace(baseline, rows=tuple(row for row in baseline.rows if row["suite"] in seals)), results, None)


@dataclass(slots=True)
class _UntilLost:
    """This process as the crew, until a pinned case is lost."""

    before: Mapping[Key, Mapping[str, Any]]
    lost: bool = False

    def each(self, work: Work) -> Judged:
        """Judge one case after the other.

        Raises:
            DataError, RulebookError: the suite cannot be loaded, or the subject cannot be made.
        """
        for case, row in Alone().each(work):
            yield case, row
            document = orjson.loads(row)
            if document["error"] is not None or _is_lost(self.before.get((case.suite, case.id)), document):
                self.lost = True
                return


def _judged(baseline: Baseline, results: Results) -> Baseline:
    """Return the baseline of the cases that were judged."""
    judged = {(row["suite"], row["case"]) for row in results.rows}
    return replace(baseline, rows=tuple(row for row in baseline.rows if (row["suite"], row["case"]) in judged))


def _told(baseline: Baseline, results: Results, suite: str | None) -> dict[str, Any]:
    failures = gate(baseline, results).failures
    return {
        "stopped": bool(failures),
        "how": _how(baseline, results) if failures else None,
        "suite": suite,
        "cases": len(results.rows),
        "failures": list(failures[:_SHOWN]),
    }


def _how(baseline: Baseline, results: Results) -> str:
    """Return which of `HOW` shut the gate first."""
    before = {(row["suite"], row["case"]): row for row in baseline.rows}
    after = {(row["suite"], row["case"]): row for row in results.rows}
    if any(_is_lost(before.get(key), row) and row["error"] is None for key, row in after.items()):
        return LOST
    if any(row["error"] is not None for row in results.rows):
        return ERRED
    is_same = all(key in after and projected(after[key])["digest"] == row["digest"] for key, row in before.items())
    return WORSE if is_same else OTHERS


def _is_lost(before: Mapping[str, Any] | None, row: Mapping[str, Any]) -> bool:
    return before is not None and before["pinned"] and before["passed"] and not row["passed"]


def _must_be_loaded_from(root: Path) -> None:
    """Refuse to prove anything by code from elsewhere: an installed package must not take the copy's place."""
    for package in PACKAGES:
        found = Path(import_module(package).__file__ or "").resolve().parents[1]
        if found != root.resolve():
            raise SystemExit(f"{package} is loaded from {found}, not from {root}")


if __name__ == "__main__":
    main(*sys.argv[1:])
