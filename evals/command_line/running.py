"""``ict eval run``, ``compare`` and ``gate``: put suites to the test, tell two runs apart, let no loss through."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import typer

from evals.command_line.extras import check_evals_extra, evals_extra
from tools.errors import InvalidParameter

if TYPE_CHECKING:
    from evals.runs.choosing import Choice
    from evals.runs.crew import Crew, Loader
    from evals.runs.results import Results

_FAILED: Final = 1
_INTERRUPTED: Final = 130
_MOST_WORKERS: Final = 8
_BELOW_DATA: Final = ("evals", "cache")
_LOCAL: Final = "local"

Suites = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SUITE…]", help="Shipped suites, folders or .jsonl files.  [default: all that ship]"),
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes to run in.  [default: one a core, up to 8]")]
CacheFolder = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        help="Where rows of earlier runs are kept, but for those of a --model.  [default: evals/cache in ICT_DATA_DIR]",
    ),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Compute every case anew, and keep none.")]
ResultFile = Annotated[Path, typer.Argument(metavar="RESULTS.jsonl", help="What ict eval run --out wrote.")]


def run(
    suites: Suites = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE", help="Judges every case.  [default: each case by the one it was labelled for]"
        ),
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="RULE.PARAM=VALUE", help="Replace a parameter of a rule.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Who speaks for the coach, by OPENAI_BASE_URL; asked anew every time.  [default: offline]"),
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often each conversation is held.")] = 1,
    subject: Annotated[
        Literal["ict", "random", "no-trade", "peer"], typer.Option(help="This service, or a baseline.")
    ] = "ict",
    workers: Workers = None,
    case: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this case; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.jsonl", help="Write the results.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report, one page of its own.")] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML.")] = None,
    cache: CacheFolder = None,
    no_cache: NoCache = False,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS|local", help="Run on a Dask cluster (the extra cluster).")
    ] = None,
) -> None:
    """Run labelled charts and questions, and score what is found.

    Status 0 whatever the scores are; 1 where a case ended in an error nobody foresaw. Broken off by Ctrl-C it goes on
    from there when it is started again, but for a --model: of its answers, which differ from one time to the next, none
    is kept.
    """
    from evals.runs.choosing import Choice, Loading
    from tools.whole_file import check_target, write_whole

    check_evals_extra()
    choice = Choice(subject, profile, tuple(assignments or ()), model, repeats)
    if cluster not in (None, _LOCAL):
        _refuse({"--workers": workers}, f"--cluster {cluster}", "a cluster that runs already has its own workers")
    if no_cache:
        _refuse({"--cache": cache}, "--no-cache", "nothing is kept")
    if not choice.is_deterministic:
        _refuse({"--cache": cache}, f"--model {model}", "it may answer otherwise the next time, so nothing is kept")
    targets = {"--out": out, "--html": html, "--junit": junit}
    for option, path in targets.items():
        if path is not None:
            check_target(path, field=option)
    crew, load = crew_of(workers, cluster), Loading()
    kept = None if no_cache else cache or _cache_folder()
    results = _results(choice, choice.sources(suites or ()), load, crew, kept, case or ())
    report = None if html is None else _Report(choice.sources(suites or ()), load, crew, kept)
    for option, text in _files(results, out is not None, report, junit is not None):
        path = targets[option]
        assert path is not None
        write_whole(path, text(), field=option)
    from evals.runs.console import told_run

    typer.echo(told_run(results), nl=False)
    if any(row["error"] is not None for row in results.rows):
        raise typer.Exit(_FAILED)


def compare(
    before: ResultFile,
    after: ResultFile,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
) -> None:
    """Compare two runs of the same cases, pair by pair: what was won, what was lost, and whether it can be chance."""
    with evals_extra():
        from evals.runs.console import compared, told_comparison
        from evals.runs.results import read_results

        comparison = compared(read_results(before), read_results(after))
        typer.echo(told_comparison(comparison, as_json=as_json), nl=False)


def gate(
    results: Annotated[
        Path | None,
        typer.Argument(metavar="[RESULTS.jsonl]", help="A run to judge.  [default: run all that ships]"),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What it is held against.  [default: the one committed]")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Make this run the baseline.")] = False,
    workers: Workers = None,
    cache: CacheFolder = None,
    no_cache: NoCache = False,
) -> None:
    """Fail, with status 1, on a lost pinned case, one that is missing, an error, or a loss that can hardly be chance.

    The committed baseline is only ever replaced (--update) by a run of all that ships, with nothing chosen otherwise.
    """
    with evals_extra():
        from evals.runs.baseline import COMMITTED, read_baseline, replacement, write_baseline
        from evals.runs.choosing import Choice, load
        from evals.runs.console import told_gate
        from evals.runs.gate import gate as judged
        from evals.runs.results import read_results

        path = baseline or COMMITTED
        if results is not None:
            given = {"--workers": workers, "--cache": cache, "--no-cache": no_cache or None}
            _refuse(given, str(results), "it has run already")
            made = read_results(results)
        else:
            if no_cache:
                _refuse({"--cache": cache}, "--no-cache", "nothing is kept")
            kept = None if no_cache else cache or _cache_folder()
            made = _results(Choice(), Choice().sources(()), load, crew_of(workers, None), kept, ())
        if update:
            known = replacement(path, made)
            write_baseline(path, known)
            typer.echo(f"{path}: {len(known.rows)} cases, {sum(row['passed'] for row in known.rows)} passed")
            return
        answer = judged(read_baseline(path), made)
        typer.echo(told_gate(answer), nl=False)
    if answer.failures:
        raise typer.Exit(_FAILED)


def _refuse(given: Mapping[str, object], beside: str, why: str) -> None:
    """Refuse options that would change nothing.

    Raises:
        InvalidParameter: one of them is given; None stands for one that is not.
    """
    for option, value in given.items():
        if value is not None:
            raise InvalidParameter(
                f"{option} does not go with {beside}: {why}",
                field=option, expected=f"{option} left out, or {beside} left out", got=str(value),
            )  # fmt: skip


def crew_of(workers: int | None, cluster: str | None) -> "Crew":
    """Return who executes a run: this process, several, or a cluster.

    Raises:
        InvalidParameter: a cluster is asked for and its package is not installed.
    """
    count = workers or min(os.cpu_count() or 1, _MOST_WORKERS)
    if cluster is not None:
        from evals.runs.cluster import Cluster

        return Cluster(cluster, count)
    if count == 1:
        from evals.runs.worker import Alone

        return Alone()
    from evals.runs.processes import Processes

    return Processes(count, meanwhile=_load_statistics)


def _load_statistics() -> None:
    """Import what the end of a run tells its scores with: more than a second that would else come after the work."""
    importlib.import_module("evals.runs.console")


def _results(
    choice: "Choice", sources: Sequence[str], load: "Loader", crew: "Crew", cache: Path | None, only: Sequence[str]
) -> "Results":
    from evals.runs.runner import RunOptions
    from evals.runs.runner import run as execute

    choice.check()
    try:
        with _progress() as told:
            return execute(sources, choice, load, RunOptions(crew, cache, frozenset(only), told))
    except KeyboardInterrupt:
        kept = f"what was done is kept in {cache}" if cache and choice.is_deterministic else "nothing is kept"
        typer.echo(f"ict: broken off; {kept}", err=True)
        raise typer.Exit(_INTERRUPTED) from None


class _Report(NamedTuple):
    """What a report needs beside the results: the suites, for their charts, and who runs the baselines on them."""

    sources: Sequence[str]
    load: "Loader"
    crew: "Crew"
    cache: Path | None

    def text(self, results: "Results") -> str:
        """Return the page; the baselines are run for it where their rows are not kept."""
        from evals.report import gather, report_page

        with _progress() as told:
            beside = gather(
                results, self.sources, crew=self.crew, cache=self.cache, progress=told, load_suite=self.load
            )
        return report_page(results, beside)


def _files(
    results: "Results", out: bool, report: _Report | None, junit: bool
) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield what each file that is asked for holds, by its option."""
    if out:
        from evals.runs.results import results_text

        yield "--out", lambda: results_text(results)
    if report is not None:
        yield "--html", lambda: report.text(results)
    if junit:
        from evals.runs.junit import junit_xml

        yield "--junit", lambda: junit_xml(results)


def _cache_folder() -> Path:
    return Path(os.environ.get("ICT_DATA_DIR") or ".data").joinpath(*_BELOW_DATA)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Give what tells how far a run has come: a bar on a terminal's standard error, and nothing anywhere else."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("cases"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cases", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
