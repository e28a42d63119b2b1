"""A folder of candle files as a market data source."""

import asyncio
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from tools.candles import Candles
from tools.errors import InvalidCandles, NoCandles, SourceUnavailable, UnknownSymbol
from tools.instruments import Instrument, find_instrument, instrument, nearest_symbols
from tools.market.candle_file import read_candle_file
from tools.market.file_names import FileName, canonical_symbol, parse_file_name
from tools.market.port import SourceHealth
from tools.market.selection import check_limit, closed_by, joined, newest_bars, require_some
from tools.market.wall_clock import zone_named
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

_DEEPEST: Final = 2
_FILES_KEPT: Final = 64
# A file, when it changed, its size, and the timeframe it was read as
_ParsedKey = tuple[Path, int, int, Timeframe | None]


class FilesMarketData:
    """Serve candles from the files of a folder and of the folders in it.

    A file's name tells the market and, unless the spacing of its bars must, the timeframe. Files of one
    market and timeframe that follow each other in time are joined. Bars come from the file
    that reaches the newest one, built out of finer bars if need be; of files equally new the coarsest serves.
    Parsed files are kept until they change on disk. A symbol only ever selects among the files found: no path
    is made from it. Unknown markets count days as equities do.
    """

    name = "files"

    def __init__(self, folder: Path | str, *, time_zone: str = "UTC") -> None:
        """Serve `folder`; times without an offset are read in `time_zone`.

        Raises:
            InvalidParameter: no time zone has that name.
        """
        zone_named(time_zone)
        self._folder = Path(folder)
        self._time_zone = time_zone
        self._parsed: OrderedDict[_ParsedKey, Candles] = OrderedDict()
        self._keeping = threading.Lock()

    async def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        limit: int,
        until: int | None = None,
        include_current: bool = False,
    ) -> Candles:
        """Return the newest bars closed by `until`, None the end of the files; see `MarketData.candles`."""
        check_limit(limit)
        return await asyncio.to_thread(self._candles, symbol, timeframe, limit, until, include_current)

    async def instrument(self, symbol: str) -> Instrument:
        """Return the instrument known under a symbol; see `MarketData.instrument`."""
        return instrument(symbol)

    async def symbols(self) -> tuple[str, ...]:
        """Return the symbols that have a file; see `MarketData.symbols`."""
        return tuple(sorted(await asyncio.to_thread(self._listing)))

    async def health(self) -> SourceHealth:
        """List the folder and say what was found."""
        began = time.perf_counter()
        try:
            listing = await asyncio.to_thread(self._listing)
        except SourceUnavailable as problem:
            ok, detail = False, str(problem)
        else:
            files = sum(map(len, listing.values()))
            ok, detail = files > 0, f"{files} candle files of {len(listing)} symbols"
        return SourceHealth(self.name, ok, detail, round((time.perf_counter() - began) * 1000, 3))

    def _candles(
        self, symbol: str, timeframe: Timeframe, limit: int, until: int | None, include_current: bool
    ) -> Candles:
        wanted = canonical_symbol(symbol)
        known = find_instrument(wanted)
        trading_day = known.trading_day if known else TradingDay.NEW_YORK_00
        bases = self._bases(wanted, timeframe)
        if until is not None:
            bases = [base for base in (closed_by(base, until) for base in bases) if len(base)]
        if not bases:
            return require_some(Candles.from_rows([], timeframe), wanted, until)
        newest = max(int(base.end[-1]) for base in bases)
        base = next(base for base in bases if base.end[-1] > newest - timeframe.seconds)
        bars = newest_bars(base, timeframe, trading_day, limit=limit, include_current=include_current)
        if include_current and base.timeframe is timeframe:
            bars = _with_current(bars, [one for one in bases if one.end[-1] == newest][-1], trading_day, limit)
        return require_some(bars, wanted, until)

    def _bases(self, symbol: str, timeframe: Timeframe) -> list[Candles]:
        """Return the market's candles from which `timeframe` can be had, the coarsest first."""
        listing = self._listing()
        if symbol not in listing:
            near = ", ".join(nearest_symbols(symbol, tuple(listing))) or "none: the folder has no candle files"
            raise UnknownSymbol(
                f"no candle file of {symbol[:40]!r}; the nearest are {near}", field="symbol",
                expected=f"one of {near}", got=repr(symbol[:40]),
            )  # fmt: skip
        by_timeframe: dict[Timeframe, list[tuple[Path, Candles]]] = {}
        for path, named in listing[symbol]:
            if named.timeframe is None or divides(named.timeframe, timeframe):
                candles = self._read(path, named.timeframe)
                by_timeframe.setdefault(candles.timeframe, []).append((path, candles))
        usable = sorted((one for one in by_timeframe if divides(one, timeframe)), key=lambda one: -one.seconds)
        if not usable:
            raise NoCandles(
                f"{symbol} has no file of {timeframe} bars or finer", field="timeframe",
                expected=f"a file of {timeframe} bars or finer", got="coarser ones only",
            )  # fmt: skip
        return [_in_sequence(by_timeframe[one]) for one in usable]

    def _listing(self) -> dict[str, list[tuple[Path, FileName]]]:
        listing: dict[str, list[tuple[Path, FileName]]] = {}
        try:
            for path in sorted(_files_below(self._folder, _DEEPEST)):
                named = parse_file_name(path.relative_to(self._folder))
                if named is not None:
                    listing.setdefault(named.symbol, []).append((path, named))
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise SourceUnavailable(
                f"cannot list the candle folder {self._folder.name!r}: {reason}", field="folder", got=reason
            ) from problem
        return listing

    def _read(self, path: Path, timeframe: Timeframe | None) -> Candles:
        try:
            state = path.stat()
        except OSError as problem:
            raise SourceUnavailable(f"cannot open {path.name}: {problem.strerror}", field=path.name) from problem
        key = (path, state.st_mtime_ns, state.st_size, timeframe)
        candles = self._parsed.get(key)
        if candles is None:
            candles = read_candle_file(path, timeframe, time_zone=self._time_zone)
            self._keep(key, candles)
        return candles

    def _keep(self, key: _ParsedKey, candles: Candles) -> None:
        """Keep one version of each file, and not too many files; questions are answered in threads of their own."""
        with self._keeping:
            for stale in [old for old in self._parsed if old[0] == key[0]]:
                del self._parsed[stale]
            self._parsed[key] = candles
            if len(self._parsed) > _FILES_KEPT:
                self._parsed.popitem(last=False)


