"""The facts of a chart in the words of the labels: events and zones of the kinds asked for."""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import numpy as np

from agent.labels import Direction, EventLabel, ZoneLabel
from tools.chart import Chart
from tools.facts import BEARISH, BULLISH, NONE, Facts, FloatArray
from tools.liquidity import BUY_SIDE, EQUAL, SELL_SIDE
from tools.structure import BOS, CHOCH

_Scope = Literal["internal", "external"]
_AWAY: Final = -1
"""Swings and pools run the way price came to them; their labels point the way it is expected to leave."""
_ENDS: Final = ("filled_index", "dead_index", "broken_index")
"""The step that ends a zone; each kind has one of them."""
_ZONES: Final = {
    "fair_value_gap": "fair_value_gaps",
    "inverse_gap": "inverse_gaps",
    "balanced_range": "balanced_ranges",
    "volume_imbalance": "volume_imbalances",
    "opening_gap": "opening_gaps",
    "order_block": "order_blocks",
    "external_order_block": "external_order_blocks",
    "breaker": "breakers",
    "mitigation_block": "mitigation_blocks",
    "rejection_block": "rejection_blocks",
}


def events_of(chart: Chart, kinds: frozenset[str]) -> tuple[EventLabel, ...]:
    """Return a chart's events of some kinds, by the bar each became knowable on."""
    found = {one: None for kind in sorted(kinds & _EVENTS.keys()) for one in _EVENTS[kind](chart, kind)}
    return tuple(sorted(found, key=lambda one: (one.detected_at, one.at, one.kind, one.direction)))


def zones_of(chart: Chart, kinds: frozenset[str]) -> tuple[ZoneLabel, ...]:
    """Return a chart's zones of some kinds, by the bar each became knowable on."""
    found = [one for kind in sorted(kinds & _ZONES.keys()) for one in _zones(chart, kind)]
    found += [one for kind in ("dealing_range", "ote") if kind in kinds for one in _range(chart, kind)]
    return tuple(sorted(found, key=lambda one: (one.detected_at or 0, one.since, one.kind, one.direction, one.top)))


def _events(chart: Chart, kind: str, facts: Any, price: FloatArray, way: int = 1) -> Iterator[EventLabel]:
    time, frame = chart.candles.time, chart.candles.timeframe
    columns = (way * facts.direction, facts.formed_index, facts.confirmed_index, price)
    for direction, on, known_on, where in zip(*(one.tolist() for one in columns), strict=True):
        yield EventLabel(
            kind,
            _word(direction),
            frame,
            int(time[on]),
            int(time[known_on]),
            None if math.isnan(where) else where,
        )


def _word(direction: int) -> Direction:
    return "bullish" if direction == BULLISH else "bearish"


def _drawn(table: str, prices: str | None = "price") -> Callable[[Chart, str], Iterator[EventLabel]]:
    def events(chart: Chart, kind: str) -> Iterator[EventLabel]:
        facts: Facts = getattr(chart, table)
        price = np.full(len(facts), np.nan) if prices is None else getattr(facts, prices)
        return _events(chart, kind, facts, price)

    return events


def _swings(table: str) -> Callable[[Chart, str], Iterator[EventLabel]]:
    def events(chart: Chart, kind: str) -> Iterator[EventLabel]:
        swings: Any = getattr(chart, table)
        return _events(chart, kind, swings, swings.price, way=_AWAY)

    return events


def _breaks(scope: _Scope, kind_of_break: int) -> Callable[[Chart, str], Iterator[EventLabel]]:
    def events(chart: Chart, kind: str) -> Iterator[EventLabel]:
        breaks = chart.internal_breaks if scope == "internal" else chart.external_breaks
        chosen = breaks.select(breaks.type == kind_of_break)
        return _events(chart, kind, chosen, chosen.price)

    return events


def _equal(side: int) -> Callable[[Chart, str], Iterator[EventLabel]]:
    def events(chart: Chart, kind: str) -> Iterator[EventLabel]:
        pools = chart.liquidity_pools
        chosen = pools.select((pools.kind == EQUAL) & (pools.side == side))
        return _events(chart, kind, chosen, chosen.price, way=_AWAY)

    return events


def _taken(chart: Chart, kind: str) -> Iterator[EventLabel]:
    """Yield one event for all pools of a side that one bar took and one close decided, at the most extreme price."""
    pools = chart.liquidity_pools
    known = pools.swept_index if kind == "sweep" else pools.run_index
    way = 1 if kind == "run" else -1
    furthest: dict[tuple[int, int, int], float] = {}
    for row in np.flatnonzero(known != NONE).tolist():
        side = BULLISH if pools.side[row] == BUY_SIDE else BEARISH
        key, price = (side, int(pools.taken_index[row]), int(known[row])), float(pools.price[row])
        furthest[key] = max(price * side, furthest.get(key, -np.inf))
    time, frame = chart.candles.time, chart.candles.timeframe
    for (side, taken, decided), price in furthest.items():
        yield EventLabel(kind, _word(side * way), frame, int(time[taken]), int(time[decided]), price * side)


_EVENTS: Final[dict[str, Callable[[Chart, str], Iterator[EventLabel]]]] = {
    "internal_swing": _swings("internal_swings"),
    "external_swing": _swings("external_swings"),
    "internal_bos": _breaks("internal", BOS),
    "internal_choch": _breaks("internal", CHOCH),
    "external_bos": _breaks("external", BOS),
    "external_choch": _breaks("external", CHOCH),
    "mss": _drawn("market_structure_shifts"),
    "displacement": _drawn("displacements", None),
    "equal_highs": _equal(BUY_SIDE),
    "equal_lows": _equal(SELL_SIDE),
    "sweep": _taken,
    "run": _taken,
    "cisd": _drawn("cisd"),
    "smt": _drawn("smt"),
    "judas_swing": _drawn("judas_swings"),
}


def _zones(chart: Chart, kind: str) -> Iterator[ZoneLabel]:
    facts: Any = getattr(chart, _ZONES[kind])
    time, frame = chart.candles.time, chart.candles.timeframe
    (ends,) = (getattr(facts, name) for name in _ENDS if name in facts.LIFE)
    columns = (facts.direction, facts.top, facts.bottom, facts.formed_index, ends, facts.confirmed_index)
    for direction, top, bottom, formed, end, confirmed in zip(*(one.tolist() for one in columns), strict=True):
        until = None if end == NONE else int(time[end])
        yield ZoneLabel(kind, _word(direction), frame, top, bottom, int(time[formed]), until, int(time[confirmed]))


def _range(chart: Chart, kind: str) -> Iterator[ZoneLabel]:
    found = chart.dealing_range
    if found is None or not found.direction:
        return
    candles = chart.candles
    bottom, top = (found.low, found.high) if kind == "dealing_range" else found.optimal_trade_entry(found.direction)
    dead = found.dead_index(candles) if kind == "ote" else None
    yield ZoneLabel(
        kind,
        _word(found.direction),
        candles.timeframe,
        top,
        bottom,
        since=int(candles.time[min(found.low_index, found.high_index)]),
        until=None if dead is None else int(candles.time[dead]),
        detected_at=int(candles.time[found.as_of_index]),
    )
