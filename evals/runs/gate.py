"""The gate: whether a run has lost anything against the baseline that is more than chance, or was never to be lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evals.runs.baseline import Baseline, check_same_subject, projected
from evals.runs.losses import significant_losses
from evals.runs.results import Results
from evals.runs.row_file import Row

_NAMED: Final = 10
"""How many cases a line names before it counts the rest."""
_MOVED: Final = "changed: what is found is another"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """What the gate found.

    Attributes:
        failures: why it stays shut, a sentence each; empty lets the change through.
        notes: what changed without being a failure.
        compared: how many cases were held against the baseline.
    """

    failures: tuple[str, ...]
    notes: tuple[str, ...]
    compared: int


def gate(baseline: Baseline, results: Results) -> GateAnswer:
    """Hold a run against the baseline.

    It fails on a pinned case that no longer passes, or on which something else is found, labelled or not; on any case
    that is missing or ends in an error, on a case that is no longer the one of the baseline, and on a loss among the
    other cases that is significant.

    Raises:
        InvalidParameter: the two are of different subjects, profiles, models or repeats.
    """
    check_same_subject(baseline.subject, results)
    before = {_key(row): row for row in baseline.rows}
    run = {_key(row): row for row in results.rows}
    after = {key: projected(row) for key, row in run.items()}
    changed = [key for key in after if key in before and after[key]["digest"] != before[key]["digest"]]
    same = [
        key for key in after if key in before and key not in set(changed) and run[key]["error"] is None
    ]  # what can be compared
    pinned = {key for key, row in before.items() if row["pinned"]}  # that it is no longer does not let it fall
    loose = [key for key in same if key not in pinned]
    fallen = [key for key in same if key in pinned and before[key]["passed"] and not after[key]["passed"]]
    moved = [key for key in same if key not in set(_flips(before, after, same)) and _is_moved(before, after, key)]
    failures = (
        *(f"{_name(key)} is pinned, passed and now fails: {'; '.join(run[key]['failures'])}" for key in fallen),
        *(f"{_name(key)} ended in an error: {row['error']}" for key, row in run.items() if row["error"] is not None),
        *_listed(
            "pinned, and what is found is another (--update takes them as they are)",
            [key for key in moved if key in pinned],
        ),
        *_listed("in the baseline and not run", [key for key in before if key not in run]),
        *_listed("changed, not compared (--update takes them as they are)", changed),
        *significant_losses([before[key] for key in loose], [_tagged(after[key], run[key]) for key in loose]),
    )
    told = (*_notes(before, after, same, pinned), *_listed(_MOVED, [key for key in moved if key not in pinned]))
    return GateAnswer(failures, told, len(same))


def _flips(before: Mapping[Key, Row], after: Mapping[Key, Row], same: Sequence[Key]) -> list[Key]:
    return [key for key in same if before[key]["passed"] != after[key]["passed"]]


def _is_moved(before: Mapping[Key, Row], after: Mapping[Key, Row], key: Key) -> bool:
    return bool(before[key]["found"] != after[key]["found"])


def _tagged(row: Row, whole: Row) -> Row:
    """Return a row with its tags, which say what cases are siblings."""
    return {**row, "tags": whole["tags"]}


def _notes(before: Mapping[Key, Row], after: Mapping[Key, Row], same: Sequence[Key], pinned: set[Key]) -> Iterator[str]:
    flips = _flips(before, after, same)
    yield from _listed("now pass", [key for key in flips if after[key]["passed"]])
    yield from _listed(
        "now fail, alone no significant loss", [k for k in flips if before[k]["passed"] and k not in pinned]
    )
    yield from _listed("not in the baseline (--update takes them in)", [key for key in after if key not in before])


def _listed(what: str, keys: Sequence[Key]) -> Iterator[str]:
    if keys:
        more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
        yield f"{what}: {len(keys)}: {', '.join(map(_name, keys[:_NAMED]))}{more}"


def _key(row: Row) -> Key:
    return row["suite"], row["case"]


def _name(key: Key) -> str:
    return "/".join(key)
