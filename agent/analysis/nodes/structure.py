"""Structure: whether the trading timeframe agrees, was displaced, and has shifted."""

import numpy as np

from agent.analysis.nodes.liquidity import NO_LEAN
from agent.analysis.observation import Findings, Observation, call_of, evidence_of
from agent.analysis.reading import Reading
from rulebook.facts import Evidence, Fact
from tools.chart import Chart
from tools.displacement import candle_strength
from tools.facts import DIRECTIONS
from tools.times import iso_utc

DISPLACEMENT_RULE = "2.2"
LARGEST_BODY_ATR = 100.0  # after bars that did not move at all a body is any multiple of their range


def observe(reading: Reading, findings: Findings) -> Observation:
    """Read the internal trend, the strongest displacement of the lookback, and the last market structure shift."""
    candles = reading.ladder.structure
    chart = reading.chart(candles)
    lean = findings["direction"]
    lookback = int(reading.rulebook.number(DISPLACEMENT_RULE, "lookback_bars"))
    facts = {
        "structure.aligned": _alignment(chart, lean),
        "structure.displacement_atr": _displacement(chart, lean, lookback),
        **_shift_facts(chart, lean),
    }
    calls = (
        call_of("detect_structure_breaks", candles, len(chart.internal_breaks)),
        call_of("detect_displacements", candles, len(chart.displacements)),
        call_of("detect_market_structure_shifts", candles, len(chart.market_structure_shifts)),
    )
    trend = DIRECTIONS.get(chart.internal_breaks.trend())
    return Observation(facts, {"ltf": {"timeframe": candles.timeframe.value, "trend": trend}}, calls)


def _alignment(chart: Chart, lean: int) -> Fact:
    breaks = chart.internal_breaks
    if not lean:
        return Fact.unknown(NO_LEAN)
    if not len(breaks):
        return Fact.unknown(f"{chart.candles.timeframe} has broken no swing yet")
    last = len(breaks) - 1
    return Fact(breaks.trend() == lean, (evidence_of(breaks, last, chart.candles, float(breaks.price[last])),))


def _displacement(chart: Chart, lean: int, lookback: int) -> Fact:
    if not lean:
        return Fact.unknown(NO_LEAN)
    candles = chart.candles
    direction, body_atr = candle_strength(candles, atr=chart.atr)
    first = max(len(candles) - lookback, 0)
    bodies = np.where(direction[first:] == lean, body_atr[first:], np.nan)
    if np.isnan(body_atr[first:]).all():
        return Fact.unknown("the average true range is not defined before 14 bars")
    if np.isnan(bodies).all():
        return Fact(0.0)
    bar = first + int(np.nanargmax(bodies))
    at = iso_utc(int(candles.time[bar]))
    name = ":".join(("candle", candles.timeframe, at))
    return Fact(
        min(float(bodies[bar - first]), LARGEST_BODY_ATR), (Evidence(name, "candle", at, float(candles.close[bar])),)
    )


def _shift_facts(chart: Chart, lean: int) -> dict[str, Fact]:
    if not lean:
        unknown = Fact.unknown(NO_LEAN)
        return {"structure.mss_present": unknown, "structure.bars_since_mss": unknown}
    shifts = chart.market_structure_shifts
    rows = np.flatnonzero(shifts.direction == lean)
    if not len(rows):
        missing = Fact.unknown("structure has not shifted that way in these bars")
        return {"structure.mss_present": Fact(False), "structure.bars_since_mss": missing}
    row = int(rows[-1])
    evidence = (evidence_of(shifts, row, chart.candles, float(shifts.price[row])),)
    since = len(chart.candles) - 1 - int(shifts.confirmed_index[row])
    return {"structure.mss_present": Fact(True, evidence), "structure.bars_since_mss": Fact(since, evidence)}
