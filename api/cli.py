"""The command line ``ict``: a composition root, like `api.app`. Its commands lie in `api.command_line`."""

import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Annotated, Final

import typer
from typer.exceptions import TyperException

from api.command_line import audit, charts, coach, mcp, recorded, rules
from api.command_line.surroundings import BAD_INPUT, FAILED
from api.terminal.standard_output import OutputFailed, guarded_output
from tools.errors import (
    DataError,
    DecisionNotFound,
    IctError,
    RulebookError,
    RunNotDecided,
    RunNotFound,
    ThreadNotFound,
)

_CALLERS_FAULT: Final = (DataError, RulebookError, RunNotFound, RunNotDecided, DecisionNotFound, ThreadNotFound)

app = typer.Typer(
    name="ict",
    help="Is there an ICT trade here, and exactly why or why not?",
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode=None,  # rich takes half the time that --help may take
    pretty_exceptions_enable=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: with status 2 for bad input, and one line on standard error.

    A standard output that cannot be written is status 1; a reader of it that leaves changes nothing.

    Args:
        arguments: what follows the program's name; None takes the process's own.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as it is where the caller closed it
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that knows no ✓ shows ?
    try:
        with guarded_output():
            status = app(arguments, standalone_mode=False)
    except TyperException as problem:
        _complain(problem.format_message().removesuffix("."), " (ict --help tells more)")
        status = BAD_INPUT
    except _CALLERS_FAULT as problem:
        _complain(str(problem), _expectation(problem))
        status = BAD_INPUT
    except (IctError, OutputFailed) as problem:
        _complain(str(problem), "")
        status = FAILED
    sys.exit(status)


@app.callback()
def overview(context: typer.Context) -> None:
    """Candles in, an ICT decision out, and the proof of why."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.  [default: HOST or 127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 takes a free one.  [default: PORT or 8000]")
    ] = None,
) -> None:
    """Start the web service; Ctrl-C stops it."""
    from api.commands.opening import read_environment
    from api.commands.serve import serve as run

    run(read_environment(host=host, port=port))


for _command in (charts.analyze, charts.chart, charts.calendar, recorded.explain, recorded.what_if, recorded.replay):
    app.command()(_command)
app.command()(coach.coach)
app.command()(mcp.mcp)
app.add_typer(rules.group, name="rules")
app.add_typer(audit.group, name="audit")
for _group in entry_points(group="ict.commands"):  # those of packages that this one does not know
    app.add_typer(_group.load(), name=_group.name)


@app.command()
def version() -> None:
    """Print the version."""
    from api.commands.opening import code_version

    typer.echo(code_version())


def _complain(message: str, more: str) -> None:
    typer.echo(f"ict: {'; '.join(message.splitlines())}{more}", err=True)


def _expectation(problem: IctError) -> str:
    if not isinstance(problem, DataError) or problem.expected is None or problem.expected in str(problem):
        return ""
    return f" (expected {problem.expected}; got {problem.got})"


if __name__ == "__main__":
    main()
