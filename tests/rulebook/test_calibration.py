"""A calibration: its curve, its file with every fault by line, and what it changes in a rulebook and a conclusion."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from rulebook.book import Rulebook
from rulebook.calibration import Calibration, read_calibration
from rulebook.conclusion import conclude, graded_confidence
from rulebook.differences import differences
from rulebook.judge import judge_walk
from rulebook.loader import load_rulebook
from tests.rulebook.books import facts
from tools.errors import RulebookError

STRICT = load_rulebook("strict")
FITTED_ON = {"n": 60, "from": "2024-01-01", "to": "2024-03-01", "sources": ["ab" * 32]}
REPORTED_ON = {"n": 40, "brier_before": 0.3021, "brier_after": 0.2406, "reliability_after": [{"said": 0.4, "n": 40}]}
KNOTS = ((0.5, 0.2), (0.6, 0.3), (0.8, 0.3), (0.9, 0.7))


def fitted(knots: tuple[tuple[float, float], ...] = KNOTS, of: str = STRICT.hash) -> Calibration:
    return Calibration(of, knots, FITTED_ON, REPORTED_ON)


@pytest.mark.parametrize(
    ("strength", "confidence"),
    [(0.0, 0.2), (0.5, 0.2), (0.55, 0.25), (0.6, 0.3), (0.7, 0.3), (0.85, 0.5), (0.9, 0.7), (1.0, 0.7)],
)
def test_the_share_runs_straight_between_knots_and_stays_beyond_them(strength: float, confidence: float) -> None:
    assert fitted().confidence(strength) == confidence


def test_the_share_never_falls() -> None:
    found = [fitted().confidence(at / 1000) for at in range(1001)]
    assert found == sorted(found)
    assert fitted(((0.4, 0.35),)).confidence(0.1) == fitted(((0.4, 0.35),)).confidence(0.9) == 0.35


def test_the_version_is_that_of_the_whole_content() -> None:
    others = [
        fitted(((0.5, 0.2), (0.9, 0.7))),
        fitted(of="0" * 64),
        dataclasses.replace(fitted(), fitted_on={**FITTED_ON, "n": 61}),
        dataclasses.replace(fitted(), reported_on={**REPORTED_ON, "brier_after": 0.25}),
    ]
    assert len({one.version for one in [fitted(), *others]}) == 5
    assert fitted().version == fitted().version
    assert fitted().basis == f"calibration {fitted().version}"
    assert len(fitted().version) == 12


def test_a_written_file_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(fitted().text())
    assert read_calibration(path) == fitted()
    assert json.loads(path.read_text()) == fitted().to_dict()


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"ict-calibration/1"', '"ict-calibration/2"', 2, "format is the text 'ict-calibration/2'"),
        ("[0.6, 0.3]", "[0.6, 0.29]", 3, "it was altered"),
        ("[0.6, 0.3]", "[0.5, 0.3]", 7, "knots of rising strength"),
        ("[0.8, 0.3]", "[0.8, 0.1]", 8, "whose shares never fall"),
        ("[0.8, 0.3]", "[0.8, 1.3]", 8, "a knot is no pair of shares"),
        ("[0.8, 0.3]", "[0.8]", 8, "a knot is no pair of shares"),
        ("[0.8, 0.3]", '[0.8, "most"]', 8, "a knot's number is the text 'most'"),
        (f'"{STRICT.hash}"', '"strict"', 4, "rulebook_hash is no SHA-256"),
        ('"brier_after"', '"brier_later"', 17, "reported_on has no 'brier_after'"),
        ('"knots"', '"nodes"', 5, "unknown key 'nodes'"),
        ('"n": 60', '"n": "many"', 12, "fitted_on.n is the text 'many'"),
    ],
)
def test_every_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    path = tmp_path / "c.json"
    text = fitted().text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(RulebookError) as caught:
        read_calibration(path)
    assert any(one.startswith(f"{path}:{line}: ") and said in one for one in caught.value.problems), caught.value


def test_a_file_that_is_no_calibration_is_refused(tmp_path: Path) -> None:
    for text in ("", "[1, 2]", "{", '{"format": "ict-calibration/1"}'):
        (tmp_path / "c.json").write_text(text)
        with pytest.raises(RulebookError, match=r"c\.json:[12]: "):
            read_calibration(tmp_path / "c.json")
    with pytest.raises(RulebookError, match="cannot be read"):
        read_calibration(tmp_path / "absent.json")


def test_without_a_calibration_a_rulebook_keeps_its_bytes() -> None:
    assert "calibration" not in STRICT.to_dict()
    assert STRICT.calibrated(fitted()).hash != STRICT.hash
    assert dataclasses.replace(STRICT.calibrated(fitted()), calibration=None).hash == STRICT.hash


def test_a_snapshot_carries_the_calibration_and_tuning_keeps_it() -> None:
    book = STRICT.calibrated(fitted())
    again = Rulebook.from_dict(json.loads(json.dumps(book.to_dict())))
    assert again == book
    assert again.calibration == fitted()
    tuned = book.tuned({"7.2": {"minimum": 3.0}})
    assert tuned.calibration == fitted()
    assert tuned.hash not in (book.hash, STRICT.hash)
    assert differences(STRICT, book) == [f"calibration from none to {fitted().version}"]


@pytest.mark.parametrize("change", [{"version": "0" * 12}, {"format": "ict-calibration/0"}, {"knots": [[0.5]]}])
def test_a_snapshot_whose_calibration_was_altered_is_refused(change: dict[str, Any]) -> None:
    plain = STRICT.calibrated(fitted()).to_dict()
    with pytest.raises(RulebookError, match="damaged"):
        Rulebook.from_dict({**plain, "calibration": {**plain["calibration"], **change}})


def test_a_trade_says_the_measured_share_and_its_action_keeps_coming_from_the_strength() -> None:
    book, low = STRICT.calibrated(fitted()), STRICT.calibrated(fitted(((0.0, 0.05), (1.0, 0.1))))
    verdicts = judge_walk(STRICT, facts())
    plain, one, pessimist = (conclude(rules, verdicts) for rules in (STRICT, book, low))
    strength = graded_confidence(STRICT, verdicts)
    assert plain.status == "TRADE_NOW"
    assert (plain.confidence, plain.confidence_basis, plain.strength) == (strength, "uncalibrated", None)
    assert "strength" not in plain.to_dict()
    assert one.confidence == fitted().confidence(strength)
    assert (one.confidence_basis, one.strength) == (fitted().basis, strength)
    assert one.to_dict()["strength"] == strength
    assert pessimist.confidence < 0.3
    assert pessimist.action == one.action == plain.action


def test_what_is_no_trade_was_never_measured_and_stays_a_grade() -> None:
    verdicts = judge_walk(STRICT, facts(session__in_kill_zone=False))
    plain, one = conclude(STRICT, verdicts), conclude(STRICT.calibrated(fitted()), verdicts)
    assert plain.status != "TRADE_NOW"
    assert one == plain
