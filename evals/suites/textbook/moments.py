"""Charts for rules of the clock, the calendar and the trader's record, where any price will do.

The bars rise and fall without a wick out of place; each opened while the market quoted, and the last one closed by
the moment the chart is asked about.
"""

from datetime import datetime
from typing import Any, Final

import numpy as np

from evals.cases.case import Case
from evals.suites.textbook.drawing import Bar, Pen, Polarity, chart_case, path, windows_of
from rulebook.verdict import Outcome
from tools.candles import Candles
from tools.market_hours import open_mask
from tools.timeframes import DAY, Timeframe

BARS: Final = 40
_LONGEST_CLOSURE_DAYS: Final = 5


def seconds_of(moment: str) -> int:
    """Return the epoch second of a moment, ISO-8601 with an offset."""
    return int(datetime.fromisoformat(moment).timestamp())


def plain_bars(count: int = BARS) -> list[Bar]:
    """Draw up to 80 bars of two waves."""
    return path(0, (20, 20), (-5, 20), (30, 20), (10, 20))[:count]


def bars_until(pen: Pen, until: int, frame: Timeframe = Timeframe.M15, count: int = BARS) -> Candles:
    """Write the last bars that the open market had closed by an epoch second."""
    length = frame.seconds
    reach = count * length + _LONGEST_CLOSURE_DAYS * DAY
    opens = np.arange((until - reach) // length * length, until - length + 1, length, dtype=np.int64)
    quoted = opens[open_mask(opens, pen.instrument)][-count:]
    return pen.candles_at(plain_bars(count), frame, quoted.tolist())


def moment_case(
    id: str,
    why: str,
    rule: str,
    polarity: Polarity,
    moment: str,
    pen: Pen | None = None,
    *,
    outcome: Outcome | None = None,
    fed_until: str | None = None,
    frame: Timeframe = Timeframe.M15,
    definition: str = "Sessions",
    tags: dict[str, str] | None = None,
    **chart: Any,
) -> Case:
    """Make a case of a moment.

    Args:
        id: unique in the suite.
        why: one sentence that argues from the rule.
        rule: the rule it is drawn for.
        polarity: whether what the rule asks for is there.
        moment: when the chart is asked about, ISO-8601 with an offset.
        pen: whose market, EURUSD unless said.
        outcome: what the rule comes to, where ``pass`` of a positive and ``fail`` of a negative is not it.
        fed_until: when the candles end; with the moment unless said.
        frame: how long they are.
        definition: what of ICT.md it is held against.
        tags: further tags.
        chart: fields of `Chart` that differ.
    """
    pen = pen or Pen()
    candles = bars_until(pen, seconds_of(fed_until or moment), frame)
    return chart_case(
        id, why, rule, polarity, windows_of(candles), pen, definition=definition, outcome=outcome, tags=tags,
        as_of=seconds_of(moment), **chart,
    )  # fmt: skip
