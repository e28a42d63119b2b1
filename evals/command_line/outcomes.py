"""``ict eval walk`` and ``ict eval calibrate``: what became of decisions, and what their confidence is worth."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.command_line.extras import evals_extra

if TYPE_CHECKING:
    from evals.outcomes.report import Walk


def walk(
    source: Annotated[
        str, typer.Argument(metavar="FILE|SYMBOL", help="A candle file, or a symbol of the simulated market.")
    ],
    symbol: Annotated[
        str | None, typer.Option("--symbol", "-s", help="The market of a file's candles.  [default: as its name says]")
    ] = None,
    timeframe: Annotated[
        str | None, typer.Option("--timeframe", "-t", help="Of the bars.  [default: a file's own; 15m of a symbol]")
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(
            help="Decide every so many bars, or at a timeframe's closes.  [default: each bar, at most each 15m]"
        ),
    ] = None,
    bars: Annotated[int, typer.Option(help="How many bars a decision looks at.")] = 500,
    since: Annotated[
        str | None, typer.Option("--from", help="Decide from this moment on, ISO-8601 with an offset.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Read no bar that closed later, ISO-8601 with an offset.")
    ] = None,
    profile: Annotated[
        list[str] | None, typer.Option(help="Rules: a name or a file; repeated, each is a variant.  [default: strict]")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="RULE.PARAMETER=VALUE[,VALUE…]; every combination is a variant."),
    ] = None,
    trials: Annotated[int, typer.Option(min=0, help="How many variants were tried before, for the deflation.")] = 0,
    valid_bars: Annotated[int, typer.Option(help="How many bars an order rests.")] = 24,
    hold_bars: Annotated[int, typer.Option(help="How many bars a position is held at most.")] = 96,
    spread: Annotated[float, typer.Option(help="Ticks that every filled order loses.")] = 0.0,
    commission: Annotated[
        str, typer.Option(help="Of a whole trade: quote currency a lot, or a share of the risk as 0.05R.")
    ] = "0",
    slippage: Annotated[float, typer.Option(help="Ticks by which a stop is filled worse.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the intervals and the random entries.")] = 7,
    market_seed: Annotated[int | None, typer.Option(min=0, help="Of the simulated market.  [default: 7]")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes to decide in.")] = 1,
    calendar: Annotated[
        Path | None,
        typer.Option(help="Economic calendar: a CSV, ICS or JSON file.  [default: nothing is known of news]"),
    ] = None,
    time_zone: Annotated[
        str, typer.Option(help="Time zone of times in the candle file, and the calendar, that name none.")
    ] = "UTC",
    out: Annotated[Path | None, typer.Option(help="Write every order's outcome here, as JSON lines.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
) -> None:
    """Decide bar by bar, trade what is offered on the bars that follow, and say what came of it."""
    with evals_extra():
        import orjson

        from evals.outcomes.news import read_news
        from evals.outcomes.orders import Costs, Patience
        from evals.outcomes.report import Walk, report, walk_forward
        from evals.outcomes.rows import outcome_lines
        from evals.outcomes.sources import candles_of, origin_of
        from evals.outcomes.steps import moments_of, steps_of
        from evals.outcomes.text import text
        from evals.outcomes.variants import variants_of
    from tools.times import parse_time
    from tools.whole_file import check_target, write_whole

    if out is not None:
        check_target(out, field="--out")
    first = None if since is None else parse_time(since, field="--from")
    last = None if until is None else parse_time(until, field="--to")
    costs, patience = Costs.of_texts(spread, commission, slippage), Patience(valid_bars, hold_bars)
    candles, market = candles_of(
        source, symbol, timeframe, since=first, until=last, bars=bars, time_zone=time_zone, seed=market_seed
    )
    steps = steps_of(candles, market, every=every, bars=bars, since=first)
    variants = variants_of(profile or ["strict"], set_ or [])
    news = None
    if calendar is not None:
        news = read_news(calendar, moments_of(steps, candles, market), time_zone=time_zone)
    plan = Walk(candles, market, origin_of(source), variants, steps, patience, costs, trials, seed, news=news)
    with _progress(plan) as on_progress:
        walked = walk_forward(plan, workers=workers, on_progress=on_progress)
    if out is not None:
        write_whole(out, outcome_lines(walked), field="--out")
    document = report(walked)
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() if as_json else text(document), nl=as_json)


@contextmanager
def _progress(plan: "Walk") -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal, nothing anywhere else."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as shown:
        task = shown.add_task("deciding", total=len(plan.steps.indices))
        yield lambda done: shown.advance(task, done)


def calibrate(
    outcomes: Annotated[list[Path], typer.Argument(metavar="OUTCOMES.jsonl…", help="What ict eval walk --out wrote.")],
    out: Annotated[Path, typer.Option(help="Write the calibration here.")],
    split: Annotated[
        float, typer.Option(help="The part of the days that is fitted on; the rest is reported on.")
    ] = 0.6,
    rulebook: Annotated[
        str | None, typer.Option(help="The beginning of the hash of the rulebook, where outcomes are of several.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the intervals.")] = 7,
) -> None:
    """Fit how often trades of a strength won on the first days, report it on the others, and write it."""
    with evals_extra():
        from evals.calibration.fit import calibrate as fit
        from evals.calibration.outcomes import read_outcomes
        from evals.calibration.text import text
    from tools.whole_file import check_spares, check_target, write_whole

    check_target(out, field="--out")
    check_spares(out, {f"the outcomes {path.name}": path for path in outcomes}, field="--out")
    fitted = fit(read_outcomes(outcomes), split=split, rulebook=rulebook, seed=seed)
    write_whole(out, fitted.text(), field="--out")
    typer.echo(text(fitted), nl=False)
