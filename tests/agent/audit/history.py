"""A short history of real decisions: the walk, the shipped rules, the simulated market."""

from typing import Final

from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import walk
from agent.store.pool import Database
from rulebook.loader import load_rulebook
from tests.agent.audit.recorded import ME, open_worker
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe

NOW: Final = 1_709_913_600  # Friday 2024-03-08 16:00 UTC
STEP_S: Final = 5 * 3600
FRAMES: Final = (Timeframe.M15, Timeframe.H1, Timeframe.H4)
SYMBOLS: Final = ("EURUSD", "GBPUSD")


async def demo_request(symbol: str, as_of: int) -> AnalysisRequest:
    """Take what the simulated market shows at a moment."""
    market = DemoMarketData(seed=7, clock=lambda: NOW)
    windows = {frame: await market.candles(symbol, frame, limit=200, until=as_of) for frame in FRAMES}
    return AnalysisRequest(
        symbol, instrument(symbol), windows, account_balance=10_000.0, risk_pct=1.0, as_of=as_of
    ).check()


async def record_history(database: Database, decisions: int, *, owner_id: str = ME) -> None:
    """Record decisions under the strict rules, each a few hours after the one before."""
    rulebook = load_rulebook("strict")
    runs = await open_worker(database, walk, rulebook)
    for number in range(decisions):
        request = await demo_request(SYMBOLS[number % len(SYMBOLS)], NOW - (decisions - number) * STEP_S)
        run = await runs.analyze(request, owner_id=owner_id)
        assert run.status == "completed", run.error
    await runs.close(grace_s=0.0)
