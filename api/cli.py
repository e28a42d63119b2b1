"""The command line ``ict``: a composition root, like `api.app`. What each command does lies in `api.commands`."""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from typer.exceptions import TyperException

from api.terminal.standard_output import OutputFailed, guarded_output
from tools.errors import DataError, DecisionNotFound, IctError, RulebookError, RunNotDecided, RunNotFound

BAD_INPUT: Final = 2
FAILED: Final = 1
_CALLERS_FAULT: Final = (DataError, RulebookError, RunNotFound, RunNotDecided, DecisionNotFound)

app = typer.Typer(
    name="ict",
    help="Is there an ICT trade here, and exactly why or why not?",
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode=None,  # rich takes half the time that --help may take
    pretty_exceptions_enable=False,
)
audit_commands = typer.Typer(invoke_without_command=True)
app.add_typer(audit_commands, name="audit")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]
Impact = Literal["high", "medium", "low", "holiday"]
Profile = Annotated[str, typer.Option(help="The rulebook profile that judges.")]
Since = Annotated[
    str | None, typer.Option(help="Only decisions recorded at or after this moment.  [default: all of them]")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes to walk in.  [default: one a core]")]


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


@app.command()
def analyze(
    source: Annotated[
        str, typer.Argument(metavar="FILE|SYMBOL", help="A file of candles, or a symbol of the service's market data.")
    ],
    symbol: Annotated[
        str | None, typer.Option("--symbol", "-s", help="The market of a file's candles.  [default: as its name says]")
    ] = None,
    timeframe: Annotated[
        str | None,
        typer.Option("--timeframe", "-t", help="15m, 1h, …  [default: a file's own spacing; 15m for a symbol]"),
    ] = None,
    bars: Annotated[
        int | None, typer.Option(min=1, help="The newest bars to use.  [default: all of a file; 500 of a symbol]")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Use nothing after this moment, ISO-8601 with an offset.  [default: the last close]"),
    ] = None,
    balance: Annotated[
        float | None, typer.Option(help="Account balance.  [default: the account that is set; else 10000]")
    ] = None,
    risk_pct: Annotated[
        float | None, typer.Option(help="Percent of the balance to risk.  [default: the risk settings; else 1]")
    ] = None,
    account_currency: Annotated[str | None, typer.Option(help="Currency of --balance.  [default: USD]")] = None,
    profile: Annotated[
        str | None, typer.Option(help="The rulebook profile that judges.  [default: your own; else strict]")
    ] = None,
    calendar: Annotated[Path | None, typer.Option(help="Economic calendar: a CSV, ICS or JSON file.")] = None,
    trades_this_session: Annotated[
        int | None, typer.Option(min=0, help="Trades already taken this session.  [default: unknown]")
    ] = None,
    time_zone: Annotated[str, typer.Option(help="Time zone of times in the file that name none.")] = "UTC",
    as_request: Annotated[
        bool, typer.Option("--request", help="Print the body that POST /api/v1/analyze takes, and analyse nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Analyse candles: the walk live, then the decision. The exit status is 0 whatever the decision."""
    from api.commands.analyze import AnalyzeOptions
    from api.commands.analyze import analyze as run
    from api.commands.opening import service_settings

    options = AnalyzeOptions(
        source=source,
        symbol=symbol,
        timeframe=timeframe,
        bars=bars,
        as_of=as_of,
        balance=balance,
        risk_pct=risk_pct,
        account_currency=account_currency,
        profile=profile,
        calendar=calendar,
        trades_this_session=trades_this_session,
        time_zone=time_zone,
        as_request=as_request,
        as_json=as_json,
    )
    asyncio.run(run(options, service_settings(_now())))


@app.command()
def chart(
    source: Annotated[
        str, typer.Argument(metavar="FILE|SYMBOL", help="A file of candles, or a symbol of the service's market data.")
    ],
    symbol: Annotated[
        str | None, typer.Option("--symbol", "-s", help="The market of a file's candles.  [default: as its name says]")
    ] = None,
    timeframe: Annotated[
        str | None,
        typer.Option("--timeframe", "-t", help="15m, 1h, …  [default: a file's own spacing; 15m for a symbol]"),
    ] = None,
    bars: Annotated[
        int | None, typer.Option(min=1, help="The newest bars to read.  [default: all of a file; 500 of a symbol]")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Use nothing after this moment, ISO-8601 with an offset.  [default: the last close]"),
    ] = None,
    companion: Annotated[
        Path | None, typer.Option(help="A file of a correlated market's candles, for SMT divergences.")
    ] = None,
    last: Annotated[int | None, typer.Option(min=1, help="The newest bars to draw.  [default: 300]")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A parameter of the reading, such as internal_bars=3; may be repeated."
        ),
    ] = None,
    time_zone: Annotated[str, typer.Option(help="Time zone of times in the files that name none.")] = "UTC",
    as_json: AsJson = False,
    html: Annotated[
        str | None, typer.Option(metavar="OUT", help="Write a self-contained page; - is standard output.")
    ] = None,
    svg: Annotated[str | None, typer.Option(metavar="OUT", help="Write a picture; - is standard output.")] = None,
) -> None:
    """Read every ICT fact of a chart: a summary, all of it as JSON, or a picture. Nothing is decided or recorded."""
    from api.commands.chart import ChartOptions
    from api.commands.chart import chart as run
    from api.commands.opening import service_settings

    options = ChartOptions(
        source=source,
        symbol=symbol,
        timeframe=timeframe,
        bars=bars,
        as_of=as_of,
        companion=companion,
        last=last,
        assignments=assignments or [],
        time_zone=time_zone,
        as_json=as_json,
        html=html,
        svg=svg,
    )
    asyncio.run(run(options, service_settings(_now())))


@app.command()
def calendar(
    file: Annotated[Path | None, typer.Argument(help="A CSV, ICS or JSON file.  [default: ICT_CALENDAR_FILE]")] = None,
    symbol: Annotated[str | None, typer.Option("--symbol", "-s", help="Only its currencies.  [default: all]")] = None,
    since: Annotated[str | None, typer.Option(help="ISO-8601 with an offset.  [default: now]")] = None,
    days: Annotated[int, typer.Option(min=1, max=36_500, help="So many days from there.")] = 7,
    impact: Annotated[Impact | None, typer.Option(help="Only this impact.  [default: all]")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Of naive times.  [default: ICT_CALENDAR_TIME_ZONE]")] = None,
    as_json: AsJson = False,
) -> None:
    """Read an economic calendar: what is scheduled, or every fault of the file with its line."""
    from api.commands.economic_calendar import CalendarOptions
    from api.commands.economic_calendar import calendar as run
    from api.commands.opening import service_settings

    options = CalendarOptions(file, symbol, since, days, impact, time_zone, as_json)
    asyncio.run(run(options, service_settings(_now())))


@app.command()
def explain(run_id: Annotated[str, typer.Argument(help="The id analyze printed.")], as_json: AsJson = False) -> None:
    """Show why a run decided as it did: decision, node, rule, operand."""
    from api.commands.opening import service_settings
    from api.commands.recorded import explain as run

    asyncio.run(run(run_id, service_settings(_now()), as_json=as_json))


@app.command(name="what-if")
def what_if(
    run_id: Annotated[str, typer.Argument(help="The id analyze printed.")],
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
    from api.commands.opening import service_settings
    from api.commands.recorded import what_if as run

    asyncio.run(run(run_id, profile, assignments or [], service_settings(_now()), as_json=as_json))


@app.command()
def rules(
    rule_id: Annotated[
        str | None,
        typer.Argument(metavar="RULE_ID|check|diff", help="One rule to show whole; or the word check or diff."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE|BEFORE",
            help="With check: a profile file, a rule file, or a folder of both.  [default: the rulebook in use]  "
            "With diff: a profile, by its name or as a file.",
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="AFTER", help="With diff: the profile to hold against BEFORE.")
    ] = None,
    profile: Profile = "strict",
    since: Since = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """List the rules in the order of the walk, or show one.

    `check` looks for faults in files of your own; a fault is status 2. `diff` judges the recorded history by two
    profiles and lists the decisions that flip.
    """
    from api.commands.opening import service_settings
    from api.commands.rules import CHECK, check
    from api.commands.rules import rules as run

    if rule_id == "diff":
        _policy_diff(file, after, since, workers, as_json=as_json)
        return
    if rule_id == CHECK:
        is_right = check(file, service_settings(_now()), as_json=as_json)
        raise typer.Exit(0 if is_right else BAD_INPUT)
    if file is not None:
        raise typer.BadParameter("a file is only taken after check, as in: ict rules check my-profile.yaml")
    run(rule_id, profile, service_settings(_now()), as_json=as_json)


def _policy_diff(
    before: Path | None, after: str | None, since: str | None, workers: int | None, *, as_json: bool
) -> None:
    from api.commands.opening import service_settings
    from api.commands.policy_diff import diff as run

    if before is None or after is None:
        raise typer.BadParameter("diff takes two profiles, as in: ict rules diff strict my-profile.yaml")
    asyncio.run(run(str(before), after, since, workers, service_settings(_now()), as_json=as_json))


@app.command()
def replay(
    decision_id: Annotated[str | None, typer.Argument(help="The decision's id, as the audit lists it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Replay every recorded decision instead of one.")] = False,
    since: Since = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Walk again over recorded inputs; the exit status is 1 where other bytes come out."""
    from api.commands.opening import service_settings
    from api.commands.recorded import replay as run_one
    from api.commands.replay_all import replay_everything

    if everything == (decision_id is not None):
        raise typer.BadParameter("name a decision, or write --all")
    settings = service_settings(_now())
    if decision_id is not None:
        is_identical = asyncio.run(run_one(decision_id, settings, as_json=as_json))
    else:
        is_identical = asyncio.run(replay_everything(since, workers, settings, as_json=as_json))
    raise typer.Exit(0 if is_identical else FAILED)


@audit_commands.callback()
def audit(context: typer.Context) -> None:
    """Sign the record, and check that it is as it was."""
    overview(context)


@audit_commands.command(name="head")
def audit_head(
    public_key: Annotated[bool, typer.Option("--public-key", help="Print the key that checks the signatures.")] = False,
) -> None:
    """Sign what the chain of decisions ends with, as JSON: keep it where the database's owner cannot change it."""
    from api.commands.audit import head as run
    from api.commands.opening import service_settings

    asyncio.run(run(service_settings(_now()), public_key=public_key))


@audit_commands.command(name="verify")
def audit_verify(
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
    from api.commands.opening import service_settings

    is_intact = asyncio.run(run(head or [], public_key, service_settings(_now()), as_json=as_json))
    raise typer.Exit(0 if is_intact else FAILED)


@app.command()
def version() -> None:
    """Print the version."""
    from api.commands.opening import code_version

    typer.echo(code_version())


def _now() -> int:
    return int(time.time())


def _complain(message: str, more: str) -> None:
    typer.echo(f"ict: {'; '.join(message.splitlines())}{more}", err=True)


def _expectation(problem: IctError) -> str:
    if not isinstance(problem, DataError) or problem.expected is None or problem.expected in str(problem):
        return ""
    return f" (expected {problem.expected}; got {problem.got})"


if __name__ == "__main__":
    main()
