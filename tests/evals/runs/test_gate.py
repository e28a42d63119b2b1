"""The gate and the baseline: what shuts it, what is only told, and that the same run never does."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from evals.cases.manifest import MANIFEST, read_manifest
from evals.cases.shipped import SHIPPED, shipped_folder
from evals.runs.baseline import (
    COMMITTED,
    baseline_of,
    chosen_of,
    projected,
    read_baseline,
    replacement,
    write_baseline,
)
from evals.runs.choosing import Choice
from evals.runs.console import compared, told_comparison, told_gate, told_run
from evals.runs.gate import gate
from evals.runs.results import Results
from evals.runs.runner import run
from evals.scoring.comparison import compare
from evals.scoring.estimates import all_metrics
from evals.scoring.summary import HEADLINE, parts_of
from tests.evals.report.drawn_runs import chart_case, question_case, run_of, suite_of
from tests.evals.runs.small_suites import ALONE, Scripted, load
from tools.errors import InvalidParameter, InvalidResults

CASES = 24
BEFORE = run([f"first:{','.join(['right'] * CASES)}"], Scripted(), load, ALONE)
"""Every second case of it is pinned."""


def after(failing: Mapping[int, str], results: Results = BEFORE) -> Results:
    """Return a run in which some cases came to something else: the rows are those of a subject that did so."""
    words = [failing.get(number, "right") for number in range(CASES)]
    made = run([f"first:{','.join(words)}"], Scripted(), load, ALONE)
    same = ("digest", "why", "tags")
    rows = zip(results.rows, made.rows, strict=True)
    return replace(results, rows=tuple({**new, **{name: old[name] for name in same}} for old, new in rows))


def test_the_same_run_passes_the_gate_and_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    baseline = baseline_of(BEFORE)
    write_baseline(tmp_path / "baseline.jsonl", baseline)
    assert read_baseline(tmp_path / "baseline.jsonl") == baseline
    answer = gate(baseline, BEFORE)
    assert (answer.failures, answer.notes, answer.compared) == ((), (), CASES)
    assert told_gate(answer) == f"gate open: {CASES} cases compared\n"


def test_one_pinned_case_that_no_longer_passes_shuts_it() -> None:
    answer = gate(baseline_of(BEFORE), after({4: "wrong"}))
    assert len(answer.failures) == 1
    assert answer.failures[0].startswith("first/c04 is pinned, passed and now fails: expected a bullish displacement")
    assert gate(baseline_of(after({4: "wrong"})), BEFORE).notes == ("now pass: 1: first/c04",)


def test_one_lost_case_is_told_and_many_are_no_chance() -> None:
    answer = gate(baseline_of(BEFORE), after({1: "wrong"}))
    assert answer.failures == ()
    assert answer.notes == ("now fail, alone no significant loss: 1: first/c01",)
    answer = gate(baseline_of(BEFORE), after(dict.fromkeys(range(1, CASES, 2), "wrong")))
    assert "12 cases that passed now fail and 0 that failed now pass" in answer.failures[0]
    assert "exact McNemar p = 0.00049" in answer.failures[0]
    assert answer.failures[1].startswith("events.f1_at_0 went from 1.000 to 0.000, which is no chance (permutation p")
    assert gate(baseline_of(after(dict.fromkeys(range(1, CASES, 2), "wrong"))), BEFORE).failures == ()


def test_an_error_shuts_it_and_makes_no_baseline() -> None:
    erring = after({1: "raises"})
    assert [one[:36] for one in gate(baseline_of(BEFORE), erring).failures] == ["first/c01 ended in an error: ZeroDiv"]
    with pytest.raises(InvalidParameter, match="1 cases ended in an error, as first/c01"):
        baseline_of(erring)


def test_a_missing_case_shuts_it_pinned_or_not_and_a_new_one_is_told() -> None:
    answer = gate(baseline_of(BEFORE), replace(BEFORE, rows=BEFORE.rows[2:]))
    assert answer.failures == ("in the baseline and not run: 2: first/c00, first/c01",)
    assert answer.compared == CASES - 2
    loose = tuple(row for row in BEFORE.rows if row["pinned"])
    (missing,) = gate(baseline_of(BEFORE), replace(BEFORE, rows=loose)).failures
    assert missing.startswith("in the baseline and not run: 12: first/c01, first/c03")
    answer = gate(baseline_of(replace(BEFORE, rows=BEFORE.rows[2:])), BEFORE)
    assert answer.failures == ()
    assert answer.notes == ("not in the baseline (--update takes them in): 2: first/c00, first/c01",)


def test_a_case_that_was_altered_is_not_compared_and_shuts_it() -> None:
    rows = tuple({**row, "digest": "0" * 64} if row["case"] in ("c00", "c01") else row for row in BEFORE.rows)
    answer = gate(baseline_of(BEFORE), replace(BEFORE, rows=rows))
    assert answer.failures == ("changed, not compared (--update takes them as they are): 2: first/c00, first/c01",)
    assert answer.compared == CASES - 2


def found_otherwise(row: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {**row, "found": {**row["found"], **changes}}


DECIDED = {"status": "WAIT", "rules": [], "confidence": 0.5, "setup": None, "hash": "one", "terms": {"action": "wait"}}


def test_another_find_of_a_pinned_case_shuts_it_and_of_another_is_told() -> None:
    first, second, *others = BEFORE.rows
    now = (found_otherwise(first, bias={"htf": "bullish"}), found_otherwise(second, decision=DECIDED), *others)
    answer = gate(baseline_of(BEFORE), replace(BEFORE, rows=now))
    moved = "pinned, and what is found is another (--update takes them as they are): 1: first/c00"
    assert answer.failures == (moved,)
    assert answer.notes == ("changed: what is found is another: 1: first/c01",)


def test_what_a_decision_lets_a_trader_do_is_held_and_its_wording_is_not() -> None:
    first, *others = BEFORE.rows
    before = replace(BEFORE, rows=(found_otherwise(first, decision=DECIDED), *others))
    worded = replace(BEFORE, rows=(found_otherwise(first, decision={**DECIDED, "hash": "two"}), *others))
    assert gate(baseline_of(before), worded).failures == ()
    acted = found_otherwise(first, decision={**DECIDED, "terms": {"action": "auto_eligible"}})
    assert len(gate(baseline_of(before), replace(BEFORE, rows=(acted, *others))).failures) == 1
    said = {"text": "a", "tools": ["why"], "told": "b", "is_grounded": True, "abstained": False}
    answered = replace(BEFORE, rows=(found_otherwise(first, answers=[[said]]), *others))
    other_words = replace(
        BEFORE, rows=(found_otherwise(first, answers=[[{**said, "text": "c", "told": "d"}]]), *others)
    )
    assert gate(baseline_of(answered), other_words).failures == ()
    other_tools = replace(BEFORE, rows=(found_otherwise(first, answers=[[{**said, "tools": []}]]), *others))
    assert len(gate(baseline_of(answered), other_tools).failures) == 1


def test_only_runs_of_one_subject_are_held_against_each_other() -> None:
    baseline = baseline_of(replace(BEFORE, subject={"subject": "ict", "analysis": {"code": "a", "profile": None}}))
    other_code = {"subject": "ict", "analysis": {"code": "b", "profile": None}}
    assert gate(baseline, replace(BEFORE, subject=other_code)).failures == ()
    other_profile = {"subject": "ict", "analysis": {"code": "a", "profile": "relaxed"}}
    with pytest.raises(InvalidParameter, match="the baseline is of another subject"):
        gate(baseline, replace(BEFORE, subject=other_profile))


def test_a_baseline_of_ones_own_is_replaced_by_the_same_subject_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    write_baseline(path, replacement(path, BEFORE))
    assert replacement(path, BEFORE) == baseline_of(BEFORE)
    with pytest.raises(InvalidParameter, match="23 cases of the baseline were not run, as first/c01, first/c02, first"):
        replacement(path, replace(BEFORE, rows=BEFORE.rows[:1]))
    with pytest.raises(InvalidParameter, match="the baseline is of another subject"):
        replacement(path, replace(BEFORE, subject={"subject": "random", "seed": 0}))
    resealed = replace(BEFORE, rows=BEFORE.rows[:1], suites={"first": "0" * 64})  # a suite may give cases up
    assert len(replacement(path, resealed).rows) == 1


@pytest.mark.parametrize("choice", [Choice("random"), Choice(profile="relaxed"), Choice(repeats=2)])
def test_the_committed_baseline_is_of_this_service_as_it_ships(choice: Choice) -> None:
    with pytest.raises(InvalidParameter, match="the baseline is of another subject") as refused:
        replacement(COMMITTED, replace(BEFORE, subject=choice.identity()))
    assert str(chosen_of(choice.identity())) == refused.value.got


def shipped_run() -> Results:
    """Return what a run of all that ships comes to, as far as a baseline is made of it."""
    sealed = {name: read_manifest(shipped_folder(name) / MANIFEST) for name in sorted(SHIPPED)}
    row = BEFORE.rows[0]
    rows = tuple(
        {**row, "suite": name, "case": case, "digest": digest}
        for name, (manifest, _) in sealed.items()
        for case, digest in sorted(manifest.cases.items())
    )
    return Results(Choice().identity(), {name: seal for name, (_, seal) in sealed.items()}, rows)


def test_the_committed_baseline_is_of_all_that_ships() -> None:
    whole = shipped_run()
    assert len(replacement(COMMITTED, whole).rows) == len(whole.rows)
    some = replace(whole, rows=whole.rows[:1])
    other = replace(whole, rows=({**whole.rows[0], "digest": "0" * 64}, *whole.rows[1:]))
    beside = replace(whole, rows=(*whole.rows, {**whole.rows[0], "suite": "own"}), suites={**whole.suites, "own": ""})
    for made in (some, other, beside):
        with pytest.raises(InvalidParameter, match="the committed baseline is of every case that ships") as refused:
            replacement(COMMITTED, made)
        assert refused.value.field == "--update"


def test_a_baseline_keeps_what_the_main_scores_are_made_of() -> None:
    """Of rows with every part there is: what the gate compares comes to the same of the whole and of what is kept."""
    before, after = (charts_and_talks(does) for does in ("right", "wrong"))
    kept = [[projected(row) for row in rows] for rows in (before, after)]
    assert {family for row in kept[1] for family in row["score"]} == {
        "events", "zones", "bias", "rules", "decision", "setup", "coach",
    }  # fmt: skip
    assert compare(*kept) == compare(before, after)
    whole, pruned = parts_of([*before, *after]), parts_of([*kept[0], *kept[1]])
    for metric in (one for one in all_metrics(whole) if one.name in HEADLINE):
        counts = [metric.counts(parts) for parts in whole]
        assert [metric.counts(parts) for parts in pruned] == counts, metric.name
        is_told = any(one is not None for one in counts)
        assert is_told or metric.name == "decisions.false_trades_per_100"  # every chart is one to trade


def charts_and_talks(does: str) -> list[Mapping[str, Any]]:
    charts = [chart_case(f"chart-{number}", does if number else "right", bars=80 + number) for number in range(6)]
    talks = [question_case(f"talk-{number}", does) for number in range(2)]
    rows = run_of(suite_of("charts", charts), suite_of("talks", talks))[0].rows
    return [{**row, "digest": "0" * 64} for row in rows]


def test_of_a_pinned_case_no_numbers_are_kept_and_of_the_others_they_must_be(tmp_path: Path) -> None:
    path = tmp_path / "baseline.jsonl"
    write_baseline(path, baseline_of(BEFORE))
    lines = path.read_bytes().splitlines()
    assert ["score" in orjson.loads(line) for line in lines[1:]] == [not row["pinned"] for row in BEFORE.rows]
    path.write_bytes(b"\n".join([lines[0], orjson.dumps({**orjson.loads(lines[2]), "score": None}), b""]))
    with pytest.raises(InvalidResults, match="score is missing, and the case is not pinned"):
        read_baseline(path)


def test_every_fault_of_a_baseline_is_told(tmp_path: Path) -> None:
    path = tmp_path / "baseline.jsonl"
    write_baseline(path, baseline_of(BEFORE))
    lines = path.read_bytes().splitlines()
    lines[2] = orjson.dumps({**orjson.loads(lines[2]), "passed": 1})
    path.write_bytes(b"\n".join([*lines, b"{}", b""]))
    with pytest.raises(InvalidResults) as caught:
        read_baseline(path)
    assert {problem.removeprefix(str(path)).split(":")[1] for problem in caught.value.problems} == {"3", "26"}


def test_two_runs_are_compared_case_by_case() -> None:
    found = compared(after({3: "wrong"}), after({4: "wrong", 5: "refuses"}))
    assert (found.comparison.gained, found.comparison.lost) == (("first/c03",), ("first/c04", "first/c05"))
    said = told_comparison(found, as_json=False)
    assert "24 cases: 2 lost, 1 won, exact McNemar p = 1\n" in said
    assert "lost first/c04 (pinned): expected a bullish displacement on 15m" in said
    assert "lost first/c05: cannot be read: it has 12 bars; and needs 30" in said
    assert "won first/c03\n" in said
    document = orjson.loads(told_comparison(found, as_json=True))
    assert document["why"].keys() == {"first/c04", "first/c05"}
    assert document["passed"]["difference"]["value"] == pytest.approx(-1 / 24, abs=1e-6)


def test_what_only_one_run_has_is_left_out_and_told() -> None:
    found = compared(BEFORE, replace(BEFORE, rows=BEFORE.rows[1:]))
    assert found.left_out["in the first run only"] == ["first/c00"]
    assert "not compared, in the first run only: 1: first/c00\n" in told_comparison(found, as_json=False)


def test_a_run_is_told_in_a_few_lines() -> None:
    said = told_run(run(["first:right,wrong,raises", "second:answers"], Scripted(), load, ALONE)).splitlines()
    assert said[:3] == ["first: 1 of 3 passed, 1 in error", "second: 1 of 1 passed", "all: 2 of 4 passed, 1 in error"]
    assert said[3].startswith("passed: at least 0.1")
    assert said[3].endswith("0.500 over 4")
    assert said[-2].startswith("failed first/c01: expected a bullish displacement")
    assert said[-1].startswith("failed first/c02: ZeroDivisionError")
    many = told_run(after(dict.fromkeys(range(CASES), "wrong"), BEFORE)).splitlines()
    assert sum(line.startswith("failed ") for line in many) == CASES


def retagged(results: Results, tags: list[dict[str, str]]) -> Results:
    rows = zip(results.rows, tags, strict=True)
    return replace(results, rows=tuple({**row, "tags": tag} for row, tag in rows))


def test_labels_of_intent_and_siblings_are_told_apart() -> None:
    tags = [{"noise": "heavy"}] * 4 + [{"scenario": "abcde"[place % 5]} for place in range(CASES - 4)]
    before, now = (retagged(one, tags) for one in (BEFORE, after({0: "wrong", 5: "wrong", 10: "wrong"})))
    said = told_run(now).splitlines()
    assert next(line for line in said if line.startswith("passed: ")).endswith("0.900 over 20 cases in 5 clusters")
    assert next(line for line in said if line.startswith("intent, passed: ")).endswith("0.750 over 4")
    lines = told_comparison(compared(before, now), as_json=False).splitlines()
    assert lines[1] == "these flips lie in 2 of the 9 clusters of cases"
    assert any(line.startswith("intent, passed: 1.000") for line in lines)


def test_the_gate_knows_siblings_from_the_run() -> None:
    """All twelve cases that are not pinned fall: no chance as twelve cases, one flip as twelve charts of one story."""
    fallen = after(dict.fromkeys(range(1, CASES, 2), "wrong"))
    alone = "\n".join(gate(baseline_of(BEFORE), fallen).failures)
    told = "\n".join(gate(baseline_of(BEFORE), retagged(fallen, [{"scenario": "one"}] * CASES)).failures)
    assert "permutation p" in alone
    assert "now pass, which is no chance" in alone
    assert "permutation p" not in told
    assert "now pass, in 1 of 1 clusters of siblings, which is no chance" in told


def test_a_baseline_keeps_no_digest_of_code() -> None:
    subject = {"subject": "ict", "code": "x", "coach": {"code": "y", "model": "offline"}}
    kept = baseline_of(replace(BEFORE, subject=subject))
    assert kept.subject == {"subject": "ict", "coach": {"model": "offline"}}
