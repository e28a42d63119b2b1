"""A trader's own profile: as a file or a text, with kill zones, and every fault named with its line."""

from pathlib import Path
from typing import Any

import pytest

from rulebook.book import Rulebook
from rulebook.loader import ProfileText, check_profile, load_parent, load_rulebook
from rulebook.schema import KillZone
from tests.rulebook.books import RULE, wire, write_book
from tools.errors import RulebookError

NAME = "2.2-displacement.yaml"
TOGGLES = """\
speed:
  description: How fast price must leave.
  options:
    fast: {description: Fast., rules: {"2.2": {parameters: {minimum: 2}}}}
    slow: {description: Slow., rules: {"2.2": {kind: warning, parameters: {minimum: 0.5}}}}
"""
OWN = "profile: own\ndescription: Mine.\nextends: strict\n"


def folder_of(tmp_path: Path, profiles: dict[str, str] | None = None) -> Path:
    """Write a folder of one rule and one toggle."""
    folder = write_book(tmp_path, {NAME: RULE}, profiles)
    (folder / "toggles.yaml").write_text(TOGGLES)
    return folder


def own(folder: Path, more: str) -> Rulebook:
    """Load a profile text in that folder."""
    return load_rulebook(ProfileText("own", OWN + more), folder=folder)


def test_a_text_and_a_file_of_the_same_words_are_one_rulebook(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    text = OWN + 'rules: {"2.2": {weight: 2}}\n'
    (tmp_path / "own.yaml").write_text(text)
    from_file = load_rulebook(tmp_path / "own.yaml", folder=folder)
    assert load_rulebook(ProfileText("own", text), folder=folder) == from_file
    assert load_rulebook(ProfileText(None, text), folder=folder) == from_file, "the text names itself"
    as_json = '{"profile": "own", "description": "x", "extends": "strict", "rules": {"2.2": {"weight": 2}}}'
    assert load_rulebook(ProfileText("own", as_json), folder=folder) == from_file
    parent = load_parent(ProfileText("own", text), folder=folder)
    assert parent is not None
    assert parent == load_rulebook("strict", folder=folder)
    assert load_parent("strict", folder=folder) is None


def test_column_then_parents_then_toggles_then_own_rules(tmp_path: Path) -> None:
    middle = 'profile: middle\ndescription: x\nextends: relaxed\nrules: {"2.2": {parameters: {minimum: 1.2}}}\n'
    folder = folder_of(tmp_path, {"middle.yaml": middle})

    def minimum(more: str, extends: str) -> Any:
        text = f"profile: own\ndescription: x\nextends: {extends}\n{more}"
        return load_rulebook(ProfileText("own", text), folder=folder).parameter("2.2", "minimum")

    assert minimum("", "strict") == 1.5
    assert minimum("", "relaxed") == 1
    assert minimum("", "middle") == 1.2
    assert minimum("toggles: {speed: fast}\n", "middle") == 2
    assert minimum('toggles: {speed: fast}\nrules: {"2.2": {parameters: {minimum: 3}}}\n', "middle") == 3


def test_an_own_rule_may_undo_what_a_toggle_made_a_warning(tmp_path: Path) -> None:
    book = own(folder_of(tmp_path), 'toggles: {speed: slow}\nrules: {"2.2": {kind: gate}}\n')
    assert (book.rule("2.2").kind, book.rule("2.2").blocks, book.rule("2.2").when_unknown) == ("gate", "wait", "block")
    assert book.parameter("2.2", "minimum") == 0.5


def test_a_child_may_leave_no_gate_what_its_parent_said_more_of(tmp_path: Path) -> None:
    parent = 'profile: parent\ndescription: x\nextends: strict\nrules: {"2.2": {kind: gate, blocks: no_trade}}\n'
    folder = folder_of(tmp_path, {"parent.yaml": parent})
    child = 'profile: own\ndescription: x\nextends: parent\nrules: {"2.2": {kind: score}}\n'
    assert load_rulebook(ProfileText("own", child), folder=folder).rule("2.2").blocks is None
    assert check_profile(child.replace("kind: score", "kind: score, blocks: wait"), folder) == [
        "profile:4: rule 2.2 is no gate, so blocks does nothing; leave it out, or add kind: gate"
    ]


def test_own_kill_zones_are_part_of_the_identity_and_of_the_snapshot(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    zones = 'kill_zones:\n  lunch: {window: "12:00-13:00", trade: false}\n  asia: "20:00-00:00"\n  early: 02:00-05:00\n'
    book = own(folder, zones)
    assert book.kill_zones == (
        KillZone("early", "02:00", "05:00", True),
        KillZone("lunch", "12:00", "13:00", False),
        KillZone("asia", "20:00", "00:00", True),
    )
    assert book.hash != load_rulebook("strict", folder=folder).hash
    assert load_rulebook("strict", folder=folder).kill_zones is None
    assert Rulebook.from_dict(wire(book.to_dict())) == book
    other_order = 'kill_zones: {asia: 20:00-00:00, early: "02:00-05:00", lunch: {window: 12:00-13:00, trade: false}}\n'
    assert own(folder, other_order).hash == book.hash
    assert own(folder, zones.replace("trade: false", "trade: true")).hash != book.hash
    assert own(folder, zones.replace("lunch", "midday")).hash != book.hash


def test_kill_zones_are_taken_from_the_nearest_profile_that_sets_some(tmp_path: Path) -> None:
    parent = "profile: parent\ndescription: x\nextends: strict\nkill_zones: {london: 02:00-05:00}\n"
    folder = folder_of(tmp_path, {"parent.yaml": parent})
    child = "profile: own\ndescription: x\nextends: parent\n"
    inherited = load_rulebook(ProfileText("own", child), folder=folder)
    assert inherited.kill_zones == (KillZone("london", "02:00", "05:00", True),)
    replaced = load_rulebook(ProfileText("own", child + "kill_zones: {am: 09:30-11:00}\n"), folder=folder)
    assert replaced.kill_zones == (KillZone("am", "09:30", "11:00", True),)


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ("kill_zones: {london: 2-5}", ['mine:4: kill zone london is the text \'2-5\'; write New York local time, '
                                       'such as "02:00-05:00"']),
        ("kill_zones: {london: 02:00-25:00}", ["mine:4: kill zone london is the text '02:00-25:00'; write New York "
                                               'local time, such as "02:00-05:00"']),
        ("kill_zones: {london: 02:00-02:00}", ["mine:4: kill zone london ends when it starts (02:00); write New York "
                                               'local time, such as "02:00-05:00"']),
        ("kill_zones: {London: 02:00-05:00}", ["mine:4: the kill zone's name is 'London'; "
                                               "write lower-case letters, digits and _"]),
        ("kill_zones: {london: {trade: false}}", ["mine:4: kill zone london has no 'window'; add window"]),
        ("kill_zones: {london: {window: 02:00-05:00, trade: no way}}",
         ["mine:4: trade of kill zone london is the text 'no way'; write true or false"]),
        ("kill_zones: {lunch: {window: 12:00-13:00, trade: false}}",
         ["mine:4: kill_zones holds no window in which trades may be taken; "
          "write at least one window to trade in, or leave kill_zones out"]),
        ("kill_zones: {}", ["mine:4: kill_zones holds no window in which trades may be taken; "
                            "write at least one window to trade in, or leave kill_zones out"]),
        ("kill_zones: {" + ", ".join(f"z{at}: 02:00-05:00" for at in range(25)) + "}",
         ["mine:4: kill_zones holds 25 windows; write at most 24"]),
        ("kill_zones: [london]", ["mine:4: kill_zones is a list, not a mapping; write name: value pairs, or {}"]),
        ("toggles: {sped: fast}", ["mine:4: there is no toggle 'sped'; write speed"]),
        ("toggles: {speed: fats}", ["mine:4: toggle speed is the text 'fats'; write fast"]),
        ("toggles: speed", ["mine:4: toggles is the text 'speed', not a mapping; write name: value pairs, or {}"]),
        ('toggle: {}\nkill_zones: {a: 1}\nrules: {"2.2": {weight: 11, kind: door}, "7.7": {}}', [
            "mine:4: the profile has an unknown key 'toggle'; write toggles",
            'mine:5: kill zone a is the number 1; write New York local time, such as "02:00-05:00"',
            "mine:6: weight is 11; write points from 0 to 10 in steps of 0.25",
            "mine:6: kind is the text 'door'; write one of gate, score, warning",
            "mine:6: there is no rule '7.7'; write one of 2.2",
        ]),
        ('rules: {"2.2": {parameters: {minimum: 1, maximum: 2}, weight: 10.5}}', [
            "mine:4: weight is 10.5; write points from 0 to 10 in steps of 0.25",
            "mine:4: rule 2.2 has no parameter 'maximum'; write minimum",
        ]),
    ],
)  # fmt: skip
def test_every_fault_is_returned_at_once(tmp_path: Path, more: str, problems: list[str]) -> None:
    folder = folder_of(tmp_path)
    given = ProfileText("own", OWN + more, "mine")
    assert check_profile(given, folder) == problems
    with pytest.raises(RulebookError) as caught:
        load_rulebook(given, folder=folder)
    assert list(caught.value.problems) == problems


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("own", "", "profile:1: the file is empty; write its keys"),
        ("own", "a: ]", "profile:1: it is not YAML (did not find expected node content); correct the syntax"),
        ("own", "a: \x00", "profile:1: it is not YAML ("),
        ("own", "a: \ud800", "profile:1: it is not YAML ("),
        ("own", "a: " + "[" * 100_000, "profile:1: it is nested more than 20 levels deep; flatten it"),
        ("own", "- x", "profile:1: the profile is a list, not a mapping; write profile, description, extends"),
        ("own", "profile: x\nextends: strict",
         "profile:1: the profile is called x but kept as own; write profile: own"),
        ("own", "\nprofile: own\nextends: own\ndescription: x",
         "profile:3: profile own extends itself; extend strict or relaxed"),
        ("own", "profile: own\ndescription: x", "profile:1: the profile has no 'extends'; add extends"),
        (None, "description: x\nextends: strict", "profile:1: the profile has no 'profile'; add profile"),
        (None, "profile: strict\ndescription: x", "profile:1: the profile name strict is already taken by "),
        (None, "profile: ../x\ndescription: x\nextends: strict",
         "profile:1: the profile is called '../x'; write lower-case letters, digits, - and _"),
        ("Ours!", "profile: Ours!\ndescription: x\nextends: strict",
         "profile:1: the profile is called 'Ours!'; write lower-case letters, digits, - and _"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_profile(tmp_path: Path, name: str | None, text: str, problem: str) -> None:
    found = check_profile(ProfileText(name, text), folder_of(tmp_path))
    assert any(one.startswith(problem) for one in found), found


def test_a_text_never_opens_a_file(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (tmp_path / "own.yaml").write_text(OWN)
    assert check_profile(str(tmp_path / "own.yaml"), folder) != []
    assert check_profile(tmp_path / "own.yaml", folder) == []
    assert check_profile(OWN, folder) == []


def test_no_profile_loosens_the_rule_against_indicators() -> None:
    text = 'profile: mine\ndescription: x\nextends: strict\nrules:\n  "12": {kind: score}\n'
    assert check_profile(text) == [
        "profile:5: rule 12 governs the other rules and is no profile's to change; leave it out"
    ]
