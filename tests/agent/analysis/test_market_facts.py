"""Facts of the liquidity, structure and entry nodes, counted again bar by bar from the charts' own documents."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from agent.analysis.nodes import entry, liquidity, structure
from agent.analysis.observation import Gathered, Observation
from agent.analysis.reading import Reading
from rulebook.facts import Fact
from tests.agent.analysis.market import NOW, demo_candles, leaning, reading_of
from tools.facts import DIRECTIONS
from tools.market_hours import closed_reason
from tools.session_windows import KILL_ZONES
from tools.timeframes import Timeframe
from tools.times import iso_utc
from tools.trading_day import NEW_YORK

SYMBOLS = ("EURUSD", "NQ", "XAUUSD", "BTCUSD")
Row = dict[str, Any]
Case = tuple[Reading, Row, int]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Give readings, the document of their one chart, and both leans."""
    found = []
    for number, hours in enumerate(range(0, 37 * 24, 37)):
        symbol = SYMBOLS[number % len(SYMBOLS)]
        reading = reading_of(demo_candles(symbol, Timeframe.M15, until=NOW - 3600 * hours), symbol)
        found += [(reading, reading.structure.to_dict(), lean) for lean in (1, -1)]
    return found


def facts_of(observe: Callable[[Reading, Gathered], Observation], reading: Reading, lean: int) -> dict[str, Fact]:
    return observe(reading, leaning(lean)).facts


def with_lean(rows: list[Row], lean: int) -> Iterator[Row]:
    return (row for row in rows if row["direction"] == DIRECTIONS[lean])


def test_pools_above_below_and_ahead(cases: list[Case]) -> None:
    seen: Counter[str] = Counter()
    for reading, document, lean in cases:
        facts, price = facts_of(liquidity.observe, reading, lean), reading.price
        pools = document["liquidity_pools"]
        resting = [row for row in pools if row["taken_at"] is None and row["superseded_at"] is None]
        ahead = [row for row in resting if (row["price"] > price) == (lean > 0) and row["price"] != price]
        ahead = [row for row in ahead if row["side"] == ("buy_side" if lean > 0 else "sell_side")]
        external = ("swing", "previous_day", "previous_week", "previous_month")
        day = iso_utc(reading.session.trading_day_start)
        sessions = [row for row in pools if row["kind"] == "session" and row["confirmed_at"] >= day]
        expected = {
            "liquidity.pools_above": sum(row["side"] == "buy_side" and row["price"] > price for row in resting),
            "liquidity.pools_below": sum(row["side"] == "sell_side" and row["price"] < price for row in resting),
            "liquidity.equal_pools": sum(row["kind"] == "equal" for row in ahead),
            "range.external_targets": sum(row["kind"] in external for row in ahead),
            "session.levels": len(sessions),
        }
        assert {name: facts[name].value for name in expected} == expected
        seen.update(name for name, count in expected.items() if count)
        ids = {row["id"] for row in pools}
        assert all(one.fact_id in ids for name in expected for one in facts[name].evidence)
        assert all(facts[name].evidence for name, count in expected.items() if count)
    assert len(seen) == 5


def test_gaps_ahead_and_inside_the_range(cases: list[Case]) -> None:
    seen: Counter[str] = Counter()
    for reading, document, lean in cases:
        facts, price, dealing = facts_of(liquidity.observe, reading, lean), reading.price, document["dealing_range"]
        unfilled = [row for row in document["fair_value_gaps"] if row["filled_at"] is None]
        voids = [row for row in unfilled if (row["bottom"] > price if lean > 0 else row["top"] < price)]
        assert facts["liquidity.voids_ahead"].value == len(voids)
        inside = [
            row
            for row in with_lean(unfilled, lean)
            if row["bottom"] >= dealing["low"] and row["top"] <= dealing["high"]
        ]
        assert facts["range.internal_gaps"].value == len(inside)
        seen.update({"voids": bool(voids), "inside": bool(inside)})
    assert min(seen.values()) > 3