def divides(finer: Timeframe, timeframe: Timeframe) -> bool:
    """Tell whether bars of `timeframe` can be had from bars of `finer` (or are the same)."""
    if finer is timeframe:
        return True
    if timeframe is Timeframe.MO1:
        return finer.seconds <= Timeframe.D1.seconds
    return finer.seconds < timeframe.seconds and timeframe.seconds % finer.seconds == 0


def _with_current(bars: Candles, finer: Candles, trading_day: TradingDay, limit: int) -> Candles:
    """Append the bar under way, made of finer bars, where those reach past the last complete one."""
    last = newest_bars(finer, bars.timeframe, trading_day, limit=1, include_current=True)
    if len(last) and last.time[0] > bars.time[-1]:
        bars = joined([bars, last])
    return bars[max(0, len(bars) - limit) :]


def _in_sequence(files: list[tuple[Path, Candles]]) -> Candles:
    files = sorted(files, key=lambda one: int(one[1].time[0]))
    for (path, candles), (next_path, next_candles) in pairwise(files):
        if candles.time[-1] >= next_candles.time[0]:
            raise InvalidCandles(
                f"{path.name} and {next_path.name} overlap in time", field=next_path.name, index=0,
                expected="files that follow each other in time", got="both hold the same hours",
            )  # fmt: skip
    return joined([candles for _, candles in files])


def _files_below(folder: Path, depth: int) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file():
                yield Path(entry.path)
            elif depth > 1 and entry.is_dir(follow_symlinks=False):
                yield from _files_below(Path(entry.path), depth - 1)
