"""``ict audit``: sign the record, and check it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from api.command_line.options import AsJson
from api.command_line.surroundings import FAILED, settings

group = typer.Typer(invoke_without_command=True)


@group.callback()
def audit(context: typer.Context) -> None:
    """Sign the record, and check that it is as it was."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@group.command()
def head(
    public_key: Annotated[bool, typer.Option("--public-key", help="Print the key that checks the signatures.")] = False,
) -> None:
    """Sign what the chain of decisions ends with, as JSON: keep it where the database's owner cannot change it."""
    from api.commands.audit import head as run

    asyncio.run(run(settings(), public_key=public_key))


@group.command()
def verify(
    head: Annotated[
        list[Path] | None, typer.Option(help="A head that was kept, to hold the record to it; may be repeated.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option(help="The key the heads are signed with.  [default: the data folder's own]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that every decision is as it was recorded; the exit status is 1 where one is not."""
    from api.commands.audit import verify as run

    is_intact = asyncio.run(run(head or [], public_key, settings(), as_json=as_json))
    raise typer.Exit(0 if is_intact else FAILED)