def test_inducement_is_an_internal_swing_of_the_leg_that_was_traded_through(cases: list[Case]) -> None:
    seen: Counter[Any] = Counter()
    for reading, document, lean in cases:
        fact, bars = facts_of(liquidity.observe, reading, lean)["liquidity.inducement_taken"], reading.request.base
        dealing = document["dealing_range"]
        if dealing["direction"] != DIRECTIONS[lean]:
            assert fact.unknown_because == "the dealing range runs against the bias"
            continue
        first, last = sorted((dealing["low_index"], dealing["high_index"]))
        early = [
            row
            for row in document["swings"]
            if row["scope"] == "internal" and row["side"] == ("low" if lean > 0 else "high")
            if first < row["formed_index"] <= last
        ]
        taken = any(
            (bars.low[bar] < row["price"] if lean > 0 else bars.high[bar] > row["price"])
            for row in early
            for bar in range(row["formed_index"] + 1, len(bars))
        )
        assert fact.value == (taken if early else None)
        seen[fact.value] += 1
    assert seen.keys() == {True, False, None}


def test_breaks_and_delivery(cases: list[Case]) -> None:
    for reading, document, lean in cases:
        facts, bars, atr = facts_of(structure.observe, reading, lean), reading.request.base, reading.structure.atr
        breaks = [row for row in document["structure_breaks"] if row["type"] != "MSS"]
        external = [row for row in breaks if row["scope"] == "external"]
        assert facts["structure.external_aligned"].value == (external[-1]["direction"] == DIRECTIONS[lean])
        last = [row for row in with_lean(breaks, lean) if row["scope"] == "internal"][-1]
        bar = last["formed_index"]
        beyond = lean * (bars.close[bar] - last["price"]) / atr[bar]
        assert facts["structure.break_close_atr"].value == pytest.approx(beyond)
        assert beyond > 0
        assert facts["structure.break_close_atr"].evidence[0].fact_id == last["id"]
        lookback = int(reading.rulebook.number("4.1", "lookback_bars"))
        moved = lean * (bars.close[-1] - bars.open[-lookback]) / atr[-1]
        assert facts["delivery.expansion_atr"].value == pytest.approx(moved)


def test_the_stage_of_the_day_is_the_charts_own_or_unknown_with_its_reason(cases: list[Case]) -> None:
    seen = set()
    for reading, document, lean in cases:
        fact, told = facts_of(structure.observe, reading, lean)["delivery.stage"], document["power_of_three"]
        seen.add(told["stage"])
        if told["stage"] == "unknown":
            assert (fact.value, fact.unknown_because) == (None, told["reason"])
        else:
            assert (fact.value, fact.evidence[0].fact_id) == (told["stage"], told["id"])
    assert len(seen) > 2


def test_arrays_that_stand(cases: list[Case]) -> None:
    kinds = {
        "entry.fresh_gaps": ("5.2", "fair_value_gaps", ("filled_at", "inverted_at")),
        "entry.balanced_ranges": ("5.3", "balanced_ranges", ("filled_at", "inverted_at")),
        "entry.fresh_order_blocks": ("5.4", "order_blocks", ("mitigated_at", "broken_at")),
        "entry.mitigation_blocks": ("5.5", "mitigation_blocks", ("dead_at",)),
        "entry.breakers": ("5.6", "breakers", ("dead_at",)),
    }
    seen: Counter[str] = Counter()
    for reading, document, lean in cases:
        facts = facts_of(entry.observe, reading, lean)
        for name, (rule, listed, ends) in kinds.items():
            since = len(reading.request.base) - reading.rulebook.number(rule, "lookback_bars")
            standing = [
                row["id"]
                for row in with_lean(document[listed], lean)
                if row.get("scope") != "external" and row["confirmed_index"] >= since
                if all(row[end] is None for end in ends)
            ]
            assert facts[name].value == len(standing)
            assert {one.fact_id for one in facts[name].evidence} <= set(standing)
            seen[name] += len(standing)
    assert min(seen[name] for name in kinds) > 0


