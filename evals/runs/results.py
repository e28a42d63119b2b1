"""The result file of a run: one header line, then one row a case, UTF-8; no clock, no machine, no order is in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import field_validator

from evals.runs.row_file import RowFile, RowFormat, Sha256, Strict
from evals.subjects.documents import read_found

__all__ = ["Results", "read_results", "results_text", "write_results"]


@dataclass(frozen=True, slots=True)
class Results(RowFile):
    """What came of a run.

    Each row holds ``suite, case, digest, why, pinned, tags, slices, passed, failures, expected, found, score, error``.
    """


class _Row(Strict):
    suite: str
    case: str
    digest: Sha256
    why: str
    pinned: bool
    tags: dict[str, str]
    slices: dict[str, str]
    passed: bool
    failures: list[str]
    expected: dict[str, Any]
    found: dict[str, Any] | None
    score: dict[str, Any] | None
    error: str | None

    @field_validator("found")
    @classmethod
    def _is_a_find(cls, document: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            if document is not None:
                read_found(document)
        except (KeyError, TypeError) as problem:
            raise ValueError(f"this is no find: {type(problem).__name__}: {problem}") from problem
        return document


_FILE: Final = RowFormat("ict-eval-results/1", Results, _Row, "a file that ict eval run wrote")


def results_text(results: Results) -> str:
    """Return the whole file: the same text for the same results."""
    return _FILE.text(results)


def write_results(path: Path, results: Results, *, field: str = "--out") -> None:
    """Write the file whole, or not at all.

    Raises:
        InvalidParameter: it cannot be written; what stood there before is unchanged.
    """
    _FILE.write(path, results, field=field)


def read_results(path: Path) -> Results:
    """Read what `write_results` wrote.

    Raises:
        InvalidResults: it cannot be opened, or any line is not as it should be; every fault is told with its line.
    """
    return _FILE.read(path)
