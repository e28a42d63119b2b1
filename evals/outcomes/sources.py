"""The candles of a walk: a file's, or the simulated market's."""

import asyncio
from pathlib import Path, PurePath
from typing import Final

from evals.outcomes.steps import cut
from tools.candles import Candles
from tools.errors import InvalidParameter
from tools.instruments import Instrument, find_instrument, instrument
from tools.market.candle_file import read_candle_file
from tools.market.demo import DemoMarketData
from tools.market.file_names import CANDLE_SUFFIXES, parse_file_name
from tools.timeframes import Timeframe

_USUAL_SEED: Final = 7


def origin_of(source: str) -> str:
    """Return how reports call a source: a file by its name, a symbol as simulated."""
    return f"file {Path(source).name}" if _is_file(source) else "SIMULATED market data (demo)"


def candles_of(
    source: str,
    symbol: str | None,
    timeframe: str | None,
    *,
    since: int | None,
    until: int | None,
    bars: int,
    time_zone: str = "UTC",
    seed: int | None = None,
) -> tuple[Candles, Instrument]:
    """Return what a command line's FILE|SYMBOL means: candles up to a moment, and their market.

    Args:
        source: a candle file, or a symbol of the simulated market.
        symbol: the market of a file; None reads it from its name.
        timeframe: of the bars; None takes a file's own, and 15m of a symbol.
        since: epoch second; only the simulated market needs it, which gives `bars` more before it.
        until: epoch second after which no bar may close; None for a file's end.
        bars: how many a decision looks at.
        time_zone: of naive times in a file.
        seed: of the simulated market, 7 where it is None; a file has none.

    Raises:
        InvalidParameter: there is no such file, nothing says of which market it is, a moment is missing, or a file
            is given a seed.
        DataError: the file, the symbol or the time zone cannot be used.
    """
    frame = None if timeframe is None else Timeframe.parse(timeframe, field="--timeframe")
    if not _is_file(source):
        if symbol is not None:
            raise InvalidParameter(
                f"{source} is no file, and --symbol names another market beside it", field="FILE|SYMBOL",
                expected="a file with --symbol, or a symbol alone", got=f"{source} and {symbol}",
            )  # fmt: skip
        return _simulated(source, frame or Timeframe.M15, since, until, bars, _USUAL_SEED if seed is None else seed)
    path = Path(source)
    if not path.is_file():
        raise InvalidParameter(f"there is no file {path}", field="FILE", expected="a candle file", got=str(path))
    if seed is not None:
        raise InvalidParameter(
            f"--market-seed is of the simulated market, and {path.name} is a file", field="--market-seed",
            expected="a symbol in place of the file, or no --market-seed", got=str(seed),
        )  # fmt: skip
    market = _market_of(path) if symbol is None else instrument(symbol)
    return cut(read_candle_file(path, frame, time_zone=time_zone), market, until), market


def _is_file(source: str) -> bool:
    return Path(source).is_file() or source.lower().endswith(CANDLE_SUFFIXES)


def _simulated(
    symbol: str, timeframe: Timeframe, since: int | None, until: int | None, bars: int, seed: int
) -> tuple[Candles, Instrument]:
    market = instrument(symbol)
    if since is None or until is None or since >= until:
        raise InvalidParameter(
            f"{symbol} is walked on the simulated market, which needs --from and --to, in that order",
            field="--from", expected="two moments, ISO-8601 with an offset", got="none, or one, or the later first",
        )  # fmt: skip
    limit = (until - since) // timeframe.seconds + bars
    simulation = DemoMarketData(seed, clock=lambda: until)
    return asyncio.run(simulation.candles(symbol, timeframe, limit=limit, until=until)), market


def _market_of(path: Path) -> Instrument:
    named = parse_file_name(PurePath(path.name))
    found = None if named is None else find_instrument(named.symbol)
    if found is None:
        raise InvalidParameter(
            f"the name {path.name} does not say which market its candles are of",
            field="--symbol", expected="the symbol, such as --symbol EURUSD", got="nothing",
        )  # fmt: skip
    return found
