"""The bars of a case, by which distances are counted: weekends and halts have none, so they do not count."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evals.cases.case import Chart
from tools.candles import Candles, FloatArray
from tools.displacement import average_true_range
from tools.errors import InvalidParameter
from tools.timeframes import Timeframe


@dataclass(frozen=True)
class Bars:
    """The bars of one timeframe.

    Attributes:
        tick: the smallest price step, in the quote currency.
    """

    candles: Candles
    tick: float

    def index(self, time: int) -> int | None:
        """Return which bar opened at an epoch second, UTC; None where none did."""
        return self._places.get(time)

    def labelled_index(self, time: int, field: str) -> int:
        """Return which bar a label speaks of.

        Raises:
            InvalidParameter: the case has no such bar.
        """
        at = self.index(time)
        if at is None:
            raise InvalidParameter(
                f"a label's {field} {time} is no bar of {self.candles.timeframe}",
                field=field,
                expected=f"the opening second of one of the {len(self.candles)} bars of {self.candles.timeframe}",
                got=str(time),
            )
        return at

    def ticks(self, distance: float) -> float:
        """Return a price distance in ticks, free of the noise of binary fractions."""
        return round(distance / self.tick, 6)

    def atrs(self, distance: float, at: int) -> float | None:
        """Return a price distance in multiples of the ATR(14) of one bar; None where that is unknown or zero."""
        if not 0 <= at < len(self._ranges) or not self._ranges[at] > 0:
            return None
        return round(distance / float(self._ranges[at]), 6)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {time: place for place, time in enumerate(self.candles.time.tolist())}

    @cached_property
    def _ranges(self) -> FloatArray:
        return average_true_range(self.candles)


def bars_of(chart: Chart) -> Mapping[Timeframe, Bars]:
    """Return a chart's bars by timeframe."""
    return {frame: Bars(candles, chart.instrument.tick_size) for frame, candles in chart.windows.items()}


def bars_on(bars: Mapping[Timeframe, Bars], timeframe: Timeframe) -> Bars:
    """Return the bars a label is counted by.

    Raises:
        InvalidParameter: the case has no candles of that timeframe.
    """
    if timeframe not in bars:
        held = ", ".join(sorted(bars))
        raise InvalidParameter(
            f"a label speaks of {timeframe}, and the case has {held}",
            field="timeframe",
            expected=f"one of {held}",
            got=timeframe.value,
        )
    return bars[timeframe]
