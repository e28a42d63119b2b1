"""Bias: which way the higher timeframes lean, how clearly, since when, and against which trend."""

from collections.abc import Mapping, Sequence

import numpy as np

from agent.analysis.nodes.discipline import stop_fact
from agent.analysis.observation import NO_LEAN, Gathered, Observation, call_of, evidence_of
from agent.analysis.reading import Reading
from rulebook.facts import Evidence, Fact
from tools.bias import VOTES, BiasReading, Vote, bias_of_charts
from tools.displacement import ATR_BARS
from tools.market_hours import bars_of_open_market
from tools.resample import closed_by, last_close
from tools.times import iso_utc

RULE = "1.1"
SHIFT_RULE = "1.2.2"
NO_VOTES = "no higher timeframe has a vote yet: too few bars"


def observe(reading: Reading, before: Gathered) -> Observation:
    """Weigh the votes by rule 1.1's parameters; below its least strength the bias is neutral.

    The lean then stays that of the votes, however weak, or becomes the structure timeframe's internal trend, as the
    rule's `when_unclear` says.
    """
    del before
    rulebook, frames = reading.rulebook, reading.ladder.bias
    weights = {name: rulebook.number(RULE, f"weight_{name}") for name in VOTES}
    bias = bias_of_charts([reading.chart(candles) for candles in frames], reading.price, weights)
    value = _value(bias, rulebook.number(RULE, "minimum_strength"))
    is_from_structure = value == "neutral" and rulebook.parameter(RULE, "when_unclear") == "structure"
    lean = reading.structure.internal_breaks.trend() if is_from_structure else bias.lean
    facts = {
        **_vote_facts(bias, value),
        "bias.held": _held(reading, bias, weights),
        "bias.counter_trend": _counter_trend(bias, lean),
        "bias.hourly_shift": _hourly_shift(reading, lean),
        "candles.bars_behind": _age(reading),
        "discipline.stopped": stop_fact(reading.request.discipline),
    }
    found = {
        "bias": {"value": value, "score": bias.score, "votes": [_vote_row(vote) for vote in bias.votes]},
        "direction": lean,
    }
    return Observation(facts, found, tuple(call_of("read_bias", candles, 1) for candles in reversed(frames)))


def _value(bias: BiasReading, minimum_strength: float) -> str:
    if bias.strength is None or bias.strength < minimum_strength:
        return "neutral"
    return "bullish" if bias.lean > 0 else "bearish"


def _vote_facts(bias: BiasReading, value: str) -> dict[str, Fact]:
    if bias.strength is None:
        nothing = Fact.unknown(NO_VOTES)
        return {"bias.strength": nothing, "bias.direction": nothing, "bias.opposing_share": nothing}
    evidence = _evidence(bias.votes)
    against = _evidence([vote for vote in bias.votes if vote.direction == (-bias.lean or -1)])
    return {
        "bias.strength": Fact(bias.strength, evidence),
        "bias.direction": Fact(value, evidence),
        "bias.opposing_share": Fact(bias.opposing_share, against),
    }


def _held(reading: Reading, bias: BiasReading, weights: Mapping[str, float]) -> Fact:
    """Take the votes again as they stood when the session began; they hold where they leaned the same way."""
    if not bias.lean:
        return Fact.unknown(NO_VOTES if bias.score is None else NO_LEAN)
    day, start = reading.request.instrument.trading_day, reading.session.session_start
    base = closed_by(reading.request.base, day, start)
    if not len(base):
        return Fact.unknown(f"the candles begin after the session did, at {iso_utc(start)}")
    bars = [len(closed_by(candles, day, start)) for candles in reading.ladder.bias]
    then = bias_of_charts(
        [reading.chart(candles) for candles in reading.ladder.bias], float(base.close[-1]), weights, bars
    )
    if then.score is None:
        return Fact.unknown(f"no higher timeframe had a vote when the session began, at {iso_utc(start)}")
    return Fact(then.lean == bias.lean, _evidence(then.votes))


def _counter_trend(bias: BiasReading, lean: int) -> Fact:
    if not lean:
        return Fact.unknown(NO_LEAN)
    trends = [vote for vote in bias.votes if vote.name.startswith("trend_") and vote.direction is not None]
    if not trends:
        return Fact.unknown("no bias timeframe has broken an external swing yet")
    return Fact(trends[0].direction != lean, _evidence(trends[:1]))  # the highest votes first


def _hourly_shift(reading: Reading, lean: int) -> Fact:
    if not lean:
        return Fact.unknown(NO_LEAN)
    candles = reading.ladder.bias[0]
    if len(candles) <= ATR_BARS:
        return Fact.unknown(f"{candles.timeframe} has {len(candles)} bars, too few to measure a displacement on")
    shifts = reading.chart(candles).market_structure_shifts
    since = len(candles) - 1 - int(reading.rulebook.number(SHIFT_RULE, "lookback_bars"))
    rows = np.flatnonzero((shifts.direction == lean) & (shifts.confirmed_index >= since))
    if not len(rows):
        return Fact(False)
    row = int(rows[-1])
    return Fact(True, (evidence_of(shifts, row, candles, float(shifts.price[row])),))


def _age(reading: Reading) -> Fact:
    """Count the bars that the open market had time for since the last close."""
    request = reading.request
    last = last_close(request.base, request.instrument.trading_day)
    return Fact(bars_of_open_market(last, request.as_of, request.base.timeframe, request.instrument))


def _evidence(votes: Sequence[Vote]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(vote.fact_id, vote.kind, vote.time, vote.price)
        for vote in votes
        if vote.fact_id is not None and vote.kind is not None
    )


def _vote_row(vote: Vote) -> dict[str, object]:
    words = {1: "bullish", -1: "bearish", 0: "neutral", None: "unknown"}
    return {"name": vote.name, "vote": words[vote.direction], "reason": vote.reason}
