"""A chart's reading for an existing dashboard."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query

from api.dashboard import ChartSource, draw_chart
from api.schemas.dashboard import ChartReading, DashboardQuery
from api.schemas.problems import problems
from api.state import ContextDep
from api.strict_route import StrictRoute
from tools.candles import Candles
from tools.errors import NoCandles
from tools.market.port import MarketData
from tools.resample import last_close
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

router = APIRouter(route_class=StrictRoute, tags=["dashboard"])


@router.get("/ict/analyze", responses=problems(400, 404, 502))
async def read_dashboard_chart(query: Annotated[DashboardQuery, Query()], context: ContextDep) -> ChartReading:
    """Read one chart of the service's own market data: swings, structure, blocks, gaps, liquidity, levels.

    Lists are newest first. `smtSignals` is always empty: a divergence needs the candles of a second market.
    """
    market = context.service.market
    instrument = await market.instrument(query.symbol)
    candles, source = await _candles(market, query, instrument.trading_day, context.clock())
    return await to_thread(draw_chart, candles, instrument, query, source)


async def _candles(
    market: MarketData, query: DashboardQuery, trading_day: TradingDay, now: int
) -> tuple[Candles, ChartSource]:
    timeframe = Timeframe.parse(query.interval, field="interval")
    closed = await market.candles(query.symbol, timeframe, limit=query.lookback_bars)
    if not query.include_current_bar:
        as_of = last_close(closed, trading_day)
        return closed, await _source(market, query.symbol, as_of, now, includes_current_bar=False)
    candles = await market.candles(query.symbol, timeframe, limit=query.lookback_bars, include_current=True)
    is_open = bool(candles.time[-1] > closed.time[-1])
    as_of = last_close(candles, trading_day)
    return candles, await _source(
        market, query.symbol, min(as_of, now) if is_open else as_of, now, includes_current_bar=is_open
    )


async def _source(market: MarketData, symbol: str, as_of: int, now: int, *, includes_current_bar: bool) -> ChartSource:
    day, week = [await _last_bar(market, symbol, timeframe) for timeframe in (Timeframe.D1, Timeframe.W1)]
    return ChartSource(market.name, as_of, now, includes_current_bar=includes_current_bar, day=day, week=week)


async def _last_bar(market: MarketData, symbol: str, timeframe: Timeframe) -> Candles | None:
    try:
        return await market.candles(symbol, timeframe, limit=1)
    except NoCandles:
        return None
