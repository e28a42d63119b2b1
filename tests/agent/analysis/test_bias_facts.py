"""Facts of the bias node: whether the bias held, whether it runs against the trend, whether the hour has shifted."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agent.analysis.nodes import bias
from agent.analysis.observation import Gathered, Observation
from agent.analysis.reading import Reading
from agent.analysis.steps import walk_now
from rulebook.book import Rulebook
from rulebook.facts import Scalar
from rulebook.schema import KillZone
from tests.agent.analysis.market import NOW, demo_candles, reading_of, request_of, rules
from tools.candles import Candles
from tools.facts import DIRECTIONS
from tools.resample import closed_by
from tools.timeframes import Timeframe
from tools.times import iso_utc, parse_time

SYMBOLS = ("EURUSD", "NQ", "XAUUSD", "BTCUSD")
MOMENTS = range(0, 31 * 48, 31)
UNCLEAR: dict[str, dict[str, Scalar]] = {"1.1": {"when_unclear": "structure", "minimum_strength": 0.9}}


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    """Give readings at many hours of the day."""
    return [
        reading_of(demo_candles(symbol, Timeframe.M15, until=NOW - 3600 * hours), symbol)
        for number, hours in enumerate(MOMENTS)
        for symbol in (SYMBOLS[number % len(SYMBOLS)],)
    ]


def observed(reading: Reading) -> Observation:
    return bias.observe(reading, Gathered())


def start_of(reading: Reading) -> int:
    """Find the start of the kill zone under way, or of the trading day, a second way."""
    zones = [one for one in reading.session.active if one.kind == "kill_zone" and one.trade]
    return min((one.start for one in zones), default=reading.session.trading_day_start)


def test_the_bias_held_where_a_walk_at_the_sessions_start_leans_the_same_way(readings: list[Reading]) -> None:
    seen: Counter[Any] = Counter()
    for reading in readings:
        now, request = observed(reading), reading.request
        start = start_of(reading)
        then = closed_by(request.base, request.instrument.trading_day, start)
        before = observed(Reading(replace(request, windows={then.timeframe: then}, as_of=start), reading.rulebook))
        held = now.facts["bias.held"]
        lean = now.findings["direction"]
        assert held.value == (None if not lean else lean == before.findings["direction"])
        assert all(parse_time(one.time) < start for one in held.evidence if one.time)
        seen[held.value] += 1
    assert min(seen[True], seen[False]) > 2


def test_bars_that_begin_after_the_session_did_cannot_tell() -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW - 3 * 3600)  # to 07:00 New York
    late, hours = bars[-40:], demo_candles("EURUSD", Timeframe.H1, until=int(bars.end[-1]), bars=200)
    windows = {Timeframe.M15: late, Timeframe.H1: hours}
    morning = replace(rules(), kill_zones=(KillZone("mine", "15:00", "14:00", True),))  # since yesterday afternoon
    for rulebook, is_known in ((rules(), True), (morning, False)):
        reading = Reading(request_of(late, windows=windows), rulebook)
        fact = observed(reading).facts["bias.held"]
        began = iso_utc(start_of(reading))
        assert (fact.value is not None) == is_known
        assert is_known or fact.unknown_because == f"the candles begin after the session did, at {began}"


def test_own_kill_zones_say_when_the_session_began() -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW)  # to 10:00 New York
    own = replace(rules(), kill_zones=(KillZone("mine", "09:30", "11:00", True),))
    for rulebook, began in ((own, "2026-09-21T13:30:00Z"), (rules(), "2026-09-21T14:00:00Z")):
        reading = Reading(request_of(bars), rulebook)
        assert iso_utc(start_of(reading)) == began
        assert reading.session.kill_zone == ("mine" if rulebook is own else "london_close")
        then = closed_by(bars, reading.request.instrument.trading_day, parse_time(began))
        at_start = observed(Reading(request_of(then), rulebook)).findings["direction"]
        lean = observed(reading).findings["direction"]
        assert observed(reading).facts["bias.held"].value == (None if not lean else at_start == lean)


def test_against_the_highest_trend_and_the_shift_of_the_hour(readings: list[Reading]) -> None:
    seen: Counter[tuple[Any, Any]] = Counter()
    for reading in readings:
        found = observed(reading)
        lean, votes = found.findings["direction"], found.findings["bias"]["votes"]
        if not lean:
            assert found.facts["bias.counter_trend"].value is found.facts["bias.hourly_shift"].value is None
            continue
        trends = [vote["vote"] for vote in votes if vote["name"].startswith("trend_")]
        highest = next(vote for vote in trends if vote != "unknown")
        assert found.facts["bias.counter_trend"].value == (highest != DIRECTIONS[lean])
        hour = reading.ladder.bias[0]
        since = len(hour) - 1 - reading.rulebook.number("1.2.2", "lookback_bars")
        shifts = [
            row
            for row in reading.chart(hour).to_dict()["structure_breaks"]
            if row["type"] == "MSS" and row["direction"] == DIRECTIONS[lean] and row["confirmed_index"] >= since
        ]
        fact = found.facts["bias.hourly_shift"]
        assert fact.value == bool(shifts)
        assert [one.fact_id for one in fact.evidence] == [row["id"] for row in shifts[-1:]]
        seen[found.facts["bias.counter_trend"].value, fact.value] += 1
    assert [{pair[place] for pair in seen} for place in (0, 1)] == [{True, False}] * 2


def test_an_unclear_bias_leaves_the_lean_to_the_votes_or_to_the_structure(readings: list[Reading]) -> None:
    asks_structure, waits = rules().tuned(UNCLEAR), rules().tuned({"1.1": {"minimum_strength": 0.9}})
    turned = 0
    for reading in readings:
        left, asked = (observed(Reading(reading.request, one)) for one in (waits, asks_structure))
        assert left.findings["bias"] == asked.findings["bias"]
        if asked.findings["bias"]["value"] != "neutral":
            assert left.findings["direction"] == asked.findings["direction"]
            continue
        assert asked.findings["direction"] == reading.structure.internal_breaks.trend()
        turned += left.findings["direction"] != asked.findings["direction"]
        assert asked.facts["bias.held"].value == left.facts["bias.held"].value  # the votes', whichever way one trades
    assert turned > 2


def test_the_decision_stays_neutral_where_the_structure_leads(readings: list[Reading]) -> None:
    rulebook: Rulebook = rules().tuned(UNCLEAR)
    for reading in readings[:12]:
        decision = walk_now(reading.request, rulebook)["decision"]
        direction = observed(Reading(reading.request, rulebook)).findings["bias"]["value"]
        assert decision["htf_bias"]["value"] == direction


def test_few_or_flat_bars_have_no_lean() -> None:
    bars = demo_candles("EURUSD", Timeframe.M15, until=NOW, bars=30)
    flat = np.full(30, 1.25)
    still = Candles.from_arrays(Timeframe.M15, bars.time, flat, flat, flat, flat, bars.volume)
    facts = observed(reading_of(still)).facts
    assert facts["bias.held"].unknown_because == "no higher timeframe has a vote yet: too few bars"
    assert facts["bias.counter_trend"].value is None
    assert facts["bias.hourly_shift"].value is None


def test_the_age_of_weekly_candles_over_a_clock_change() -> None:
    one = np.linspace(1.1, 1.2, 40)
    last = parse_time("2024-03-03T22:00:00Z")  # this week is an hour shorter: New York goes to summer time
    opens = np.array([last - week * 7 * 86_400 for week in range(39, -1, -1)])
    opens[opens < parse_time("2023-11-05T22:00:00Z")] -= 3600
    weeks = Candles.from_arrays(Timeframe.W1, opens, one, one + 0.01, one - 0.01, one, one)
    close = parse_time("2024-03-10T21:00:00Z")
    reading = reading_of(weeks, as_of=close)
    assert observed(reading).facts["candles.bars_behind"].value == 0
    assert len(reading.bars_since(weeks)) == 0
