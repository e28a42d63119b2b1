"""Times as exports write them: epoch numbers, ISO-8601, MetaTrader's dots, day first or month first."""

import re
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from tools.market.row_fault import RowFault
from tools.market.wall_clock import epochs_of_walls
from tools.times import EARLIEST, LATEST, seconds_of_epoch

IntArray = npt.NDArray[np.int64]

_WANTED: Final = "an ISO-8601 time, an epoch number, or a date such as 2024.01.31 23:45"
_OFFSET: Final = r"(?:[Zz]|[+-]\d\d:?\d\d)$"
_NAMED_UTC: Final = r"\s*(?:UTC|GMT)$"
_EPOCH: Final = re.compile(r"\d+(?:\.0*)?")
_COMPACT: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DATE: Final = re.compile(r"(\d{4})(?P<a>[./-]?)\d\d(?P=a)\d\d|\d\d?(?P<b>[./-])\d\d?(?P=b)\d{4}")
_CLOCKS: Final = (
    (re.compile(r""), ""),
    (re.compile(r"\d\d?:\d\d"), "%H:%M"),
    (re.compile(r"\d\d?:\d\d:\d\d"), "%H:%M:%S"),
    (re.compile(r"\d\d?:\d\d:\d\d\.\d+"), "%H:%M:%S.%f"),
    (re.compile(r"\d{6}"), "%H%M%S"),
    (re.compile(r"\d{4}"), "%H%M"),
    (re.compile(r"\d\d?:\d\d [AaPp][Mm]"), "%I:%M %p"),
    (re.compile(r"\d\d?:\d\d:\d\d [AaPp][Mm]"), "%I:%M:%S %p"),
)
_MICROSECONDS: Final = 1_000_000


def seconds_of_texts(texts: "pd.Series[str]", zone: ZoneInfo) -> IntArray:
    """Read times written as text, all in the one way the first is written.

    Args:
        texts: one time a row, in the file's order, ascending.
        zone: in which times without an offset are read.

    Returns:
        int64 epoch seconds, one a row.

    Raises:
        RowFault: a time is missing, unreadable, in another form than the first, has a fraction of a second,
            lies outside 1970 to 2100, or cannot be placed in `zone`.
    """
    _refuse(texts.isna().to_numpy(dtype=np.bool_), texts, "the time is missing")
    texts = texts.str.strip()
    first = str(texts.iloc[0])
    if _EPOCH.fullmatch(first) and not _is_compact(first):
        return _epochs(pd.to_numeric(texts, errors="coerce"), texts)
    if re.search(_NAMED_UTC, first):
        texts, zone = texts.str.replace(_NAMED_UTC, "", regex=True), ZoneInfo("UTC")
        first = str(texts.iloc[0])
    if re.match(r"\d{4}-\d\d-\d\d", first):
        return _iso(texts, zone)
    moments = pd.to_datetime(texts, format=_format_of(first, texts), errors="coerce")
    return _placed(moments, texts, zone)


def seconds_of_numbers(numbers: npt.NDArray[np.number]) -> IntArray:
    """Read epoch numbers in seconds, milli-, micro- or nanoseconds, all in the unit of the first.

    Raises:
        RowFault: a number is missing, has a fraction of a second, or lies outside 1970 to 2100 in that unit.
    """
    column = pd.Series(numbers)
    return _epochs(column, column.astype(str))


def seconds_of_moments(moments: "pd.Series[pd.Timestamp]", zone: ZoneInfo) -> IntArray:
    """Read a column of timestamps; naive ones are read in `zone`.

    Raises:
        RowFault: as `seconds_of_texts`.
    """
    return _placed(moments, moments.astype(str), zone)


def _iso(texts: "pd.Series[str]", zone: ZoneInfo) -> IntArray:
    offset = texts.str.contains(_OFFSET, regex=True).to_numpy(dtype=np.bool_)
    moments = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True)
    if offset[0]:
        _refuse(~offset, texts, "the time has no offset, unlike the first")
        return _placed(moments, texts, zone)
    _refuse(offset, texts, "the time has an offset, unlike the first")
    return _placed(moments.dt.tz_localize(None), texts, zone)


def _placed(moments: "pd.Series[pd.Timestamp]", texts: "pd.Series[str]", zone: ZoneInfo) -> IntArray:
    _refuse(
        moments.isna().to_numpy(dtype=np.bool_),
        texts,
        "the time is unreadable, or not written like the first",
    )
    naive = moments.dt.tz is None
    flat = moments if naive else moments.dt.tz_convert("UTC").dt.tz_localize(None)
    micros = flat.to_numpy().astype("datetime64[us]").astype(np.int64)
    _refuse(micros % _MICROSECONDS != 0, texts, "the time has a fraction of a second")
    seconds: IntArray = micros // _MICROSECONDS
    _refuse((seconds < EARLIEST) | (seconds >= LATEST), texts, "the time lies outside 1970 to 2100")
    return epochs_of_walls(seconds, zone) if naive and zone.key != "UTC" else seconds


def _epochs(numbers: "pd.Series[float]", texts: "pd.Series[str]") -> IntArray:
    _refuse(numbers.isna().to_numpy(dtype=np.bool_), texts, "the time is no epoch number, unlike the first")
    first = float(numbers.iloc[0])
    scale = round(first / seconds_of_epoch(first)) if first else 1
    values = numbers.to_numpy()
    _refuse(values % scale != 0, texts, "the time has a fraction of a second")
    seconds: IntArray = (values // scale).astype(np.int64)
    _refuse((seconds < EARLIEST) | (seconds >= LATEST), texts, "the time lies outside 1970 to 2100")
    return seconds


def _is_compact(text: str) -> bool:
    return len(text) in {8, 12, 14} and _COMPACT.match(text) is not None


def _format_of(first: str, texts: "pd.Series[str]") -> str:
    """Return the strptime form of the first time."""
    if _is_compact(first):
        return "%Y%m%d%H%M%S"[: {8: 6, 12: 10, 14: 12}[len(first)]]
    date = _DATE.match(first)
    if date is not None:
        rest = first[date.end() :]
        between = rest[:1] if rest[:1] in {" ", "T"} else ""
        for pattern, clock in _CLOCKS:
            if pattern.fullmatch(rest.removeprefix(between)):
                return _date_format(date, texts) + between + clock
    raise RowFault(0, f"the time {first[:40]!r} is unreadable", _WANTED, repr(first[:40]))


def _date_format(date: re.Match[str], texts: "pd.Series[str]") -> str:
    if date["b"] is None:
        return date["a"].join(("%Y", "%m", "%d"))
    mark = date["b"]
    day_first = mark == "." or _is_day_first(texts)
    return mark.join(("%d", "%m", "%Y") if day_first else ("%m", "%d", "%Y"))


def _is_day_first(texts: "pd.Series[str]") -> bool:
    """Find a number above 12 among the first two of all dates; without one nobody can tell day from month."""
    numbers = texts.str.extract(r"^(\d\d?)\D(\d\d?)\D").apply(pd.to_numeric, errors="coerce")
    if (numbers[0] > 12).any():
        return True
    if (numbers[1] > 12).any():
        return False
    first = str(texts.iloc[0])
    raise RowFault(
        0, f"{first!r} may be day first or month first, and no row tells", "dates as 2024-01-31", repr(first)
    )


def _refuse(wrong: npt.NDArray[np.bool_], texts: "pd.Series[str]", reason: str) -> None:
    if wrong.any():
        position = int(np.argmax(wrong))
        got = repr(str(texts.iloc[position])[:40])
        raise RowFault(position, f"{reason} ({got})", _WANTED, got)
