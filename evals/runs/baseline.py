"""The baseline that a later run is held against: results without all that the gate does not compare."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from pydantic import model_validator

from evals.cases.manifest import MANIFEST, read_manifest
from evals.cases.shipped import SHIPPED, shipped_folder
from evals.runs.choosing import Choice
from evals.runs.results import Results
from evals.runs.row_file import Row, RowFile, RowFormat, Strict, as_json
from evals.scoring.events import TOLERANCES
from evals.scoring.zones import PASSING_OVERLAP
from tools.errors import InvalidParameter

COMMITTED: Final = Path(__file__).parents[1] / "baseline.jsonl"
"""The one that is part of this code."""
_DIGITS: Final = 32
"""Of a SHA-256 so many hexadecimal digits are kept: 128 bits tell two cases and two finds apart, in half the room."""
_EXACT: Final = {"events": ("within", str(TOLERANCES[0])), "zones": ("at", str(PASSING_OVERLAP))}
"""Where the counts of the main scores of events and zones stand in their parts."""
_SHOWN: Final = 3
_KEPT_OF_ANSWERS: Final = ("tools", "is_grounded", "abstained")


@dataclass(frozen=True, slots=True)
class Baseline(RowFile):
    """What was true of a run once.

    Its `subject` is without the digests of its code. Each row holds ``suite, case, digest, pinned, passed``, of
    everything found but its wording the digest as ``found``, and as ``score`` what the main scores are made of; None
    of a pinned case, of which none is significant: each is held by itself.
    """


class _Row(Strict):
    suite: str
    case: str
    digest: str
    pinned: bool
    passed: bool
    found: str
    score: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _has_numbers_where_they_are_compared(self) -> Self:
        if not self.pinned and self.score is None:
            raise ValueError("score is missing, and the case is not pinned")
        return self


_FILE: Final = RowFormat("ict-eval-baseline/1", Baseline, _Row, "a baseline that ict eval gate --update wrote")


def baseline_of(results: Results) -> Baseline:
    """Return what is kept of a run.

    Raises:
        InvalidParameter: a case ended in an error: a run that failed is nothing to be held against.
    """
    failed = [_name(row) for row in results.rows if row["error"] is not None]
    if failed:
        raise InvalidParameter(
            f"{len(failed)} cases ended in an error, as {failed[0]}: no baseline is made of such a run",
            field="--update", expected="a run in which no case errs", got=", ".join(failed),
        )  # fmt: skip
    return Baseline(chosen_of(results.subject), results.suites, tuple(map(_written, results.rows)))


def projected(row: Row) -> dict[str, Any]:
    """Return of a row of results what a baseline's row can be held against."""
    kept = {name: row[name] for name in ("suite", "case", "pinned", "passed")}
    score = None if row["score"] is None else main_parts(row["score"])
    return {**kept, "digest": row["digest"][:_DIGITS], "found": _digest(row["found"]), "score": score}


def main_parts(parts: Row) -> dict[str, Any]:
    """Return of a case's parts those that `evals.scoring.summary.HEADLINE` is made of, summed over kinds."""
    made: dict[str, Any] = {
        family: [{"exhaustive": True, key: {at: _summed([one[key][at] for one in parts[family]])}}]
        for family, (key, at) in _EXACT.items()
        if family in parts
    }
    kept = {
        "bias": ("pairs",), "decision": ("expected", "found", "reason"), "setup": ("atr",),
        "coach": ("repeats", "passes", "answered"),
    }  # fmt: skip
    made |= {family: {name: parts[family][name] for name in names} for family, names in kept.items() if family in parts}
    return made | ({"rules": parts["rules"]} if "rules" in parts else {})


def chosen_of(identity: Any) -> Any:
    """Return an identity without the digests of code: two runs of different code are what is compared."""
    if not isinstance(identity, Mapping):
        return identity
    return {name: chosen_of(value) for name, value in identity.items() if name != "code"}


def check_same_subject(expected: Row, results: Results) -> None:
    """Refuse a run of something else than what the baseline is of.

    Args:
        expected: the identity of its subject, digests of code or not.
        results: of the run.

    Raises:
        InvalidParameter: they differ in subject, profile, parameters, model or repeats.
    """
    known, now = chosen_of(expected), chosen_of(results.subject)
    if now != known:
        raise InvalidParameter(
            "the baseline is of another subject, profile, model or number of repeats",
            field="RESULTS", expected=str(known), got=str(now),
        )  # fmt: skip