def is_in_time_and_place(reading: Reading, row: Row, dealing: Row) -> bool:
    """Tell it of a row of rule 6.5 from the written windows and the document's own range."""
    market, opened = reading.request.instrument, int(reading.entry.candles.time[row["confirmed_index"]])
    clock = datetime.fromtimestamp(opened, NEW_YORK)
    inside = [zone for zone in KILL_ZONES[market.kill_zones] if zone.holds(clock.hour * 60 + clock.minute)]
    is_in_time = bool(inside) and all(zone.trade for zone in inside) and closed_reason(opened, market) is None
    middle = (dealing["low"] + dealing["high"]) / 2
    return is_in_time and (row["entry"] < middle if row["direction"] == "bullish" else row["entry"] > middle)


def test_a_flag_for_each_models_rule(cases: list[Case]) -> None:
    rules = {
        "entry.ote_setup": ("ote",), "entry.fvg_setup": ("fvg",), "entry.mss_ote_setup": ("mss_ote",),
        "entry.sweep_setup": ("sweep_displacement_fvg", "silver_bullet"),
        "entry.model_2022_setup": ("ict_2022_model", "unicorn"),
        "entry.power_of_three_setup": ("power_of_three",), "entry.turtle_soup_setup": ("turtle_soup",),
    }  # fmt: skip
    seen: Counter[str] = Counter()
    for reading, document, lean in cases:
        facts = facts_of(entry.observe, reading, lean)
        since = len(reading.request.base) - reading.rulebook.number("9.1", "lookback_bars")
        fresh = [
            row["model"]
            for row in with_lean(document["setups"], lean)
            if row["is_fresh"] and row["confirmed_index"] >= since
            if row["rule"] != "6.5" or is_in_time_and_place(reading, row, document["dealing_range"])
        ]
        for name, models in rules.items():
            assert facts[name].value == any(model in models for model in fresh)
            seen[name] += bool(facts[name].value)
    assert min(seen[name] for name in rules) > 0


def test_without_a_lean_what_has_a_direction_is_unknown_and_the_rest_is_not(cases: list[Case]) -> None:
    undirected = {
        "liquidity.pools_above", "liquidity.pools_below", "session.levels", "range.known", "delivery.stage",
        "session.in_kill_zone", "session.in_macro", "session.market_open", "session.bank_holiday",
        "session.minutes_left", "candles.timeframe_minutes", "news.minutes_to_event",
    }  # fmt: skip
    for reading, _, _ in cases[:4]:
        for observe in (liquidity.observe, structure.observe, entry.observe):
            for name, fact in facts_of(observe, reading, 0).items():
                if name in undirected:
                    assert fact.value is not None or "lean" not in str(fact.unknown_because)
                else:
                    assert "no lean either way" in str(fact.unknown_because)


def test_few_bars_are_unknown_with_a_reason() -> None:
    reading = reading_of(demo_candles("EURUSD", Timeframe.M15, until=NOW, bars=30))
    facts = facts_of(structure.observe, reading, 1)
    assert facts["delivery.expansion_atr"].unknown_because == "15m has 30 bars, fewer than the 40 to measure over"
    long = reading_of(demo_candles("EURUSD", Timeframe.H4, until=NOW, bars=60))
    assert (
        facts_of(liquidity.observe, long, 1)["session.levels"].unknown_because
        == "4h bars are too long to show sessions"
    )


def test_the_clock_of_the_entry_node() -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW)
    as_of = int(bars.end[-1])
    reading = reading_of(bars)
    facts = facts_of(entry.observe, reading, 1)
    clock = {name: fact.value for name, fact in facts.items() if name.startswith(("session.", "candles."))}
    assert iso_utc(as_of) == "2026-09-21T14:00:00Z"  # 10:00 in New York, a Monday
    assert clock == {
        "session.in_kill_zone": True, "session.in_macro": True, "session.market_open": True,
        "session.bank_holiday": False, "session.minutes_left": 420.0, "candles.timeframe_minutes": 15,
    }  # fmt: skip
