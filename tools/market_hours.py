"""When each market is closed: weekends, bank holidays, halts and early closes.

ICT: "Bank holidays and weekends are closed." Here that means *not to be traded*: forex does quote on Columbus
Day, but the banks that move it are away. A bank holiday is a United States federal one as the Federal Reserve
keeps it: one that falls on a Sunday moves to Monday, one that falls on a Saturday does not move. Futures and
equities are also closed on the New York Stock Exchange's own days, such as Good Friday. A weekend runs from
Friday's 17:00 New York to Sunday's, for equities from midnight to midnight; a holiday lasts for the trading day
of that date: forex on Christmas Day is closed from 17:00 New York on the 24th to 17:00 on the 25th. Crypto is
never closed.

Holidays come from the library `holidays`; halts, hours and early closes from `pandas_market_calendars`. Both know
the years 1970 to 2100. Before and after, every week is a regular one: weekends and halts, no holidays.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import holidays
import numpy as np
import numpy.typing as npt

from tools.instruments import Calendar, Instrument
from tools.timeframes import HOUR, Timeframe
from tools.trading_day import (
    DAY_SECONDS,
    IntArray,
    TradingDay,
    day_ordinals,
    month_ordinals,
    new_york_local,
    week_ordinals,
)

_EPOCH_DAY: Final = date(1970, 1, 1)
_FIRST_DAY: Final = date(1969, 12, 31)  # the clock in New York still shows it at the first known second
_LAST_DAY: Final = date(2100, 12, 31)
_YEARS: Final = range(_FIRST_DAY.year, _LAST_DAY.year + 1)
_SATURDAY: Final = 6  # ordinal modulo 7, where Monday is 1
_FRIDAY: Final = 4
_ROLL: Final = 7 * HOUR  # 17:00 is seven hours before the next midnight
_EARLIEST_OFFSET: Final = 5 * HOUR  # New York is four or five hours behind UTC, and changes at 02:00
_WEEK: Final = 7 * DAY_SECONDS
_REGULAR_WEEK: Final = 1_705_874_400  # 2024-01-21 17:00 New York, a Sunday: no holiday in this week or the next
_NEVER: Final = np.iinfo(np.int64).max
_WHOLE: Final = 1e-9  # what a float may miss of a whole period

# Where a calendar's days begin; elsewhere at 17:00 New York.
_DAYS: Final[dict[Calendar, TradingDay]] = {"nyse": TradingDay.NEW_YORK_00, "always": TradingDay.UTC_00}
# The library's name of a calendar, and the columns between which it quotes. Equities have extended hours.
_EXCHANGES: Final[dict[Calendar, tuple[str, str, str]]] = {
    "cme_equity": ("CME Globex Equity", "market_open", "market_close"),
    "cme_fx": ("CMEGlobex_FX", "market_open", "market_close"),
    "cme_energy_metals": ("CMEGlobex_EnergyAndMetals", "market_open", "market_close"),
    "nyse": ("NYSE", "pre", "post"),
}
_REASONS: Final = (None, "weekend", "bank_holiday", "early_close", "daily_halt")
_OPEN, _WEEKEND, _BANK_HOLIDAY, _EARLY_CLOSE, _DAILY_HALT = range(len(_REASONS))


@dataclass(frozen=True, slots=True, eq=False)
class _Hours:
    """A calendar as stretches of time that follow one another, each in one state; arrays of one entry a stretch.

    Attributes:
        starts: epoch second at which it begins.
        quotes: whether prices are made in it.
        reason: index into `_REASONS`.
        reopens: first second, from its start on, at which the market may be traded.
        quoted_before: seconds the market had quoted when it began.
    """

    starts: IntArray
    quotes: npt.NDArray[np.bool_]
    reason: npt.NDArray[np.int8]
    reopens: IntArray
    quoted_before: IntArray

    def quoted_until(self, times: IntArray) -> IntArray:
        """Count the seconds that the market had quoted by each time."""
        times = np.maximum(times, self.starts[0])
        stretch = np.searchsorted(self.starts, times, side="right") - 1
        counted: IntArray = self.quoted_before[stretch] + self.quotes[stretch] * (times - self.starts[stretch])
        return counted


def open_mask(times: IntArray, instrument: Instrument) -> npt.NDArray[np.bool_]:
    """Tell for each epoch second whether the market quotes: outside weekends, daily halts and early closes.

    Bank holidays are left out of this: prices are made on most of them, on futures up to an early close, and on
    some not at all. `closed_reason` counts them.
    """
    hours = _hours(instrument.calendar)
    known = _within_known_years(np.asarray(times, dtype=np.int64))
    return hours.quotes[np.searchsorted(hours.starts, known, side="right") - 1]


def bars_of_open_market(start: int, end: int, timeframe: Timeframe, instrument: Instrument) -> int:
    """Count the whole bars that the open market had time for in ``[start, end)``, epoch seconds.

    What `open_mask` leaves out takes no time; a day, week or month is as long as the market is open in it, and one
    without an open minute makes no bar. Time outside 1970 to 2100 is not counted.
    """
    hours = _hours(instrument.calendar)
    quoted = hours.quoted_until(np.array([start, max(start, end)], dtype=np.int64))
    if timeframe.is_intraday:
        return int(quoted[1] - quoted[0]) // timeframe.seconds
    periods = _periods(instrument.calendar, timeframe)
    begins, ends = np.interp(quoted, periods, np.arange(len(periods)))
    return int(ends - begins + _WHOLE)


def closed_reason(at: int, instrument: Instrument) -> str | None:
    """Return why the market may not be traded at epoch second `at`; None while it may.

    The reasons are ``weekend``, ``bank_holiday``, ``early_close`` (until the usual close of a day that ends early)
    and ``daily_halt``, the first of them that holds.
    """
    hours, stretch, _ = _stretch_at(at, instrument)
    return _REASONS[hours.reason[stretch]]


def opens_at(at: int, instrument: Instrument) -> int:
    """Return the first epoch second, `at` or later, at which the market may be traded."""
    hours, stretch, shift = _stretch_at(at, instrument)
    return max(at, int(hours.reopens[stretch]) + shift)


def bank_holiday_at(at: int, instrument: Instrument) -> str | None:
    """Name the bank holiday of the trading day that holds epoch second `at`, or None."""
    ordinal = int(day_ordinals(np.array([at], dtype=np.int64), _trading_day(instrument.calendar))[0])
    return _bank_holidays(instrument.calendar).get(ordinal)


def bank_holiday(day: date, instrument: Instrument) -> str | None:
    """Name the holiday that closes the instrument's trading day `day`, or None; always None for crypto."""
    return _bank_holidays(instrument.calendar).get(day.toordinal())


