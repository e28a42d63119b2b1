"""The fault of one row: found where nobody knows the file, reported where its line is known."""

import numpy as np
import numpy.typing as npt

from tools.errors import InvalidCandles


class RowFault(Exception):
    """Report what is wrong with one row; `position` counts from 0 in the table as read."""

    def __init__(self, position: int, reason: str, expected: str, got: str) -> None:
        """Keep the parts; the reader adds file and line."""
        super().__init__(reason)
        self.position = position
        self.reason = reason
        self.expected = expected
        self.got = got


def located(fault: RowFault, file: str, unit: str, places: npt.NDArray[np.int64]) -> InvalidCandles:
    """Return the error for a row's fault, with file and line (or row), what was expected and what came."""
    return InvalidCandles(
        f"{file} {unit} {places[fault.position]}: {fault.reason}",
        field=file, index=fault.position, expected=fault.expected, got=fault.got,
    )  # fmt: skip
