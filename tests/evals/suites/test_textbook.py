"""The textbook suite: its charts are small, say why, cover every rule, and the program agrees with them."""

from collections import Counter
from functools import cache
from typing import Final

import pytest

from agent.analysis.permission import EMERGENCY_STOP, FULL_AUTO, MODES, SIMULATION
from evals.cases.case import Case, Chart
from evals.scoring.score import score_case
from evals.subjects.analysis import AnalysisSubject
from evals.subjects.asked import asked_of
from evals.suites.textbook.build import build
from evals.suites.textbook.drawing import Pen, clock, steady, with_clock
from rulebook.loader import load_rulebook
from tests.evals.suites.sentences import has_a_clock_of_nobody, strange_prices, strange_times, wrong_prices

LEAST: Final = 3
LEAST_ACTING: Final = 14
GROUPS: Final = range(1, 10)


@cache
def cases() -> tuple[Case, ...]:
    return build()


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(case.id for case in cases()).items() if count > 1] == []


def test_there_are_enough_charts() -> None:
    assert len(cases()) >= 120


@pytest.mark.parametrize("rule", [r.id for r in load_rulebook("strict").rules if int(r.id.partition(".")[0]) in GROUPS])
def test_every_rule_has_charts_of_both_kinds(rule: str) -> None:
    counts = Counter(case.tags["polarity"] for case in cases() if case.tags.get("rule") == rule)
    assert counts["positive"] >= LEAST
    assert counts["negative"] >= LEAST


def test_a_positive_chart_passes_its_rule_and_a_negative_one_does_not() -> None:
    for case in cases():
        if "rule" in case.tags:
            passes = case.labels.rules[case.tags["rule"]] == "pass"
            assert passes == (case.tags["polarity"] == "positive"), case.id


def test_every_window_is_small_and_every_reason_names_the_chart() -> None:
    for case in cases():
        assert isinstance(case.subject, Chart)
        assert {name: len(one) for name, one in case.subject.windows.items() if not 10 <= len(one) <= 80} == {}, case.id
        assert len(case.why) > 40, case.id
        assert any(letter.isdigit() for letter in case.why), case.id
        assert case.pinned


def test_every_sentence_names_prices_of_its_chart_and_times_of_new_york() -> None:
    assert [(case.id, case.why) for case in cases() if has_a_clock_of_nobody(case)] == []
    assert [(case.id, told, case.why) for case in cases() if (told := strange_prices(case))] == []
    assert [(case.id, told, case.why) for case in cases() if (told := strange_times(case))] == []


def test_a_clock_is_new_yorks_in_summer_and_in_winter() -> None:
    for start, opens in (("2024-03-06T13:00:00Z", "08:00"), ("2024-07-10T18:00:00Z", "14:00")):
        candles = Pen().candles(steady(2, 0, 10), "15m", start)
        assert clock(candles, 0) == opens
    assert with_clock("It closed at 08:00.") == "It closed at 08:00 (New York times)."
    for own in ("It closed at 08:00 New York.", "It closed at 12:00 UTC.", "It closed a tick higher."):
        assert with_clock(own) == own


def test_what_may_be_done_is_asked_under_every_mode_live_past_and_simulated() -> None:
    asked = [case.subject for case in cases() if case.tags["group"] == "acting"]
    charts = [chart for chart in asked if isinstance(chart, Chart)]
    assert len(charts) >= LEAST_ACTING
    assert {chart.mode for chart in charts} == {None, *MODES}
    for mode in (FULL_AUTO, SIMULATION):
        assert {chart.is_past for chart in charts if chart.mode == mode} == {True, False}
    assert {(chart.simulated, chart.is_past) for chart in charts} == {
        (made_up, past) for made_up in (True, False) for past in (True, False)
    }
    assert {chart.mode for chart in charts if chart.discipline.stopped} == {FULL_AUTO, SIMULATION, EMERGENCY_STOP}


def test_every_label_is_one_the_program_agrees_with() -> None:
    subject = AnalysisSubject()
    found = {case.id: subject.find(asked_of(case)) for case in cases()}
    assert [told for case in cases() for told in wrong_prices(case, found[case.id])] == []
    scores = {case.id: score_case(case, found[case.id]) for case in cases()}
    assert {name: score.failures for name, score in scores.items() if not score.passed} == {}
