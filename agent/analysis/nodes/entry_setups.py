"""Setups of the entry timeframe: which stand fresh, which is the best of those the rulebook lets the walk offer."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from agent.analysis.nodes.dealing_range import AGAINST, NO_RANGE, range_evidence
from agent.analysis.observation import NO_LEAN, all_unknown, evidence_of
from agent.analysis.reading import Reading
from rulebook.facts import Evidence, Fact
from tools.facts import DIRECTIONS, NONE
from tools.resample import bar_ends
from tools.setups import (
    DISPLACED_GAP,
    ICT_2022,
    MODEL_NAMES,
    MODEL_RULES,
    MODELS,
    OTE,
    POWER_OF_THREE,
    SHIFT_AND_OTE,
    SILVER_BULLET,
    SWEEP_DISPLACEMENT_GAP,
    TURTLE_SOUP,
    UNICORN,
    Setups,
)
from tools.tick_prices import GRID_NOISE, on_grid, on_tick, quoted
from tools.times import iso_utc

SETUP_RULE: Final = "9.1"
BEST_FIRST: Final = (
    ICT_2022, UNICORN, SILVER_BULLET, SWEEP_DISPLACEMENT_GAP, POWER_OF_THREE, SHIFT_AND_OTE, OTE, TURTLE_SOUP,
    DISPLACED_GAP,
)  # fmt: skip
"""Models by how much has to have happened before one stands; the first that does is offered."""
_OF_TIME_AND_PLACE: Final = (ICT_2022, UNICORN)
"""Models that ask when and where: a unicorn is a 2022 model whose gap a breaker overlaps, and judged by its rule."""
_FLAGS: Final = {
    "entry.ote_setup": "6.1",
    "entry.fvg_setup": "6.2",
    "entry.sweep_setup": "6.3",
    "entry.mss_ote_setup": "6.4",
    "entry.model_2022_setup": "6.5",
    "entry.power_of_three_setup": "6.6",
    "entry.turtle_soup_setup": "6.7",
}


def fresh_rows(reading: Reading, lean: int) -> list[int]:
    """Return the rows of the fresh setups with the lean whose prices the market can quote, best model first.

    Fresh to the decision's moment: also the base bars newer than the chart have reached neither entry nor stop. Of one
    model the newest comes first. Of the 2022 model, a unicorn included, only those in time and place are left, see
    `is_in_time_and_place`.
    """
    if not lean:
        return []
    setups, lookback = reading.entry.setups, int(reading.rulebook.number(SETUP_RULE, "lookback_bars"))
    rows = np.flatnonzero(
        (setups.direction == lean)
        & (setups.confirmed_index >= len(reading.entry.candles) - 1 - lookback)
        & (setups.entered_index == NONE)
        & (setups.stopped_index == NONE)
    )
    since = reading.reached_since(reading.entry.candles)
    came_back = since.back_to(setups.direction[rows], setups.entry[rows])  # the stop lies behind the entry
    tick = reading.request.instrument.tick_size
    quotable = [row for row in rows[~came_back].tolist() if _is_quotable(setups, row, tick)]
    fresh = [
        row for row in quotable if setups.model[row] not in _OF_TIME_AND_PLACE or is_in_time_and_place(reading, row)
    ]
    return sorted(fresh, key=lambda row: (BEST_FIRST.index(int(setups.model[row])), -setups.confirmed_index[row]))


def is_in_time_and_place(reading: Reading, row: int) -> bool:
    """Tell whether a 2022 model was confirmed in a kill zone and its entry lies in the right half of the range.

    In time is one whose shift (of a unicorn: whose breaker with its gap) was confirmed by a bar that opened inside a
    kill zone that may be traded, the rulebook's own where it has some. The right half is the one below the middle of
    the structure timeframe's dealing range for a buy, above it for a sell, whichever way the range runs; the middle
    itself lies in neither half, and while there is no range there is no half. As with rules 5.1 and 6.1 the range is
    that of the decision's moment. Source: ICT 2022 mentorship.

    Args:
        reading: what is read.
        row: of the entry timeframe's setups.
    """
    setups, dealing = reading.entry.setups, reading.structure.dealing_range
    if dealing is None:
        return False
    past_middle = int(setups.direction[row]) * (dealing.equilibrium - float(setups.entry[row]))
    if past_middle <= GRID_NOISE * reading.request.instrument.tick_size:
        return False
    confirmed = int(reading.entry.candles.time[setups.confirmed_index[row]])
    return reading.session_at(confirmed).kill_zone is not None


def best_offered(reading: Reading, fresh: Sequence[int]) -> int | None:
    """Return the first of fresh rows whose model's rule says that the walk may offer it."""
    model, rulebook = reading.entry.setups.model, reading.rulebook
    offered = (row for row in fresh if rulebook.parameter(MODEL_RULES[int(model[row])], "offered") is True)
    return next(offered, None)


