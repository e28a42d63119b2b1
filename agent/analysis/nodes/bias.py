"""Bias: which way the higher timeframes lean, and how clearly."""

from agent.analysis.observation import Findings, Observation, call_of
from agent.analysis.reading import Reading
from rulebook.facts import Evidence, Fact
from tools.bias import VOTES, BiasReading, Vote, read_bias
from tools.market_hours import bars_of_open_market

RULE = "1.1"


def observe(reading: Reading, findings: Findings) -> Observation:
    """Weigh the votes by rule 1.1's parameters; below its least strength the bias is neutral."""
    del findings
    rulebook, frames = reading.rulebook, reading.ladder.bias
    weights = {name: rulebook.number(RULE, f"weight_{name}") for name in VOTES}
    bias = read_bias(frames, reading.request.instrument, reading.price, weights)
    value = _value(bias, rulebook.number(RULE, "minimum_strength"))
    calls = tuple(call_of("read_bias", candles, 1) for candles in reversed(frames))
    found = {
        "bias": {"value": value, "score": bias.score, "votes": [_vote_row(vote) for vote in bias.votes]},
        "direction": bias.lean,
    }
    return Observation({**_facts(bias, value), "candles.bars_behind": _age(reading)}, found, calls)


def _age(reading: Reading) -> Fact:
    """Count the bars that the open market had time for since the last close."""
    request = reading.request
    last = int(request.base.end[-1])
    return Fact(bars_of_open_market(last, request.as_of, request.base.timeframe, request.instrument))


def _value(bias: BiasReading, minimum_strength: float) -> str:
    if bias.strength is None or bias.strength < minimum_strength:
        return "neutral"
    return "bullish" if bias.lean > 0 else "bearish"


def _facts(bias: BiasReading, value: str) -> dict[str, Fact]:
    if bias.strength is None:
        nothing = Fact.unknown("no higher timeframe has a vote yet: too few bars")
        return {"bias.strength": nothing, "bias.direction": nothing, "bias.opposing_share": nothing}
    evidence = tuple(
        Evidence(vote.fact_id, vote.kind, vote.time, vote.price)
        for vote in bias.votes
        if vote.fact_id is not None and vote.kind is not None
    )
    against = tuple(
        Evidence(vote.fact_id, vote.kind, vote.time, vote.price)
        for vote in bias.votes
        if vote.fact_id is not None and vote.kind is not None and vote.direction == (-bias.lean or -1)
    )
    return {
        "bias.strength": Fact(bias.strength, evidence),
        "bias.direction": Fact(value, evidence),
        "bias.opposing_share": Fact(bias.opposing_share, against),
    }


def _vote_row(vote: Vote) -> dict[str, object]:
    words = {1: "bullish", -1: "bearish", 0: "neutral", None: "unknown"}
    return {"name": vote.name, "vote": words[vote.direction], "reason": vote.reason}
