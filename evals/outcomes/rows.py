"""Outcomes as JSONL: a header line, then one line an order, for calibration to fit on.

The header is ``{"format": "ict-outcomes/1", "source": {…}, "settings": {…}}`` of the walk's report, whose
``settings.calendar`` says what decisions knew of news: ``none``, or the calendar file's digest. The ``strength`` of a
line is the decision's graded strength, which a calibration tells as a frequency.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import orjson

from evals.outcomes.deciding import Variant
from evals.outcomes.report import Walked, heading
from evals.outcomes.trading import Trade
from tools.resample import bar_ends
from tools.times import iso_utc

FORMAT: Final = "ict-outcomes/1"


def outcome_lines(walked: Walked) -> str:
    """Return every order of every variant, a line each, in the order of variants and time."""
    return "".join(orjson.dumps(row).decode() + "\n" for row in _rows(walked))


def _rows(walked: Walked) -> Iterator[dict[str, Any]]:
    yield {"format": FORMAT, **heading(walked.walk)}
    ends = bar_ends(walked.walk.candles, walked.walk.instrument.trading_day).tolist()
    for variant, trades in zip(walked.walk.variants, walked.trades, strict=True):
        for trade in trades:
            yield _row(trade, variant, ends)


def _row(trade: Trade, variant: Variant, ends: list[int]) -> dict[str, Any]:
    one, offer, fate = trade.decided, trade.offer, trade.fate
    return {
        "variant": variant.name,
        "rulebook_hash": variant.rulebook().hash,
        "as_of": iso_utc(one.as_of),
        "day": date.fromordinal(trade.day).isoformat(),
        "fact_id": offer.fact_id,
        "rule": offer.rule,
        "direction": "bullish" if offer.way > 0 else "bearish",
        "strength": one.strength,
        "action": one.action,
        "entry": offer.entry,
        "stop": offer.stop,
        "invalidation": offer.invalidation,
        "target": offer.target,
        "result": fate.result,
        "reason": fate.reason,
        "r": fate.r,
        "mae_r": fate.mae_r,
        "mfe_r": fate.mfe_r,
        "filled_at": None if fate.filled is None else iso_utc(ends[fate.filled]),
        "ended_at": iso_utc(ends[fate.ended]),
    }
