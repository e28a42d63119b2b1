"""What the nodes read from: the request, the rules' parameters, and each timeframe's chart, read once."""

from functools import cached_property

from agent.analysis.ladder import Ladder, build_ladder
from agent.analysis.request import AnalysisRequest
from rulebook.book import Rulebook
from tools.candles import Candles
from tools.chart import Chart, ChartParameters, read_chart
from tools.sessions import SessionStatus, session_status


class Reading:
    """One request under one rulebook; charts are read when first asked for and kept."""

    def __init__(self, request: AnalysisRequest, rulebook: Rulebook) -> None:
        """Take what is to be read; nothing is computed yet."""
        self.request = request
        self.rulebook = rulebook
        self._charts: dict[str, Chart] = {}

    @cached_property
    def ladder(self) -> Ladder:
        """The timeframes of each node."""
        return build_ladder(self.request.windows, self.request.instrument.trading_day)

    @cached_property
    def session(self) -> SessionStatus:
        """The session at `as_of`."""
        return session_status(self.request.as_of, self.request.instrument)

    @cached_property
    def _parameters(self) -> ChartParameters:
        """The definitions, with what the rulebook may relax of them."""
        return ChartParameters(
            displacement_k=self.rulebook.number("2.2", "minimum_body_atr"),
            reclaim_bars=int(self.rulebook.number("3.4", "reclaim_bars")),
        )

    @property
    def bars(self) -> int:
        """How many bars were given, over all timeframes."""
        return sum(len(candles) for candles in self.request.windows.values())

    @property
    def price(self) -> float:
        """The last close of the finest timeframe."""
        return float(self.request.base.close[-1])

    def chart(self, candles: Candles) -> Chart:
        """Read every fact of one of the ladder's timeframes."""
        if candles.timeframe not in self._charts:
            self._charts[candles.timeframe] = read_chart(candles, self.request.instrument, self._parameters)
        return self._charts[candles.timeframe]
