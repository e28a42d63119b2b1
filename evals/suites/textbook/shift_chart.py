"""One 15m chart drawn with care and varied bar by bar: a low is swept, price leaves with displacement, a gap is left.

Upright, in ticks: a fall from 131 makes the external low 101 (bar 18); after a lower high of 109 (bar 27) bar 31 sweeps
101 down to 99 and closes at 102; bar 32 runs from 102 to 113, through 109; bar 33 holds above 107 and so leaves the gap
104 to 107. Bars 34 to 36 hover above it. The charts above it are drawn to agree: every trend up, price in discount.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, chart_case, path, trending, windows_of
from evals.suites.textbook.marks import NOTHING, Marks, told
from rulebook.verdict import Outcome
from tools.candles import Candles
from tools.timeframes import Timeframe

HIGH_BAR, LOW_BAR, LOWER_HIGH = 5, 18, 27
"""The external high that is drawn to, the external low that is swept, the internal high that breaks."""
SWEEP, DISPLACED, GAP = 31, 32, 33
"""The bars that sweep, displace and confirm the gap."""
FALL: Final[tuple[Bar, ...]] = tuple(
    path(112, (130, 6), (116, 4), (122, 3), (102, 6), (112, 4), (105, 3), (108, 2), (103, 3))
)
_SHIFT: Final[tuple[Bar, ...]] = ((103, 104, 99, 102), (102, 114, 102, 113), (113, 117, 107, 116))
_HOVER: Final[tuple[Bar, ...]] = ((116, 118, 112, 113), (113, 116, 111, 115), (115, 117, 112, 114))
SHIFT: Final[tuple[Bar, ...]] = (*FALL, *_SHIFT, *_HOVER)
"""The chart itself, 37 bars, of which the last closes nine and a quarter hours after the first opened."""


def redrawn(changes: Mapping[int, Bar], more: Sequence[Bar] = (), bars: Sequence[Bar] = SHIFT) -> list[Bar]:
    """Return bars with some drawn anew and some after them."""
    return [*(changes.get(index, bar) for index, bar in enumerate(bars)), *more]


def enlarged(bars: Sequence[Bar], times: int) -> list[Bar]:
    """Return bars with every price as many times as high, to place an edge more finely."""
    return [(o * times, high * times, low * times, c * times) for o, high, low, c in bars]


def ladder(pen: Pen, base: Candles, opened: int, size: int = 60) -> dict[Timeframe, Candles]:
    """Put the higher timeframes of a bullish bias above a chart: three external uptrends, on 1h a retracement.

    Args:
        pen: whose market it is.
        base: the chart, beginning on a full hour.
        opened: the price it opened at, in ticks; a quarter up the 1h dealing range.
        size: half the height of that range, in ticks.
    """
    hourly = trending(opened, size)
    four_hourly = trending(hourly[0][0], 2 * size)
    daily = trending(four_hourly[0][0], 4 * size)
    h1 = pen.before(base, hourly, Timeframe.H1)
    h4 = pen.before(h1, four_hourly, Timeframe.H4)
    return windows_of(base, h1, h4, pen.before(h4, daily, Timeframe.D1))


def walked(
    id: str,
    rule: str,
    polarity: Polarity,
    why: str,
    bars: Sequence[Bar],
    start: str,
    pen: Pen,
    definition: str,
    *,
    marks: Marks = NOTHING,
    outcome: Outcome | None = None,
    size: int = 60,
    frame: Timeframe = Timeframe.M15,
    tags: Mapping[str, str] | None = None,
    **chart: Any,
) -> Case:
    """Draw a chart with the ladder of a bias that agrees with it, as a case; see `chart_case`.

    Args:
        id: unique in the suite.
        rule: the rule it is drawn for.
        polarity: whether what the rule asks for is there.
        why: the sentence, as `told` reads it.
        bars: of the finest timeframe, upright.
        start: at which New York time the first opens, ``YYYY-MM-DD HH:00`` in daylight saving time.
        pen: whose market it is.
        definition: of ICT.md.
        marks: what else is true of the finest timeframe.
        outcome: as `chart_case`.
        size: as `ladder`.
        frame: the finest timeframe.
        tags: as `chart_case`.
        chart: as `chart_case`.
    """
    base = pen.candles(bars, frame, f"{datetime.fromisoformat(start).isoformat()}-04:00")
    return chart_case(
        id,
        told(pen, base, why),
        rule,
        polarity,
        ladder(pen, base, bars[0][0], size),
        pen,
        definition=definition,
        outcome=outcome,
        said=marks.said(pen, base, bars, walk=True),
        tags=tags,
        **chart,
    )
