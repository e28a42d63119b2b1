"""Outcomes that `ict eval walk --out` wrote, read back strictly: every fault with its file and line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

from evals.outcomes.orders import ENDED
from evals.outcomes.rows import FORMAT
from tools.errors import InvalidParameter
from tools.times import parse_time

_RESULTS: Final = frozenset({*ENDED, "open", "not_filled"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One filled trade that ended.

    Attributes:
        rulebook_hash: of the rules that decided it.
        fact_id: the setup's.
        strength: the decision's graded strength, 0 to 1.
        won: whether the first target came before the stop; a trade closed by time did not win.
        day: the trading day of the decision, proleptic ordinal.
        as_of: epoch second of the decision.
        ended: epoch second by which the trade's end was known.
        source: SHA-256 of the candles it was walked on.
        calendar: what its decision knew of news, ``none`` or the digest of a calendar file.
    """

    rulebook_hash: str
    fact_id: str
    strength: float
    won: bool
    day: int
    as_of: int
    ended: int
    source: str
    calendar: str


def read_outcomes(paths: Sequence[Path]) -> list[Outcome]:
    """Read the filled and ended trades of some files, in the order of their decisions.

    Raises:
        InvalidParameter: a file cannot be read, a line is none, or an order stands twice; names every faulty line.
    """
    faults: list[str] = []
    found = [one for path in paths for one in _of_file(path, faults)]
    seen: set[tuple[str, str, str, int]] = set()
    for one in found:
        key = (one.source, one.rulebook_hash, one.fact_id, one.as_of)
        if key in seen:
            faults.append(f"setup {one.fact_id} of the same candles and rules stands twice")
        seen.add(key)
    if faults:
        raise InvalidParameter(
            "\n".join(faults), field="OUTCOMES", expected="files of ict eval walk --out, each once", got="others"
        )
    return sorted(found, key=lambda one: (one.as_of, one.source, one.fact_id))


def _of_file(path: Path, faults: list[str]) -> Iterator[Outcome]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as problem:
        faults.append(f"{path}: it cannot be read: {problem.strerror or problem}")
        return
    walked = ("", "")
    for number, line in enumerate(lines, 1):
        try:
            row = orjson.loads(line)
            if number == 1:
                walked = _walked_on(row)
            elif (one := _outcome(row, *walked)) is not None:
                yield one
        except (KeyError, TypeError, ValueError, InvalidParameter) as problem:
            faults.append(f"{path}:{number}: {_said(problem)}; write lines as ict eval walk --out does")
    if not lines:
        faults.append(f"{path}:1: the file is empty; write lines as ict eval walk --out does")


def _said(problem: Exception) -> str:
    return f"there is no {problem}" if isinstance(problem, KeyError) else str(problem)


def _walked_on(row: dict[str, Any]) -> tuple[str, str]:
    """Return the digest of the candles that a header names, and what was known of news."""
    if row["format"] != FORMAT:
        raise ValueError(f"its format is {row['format']!r} and not {FORMAT!r}")
    calendar = row["settings"]["calendar"]
    if not isinstance(calendar, str) or not calendar:
        raise ValueError(f"calendar {calendar!r} is neither 'none' nor the digest of a file")
    return str(row["source"]["sha256"]), calendar


def _outcome(row: dict[str, Any], source: str, calendar: str) -> Outcome | None:
    strength, result = row["strength"], row["result"]
    if isinstance(strength, bool) or not isinstance(strength, int | float) or not 0 <= strength <= 1:
        raise ValueError(f"strength {strength!r} is no number from 0 to 1")
    if result not in _RESULTS:
        raise ValueError(f"result {result!r} is none of {', '.join(sorted(_RESULTS))}")
    if result not in ENDED:
        return None
    return Outcome(
        rulebook_hash=str(row["rulebook_hash"]),
        fact_id=str(row["fact_id"]),
        strength=float(strength),
        won=result == "target",
        day=date.fromisoformat(row["day"]).toordinal(),
        as_of=parse_time(row["as_of"]),
        ended=parse_time(row["ended_at"]),
        source=source,
        calendar=calendar,
    )
