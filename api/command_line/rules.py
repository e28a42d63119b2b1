"""``ict rules``: list or show the rules, check files of one's own, and hold two profiles against the history."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from api.command_line.options import AsJson, Since, Workers
from api.command_line.surroundings import BAD_INPUT, settings

_SHOW: Final = "show"
_HELP: Final = "--help"
ComparedProfile = Annotated[
    str, typer.Argument(help="A profile by its name (own: the one that is set), or a profile file.")
]


class RulesGroup(TyperGroup):
    """A group whose command ``show`` goes without saying: ``ict rules 7.2`` is ``ict rules show 7.2``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments, with ``show`` before any that begin with no command of the group."""
        if not args or (args[0] not in self.commands and args[0] != _HELP):
            args = [_SHOW, *args]
        return super().parse_args(ctx, args)


group = typer.Typer(cls=RulesGroup)


@group.callback()
def rules() -> None:
    """List the rules, show one, check files or compare profiles.

    "ict rules" lists them in the order of the walk, "ict rules 7.2" shows one whole.
    """


@group.command(name=_SHOW)
def show(
    rule_id: Annotated[str | None, typer.Argument(help="One rule to show whole.  [default: a list of all]")] = None,
    profile: Annotated[str, typer.Option(help="The rulebook profile that judges.")] = "strict",
    as_json: AsJson = False,
) -> None:
    """List the rules, or show one; the word show may be left out."""
    from api.commands.rules import rules as run

    run(rule_id, profile, settings(), as_json=as_json)


@group.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(help="A profile file, a rule file, or a folder of both.  [default: the rulebook in use]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for faults in files of your own; a fault is status 2."""
    from api.commands.rules import check as run

    is_right = run(file, settings(), as_json=as_json)
    raise typer.Exit(0 if is_right else BAD_INPUT)


@group.command()
def diff(
    before: ComparedProfile,
    after: ComparedProfile,
    since: Since = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Judge the recorded history by two profiles and list the decisions that flip."""
    from api.commands.policy_diff import diff as run

    asyncio.run(run(before, after, since, workers, settings(), as_json=as_json))
