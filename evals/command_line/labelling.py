"""``ict eval label``: mark a chart by hand, in the browser."""

from pathlib import Path
from typing import Annotated

import typer


def label(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A candle file, the folder of a case, or a .jsonl file of cases.")
    ],
    case: Annotated[str | None, typer.Option(metavar="ID", help="Which case of a .jsonl file.")] = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the case of a candle file goes.  [default: beside it, by its name]"),
    ] = None,
    symbol: Annotated[str | None, typer.Option(help="The market of a candle file.  [default: from its name]")] = None,
    timeframe: Annotated[str | None, typer.Option(help="Of a candle file.  [default: from its bars]")] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Of times without an offset in a candle file.  [default: UTC]")
    ] = None,
    bars: Annotated[
        int | None,
        typer.Option(min=1, max=2000, help="How many bars of a candle file, the last ones.  [default: 300]"),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Label a candle file as of this moment, ISO-8601.  [default: its end]")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who labels.  [default: the user of this system]")] = None,
    as_second: Annotated[
        bool, typer.Option("--as-second", help="Add a second opinion, blind to the first, for the labellers' α.")
    ] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Listen here.  [default: any free port]")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Mark a chart by hand: open it in the browser, and save what is marked as a case.

    The program's own facts stay hidden until the first save. Ctrl-C ends it.
    """
    import webbrowser
    from datetime import UTC, datetime

    from evals.cases.manifest import MANIFEST
    from evals.labelling.desk import Labeller
    from evals.labelling.opening import CandleOptions, open_desk
    from evals.labelling.serving import serve_labels

    options = CandleOptions(symbol, timeframe, time_zone, bars, as_of, to)
    labeller = Labeller(by or _user(), as_second, lambda: datetime.now(UTC).date().isoformat())
    desk = open_desk(file, case, options, labeller)

    def greet(address: str) -> None:
        typer.echo(f"Label {desk.place.name} at {address}")
        typer.echo("The address is good for one browser. Ctrl-C ends it.")
        if not no_browser:
            webbrowser.open(address)

    serve_labels(desk, port, greet)
    if desk.has_saved:
        typer.echo(f"Saved: {desk.place.name}")
        folder = desk.place.folder
        if (folder / MANIFEST).is_file():
            typer.echo(f"the manifest of {folder} is of before: ict eval seal {folder} writes it anew")
    if desk.unsaved:
        changes = "1 change was" if desk.unsaved == 1 else f"{desk.unsaved} changes were"
        typer.echo(f"ict: {changes} not saved", err=True)
    elif not desk.has_saved:
        typer.echo("Nothing was marked.")


def _user() -> str:
    """Return the name of who is logged in."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError) as problem:
        raise typer.BadParameter("this system does not say who you are: write --by NAME") from problem
