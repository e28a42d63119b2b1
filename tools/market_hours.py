"""When each market is closed: weekends, bank holidays, the futures halt, the hours of equities.

ICT: "Bank holidays and weekends are closed." Here that means *not to be traded*: forex does quote on Columbus
Day, but the banks that move it are away. A bank holiday is a United States federal one as the Federal Reserve
keeps it: one that falls on a Sunday moves to Monday, one that falls on a Saturday does not move. Futures and
equities are also closed on the New York Stock Exchange's own days, such as Good Friday. Crypto is never
closed. A holiday or weekend lasts for the trading day of that date: forex on Christmas Day is closed from
17:00 New York on the 24th to 17:00 on the 25th.
"""

from datetime import date
from functools import lru_cache
from typing import Final

import holidays
import numpy as np
import numpy.typing as npt

from tools.instruments import Instrument
from tools.timeframes import DAY, Timeframe
from tools.trading_day import IntArray, day_ordinals, new_york_clock

_SATURDAY: Final = 6  # ordinal modulo 7, where Monday is 1
_FRIDAY: Final = 4
_HALT: Final = ((17 * 60, 18 * 60),)
# Minutes of the New York day, half-open, at which an asset class is shut on its trading days.
_SHUT: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "index_future": _HALT,
    "energy_future": _HALT,
    "metal_future": _HALT,
    "fx_future": _HALT,
    "equity": ((0, 4 * 60), (20 * 60, 24 * 60)),  # open for the extended hours, 04:00 to 20:00
}
_KEEPS_EXCHANGE_DAYS: Final = frozenset({"index_future", "energy_future", "metal_future", "fx_future", "equity"})


_HALF_HOUR: Final = 1800
_LONGEST_COUNT: Final = 200_000
_A_WEDNESDAY: Final = 1_704_862_800  # 2024-01-10 00:00 New York


def open_mask(times: IntArray, instrument: Instrument) -> npt.NDArray[np.bool_]:
    """Tell for each epoch second whether the market quotes: outside weekends and daily halts.

    Bank holidays are left out of this: prices are made on most of them. `closed_reason` counts them.
    """
    times = np.asarray(times, dtype=np.int64)
    if instrument.asset_class == "crypto":
        return np.ones(len(times), dtype=np.bool_)
    weekday = day_ordinals(times, instrument.trading_day) % 7
    is_open: npt.NDArray[np.bool_] = (weekday != _SATURDAY) & (weekday != 0)
    shut = _SHUT.get(instrument.asset_class, ())
    if shut:
        minute, _ = new_york_clock(times)
        for start, end in shut:
            is_open &= (minute < start) | (minute >= end)
    return is_open


def bars_of_open_market(start: int, end: int, timeframe: Timeframe, instrument: Instrument) -> int:
    """Count the whole bars that the open market had time for in ``[start, end)``, epoch seconds.

    Weekends and daily halts take no time; a day, week or month is as long as the market is open in it. Every opening
    and closing falls on a full half hour. Counting stops after `_LONGEST_COUNT` steps.
    """
    step = min(timeframe.seconds, _HALF_HOUR)
    steps = np.arange(min(max(end - start, 0) // step, _LONGEST_COUNT), dtype=np.int64)
    opened = int(open_mask(start + step * steps, instrument).sum()) * step
    if timeframe.is_intraday:
        return opened // timeframe.seconds
    wednesday = _A_WEDNESDAY + _HALF_HOUR * np.arange(DAY // _HALF_HOUR, dtype=np.int64)
    day = int(open_mask(wednesday, instrument).sum()) * _HALF_HOUR
    week = 7 if instrument.asset_class == "crypto" else 5
    days = {Timeframe.D1: 1, Timeframe.W1: week, Timeframe.MO1: 4 * week}[timeframe]
    return opened // (day * days)


def closed_reason(at: int, instrument: Instrument) -> str | None:
    """Return ``weekend``, ``bank_holiday`` or ``daily_halt`` if that closes the market at `at`, else None."""
    if instrument.asset_class == "crypto":
        return None
    moment = np.array([at], dtype=np.int64)
    ordinal = int(day_ordinals(moment, instrument.trading_day)[0])
    if ordinal % 7 in {_SATURDAY, 0}:
        return "weekend"
    if bank_holiday(date.fromordinal(ordinal), instrument) is not None:
        return "bank_holiday"
    return None if open_mask(moment, instrument)[0] else "daily_halt"


def bank_holiday_at(at: int, instrument: Instrument) -> str | None:
    """Name the bank holiday of the trading day that holds epoch second `at`, or None."""
    ordinal = int(day_ordinals(np.array([at], dtype=np.int64), instrument.trading_day)[0])
    return bank_holiday(date.fromordinal(ordinal), instrument)


def bank_holiday(day: date, instrument: Instrument) -> str | None:
    """Name the holiday that closes the instrument's trading day `day`, or None; always None for crypto."""
    if instrument.asset_class == "crypto":
        return None
    name = _federal_holidays(day.year).get(day)
    if name is None and instrument.asset_class in _KEEPS_EXCHANGE_DAYS:
        name = _exchange_holidays(day.year).get(day)
    return name


@lru_cache(maxsize=256)
def _federal_holidays(year: int) -> dict[date, str]:
    return {
        day: name
        for day, name in holidays.country_holidays("US", years=year).items()
        if day.year == year and not (name.endswith("(observed)") and day.weekday() == _FRIDAY)
    }


@lru_cache(maxsize=256)
def _exchange_holidays(year: int) -> dict[date, str]:
    return {day: name for day, name in holidays.financial_holidays("NYSE", years=year).items() if day.year == year}
