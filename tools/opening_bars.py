"""Opening bars: the bars whose opens show the price at given moments, such as midnight in New York."""

import numpy as np

from tools.candles import Candles
from tools.facts import IntArray


def opening_bars(candles: Candles, moments: IntArray) -> IntArray:
    """Return for each moment the bar whose open is the price at that moment.

    It is the bar that opens then; else the first one afterwards, where a bar that had closed by then shows that the
    market rested over the moment. Bars that begin only after the moment do not know what it opened at, and one that was
    open across it hides that. Source: ICT opening prices (true day open 00:00, 08:30, 09:30).

    Args:
        candles: bars, shape (n,).
        moments: epoch seconds, shape (k,).

    Returns:
        Bar indices, int64, shape (k,); n where no bar shows the price.
    """
    count = len(candles)
    bar = np.searchsorted(candles.time, moments)
    is_known = bar < count
    is_known[is_known] = candles.time[bar[is_known]] == moments[is_known]
    has_before = bar > 0
    is_known[has_before] |= candles.end[bar[has_before] - 1] <= moments[has_before]
    return np.where(is_known, bar, count)
