"""``ict chart``: candles in, every ICT fact out, as a summary, as JSON or as a picture; no database, no decision."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent.analysis.windows import refuse_unclosed
from agent.market_window import DEFAULT_BARS, DEFAULT_TIMEFRAME, MarketWindow, window_of_symbol
from agent.service import market_data
from agent.settings import Settings
from api.chart_picture import picture_view
from api.commands.candle_source import describe, market_of_name, names_file, refuse_second_symbol, window_of_file
from api.terminal.chart_summary import show_chart
from api.terminal.screen import Screen
from tools.candles import Candles
from tools.chart import Chart, ChartParameters, read_chart
from tools.errors import InvalidParameter, TooFewCandles
from tools.market.candle_file import read_candle_file
from tools.picture import LAST_BARS, chart_page, chart_svg
from tools.resample import closed_by
from tools.timeframes import Timeframe
from tools.times import iso_utc, parse_time
from tools.trading_day import TradingDay
from tools.whole_file import check_spares, check_target, write_whole

STANDARD_OUTPUT: Final = "-"
_LONGEST_WHOLE_NUMBER: Final = 18


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """What the command line said; None where it said nothing."""

    source: str
    symbol: str | None
    timeframe: str | None
    bars: int | None
    as_of: str | None
    companion: Path | None
    last: int | None
    assignments: Sequence[str]
    time_zone: str
    as_json: bool
    html: str | None
    svg: str | None


async def chart(options: ChartOptions, settings: Settings) -> None:
    """Read a file's or a symbol's chart and print or write what was asked for.

    Raises:
        DataError: the input is bad, or a file cannot be written.
    """
    screen = Screen()
    _check_outputs(options)
    parameters = ChartParameters.of_names(_assigned(options.assignments))
    until = None if options.as_of is None else parse_time(options.as_of, field="--as-of")
    window = await _window(options, settings, until)
    candles = _only_closed(window, options, settings.clock())
    companion = None
    if options.companion is not None:
        companion = _companion(
            options.companion, candles.timeframe, window.instrument.trading_day, until, options.time_zone
        )
    read = read_chart(candles, window.instrument, parameters, companion)
    if options.as_json:
        screen.json(read.to_dict())
    _draw(read, window, options, screen)
    if not options.as_json and options.html is None and options.svg is None:
        screen.line(describe(window), "bold")
        show_chart(screen, read.to_dict(), float(candles.close[-1]), window.instrument.tick_size)


def _check_outputs(options: ChartOptions) -> None:
    on_screen = [options.as_json, options.html == STANDARD_OUTPUT, options.svg == STANDARD_OUTPUT]
    if sum(on_screen) > 1:
        raise InvalidParameter(
            "standard output can take one thing at a time",
            field="--json, --html, --svg", expected="one of --json, --html - and --svg -", got="more than one",
        )  # fmt: skip
    kept = {} if options.companion is None else {"the companion's candles": options.companion}
    if names_file(options.source):
        kept["the candles"] = Path(options.source)
    for field, out in (("--html", options.html), ("--svg", options.svg)):
        if out is not None and out != STANDARD_OUTPUT:
            check_target(Path(out), field=field)
            check_spares(Path(out), kept, field=field)
            kept[f"what {field} writes"] = Path(out)


def _assigned(assignments: Sequence[str]) -> dict[str, Any]:
    """Read ``name=value`` pairs: a value is what JSON takes it for, else text."""
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, is_assigned, value = assignment.partition("=")
        if not is_assigned or name in values:
            what = "names no value" if not is_assigned else "sets a parameter twice"
            raise InvalidParameter(
                f"--set {assignment!r} {what}", field="--set", expected="NAME=VALUE, each name once", got=assignment
            )
        try:
            values[name] = json.loads(value, parse_int=_whole_number)
        except ValueError:
            values[name] = value
    return values


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_WHOLE_NUMBER else float(digits)


async def _window(options: ChartOptions, settings: Settings, until: int | None) -> MarketWindow:
    timeframe = None if options.timeframe is None else Timeframe.parse(options.timeframe, field="--timeframe")
    if names_file(options.source):
        path = Path(options.source)
        window = window_of_file(
            path, options.symbol, timeframe, bars=options.bars, until=until, time_zone=options.time_zone
        )
    else:
        refuse_second_symbol(options.source, options.symbol)
        bars = DEFAULT_BARS if options.bars is None else options.bars
        wanted = timeframe or DEFAULT_TIMEFRAME
        window = await window_of_symbol(market_data(settings), options.source, wanted, bars=bars, until=until, above=())
    return window


def _only_closed(window: MarketWindow, options: ChartOptions, now: int) -> Candles:
    (candles,) = window.candles.values()
    if not len(candles):
        closed = "" if options.as_of is None else f" that closed by {options.as_of}"
        raise TooFewCandles(
            f"{options.source} has no bar{closed}", field="FILE|SYMBOL", expected="at least 1 bar", got="none"
        )
    moment = f"now, {iso_utc(now)}"
    refuse_unclosed(candles, window.instrument.trading_day, now, field=options.source, moment=moment)
    return candles


def _companion(path: Path, timeframe: Timeframe, days: TradingDay, until: int | None, time_zone: str) -> Candles:
    """Read the companion's file; its bars close as its name's market's do, else as those of the chart's own `days`."""
    if not path.is_file():
        raise InvalidParameter(f"there is no file {path}", field="--companion", expected="a candle file", got=str(path))
    candles = read_candle_file(path, timeframe, time_zone=time_zone)
    if until is None:
        return candles
    known = market_of_name(path)
    return closed_by(candles, days if known is None else known.trading_day, until)


def _draw(read: Chart, window: MarketWindow, options: ChartOptions, screen: Screen) -> None:
    view = picture_view(read, last_bars=options.last or LAST_BARS, simulated=window.simulated)
    for field, out, draw in (("--html", options.html, chart_page), ("--svg", options.svg, chart_svg)):
        if out == STANDARD_OUTPUT:
            screen.whole(draw(read, view))
        elif out is not None:
            write_whole(Path(out), draw(read, view), field=field)
            if not options.as_json and STANDARD_OUTPUT not in (options.html, options.svg):
                drawn, of = min(view.last_bars, len(read.candles)), len(read.candles)
                screen.line(f"{out}: {describe(window)}; {drawn:,} of {of:,} bars drawn")
