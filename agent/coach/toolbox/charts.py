"""Where the toolbox's charts come from: a port, one adapter over a market, one over charts that are already there."""

from collections.abc import Callable, Iterable
from typing import Final, Protocol, Self

from agent.analysis.reading import Reading
from tools.candles import Candles
from tools.chart import Chart, ChartParameters, read_chart
from tools.chart_parameters import DEFAULTS
from tools.errors import InvalidParameter, NoCandles, UnknownSymbol
from tools.instruments import Instrument, find_instrument, instrument
from tools.market.port import MarketData
from tools.resample import bar_ends, closed_by
from tools.timeframes import Timeframe
from tools.times import iso_utc

BARS: Final = 1000


class ReadChart(Protocol):
    """Read one chart for the toolbox."""

    async def __call__(self, symbol: str, timeframe: Timeframe, as_of: int | None, companion: str | None) -> Chart:
        """Return the chart as it stood at a moment: every bar of it had closed by then.

        Args:
            symbol: any usual spelling.
            timeframe: of its bars.
            as_of: epoch second; None is the newest there is.
            companion: the correlated market whose bars lie beside it, for SMT divergences; None for none.

        Raises:
            DataError: there is no such chart, or the source did not answer; the message tells a reader what to do.
        """


class FindInstrument(Protocol):
    """Look an instrument up for the toolbox."""

    async def __call__(self, symbol: str) -> Instrument:
        """Return the instrument of a symbol in any usual spelling.

        Raises:
            UnknownSymbol: there is none.
        """


async def known_instrument(symbol: str) -> Instrument:
    """Look an instrument up in the table of `tools.instruments`.

    Raises:
        UnknownSymbol: nothing in it has that spelling.
    """
    return instrument(symbol)


class MarketCharts:
    """Read charts of the newest bars of a market; nothing after its clock is ever asked for."""

    def __init__(
        self,
        market: MarketData,
        *,
        clock: Callable[[], int],
        bars: int = BARS,
        parameters: ChartParameters = DEFAULTS,
    ) -> None:
        """Take the source.

        Args:
            market: where candles come from.
            clock: the time now, as UTC epoch seconds.
            bars: how many bars a chart has at most.
            parameters: the choices each reading depends on.
        """
        self._market = market
        self._clock = clock
        self._bars = bars
        self._parameters = parameters

    async def __call__(self, symbol: str, timeframe: Timeframe, as_of: int | None, companion: str | None) -> Chart:
        """Read the newest bars closed by `as_of`, None the clock's present; see `ReadChart`.

        Raises:
            DataError: as `tools.market.port.MarketData.candles`; `InvalidParameter` where `as_of` is yet to come.
        """
        until = self._moment(as_of)
        market = await self._market.instrument(symbol)
        candles = await self._market.candles(symbol, timeframe, limit=self._bars, until=until)
        beside = None
        if companion is not None:
            beside = await self._market.candles(companion, timeframe, limit=self._bars, until=until)
        return read_chart(candles, market, self._parameters, beside)

    async def instrument(self, symbol: str) -> Instrument:
        """Return the instrument the market knows under a symbol; see `FindInstrument`."""
        return await self._market.instrument(symbol)

    def _moment(self, as_of: int | None) -> int:
        now = self._clock()
        if as_of is None:
            return now
        if as_of > now:
            raise InvalidParameter(
                f"as_of: {iso_utc(as_of)} is yet to come; leave it out for the newest",
                field="as_of", expected=f"a time up to now, {iso_utc(now)}", got=iso_utc(as_of),
            )  # fmt: skip
        return as_of


class FixedCharts:
    """Serve charts that are already there, such as those of a stored run; no other bars exist for it."""

    def __init__(self, charts: Iterable[Chart]) -> None:
        """Keep the charts by market and timeframe; of two with the same, the last."""
        self._charts = {(_name(chart.instrument.symbol), chart.candles.timeframe): chart for chart in charts}

    @classmethod
    def of_reading(cls, reading: Reading) -> Self:
        """Serve every chart that an analysis looks at: the windows it was given and those it built."""
        ladder = reading.ladder
        used = (*reading.request.windows.values(), *ladder.bias, ladder.structure, ladder.entry)
        return cls(reading.chart(candles) for candles in used)

    async def __call__(self, symbol: str, timeframe: Timeframe, as_of: int | None, companion: str | None) -> Chart:
        """Return the chart, cut back to what had closed by `as_of`; see `ReadChart`.

        Raises:
            UnknownSymbol: there is no chart of that market.
            NoCandles: there is none of that timeframe, or none of its bars had closed by then.
        """
        chart = self._chart(symbol, timeframe, "symbol")
        other = chart if companion is None else self._chart(companion, timeframe, "companion")
        beside = chart.companion if companion is None else other.candles
        if as_of is None:
            return chart if companion is None else _read_again(chart, chart.candles, beside)
        candles = closed_by(chart.candles, chart.instrument.trading_day, as_of)
        if not len(candles):
            raise NoCandles(
                f"no {timeframe} bar of {chart.instrument.symbol} had closed by {iso_utc(as_of)}",
                field="as_of", expected=_spanned(chart), got=iso_utc(as_of),
            )  # fmt: skip
        if beside is not None:
            beside = closed_by(beside, other.instrument.trading_day, as_of)
        return _read_again(chart, candles, beside)

    async def instrument(self, symbol: str) -> Instrument:
        """Return the instrument of one of the charts; see `FindInstrument`.

        Raises:
            UnknownSymbol: none of them is of that market.
        """
        return self._of_market(symbol, "symbol")[0].instrument

    def _chart(self, symbol: str, timeframe: Timeframe, field: str) -> Chart:
        charts = {chart.candles.timeframe: chart for chart in self._of_market(symbol, field)}
        if timeframe not in charts:
            there = ", ".join(one for one in Timeframe if one in charts)
            raise NoCandles(
                f"there is no {timeframe} chart of {symbol!r} here; there is one of {there}",
                field="timeframe", expected=f"one of {there}", got=timeframe.value,
            )  # fmt: skip
        return charts[timeframe]

    def _of_market(self, symbol: str, field: str) -> list[Chart]:
        wanted = _name(symbol)
        found = [chart for (name, _), chart in self._charts.items() if name == wanted]
        if not found:
            there = ", ".join(sorted({chart.instrument.symbol for chart in self._charts.values()})) or "no market"
            raise UnknownSymbol(
                f"{field}: there is no chart of {symbol[:40]!r} here; there are charts of {there}",
                field=field, expected=f"one of {there}", got=repr(symbol[:40]),
            )  # fmt: skip
        return found


def _name(symbol: str) -> str:
    known = find_instrument(symbol)
    return symbol.strip().upper() if known is None else known.symbol


def _read_again(chart: Chart, candles: Candles, companion: Candles | None) -> Chart:
    return read_chart(candles, chart.instrument, chart.parameters, companion)


def _spanned(chart: Chart) -> str:
    if not len(chart.candles):
        return "a chart with bars"
    ends = bar_ends(chart.candles, chart.instrument.trading_day)
    return f"a time from {iso_utc(int(ends[0]))} to {iso_utc(int(ends[-1]))}"
