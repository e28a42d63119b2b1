"""One candle file into candles: TradingView, MetaTrader and plain exports; CSV, gzipped CSV or Parquet."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from tools.candles import Candles
from tools.errors import InvalidCandles, SourceUnavailable
from tools.market.candle_table import CandleTable, read_parquet_table, read_text_table
from tools.market.row_fault import RowFault, located
from tools.market.time_texts import seconds_of_moments, seconds_of_numbers, seconds_of_texts
from tools.market.wall_clock import zone_named
from tools.timeframes import DAY, Timeframe

IntArray = npt.NDArray[np.int64]
_FIELD: Final = "bars"
_UTC: Final = ZoneInfo("UTC")
_SHORTEST_MONTH, _LONGEST_MONTH = 28 * DAY, 31 * DAY
_BY_SECONDS: Final = {timeframe.seconds: timeframe for timeframe in Timeframe}


def read_candle_file(path: Path | str, timeframe: Timeframe | None = None, *, time_zone: str = "UTC") -> Candles:
    """Read every bar of a file.

    Columns are found by name in any case (``time``, ``Date``, ``Gmt time``, ``<OPEN>``, …) or, without a
    header, by order. Times are epoch numbers (seconds to nanoseconds), ISO-8601, or dates with dots or
    slashes. Times without an offset are read in `time_zone`, unless their column is named after UTC or GMT. A
    missing volume is 0. A file that runs from the newest bar to the oldest is turned round. Bars are taken to
    be stamped with their opening time.

    Args:
        path: a file; ``.parquet`` is read as Parquet, everything else as text, gzipped or not.
        timeframe: of its bars; None infers it from their commonest distance.
        time_zone: IANA name.

    Raises:
        SourceUnavailable: the file cannot be opened.
        NoCandles: it holds no bar.
        InvalidCandles: a bar is wrong, or the bars are not of `timeframe`; the message names the file and the
            line (from 1), or the row (from 0) of a Parquet file; `index` is the bar's position.
        InvalidParameter: no time zone has that name.
    """
    path = Path(path)
    return _candles(path, path.name, timeframe, zone_named(time_zone))


def candles_of_bytes(content: bytes, file: str, timeframe: Timeframe | None = None) -> Candles:
    """Read every bar of a file that was read already, times without an offset in UTC; see `read_candle_file`.

    Args:
        content: the file's bytes.
        file: its name, which says whether it is Parquet, and stands in messages.
        timeframe: of its bars; None infers it from their commonest distance.

    Raises:
        SourceUnavailable: it breaks off.
        NoCandles: it holds no bar.
        InvalidCandles: a bar is wrong, or the bars are not of `timeframe`.
    """
    return _candles(content, file, timeframe, _UTC)


def _candles(source: Path | bytes, file: str, timeframe: Timeframe | None, zone: ZoneInfo) -> Candles:
    try:
        table = _table(source, file)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise SourceUnavailable(f"cannot open {file}: {reason}", field=file, got=reason) from problem
    seconds, table = _ascending_seconds(table, zone, file)
    chosen = timeframe or infer_timeframe(seconds, file)
    try:
        columns: dict[str, Any] = {"time": seconds, **table.columns}
        return Candles.from_columns(columns, chosen, field=_FIELD)
    except InvalidCandles as problem:
        raise _with_place(problem, file, table) from problem


def _table(source: Path | bytes, file: str) -> CandleTable:
    if Path(file).suffix.lower() == ".parquet":
        return read_parquet_table(source if isinstance(source, Path) else BytesIO(source), file)
    return read_text_table(source.read_bytes() if isinstance(source, Path) else source, file)


def infer_timeframe(times: IntArray, file: str) -> Timeframe:
    """Return the timeframe whose length is the commonest distance of bars.

    Raises:
        InvalidCandles: there is only one bar, or no timeframe has that length.
    """
    distances = np.diff(times)
    distances, counts = np.unique(distances[distances > 0], return_counts=True)
    if not len(distances):
        raise InvalidCandles(
            f"{file} holds one bar, which shows no timeframe: name it",
            field=file,
            expected="a timeframe",
            got="none",
        )
    commonest = int(distances[np.argmax(counts)])
    if _SHORTEST_MONTH <= commonest <= _LONGEST_MONTH:
        return Timeframe.MO1
    if commonest not in _BY_SECONDS:
        raise InvalidCandles(
            f"{file}: most bars are {commonest} seconds apart, which is no timeframe", field=file,
            expected=f"one of {', '.join(Timeframe)}", got=f"{commonest} seconds",
        )  # fmt: skip
    return _BY_SECONDS[commonest]


def _ascending_seconds(table: CandleTable, zone: ZoneInfo, file: str) -> tuple[IntArray, CandleTable]:
    """Read the times, the table turned round first where it runs from the newest bar to the oldest."""
    try:
        seconds = _seconds(table, _UTC)
        if seconds[0] > seconds[-1]:
            table, seconds = _reversed(table), seconds[::-1]
        return (seconds if table.is_utc or zone.key == _UTC.key else _seconds(table, zone)), table
    except RowFault as fault:
        raise located(fault, file, table.unit, table.places) from None


def _seconds(table: CandleTable, zone: ZoneInfo) -> IntArray:
    if is_datetime64_any_dtype(table.time.dtype):
        return seconds_of_moments(table.time, zone)
    if is_numeric_dtype(table.time.dtype):
        return seconds_of_numbers(table.time.to_numpy())
    return seconds_of_texts(table.time.astype("str"), zone)


def _reversed(table: CandleTable) -> CandleTable:
    return replace(
        table,
        time=table.time[::-1].reset_index(drop=True),
        columns={name: values[::-1] for name, values in table.columns.items()},
        places=table.places[::-1],
    )


def _with_place(problem: InvalidCandles, file: str, table: CandleTable) -> InvalidCandles:
    """Say file and line instead of the bar's index."""
    where = file if problem.index is None else f"{file} {table.unit} {table.places[problem.index]}"
    what = str(problem).removeprefix(_FIELD).removeprefix(f"[{problem.index}]").removeprefix(":").strip()
    return InvalidCandles(
        f"{where}: {what}", field=file, index=problem.index, expected=problem.expected, got=problem.got
    )
