"""The adversarial suite: pairs are complete, differ in one number, contradict each other, and the program agrees."""

import re
from collections import defaultdict
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
import pytest

from agent.labels import Bias, Labels
from evals.cases.case import Case, Chart
from evals.scoring.score import score_case
from evals.subjects.analysis import AnalysisSubject
from evals.subjects.asked import asked_of
from evals.suites.adversarial.build import build
from evals.suites.adversarial.near_miss import TURNED
from evals.suites.adversarial.time_and_place import BOUNDS, model_chart
from evals.suites.textbook.drawing import Pen
from evals.suites.textbook.moments import seconds_of
from rulebook.loader import load_rulebook
from tests.evals.suites.sentences import has_a_clock_of_nobody, strange_prices, strange_times, wrong_prices
from tools.candles import Candles

LEAST_PAIRS: Final = 60
LEAST_MIRRORED: Final = 200
PRICED: Final = re.compile(r"\b[145]\d*\.\d\d(\d\d)?\b")
"""A price as the drawings of a pair or of index futures write it."""
PLAIN_TICKS: Final = re.compile(r"\[-?\d+\]|\bat -?\d+ ticks")
OF_ANOTHER_LENGTH: Final = {"candle-length"}
"""Thresholds whose two sides are charts of other timeframes."""
RULES: Final = {
    "1.1", "1.2.3", "2.2", "2.3", "3.1", "3.2", "3.3", "3.4", "3.5", "4.1", "4.2", "5.1", "5.2", "5.3", "5.4", "5.6",
    "6.1", "6.2", "6.3", "6.5", "6.7", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "8.1", "8.2", "8.3", "8.4", "9.1",
    "9.2", "9.3", "10",
}  # fmt: skip


@cache
def cases() -> tuple[Case, ...]:
    return build()


@cache
def pairs() -> dict[tuple[str, str], dict[str, Case]]:
    """Return the two cases of each threshold and variant."""
    found: dict[tuple[str, str], dict[str, Case]] = defaultdict(dict)
    for case in cases():
        threshold, side, variant = case.id.split(".")
        assert (threshold, side) == (case.tags["threshold"], case.tags["side"])
        found[threshold, variant][side] = case
    return dict(found)


def chart_of(case: Case) -> Chart:
    assert isinstance(case.subject, Chart)
    return case.subject


def differences(one: Any, other: Any) -> list[str]:
    """Return which of the plain values of two inputs differ, a chart's windows aside."""
    if is_dataclass(one) and type(one) is type(other):
        return [
            f"{column.name} {told}"
            for column in fields(one)
            if column.name not in ("windows", "companion")
            for told in differences(getattr(one, column.name), getattr(other, column.name))
        ]
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return [told for left, right in zip(one, other, strict=True) for told in differences(left, right)]
    return [] if one == other else [f"{one} {other}"]


def drawn(candles: Candles | None) -> np.ndarray[Any, Any]:
    """Return the prices of bars, one row each."""
    if candles is None:
        return np.empty((0, 4))
    return np.column_stack((candles.open, candles.high, candles.low, candles.close))


def changed_bars(one: Candles | None, other: Candles | None) -> int:
    """Count the bars two windows do not share from either end: of a bar put in or left out, that one."""
    left, right = drawn(one), drawn(other)
    shorter = min(len(left), len(right))
    same = (left[:shorter] == right[:shorter]).all(axis=1)
    head = shorter if same.all() else int(same.argmin())
    back = (left[::-1][: shorter - head] == right[::-1][: shorter - head]).all(axis=1)
    tail = shorter - head if back.all() else int(back.argmin())
    return max(len(left), len(right)) - head - tail


def test_there_are_enough_pairs_and_each_is_complete() -> None:
    assert len(pairs()) >= LEAST_PAIRS
    assert len({case.id for case in cases()}) == len(cases()) == 2 * len(pairs())
    assert [name for name, sides in pairs().items() if set(sides) != {"inside", "outside"}] == []


def test_building_twice_gives_the_same_cases() -> None:
    again = build()
    assert [case.id for case in again] == [case.id for case in cases()]
    assert [(case.labels, case.why) for case in again] == [(case.labels, case.why) for case in cases()]
    assert all(chart_of(one) == chart_of(other) for one, other in zip(again, cases(), strict=True))


def test_the_labels_of_a_pair_contradict_each_other() -> None:
    for name, sides in pairs().items():
        inside, outside = sides["inside"].labels, sides["outside"].labels
        assert inside != outside, name
        assert set(inside.rules) == set(outside.rules), name
        assert inside.complete == outside.complete, name