def _stretch_at(at: int, instrument: Instrument) -> tuple[_Hours, int, int]:
    """Return the calendar's hours, the stretch that holds `at`, and how far `at` lies from the known years' stretch."""
    hours = _hours(instrument.calendar)
    known = int(_within_known_years(np.array([at], dtype=np.int64))[0])
    return hours, int(np.searchsorted(hours.starts, known, side="right")) - 1, at - known


def _within_known_years(times: IntArray) -> IntArray:
    """Bring times that no table covers to the same second of a regular week."""
    after = (_LAST_DAY - _EPOCH_DAY).days * DAY_SECONDS
    regular = _REGULAR_WEEK + (times - _REGULAR_WEEK) % _WEEK
    known: IntArray = np.where((times >= 0) & (times < after), times, regular)
    return known


def _trading_day(calendar: Calendar) -> TradingDay:
    return _DAYS.get(calendar, TradingDay.NEW_YORK_17)


@cache
def _hours(calendar: Calendar) -> _Hours:
    days, day_starts = _trading_days(calendar)
    opens, closes, usual_closes = _sessions(calendar)
    starts = np.unique(np.concatenate((day_starts, opens, closes, usual_closes)))
    day = days[np.searchsorted(day_starts, starts, side="right") - 1]
    session = np.maximum(np.searchsorted(opens, starts, side="right") - 1, 0)

    weekend = np.isin(day % 7, (_SATURDAY, 0)) & (calendar != "always")
    holiday = np.isin(day, np.array(list(_bank_holidays(calendar)), dtype=np.int64))
    quotes = (opens[session] <= starts) & (starts < closes[session]) & ~weekend
    ended_early = (closes[session] <= starts) & (starts < usual_closes[session])
    reason = np.select(
        (weekend, holiday, quotes, ended_early), (_WEEKEND, _BANK_HOLIDAY, _OPEN, _EARLY_CLOSE), _DAILY_HALT
    ).astype(np.int8)

    changes = np.r_[True, (np.diff(reason) != 0) | (quotes[1:] != quotes[:-1])]
    starts, quotes, reason = starts[changes], quotes[changes], reason[changes]
    tradeable = np.append(starts[reason == _OPEN], _NEVER)
    return _Hours(
        starts, quotes, reason,
        reopens=tradeable[np.searchsorted(tradeable, starts)],
        quoted_before=np.r_[0, np.cumsum(np.diff(starts) * quotes[:-1])],
    )  # fmt: skip


