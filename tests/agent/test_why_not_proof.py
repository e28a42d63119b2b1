"""The why-not proved over many refusals, on simulated and on real candles: the whole change trades, 99 % does not."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import chain, count, zip_longest
from typing import Final

import pytest

from agent.analysis.reading import SharedCharts
from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import walk_now
from rulebook.book import Rulebook
from rulebook.counterfactual import Change, WhyNot, is_trade, why_not
from rulebook.facts import Fact
from rulebook.loader import load_rulebook
from tests.agent.explanation.recorded import PROFILES, real_requests, simulated_requests

REFUSALS: Final = 1_000 if os.environ.get("ICT_PROOFS") else 150
"""How many to prove: `ICT_PROOFS=1` asks for all, which takes about a minute."""
_NEARLY: Final = 0.99


def refusals() -> Iterator[tuple[str, Rulebook, dict[str, Fact], WhyNot]]:
    """Yield what was refused, from simulated and real candles in turn, by both profiles."""
    rulebooks = [load_rulebook(profile) for profile in PROFILES]
    simulated = (("simulated", one) for one in simulated_requests(REFUSALS // 4, hours_apart=11, bars=300))
    real = (("real", one) for one in real_requests(REFUSALS // 4, bars=300))
    both: Iterator[tuple[str, AnalysisRequest] | None] = chain.from_iterable(zip_longest(simulated, real))
    for source, request in filter(None, both):
        charts = SharedCharts(request)
        for rulebook in rulebooks:
            outcome = walk_now(request, rulebook, charts=charts)
            facts = {name: Fact.from_dict(fact) for name, fact in outcome["facts"].items()}
            if outcome["decision"]["status"] != "TRADE_NOW":
                yield source, rulebook, facts, why_not(rulebook, facts)


def part_way(facts: dict[str, Fact], changes: tuple[Change, ...], numbers: tuple[Change, ...]) -> dict[str, Fact]:
    """Return the facts with every change made in full, but some numbers moved 99 % of their way."""
    moved = {one.fact: Fact(one.value_needed) for one in changes}
    for one in numbers:
        now, needed = one.value_now, one.value_needed
        assert isinstance(now, int | float)
        assert isinstance(needed, int | float)
        moved[one.fact] = Fact(now + _NEARLY * (needed - now))
    return {**facts, **moved}


def test_the_whole_change_is_a_trade_and_almost_all_of_a_number_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    counted: Counter[str] = Counter()
    for number, (source, rulebook, facts, answer) in zip(count(), refusals(), strict=False):
        if number == REFUSALS:
            break
        counted[source] += 1
        assert not answer.is_trade
        assert answer.proven, (source, answer)
        assert answer.changes
        assert is_trade(rulebook, answer.apply(facts)), (source, answer)
        numbers = tuple(change for change in answer.changes if change.distance is not None)
        for nearly in (numbers, *((one,) for one in numbers)) if numbers else ():
            assert not is_trade(rulebook, part_way(facts, answer.changes, nearly)), (source, nearly)
        counted["numbers"] += len(numbers)
    proved = counted["simulated"] + counted["real"]
    with capsys.disabled():
        print(f"\nwhy-not: {proved} refusals proved ({dict(counted)})")  # noqa: T201  # how many ran is the result
    assert proved == REFUSALS
    assert counted["numbers"] > proved / 10
