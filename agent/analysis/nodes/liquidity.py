"""Liquidity: what was swept on the far side, what still rests ahead, and where price stands in its dealing range."""

import numpy as np

from agent.analysis.nodes.dealing_range import range_facts
from agent.analysis.nodes.pools import pool_facts
from agent.analysis.observation import NO_LEAN, Gathered, Observation, all_unknown, call_of, evidence_of
from agent.analysis.reading import Reading
from rulebook.facts import Fact
from tools.chart import Chart
from tools.facts import NONE


def observe(reading: Reading, before: Gathered) -> Observation:
    """Read the pools, the gaps and the dealing range of the structure timeframe."""
    chart, lean = reading.structure, before.lean
    since = reading.reached_since(chart.candles)
    facts = {
        **_sweep_facts(chart, lean),
        **pool_facts(chart, lean, reading.session.trading_day_start, since),
        **range_facts(chart, lean, since),
    }
    calls = (
        call_of("detect_liquidity_pools", chart.candles, len(chart.liquidity_pools)),
        call_of("detect_fair_value_gaps", chart.candles, len(chart.fair_value_gaps)),
        call_of("dealing_range_at", chart.candles, int(chart.dealing_range is not None)),
    )
    return Observation(facts, {}, calls)


def _sweep_facts(chart: Chart, lean: int) -> dict[str, Fact]:
    if not lean:
        return all_unknown(("liquidity.sweep_present", "liquidity.bars_since_sweep"), NO_LEAN)
    pools = chart.liquidity_pools
    swept = np.flatnonzero((pools.side == -lean) & (pools.swept_index != NONE))
    if not len(swept):
        missing = Fact.unknown("no pool on that side has been swept in these bars")
        return {"liquidity.sweep_present": Fact(False), "liquidity.bars_since_sweep": missing}
    row = int(swept[pools.swept_index[swept].argmax()])
    evidence = (evidence_of(pools, row, chart.candles, float(pools.price[row])),)
    since = len(chart.candles) - 1 - int(pools.swept_index[row])
    return {
        "liquidity.sweep_present": Fact(True, evidence),
        "liquidity.bars_since_sweep": Fact(since, evidence),
    }