@cache
def _periods(calendar: Calendar, timeframe: Timeframe) -> IntArray:
    """Return how many seconds the market had quoted at the start of each day, week or month in which it quotes."""
    days, starts = _trading_days(calendar)
    firsts = {Timeframe.D1: days, Timeframe.W1: week_ordinals(days), Timeframe.MO1: month_ordinals(days)}[timeframe]
    return np.unique(_hours(calendar).quoted_until(starts[firsts == days]))


@cache
def _trading_days(calendar: Calendar) -> tuple[IntArray, IntArray]:
    """Return the ordinals of all known trading days, and the epoch second at which each begins."""
    days = np.arange(_FIRST_DAY.toordinal(), _LAST_DAY.toordinal() + 1, dtype=np.int64)
    midnights = (days - _EPOCH_DAY.toordinal()) * DAY_SECONDS
    trading_day = _trading_day(calendar)
    if trading_day is TradingDay.UTC_00:
        return days, midnights
    local = midnights - _ROLL if trading_day is TradingDay.NEW_YORK_17 else midnights
    near = local + _EARLIEST_OFFSET
    return days, local + near - new_york_local(near)


def _sessions(calendar: Calendar) -> tuple[IntArray, IntArray, IntArray]:
    """Return the seconds at which each day's quotes begin and end, and at which they usually end."""
    if calendar not in _EXCHANGES:
        _, starts = _trading_days(calendar)
        ends = np.append(starts[1:], starts[-1] + DAY_SECONDS)
        return starts, ends, ends
    # It takes a third of a second to load, and no forex or crypto chart needs it.
    import pandas_market_calendars  # type: ignore[import-untyped]  # noqa: PLC0415

    name, opens, closes = _EXCHANGES[calendar]
    exchange = pandas_market_calendars.get_calendar(name)
    schedule = exchange.schedule(_FIRST_DAY, _LAST_DAY, market_times=[opens, closes])
    columns = (schedule[opens], schedule[closes], exchange.days_at_time(schedule.index, closes))
    opened, closed, usual = (column.to_numpy(dtype="datetime64[s]").astype(np.int64) for column in columns)
    return opened, closed, usual


@cache
def _bank_holidays(calendar: Calendar) -> dict[int, str]:
    """Return the name of each bank holiday under its date's ordinal."""
    if calendar == "always":
        return {}
    named = _exchange_holidays() if calendar in _EXCHANGES else {}
    return named | _federal_holidays()


@cache
def _federal_holidays() -> dict[int, str]:
    return {
        day.toordinal(): name
        for day, name in holidays.country_holidays("US", years=_YEARS).items()
        if not (name.endswith("(observed)") and day.weekday() == _FRIDAY)
    }


@cache
def _exchange_holidays() -> dict[int, str]:
    return {day.toordinal(): name for day, name in holidays.financial_holidays("NYSE", years=_YEARS).items()}
