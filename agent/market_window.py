"""The newest candles of a market, as one analysis takes them: of one timeframe, and of those above it."""

from dataclasses import dataclass
from typing import Final

from agent.analysis.request import AnalysisRequest, default_as_of
from tools.candles import Candles
from tools.instruments import Instrument
from tools.market.port import MarketData
from tools.resample import last_close
from tools.timeframes import Timeframe

DEFAULT_BARS: Final = 500
DEFAULT_TIMEFRAME: Final = Timeframe.M15
SIMULATED: Final = "demo"
ABOVE: Final = (Timeframe.H1, Timeframe.H4, Timeframe.D1)
TRIAL_BALANCE: Final = 10_000.0
"""The balance to try things out with, where none is given and no account is set."""


@dataclass(frozen=True, slots=True)
class MarketWindow:
    """Candles of one market and where they came from; `simulated` where they are made up."""

    instrument: Instrument
    candles: dict[Timeframe, Candles]
    origin: str
    simulated: bool = False

    def request(self, *, profile: str | None, account_balance: float | None) -> AnalysisRequest:
        """Return the request to analyse it as of its last close; what is left open is filled in by `Preparation`.

        Raises:
            TooFewCandles: there are fewer bars than an analysis needs.
            InvalidCandles: two timeframes contradict each other.
        """
        return AnalysisRequest(
            symbol=self.instrument.symbol,
            instrument=self.instrument,
            windows=self.candles,
            account_balance=account_balance,
            risk_pct=None,
            as_of=default_as_of(self.candles, self.instrument.trading_day),
            profile=profile,
            simulated=self.simulated,
        ).check()


async def window_of_symbol(
    market: MarketData,
    symbol: str,
    timeframe: Timeframe,
    *,
    bars: int,
    until: int | None,
    above: tuple[Timeframe, ...] = ABOVE,
) -> MarketWindow:
    """Take the newest bars of a symbol: of one timeframe, and as many of those `above` it.

    Args:
        market: where candles come from.
        symbol: any usual spelling.
        timeframe: the finest.
        bars: the most of each timeframe.
        until: epoch second by which each bar has closed; None is the source's newest.
        above: which others, where they are longer.

    Raises:
        DataError: the source has no such market or no bars, or did not answer.
    """
    known = await market.instrument(symbol)
    finest = await market.candles(symbol, timeframe, limit=bars, until=until)
    end = last_close(finest, known.trading_day)
    windows = {timeframe: finest}
    for higher in above:
        if higher.seconds > timeframe.seconds:
            windows[higher] = await market.candles(symbol, higher, limit=bars, until=end)
    simulated = market.name == SIMULATED
    origin = "SIMULATED market data (demo)" if simulated else f"market data: {market.name}"
    return MarketWindow(known, windows, origin, simulated)
