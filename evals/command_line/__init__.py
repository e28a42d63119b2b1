"""``ict eval``: the commands of this package, which the command line ``ict`` takes in by its entry point.

Every command imports its own needs, so that ``ict --help`` answers at once.
"""

import typer

__all__ = ["group"]

group = typer.Typer(
    help="Labelled charts: run them, compare two runs, guard against a loss.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
