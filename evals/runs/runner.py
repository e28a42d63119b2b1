"""A run: suites before a subject, what is known already from the cache, the rest judged by a crew."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from evals.runs.cache import RowCache
from evals.runs.crew import Crew, Loader, OpenedSuite, PackedCase, Work
from evals.runs.results import Results
from evals.subjects.found import Subject
from tools.errors import EvaluationFailed, InvalidParameter

Progress = Callable[[int, int], None]
"""Is told how many cases have a row, and of how many so far known."""


def _nobody_watches(done: int, total: int) -> None:
    """Let the run go on unwatched."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run goes about; none of it changes a byte of what comes out, but `only`.

    Attributes:
        crew: who executes it.
        cache: the folder with rows of earlier runs; None computes everything and keeps nothing, and so does a subject
            that is not deterministic.
        only: ids of the cases to judge; empty takes all.
        progress: is told how far it has come.
    """

    crew: Crew
    cache: Path | None = None
    only: Collection[str] = ()
    progress: Progress = _nobody_watches


def run(sources: Sequence[str], subject: Subject, load: Loader, options: RunOptions) -> Results:
    """Put every case of some suites before a subject.

    Args:
        sources: names or paths of suites.
        subject: what is put to the test.
        load: loads one suite.
        options: how.

    Raises:
        DataError: a suite cannot be loaded, two have one name, a case asked for is in none, or the subject cannot be
            made; in this process also a `RulebookError`.
        EvaluationFailed: the crew cannot work, or its processes run different code.
    """
    desk = _Desk(options, options.cache if subject.is_deterministic else None)
    with closing(options.crew.each(Work(load, sources, subject, desk.wanted))) as judged:
        for case, row in judged:
            desk.take(case, row)
    missing = sorted(set(options.only) - desk.ids)
    if missing:
        raise InvalidParameter(
            f"no case {', '.join(missing)} in {', '.join(sorted(desk.seals))}",
            field="--case", expected="ids of cases of these suites", got=", ".join(missing),
        )  # fmt: skip
    return Results(desk.identity or subject.identity(), dict(sorted(desk.seals.items())), desk.rows())


class _Desk:
    """What has come in so far."""

    def __init__(self, options: RunOptions, cache: Path | None) -> None:
        self._options = options
        self._kept_in = cache
        self._rows: list[dict[str, Any]] = []
        self._total = 0
        self._cache: RowCache | None = None
        self.identity: Mapping[str, Any] | None = None
        self.seals: dict[str, str] = {}
        self.ids: set[str] = set()

    def wanted(self, suite: OpenedSuite) -> Sequence[PackedCase]:
        """Note a suite, take what the cache has of it, and return the rest."""
        if suite.name in self.seals:
            raise InvalidParameter(
                f"two suites are called {suite.name}", field="SUITE", expected="each suite once", got=suite.name
            )
        self.seals[suite.name] = suite.seal
        self._recognise(suite.identity)
        only, cache = self._options.only, self._cache
        cases = [case for case in suite.cases if not only or case.id in only]
        self.ids.update(case.id for case in cases)
        self._total += len(cases)
        kept = {case.id: cache.get(case.digest) for case in cases} if cache is not None else {}
        for case in cases:
            row = kept.get(case.id)
            if row is not None:
                self._note({**orjson.loads(row), "suite": suite.name})
        return [case for case in cases if kept.get(case.id) is None]

    def take(self, case: PackedCase, row: bytes) -> None:
        """Note a row, and keep it where it tells of the case and not of an accident."""
        document = orjson.loads(row)
        if self._cache is not None and document["error"] is None:
            self._cache.put(case.digest, row)
        self._note(document)

    def rows(self) -> tuple[dict[str, Any], ...]:
        """Return all rows, by suite and id."""
        return tuple(sorted(self._rows, key=lambda row: (row["suite"], row["case"])))

    def _recognise(self, identity: Mapping[str, Any]) -> None:
        """Hold who the subject is against who it was, and open the cache of its rows at the first time."""
        if self.identity is not None and identity != self.identity:
            raise EvaluationFailed("the code under test was changed while it ran; start again")
        if self.identity is None:
            self.identity = identity
            self._cache = None if self._kept_in is None else RowCache(self._kept_in, identity)

    def _note(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        self._options.progress(len(self._rows), self._total)