def check_whole(results: Results) -> None:
    """Refuse a run that is not of every case of every suite that ships, as it is sealed now.

    Raises:
        InvalidParameter: a suite or a case lacks, is one too many, or is another.
        InvalidSuite: a manifest cannot be read.
    """
    problems = []
    for name in sorted({*SHIPPED, *results.suites}):
        sealed = _sealed(name) if name in SHIPPED else {}
        run = {row["case"]: row["digest"] for row in results.rows if row["suite"] == name}
        if run != sealed:
            other = sorted(case for case in sealed.keys() | run.keys() if sealed.get(case) != run.get(case))
            problems.append(f"{name}: {len(other)} cases, as {', '.join(other[:_SHOWN])}")
    if problems:
        raise InvalidParameter(
            f"the committed baseline is of every case that ships; missing or others: {'; '.join(problems)}",
            field="--update", expected=f"a run of all of {', '.join(SHIPPED)}", got=f"{len(results.rows)} cases",
        )  # fmt: skip


def check_none_lost(before: Baseline, results: Results) -> None:
    """Refuse to let cases fall out of a baseline whose suites are what they were.

    Raises:
        InvalidParameter: a case of the baseline was not run, although its suite is sealed as it was.
    """
    there = {_name(row) for row in results.rows}
    lost = [
        _name(row)
        for row in before.rows
        if _name(row) not in there and results.suites.get(row["suite"]) in (None, before.suites[row["suite"]])
    ]
    if lost:
        raise InvalidParameter(
            f"{len(lost)} cases of the baseline were not run, as {', '.join(lost[:_SHOWN])}",
            field="--update", expected="a run of every case, or another --baseline FILE", got=f"{len(there)} cases",
        )  # fmt: skip


def replacement(path: Path, results: Results) -> Baseline:
    """Return what may take the place of the baseline at a path, the committed one or one of the user's own.

    Raises:
        InvalidParameter: a case ended in an error; the committed baseline would be of anything but this service as it
            ships on all that ships; or one's own would be of another subject, or lose cases.
        InvalidResults: what stands there is no baseline.
    """
    if path.resolve() == COMMITTED.resolve():
        check_same_subject(Choice().identity(), results)
        check_whole(results)
    elif path.exists():
        before = read_baseline(path)
        check_same_subject(before.subject, results)
        check_none_lost(before, results)
    return baseline_of(results)


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write the file whole, or not at all.

    Raises:
        InvalidParameter: it cannot be written; what stood there before is unchanged.
    """
    _FILE.write(path, baseline, field="--baseline")


def read_baseline(path: Path) -> Baseline:
    """Read what `write_baseline` wrote.

    Raises:
        InvalidResults: it cannot be opened, or any line is not as it should be; every fault is told with its line.
    """
    return _FILE.read(path)


def _written(row: Row) -> dict[str, Any]:
    """Return a row's projection, without the numbers where the case is pinned."""
    made = projected(row)
    return {name: value for name, value in made.items() if name != "score" or not row["pinned"]}


def _sealed(suite: str) -> Mapping[str, str]:
    return read_manifest(shipped_folder(suite) / MANIFEST)[0].cases


def _summed(counts: Sequence[Sequence[int]]) -> list[int]:
    summed: list[int] = np.sum(counts, axis=0).tolist()
    return summed


def _digest(found: Row | None) -> str:
    return hashlib.sha256(as_json({"found": found and _without_words(found)})).hexdigest()[:_DIGITS]


def _without_words(found: Row) -> dict[str, Any]:
    """Return a find without what a change of wording alone changes: the decision's hash, and what was said and told."""
    decision, answers = found["decision"], found["answers"]
    return {
        **found,
        "decision": decision and {name: value for name, value in decision.items() if name != "hash"},
        "answers": [[{name: one[name] for name in _KEPT_OF_ANSWERS} for one in repeat] for repeat in answers],
    }


def _name(row: Row) -> str:
    return f"{row['suite']}/{row['case']}"
