"""When an event or a zone becomes knowable, by its definition, as far as the bar it is drawn on tells that."""

from typing import Any

from tools.chart_parameters import ChartParameters


def knowable_after(parameters: ChartParameters) -> dict[str, Any]:
    """Return for each kind how many bars after the one it is drawn on it becomes knowable; kinds left out: that bar.

    A swing needs its bars to the right, and so does what rests on one; a gap needs its third candle; a run all bars in
    which a close could still come back. A sweep is known at that close: ``reclaim`` tells within how many bars.
    ``extremes`` are the kinds whose price is their bar's low, or high where they are bearish.
    """
    inner, outer = parameters.internal_bars, parameters.external_bars
    return {
        "bars": {
            "internal_swing": inner,
            "external_swing": outer,
            "equal_highs": inner,
            "equal_lows": inner,
            "smt": inner,
            "rejection_block": inner,
            "fair_value_gap": 1,
            "balanced_range": 1,
            "run": parameters.reclaim_bars - 1,
        },
        "reclaim": parameters.reclaim_bars,
        "extremes": ["internal_swing", "external_swing"],
    }
