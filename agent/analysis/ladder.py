"""Which timeframe is read for what: bias above, structure in the middle, entry below."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.candles import Candles
from tools.resample import resample
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

_BIAS_RUNGS: Final = (Timeframe.H1, Timeframe.H4, Timeframe.D1, Timeframe.W1, Timeframe.MO1)
_BIAS_COUNT: Final = 3


@dataclass(frozen=True, slots=True)
class Ladder:
    """The candles each node reads.

    Attributes:
        bias: one to three timeframes, lowest first: 1h, 4h and 1D above a 15m structure.
        structure: 15m, or the caller's finest where that is coarser.
        entry: 5m where the caller gave 5m or finer, else the finest given.
        resampled: the timeframes that were built from lower ones.
    """

    bias: tuple[Candles, ...]
    structure: Candles
    entry: Candles
    resampled: tuple[Timeframe, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the timeframes used, highest bias timeframe first, and which of them were resampled."""
        return {
            "bias": [candles.timeframe.value for candles in reversed(self.bias)],
            "structure": self.structure.timeframe.value,
            "entry": self.entry.timeframe.value,
            "resampled": [timeframe.value for timeframe in self.resampled],
        }


def build_ladder(windows: Mapping[Timeframe, Candles], trading_day: TradingDay) -> Ladder:
    """Choose the timeframes, building from the coarsest given below each one that is missing.

    Args:
        windows: closed candles by timeframe, at least one.
        trading_day: where days begin, for 4h and longer.
    """
    rungs = _Rungs(windows, trading_day)
    finest = min(windows, key=lambda timeframe: timeframe.seconds)
    structure, entry = (rungs.at(wanted, otherwise=windows[finest]) for wanted in (Timeframe.M15, Timeframe.M5))
    above = [rung for rung in _BIAS_RUNGS if rung.seconds > structure.timeframe.seconds][:_BIAS_COUNT]
    nothing = structure[:0]
    bias = tuple(candles for rung in above if (candles := rungs.at(rung, otherwise=nothing)) is not nothing)
    bias = bias or (structure,)
    used = {candles.timeframe for candles in (*bias, structure, entry)}
    resampled = sorted(used - windows.keys(), key=lambda timeframe: timeframe.seconds)
    return Ladder(bias, structure, entry, tuple(resampled))


@dataclass(frozen=True, slots=True)
class _Rungs:
    windows: Mapping[Timeframe, Candles]
    trading_day: TradingDay

    def at(self, wanted: Timeframe, *, otherwise: Candles) -> Candles:
        """Return the candles given or built for a timeframe; `otherwise` where nothing below it divides it."""
        if wanted in self.windows:
            return self.windows[wanted]
        below = [t for t in self.windows if t.seconds < wanted.seconds and not wanted.seconds % t.seconds]
        if not below:
            return otherwise
        return resample(self.windows[max(below, key=lambda t: t.seconds)], wanted, self.trading_day)
