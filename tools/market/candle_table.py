"""A file as a table: its time column, its price columns, and the line or row each bar stands on."""

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tools.errors import InvalidCandles, NoCandles
from tools.market.column_names import Columns, is_header, named_columns, unnamed_columns
from tools.market.row_fault import RowFault, located
from tools.market.row_width import refuse_wide_rows

_SEPARATORS: Final = ("\t", ";", ",")
_GZIP: Final = b"\x1f\x8b"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SNIFFED_BYTES: Final = 8192
_PRICES: Final = ("open", "high", "low", "close")
_DECIMAL_COMMA: Final = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True, slots=True)
class CandleTable:
    """Columns as the file has them.

    Attributes:
        time: text, numbers or timestamps, one a row.
        is_utc: whether the time column's name says UTC.
        columns: open, high, low, close and volume, float64.
        places: where each row stands: line (from 1) of a text file, row (from 0) of a Parquet file.
        unit: ``line`` or ``row``.
    """

    time: "pd.Series[Any]"
    is_utc: bool
    columns: dict[str, npt.NDArray[np.float64]]
    places: npt.NDArray[np.int64]
    unit: str


def read_text_table(content: bytes, file: str) -> CandleTable:
    """Read a CSV file, gzipped or not: comma, semicolon or tab, with or without a header, BOM or not.

    Args:
        content: the file's bytes.
        file: its name, for messages.

    Raises:
        NoCandles: the file has no bars.
        InvalidCandles: it is no text, lacks a column or names one twice, a cell is no number, or a row has more cells
            than the header (without one: than the first row).
    """
    payload = _text_bytes(content, file)
    head = payload[:_SNIFFED_BYTES].decode("utf-8", errors="replace").splitlines()
    blank = next((number for number, line in enumerate(head) if line.strip()), len(head))
    if blank == len(head):
        raise NoCandles(f"{file} is empty", field=file, expected="bars", got="an empty file")
    separator = max(_SEPARATORS, key=lambda mark: len(_cells(head[blank], mark)))
    cells = _cells(head[blank], separator)
    if is_header(cells):
        first_row = _cells(head[blank + 1], separator) if len(head) > blank + 1 else []
        columns = named_columns(cells, first_row, file, where=f"{file} line {blank + 1}")
        skipped = blank + 1
    else:
        first_row, columns, skipped = cells, unnamed_columns(cells, file), blank
    refuse_wide_rows(payload, file, separator, skipped=skipped, width=len(cells))
    with_comma = separator != "," and any(_DECIMAL_COMMA.fullmatch(cell) for cell in first_row)
    frame = _parse(payload, file, separator, columns, skipped, len(cells), "," if with_comma else ".")
    return table_of_frame(frame, columns, file, first_place=skipped + 1, unit="line")


def read_parquet_table(source: Path | BinaryIO, file: str) -> CandleTable:
    """Read a Parquet file with named columns; an index of times counts as the time column.

    Args:
        source: the file, or its bytes.
        file: its name, for messages.

    Raises:
        NoCandles: the file has no bars.
        InvalidCandles: it is no Parquet file, lacks a column, or a cell is no number.
    """
    try:
        frame = pd.read_parquet(source)
    except (ValueError, NotImplementedError) as problem:
        raise InvalidCandles(
            f"{file} is no readable Parquet file: {problem}",
            field=file,
            expected="Parquet",
            got="something else",
        ) from problem
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.rename_axis(index="time").reset_index()
    names = [str(name) for name in frame.columns]
    first_row = [str(cell) for cell in frame.iloc[0]] if len(frame) else []
    columns = named_columns(names, first_row, file)
    frame.columns = pd.RangeIndex(len(names))
    return table_of_frame(frame.reset_index(drop=True), columns, file, first_place=0, unit="row")


def table_of_frame(frame: pd.DataFrame, columns: Columns, file: str, *, first_place: int, unit: str) -> CandleTable:
    """Take the columns that count out of a frame whose columns are numbered; empty rows are skipped.

    Raises:
        NoCandles: no row is left.
        InvalidCandles: a cell is no number.
    """
    wanted = [place for place in (columns.time, columns.clock, *columns.prices, columns.volume) if place is not None]
    frame = frame[wanted].dropna(how="all")
    if frame.empty:
        raise NoCandles(f"{file} has no bars", field=file, expected="bars", got="a header alone")
    time = frame[columns.time]
    if columns.clock is not None:
        time = time.astype("str").str.strip() + " " + frame[columns.clock].astype("str").str.strip()
    places = frame.index.to_numpy(dtype=np.int64) + first_place
    try:
        values = {name: _numbers(frame[place], name) for name, place in zip(_PRICES, columns.prices, strict=True)}
        if columns.volume is not None:
            values["volume"] = _numbers(frame[columns.volume].fillna(0), "volume")
    except RowFault as fault:
        raise located(fault, file, unit, places) from None
    return CandleTable(time.reset_index(drop=True), columns.is_utc, values, places, unit)


def _text_bytes(payload: bytes, file: str) -> bytes:
    problem = None
    try:
        if payload.startswith(_GZIP):
            payload = gzip.decompress(payload)
        if payload.startswith(_UTF16):
            payload = payload.decode("utf-16").encode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as broken:
        problem = str(broken)
    if b"\0" in payload[:_SNIFFED_BYTES]:
        problem = problem or "it holds binary data"
    if problem:
        raise InvalidCandles(f"{file} is no readable text file: {problem}", field=file, expected="CSV")
    return payload.removeprefix(b"\xef\xbb\xbf")


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(separator)]


def _parse(
    payload: bytes, file: str, separator: str, columns: Columns, skipped: int, width: int, decimal: str
) -> pd.DataFrame:
    texts = [place for place in (columns.time, columns.clock) if place is not None]
    numbers = [place for place in (*columns.prices, columns.volume) if place is not None]
    try:
        return pd.read_csv(
            io.BytesIO(payload), sep=separator, header=None, names=range(width), usecols=[*texts, *numbers],
            dtype=dict.fromkeys(texts, "str"), index_col=False, skiprows=skipped, skip_blank_lines=False,
            skipinitialspace=True, low_memory=False, decimal=decimal,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as problem:
        if isinstance(problem, pd.errors.EmptyDataError):
            raise NoCandles(f"{file} has no bars", field=file, expected="bars", got="a header alone") from None
        raise InvalidCandles(f"{file} is no table: {problem}", field=file, expected="one bar a line") from problem


def _numbers(column: "pd.Series[float]", name: str) -> npt.NDArray[np.float64]:
    values = column if column.dtype.kind in "fiu" else pd.to_numeric(column.astype("str"), errors="coerce")
    numbers = np.asarray(values, dtype=np.float64)
    wrong = np.isnan(numbers)
    if wrong.any():
        position = int(np.argmax(wrong))
        cell = column.iloc[position]
        got = "nothing" if pd.isna(cell) else repr(str(cell)[:40])
        raise RowFault(
            position, f"{name} is {'missing' if got == 'nothing' else f'no number ({got})'}", "a number", got
        )
    return numbers
