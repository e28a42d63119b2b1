"""``ict eval import``: recorded runs, and what was said of them, as labelled charts."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from agent.settings import Settings
    from evals.cases.importing import Imported

_FAILED: Final = 1


def import_runs(
    to: Annotated[Path, typer.Option(metavar="FOLDER|FILE.jsonl", help="Where the cases go.")],
    run_ids: Annotated[list[str] | None, typer.Argument(metavar="RUN…", help="The ids analyze printed.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Instead of ids: all decided at or after this moment, ISO-8601 with an offset.")
    ] = None,
    feedback_only: Annotated[
        bool, typer.Option("--feedback-only", help="Only runs somebody gave a verdict on.")
    ] = False,
) -> None:
    """Turn recorded runs into labelled charts.

    What people said of a run labels it; where nobody said anything, the decision itself does. Status 1: a run makes no
    case, and standard error says why.
    """
    from agent.environment import ServiceEnvironment, command_settings, read_environment
    from evals.cases.files import ROWS
    from evals.cases.importing import write_cases
    from evals.cases.manifest import MANIFEST

    if bool(run_ids) == (since is not None):
        raise typer.BadParameter("name runs, or write --since")
    settings = command_settings(read_environment(ServiceEnvironment), int(time.time()))
    imported = asyncio.run(_import(tuple(dict.fromkeys(run_ids or ())), since, feedback_only, settings))
    write_cases(imported.cases, to)
    count = "1 case" if len(imported.cases) == 1 else f"{len(imported.cases):,} cases"
    typer.echo(f"{to}: {count} imported")
    folder = to.parent if to.suffix == ROWS else to
    if imported.cases and (folder / MANIFEST).is_file():
        typer.echo(f"the manifest of {folder} is of before: ict eval seal {folder} writes it anew")
    for why in imported.refused:
        typer.echo(f"ict: {why}", err=True)
    if imported.refused:
        raise typer.Exit(_FAILED)


async def _import(run_ids: tuple[str, ...], since: str | None, feedback_only: bool, settings: "Settings") -> "Imported":
    from datetime import UTC, datetime

    from agent.service import open_service
    from agent.settings import DEFAULT_OWNER
    from evals.cases.importing import import_runs, runs_since
    from tools.times import parse_time

    moment = None if since is None else datetime.fromtimestamp(parse_time(since, field="since"), UTC)
    async with open_service(settings) as service:
        if moment is not None:
            run_ids = await runs_since(service, moment, owner_id=DEFAULT_OWNER)
        return await import_runs(service, run_ids, owner_id=DEFAULT_OWNER, feedback_only=feedback_only)
