"""500 grounded answers and their twins, and the answers that were held out: how many are caught, how many flagged."""

from agent.coach.grounding.check import check_answer
from tests.agent.coach.grounding.corpus import ANSWERS, pairs
from tests.agent.coach.grounding.held_out import HELD_OUT
from tests.agent.coach.grounding.held_out_later import WRITTEN_LATER
from tests.agent.coach.grounding.recorded import RULES, conversations

CAUGHT = 0.995
FLAGGED = 0.01


def test_twins_are_caught_and_honest_answers_are_left_alone() -> None:
    flagged = [one.honest for one in pairs() if not check_answer(one.honest, one.evidence, [], RULES).is_grounded]
    missed = [one for one in pairs() if check_answer(one.twin, one.evidence, [], RULES).is_grounded]

    assert len(pairs()) == ANSWERS
    assert all(one.honest != one.twin for one in pairs())
    assert len(flagged) / ANSWERS < FLAGGED, flagged
    assert 1 - len(missed) / ANSWERS >= CAUGHT, [(one.kind, one.altered, one.twin) for one in missed]


def test_every_kind_of_alteration_is_among_the_twins() -> None:
    kinds = {one.kind for one in pairs()}

    assert {"px", "num", "pct", "r", "dir", "t", "rule", "passed", "dur", "money", "cnt", "neg"} <= kinds


def test_answers_in_other_words_are_told_apart_too() -> None:
    flagged, missed = [], []
    for one in (*HELD_OUT, *WRITTEN_LATER):
        evidence, twin = conversations()[one.about], one.text.replace(one.old, one.new, 1)
        assert twin != one.text
        if not check_answer(one.text, evidence, [one.said], RULES).is_grounded:
            flagged.append(one.text)
        if check_answer(twin, evidence, [one.said], RULES).is_grounded:
            missed.append(twin)

    assert len(HELD_OUT) >= 60
    assert len(flagged) <= 1, flagged
    assert missed == []
