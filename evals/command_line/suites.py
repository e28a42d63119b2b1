"""``ict eval list``, ``check`` and ``seal``: which labelled charts there are, whether they are right, and sealed."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from tools.errors import DataError, InvalidSuite

if TYPE_CHECKING:
    from evals.cases.case import Suite

_BAD_INPUT: Final = 2


def list_suites() -> None:
    """List the suites that ship."""
    from evals.cases.manifest import MANIFEST, read_manifest
    from evals.cases.shipped import SHIPPED, shipped_folder

    for name in SHIPPED:
        path = shipped_folder(name) / MANIFEST
        if path.is_file():
            manifest, _ = read_manifest(path)
            typer.echo(f"{name:<12}{len(manifest.cases):>5} cases  {manifest.title}")
        else:
            typer.echo(f"{name:<12}    – not sealed")


def check(
    targets: Annotated[
        list[str], typer.Argument(metavar="NAME|PATH…", help="Suites that ship, folders, or .jsonl files.")
    ],
) -> None:
    """Look for faults in labelled charts: each with its file and line; a fault is status 2."""
    from evals.cases.suites import load_suite, unwritable

    is_right = True
    for target in targets:
        try:
            suite = load_suite(target)
            problems: tuple[str, ...] = tuple(unwritable(suite.cases))
        except InvalidSuite as error:
            problems = error.problems
        except DataError as error:
            problems = (str(error),)
        else:
            if not problems:
                typer.echo(_described(suite))
        for problem in problems:
            typer.echo(problem)
        is_right = is_right and not problems
    if not is_right:
        raise typer.Exit(_BAD_INPUT)


def seal(
    targets: Annotated[
        list[str], typer.Argument(metavar="NAME|FOLDER…", help="Suites that ship, or folders of cases.")
    ],
    title: Annotated[str | None, typer.Option(help="What it is, in a few words.  [default: as before]")] = None,
    licence: Annotated[str | None, typer.Option(help="Its licence.  [default: as before; else the cases']")] = None,
    definition: Annotated[
        str | None, typer.Option(help="What its labels were held against.  [default: as before]")
    ] = None,
) -> None:
    """Write the manifest of each suite: from then on an altered byte of it fails the load."""
    from evals.cases.sealing import About
    from evals.cases.sealing import seal as write_manifest

    about = About(title, licence, definition)
    if len(targets) > 1 and about != About():
        raise typer.BadParameter("--title, --licence and --definition are of one suite: seal it alone")
    for target in targets:
        typer.echo(_described(write_manifest(target, about)))


def _described(suite: "Suite") -> str:
    count = "1 case" if len(suite.cases) == 1 else f"{len(suite.cases):,} cases"
    if suite.manifest_sha256 is None:
        return f"{suite.name}: {count}, not sealed (ict eval seal writes the manifest)"
    return f"{suite.name}: {count}, sealed by manifest {suite.manifest_sha256}"
