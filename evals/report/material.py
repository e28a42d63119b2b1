"""What a report shows beside the results: the charts of failed cases, and what the baselines come to on all charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from evals.cases.case import Case, Chart, Suite
from evals.runs.choosing import load
from evals.runs.crew import Crew, Loader
from evals.runs.results import Results
from evals.runs.runner import Progress, RunOptions, run
from evals.runs.worker import Alone
from evals.subjects.baselines import NoTrade, RandomDetector
from evals.subjects.found import Subject
from evals.subjects.peer import PeerSubject

Row = Mapping[str, Any]
Name = tuple[str, str]
"""A suite and the id of a case in it."""

_TAKEN_AT_ITS_WORD: Final = (
    "each of its rows names one bar and none at whose close it was known, so it is taken as known there; a gap, drawn "
    "on its middle bar, is then known a bar before it could be, which is no hit"
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run of a simple subject over the same charts.

    Attributes:
        title: how the report calls it.
        rows: as those of results; empty where it could not be run.
        reason: why it could not, or how its scores are to be read; None where nothing is to be said.
    """

    title: str
    rows: tuple[Row, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What results do not hold.

    Attributes:
        cases: the failed cases as they were judged, by suite and id.
        baselines: what the run is held against.
    """

    cases: Mapping[Name, Case] = field(default_factory=lambda: MappingProxyType({}))
    baselines: tuple[Baseline, ...] = ()


def gather(
    results: Results,
    sources: Sequence[str],
    *,
    crew: Crew | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
    load_suite: Loader = load,
) -> Beside:
    """Load the suites of a run again, for their charts, and put the baselines before the same charts.

    A case that was changed since it was judged is left out: its chart is no longer what the results speak of.

    Args:
        results: the run's.
        sources: names or paths of its suites.
        crew: who runs the baselines, None for this process.
        cache: where rows of earlier runs are kept, None for nowhere.
        progress: is told how far each baseline has come.
        load_suite: loads one suite, in whatever process the crew works.

    Raises:
        DataError: a suite cannot be loaded any more.
    """
    judged = {(row["suite"], row["case"]): row for row in results.rows}
    suites = _Judged(load_suite, {name: row["digest"] for name, row in judged.items()})
    cases = {(suite.name, case.id): case for suite in map(suites, sources) for case in suite.cases}
    failed = {name: case for name, case in cases.items() if not judged[name]["passed"]}
    charts = replace(suites, only_charts=True)
    options = RunOptions(Alone() if crew is None else crew, cache)
    if progress is not None:
        options = replace(options, progress=progress)
    return Beside(failed, tuple(_baselines([one for one in sources if charts(one).cases], charts, options)))


@dataclass(frozen=True)
class _Judged:
    """Loads of a suite the cases that were judged, as long as they are what they were.

    Attributes:
        load: loads a whole one.
        digests: of each case that was judged.
        only_charts: whether conversations are left out.
    """

    load: Loader
    digests: Mapping[Name, str]
    only_charts: bool = False

    def __call__(self, source: str) -> Suite:
        """Return a suite with those cases."""
        suite = self.load(source)
        cases = [case for case in suite.cases if self.digests.get((suite.name, case.id)) == suite.digests[case.id]]
        return replace(suite, cases=tuple(one for one in cases if not self.only_charts or _is_chart(one)))


def _baselines(sources: Sequence[str], load: Loader, options: RunOptions) -> list[Baseline]:
    def rows(subject: Subject) -> tuple[Row, ...]:
        return run(sources, subject, load, options).rows if sources else ()

    made = [Baseline("Random detector", rows(RandomDetector())), Baseline("Never trades", rows(NoTrade()))]
    peer = PeerSubject()
    if peer.is_available:
        made.append(Baseline(f"{peer.name} {peer.identity()['version']}", rows(peer), _TAKEN_AT_ITS_WORD))
    else:
        made.append(Baseline(peer.name, reason="not installed"))
    return made


def _is_chart(case: Case) -> bool:
    return isinstance(case.subject, Chart)
