"""Columns out of a pandas frame as a notebook has it: names in any case, times in a column or in the index."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tools.candle_input import REQUIRED, Column
from tools.errors import InvalidCandles
from tools.times import iso_utc

if TYPE_CHECKING:
    import pandas as pd

_WANTED: Final = (*REQUIRED, "volume")
_ROW_NUMBERS: Final = 10**8
"""Whole numbers below it, in an index, count rows: as seconds they would end in March 1973."""


def columns_of_frame(frame: "pd.DataFrame", field: str) -> dict[str, Column]:
    """Take the columns that count out of a frame; the times come from a ``time`` column, else from the index.

    Raises:
        InvalidCandles: it is no frame, a column that counts is there twice, columns have several levels, or neither a
            column nor the index gives times.
    """
    _check_frame(frame, field)
    found: dict[str, list[int]] = {name: [] for name in _WANTED}
    for place, name in enumerate(frame.columns):
        found.get(str(name).strip().lower(), []).append(place)
    for name, places in found.items():
        if len(places) > 1:
            alike = " and ".join(repr(frame.columns[place]) for place in places)
            raise InvalidCandles(
                f"{field} has the column {name} twice, as {alike}",
                field=field, expected=f"one column {name}", got=alike,
            )  # fmt: skip
    columns: dict[str, Any] = {name: frame.iloc[:, places[0]].to_numpy() for name, places in found.items() if places}
    if "time" not in columns:
        columns["time"] = _times_of_index(frame, field)
    elif columns["time"].dtype.kind == "M":
        columns["time"] = list(frame.iloc[:, found["time"][0]])
    return columns


def _check_frame(frame: Any, field: str) -> None:
    if not all(hasattr(frame, name) for name in ("columns", "index", "iloc")):
        kind = type(frame)
        got = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        raise InvalidCandles(
            f"{field}: expected a pandas DataFrame, got {got}", field=field, expected="a pandas DataFrame", got=got
        )
    if frame.columns.nlevels > 1:
        first = repr(frame.columns[0]) if len(frame.columns) else "none"
        raise InvalidCandles(
            f"{field} has columns of {frame.columns.nlevels} levels, such as {first}: choose one market and drop the "
            "other levels, as frame.droplevel(1, axis=1) does",
            field=field, expected="columns of one level", got=first,
        )  # fmt: skip


def _times_of_index(frame: "pd.DataFrame", field: str) -> Column:
    index: Any = frame.index
    is_whole = index.dtype.kind in "iu"
    times: Any = index.to_numpy() if is_whole else list(index)
    if len(times):
        reason = _why_no_times(times, is_named=str(index.name).strip().lower() == "time")
        if reason is not None:
            names = ", ".join(map(str, frame.columns))[:200]
            raise InvalidCandles(
                f"{field} has no column time, and its index is none either: {reason}", field=field,
                expected="a column time or an index of times with a time zone", got=f"columns {names}",
            )  # fmt: skip
    return times  # type: ignore[no-any-return]


def _why_no_times(times: Any, *, is_named: bool) -> str | None:
    """Return why an index gives no times, None where it may; what each of them is worth is for others to say."""
    first = times[0]
    if isinstance(first, bool | np.bool_):
        return f"it begins with {first}"
    if isinstance(first, int | float | np.integer | np.floating):
        numbers = [one for one in times if isinstance(one, int | float | np.integer | np.floating)]
        counts_rows = not is_named and bool(max(numbers) < _ROW_NUMBERS)
        before = iso_utc(_ROW_NUMBERS)[:4]
        return f"it counts rows, from {first} (as epoch seconds all before {before})" if counts_rows else None
    if isinstance(first, datetime) or (isinstance(first, str) and _is_iso(first)):
        return None
    return f"it begins with {str(first)[:40]!r}"


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True
