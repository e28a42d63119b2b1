"""Entry: fresh arrays, the best fresh setup, and whether the clock and the calendar allow it."""

from typing import Any

import numpy as np

from agent.analysis.nodes.liquidity import NO_LEAN
from agent.analysis.observation import Findings, Observation, call_of, evidence_of
from agent.analysis.reading import Reading
from agent.analysis.request import AnalysisRequest
from rulebook.facts import Evidence, Fact
from tools.chart import Chart
from tools.facts import DIRECTIONS, NONE
from tools.setups import ICT_2022, MODEL_NAMES, MODEL_RULES, MODELS, SHIFT_AND_OTE, SWEEP_DISPLACEMENT_GAP
from tools.tick_prices import on_tick, quoted
from tools.timeframes import DAY
from tools.times import iso_utc

ARRAY_RULE = "5.2"
SETUP_RULE = "9.1"
FARTHEST_EVENT_MINUTES = 1440.0
OFFERED = (ICT_2022, SWEEP_DISPLACEMENT_GAP, SHIFT_AND_OTE)  # the models the rulebook's rules were written for


def observe(reading: Reading, findings: Findings) -> Observation:
    """Count the fresh arrays, choose the best fresh setup that leans the same way, and read clock and calendar."""
    candles = reading.ladder.entry
    chart = reading.chart(candles)
    lean = findings["direction"]
    rulebook = reading.rulebook
    row = _best_setup(reading, chart, lean, int(rulebook.number(SETUP_RULE, "lookback_bars")))
    facts = {
        "entry.fresh_arrays": _fresh_arrays(chart, lean, int(rulebook.number(ARRAY_RULE, "lookback_bars"))),
        **_setup_facts(reading, chart, lean, row),
        "session.in_kill_zone": Fact(reading.session.kill_zone is not None),
        "session.bank_holiday": Fact(reading.session.bank_holiday is not None),
        "news.minutes_to_event": _news(reading.request),
    }
    calls = (
        call_of("detect_fair_value_gaps", candles, len(chart.fair_value_gaps)),
        call_of("detect_order_blocks", candles, len(chart.order_blocks)),
        call_of("detect_setups", candles, len(chart.setups)),
        call_of("session_status", candles, int(reading.session.kill_zone is not None)),
    )
    return Observation(facts, {"setup": None if row is None else _setup_row(reading, chart, row)}, calls)


def _fresh_arrays(chart: Chart, lean: int, lookback: int) -> Fact:
    if not lean:
        return Fact.unknown(NO_LEAN)
    since = len(chart.candles) - lookback
    gaps, blocks = chart.fair_value_gaps, chart.order_blocks
    open_gaps = gaps.select(
        np.flatnonzero(
            (gaps.direction == lean)
            & (gaps.confirmed_index >= since)
            & (gaps.filled_index == NONE)
            & (gaps.inverted_index == NONE)
        )
    )
    open_blocks = blocks.select(
        np.flatnonzero(
            (blocks.direction == lean)
            & (blocks.confirmed_index >= since)
            & (blocks.mitigated_index == NONE)
            & (blocks.broken_index == NONE)
        )
    )
    evidence = [
        evidence_of(table, row, chart.candles, float(table.middle[row]))
        for table in (open_gaps, open_blocks)
        for row in range(max(len(table) - 2, 0), len(table))
    ]
    return Fact(len(open_gaps) + len(open_blocks), tuple(evidence))


def _best_setup(reading: Reading, chart: Chart, lean: int, lookback: int) -> int | None:
    """Return the row of the fresh setup of the best model, the newest of equals, whose prices the market can quote."""
    setups = chart.setups
    rows = np.flatnonzero(
        (setups.direction == lean)
        & np.isin(setups.model, OFFERED)
        & (setups.confirmed_index >= len(chart.candles) - lookback)
        & (setups.entered_index == NONE)
        & (setups.stopped_index == NONE)
    )
    best_first = sorted(rows.tolist(), key=lambda row: (setups.model[row], -setups.confirmed_index[row]))
    tick = reading.request.instrument.tick_size
    offered = (row for row in best_first if _is_quotable(chart, row, tick) and _is_untouched(reading, chart, row))
    return next(offered, None) if lean else None


