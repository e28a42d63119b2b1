"""When the stories happen: trading days around every clock change and between, and the bars of their markets."""

from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from evals.suites.simulated.market import Quill
from tools.market_hours import open_mask
from tools.timeframes import DAY, Timeframe
from tools.trading_day import TradingDay, day_start, new_york_minute

Times = npt.NDArray[np.int64]
DAYS: Final = tuple(
    date.fromisoformat(day)
    for day in (
        "2024-01-24", "2024-03-06", "2024-03-11", "2024-03-13", "2024-03-20", "2024-03-28", "2024-04-03", "2024-05-15",
        "2024-07-10", "2024-08-21", "2024-10-23", "2024-10-28", "2024-10-31", "2024-11-04", "2024-11-06", "2024-12-11",
        "2025-03-07", "2025-03-10", "2025-03-12", "2025-04-01", "2025-10-24", "2025-10-27", "2025-11-03", "2025-11-05",
    )
)  # fmt: skip
"""Days of the week in which New York or London changes its clock, of those around it, and of quiet months."""
HOLIDAYS: Final = tuple(
    date.fromisoformat(day) for day in ("2024-10-14", "2024-06-19", "2025-01-20", "2024-11-11", "2025-10-13")
)
"""Bank holidays of the United States on which currencies are quoted."""
FRIDAYS: Final = tuple(date.fromisoformat(day) for day in ("2024-03-08", "2024-05-17", "2024-10-25", "2025-03-14"))
QUARTER: Final = Timeframe.M15.seconds
_WEEKEND: Final = (5, 6)


def bars_of(pen: Quill, day: date, until: int, more: int = 0) -> Times:
    """Return when the quarters of an hour open, from 17:00 New York that began the trading day before.

    Args:
        pen: whose market it is.
        day: the trading day; Monday's begins on Sunday, the one before it on Thursday.
        until: epoch second by which the last bar has closed.
        more: how many bars follow.
    """
    first = day_start(day_before(pen, day).toordinal(), TradingDay.NEW_YORK_17)
    grid = np.arange(first, until + more * QUARTER + 4 * DAY, QUARTER, dtype=np.int64)
    quoted = grid[open_mask(grid, pen.instrument)]
    return quoted[: int(np.searchsorted(quoted, until)) + more]


def last_bars(pen: Quill, until: int, count: int) -> Times:
    """Return when the last bars open that have closed by an epoch second."""
    grid = np.arange(until - count * QUARTER - 6 * DAY, until, QUARTER, dtype=np.int64)
    return grid[open_mask(grid, pen.instrument)][-count:]


def moment(day: date, minute: int) -> int:
    """Return the epoch second of a minute of New York's day."""
    return new_york_minute(day.toordinal(), minute)


def day_before(pen: Quill, day: date) -> date:
    """Return the trading day before another."""
    before = day - timedelta(days=1)
    while before.weekday() in _WEEKEND and pen.symbol != "BTCUSD":
        before -= timedelta(days=1)
    return before
