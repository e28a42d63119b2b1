"""``ict coach``: what is asked about decisions, in words."""

from typing import Annotated

import typer

from api.command_line.options import AsJson
from api.command_line.surroundings import FAILED, settings


def coach(
    question: Annotated[
        list[str] | None, typer.Argument(help="What to ask.  [default: a conversation, a question a line]")
    ] = None,
    run_id: Annotated[
        str | None, typer.Option("--run", help="The analysis to ask about.  [default: the newest]")
    ] = None,
    thread_id: Annotated[str | None, typer.Option("--thread", help="The conversation to go on with.")] = None,
    symbol: Annotated[str | None, typer.Option("--symbol", "-s", help="The market it is about.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the coach why, what if and what now; every number of its answers is traced.

    Without a question it is a conversation: /help lists its commands. Status 1: no answer came. One that says
    it cannot tell is an answer.
    """
    from api.commands.coach import CoachOptions
    from api.commands.coach import coach as run

    asked = " ".join(question or ()).strip() or None
    if question and asked is None:
        raise typer.BadParameter("the question says nothing")
    options = CoachOptions(asked, run_id, thread_id, symbol, as_json)
    answered = run(options, settings(), lambda why: typer.echo(f"ict: {'; '.join(why.splitlines())}", err=True))
    raise typer.Exit(0 if answered else FAILED)
