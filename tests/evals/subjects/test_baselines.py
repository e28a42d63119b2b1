"""Baselines: the same guess for the same case, as many finds as are labelled, and a score that is chance's."""

import pickle

import numpy as np
import pytest

from agent.labels import BIASES, DecisionLabel, Labels
from evals.cases.case import Case, Turn
from evals.scoring.score import score_case
from evals.scoring.summary import summarise
from evals.subjects.asked import Asked, asked_of
from evals.subjects.baselines import NoTrade, RandomDetector
from evals.subjects.found import Found
from tests.evals.scoring.drawn import M15, case, event, row, talk, zone

EXHAUSTIVE = {M15: frozenset({"mss", "sweep", "fair_value_gap"})}


def labelled(id: str) -> Case:
    """Return a chart with three shifts, a gap, no sweep, and one of everything else."""
    labels = Labels(
        events=tuple(event(at, at + 2) for at in (5, 15, 25)),
        zones=(zone(10, 19, 0, 10, 11),),
        complete=EXHAUSTIVE,
        bias={"htf": "bullish"},
        rules={"1.1": "pass", "6.2": "fail"},
        decision=DecisionLabel("NO_TRADE", "1.1"),
    )
    return case(labels, id=id)


def told(id: str) -> Asked:
    """Return what a detector that guesses is told of it."""
    return asked_of(labelled(id), with_amounts=True)


@pytest.fixture(scope="module")
def guesses() -> list[Found]:
    return [RandomDetector().find(told(f"c{number}")) for number in range(300)]


def test_the_same_case_is_guessed_alike_and_another_or_another_seed_otherwise() -> None:
    one = RandomDetector(3).find(told("a"))
    assert one == pickle.loads(pickle.dumps(RandomDetector(3))).find(told("a"))
    assert one != RandomDetector(3).find(told("b"))
    assert one != RandomDetector(4).find(told("a"))


def test_about_as_many_are_found_as_are_labelled(guesses: list[Found]) -> None:
    """Poisson counts of mean 3 and 1 and a coin: over 300 charts their means err by √(3/300), √(1/300) and ½/√300."""
    shifts = np.mean([sum(one.kind == "mss" for one in guess.events) for guess in guesses])
    sweeps = np.mean([sum(one.kind == "sweep" for one in guess.events) for guess in guesses])
    gaps = np.mean([len(guess.zones) for guess in guesses])
    assert shifts == pytest.approx(3, abs=4 * (3 / 300) ** 0.5)
    assert gaps == pytest.approx(1, abs=4 * (1 / 300) ** 0.5)
    assert sweeps == pytest.approx(0.5, abs=4 * 0.5 / 300**0.5)


def test_guesses_lie_on_the_chart_and_are_known_as_late_as_labels_are(guesses: list[Found]) -> None:
    chart = labelled("a").subject
    clock = chart.base.time.tolist()  # type: ignore[union-attr]  # it is a chart
    for guess in guesses:
        for one in guess.events:
            late = clock.index(one.detected_at) - clock.index(one.at)
            assert late == (0 if one.kind == "sweep" else min(2, len(clock) - 1 - clock.index(one.at)))
        for gap in guess.zones:
            assert gap.top - gap.bottom == pytest.approx(0.0001)
            assert gap.until is None or gap.until >= gap.since


def test_every_class_is_guessed_evenly(guesses: list[Found]) -> None:
    """Each of three classes in a third of 300: √(300·⅓·⅔) = 8.2 is the standard error, four of it are allowed."""
    said = {
        "bias": [guess.bias["htf"] for guess in guesses],
        "rule": [guess.rules["1.1"] for guess in guesses],
        "decision": [guess.decision.status for guess in guesses if guess.decision is not None],
    }
    assert set(said["bias"]) == set(BIASES) - {"unclear"}
    for words in said.values():
        assert [words.count(word) for word in sorted(set(words))] == pytest.approx([100] * 3, abs=4 * 8.2)


def test_a_trade_is_offered_only_with_a_setup(guesses: list[Found]) -> None:
    for guess in guesses:
        assert guess.decision is not None
        setup = guess.decision.setup
        assert (setup is not None) == (guess.decision.status == "TRADE_NOW")
        if setup is not None:
            assert (setup.targets[0] - setup.entry) / (setup.entry - setup.stop) == pytest.approx(2)


def test_guessing_scores_chance() -> None:
    cases = [labelled(f"c{number}") for number in range(300)]
    rows = [row(one, score_case(one, RandomDetector().find(asked_of(one, with_amounts=True)))) for one in cases]
    scores = summarise(rows)["overall"]
    assert scores["passed"]["value"] == 0.0
    assert scores["rules.mcc"]["value"] == pytest.approx(0, abs=4 / 600**0.5)
    assert scores["decisions.accuracy"]["value"] == pytest.approx(1 / 3, abs=4 * (2 / 9 / 300) ** 0.5)
    # Three labels and about three finds on one of forty bars, half of them the other way: few hits, and not none.
    assert 0 < scores["events.f1_at_0"]["value"] < 0.1
    assert scores["events.look_ahead"]["value"] <= 0.01  # only where the chart ends before a find could be known


def test_no_trade_refuses_everything_and_finds_nothing() -> None:
    found = NoTrade().find(asked_of(labelled("a")))
    assert found.decision is not None
    assert (found.decision.status, found.events, found.zones) == ("NO_TRADE", (), ())
    score = score_case(labelled("a"), found)
    assert not score.passed
    assert score.parts["events"][0]["within"]["0"] == [0, 0, 3, 0]  # it looks for everything


def test_baselines_say_who_they_are_and_answer_no_questions() -> None:
    assert NoTrade().identity()["subject"] == NoTrade().name == "no-trade"
    assert RandomDetector(1).identity() != RandomDetector(2).identity()
    for subject in (NoTrade(), RandomDetector()):
        assert subject.find(asked_of(talk(Turn("Why?")))) == Found()
