"""``ict eval upload``: the results of a run for LangSmith, where a key is set."""

from pathlib import Path
from typing import Annotated

import typer

from evals.command_line.extras import evals_extra


def upload(
    results: Annotated[Path, typer.Argument(metavar="RESULTS.jsonl", help="What ict eval run --out wrote.")],
    dataset: Annotated[str, typer.Option(metavar="NAME", help="The dataset in LangSmith; made where there is none.")],
) -> None:
    """Send results to LangSmith: cases as a dataset, their rows as an experiment, headline scores as feedback.

    What is there already is not sent again: an upload that broke off is completed by the next. Needs
    LANGSMITH_API_KEY, and takes LANGSMITH_ENDPOINT for a server of one's own. No candle is sent.
    """
    from agent.environment import ServiceEnvironment, read_environment
    from agent.settings import TracingSettings
    from tools.errors import InvalidParameter

    environment = read_environment(ServiceEnvironment)
    if environment.tracing_key is None:
        raise InvalidParameter(
            "LANGSMITH_API_KEY is not set: nothing was sent",
            field="LANGSMITH_API_KEY", expected="a key of LangSmith", got="nothing",
        )  # fmt: skip
    with evals_extra():
        from evals.langsmith import upload as send
        from evals.runs.results import read_results

        made = read_results(results)
        endpoint = None if environment.tracing_url is None else str(environment.tracing_url)
        sent = send(made, dataset, TracingSettings(environment.tracing_key, endpoint=endpoint))
    typer.echo(f"dataset {sent.dataset}: {sent.new_examples} of {len(made.rows)} cases are new")
    if sent.runs or sent.feedback:
        typer.echo(f"experiment {sent.experiment}: {sent.runs} runs, {sent.feedback} scores")
    else:
        typer.echo(f"experiment {sent.experiment} is there already: nothing of it was sent")
