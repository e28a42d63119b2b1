"""``ict analyze``, ``ict chart`` and ``ict calendar``: what is asked of candles and of an economic calendar."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.command_line.options import AsJson, AsOf, Bars, BarSize, Source, Symbol, TimeZone
from api.command_line.surroundings import settings

Impact = Literal["high", "medium", "low", "holiday"]


def analyze(
    source: Source,
    symbol: Symbol = None,
    timeframe: BarSize = None,
    bars: Bars = None,
    as_of: AsOf = None,
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
    time_zone: TimeZone = "UTC",
    as_request: Annotated[
        bool, typer.Option("--request", help="Print the body that POST /api/v1/analyze takes, and analyse nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Analyse candles: the walk live, then the decision. The exit status is 0 whatever the decision."""
    from api.commands.analyze import AnalyzeOptions
    from api.commands.analyze import analyze as run

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
    asyncio.run(run(options, settings()))


def chart(
    source: Source,
    symbol: Symbol = None,
    timeframe: BarSize = None,
    bars: Bars = None,
    as_of: AsOf = None,
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
    time_zone: TimeZone = "UTC",
    as_json: AsJson = False,
    html: Annotated[
        str | None, typer.Option(metavar="OUT", help="Write a self-contained page; - is standard output.")
    ] = None,
    svg: Annotated[str | None, typer.Option(metavar="OUT", help="Write a picture; - is standard output.")] = None,
) -> None:
    """Read every ICT fact of a chart: a summary, all of it as JSON, or a picture. Nothing is decided or recorded."""
    from api.commands.chart import ChartOptions
    from api.commands.chart import chart as run

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
    asyncio.run(run(options, settings()))


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

    options = CalendarOptions(file, symbol, since, days, impact, time_zone, as_json)
    asyncio.run(run(options, settings()))
