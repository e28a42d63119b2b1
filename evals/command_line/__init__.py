"""``ict eval``: the commands of this package, which the command line ``ict`` takes in by its entry point.

Every command imports its own needs, so that ``ict --help`` answers at once.
"""

import typer

from evals.command_line import labelling, life, outcomes, running, suites, uploading

__all__ = ["group"]

group = typer.Typer(
    help="Labelled charts: run them, compare two runs, guard against a loss.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
group.command(name="list")(suites.list_suites)
group.command()(suites.check)
group.command()(suites.seal)
group.command(name="import")(life.import_runs)
group.command()(labelling.label)
group.command()(outcomes.walk)
group.command()(outcomes.calibrate)
group.command()(running.run)
group.command()(running.compare)
group.command()(running.gate)
group.command()(uploading.upload)