def test_a_pair_of_a_rule_passes_inside_and_does_not_outside() -> None:
    for name, sides in pairs().items():
        rule = sides["inside"].tags.get("rule")
        if rule is not None:
            assert sides["inside"].labels.rules == {rule: "pass"}, name
            assert sides["outside"].labels.rules[rule] in ("fail", "not_evaluated"), name


def test_a_pair_differs_in_one_number() -> None:
    """In one field of what is asked, or in one bar, or in how many bars there are, of the finest timeframe."""
    for (threshold, variant), sides in pairs().items():
        inside, outside = chart_of(sides["inside"]), chart_of(sides["outside"])
        moved = differences(inside, outside)
        if threshold in OF_ANOTHER_LENGTH:
            continue
        assert inside.base.timeframe is outside.base.timeframe
        redrawn = changed_bars(inside.base, outside.base)
        companion = changed_bars(inside.companion, outside.companion)
        grown = len(inside.base) != len(outside.base)
        if grown or (redrawn == companion == 0 and bool((inside.base.time != outside.base.time).any())):
            assert all(told.startswith("as_of") for told in moved), (threshold, variant, moved)
            continue
        assert len(moved) + bool(redrawn) + bool(companion) == 1, (threshold, variant, moved, redrawn, companion)


def test_every_rule_with_a_number_a_chart_can_stand_next_to_has_a_pair() -> None:
    assert {case.tags["rule"] for case in cases() if "rule" in case.tags} == RULES
    assert {rule.id for rule in load_rulebook("strict").rules} >= RULES


def test_every_case_says_who_labelled_it_and_why() -> None:
    for case in cases():
        assert case.provenance.method == "builder"
        assert case.provenance.by == "ict-agent adversarial 1"
        assert case.pinned
        assert len(case.why) > 40, case.id
        assert case.why.endswith("."), case.id


def test_every_sentence_names_prices_of_its_chart_and_times_of_new_york() -> None:
    assert [(case.id, case.why) for case in cases() if has_a_clock_of_nobody(case)] == []
    assert [(case.id, told, case.why) for case in cases() if (told := strange_prices(case))] == []
    assert [(case.id, told, case.why) for case in cases() if (told := strange_times(case))] == []
    assert [case.id for case in cases() if PLAIN_TICKS.search(case.why)] == []


def directions(why: str) -> list[str]:
    """Return the words of a sentence that turn with a drawing, in lower case and in order."""
    return [word for word in re.findall(r"[a-z]+(?:-side)?", why.lower()) if word in TURNED]


def test_the_sentence_of_a_mirrored_drawing_is_turned_with_it() -> None:
    whys = {case.id: case.why for case in cases()}
    mirrored = [name for name in whys if name.endswith("bearish")]
    assert len(mirrored) >= LEAST_MIRRORED
    for name in mirrored:
        upright = whys[f"{name.removesuffix('bearish')}bullish"]
        if PRICED.search(upright):
            assert whys[name] != upright, name
        assert directions(whys[name]) == [TURNED[word] for word in directions(upright)], name
    assert "Price moved 11 ticks down from the first open" in whys["expansion-move.inside.strict-bearish"]


def test_the_program_agrees_with_every_label() -> None:
    subject = AnalysisSubject()
    found = {case.id: subject.find(asked_of(case)) for case in cases()}
    assert [told for case in cases() for told in wrong_prices(case, found[case.id])] == []
    scores = {case.id: score_case(case, found[case.id]) for case in cases()}
    assert {name: score.failures for name, score in scores.items() if not score.passed} == {}


def test_only_time_and_place_tell_the_sides_of_a_model_apart() -> None:
    """The same shift and gap are entered on both sides by the models that ask neither when nor where."""
    subject = AnalysisSubject()
    beside = ("6.2", "6.3", "6.4")
    sides = [case for case in cases() if case.tags["threshold"].startswith("model-")]
    assert len(sides) == 2 * 2 * len(BOUNDS) + 8
    for case in sides:
        way: Bias = "bullish" if case.id.endswith("bullish") else "bearish"
        labels = Labels(rules=dict.fromkeys(beside, "pass"), bias={"htf": way})
        asked = replace(case, labellings=(replace(case.labellings[0], labels=labels),))
        assert score_case(asked, subject.find(asked_of(asked))).failures == (), case.id


