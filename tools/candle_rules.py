"""What every set of candles must keep; each rule names the first bar that breaks it."""

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from tools.errors import InvalidCandles
from tools.timeframes import HOUR, Timeframe
from tools.times import iso_utc

if TYPE_CHECKING:
    from tools.candles import Candles

HIGHEST_PRICE: Final = 1e12
LOWEST_PRICE: Final = 1e-12
HIGHEST_VOLUME: Final = 1e18
_BARS_TO_JUDGE_SPACING: Final = 10
_COLUMNS: Final = ("open", "high", "low", "close", "volume")


def check_candles(candles: "Candles", field: str) -> None:
    """Raise for the first rule broken, in the order: lengths, numbers, prices, shape of a bar, times, spacing.

    Raises:
        InvalidCandles: with the field, the first offending bar's index, what was expected and what came.
    """
    for name in _COLUMNS:
        values: npt.NDArray[np.float64] = getattr(candles, name)
        if len(values) != len(candles.time):
            raise InvalidCandles(
                f"{field}: {len(candles.time)} times but {len(values)} of {name}", field=field,
                expected="columns of one length", got=f"{len(candles.time)} and {len(values)}",
            )  # fmt: skip
    if len(candles.time):
        _check_numbers(candles, field)
        _check_shape(candles, field)
        _check_times(candles, field)


def _refuse(wrong: npt.NDArray[np.bool_], field: str, what: str, expected: str, got: "npt.NDArray[np.float64]") -> None:
    if wrong.any():
        index = int(np.argmax(wrong))
        value = repr(got[index].item())
        raise InvalidCandles(
            f"{field}[{index}]: {what} ({value})", field=field, index=index, expected=expected, got=value
        )


def _check_numbers(candles: "Candles", field: str) -> None:
    for name in _COLUMNS[:4]:
        values: npt.NDArray[np.float64] = getattr(candles, name)
        _refuse(~np.isfinite(values), field, f"{name} is not finite", "a finite price", values)
        _refuse(values <= 0, field, f"{name} is not positive", "a price above zero", values)
        outside = (values > HIGHEST_PRICE) | (values < LOWEST_PRICE)
        _refuse(outside, field, f"{name} is out of range", f"{LOWEST_PRICE} to {HIGHEST_PRICE}", values)
    volume = candles.volume
    _refuse(~np.isfinite(volume), field, "volume is not finite", "a finite volume", volume)
    _refuse((volume < 0) | (volume > HIGHEST_VOLUME), field, "volume is out of range", f"0 to {HIGHEST_VOLUME}", volume)


def _check_shape(candles: "Candles", field: str) -> None:
    high, low = candles.high, candles.low
    _refuse(high < low, field, "high is below low", "high at or above low", high)
    for name in ("open", "close"):
        values: npt.NDArray[np.float64] = getattr(candles, name)
        _refuse(values > high, field, f"{name} is above high", f"{name} between low and high", values)
        _refuse(values < low, field, f"{name} is below low", f"{name} between low and high", values)


def _check_times(candles: "Candles", field: str) -> None:
    time, timeframe = candles.time, candles.timeframe
    gaps = np.diff(time)
    _refuse_time(gaps < 0, time, field, "opens before the bar ahead of it", "times in ascending order")
    _refuse_time(gaps == 0, time, field, "has the time of the bar ahead of it", "one bar a time")
    if timeframe.is_utc_aligned:
        off = time % timeframe.seconds != 0
        _refuse_time(off[1:], time, field, f"does not open on a {timeframe} boundary", f"{timeframe} bars only")
        _refuse_time(
            off[:1], time, field, f"does not open on a {timeframe} boundary", f"{timeframe} bars only", first=0
        )
    shortest = _shortest_gap(timeframe)
    _refuse_time(gaps < shortest, time, field, f"opens less than {timeframe} after the last", f"{timeframe} bars only")
    if len(time) >= _BARS_TO_JUDGE_SPACING and timeframe is not Timeframe.MO1:
        closest = int(gaps.min())
        if closest >= 2 * timeframe.seconds:
            index = int(np.argmin(gaps)) + 1
            raise InvalidCandles(
                f"{field}: no two bars are closer than {closest // 60} minutes, so these are not {timeframe} bars",
                field=field, index=index, expected=f"{timeframe} bars", got=f"bars {closest // 60} minutes apart",
            )  # fmt: skip


def _shortest_gap(timeframe: Timeframe) -> int:
    """Return the least distance of two bars: an hour less where a clock change may fall between, 28 days a month."""
    if timeframe is Timeframe.MO1:
        return 27 * 24 * HOUR
    return timeframe.seconds - (0 if timeframe.is_utc_aligned else HOUR)


def _refuse_time(
    wrong: npt.NDArray[np.bool_], time: npt.NDArray[np.int64], field: str, what: str, expected: str, *, first: int = 1
) -> None:
    if wrong.any():
        index = int(np.argmax(wrong)) + first
        at = iso_utc(int(time[index]))
        raise InvalidCandles(f"{field}[{index}] {what}: {at}", field=field, index=index, expected=expected, got=at)
