"""Krippendorff's α against the library and a published example."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.labels import DecisionLabel, Labels
from evals.scoring.agreement import alpha_of, coincidences, krippendorff_alpha, labelled_twice
from tests.evals.scoring.drawn import case

WORDS = ("a", "b", "c")


def test_the_published_example() -> None:
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability, A: Meg and Owen on ten units, α = 0.095.

    They agree on five zeros and one one and differ on four: o00 = 10, o11 = 2, o01 = 4; n0 = 14, n1 = 6, n = 20.
    """
    units = list(zip("0100000010", "1110010000", strict=True))
    assert coincidences(units, ("0", "1")).tolist() == [[10, 4], [4, 2]]
    assert krippendorff_alpha(units) == pytest.approx(1 - 19 * 4 / (14 * 6))
    assert round(krippendorff_alpha(units) or 0, 3) == 0.095


@given(st.lists(st.tuples(*[st.sampled_from((*WORDS, None))] * 3), min_size=1, max_size=12))
def test_sums_of_coincidences_give_the_librarys_alpha(units: list[tuple[str | None, ...]]) -> None:
    pairable = [unit for unit in units if sum(word is not None for word in unit) > 1]
    ours = float(alpha_of(coincidences(pairable, WORDS)))
    said = {word for unit in pairable for word in unit if word is not None}
    assert np.isnan(ours) == (len(said) < 2) == (krippendorff_alpha(pairable) is None)
    if len(said) > 1:
        table = [[np.nan if word is None else WORDS.index(word) for word in labeller] for labeller in zip(*units)]  # noqa: B905
        expected = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
        assert ours == pytest.approx(expected, abs=1e-9)
        assert krippendorff_alpha(pairable) == pytest.approx(expected, abs=1e-9)


def test_what_two_labellers_speak_of_is_compared() -> None:
    one = Labels(decision=DecisionLabel("WAIT"), bias={"htf": "bullish", "1h": "unclear"}, rules={"1.1": "pass"})
    other = Labels(decision=DecisionLabel("NO_TRADE"), bias={"htf": "bullish"}, rules={"2.4": "fail"})
    assert labelled_twice(case(one, other)) == {
        "decision": [["WAIT", "NO_TRADE"]],
        "bias": [["bullish", "bullish"]],
        "rules": [],
    }
    assert labelled_twice(case(one)) is None