@pytest.mark.parametrize(("symbol", "morning_ends"), [("EURUSD", 10), ("NQ", 11)])
def test_the_end_of_the_morning_is_no_bound_as_the_london_close_goes_on(symbol: str, morning_ends: int) -> None:
    """Quarters on both sides of it lie in a kill zone, so there is no pair to make of it."""
    start = f"2024-05-14T{9 + morning_ends + 2}:00-04:00"
    subject = AnalysisSubject()
    some = next(case for case in cases() if case.tags["threshold"] == "model-time" and case.tags["side"] == "inside")
    for still in (2, 3):
        case = replace(some, subject=model_chart(Pen(symbol), start, still))
        confirmed = chart_of(case).base.time[still + 49]
        assert int(confirmed) == seconds_of(f"2024-05-15T{morning_ends}:00-04:00") - (3 - still) * 900
        assert score_case(case, subject.find(asked_of(case))).passed, (symbol, still)


@pytest.mark.parametrize(
    ("threshold", "side", "moved"),
    [
        ("swing-left-bars", "inside", {"internal_bars": 3}),
        ("displacement-body", "outside", {"displacement_k": 1.0}),
        ("gap-height", "inside", {"gap_minimum_atr": 1.0}),
        ("balanced-window", "outside", {"balanced_window_bars": 21}),
        ("equal-tolerance", "outside", {"equal_tolerance_atr": 0.2}),
        ("delivery-lookback", "outside", {"delivery_lookback_bars": 11}),
        ("divergence-align", "inside", {"divergence_align_bars": 1}),
        ("judas-until", "outside", {"judas_until": "10:01"}),
        ("judas-midnight", "inside", {"judas_until": "07:45"}),
        ("rejection-swept-when-confirmed", "inside", {"reclaim_bars": 2}),
    ],
)
def test_a_definition_that_moved_fails_a_side(threshold: str, side: str, moved: dict[str, Any]) -> None:
    """Under another definition the side it moved across no longer meets its labels, upright or upside down."""
    subject = AnalysisSubject()
    sides = [case for case in cases() if (case.tags["threshold"], case.tags["side"]) == (threshold, side)]
    assert len(sides) == 2
    for case in sides:
        altered = replace(case, subject=replace(chart_of(case), parameters=moved))
        assert not score_case(altered, subject.find(asked_of(altered))).passed, case.id


@pytest.mark.parametrize(
    ("threshold", "side", "moved"),
    [
        ("reward-ratio", "outside", {"7.2": {"minimum": 1.95}}),
        ("risk-maximum", "outside", {"7.1": {"maximum": 2.05}}),
        ("risk-minimum", "outside", {"7.1": {"minimum": 0.45}}),
        ("stop-beyond", "outside", {"7.3": {"minimum_atr": 0.045}}),
        ("first-target", "outside", {"7.4": {"minimum_first_r": 0.95}}),
        ("breakeven", "outside", {"7.5": {"breakeven_r": 0.95}}),
        ("trades-a-day", "outside", {"7.6": {"maximum_trades_today": 6}}),
        ("minutes-since-loss", "inside", {"7.6": {"cooldown_minutes": 31}}),
        ("drawdown", "outside", {"7.6": {"maximum_drawdown_pct": 16}}),
        ("trades-a-session", "outside", {"9.3": {"maximum_trades": 3}}),
        ("news-minutes", "inside", {"8.4": {"window_minutes": 61}}),
        ("bars-missing", "outside", {"9.2": {"maximum_bars": 4}}),
        ("minutes-left", "inside", {"1.2.3": {"minimum_minutes_left": 31}}),
        ("shift-lookback", "inside", {"2.3": {"lookback_bars": 39}}),
        ("setup-lookback", "inside", {"9.1": {"lookback_bars": 39}}),
        ("right-half-depth", "inside", {"5.1": {"minimum_depth": 4}}),
        ("ote-shallow-edge", "outside", {"6.1": {"lower": 0.6}}),
        ("ote-deep-edge", "outside", {"6.1": {"upper": 0.8}}),
        ("confluence-points", "outside", {"10": {"minimum_points": 5}}),
    ],
)
def test_a_parameter_that_moved_fails_a_side(threshold: str, side: str, moved: dict[str, dict[str, Any]]) -> None:
    """Under another parameter the side it moved across no longer meets its labels."""
    subject = AnalysisSubject(tuning=moved)
    sides = [case for case in cases() if (case.tags["threshold"], case.tags["side"]) == (threshold, side)]
    assert sides
    for case in sides:
        assert not score_case(case, subject.find(asked_of(case))).passed, case.id
