"""What a subject is given of a case: what is judged, and not one label."""

from dataclasses import replace

import pytest

from agent.labels import DecisionLabel, Labels, SetupLabel
from evals.cases.case import Case, Chart, Turn
from evals.subjects.analysis import AnalysisSubject
from evals.subjects.asked import asked_of
from evals.subjects.baselines import NoTrade, RandomDetector
from evals.subjects.coach import CoachSubject
from evals.subjects.peer import PeerSubject
from evals.subjects.service import ServiceSubject
from tests.evals.scoring.drawn import M15, candles, case, event, talk, zone

HERE = Labels(
    events=(event(5, 7), event(15, 17)),
    zones=(zone(10, 19, 0, 10, 11),),
    complete={M15: frozenset({"sweep"})},
    bias={"htf": "bullish", "15m": "bearish"},
    rules={"1.1": "pass"},
    decision=DecisionLabel("NO_TRADE", "1.1"),
)
ELSEWHERE = Labels(
    events=(event(9, way="bullish"),),
    zones=(zone(1, None, 40, 90, way="bearish"), zone(3, 4, 1, 2)),
    complete={M15: frozenset({"sweep"})},
    bias={"htf": "bearish", "15m": "neutral"},
    rules={"1.1": "fail"},
    setup=SetupLabel("bullish", 1.0, 0.9, (1.2,), "6.5"),
)


def test_labels_that_speak_of_the_same_are_asked_for_alike() -> None:
    asked = asked_of(case(HERE))
    assert asked == asked_of(case(ELSEWHERE))
    assert asked.kinds == {M15: frozenset({"mss", "fair_value_gap", "sweep"})}
    assert (asked.biases, asked.rules, asked.wants_walk) == ({"htf", "15m"}, {"1.1"}, True)
    assert not asked_of(case(Labels(events=HERE.events))).wants_walk


def test_what_followed_a_chart_is_not_given() -> None:
    labelled = case(HERE)
    assert isinstance(labelled.subject, Chart)
    known: Case = replace(labelled, subject=replace(labelled.subject, after=candles()))
    assert asked_of(known) == asked_of(labelled)


def test_of_a_conversation_only_the_questions_are_given() -> None:
    turn = Turn("Why?", ("current_decision",), ("WAIT",), ("buy",), True, ("told",))
    assert asked_of(talk(turn)) == asked_of(talk(Turn("Why?")))


def test_where_the_case_has_it_answered_the_answer_and_its_tools_are_given_and_no_label() -> None:
    turn = Turn("Why?", ("current_decision",), ("WAIT",), ("buy",), True, ("told",), says="You wait.")
    assert asked_of(talk(turn)) == asked_of(talk(Turn("Why?", ("current_decision",), says="You wait.")))


def test_who_guesses_is_told_how_many_and_how_large_and_nobody_else() -> None:
    amounts = asked_of(case(HERE), with_amounts=True).amounts
    assert amounts == {(M15, "mss"): (2, 2), (M15, "fair_value_gap"): pytest.approx((0.0001,))}
    assert asked_of(case(HERE)).amounts == {}
    service = ServiceSubject(AnalysisSubject(), CoachSubject())
    others = (service, service.analysis, service.coach, NoTrade(), PeerSubject())
    assert [one.is_told_amounts for one in (*others, RandomDetector())] == [False] * 5 + [True]


def test_only_a_model_that_is_asked_over_the_network_may_answer_otherwise() -> None:
    asked = [ServiceSubject(AnalysisSubject(), CoachSubject(model)) for model in (None, "offline", "gpt")]
    assert [one.is_deterministic for one in asked] == [True, True, False]
    assert all(one.is_deterministic for one in (NoTrade(), PeerSubject(), RandomDetector()))
