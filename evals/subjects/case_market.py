"""The market and the calendar a conversation's case brings along: its own windows and events, and nothing beside."""

from collections.abc import Callable, Sequence
from typing import Final

from agent.calendar_window import LOOKS_AHEAD, LOOKS_BACK
from evals.cases.case import Chart
from tools.candles import Candles
from tools.economic_calendar.none import REASON
from tools.economic_calendar.port import CalendarReading, ScheduledEvent, within
from tools.economic_calendar.span import check_span
from tools.errors import NoCandles
from tools.instruments import Instrument, find_instrument, instrument
from tools.market.port import SourceHealth
from tools.market.selection import check_limit, newest_bars, require_some
from tools.resample import closed_by
from tools.timeframes import Timeframe

NAME: Final = "case"


class CaseMarket:
    """Serve the windows of a case's charts: of each market those of the newest; passes for `MarketData`.

    Every instrument this code knows is known here too, though without candles.
    """

    name = NAME

    def __init__(self, charts: Sequence[Chart], clock: Callable[[], int]) -> None:
        """Take the charts, oldest first; `clock` gives UTC epoch seconds, after which nothing is shown."""
        self._charts = {chart.instrument.symbol: chart for chart in charts}
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
        """Return the newest bars closed by `until`, None the clock's present; see `MarketData.candles`.

        A timeframe the chart has no window of is built of its finest. The bar under way is left out where there is one.
        """
        check_limit(limit)
        market, now = await self.instrument(symbol), self._clock()
        moment = now if until is None else min(until, now)
        chart = self._charts.get(market.symbol)
        if chart is None:
            raise NoCandles(
                f"there are no candles of {market.symbol} here", field="symbol",
                expected=" or ".join(sorted(self._charts)) or "no market at all", got=market.symbol,
            )  # fmt: skip
        has_own = timeframe in chart.windows
        base = closed_by(chart.windows[timeframe] if has_own else chart.base, market.trading_day, moment)
        if has_own:
            return require_some(base[max(0, len(base) - limit) :], market.symbol, moment)
        built = newest_bars(base, timeframe, market.trading_day, limit=limit, include_current=include_current)
        return require_some(built, market.symbol, moment)

    async def instrument(self, symbol: str) -> Instrument:
        """Return the instrument known under a symbol, a chart's own before others; see `MarketData.instrument`."""
        known = find_instrument(symbol)
        own = self._charts.get(symbol.strip().upper() if known is None else known.symbol)
        return instrument(symbol) if own is None else own.instrument

    async def symbols(self) -> tuple[str, ...]:
        """Return the symbols of the charts, ascending."""
        return tuple(sorted(self._charts))

    async def health(self) -> SourceHealth:
        """Say that the windows are there, which takes no time."""
        return SourceHealth(self.name, True, f"candles of {len(self._charts)} markets", 0.0)


class CaseCalendar:
    """Serve the scheduled events of a case's charts; passes for `EconomicCalendar`.

    Known is what a decision at the newest chart with a calendar looks at: from a day before it to seven days after.
    """

    name = NAME

    def __init__(self, charts: Sequence[Chart]) -> None:
        """Take the charts; where none of them has a calendar, nothing is known."""
        known = [(chart.as_of, chart.calendar) for chart in charts if chart.calendar is not None]
        events = {
            ScheduledEvent(one.time, one.currency, one.impact, one.title) for _, calendar in known for one in calendar
        }
        self._events = tuple(sorted(events, key=ScheduledEvent.order))
        self._newest = max((at for at, _ in known), default=None)

    async def events(self, since: int, until: int) -> CalendarReading:
        """Return the events of a span; see `EconomicCalendar.events`."""
        check_span(since, until)
        if self._newest is None:
            return CalendarReading((), None, None, self.name, problem=REASON)
        begins, ends = self._newest - LOOKS_BACK, self._newest + LOOKS_AHEAD
        return CalendarReading(within(self._events, since, until), begins, ends, self.name, loaded_at=begins)

    async def revision(self) -> str:
        """Return what never changes."""
        return self.name
