"""What every set of candles must keep; each rule names the first bar that breaks it."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tools.errors import InvalidCandles
from tools.timeframes import HOUR, Timeframe
from tools.times import iso_utc

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

HIGHEST_PRICE: Final = 1e12
LOWEST_PRICE: Final = 1e-12
HIGHEST_VOLUME: Final = 1e18
_BARS_TO_JUDGE_SPACING: Final = 10
_PRICES: Final = ("open", "high", "low", "close")


def check_candles(timeframe: Timeframe, time: Times, columns: Mapping[str, Floats], field: str) -> None:
    """Raise for the first bar that breaks a rule; of several rules one bar breaks, for the first of them.

    Args:
        timeframe: the length of each bar.
        time: epoch seconds, UTC, at which each bar opened, shape (n,).
        columns: open, high, low, close and volume by name, each of shape (n,).
        field: what to call the bars in an error.

    Raises:
        InvalidCandles: with the field, the first offending bar's index, what was expected and what came.
    """
    _check_lengths(time, columns, field)
    if not len(time):
        return
    faults = [*_number_faults(columns), *_shape_faults(columns), *_time_faults(timeframe, time)]
    if faults:
        first = min(faults, key=lambda fault: fault.bar)  # of equal indices the earlier rule's
        raise InvalidCandles(
            f"{field}[{first.bar}]: {first.what} ({first.got})",
            field=field,
            index=first.bar,
            expected=first.expected,
            got=first.got,
        )
    _check_spacing(timeframe, time, field)


class _Fault(NamedTuple):
    bar: int
    what: str
    expected: str
    got: str


def _check_lengths(time: Times, columns: Mapping[str, Floats], field: str) -> None:
    for name, values in columns.items():
        if len(values) != len(time):
            raise InvalidCandles(
                f"{field}: {len(time)} times but {len(values)} of {name}", field=field,
                expected="columns of one length", got=f"{len(time)} and {len(values)}",
            )  # fmt: skip


def _faults(wrong: Bools, what: str, expected: str, values: Floats) -> Iterator[_Fault]:
    if wrong.any():
        index = int(np.argmax(wrong))
        yield _Fault(index, what, expected, repr(values[index].item()))


def _number_faults(columns: Mapping[str, Floats]) -> Iterator[_Fault]:
    for name in _PRICES:
        values = columns[name]
        yield from _faults(~np.isfinite(values), f"{name} is not finite", "a finite price", values)
        yield from _faults(values <= 0, f"{name} is not positive", "a price above zero", values)
        outside = (values > HIGHEST_PRICE) | (values < LOWEST_PRICE)
        yield from _faults(outside, f"{name} is out of range", f"{LOWEST_PRICE} to {HIGHEST_PRICE}", values)
    volume = columns["volume"]
    yield from _faults(~np.isfinite(volume), "volume is not finite", "a finite volume", volume)
    outside = (volume < 0) | (volume > HIGHEST_VOLUME)
    yield from _faults(outside, "volume is out of range", f"0 to {HIGHEST_VOLUME}", volume)


def _shape_faults(columns: Mapping[str, Floats]) -> Iterator[_Fault]:
    high, low = columns["high"], columns["low"]
    yield from _faults(high < low, "high is below low", "high at or above low", high)
    for name in ("open", "close"):
        values = columns[name]
        yield from _faults(values > high, f"{name} is above high", f"{name} between low and high", values)
        yield from _faults(values < low, f"{name} is below low", f"{name} between low and high", values)


def _time_faults(timeframe: Timeframe, time: Times) -> Iterator[_Fault]:
    gaps = np.diff(time, prepend=time[0] - timeframe.seconds)
    yield from _at_times(gaps < 0, "opens before the bar ahead of it", "times in ascending order", time)
    yield from _at_times(gaps == 0, "has the time of the bar ahead of it", "one bar a time", time)
    if timeframe.is_utc_aligned:
        off = time % timeframe.seconds != 0
        yield from _at_times(off, f"does not open on a {timeframe} boundary", f"{timeframe} bars only", time)
    short = gaps < _shortest_gap(timeframe)
    yield from _at_times(short, f"opens less than {timeframe} after the last", f"{timeframe} bars only", time)


def _at_times(wrong: Bools, what: str, expected: str, time: Times) -> Iterator[_Fault]:
    if wrong.any():
        index = int(np.argmax(wrong))
        yield _Fault(index, what, expected, iso_utc(int(time[index])))


def _check_spacing(timeframe: Timeframe, time: Times, field: str) -> None:
    if len(time) < _BARS_TO_JUDGE_SPACING or timeframe is Timeframe.MO1:
        return
    gaps = np.diff(time)
    closest = int(gaps.min())
    if closest >= 2 * timeframe.seconds:
        raise InvalidCandles(
            f"{field}: no two bars are closer than {closest // 60} minutes, so these are not {timeframe} bars",
            field=field, index=int(np.argmin(gaps)) + 1,
            expected=f"{timeframe} bars", got=f"bars {closest // 60} minutes apart",
        )  # fmt: skip


def _shortest_gap(timeframe: Timeframe) -> int:
    """Return the least distance of two bars: an hour less where a clock change may fall between, 27 days a month."""
    if timeframe is Timeframe.MO1:
        return 27 * 24 * HOUR
    return timeframe.seconds - (0 if timeframe.is_utc_aligned else HOUR)
