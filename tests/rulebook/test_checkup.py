"""Checking a trader's own files: every fault, or what they come to and change."""

from pathlib import Path

import pytest

import rulebook
from rulebook.checkup import check_path
from rulebook.differences import differences
from rulebook.loader import ProfileText, load_rulebook
from tests.rulebook.books import RULE, write_book
from tools.errors import InvalidParameter

NAME = "2.2-displacement.yaml"
SHIPPED = Path(rulebook.__file__).parent
OWN = """\
profile: own
description: Mine.
extends: strict
toggles: {kill_zone: outside_with_warning}
kill_zones: {london: "02:00-05:00", lunch: {window: "12:00-13:00", trade: false}}
rules: {"7.2": {parameters: {minimum: 3}}, "10": {blocks: no_trade}, "2.1": {kind: gate, blocks: wait}}
"""


def test_a_right_profile_says_what_it_changes_against_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    checkup = check_path(path)
    assert checkup.problems == ()
    (found,) = checkup.found
    assert found.rulebook == load_rulebook(path)
    assert found.against == "profile strict"
    assert found.changes == (
        "2.1 External structure: kind from score to gate",
        "2.1 External structure: blocks from none to wait",
        "2.1 External structure: when unknown from none to block",
        "8.1 Inside a kill zone: kind from gate to warning",
        "7.2 Minimum R:R: minimum from 2 R to 3 R",
        "10 Confluence: blocks from wait to no trade",
        "kill zones from those of the instrument to london 02:00-05:00, lunch 12:00-13:00 (no trade)",
    )


def test_a_profile_at_fault_comes_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace("minimum: 3", "minimun: 3").replace("outside_with_warning", "outside"))
    checkup = check_path(path)
    assert checkup.found == ()
    assert checkup.problems == (
        f"{path}:4: toggle kill_zone is the text 'outside'; write one of inside_only, outside_with_warning",
        f"{path}:6: rule 7.2 has no parameter 'minimun'; write minimum",
    )


def test_a_rule_file_stands_in_for_the_rule_of_its_id(tmp_path: Path) -> None:
    shipped = next((SHIPPED / "rules").glob("5.1-*.yaml"))
    path = tmp_path / shipped.name
    text = shipped.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    same = check_path(path)
    assert same.problems == ()
    assert [(one.rulebook.profile, one.changes) for one in same.found] == [("strict", ()), ("relaxed", ())]
    assert same.found[0].rulebook.hash == load_rulebook("strict").hash
    path.write_text(text.replace("weight: 1\n", "weight: 0.5\n"), encoding="utf-8")
    changed = check_path(path)
    assert [one.changes for one in changed.found] == [
        (f"5.1 {load_rulebook().rule('5.1').name}: weight from 1 to 0.5",)
    ] * 2
    path.write_text(text.replace("weight: 1\n", "weight: 3\n"), encoding="utf-8")
    assert len(check_path(path).problems) == 2, "too many points in strict and in relaxed"


def test_worked_examples_are_judged(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path, {NAME: RULE.replace("structure.displacement_atr: 2}", "structure.displacement_atr: 1.2}")}
    )
    assert check_path(folder).problems == (
        f"{folder}/rules/{NAME}:27: case 'A large body' of met comes out as fail in strict "
        "(Price has not left with displacement: largest displacement body is 1.2 ATR, needs at least 1.5 (0.3 short)); "
        "correct its facts, or the rule",
    )


def test_a_rule_beside_the_others_is_new(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "book", {NAME: RULE})
    path = tmp_path / "2.3-more.yaml"
    path.write_text(RULE.replace('id: "2.2"', 'id: "2.3"').replace("name: Displacement", "name: More"))
    assert [one.changes for one in check_path(path, folder=folder).found] == [("2.3 More: a new rule",)] * 2


def test_a_whole_folder(tmp_path: Path) -> None:
    shipped = check_path(SHIPPED)
    assert shipped.problems == ()
    assert {one.rulebook.profile: one.rulebook.hash for one in shipped.found} == {
        name: load_rulebook(name).hash for name in ("relaxed", "strict")
    }
    own = 'profile: own\ndescription: x\nextends: relaxed\nrules: {"2.2": {weight: 2}}\n'
    folder = write_book(tmp_path, {NAME: RULE}, {"own.yaml": own})
    assert [(one.rulebook.profile, one.against, one.changes) for one in check_path(folder).found] == [
        ("own", "profile relaxed", ("2.2 Displacement: weight from 1 to 2",)),
        ("relaxed", None, ()),
        ("strict", None, ()),
    ]
    (folder / "rules" / NAME).unlink()
    assert check_path(folder).problems == (
        f"{folder}/profiles/own.yaml:4: there is no rule '2.2'; leave it out",
        f"{folder}/rules:1: there is no rule file; add one such as 1.1-htf-bias.yaml",
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("absent.yaml", None, "there is no file"),
        ("other.yaml", "a: 1", "is neither a profile .* nor a rule"),
        ("list.yaml", "- a", "is neither a profile .* nor a rule"),
    ],
)
def test_what_is_neither_is_refused(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InvalidParameter, match=message):
        check_path(tmp_path / name)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("a: ]")
    assert check_path(tmp_path / "own.yaml").problems == (
        f"{tmp_path}/own.yaml:1: it is not YAML (did not find expected node content); correct the syntax",
    )


def test_rulebooks_differ_in_words_exactly_where_their_hashes_do(tmp_path: Path) -> None:
    strict, relaxed = load_rulebook("strict"), load_rulebook("relaxed")
    assert differences(strict, strict) == []
    assert "1.2.3 Intraday only: kind from gate to warning" in differences(strict, relaxed)
    for old, new, said in (
        ("name: Displacement", "name: Speed", ["2.2 Speed: another name"]),
        ("operator: at_least", "operator: greater_than", ["2.2 Displacement: another condition"]),
        ("weight: 1", "weight: 1\ngroup: speed", ["2.2 Displacement: group from none to speed"]),
        ("status: stable", "status: stable\nstrength: {fact: structure.displacement_atr, zero: 0, full: 1, weight: 1}",
         ["2.2 Displacement: another strength"]),
        ("status: stable", "status: experimental", []),
    ):  # fmt: skip
        before = load_rulebook("strict", folder=write_book(tmp_path / "a", {NAME: RULE}))
        after = load_rulebook("strict", folder=write_book(tmp_path / "b", {NAME: RULE.replace(old, new, 1)}))
        assert differences(before, after) == said
        assert (before.hash != after.hash) is bool(said)
    extended = RULE.replace(
        "condition:", "  lookback_bars: {strict: 9, relaxed: 9, unit: bars, read_by: node, description: x}\ncondition:"
    )
    after = load_rulebook("strict", folder=write_book(tmp_path / "c", {NAME: extended}))
    assert differences(before, after) == ["2.2 Displacement: a new parameter lookback_bars, 9 bars"]
    assert differences(after, before) == ["2.2 Displacement: no longer a parameter lookback_bars"]
    more = write_book(tmp_path / "c", {"2.3-more.yaml": RULE.replace('"2.2"', '"2.3"')})
    assert differences(load_rulebook("strict", folder=more), after) == ["2.3 Displacement: no longer a rule"]
    zones = "profile: own\ndescription: x\nextends: strict\nkill_zones: {am: 09:30-11:00}\n"
    own = load_rulebook(ProfileText("own", zones))
    assert differences(own, strict) == ["kill zones from am 09:30-11:00 to those of the instrument"]
