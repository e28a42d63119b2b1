"""What the nodes read from: the request, the rules' parameters, and each timeframe's chart, read once."""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from agent.analysis.ladder import Ladder, build_ladder
from agent.analysis.request import AnalysisRequest
from rulebook.book import Rulebook
from tools.candles import Candles
from tools.chart import Chart, ChartParameters, read_chart
from tools.facts import BoolArray, DirectionArray, FloatArray
from tools.instruments import Instrument
from tools.resample import last_close
from tools.sessions import SessionStatus, session_status
from tools.timeframes import Timeframe


class SharedCharts:
    """The ladder and the charts of one request's windows, for every walk over them.

    Walks that differ only in their rules, account or calendar read the same charts, unless their rules ask for other
    definitions. Not for threads that run at once.
    """

    def __init__(self, request: AnalysisRequest) -> None:
        """Take the windows; nothing is read yet."""
        self._windows = request.windows
        self._instrument: Instrument = request.instrument
        self._charts: dict[tuple[Timeframe, ChartParameters], Chart] = {}

    def is_of(self, request: AnalysisRequest) -> bool:
        """Tell whether a request is over the same windows of the same instrument."""
        same = request.windows is self._windows or request.windows == self._windows
        return same and request.instrument == self._instrument

    @cached_property
    def ladder(self) -> Ladder:
        """The timeframes of each node."""
        return build_ladder(self._windows, self._instrument.trading_day)

    def chart(self, candles: Candles, parameters: ChartParameters) -> Chart:
        """Read one of the ladder's timeframes, once for the same parameters."""
        key = (candles.timeframe, parameters)
        if key not in self._charts:
            self._charts[key] = read_chart(candles, self._instrument, parameters)
        return self._charts[key]


class Reached(NamedTuple):
    """The lowest and the highest price of some bars, infinite the other way round where there are none."""

    low: float
    high: float

    def back_to(self, direction: DirectionArray, price: FloatArray) -> BoolArray:
        """Tell for each row whether price came back to it: from above to a bullish one's, from below to the other's."""
        came: BoolArray = np.where(direction > 0, self.low <= price, self.high >= price)
        return came


class Reading:
    """One request under one rulebook; charts are read when first asked for and kept."""

    def __init__(self, request: AnalysisRequest, rulebook: Rulebook, charts: SharedCharts | None = None) -> None:
        """Take what is to be read; nothing is computed yet.

        Args:
            request: checked inputs.
            rulebook: the rules, whose parameters choose definitions.
            charts: those of an earlier reading of the same windows; None, or those of others, begins anew.
        """
        self.request = request
        self.rulebook = rulebook
        self._shared = SharedCharts(request) if charts is None or not charts.is_of(request) else charts

    @cached_property
    def ladder(self) -> Ladder:
        """The timeframes of each node."""
        return self._shared.ladder

    @cached_property
    def session(self) -> SessionStatus:
        """The session at `as_of`."""
        return self.session_at(self.request.as_of)

    def session_at(self, at: int) -> SessionStatus:
        """Return the session at an epoch second, by the rulebook's own kill zones where it has some."""
        own = self.rulebook.kill_zones
        windows = None if own is None else tuple(one.window() for one in own)
        return session_status(at, self.request.instrument, windows)

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

    @cached_property
    def structure(self) -> Chart:
        """The chart of the structure timeframe."""
        return self.chart(self.ladder.structure)

    @cached_property
    def entry(self) -> Chart:
        """The chart of the entry timeframe."""
        return self.chart(self.ladder.entry)

    def chart(self, candles: Candles) -> Chart:
        """Read every fact of one of the ladder's timeframes."""
        return self._shared.chart(candles, self._parameters)

    def reached_since(self, candles: Candles) -> Reached:
        """Return how far the base bars went that these know nothing of; see `bars_since`."""
        newer = self.bars_since(candles)
        return Reached(float(newer.low.min(initial=np.inf)), float(newer.high.max(initial=-np.inf)))

    def bars_since(self, candles: Candles) -> Candles:
        """Return the base bars that opened since the last of these closed, of which a chart of them knows nothing."""
        base = self.request.base
        return base[int(base.time.searchsorted(last_close(candles, self.request.instrument.trading_day))) :]
