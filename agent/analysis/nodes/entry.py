"""Entry: fresh arrays, the best fresh setup, and whether the clock and the calendar allow it."""

from agent.analysis.nodes.clock import clock_facts
from agent.analysis.nodes.entry_arrays import array_facts
from agent.analysis.nodes.entry_setups import best_offered, fresh_rows, setup_facts, setup_row
from agent.analysis.nodes.news import minutes_to_event
from agent.analysis.observation import Gathered, Observation, call_of
from agent.analysis.reading import Reading


def observe(reading: Reading, before: Gathered) -> Observation:
    """Count the fresh arrays, choose the best fresh setup with the lean, and read clock and calendar."""
    chart, lean = reading.entry, before.lean
    candles, session = chart.candles, reading.session
    fresh = fresh_rows(reading, lean)
    best = best_offered(reading, fresh)
    facts = {
        **array_facts(reading, lean),
        **setup_facts(reading, lean, fresh, best),
        **clock_facts(reading),
        "news.minutes_to_event": minutes_to_event(reading.request),
    }
    calls = (
        call_of("detect_fair_value_gaps", candles, len(chart.fair_value_gaps)),
        call_of("detect_balanced_ranges", candles, len(chart.balanced_ranges)),
        call_of("detect_order_blocks", candles, len(chart.order_blocks)),
        call_of("detect_structure_blocks", candles, len(chart.breakers) + len(chart.mitigation_blocks)),
        call_of("detect_setups", candles, len(chart.setups)),
        call_of("session_status", candles, int(session.kill_zone is not None)),
    )
    return Observation(facts, {"setup": None if best is None else setup_row(reading, best)}, calls)
