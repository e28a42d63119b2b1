"""What can be said of a chart to slice scores by, whoever is put to the test."""

from typing import Final

import numpy as np

from evals.cases.case import Chart
from tools.displacement import ATR_BARS
from tools.sessions import session_status

_CALM, _LIVELY = 0.75, 1.33
"""The last ATR in multiples of the chart's median, below and above which a chart is called calm and lively."""
_NO_RANGE: Final = 1e-12


def slices_of(chart: Chart) -> dict[str, str]:
    """Return a chart's symbol, finest timeframe, kill zone at its end, and volatility where it has bars enough."""
    zone = session_status(chart.as_of, chart.instrument).kill_zone
    found = {"symbol": chart.instrument.symbol, "timeframe": chart.base.timeframe.value, "session": zone or "none"}
    if len(chart.base) > ATR_BARS:
        base = chart.base
        true_range = np.maximum(base.high[1:], base.close[:-1]) - np.minimum(base.low[1:], base.close[:-1])
        ratio = float(true_range[-ATR_BARS:].mean() / max(float(np.median(true_range)), _NO_RANGE))
        found["volatility"] = "calm" if ratio < _CALM else "lively" if ratio > _LIVELY else "usual"
    return found
