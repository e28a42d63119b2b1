"""From a validated body to the chart that is read: its bars, its instrument, its companion, its parameters."""

from typing import Any

from agent.analysis.windows import refuse_unclosed
from api.bars import read_bars
from api.requests import market_named
from api.schemas.chart import ChartBody, CompanionBody
from tools.candles import Candles
from tools.chart import Chart, ChartParameters, read_chart
from tools.instruments import find_instrument
from tools.resample import closed_by
from tools.timeframes import Timeframe
from tools.times import iso_utc
from tools.trading_day import TradingDay


def chart_of(body: ChartBody, *, now: int) -> Chart:
    """Build the chart a body describes; its facts are found when they are asked for.

    Args:
        body: the validated body; its bars are read here.
        now: UTC epoch seconds; a bar that closes after it is unfinished.

    Raises:
        DataError: a bar, the timeframe, a parameter or the symbol is wrong; names field and bar.
    """
    timeframe = Timeframe.parse(body.timeframe, field="timeframe")
    parameters = ChartParameters.of_names(body.parameters.model_dump(exclude_unset=True))
    market = market_named(body.symbol, body.instrument)
    candles = _closed(body.bars, timeframe, market.trading_day, "bars", as_of=body.as_of, now=now)
    companion = None
    if body.companion is not None:
        companion = _companion(body.companion, timeframe, market.trading_day, as_of=body.as_of, now=now)
    return read_chart(candles, market, parameters, companion)


def _companion(
    given: CompanionBody | Any, timeframe: Timeframe, trading_day: TradingDay, *, as_of: int | None, now: int
) -> Candles:
    if not isinstance(given, CompanionBody):
        return _closed(given, timeframe, trading_day, "companion", as_of=as_of, now=now)
    known = find_instrument(given.symbol)
    days = trading_day if known is None else known.trading_day
    return _closed(given.bars, timeframe, days, "companion.bars", as_of=as_of, now=now)


def _closed(
    bars: Any, timeframe: Timeframe, trading_day: TradingDay, field: str, *, as_of: int | None, now: int
) -> Candles:
    candles = read_bars(bars, timeframe, field)
    if as_of is not None:
        candles = closed_by(candles, trading_day, as_of)
    refuse_unclosed(candles, trading_day, now, field=field, moment=f"now, {iso_utc(now)}")
    return candles
