"""Candles for one command out of a file; `agent.market_window` takes those of a symbol."""

from pathlib import Path, PurePath

from agent.market_window import MarketWindow
from tools.errors import InvalidParameter
from tools.instruments import Instrument, find_instrument, instrument
from tools.market.candle_file import read_candle_file
from tools.market.file_names import CANDLE_SUFFIXES, parse_file_name
from tools.resample import closed_by, last_close
from tools.timeframes import Timeframe
from tools.times import iso_utc


def names_file(source: str) -> bool:
    """Whether the command line's FILE|SYMBOL means a file: there is one, or it ends like one."""
    return Path(source).is_file() or source.lower().endswith(CANDLE_SUFFIXES)


def window_of_file(
    path: Path,
    symbol: str | None,
    timeframe: Timeframe | None,
    *,
    bars: int | None,
    until: int | None,
    time_zone: str,
) -> MarketWindow:
    """Read a candle file: every bar of it, or the newest `bars` of those that had closed by `until`.

    Raises:
        InvalidParameter: there is no such file, or nothing says of which market it is.
        DataError: the file, the symbol or the time zone cannot be used.
    """
    if not path.is_file():
        raise InvalidParameter(f"there is no file {path}", field="FILE", expected="a candle file", got=str(path))
    market = _market_of_file(path) if symbol is None else instrument(symbol)
    candles = read_candle_file(path, timeframe, time_zone=time_zone)
    if until is not None:
        candles = closed_by(candles, market.trading_day, until)
    if bars is not None:
        candles = candles[max(0, len(candles) - bars) :]
    return MarketWindow(market, {candles.timeframe: candles}, f"file {path.name}")


def market_of_name(path: Path) -> Instrument | None:
    """Return the market a file's name says its candles are of, None where it names none that is known."""
    named = parse_file_name(PurePath(path.name))
    return None if named is None else find_instrument(named.symbol)


def _market_of_file(path: Path) -> Instrument:
    found = market_of_name(path)
    if found is None:
        raise InvalidParameter(
            f"the name {path.name} does not say which market its candles are of",
            field="--symbol", expected="the symbol, such as --symbol EURUSD", got="nothing",
        )  # fmt: skip
    return found


def refuse_second_symbol(source: str, symbol: str | None) -> None:
    """Refuse ``--symbol`` beside a source that is a symbol itself.

    Raises:
        InvalidParameter: there is one.
    """
    if symbol is not None:
        raise InvalidParameter(
            f"{source} is no file, and --symbol names another market beside it",
            field="FILE|SYMBOL",
            expected="a file with --symbol, or a symbol alone",
            got=f"{source} and {symbol}",
        )


def describe(window: MarketWindow) -> str:
    """Say in one line what is read: bars by timeframe, the last close, the origin."""
    counts = ", ".join(f"{len(candles):,} × {timeframe}" for timeframe, candles in window.candles.items())
    day = window.instrument.trading_day
    last = max(last_close(candles, day) for candles in window.candles.values() if len(candles))
    return f"{window.instrument.symbol}: {counts}, to {iso_utc(last)}, {window.origin}"
