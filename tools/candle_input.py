"""Columns out of what a caller sent: rows or columns, times as text or numbers, each fault with its bar's index."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tools.errors import InvalidCandles, InvalidParameter
from tools.times import EARLIEST, LATEST, parse_time, seconds_of_epoch

Column = Sequence[Any] | npt.NDArray[Any]
"""One column as a caller gives it."""

LONG_NAMES: Final = {"t": "time", "o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}
REQUIRED: Final = ("time", "open", "high", "low", "close")
_KNOWN: Final = frozenset((*REQUIRED, "volume"))
_NUMBERS: Final = frozenset((int, float))


def columns_of_rows(rows: Sequence[Mapping[str, Any]], field: str) -> dict[str, list[Any]]:
    """Turn rows into columns with long names.

    Raises:
        InvalidCandles: a row is no mapping, or a key is unknown, given twice (``open`` and ``o``) or missing.
    """
    if not rows:
        return {name: [] for name in REQUIRED}
    spelling = _spelling(rows[0], field, 0)
    keys = rows[0].keys()
    if any(not isinstance(row, Mapping) or row.keys() != keys for row in rows):
        return _columns_of_uneven_rows(rows, field)
    return {long: [row[key] for row in rows] for long, key in spelling.items()}


def _columns_of_uneven_rows(rows: Sequence[Mapping[str, Any]], field: str) -> dict[str, list[Any]]:
    spellings = [_spelling(row, field, index) for index, row in enumerate(rows)]
    columns: dict[str, list[Any]] = {
        name: [row[spelling[name]] for row, spelling in zip(rows, spellings, strict=True)] for name in REQUIRED
    }
    columns["volume"] = [
        row[spelling["volume"]] if "volume" in spelling else None for row, spelling in zip(rows, spellings, strict=True)
    ]
    return columns


def _spelling(row: Any, field: str, index: int) -> dict[str, str]:
    """Return {long name: the key this row uses}, or say which key is wrong."""
    if not isinstance(row, Mapping):
        raise InvalidCandles(
            f"{field}[{index}] is not an object", field=field, index=index,
            expected="an object with time, open, high, low, close", got=type(row).__name__,
        )  # fmt: skip
    spelling: dict[str, str] = {}
    for key in row:
        long = LONG_NAMES.get(key, key)
        if long not in _KNOWN:
            raise InvalidCandles(
                f"{field}[{index}] has the unknown field {str(key)[:40]!r}", field=field, index=index,
                expected="time|t, open|o, high|h, low|l, close|c, volume|v", got=repr(str(key)[:40]),
            )  # fmt: skip
        if long in spelling:
            raise InvalidCandles(
                f"{field}[{index}] gives {long} twice, as {spelling[long]!r} and {key!r}",
                field=field, index=index, expected=f"one of {long} and {long[0]}", got="both",
            )  # fmt: skip
        spelling[long] = key
    for name in REQUIRED:
        if name not in spelling:
            raise InvalidCandles(
                f"{field}[{index}] has no {name}", field=field, index=index,
                expected=f"{name} or {name[0]}", got=", ".join(map(str, row)) or "an empty object",
            )  # fmt: skip
    return spelling


def float_column(columns: Mapping[str, Column], name: str, field: str) -> npt.NDArray[np.float64]:
    """Return one price column as float64; only true numbers are taken, never text or booleans.

    Raises:
        InvalidCandles: the column is missing, or a value is not a number.
    """
    if name not in columns:
        raise InvalidCandles(f"{field} has no column {name}", field=field, expected=f"a column {name}", got="none")
    values = columns[name]
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        return values.astype(np.float64)
    return _numbers(list(values), name, field)


def volume_column(columns: Mapping[str, Column], field: str) -> npt.NDArray[np.float64]:
    """Return the volume as float64, 0 where it is missing or null.

    Raises:
        InvalidCandles: a value is neither a number nor null.
    """
    values = columns.get("volume")
    if values is None:
        return np.zeros(len(columns["time"]), dtype=np.float64)
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        return np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=np.inf, neginf=-np.inf)
    return _numbers([0.0 if value is None else value for value in values], "volume", field)


def _numbers(values: list[Any], name: str, field: str) -> npt.NDArray[np.float64]:
    if not set(map(type, values)) <= _NUMBERS:
        for index, value in enumerate(values):
            if isinstance(value, bool) or not isinstance(value, int | float | np.number):
                raise InvalidCandles(
                    f"{field}[{index}].{name} is not a number", field=field, index=index,
                    expected="a number", got=f"{type(value).__name__} {str(value)[:40]!r}",
                )  # fmt: skip
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        index = next(i for i, value in enumerate(values) if abs(value) > 1e300)
        raise InvalidCandles(
            f"{field}[{index}].{name} is too large", field=field, index=index,
            expected="a finite price", got="a number of more than 300 digits",
        ) from None  # fmt: skip


def time_column(columns: Mapping[str, Column], field: str) -> npt.NDArray[np.int64]:
    """Return the opening times as whole epoch seconds, UTC.

    Raises:
        InvalidCandles: the column is missing, or a time is naive, unreadable or not on a whole second.
    """
    if "time" not in columns:
        raise InvalidCandles(f"{field} has no column time", field=field, expected="a column time", got="none")
    values = columns["time"]
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu" and len(values):
        return _epoch_column(values.astype(np.int64), field)
    return np.array([_one_time(value, field, index) for index, value in enumerate(values)], dtype=np.int64)


def _epoch_column(values: npt.NDArray[np.int64], field: str) -> npt.NDArray[np.int64]:
    scale = round(float(values[0]) / seconds_of_epoch(float(values[0]))) if values[0] else 1
    whole, rest = np.divmod(values, scale)
    wrong = np.flatnonzero((rest != 0) | (whole < EARLIEST) | (whole >= LATEST))
    if len(wrong):
        _one_time(int(values[wrong[0]]), field, int(wrong[0]))
    return whole


def _one_time(value: Any, field: str, index: int) -> int:
    if type(value) is str:  # the common case, kept short
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if moment.tzinfo is not None and not moment.microsecond and 1970 <= moment.year < 2100:
                return int(moment.timestamp())
    if isinstance(value, np.integer | np.floating):
        value = value.item()
    if isinstance(value, datetime | np.datetime64) and value != value:  # NaT, which would pass for a naive time
        raise InvalidCandles(
            f"{field}[{index}].time: NaT is no time", field=field, index=index, expected="a time", got="NaT"
        )
    try:
        return parse_time(value)
    except InvalidParameter as problem:
        raise InvalidCandles(
            f"{field}[{index}].{problem}", field=field, index=index, expected=problem.expected, got=problem.got
        ) from None
