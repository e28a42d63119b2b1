"""Requests over the demo market: the same bars on every machine."""

import asyncio
from functools import cache
from typing import Any, Final

from agent.analysis.observation import Gathered
from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import WalkEvent, walk
from rulebook.book import Rulebook
from rulebook.loader import load_rulebook
from tools.candles import Candles
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe

NOW: Final = 1_790_000_000
DEMO: Final = DemoMarketData(7, clock=lambda: NOW)


def demo_candles(symbol: str, timeframe: Timeframe, *, until: int, bars: int = 500) -> Candles:
    """Return demo bars closed by `until`."""
    return asyncio.run(DEMO.candles(symbol, timeframe, limit=bars, until=until))


def request_of(candles: Candles, symbol: str = "EURUSD", **changes: Any) -> AnalysisRequest:
    """Return a request over one timeframe with an ordinary account."""
    values: dict[str, Any] = {
        "symbol": symbol,
        "instrument": instrument(symbol),
        "windows": {candles.timeframe: candles},
        "account_balance": 10_000.0,
        "risk_pct": 1.0,
        "as_of": int(candles.end[-1]),
    }
    return AnalysisRequest(**(values | changes))


def walked(request: AnalysisRequest, rulebook: Rulebook) -> list[WalkEvent]:
    """Return every event of a walk."""

    async def collect() -> list[WalkEvent]:
        return [event async for event in walk(request, rulebook)]

    return asyncio.run(collect())


@cache
def rules(profile: str = "relaxed") -> Rulebook:
    """Return a profile's rulebook, loaded once."""
    return load_rulebook(profile)


def reading_of(candles: Candles, symbol: str = "EURUSD", profile: str = "relaxed", **changes: Any) -> Reading:
    """Return a reading of one timeframe."""
    return Reading(request_of(candles, symbol, **changes).check(), rules(profile))


def leaning(lean: int, **findings: Any) -> Gathered:
    """Return what a bias node that leans so would have gathered."""
    return Gathered({}, {"direction": lean, **findings})
