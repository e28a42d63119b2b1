"""Arguments and options that more than one command takes, each said once."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]
Source = Annotated[
    str, typer.Argument(metavar="FILE|SYMBOL", help="A file of candles, or a symbol of the service's market data.")
]
Symbol = Annotated[
    str | None, typer.Option("--symbol", "-s", help="The market of a file's candles.  [default: as its name says]")
]
BarSize = Annotated[
    str | None,
    typer.Option("--timeframe", "-t", help="15m, 1h, …  [default: a file's own spacing; 15m for a symbol]"),
]
Bars = Annotated[
    int | None, typer.Option(min=1, help="The newest bars to take.  [default: all of a file; 500 of a symbol]")
]
AsOf = Annotated[
    str | None,
    typer.Option(help="Use nothing after this moment, ISO-8601 with an offset.  [default: the last close]"),
]
TimeZone = Annotated[str, typer.Option(help="Time zone of times in the files that name none.")]
RunId = Annotated[str, typer.Argument(help="The id analyze printed.")]
Since = Annotated[
    str | None, typer.Option(help="Only decisions recorded at or after this moment.  [default: all of them]")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes to walk in.  [default: one a core, up to 8]")]
