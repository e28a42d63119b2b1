"""Rows of a text file that have more cells than their header: nobody knows which of them the header means."""

import csv
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.errors import InvalidCandles

_LINE_END: Final = 10


def refuse_wide_rows(payload: bytes, file: str, separator: str, *, skipped: int, width: int) -> None:
    """Refuse the first row with a value behind its last named cell; separators alone at a line's end are none.

    Args:
        payload: the file's text, UTF-8.
        file: its name, for the error.
        separator: between cells, one ASCII character.
        skipped: lines above the first row.
        width: cells a row may have.

    Raises:
        InvalidCandles: there is such a row; names its line, and `index` is its position among the bars.
    """
    if b"\r" in payload:
        payload = payload.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = np.frombuffer(payload, dtype=np.uint8)
    ends = np.append(np.flatnonzero(text == _LINE_END), len(text))
    for number in _with_more_separators(text, ends, separator, width)[skipped:].nonzero()[0] + skipped:
        start = 0 if number == 0 else int(ends[number - 1]) + 1
        line = payload[start : int(ends[number])].decode("utf-8", errors="replace")
        cells = _cells(line, separator)
        if any(cell.strip() for cell in cells[width:]):
            lines = payload[:start].split(b"\n")[skipped:-1]
            raise InvalidCandles(
                f"{file} line {number + 1}: the row has {len(cells)} cells where {width} are named", field=file,
                index=sum(1 for one in lines if one.strip()), expected=f"at most {width} cells", got=str(len(cells)),
            )  # fmt: skip


def _with_more_separators(
    text: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], separator: str, width: int
) -> npt.NDArray[np.bool_]:
    """Return for each line whether it has `width` separators or more, quoted ones counted too."""
    before = np.searchsorted(np.flatnonzero(text == ord(separator)), ends)
    return np.diff(before, prepend=0) >= width


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:  # a cell too long for the reader
        return line.split(separator)
