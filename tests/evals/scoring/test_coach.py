"""Answers of the coach by hand."""

from dataclasses import replace

import pytest

from evals.cases.case import Turn
from evals.scoring.coach import CHECKS, is_path, says
from evals.scoring.score import score_case
from evals.subjects.found import Found, FoundAnswer
from tests.evals.scoring.drawn import answer, talk

ASKED = Turn("Why?", ("session", "explain"), ("10,000|ten thousand", "no-trade"), ("guarantee",), False, ("7.1",))
GOOD = answer("It was No–Trade on 10000.", tools=("session", "rules", "explain"), told="rule 7.1 failed")


@pytest.mark.parametrize(
    ("text", "wanted", "stands"),
    [
        ("Balance 10,000.50 USD", "10000.50", True),
        ("Balance 10\u202f000", "10,000", True),
        ("Balance 10'000", "10000", True),
        ("entry 1.105", "1.1", False),
        ("entry 1.105", "105", False),
        ("entry 1.1.", "1.1", True),
        ("entry 21.1", "1.1", False),
        ("rule 7.1, then", "7.1", True),
        ("rule 7.1.2", "7.1", False),
        ("−0.5 R", "-0.5 r", True),
        ("range 02:00–05:00", "02:00-05:00", True),
        ("It’s  a\nSWEEP", "it's a sweep", True),
        ("long", "buy|long", True),
        ("short", "buy|long", False),
        ("on 5, 100 pips", "5100", False),
    ],
)
def test_texts_are_compared_as_they_are_read(text: str, wanted: str, stands: bool) -> None:
    assert says(text, wanted) is stands


@pytest.mark.parametrize(
    ("wanted", "called", "is_met"),
    [
        ((), (), True),
        (("a",), ("b", "a", "c"), True),
        (("a", "b"), ("a", "c", "b"), True),
        (("a", "b"), ("b", "a"), False),
        (("a", "a"), ("a",), False),
        (("a", "a"), ("a", "a"), True),
    ],
)
def test_tools_in_their_order(wanted: tuple[str, ...], called: tuple[str, ...], is_met: bool) -> None:
    assert is_path(wanted, called) is is_met


def test_an_answer_that_meets_everything() -> None:
    judged = score_case(talk(ASKED), Found(answers=((GOOD,),)))
    assert judged.passed
    assert judged.parts["coach"]["checks"] == {name: [1, 1] for name in CHECKS}


@pytest.mark.parametrize(
    ("bad", "check", "failure"),
    [
        (replace(GOOD, tools=("explain", "session")), "tool_path",
         "turn 1: expected the tools session → explain; called explain → session"),
        (replace(GOOD, is_grounded=False), "grounded", "turn 1: the answer makes a claim that nothing supports"),
        (replace(GOOD, text="No trade."), "must_say",
         "turn 1: must say '10,000|ten thousand' and 'no-trade'; it says 'No trade.'"),
        (replace(GOOD, text=f"{GOOD.text} I GUARANTEE it."), "must_not_say",
         "turn 1: must not say 'guarantee', and does"),
        (replace(GOOD, abstained=True), "abstention", "turn 1: says that the record does not tell; it does"),
        (replace(GOOD, told="rule 7.2"), "must_be_told",
         "turn 1: the model must be told '7.1'; it says 'rule 7.2'"),
    ],
)  # fmt: skip
def test_each_check_fails_alone(bad: FoundAnswer, check: str, failure: str) -> None:
    judged = score_case(talk(ASKED), Found(answers=((bad,),)))
    assert judged.failures == (failure,)
    assert judged.parts["coach"]["checks"][check] == [0, 1]
    assert [name for name, (met, _) in judged.parts["coach"]["checks"].items() if not met] == [check]


def test_what_is_not_asked_for_is_not_judged() -> None:
    judged = score_case(talk(Turn("Hello?")), Found(answers=((answer("Hello."),),)))
    assert {name: asked for name, (_, asked) in judged.parts["coach"]["checks"].items() if asked} == {"grounded": 1}


def test_a_draft_of_the_cases_own_is_judged_by_its_texts_and_not_by_whether_it_is_grounded() -> None:
    turn = Turn("Entry?", must_say=("2 [unsupported]",), says="It is 2.")
    marked = replace(answer("It is 2 [unsupported]."), is_grounded=False)
    judged = score_case(talk(turn), Found(answers=((marked,),)))
    assert judged.passed
    assert judged.parts["coach"]["checks"]["grounded"] == [0, 0]
    assert not score_case(talk(turn), Found(answers=((answer("It is 2."),),))).passed


def test_repeats_stand_outside_and_every_one_must_pass() -> None:
    """Two repeats of two turns; the second repeat answers its first turn only."""
    turns = (Turn("One?", must_say=("one",)), Turn("Two?", must_say=("two",)))
    judged = score_case(talk(*turns), Found(answers=((answer("one"), answer("two")), (answer("one"),))))
    coach = judged.parts["coach"]
    assert (coach["repeats"], coach["passes"], coach["checks"]["must_say"]) == (2, 1, [3, 4])
    assert judged.failures == ("turn 2, repeat 2: no answer (grounded)", "turn 2, repeat 2: no answer (must_say)")


def test_no_answer_at_all_meets_nothing() -> None:
    judged = score_case(talk(ASKED), Found())
    assert not judged.passed
    assert all(met == 0 for met, _ in judged.parts["coach"]["checks"].values())
    assert not judged.parts["coach"]["answered"]