def _is_quotable(chart: Chart, row: int, tick: float) -> bool:
    """Tell whether entry and stop are prices of the tick grid, at least a tick apart."""
    way = int(chart.setups.direction[row])
    return quoted(float(chart.setups.entry[row]), float(chart.setups.stop[row]), tick, way) is not None


def _is_untouched(reading: Reading, chart: Chart, row: int) -> bool:
    """Tell whether the base bars newer than this chart, of which it knows nothing, stayed off the entry."""
    base, way = reading.request.base, int(chart.setups.direction[row])
    nearest = (base.low if way > 0 else -base.high)[base.time >= chart.candles.end[-1]]
    return bool((nearest > way * chart.setups.entry[row]).all())  # the stop lies behind the entry


def _setup_facts(reading: Reading, chart: Chart, lean: int, row: int | None) -> dict[str, Fact]:
    if not lean:
        return {"entry.setup_present": Fact.unknown(NO_LEAN), "entry.ote_retracement": Fact.unknown(NO_LEAN)}
    if row is None:
        missing = Fact.unknown("no fresh setup stands, so there is no entry to place")
        return {"entry.setup_present": Fact(False), "entry.ote_retracement": missing}
    entry = float(chart.setups.entry[row])
    evidence = (evidence_of(chart.setups, row, chart.candles, entry),)
    structure = reading.chart(reading.ladder.structure)
    dealing = structure.dealing_range
    if dealing is None:
        return {
            "entry.setup_present": Fact(True, evidence),
            "entry.ote_retracement": Fact.unknown("there is no dealing range yet"),
        }
    if dealing.direction == -lean:
        return {
            "entry.setup_present": Fact(True, evidence),
            "entry.ote_retracement": Fact.unknown("the dealing range runs against the bias"),
        }
    found = (Evidence(dealing.id_on(structure.candles), "dealing_range", None, dealing.equilibrium), *evidence)
    return {
        "entry.setup_present": Fact(True, evidence),
        "entry.ote_retracement": Fact(dealing.retracement(entry, lean), found),
    }


def _setup_row(reading: Reading, chart: Chart, row: int) -> dict[str, Any]:
    """Return a setup as plain JSON values, on the tick grid; rounded away from price, so what is fresh stays so."""
    setups, tick = chart.setups, reading.request.instrument.tick_size
    model, way = int(setups.model[row]), int(setups.direction[row])
    return {
        "id": setups.id_of(row, chart.candles),
        "name": MODEL_NAMES[model],
        "type": MODELS[model],
        "rule": MODEL_RULES[model],
        "direction": DIRECTIONS[way],
        "entry_price": on_tick(float(setups.entry[row]), tick, way),
        "stop_loss": on_tick(float(setups.stop[row]), tick, way),
        "confirmed_at": iso_utc(int(chart.candles.end[setups.confirmed_index[row]])),
    }


def _news(request: AnalysisRequest) -> Fact:
    if request.calendar is None:
        return Fact.unknown("no economic calendar is known")
    if request.calendar and max(event.time for event in request.calendar) < request.as_of - DAY:
        return Fact.unknown("the economic calendar ends more than a day before the decision")
    currencies = request.instrument.currencies
    events = [event for event in request.calendar if event.impact == "high" and event.currency.upper() in currencies]
    if not events:
        return Fact(FARTHEST_EVENT_MINUTES)
    nearest = min(events, key=lambda event: (abs(event.time - request.as_of), event.time, event.title))
    minutes = min(abs(nearest.time - request.as_of) / 60, FARTHEST_EVENT_MINUTES)
    at = iso_utc(nearest.time)
    return Fact(minutes, (Evidence(f"event:{nearest.currency}:{at}", "calendar_event", at, None),))
