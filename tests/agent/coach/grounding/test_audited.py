"""What an independent auditor wrote, and what was written before and after tuning: how many are flagged and missed."""

import pytest

from agent.coach.grounding.check import check_answer
from tests.agent.coach.grounding.audited import RULES, audited, flagged, missed
from tests.agent.coach.grounding.laundered import AUDITORS, LATER_FALSE, LATER_HONEST, Laundered


@pytest.mark.parametrize(
    ("name", "answers", "most_flagged", "twins", "most_missed"),
    [("audited", 134, 3, 305, 27), ("fresh", 52, 2, 98, 8), ("untuned", 33, 1, 68, 3)],
)
def test_no_more_are_flagged_or_missed(
    name: str, answers: int, most_flagged: int, twins: int, most_missed: int
) -> None:
    assert (len(audited(name)), sum(len(one.twins) for one in audited(name))) == (answers, twins)
    assert len(flagged(name)) <= most_flagged, flagged(name)
    assert len(missed(name)) <= most_missed, missed(name)


def _is_grounded(case: Laundered) -> bool:
    return check_answer(case.text, case.evidence, case.said, RULES).is_grounded


_STILL_MISSED = {
    "GBPUSD is trending higher.",  # its daily trend is up
    "GBPUSD would be TRADE_NOW.",  # with two facts changed it would
    "The reward is 5.5 R.",  # a rule's description says so of the rule
    "Price is above its 1h range.",  # no number stands beside it
}


@pytest.mark.parametrize("case", [*AUDITORS, *LATER_FALSE], ids=lambda case: case.text)
def test_what_is_no_evidence_supports_nothing(case: Laundered) -> None:
    assert _is_grounded(case) is (case.text in _STILL_MISSED)


@pytest.mark.parametrize("case", LATER_HONEST, ids=lambda case: case.text)
def test_the_honest_beside_them_are_left_alone(case: Laundered) -> None:
    assert _is_grounded(case)
