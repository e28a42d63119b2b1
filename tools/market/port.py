"""The market data port: where candles come from. Its adapters are the only I/O in `tools`."""

from dataclasses import dataclass
from typing import Protocol

from tools.candles import Candles
from tools.instruments import Instrument
from tools.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a source really answered when asked: whether it can give candles, and how long the asking took."""

    name: str
    ok: bool
    detail: str
    latency_ms: float


class MarketData(Protocol):
    """A source of candles; safe to share between tasks of one event loop."""

    name: str

    async def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        limit: int,
        until: int | None = None,
        include_current: bool = False,
    ) -> Candles:
        """Return the newest bars that had closed by a moment.

        Args:
            symbol: any usual spelling.
            timeframe: of the bars; built out of finer ones where the source has none of it.
            limit: at most so many bars, at least 1.
            until: epoch second by which each bar has closed; None is now, or the end of a recorded source.
            include_current: append the bar under way at `until`, made of the finer bars closed by then.
                Nothing after `until` is in it; a source that has no finer bars to make it of leaves it out.

        Returns:
            1 to `limit` bars, ascending.

        Raises:
            UnknownSymbol: the source has no such market.
            NoCandles: it has the market, and no bar of this timeframe closed by `until`.
            InvalidParameter: `limit` is below 1.
            InvalidCandles: what the source holds is not valid.
            SourceUnavailable: it did not answer.
        """

    async def instrument(self, symbol: str) -> Instrument:
        """Return what one step and one contract of a market are worth.

        Raises:
            UnknownSymbol: no instrument is known under that symbol.
        """

    async def symbols(self) -> tuple[str, ...]:
        """Return the canonical symbols the source has, ascending.

        Raises:
            SourceUnavailable: it did not answer.
        """

    async def health(self) -> SourceHealth:
        """Ask the source for a sign of life; a dead one is an answer, never an error."""