def setup_facts(reading: Reading, lean: int, fresh: Sequence[int], best: int | None) -> dict[str, Fact]:
    """Tell which models' setups stand, whether one is offered, and where in the dealing range it enters.

    Args:
        reading: what is read.
        lean: +1, -1, or 0 for neither.
        fresh: as `fresh_rows`.
        best: as `best_offered`.
    """
    if not lean:
        return all_unknown((*_FLAGS, "entry.setup_present", "entry.ote_retracement"), NO_LEAN)
    setups = reading.entry.setups
    by_rule: dict[str, int] = {}
    for row in fresh:
        by_rule.setdefault(MODEL_RULES[int(setups.model[row])], row)
    flags = {
        name: Fact(True, (_evidence(reading, by_rule[rule]),)) if rule in by_rule else Fact(False)
        for name, rule in _FLAGS.items()
    }
    if best is None:
        missing = Fact.unknown("no fresh setup stands, so there is no entry to place")
        return {**flags, "entry.setup_present": Fact(False), "entry.ote_retracement": missing}
    return {
        **flags,
        "entry.setup_present": Fact(True, (_evidence(reading, best),)),
        "entry.ote_retracement": _retracement(reading, lean, best),
    }


def setup_row(reading: Reading, row: int) -> dict[str, Any]:
    """Return a setup as plain JSON values, on the tick grid; rounded away from price, so what is fresh stays so."""
    chart, tick = reading.entry, reading.request.instrument.tick_size
    setups, confirmed = chart.setups, int(chart.setups.confirmed_index[row])
    model, way = int(setups.model[row]), int(setups.direction[row])
    ends = bar_ends(chart.candles[confirmed : confirmed + 1], reading.request.instrument.trading_day)
    return {
        "id": setups.id_of(row, chart.candles),
        "name": MODEL_NAMES[model],
        "type": MODELS[model],
        "rule": MODEL_RULES[model],
        "direction": DIRECTIONS[way],
        "entry_price": on_tick(float(setups.entry[row]), tick, way),
        "stop_loss": on_tick(float(setups.stop[row]), tick, way),
        "invalidation_point": on_grid(float(setups.invalidation[row]), 1.0),
        "formed_at": iso_utc(int(chart.candles.time[setups.formed_index[row]])),
        "confirmed_at": iso_utc(int(ends[0])),
    }


def _is_quotable(setups: Setups, row: int, tick: float) -> bool:
    """Tell whether entry and stop are prices of the tick grid, at least a tick apart."""
    way = int(setups.direction[row])
    return quoted(float(setups.entry[row]), float(setups.stop[row]), tick, way) is not None


def _retracement(reading: Reading, lean: int, row: int) -> Fact:
    structure = reading.structure
    dealing = structure.dealing_range
    if dealing is None:
        return Fact.unknown(NO_RANGE)
    if dealing.direction == -lean:
        return Fact.unknown(AGAINST)
    evidence = (range_evidence(structure, dealing), _evidence(reading, row))
    return Fact(dealing.retracement(float(reading.entry.setups.entry[row]), lean), evidence)


def _evidence(reading: Reading, row: int) -> Evidence:
    setups = reading.entry.setups
    return evidence_of(setups, row, reading.entry.candles, float(setups.entry[row]))
