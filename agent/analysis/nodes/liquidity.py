"""Liquidity: what was swept on the far side, and where price stands in its dealing range."""

import numpy as np

from agent.analysis.observation import Findings, Observation, call_of, evidence_of
from agent.analysis.reading import Reading
from rulebook.facts import Evidence, Fact
from tools.chart import Chart
from tools.dealing_range import EQUILIBRIUM
from tools.facts import NONE

NO_LEAN = "the votes lean neither way, so no direction can be asked about"


def observe(reading: Reading, findings: Findings) -> Observation:
    """Look for the last sweep against the lean, and place the last close in the dealing range."""
    candles = reading.ladder.structure
    chart = reading.chart(candles)
    lean = findings["direction"]
    facts = {**_sweep_facts(chart, lean), **_range_facts(chart, lean)}
    calls = (
        call_of("detect_liquidity_pools", candles, len(chart.liquidity_pools)),
        call_of("dealing_range_at", candles, int(chart.dealing_range is not None)),
    )
    return Observation(facts, {}, calls)


def _sweep_facts(chart: Chart, lean: int) -> dict[str, Fact]:
    if not lean:
        unknown = Fact.unknown(NO_LEAN)
        return {"liquidity.sweep_present": unknown, "liquidity.bars_since_sweep": unknown}
    pools = chart.liquidity_pools
    swept = pools.select(np.flatnonzero((pools.side == -lean) & (pools.swept_index != NONE)))
    if not len(swept):
        missing = Fact.unknown("no pool on that side has been swept in these bars")
        return {"liquidity.sweep_present": Fact(False), "liquidity.bars_since_sweep": missing}
    row = int(swept.swept_index.argmax())
    evidence = (evidence_of(swept, row, chart.candles, float(swept.price[row])),)
    since = len(chart.candles) - 1 - int(swept.swept_index[row])
    return {
        "liquidity.sweep_present": Fact(True, evidence),
        "liquidity.bars_since_sweep": Fact(since, evidence),
    }


def _range_facts(chart: Chart, lean: int) -> dict[str, Fact]:
    dealing = chart.dealing_range
    if dealing is None:
        unknown = Fact.unknown("there is no dealing range yet")
        return {"range.known": Fact(False), "range.right_half_depth": unknown}
    evidence = (Evidence(dealing.id_on(chart.candles), "dealing_range", None, dealing.equilibrium),)
    away = EQUILIBRIUM - dealing.percent(float(chart.candles.close[-1]))
    depth = Fact(lean * away, evidence) if lean else Fact.unknown(NO_LEAN)
    return {"range.known": Fact(True, evidence), "range.right_half_depth": depth}
