"""What every why-not must be: proved, with no change that could be left out or made smaller."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rulebook.book import Rulebook
from rulebook.counterfactual import WhyNot, is_trade
from rulebook.facts import VOCABULARY, Fact, Scalar


def asked(found: WhyNot) -> dict[str, Scalar]:
    """Return the needed values by fact."""
    return {one.fact: one.value_needed for one in found.changes}


def must_be_as_small_as_it_says(
    rules: Rulebook, given_facts: Mapping[str, Fact], found: WhyNot, *, steps: bool = False
) -> None:
    """Check that none of the changes can be left out, and that 99 % of a number's is not enough.

    With `steps`, a number that counts things is tried one step nearer instead: between the steps a strict
    inequality, which no shipped rule holds, can be true already.
    """
    changed = found.apply(given_facts)
    assert is_trade(rules, changed)
    for one in found.changes:
        assert one.rule_ids
        assert one.value_now != one.value_needed
        assert one.sentence
        others = tuple(other for other in found.changes if other is not one)
        assert not is_trade(rules, WhyNot(False, others, False).apply(given_facts))
        if one.distance is not None and isinstance(one.value_now, int | float):
            nearly = one.value_now + 0.99 * (float(one.value_needed) - one.value_now)
            if steps and VOCABULARY[one.fact].whole:
                nearly = float(one.value_needed) + math.copysign(1, one.value_now - float(one.value_needed))
            assert nearly == one.value_needed or not is_trade(rules, {**changed, one.fact: Fact(nearly)})
