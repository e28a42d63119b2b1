"""Planted regressions: each stands in the code exactly once, and a few of them do not pass a gate of three cases.

Whoever changes a line that one is planted in is told by the first test what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree

import pytest

from evals.cases.files import rows_of
from evals.cases.sealing import seal
from evals.cases.shipped import SHIPPED
from evals.regressions.copies import PACKAGES, copied, plant
from evals.regressions.gating import ERRED, LOST, OTHERS, REFUSED
from evals.regressions.plants import ROOT, Plant, all_plants, chosen_plants
from evals.regressions.proof import check_was_run, prove
from evals.runs.baseline import baseline_of, read_baseline, write_baseline
from evals.runs.choosing import Choice, load
from evals.runs.runner import run
from evals.suites.adversarial.build import build
from tests.evals.runs.small_suites import ALONE
from tools.errors import EvaluationFailed, InvalidParameter, InvalidResults

PLANTS = all_plants()
CHEAP = ("equal-high-loses-the-first", "swing-known-a-bar-early", "break-by-a-touch")
_CASES = ("swing-left-tie.inside.bullish", "swing-left-tie.outside.bullish", "break-close.outside.bullish")


@dataclass(frozen=True, slots=True)
class Small:
    """A sealed suite of three cases, and a baseline of it."""

    folder: Path
    baseline: Path

    def only(self, plants: Sequence[Plant]) -> list[Plant]:
        """Return plants that are put before this suite alone."""
        return [replace(one, suites=(str(self.folder),)) for one in plants]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    made = Small(tmp_path_factory.mktemp("cases") / "small", tmp_path_factory.mktemp("kept") / "baseline.jsonl")
    made.folder.mkdir()
    (made.folder / "cases.jsonl").write_bytes(rows_of([case for case in build() if case.id in _CASES]))
    seal(made.folder)
    write_baseline(made.baseline, baseline_of(run([str(made.folder)], Choice(), load, ALONE)))
    return made


@pytest.mark.parametrize("regression", PLANTS, ids=[one.name for one in PLANTS])
def test_each_changes_one_place_of_what_is_copied(regression: Plant) -> None:
    text = (ROOT / regression.file).read_text(encoding="utf-8")
    assert regression.made(text) != text
    assert regression.file.split("/")[0] in PACKAGES
    assert sorted(regression.suites) == sorted(SHIPPED)
    assert (ROOT / regression.listed).is_file()


def test_there_are_fifty_over_everything_that_decides_or_speaks() -> None:
    assert len({one.name for one in PLANTS}) == 50
    of = [one.file.split("/")[0] for one in PLANTS]
    assert sum(one.file.startswith("agent/coach/") for one in PLANTS) >= 7
    assert of.count("tools") >= 18
    assert of.count("rulebook") >= 14


def test_whoever_edits_a_line_that_is_planted_in_is_told_what_to_do() -> None:
    regression = PLANTS[0]
    with pytest.raises(InvalidParameter, match="finds it 0 times") as moved:
        regression.made("something else")
    assert regression.listed in str(moved.value)
    assert f"--only {regression.name}" in str(moved.value)
    with pytest.raises(InvalidParameter, match="finds it 2 times"):
        regression.made(regression.before * 2)


def test_a_name_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="no planted regression is called nobody"):
        chosen_plants(["nobody"])


def test_a_plant_changes_the_copy_alone(tmp_path: Path) -> None:
    regression = chosen_plants(CHEAP[:1])[0]
    before = (ROOT / regression.file).read_bytes()
    copied(tmp_path)
    plant(tmp_path, regression)
    assert regression.after in (tmp_path / regression.file).read_text(encoding="utf-8")
    assert (ROOT / regression.file).read_bytes() == before


def test_what_shuts_the_gate_is_told_of_each(small: Small) -> None:
    (swings,) = chosen_plants(["swing-known-a-bar-early"])
    erring = replace(swings, name="errs", before="    n = len(values)\n    peaks", after="    n = 1 // 0\n    peaks")
    plants = [*chosen_plants([*CHEAP, "group-counted-twice"]), erring]
    verdicts = {one.name: one for one in prove(small.only(plants), workers=2, baseline=small.baseline)}
    assert {name: one.how for name, one in verdicts.items()} == {
        **dict.fromkeys(CHEAP, LOST), "group-counted-twice": REFUSED, "errs": ERRED,
    }  # fmt: skip
    assert all(one.is_stopped for one in verdicts.values())
    assert all("is pinned, passed and now fails" in verdicts[name].because for name in CHEAP)


def test_a_change_that_changes_nothing_escapes(small: Small) -> None:
    (plant,) = chosen_plants(CHEAP[:1])
    (verdict,) = prove(small.only([replace(plant, after=plant.before)]), workers=1, baseline=small.baseline)
    assert (verdict.is_stopped, verdict.how, verdict.because, verdict.cases) == (False, None, "", len(_CASES))


def test_what_breaks_the_import_is_seen_to_be_what_is_run(small: Small) -> None:
    """The canary: a fault in the copy of a module must be met, whatever package is installed."""
    opening = '"""Swing highs and lows:'
    broken = replace(chosen_plants(CHEAP[:1])[0], before=opening, after=f"1 // 0\n{opening}")
    with pytest.raises(EvaluationFailed, match="ZeroDivisionError"):
        list(prove(small.only([broken]), workers=1, baseline=small.baseline))


def test_nothing_is_proved_without_a_baseline(small: Small, tmp_path: Path) -> None:
    with pytest.raises(InvalidResults, match="none"):
        list(prove(small.only(PLANTS), workers=1, baseline=tmp_path / "none.jsonl"))


def test_nothing_is_proved_on_a_suite_that_is_not_as_it_was_sealed(small: Small, tmp_path: Path) -> None:
    altered = replace(small, folder=copytree(small.folder, tmp_path / "small"))
    with (altered.folder / "cases.jsonl").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(EvaluationFailed, match=rf"nothing can be proved: .* \({REFUSED}\): .*cases\.jsonl"):
        list(prove(altered.only(PLANTS), workers=1, baseline=small.baseline))


def test_nothing_is_proved_where_the_gate_is_shut_already(small: Small, tmp_path: Path) -> None:
    kept = read_baseline(small.baseline)
    other = tuple({**row, "digest": "0" * 32} if row["case"] == _CASES[0] else row for row in kept.rows)
    write_baseline(tmp_path / "other.jsonl", replace(kept, rows=other))
    with pytest.raises(EvaluationFailed, match=rf"\({OTHERS}\): changed, not compared .*{_CASES[0]}"):
        list(prove(small.only(PLANTS), workers=1, baseline=tmp_path / "other.jsonl"))


@pytest.mark.parametrize("how", [None, LOST, REFUSED])
def test_a_verdict_on_code_that_was_never_loaded_is_refused(how: str | None) -> None:
    regression = chosen_plants(CHEAP[:1])[0]
    module = regression.file.removesuffix(".py").replace("/", ".")
    told = {"stopped": how is not None, "how": how, "cases": 3, "loaded": ["tools", module]}
    check_was_run(regression, told)
    check_was_run(replace(regression, file="rulebook/profiles/relaxed.yaml"), told)
    with pytest.raises(EvaluationFailed, match=f"{regression.name} was planted in .* which the gate never loaded"):
        check_was_run(regression, {**told, "loaded": ["tools", f"{module}_of_another_name"]})
