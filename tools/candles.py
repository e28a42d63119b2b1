"""Candles: closed bars in columns, ascending, opened at UTC epoch seconds, validated on the way in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from tools.candle_frame import columns_of_frame
from tools.candle_input import Column, columns_of_rows, float_column, time_column, volume_column
from tools.candle_rules import check_candles
from tools.errors import InvalidCandles
from tools.timeframes import Timeframe
from tools.times import iso_utc

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MAGIC: Final = b"ictcandles\x01"
_TIMEFRAME_BYTES: Final = 5
_HALF_DAY: Final = 12 * 3600
_PRICES: Final = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """Closed bars of one market on one timeframe; equal when their bytes are.

    Attributes:
        timeframe: the length of each bar.
        time: int64, shape (n,): epoch seconds, UTC, at which each bar opened; strictly ascending.
        open: float64, shape (n,), in the quote currency; likewise `high`, `low` and `close`.
        volume: float64, shape (n,), as the source counts it; 0 where the source gives none.
    """

    timeframe: Timeframe
    time: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, Any]], timeframe: Timeframe | str, *, field: str = "bars") -> Self:
        """Read bars given one by one, keys ``time|t, open|o, high|h, low|l, close|c`` and optionally ``volume|v``.

        Raises:
            InvalidCandles: a key is missing or unknown, a value has the wrong type, or the bars break a rule of
                `from_columns`; carries `field` and the first offending bar's index.
        """
        try:
            columns = columns_of_rows(rows, field)
        except InvalidCandles as fault:
            if fault.index:  # a bar before it may be at fault too: the first one is named
                cls.from_rows(rows[: fault.index], timeframe, field=field)
            raise
        return cls.from_columns(columns, timeframe, field=field)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Column], timeframe: Timeframe | str, *, field: str = "bars") -> Self:
        """Read bars given as equally long columns ``time, open, high, low, close`` and optionally ``volume``.

        Times are ISO-8601 with an offset, or epoch numbers (seconds, milli-, micro- or nanoseconds by size).

        Raises:
            InvalidCandles: high below low, open or close outside them, NaN, infinity, a price that is not positive,
                times naive, out of order, repeated or off the timeframe's grid, or bars of another timeframe.
        """
        parsed = timeframe if isinstance(timeframe, Timeframe) else Timeframe.parse(timeframe, field=field)
        try:
            opened, high, low, close = (float_column(columns, name, field) for name in _PRICES)
            time, volume = time_column(columns, field), volume_column(columns, field)
        except InvalidCandles as fault:
            if fault.index:  # a bar before it may be at fault too: the first one is named
                before = {name: column[: fault.index] for name, column in columns.items()}
                cls.from_columns(before, parsed, field=field)
            raise
        named = {"open": opened, "high": high, "low": low, "close": close, "volume": volume}
        check_candles(parsed, time, named, field)
        return cls(parsed, time, opened, high, low, close, volume)._frozen()

    @classmethod
    def from_frame(cls, frame: "pd.DataFrame", timeframe: Timeframe | str, *, field: str = "bars") -> Self:
        """Read a frame with price columns in any case and times in a ``time`` column or the (time-zone aware) index.

        Raises:
            InvalidCandles: as `from_columns`; or it is no frame, names a column twice or by several levels, or has
                neither a time column nor an index of times.
        """
        return cls.from_columns(columns_of_frame(frame, field), timeframe, field=field)

    @classmethod
    def from_arrays(
        cls,
        timeframe: Timeframe,
        time: IntArray,
        open: FloatArray,
        high: FloatArray,
        low: FloatArray,
        close: FloatArray,
        volume: FloatArray,
    ) -> Self:
        """Wrap arrays that already keep every rule (made by our own tools); nothing is checked, nothing is copied."""
        return cls(timeframe, time, open, high, low, close, volume)._frozen()

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read back what `to_bytes` wrote.

        Raises:
            InvalidCandles: the bytes are not of that form.
        """
        head = len(_MAGIC) + _TIMEFRAME_BYTES
        width, rest = divmod(len(payload) - head, 6 * 8)
        if not payload.startswith(_MAGIC) or rest or width < 0:
            raise InvalidCandles("these bytes are no stored candles", expected="bytes written by to_bytes")
        timeframe = Timeframe(payload[len(_MAGIC) : head].decode("ascii").strip())
        time = np.frombuffer(payload, dtype="<i8", count=width, offset=head)
        floats = np.frombuffer(payload, dtype="<f8", offset=head + 8 * width).reshape(5, width)
        opened, high, low, close, volume = floats
        return cls(timeframe, time, opened, high, low, close, volume)

    def to_bytes(self) -> bytes:
        """Return the canonical bytes: a tag, the timeframe, then each column little-endian; equal bars, equal bytes."""
        columns = (self.open, self.high, self.low, self.close, self.volume)
        head = _MAGIC + self.timeframe.value.ljust(_TIMEFRAME_BYTES).encode("ascii")
        return head + self.time.astype("<i8").tobytes() + b"".join(c.astype("<f8").tobytes() for c in columns)

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of `to_bytes`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def end(self) -> IntArray:
        """Epoch seconds at which each bar closes; shape (n,)."""
        if self.timeframe is Timeframe.MO1:
            # A month from 17:00 New York opens on the last day of the month before the one it is called by.
            months = (self.time + _HALF_DAY).astype("datetime64[s]").astype("datetime64[M]")
            offset = self.time - months.astype("datetime64[s]").astype(np.int64)
            ends: IntArray = (months + 1).astype("datetime64[s]").astype(np.int64) + offset
            return ends
        return self.time + self.timeframe.seconds

    def __len__(self) -> int:
        """Return the number of bars."""
        return len(self.time)

    def __getitem__(self, bars: slice) -> Self:
        """Return the bars of a slice, as a view."""
        columns = (self.time, self.open, self.high, self.low, self.close, self.volume)
        return type(self)(self.timeframe, *(column[bars] for column in columns))  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        """Compare timeframe and every column, bit by bit."""
        return isinstance(other, Candles) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        """Hash what `__eq__` compares."""
        return hash(self.to_bytes())

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one JSON-ready row a bar, ``time`` as ISO-8601 UTC."""
        columns = (self.open, self.high, self.low, self.close, self.volume)
        names = ("time", *_PRICES, "volume")
        times = [iso_utc(second) for second in self.time.tolist()]
        rows = zip(times, *(c.tolist() for c in columns), strict=True)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _frozen(self) -> Self:
        for column in (self.time, self.open, self.high, self.low, self.close, self.volume):
            column.setflags(write=False)
        return self
