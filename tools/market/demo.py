"""A simulated market as a data source, for whoever has no data account. Nothing in it ever traded."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Final

from tools.candles import Candles
from tools.instruments import Instrument, instrument, known_instruments
from tools.market.port import SourceHealth
from tools.market.selection import check_limit, closed_by, joined, newest_bars, require_some
from tools.market.simulator import simulated_days, simulated_minutes, week_of
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

_BEGINNING: Final = 946_944_000  # 2000-01-04: a week of every market is under way
_SHORTEST_OPEN_WEEK: Final = 5 * 23 * 3600
_MOST_WEEKS_OF_MINUTES: Final = 156


class DemoMarketData:
    """Serve a seeded market simulation of every known instrument.

    The same seed gives the same bars at every place and time. History begins in the year 2000; nothing after
    the clock is ever shown. The bar under way is made of whole minutes, so there is none of 1m. One question is
    answered with at most three years of intraday bars.
    """

    name = "demo"

    def __init__(self, seed: int, *, clock: Callable[[], int]) -> None:
        """Simulate the market of `seed`; `clock` returns the present as epoch seconds."""
        self._seed = seed
        self._clock = clock

    async def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        limit: int,
        until: int | None = None,
        include_current: bool = False,
    ) -> Candles:
        """Return the newest bars closed by `until`, None the clock's present; see `MarketData.candles`."""
        check_limit(limit)
        market, now = instrument(symbol), self._clock()
        moment = now if until is None else min(until, now)
        pick = self._intraday if timeframe.is_intraday else self._daily_and_above
        bars = await asyncio.to_thread(pick, market, timeframe, limit, moment, include_current)
        return require_some(bars, market.symbol, moment)

    async def instrument(self, symbol: str) -> Instrument:
        """Return the instrument known under a symbol; see `MarketData.instrument`."""
        return instrument(symbol)

    async def symbols(self) -> tuple[str, ...]:
        """Return every known instrument's symbol; see `MarketData.symbols`."""
        return tuple(sorted(one.symbol for one in known_instruments()))

    async def health(self) -> SourceHealth:
        """Simulate a bar and say what came of it."""
        began = time.perf_counter()
        market = known_instruments()[0]
        bars = await self.candles(market.symbol, Timeframe.M1, limit=1)
        detail = f"simulated market, seed {self._seed}; {market.symbol} at {bars.close[-1]:g}"
        return SourceHealth(self.name, True, detail, round((time.perf_counter() - began) * 1000, 3))

    def _intraday(
        self, market: Instrument, timeframe: Timeframe, limit: int, until: int, include_current: bool
    ) -> Candles:
        weeks = min(math.ceil(limit * timeframe.seconds / _SHORTEST_OPEN_WEEK) + 1, _MOST_WEEKS_OF_MINUTES)
        last = week_of(until, market)
        first = max(last - weeks, week_of(_BEGINNING, market))
        parts = [simulated_minutes(self._seed, market.symbol, week) for week in range(first, last + 1)]
        minutes = closed_by(joined(parts), until) if parts else Candles.from_rows([], Timeframe.M1)
        return newest_bars(minutes, timeframe, market.trading_day, limit=limit, include_current=include_current)

    def _daily_and_above(
        self, market: Instrument, timeframe: Timeframe, limit: int, until: int, include_current: bool
    ) -> Candles:
        """Build daily and longer bars out of whole weeks of days, and of minutes for the week under way."""
        last = week_of(until, market)
        weeks = _weeks_of(limit, timeframe, 7 if market.trading_day is TradingDay.UTC_00 else 5)
        first = max(last - weeks, week_of(_BEGINNING, market))
        if first > last:
            return Candles.from_rows([], timeframe)
        minutes = closed_by(simulated_minutes(self._seed, market.symbol, last), until)
        whole = newest_bars(minutes, Timeframe.D1, market.trading_day, limit=9, include_current=False)
        every = newest_bars(minutes, Timeframe.D1, market.trading_day, limit=9, include_current=True)
        earlier = [simulated_days(self._seed, market.symbol, week) for week in range(first, last)]
        shown = joined([*earlier, every if include_current or timeframe is not Timeframe.D1 else whole])
        has_unfinished = len(every) > len(whole)
        if timeframe is Timeframe.D1:
            return shown[max(0, len(shown) - limit) :]
        return _periods(shown, timeframe, market.trading_day, limit, include_current, has_unfinished)


def _weeks_of(limit: int, timeframe: Timeframe, days_in_week: int) -> int:
    """Return how many whole weeks before the one under way hold `limit` bars of a day or longer."""
    if timeframe is Timeframe.D1:
        return -(-limit // days_in_week) + limit // 50 + 2  # holidays leave days out
    if timeframe is Timeframe.W1:
        return limit + 1
    return 5 * limit + 5


def _periods(
    days: Candles,
    timeframe: Timeframe,
    trading_day: TradingDay,
    limit: int,
    include_current: bool,
    has_unfinished: bool,
) -> Candles:
    """Build weeks or months; a day under way shows that every period before its own is over."""
    if include_current or not has_unfinished:
        return newest_bars(days, timeframe, trading_day, limit=limit, include_current=include_current)
    bars = newest_bars(days, timeframe, trading_day, limit=limit + 1, include_current=True)
    return bars[:-1]
