"""One drawing on which a setup stands: a sweep, a shift of structure and the gap it left, drawn bullish.

Fifteen-minute bars from 19:00 New York on. Asia rises to its high and falls, London bounces to a lower high, makes a
low and a bounce; 06:30 sweeps that low, 07:00 displaces through the bounce and leaves a gap, known at 07:30. The limit
waits in the gap, the stop lies beyond the sweep; what rests above are the London high and the Asia high.
"""

from typing import Final

from evals.suites.textbook.drawing import Bar, Pen, path, trending, windows_of
from tools.candles import Candles
from tools.timeframes import Timeframe

START: Final = "2024-05-14T19:00-04:00"
"""A Tuesday evening; the last close is 08:30 on Wednesday 15 May 2024."""
ENTRY, INVALIDATION = 80, 56
"""The gap's near edge and the swept extreme, in ticks of the drawing."""
LONDON_HIGH, ASIA_HIGH = 108, 133
"""What rests above, where a chart does not say otherwise."""
AFTERWARDS: Final[tuple[Bar, ...]] = ((88, 90, 86, 89), (89, 91, 86, 87), (87, 90, 85, 88), (88, 91, 86, 89))
"""What follows the gap: four bars that wait above it."""
_HOURLY_LEG: Final = 120


def setup_bars(*, near: int = LONDON_HIGH, far: int = ASIA_HIGH, afterwards: tuple[Bar, ...] = AFTERWARDS) -> list[Bar]:
    """Draw the night and the morning in 50 bars and what followed, at most 80.

    Args:
        near: the London high; above the bounce.
        far: the Asia high; above the London high.
        afterwards: bars after the one that confirms the gap at 07:30.
    """
    return [
        *path(100, (far - 1, 9), (80, 14), (near - 1, 8), (62, 6), (75, 4), (64, 5)),
        (64, 67, INVALIDATION, 65),  # 06:30 takes the London low and closes back above it
        (65, 70, 64, 68),
        (68, 86, 66, 85),
        (85, 89, ENTRY, 88),
        *afterwards,
    ]


def setup_windows(pen: Pen, bars: list[Bar], *, start: str = START, biased: bool = True) -> dict[Timeframe, Candles]:
    """Write the bars, under an hourly uptrend that has come back to a discount unless there is to be no bias."""
    base = pen.candles(bars, Timeframe.M15, start)
    if not biased:
        return windows_of(base)
    return windows_of(base, pen.before(base, trending(100, _HOURLY_LEG), Timeframe.H1))
