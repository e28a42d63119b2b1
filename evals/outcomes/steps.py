"""Where along a file decisions are taken."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from agent.analysis.windows import MINIMUM_BARS
from tools.candles import Candles
from tools.errors import InvalidParameter, TooFewCandles
from tools.instruments import Instrument
from tools.resample import bar_ends
from tools.timeframes import Timeframe
from tools.times import iso_utc

WINDOW_BARS: Final = 500
_USUAL: Final = Timeframe.M15


@dataclass(frozen=True, slots=True)
class Steps:
    """Indices of the bars at whose close is decided, ascending, and how many bars each decision looks at."""

    indices: tuple[int, ...]
    bars: int


def cut(candles: Candles, instrument: Instrument, until: int | None) -> Candles:
    """Return the bars that had closed by an epoch second; what follows is not read at all, also not for outcomes."""
    if until is None:
        return candles
    return candles[: int(np.searchsorted(bar_ends(candles, instrument.trading_day), until, side="right"))]


def steps_of(
    candles: Candles, instrument: Instrument, *, every: str | None, bars: int = WINDOW_BARS, since: int | None = None
) -> Steps:
    """Return the steps of a file.

    Args:
        candles: what is walked, shape (n,).
        instrument: where its days begin.
        every: a number of bars, or a timeframe: then at the first close at or after each of its boundaries on the UTC
            clock. None decides at every bar of 15m and coarser, and every 15 minutes of finer ones.
        bars: how many bars a decision looks at; the first is taken once that many have closed.
        since: epoch second before which none is taken.

    Raises:
        InvalidParameter: `every` is neither, or finer than the bars; or `bars` is fewer than an analysis needs.
        TooFewCandles: no step is left that has a bar after it.
    """
    if bars < MINIMUM_BARS:
        raise InvalidParameter(f"--bars is {bars}", field="--bars", expected=f"at least {MINIMUM_BARS}", got=str(bars))
    ends = bar_ends(candles, instrument.trading_day)
    eligible = np.arange(bars - 1, max(len(candles) - 1, bars - 1))
    if since is not None:
        eligible = eligible[ends[eligible] >= since]
    said = every if every is not None else _usual(candles.timeframe)
    if said.isdigit():
        if int(said) < 1:
            raise _bad_every(said, candles.timeframe)
        chosen = eligible[:: int(said)]
    else:
        frame = Timeframe.parse(said, field="--every")
        if frame.seconds < candles.timeframe.seconds:
            raise _bad_every(said, candles.timeframe)
        slots = ends // frame.seconds
        chosen = eligible[slots[eligible] != slots[eligible - 1]]
    if not len(chosen):
        begins = "" if since is None else f" from {iso_utc(since)} on"
        raise TooFewCandles(
            f"{len(candles)} bars leave no decision on {bars} of them{begins} with a bar after it",
            field="--bars", expected=f"more than {bars} bars", got=str(len(candles)),
        )  # fmt: skip
    return Steps(tuple(chosen.tolist()), bars)


def moments_of(steps: Steps, candles: Candles, instrument: Instrument) -> list[int]:
    """Return the epoch second of each step's decision: when its bar closes."""
    moments: list[int] = bar_ends(candles, instrument.trading_day)[list(steps.indices)].tolist()
    return moments


def _usual(timeframe: Timeframe) -> str:
    return _USUAL.value if timeframe.seconds < _USUAL.seconds else "1"


def _bad_every(said: str, timeframe: Timeframe) -> InvalidParameter:
    return InvalidParameter(
        f"--every {said} is no step over {timeframe} bars", field="--every",
        expected=f"a number of bars from 1 on, or a timeframe from {timeframe} on", got=said,
    )  # fmt: skip
