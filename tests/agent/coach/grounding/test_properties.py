"""Laws of the checker: what a tool returned may be said, what it did not may not; and nothing breaks it."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from agent.coach.grounding.check import check_answer, mark, repair_request
from agent.coach.grounding.claims import Evidence
from tests.agent.coach.grounding.recorded import RULES, evidence_of

_KEYS = st.sampled_from(["entry", "stop", "price", "top", "last_close", "level"])
_PRICES = st.integers(min_value=10_000, max_value=99_999_999).map(lambda ticks: ticks / 100_000)
_INSTANTS = st.integers(min_value=1_000_000_000, max_value=2_000_000_000).map(lambda second: second // 60 * 60)


def _evidence(**told: object) -> list[Evidence]:
    return [evidence_of("find_fair_value_gaps", {}, json.dumps({"tool": "find_fair_value_gaps", **told}))]


def _written(price: float) -> str:
    return f"{price:.5f}"


@given(_KEYS, _PRICES)
def test_a_price_quoted_verbatim_is_supported(key: str, price: float) -> None:
    assert check_answer(f"The {key} is {_written(price)}.", _evidence(**{key: price}), [], RULES).is_grounded


@given(_KEYS, _PRICES, st.integers(min_value=1, max_value=5_000), st.booleans())
def test_a_perturbed_price_is_not(key: str, price: float, ticks: int, up: bool) -> None:
    other = price + ticks / 100_000 * (1 if up else -1)

    assert not check_answer(f"The {key} is {_written(other)}.", _evidence(**{key: price}), [], RULES).is_grounded


@given(_INSTANTS)
def test_a_time_quoted_verbatim_or_in_another_zone_is_supported(second: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    evidence = _evidence(confirmed_at=f"{at:%Y-%m-%dT%H:%MZ}")

    assert check_answer(f"It came at {at:%Y-%m-%dT%H:%M:%SZ}, {at:%H:%M} UTC.", evidence, [], RULES).is_grounded
    assert check_answer(f"It came on {at.day} {at:%B %Y} at {at:%H:%M} UTC.", evidence, [], RULES).is_grounded


@given(_INSTANTS, st.integers(min_value=1, max_value=1439))
def test_a_perturbed_time_is_not(second: int, minutes: int) -> None:
    at, other = (datetime.fromtimestamp(one, UTC) for one in (second, second + 60 * minutes))
    evidence = _evidence(confirmed_at=f"{at:%Y-%m-%dT%H:%MZ}")

    assert not check_answer(f"It came at {other:%H:%M} UTC.", evidence, [], RULES).is_grounded


@given(st.sampled_from(sorted(RULES)), st.sampled_from(sorted(RULES)), st.sampled_from(["pass", "fail"]))
def test_a_verdict_holds_of_its_own_rule_alone(rule: str, other: str, outcome: str) -> None:
    evidence = _evidence(verdict={"rule": rule, "name": RULES[rule], "outcome": outcome})
    said, denied = ("passed", "failed") if outcome == "pass" else ("failed", "passed")

    assert check_answer(f"Rule {rule} {said}.", evidence, [], RULES).is_grounded
    assert not check_answer(f"Rule {rule} {denied}.", evidence, [], RULES).is_grounded
    assert check_answer(f"Rule {other} {said}.", evidence, [], RULES).is_grounded is (rule == other)


@given(st.text(max_size=300), st.text(max_size=200), st.text(max_size=100))
def test_no_text_breaks_it(answer: str, told: str, said: str) -> None:
    evidence = [evidence_of("find_swings", {}, told), *_evidence(reason=told)]
    report = check_answer(answer, evidence, [said], RULES)

    assert check_answer(answer, evidence, [said], RULES) == report
    assert all(answer[one.start : one.end] == one.text for one in report.claims)
    assert mark(answer, report).replace(" [unsupported]", "") == answer.replace(" [unsupported]", "")
    assert all(repr(one.text) in repair_request(report) for one in report.unsupported[:3])


@given(st.text(alphabet="0123456789.,:-/ %RUTCat\n", max_size=400))
def test_no_heap_of_numbers_breaks_it(answer: str) -> None:
    report = check_answer(answer, (), [], RULES)

    assert all(not one.supported and one.reason for one in report.claims)
