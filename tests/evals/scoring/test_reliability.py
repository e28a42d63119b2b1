"""Reliability and Brier score against scikit-learn and by hand."""

import json

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from evals.scoring.reliability import reliability
from tools.errors import InvalidParameter


def test_by_hand() -> None:
    """Brier: (0.04 + 0.64 + 0.01) / 3."""
    told = reliability([0.8, 0.8, 0.1], [True, False, False])
    assert told["brier"] == 0.23
    assert [(one["from"], one["to"], one["confidence"], one["won"]["value"]) for one in told["bins"]] == [
        (0.1, 0.2, 0.1, 0.0),
        (0.8, 0.9, 0.8, 0.5),
    ]


def test_bins_against_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    said = rng.random(500)
    won = rng.random(500) < said
    share, mean = calibration_curve(won, said, n_bins=10)
    bins = reliability(said.tolist(), won.tolist())["bins"]
    assert [one["won"]["value"] for one in bins] == pytest.approx(share.tolist(), abs=1e-6)
    assert [one["confidence"] for one in bins] == pytest.approx(mean.tolist(), abs=1e-6)


@pytest.mark.parametrize(("said", "won", "brier"), [([1.0], [True], 0.0), ([1.0, 0.0], [False, True], 1.0)])
def test_the_ends_belong_to_a_bin(said: list[float], won: list[bool], brier: float) -> None:
    told = reliability(said, won)
    assert told["brier"] == brier
    assert sum(one["won"]["n"] for one in told["bins"]) == len(said)


def test_nothing_and_nonsense() -> None:
    told = reliability([], [])
    assert told == {"n": 0, "brier": None, "reason": "no offered trade has an outcome", "bins": []}
    json.dumps(told, allow_nan=False)
    for said, won in (([0.5], []), ([1.5], [True]), ([float("nan")], [True])):
        with pytest.raises(InvalidParameter, match="do not fit together"):
            reliability(said, won)
