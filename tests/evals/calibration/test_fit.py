"""Fitting and reporting a calibration on outcomes whose truth is known; refusing what is too little."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]
from sklearn.metrics import brier_score_loss  # type: ignore[import-untyped]

from evals.calibration.fit import calibrate, grouped
from evals.calibration.outcomes import Outcome, read_outcomes
from evals.calibration.text import text
from evals.scoring.reliability import reliability
from rulebook.calibration import read_calibration
from tests.evals.outcomes.test_walk import ict
from tools.errors import InvalidParameter

RULES = "ab" * 32
MONDAY = 738_886  # 2024-01-01
AT = 1_704_110_400  # its noon


def outcomes(count: int = 400, *, seed: int = 1, per_day: int = 4, rules: str = RULES) -> list[Outcome]:
    """Return trades that win with half their strength, whatever the strength claims."""
    chance = np.random.default_rng(seed)
    strengths = chance.uniform(0.4, 0.95, count).round(4)
    won = chance.random(count) < strengths / 2
    return [
        Outcome(
            rules,
            f"setup {at}",
            float(strengths[at]),
            bool(won[at]),
            MONDAY + at // per_day,
            *_times(at, per_day),
            "cd",
            "none",
        )
        for at in range(count)
    ]


def _times(at: int, per_day: int) -> tuple[int, int]:
    decided = AT + 86_400 * (at // per_day) + 600 * (at % per_day)
    return decided, decided + 300


def test_it_is_isotonic_regression_on_the_first_days_only() -> None:
    given = outcomes()
    found = calibrate(given)
    first = [one for one in given if one.day < MONDAY + 60]
    reference = IsotonicRegression(out_of_bounds="clip")
    share = np.mean([one.won for one in first])
    ordered = sorted(first, key=lambda one: one.strength)
    strengths, won = (np.array([getattr(one, name) for one in ordered]).reshape(24, 10) for name in ("strength", "won"))
    reference.fit(strengths.mean(axis=1), (won.sum(axis=1) + 2 * share) / 12)
    for strength in np.linspace(0, 1, 101).round(4).tolist():
        assert found.confidence(strength) == pytest.approx(reference.predict([strength])[0], abs=2e-3)
    assert found.fitted_on["n"] == 240
    assert (found.fitted_on["from"], found.fitted_on["to"]) == ("2024-01-01", "2024-02-29")
    assert (found.reported_on["n"], found.reported_on["from"]) == (160, "2024-03-01")


def test_it_learns_the_truth_and_reports_it_on_days_it_has_not_seen() -> None:
    given = outcomes(4_000, per_day=20)
    found = calibrate(given)
    for strength in (0.5, 0.6, 0.7, 0.8, 0.9):
        assert found.confidence(strength) == pytest.approx(strength / 2, abs=0.06)
    later = [one for one in given if one.day >= MONDAY + 120]
    won = [one.won for one in later]
    said = found.reported_on
    assert said["brier_before"] == pytest.approx(brier_score_loss(won, [one.strength for one in later]), abs=1e-4)
    after = [found.confidence(one.strength) for one in later]
    assert said["brier_after"] == pytest.approx(brier_score_loss(won, after), abs=1e-4)
    assert said["brier_gain_interval"][0] > 0
    assert said["reliability_after"] == reliability(after, won)["bins"]
    assert said["reliability_before"] == reliability([one.strength for one in later], won)["bins"]
    assert all(inside(one) for one in said["reliability_after"])
    assert not any(inside(one) for one in said["reliability_before"])


def inside(one: dict[str, Any]) -> bool:
    """Say whether what was said lies in the interval of what came of it."""
    return bool(one["won"]["low"] <= one["confidence"] <= one["won"]["high"])


def test_it_is_the_same_every_time_and_its_text_tells_it() -> None:
    found = calibrate(outcomes())
    assert found.text() == calibrate(outcomes()).text()
    assert found.version in text(found)
    assert f"{found.reported_on['brier_after']:.4f}" in text(found)


def test_a_trade_that_ended_on_the_reported_days_is_fitted_on_no_more() -> None:
    given = outcomes()
    over = [
        Outcome(
            one.rulebook_hash, one.fact_id, one.strength, one.won, one.day, one.as_of, one.ended + 86_400, "cd", "none"
        )
        if one.day == MONDAY + 59
        else one
        for one in given
    ]
    assert calibrate(over).fitted_on["n"] == 236


def test_no_knot_rests_on_fewer_than_ten_trades() -> None:
    strengths, shares, sizes = grouped(outcomes(57))
    assert sizes == [10, 10, 10, 10, 17]
    assert strengths == sorted(strengths)
    ordered = sorted(outcomes(57), key=lambda one: one.strength)
    of_all = sum(one.won for one in ordered) / 57
    assert shares[0] == pytest.approx((sum(one.won for one in ordered[:10]) + 2 * of_all) / 12)
    assert shares[-1] == pytest.approx((sum(one.won for one in ordered[40:]) + 2 * of_all) / 19)


def test_smoothing_claims_no_more_in_the_mean_than_was_won() -> None:
    """Drawn towards a half, groups of ten of a strategy that wins one in three would say three in a hundred more."""
    given = outcomes(2_000, per_day=20)
    _, shares, sizes = grouped(given)
    assert np.average(shares, weights=sizes) == pytest.approx(np.mean([one.won for one in given]), abs=1e-9)


def test_a_knot_claims_no_more_than_its_ten_trades_bear_out() -> None:
    """Ten wins out of ten bound a share to some eleven in twelve, however many trades were fitted in all."""
    top = [Outcome(RULES, f"top {at}", 0.99, True, MONDAY, *_times(at % 4, 4), "cd", "none") for at in range(10)]
    found = calibrate([*outcomes(4_000, per_day=20), *top])
    assert 0.8 < found.knots[-1][1] < 11 / 12


def test_shares_stay_off_nought_and_one() -> None:
    given = [
        Outcome(RULES, str(at), 0.4 + 0.001 * at, at >= 60, MONDAY + at % 60, *_times(at % 60, 1), "cd", "none")
        for at in range(120)
    ]
    shares = [share for _, share in calibrate(given, split=0.8).knots]
    assert 0 < shares[0] < 1 / 12
    assert 11 / 12 < shares[-1] < 1


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        (outcomes(80), {}, "48 filled and ended trades are too few to fit on: it takes 50"),
        (outcomes(100), {"split": 0.9}, "12 filled and ended trades are too few to report on"),
        ([one for one in outcomes() if one.won], {}, "won: no frequency"),
        ([one for one in outcomes() if not one.won], {}, "lost: no frequency"),
        (outcomes(), {"split": 1.0}, "--split is 1"),
        ([*outcomes(), *outcomes(rules="cd" * 32)], {}, "of 2 rulebooks"),
        (outcomes(), {"rulebook": "ff"}, f"those of {RULES}"),
        ([], {}, "those of none"),
    ],
)
def test_what_cannot_be_fitted_is_refused(given: Sequence[Outcome], options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidParameter, match=said):
        calibrate(given, **options)


def test_one_of_several_rulebooks_is_chosen() -> None:
    found = calibrate([*outcomes(), *outcomes(rules="cd" * 32)], rulebook="cd")
    assert found.rulebook_hash == "cd" * 32


def written(path: Path, given: Sequence[Outcome], calendar: str | None = "none", **change: Any) -> Path:
    """Write outcomes as `ict eval walk --out` does; `change` alters the third line."""
    rows = [
        {
            "rulebook_hash": one.rulebook_hash, "fact_id": one.fact_id, "strength": one.strength, "as_of": one.as_of,
            "day": str(np.datetime64(one.day - 719_163, "D")), "result": "target" if one.won else "stop",
            "ended_at": one.ended,
        }
        for one in given
    ]  # fmt: skip
    if change:
        rows[1] |= change
    header = {"format": "ict-outcomes/1", "source": {"sha256": "cd"}, "settings": {"calendar": calendar}}
    path.write_text("".join(json.dumps(row) + "\n" for row in (header, *rows)))
    return path


def test_the_command_writes_what_the_rulebook_reads(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path, out = written(tmp_path / "o.jsonl", outcomes()), tmp_path / "c.json"
    assert read_outcomes([path]) == outcomes()
    assert ict("calibrate", str(path), "--out", str(out)) == 0
    assert read_calibration(out) == calibrate(outcomes())
    assert read_calibration(out).version in capfd.readouterr().out
    assert ict("calibrate", str(path), "--out", str(path)) == 2
    assert "would overwrite the outcomes" in capfd.readouterr().err


def test_outcomes_decided_with_different_calendars_are_not_mixed(tmp_path: Path) -> None:
    """News grade rule 8.4, so that the same strength means another thing with a calendar than without."""
    without, given = outcomes(), outcomes(seed=2)
    known = read_outcomes([written(tmp_path / "o.jsonl", [replace(one, source="ef") for one in given], "ab (UTC)")])
    assert {one.calendar for one in known} == {"ab (UTC)"}
    with pytest.raises(InvalidParameter, match=r"knew different things of news.*: calendars ab \(UTC\), none"):
        calibrate([*without, *known])
    assert calibrate(without).fitted_on["calendar"] == "none"
    found = calibrate(known)
    assert found.fitted_on["calendar"] == "ab (UTC)"
    assert "calendar     ab (UTC)" in text(found)


def test_outcomes_that_do_not_say_what_was_known_of_news_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=r"o\.jsonl:1: calendar None is neither"):
        read_outcomes([written(tmp_path / "o.jsonl", outcomes(40), None)])


def test_orders_that_never_filled_or_never_ended_are_left_out(tmp_path: Path) -> None:
    for result in ("not_filled", "open"):
        assert len(read_outcomes([written(tmp_path / "o.jsonl", outcomes(40), result=result)])) == 39
    late = read_outcomes([written(tmp_path / "o.jsonl", outcomes(40), result="time")])
    assert not next(one for one in late if one.fact_id == "setup 1").won


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"strength": 1.2}, "strength 1.2"),
        ({"strength": "high"}, "strength 'high'"),
        ({"result": "won"}, "result 'won' is none of"),
        ({"day": "Monday"}, "Invalid isoformat"),
        ({"ended_at": "later"}, "later"),
        ({"fact_id": "setup 0", "as_of": AT}, "setup 0 of the same candles and rules stands twice"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = written(tmp_path / "o.jsonl", outcomes(40), **change)
    with pytest.raises(InvalidParameter, match=said) as caught:
        read_outcomes([path])
    assert "twice" in said or f"{path}:3: " in str(caught.value)


def test_other_files_are_refused(tmp_path: Path) -> None:
    for content, said in (
        ("", "is empty"),
        ("{}", "there is no 'format'"),
        ('{"format": "x"}', "its format is"),
        ("[", ":1: "),
    ):
        (tmp_path / "o.jsonl").write_text(content)
        with pytest.raises(InvalidParameter, match=said):
            read_outcomes([tmp_path / "o.jsonl"])
    with pytest.raises(InvalidParameter, match="cannot be read"):
        read_outcomes([tmp_path / "absent.jsonl"])
