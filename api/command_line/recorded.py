"""``ict explain``, ``ict what-if`` and ``ict replay``: what is asked of decisions that were recorded."""

import asyncio
from typing import Annotated

import typer

from api.command_line.options import AsJson, RunId, Since, Workers
from api.command_line.surroundings import FAILED, settings


def explain(run_id: RunId, as_json: AsJson = False) -> None:
    """Show why a run decided as it did: decision, node, rule, operand."""
    from api.commands.recorded import explain as run

    asyncio.run(run(run_id, settings(), as_json=as_json))


def what_if(
    run_id: RunId,
    profile: Annotated[str | None, typer.Option(help="Walk again by this profile's rules.")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FACT=VALUE",
            help="Suppose a fact: true, false, unknown, a number or a text; may be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a run would have come to by another profile, or on other facts. Nothing is recorded."""
    from api.commands.recorded import what_if as run

    asyncio.run(run(run_id, profile, assignments or [], settings(), as_json=as_json))


def replay(
    decision_id: Annotated[str | None, typer.Argument(help="The decision's id, as the audit lists it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Replay every recorded decision instead of one.")] = False,
    since: Since = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Walk again over recorded inputs; the exit status is 1 where other bytes come out.

    --since and --workers go with --all.
    """
    if everything == (decision_id is not None):
        raise typer.BadParameter("name a decision, or write --all")
    if decision_id is not None:
        for name, value in (("--since", since), ("--workers", workers)):
            if value is not None:
                raise typer.BadParameter(f"{name} goes with --all, and not with one decision")
        is_identical = _replay_one(decision_id, as_json=as_json)
    else:
        is_identical = _replay_all(since, workers, as_json=as_json)
    raise typer.Exit(0 if is_identical else FAILED)


def _replay_one(decision_id: str, *, as_json: bool) -> bool:
    from api.commands.recorded import replay as run

    return asyncio.run(run(decision_id, settings(), as_json=as_json))


def _replay_all(since: str | None, workers: int | None, *, as_json: bool) -> bool:
    from api.commands.replay_all import replay_everything

    return asyncio.run(replay_everything(since, workers, settings(), as_json=as_json))
