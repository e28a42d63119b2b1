"""Structure: whether the structure timeframe agrees, was displaced, has shifted, and how price is delivered."""

import numpy as np

from agent.analysis.nodes.delivery import delivery_facts
from agent.analysis.observation import (
    NO_LEAN,
    Gathered,
    Observation,
    all_unknown,
    call_of,
    candle_evidence,
    evidence_of,
)
from agent.analysis.reading import Reading
from rulebook.facts import Fact
from tools.chart import Chart
from tools.displacement import candle_strength
from tools.facts import DIRECTIONS
from tools.structure import StructureBreaks

DISPLACEMENT_RULE = "2.2"
EXPANSION_RULE = "4.1"
LARGEST_BODY_ATR = 100.0  # after bars that did not move at all a body is any multiple of their range


def observe(reading: Reading, before: Gathered) -> Observation:
    """Read both trends, the last break and shift with the lean, displacement, and the delivery of the day."""
    chart, lean, rulebook = reading.structure, before.lean, reading.rulebook
    candles = chart.candles
    facts = {
        "structure.aligned": _alignment(chart, chart.internal_breaks, lean),
        "structure.external_aligned": _alignment(chart, chart.external_breaks, lean),
        "structure.displacement_atr": _displacement(
            chart, lean, int(rulebook.number(DISPLACEMENT_RULE, "lookback_bars"))
        ),
        "structure.break_close_atr": _break_close(chart, lean),
        **_shift_facts(chart, lean),
        **delivery_facts(chart, lean, int(rulebook.number(EXPANSION_RULE, "lookback_bars"))),
    }
    calls = (
        call_of("detect_structure_breaks", candles, len(chart.internal_breaks) + len(chart.external_breaks)),
        call_of("detect_displacements", candles, len(chart.displacements)),
        call_of("detect_market_structure_shifts", candles, len(chart.market_structure_shifts)),
        call_of("power_of_three_at", candles, int(chart.power_of_three.stage != "unknown")),
    )
    trend = DIRECTIONS.get(chart.internal_breaks.trend())
    return Observation(facts, {"ltf": {"timeframe": candles.timeframe.value, "trend": trend}}, calls)


def _alignment(chart: Chart, breaks: StructureBreaks, lean: int) -> Fact:
    if not lean:
        return Fact.unknown(NO_LEAN)
    if not len(breaks):
        return Fact.unknown(f"{chart.candles.timeframe} has broken no {breaks.scope} swing yet")
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
    body = min(float(bodies[bar - first]), LARGEST_BODY_ATR)
    return Fact(body, (candle_evidence(candles, bar, float(candles.close[bar])),))


def _break_close(chart: Chart, lean: int) -> Fact:
    """Measure how far the close that made the latest internal break with the lean lay beyond the broken swing."""
    if not lean:
        return Fact.unknown(NO_LEAN)
    breaks, candles = chart.internal_breaks, chart.candles
    rows = np.flatnonzero(breaks.direction == lean)
    if not len(rows):
        return Fact.unknown(f"{candles.timeframe} has broken no internal swing that way")
    row = int(rows[-1])
    bar = int(breaks.confirmed_index[row])
    atr = float(chart.atr[bar])
    if not atr > 0:
        return Fact.unknown("the average true range at that break is not defined, or nothing had moved")
    beyond = lean * (float(candles.close[bar]) - float(breaks.price[row])) / atr
    return Fact(beyond, (evidence_of(breaks, row, candles, float(breaks.price[row])),))


def _shift_facts(chart: Chart, lean: int) -> dict[str, Fact]:
    if not lean:
        return all_unknown(("structure.mss_present", "structure.bars_since_mss"), NO_LEAN)
    shifts = chart.market_structure_shifts
    rows = np.flatnonzero(shifts.direction == lean)
    if not len(rows):
        missing = Fact.unknown("structure has not shifted that way in these bars")
        return {"structure.mss_present": Fact(False), "structure.bars_since_mss": missing}
    row = int(rows[-1])
    evidence = (evidence_of(shifts, row, chart.candles, float(shifts.price[row])),)
    since = len(chart.candles) - 1 - int(shifts.confirmed_index[row])
    return {"structure.mss_present": Fact(True, evidence), "structure.bars_since_mss": Fact(since, evidence)}
