"""The dealing range of the structure timeframe: where price stands in it, and what was left inside it."""

import numpy as np

from agent.analysis.nodes.pools import open_gaps
from agent.analysis.observation import NO_LEAN, all_unknown, evidence_of
from agent.analysis.reading import Reached
from rulebook.facts import Evidence, Fact
from tools.chart import Chart
from tools.dealing_range import EQUILIBRIUM, DealingRange
from tools.facts import BULLISH

NO_RANGE = "there is no dealing range yet"
AGAINST = "the dealing range runs against the bias"


def range_facts(chart: Chart, lean: int, since: Reached) -> dict[str, Fact]:
    """Place the last close in the range, count the open gaps inside it, and ask whether early stops were taken.

    Args:
        chart: of the structure timeframe.
        lean: +1, -1, or 0 for neither.
        since: how far the base bars went that are newer than the chart: they may have filled a gap.
    """
    dealing = chart.dealing_range
    inside = ("range.right_half_depth", "range.internal_gaps", "liquidity.inducement_taken")
    if dealing is None:
        return {"range.known": Fact(False), **all_unknown(inside, NO_RANGE)}
    evidence = range_evidence(chart, dealing)
    known = {"range.known": Fact(True, (evidence,))}
    if not lean:
        return {**known, **all_unknown(inside, NO_LEAN)}
    away = EQUILIBRIUM - dealing.percent(float(chart.candles.close[-1]))
    return {
        **known,
        "range.right_half_depth": Fact(lean * away, (evidence,)),
        "range.internal_gaps": _gaps_inside(chart, dealing, evidence, lean, since),
        "liquidity.inducement_taken": _inducement(chart, dealing, evidence, lean),
    }


def range_evidence(chart: Chart, dealing: DealingRange) -> Evidence:
    """Point at a dealing range and its middle."""
    return Evidence(dealing.id_on(chart.candles), "dealing_range", None, dealing.equilibrium)


def _gaps_inside(chart: Chart, dealing: DealingRange, evidence: Evidence, lean: int, since: Reached) -> Fact:
    gaps = chart.fair_value_gaps
    is_inside = (gaps.bottom >= dealing.low) & (gaps.top <= dealing.high)
    rows = np.flatnonzero((gaps.direction == lean) & open_gaps(gaps, since) & is_inside).tolist()
    latest = (evidence_of(gaps, row, chart.candles, float(gaps.middle[row])) for row in rows[-1:])
    return Fact(len(rows), (evidence, *latest))


def _inducement(chart: Chart, dealing: DealingRange, evidence: Evidence, lean: int) -> Fact:
    """Ask whether price has traded through an internal swing of the leg: a low inside a leg that runs up."""
    way = dealing.direction or (1 if dealing.low_index < dealing.high_index else -1)
    if way != lean:
        return Fact.unknown(AGAINST)
    origin, end = sorted((dealing.low_index, dealing.high_index))
    swings, candles = chart.internal_swings, chart.candles
    early = np.flatnonzero((swings.side == -way) & (swings.formed_index > origin) & (swings.formed_index <= end))
    if not len(early):
        word = "low" if way == BULLISH else "high"
        return Fact.unknown(f"no internal {word} was formed inside the leg of the dealing range")
    depths = candles.low if way == BULLISH else -candles.high
    lowest_from = np.minimum.accumulate(depths[::-1])[::-1]  # a confirmed swing has bars after it
    taken = early[lowest_from[swings.formed_index[early] + 1] < way * swings.price[early]]
    rows = (taken if len(taken) else early)[-1:].tolist()
    return Fact(
        bool(len(taken)), (evidence, *(evidence_of(swings, row, candles, float(swings.price[row])) for row in rows))
    )
