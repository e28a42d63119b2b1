"""Every number a profile may set: both ends of its range walk, and what lies beyond them is refused with its line."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from agent.analysis.reading import SharedCharts
from agent.analysis.request import AnalysisRequest
from agent.analysis.steps import walk_now
from rulebook.facts import Scalar
from rulebook.loader import check_profile
from rulebook.schema import Parameter
from tests.agent.analysis.market import NOW, demo_candles, request_of, rules
from tools.errors import RulebookError
from tools.timeframes import Timeframe

NUMBERS = [(rule.id, one) for rule in rules().rules for one in rule.parameters if one.unit is not None]
PAIRED = {("6.1", "lower"), ("6.1", "upper")}
"""Two ends of one `between`, which stay in order only when they move together."""


@cache
def traded() -> AnalysisRequest:
    """Return a request that comes to a trade, so that every node and the whole decision are walked."""
    charts = (demo_candles("EURUSD", Timeframe.M15, until=NOW - 3600 * hours) for hours in range(0, 37 * 100, 37))
    requests = (request_of(one, account_balance=1e6).check() for one in charts)
    return next(one for one in requests if walk_now(one, rules())["decision"]["status"] == "TRADE_NOW")


@cache
def shared() -> SharedCharts:
    return SharedCharts(traded())


def named(rule_id: str, one: Parameter) -> str:
    return f"{rule_id}-{one.name}"


def ends(one: Parameter) -> tuple[float, float]:
    assert one.range.minimum is not None
    assert one.range.maximum is not None
    return one.range.minimum, one.range.maximum


@pytest.mark.parametrize(("rule_id", "parameter"), NUMBERS, ids=[named(*one) for one in NUMBERS])
def test_both_ends_of_a_range_walk(rule_id: str, parameter: Parameter) -> None:
    for value in ends(parameter):
        both = (rule_id, parameter.name) in PAIRED
        values: dict[str, Scalar] = {"lower": value, "upper": value} if both else {parameter.name: value}
        outcome = walk_now(traded(), rules().tuned({rule_id: values}), charts=shared())
        assert outcome["decision"]["status"] in ("TRADE_NOW", "WAIT", "NO_TRADE")
        assert all(one["outcome"] != "error" for one in outcome["verdicts"])


def outside(one: Parameter) -> Iterator[float]:
    """Yield a number just below the range and one just above it, and for a count one between two."""
    lowest, highest = ends(one)
    step = 1 if one.range.whole else 0.001
    yield lowest - step
    yield highest + step
    if one.range.whole:
        yield lowest + 0.5


@pytest.mark.parametrize(("rule_id", "parameter"), NUMBERS, ids=[named(*one) for one in NUMBERS])
def test_a_number_outside_is_not_tuned_to(rule_id: str, parameter: Parameter) -> None:
    for value in outside(parameter):
        with pytest.raises(RulebookError) as caught:
            rules().tuned({rule_id: {parameter.name: value}})
        said = f"parameter {parameter.name} of rule {rule_id} is {value!r}; write {parameter.range.words()}"
        assert list(caught.value.problems) == [f"tuned: {said}"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_profile_with_numbers_outside_is_refused_with_line_and_range(place: int) -> None:
    lines, expected = ["profile: own", "description: x", "extends: relaxed", "rules:"], []
    for rule_id in dict.fromkeys(rule_id for rule_id, _ in NUMBERS):
        lines += [f'  "{rule_id}":', "    parameters:"]
        for one in (one for of, one in NUMBERS if of == rule_id):
            values: list[Any] = list(outside(one))
            if place < len(values):
                lines.append(f"      {one.name}: {values[place]!r}")
                what = f"parameter {one.name} of rule {rule_id} is {values[place]!r}"
                expected.append(f"profile:{len(lines)}: {what}; write {one.range.words()}")
        if lines[-1] == "    parameters:":
            del lines[-2:]
    assert check_profile("\n".join(lines) + "\n") == expected
    assert len(expected) > 20
